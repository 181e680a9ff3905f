import type { Field, FieldType, ObjectType } from '../../../objects/schema.ts';
import { EARLIER_TYPES } from './earlier.ts';
import { hidesDefault, isPointer, isStruct, showsNull } from './pointers.ts';
import generated from './types.generated.json' with { type: 'json' };

interface FieldFacts {
  readonly type: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly mergeKey?: string;
  readonly patchStrategy?: string;
  readonly listType?: 'atomic' | 'map' | 'set';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: string;
}

/** What is known of a type of the published schema. */
export interface TypeFacts {
  readonly fields?: Readonly<Record<string, FieldFacts>>;
  readonly required?: readonly string[];
  /** `many`: of what every group has (DeleteOptions, WatchEvent). */
  readonly gvk?:
    | readonly { readonly group: string; readonly version: string; readonly kind: string }[]
    | 'many';
  readonly 'x-kubernetes-map-type'?: string;
  readonly type?: string;
  readonly format?: string;
}

let facts: Record<string, TypeFacts> | undefined;

/** All types by full name, read when first needed. */
export function allTypeFacts(): Readonly<Record<string, TypeFacts>> {
  facts ??= withEarlier(JSON.parse(generated as string) as Record<string, TypeFacts>);
  return facts;
}

function withEarlier(published: Record<string, TypeFacts>): Record<string, TypeFacts> {
  for (const { name, of, gvk } of EARLIER_TYPES) {
    const same = published[of];
    if (same) published[name] = { ...same, ...(same.gvk ? { gvk: [gvk] } : {}) };
  }
  return published;
}

const types = new Map<string, ObjectType>();

/** The type called `io.k8s.api.core.v1.Pod`. Throws for a name that the schema does not have. */
export function objectType(fullName: string): ObjectType {
  const known = types.get(fullName);
  if (known) return known;
  const found = allTypeFacts()[fullName];
  if (!found) throw new Error(`no type ${fullName} in the schema`);
  const type = new SchemaType(fullName, found);
  types.set(fullName, type);
  return type;
}

/** Reads its fields when first asked: types refer to each other in circles. */
class SchemaType implements ObjectType {
  readonly fullName: string;
  readonly name: string;
  readonly required: readonly string[];
  readonly atomic: boolean;
  readonly open = false;
  /** A kind of its own, as opposed to a part of one. */
  readonly topLevel: boolean;
  readonly #facts: TypeFacts;
  #fields: Map<string, Field> | undefined;
  #always: Field[] | undefined;

  constructor(fullName: string, facts: TypeFacts) {
    this.fullName = fullName;
    this.name = fullName.slice(fullName.lastIndexOf('.') + 1);
    this.required = facts.required ?? [];
    this.atomic = facts['x-kubernetes-map-type'] === 'atomic';
    this.topLevel = facts.gvk !== undefined;
    this.#facts = facts;
  }

  get fields(): Map<string, Field> {
    if (this.#fields) return this.#fields;
    this.#fields = new Map();
    for (const [name, field] of Object.entries(this.#facts.fields ?? {})) {
      this.#fields.set(name, readField(name, field, this));
    }
    return this.#fields;
  }

  get always(): Field[] {
    this.#always ??= [...this.fields.values()].filter((field) => field.default !== undefined);
    return this.#always;
  }
}

function readField(name: string, facts: FieldFacts, owner: SchemaType): Field {
  const type = readType(facts.type);
  const required = owner.required.includes(name);
  const fallback = alwaysShown(name, facts, owner, type);
  return {
    name,
    type,
    required,
    default: fallback,
    enum: facts.enum,
    mergeKey: facts.patchStrategy?.includes('merge') ? (facts.mergeKey ?? '') : undefined,
    replaces: facts.patchStrategy?.includes('replace') ?? false,
    retainsKeys: facts.patchStrategy?.includes('retainKeys') ?? false,
    listType: facts.listType ?? 'atomic',
    listMapKeys: facts.listMapKeys ?? [],
    atomic: facts.mapType === 'atomic' || (type.is === 'object' && type.type.atomic),
    omitZero:
      showsNull(owner.name, name) ||
      (!required && fallback === undefined && type.is !== 'object' && !isPointer(owner.name, name, type)),
  };
}

/** A template's `creationTimestamp: null` and the like: what Go writes for fields that nobody set. */
function alwaysShown(name: string, facts: FieldFacts, owner: SchemaType, type: FieldType): unknown {
  if (type.is === 'object' && isStruct(owner.name, name, owner.topLevel)) return {};
  if (owner.name === 'ObjectMeta' && name === 'creationTimestamp') return null;
  if (showsNull(owner.name, name)) return null;
  return hidesDefault(owner.name, name) ? undefined : facts.default;
}

const NAMED: Readonly<Record<string, FieldType>> = {
  string: { is: 'string' },
  'string:byte': { is: 'bytes' },
  boolean: { is: 'boolean' },
  'integer:int32': { is: 'integer', bits: 32 },
  'integer:int64': { is: 'integer', bits: 64 },
  'number:double': { is: 'number' },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { is: 'quantity' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': { is: 'micro-time' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { is: 'time' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': { is: 'any' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Patch': { is: 'any' },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { is: 'any' },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { is: 'int-or-string' },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus': { is: 'any' },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': { is: 'any' },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': { is: 'any' },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': { is: 'any' },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray': { is: 'any' },
};

function readType(text: string): FieldType {
  const named = NAMED[text];
  if (named) return named;
  const list = /^array<(.*)>$/.exec(text);
  if (list) return { is: 'array', items: readType(list[1] as string) };
  const map = /^map<(.*)>$/.exec(text);
  if (map) return { is: 'map', values: readType(map[1] as string) };
  return { is: 'object', type: objectType(text) };
}
