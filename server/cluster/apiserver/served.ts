import type { Decoded } from '../../objects/decode.ts';
import type { ObjectType } from '../../objects/schema.ts';
import type { Kind, OtherVersion, Verb } from '../kinds/kind.ts';
import { objectType } from '../kinds/schema/types.ts';
import type { GroupResource } from './errors.ts';
import { BY_DEFAULT, type RuntimeConfig } from './runtime-config.ts';

/** A kind in one of its versions, as it is served and stored. */
export interface Served extends GroupResource {
  readonly kind: Kind;
  readonly version: string;
  /** `apps/v1`, or `v1` of the core group. */
  readonly apiVersion: string;
  readonly type: ObjectType;
  readonly namespaced: boolean;
  readonly verbs: ReadonlySet<Verb>;
  readonly subresources: readonly string[];
  /** `/registry/deployments/`. */
  readonly prefix: string;
  /** Whether this is the version that objects are written in. */
  readonly stored: boolean;
  /** Undefined: what is stored is shown as it is. */
  readonly convert: Conversion | undefined;
  /** What users of a deprecated version are told. */
  readonly warning: string | undefined;
  /** What a custom resource needs beyond a built-in kind. */
  readonly custom: CustomParts | undefined;
}

export interface Conversion {
  toStorage(object: any): any;
  fromStorage(object: any): any;
  /** Before many are shown, where it costs less to do them at once. */
  prepare?(objects: readonly any[]): void;
}

/** The parts of a custom resource's definition that work at run time. */
export interface CustomParts {
  /** JSONSchemaProps of the version. */
  readonly schema: unknown;
  /** Name of the CustomResourceDefinition. */
  readonly definition: string;
  /** A private copy with what the schema knows, and the paths of what it does not. */
  decode(value: Record<string, unknown>): Decoded;
}

export const ALL_VERBS: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

/** Subresources beside `status` and `scale`, by `resource.group`. */
const SUBRESOURCES: Readonly<Record<string, readonly string[]>> = {
  namespaces: ['finalize'],
  nodes: ['proxy'],
  pods: [
    'attach',
    'binding',
    'ephemeralcontainers',
    'eviction',
    'exec',
    'log',
    'portforward',
    'proxy',
    'resize',
  ],
  serviceaccounts: ['token'],
  services: ['proxy'],
  'certificatesigningrequests.certificates.k8s.io': ['approval'],
};

/** Of built-in kinds. */
const DEPRECATED: Readonly<Record<string, string>> = {
  'v1/endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  'v1/componentstatuses': 'v1 ComponentStatus is deprecated in v1.19+',
};

/** Those of built-in kinds, which all servers share. */
const known = new WeakMap<Kind, readonly Served[]>();

/** Every version of a built-in kind. */
export function servedVersions(kind: Kind): readonly Served[] {
  let versions = known.get(kind);
  if (!versions) {
    const stored = served(kind, kind.version, kind.schema, undefined);
    const others = kind.otherVersions ?? [];
    versions = [stored, ...others.map((other) => served(kind, other.version, other.schema, other))];
    known.set(kind, versions);
  }
  return versions;
}

function served(kind: Kind, version: string, schema: string, convert: OtherVersion | undefined): Served {
  const group = convert?.group ?? kind.group;
  const { plural } = kind;
  const extra = SUBRESOURCES[group === '' ? plural : `${plural}.${group}`] ?? [];
  const subresources = [...extra, ...(kind.hasStatus ? ['status'] : []), ...(kind.scale ? ['scale'] : [])];
  const apiVersion = group === '' ? version : `${group}/${version}`;
  let type: ObjectType | undefined;
  return {
    kind,
    group,
    resource: plural,
    version,
    apiVersion,
    get type() {
      type ??= objectType(schema);
      return type;
    },
    namespaced: kind.namespaced,
    verbs: new Set(kind.verbs ?? ALL_VERBS),
    subresources: subresources.sort(),
    prefix: `/registry/${kind.storagePrefix ?? plural}/`,
    stored: !convert,
    convert,
    warning: DEPRECATED[`${apiVersion}/${plural}`],
    custom: undefined,
  };
}

export function keyOfObject(served: Served, namespace: string, name: string): string {
  return served.namespaced ? `${served.prefix}${namespace}/${name}` : served.prefix + name;
}

/** Every resource, by group, version and plural name. */
export class ServedTable {
  readonly #byPath = new Map<string, Served>();
  /** By resource: what is asked with every request is found without making a key. */
  readonly #byResource = new Map<string, Served[]>();

  readonly #config: RuntimeConfig;

  constructor(kinds: readonly Kind[], config: RuntimeConfig = BY_DEFAULT) {
    this.#config = config;
    for (const kind of kinds) for (const version of servedVersions(kind)) this.#put(version);
    this.#index();
  }

  add(served: Served): void {
    this.#put(served);
    this.#index();
  }

  #put(served: Served): void {
    this.#byPath.set(`${served.group}/${served.version}/${served.resource}`, served);
  }

  remove(served: Served): void {
    this.#byPath.delete(`${served.group}/${served.version}/${served.resource}`);
    this.#index();
  }

  #index(): void {
    this.#byResource.clear();
    for (const served of this.#byPath.values()) {
      const same = this.#byResource.get(served.resource);
      if (same) same.push(served);
      else this.#byResource.set(served.resource, [served]);
    }
  }

  find(group: string, version: string, resource: string): Served | undefined {
    for (const served of this.#byResource.get(resource) ?? []) {
      if (served.group === group && served.version === version) return served;
    }
    return undefined;
  }

  /** The other versions of a resource that clients are offered, in whatever group. */
  othersOf(served: Served): Served[] {
    const same = this.#byResource.get(served.resource) ?? [];
    return same.filter((one) => one !== served && one.prefix === served.prefix && this.isOffered(one));
  }

  /** The stored version of a kind. */
  ofKind(group: string, kind: string): Served | undefined {
    for (const served of this.#byPath.values()) {
      if (served.group === group && served.kind.kind === kind && served.stored) return served;
    }
    return undefined;
  }

  hasGroupVersion(group: string, version: string): boolean {
    for (const served of this.all()) {
      if (served.group === group && served.version === version) return true;
    }
    return false;
  }

  /** False: only the server itself uses it. */
  isOffered({ group, version, resource, custom }: Served): boolean {
    return custom !== undefined || this.#config.isOn(group, version, resource);
  }

  /** Everything that clients are offered. */
  all(): Served[] {
    return [...this.#byPath.values()].filter((served) => this.isOffered(served));
  }
}
