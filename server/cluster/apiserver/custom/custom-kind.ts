import { OBJECT_BUDGET } from '../../../objects/cel-meter.ts';
import { decodeObject } from '../../../objects/decode.ts';
import { FieldErrors, type FieldErrorType } from '../../../objects/field-error.ts';
import { valueAt } from '../../../objects/field-path.ts';
import { humanDuration } from '../../../objects/human-duration.ts';
import { JsonPath } from '../../../objects/jsonpath.ts';
import type { KubeObject } from '../../../objects/object.ts';
import type { FieldType, ObjectType } from '../../../objects/schema.ts';
import { equalValues, isObject } from '../../../objects/values.ts';
import type { Cell, Column, Kind } from '../../kinds/kind.ts';
import { objectType } from '../../kinds/schema/types.ts';
import type { ApiServer } from '../api-server.ts';
import { ALL_VERBS, type Conversion, type CustomParts, type Served } from '../served.ts';
import type { JsonSchema } from './json-schema.ts';
import { checkRules, hasRules } from './rules.ts';
import { applyDefaults, plainField, prune, typeOfSchema } from './structure.ts';
import { validateSchema } from './validate.ts';
import { WebhookConversion } from './webhook-conversion.ts';

/** A version of a CustomResourceDefinition. */
interface VersionSpec {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: JsonSchema };
  readonly subresources?: { readonly status?: object; readonly scale?: ScaleSpec };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

interface ScaleSpec {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

interface PrinterColumn {
  readonly name: string;
  readonly type: Column['type'];
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

/** What a definition's versions are served as. */
export function servedFromDefinition(definition: KubeObject, server: ApiServer): Served[] {
  const versions: VersionSpec[] = definition.spec?.versions ?? [];
  const stored = versions.find(({ storage }) => storage);
  const conversion = conversionWebhook(definition, server);
  return versions
    .filter(({ served }) => served)
    .map((version) => servedVersion(definition, version, (stored ?? version).name, conversion));
}

/** The version in which a definition's resources are stored, whether it is served or not. */
export function storedFromDefinition(definition: KubeObject, server: ApiServer): Served | undefined {
  const versions: VersionSpec[] = definition.spec?.versions ?? [];
  const stored = versions.find(({ storage }) => storage);
  const conversion = conversionWebhook(definition, server);
  return stored && servedVersion(definition, stored, stored.name, conversion);
}

/** Who converts between the versions, where that is more than their name. */
function conversionWebhook(definition: KubeObject, server: ApiServer): WebhookConversion | undefined {
  const { strategy, webhook } = definition.spec.conversion ?? {};
  return strategy === 'Webhook' ? new WebhookConversion(server, webhook) : undefined;
}

function servedVersion(
  definition: KubeObject,
  version: VersionSpec,
  stored: string,
  conversion: WebhookConversion | undefined,
): Served {
  const { group, names } = definition.spec;
  const schema = version.schema?.openAPIV3Schema ?? {};
  const kind = kindOf(definition, version, schema);
  const apiVersion = `${group}/${version.name}`;
  const { status, scale } = version.subresources ?? {};
  return {
    kind,
    group,
    resource: names.plural,
    version: version.name,
    apiVersion,
    type: typeOfSchema(schema, names.kind),
    namespaced: definition.spec.scope === 'Namespaced',
    verbs: new Set(ALL_VERBS),
    subresources: [...(scale ? ['scale'] : []), ...(status ? ['status'] : [])],
    prefix: `/registry/${group}/${names.plural}/`,
    stored: version.name === stored,
    convert: conversionOf(apiVersion, `${group}/${stored}`, conversion),
    warning: warningOf(definition, version),
    custom: partsOf(definition, schema),
  };
}

/** How a version is turned into the stored one and back. Objects may lie there in a version that was stored before. */
function conversionOf(
  apiVersion: string,
  stored: string,
  webhook: WebhookConversion | undefined,
): Conversion {
  if (webhook) {
    return {
      toStorage: (object) => webhook.convert(object, stored),
      fromStorage: (object) => webhook.shown(object, apiVersion),
      prepare: (objects) => webhook.showAll(objects, apiVersion),
    };
  }
  return {
    toStorage: (object) => ({ ...object, apiVersion: stored }),
    fromStorage: (object) => (object.apiVersion === apiVersion ? object : { ...object, apiVersion }),
  };
}

function warningOf({ spec }: KubeObject, version: VersionSpec): string | undefined {
  if (!version.deprecated) return undefined;
  return version.deprecationWarning ?? `${spec.group}/${version.name} ${spec.names.kind} is deprecated`;
}

function partsOf(definition: KubeObject, schema: JsonSchema): CustomParts {
  return {
    schema,
    definition: definition.metadata.name,
    decode: (value) => decodeCustom(value, schema),
  };
}

const METADATA = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Metadata is read as everywhere; the rest is pruned by the schema. */
function decodeCustom(value: Record<string, unknown>, schema: JsonSchema) {
  const { apiVersion, kind, metadata, ...rest } = value;
  const unknown: string[] = [];
  const decoded = decodeObject({ metadata: metadata ?? {} }, METADATA_ONLY);
  const body = prune(rest, schema, '', unknown) as Record<string, unknown>;
  return {
    value: { apiVersion, kind, ...decoded.value, ...body },
    unknown: [...decoded.unknown, ...unknown],
  };
}

/** The type of `{metadata}` alone. */
const METADATA_ONLY: ObjectType = {
  fullName: 'CustomResource',
  name: 'CustomResource',
  get fields() {
    const type: FieldType = { is: 'object', type: objectType(METADATA) };
    return new Map([['metadata', plainField('metadata', type)]]);
  },
  always: [],
  required: [],
  atomic: false,
  open: false,
};

function kindOf(definition: KubeObject, version: VersionSpec, schema: JsonSchema): Kind {
  const { group, names, scope } = definition.spec;
  const { status, scale } = version.subresources ?? {};
  const rules = hasRules(schema);
  const columns = columnsOf(version);
  return {
    group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    schema: '',
    storagePrefix: `${group}/${names.plural}`,
    hasStatus: status !== undefined,
    hasGeneration: true,
    ...(scale ? { scale: scalePaths(scale) } : {}),
    setDefaults: (object) => applyDefaults(object, withoutMetadata(schema)),
    prepareForCreate: (object) => {
      if (status !== undefined) delete object.status;
    },
    validate: (object, errors, old) => validateCustom({ object, old, schema, rules }, errors),
    warnings: (object, old) => (rules && old ? ratchetedRules(object, old, schema) : []),
    fieldSelectors: selectable(version),
    columns: [{ name: 'Name', type: 'string', format: 'name' }, ...columns.map(withDescription)],
    row: (object, { now }) => [object.metadata.name, ...columns.map((column) => cellOf(column, object, now))],
  };
}

function scalePaths({ specReplicasPath, statusReplicasPath, labelSelectorPath }: ScaleSpec) {
  return {
    specReplicas: specReplicasPath,
    statusReplicas: statusReplicasPath,
    ...(labelSelectorPath ? { labelSelector: labelSelectorPath } : {}),
  };
}

function withoutMetadata(schema: JsonSchema): JsonSchema {
  const { metadata: _metadata, ...properties } = schema.properties ?? {};
  return { ...schema, properties };
}

interface Checked {
  readonly object: KubeObject;
  readonly old: KubeObject | undefined;
  readonly schema: JsonSchema;
  /** Whether the schema has CEL rules. */
  readonly rules: boolean;
}

/** Findings of values whose form is wrong: rules cannot say anything of them. Models hasBlockingErr of the strategy. */
const BLOCKING: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

function validateCustom({ object, old, schema, rules }: Checked, errors: FieldErrors): void {
  const before = errors.list.length;
  validateSchema({ value: object, old, schema, path: '' }, errors);
  if (!rules) return;
  if (errors.list.slice(before).some(({ type }) => BLOCKING.has(type))) {
    errors.invalid(
      '<nil>',
      'null',
      'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
    );
    return;
  }
  checkRules(object, old, schema, '', {
    errors,
    ratcheted: new FieldErrors(),
    budget: { left: OBJECT_BUDGET },
  });
}

/** What is as wrong as it was before is only told of. */
function ratchetedRules(object: KubeObject, old: KubeObject, schema: JsonSchema): string[] {
  const ratcheted = new FieldErrors();
  checkRules(object, old, schema, '', {
    errors: new FieldErrors(),
    ratcheted,
    budget: { left: OBJECT_BUDGET },
  });
  return ratcheted.list.map(({ field, body }) => `${field}: ${body}`);
}

function selectable(version: VersionSpec): Record<string, (object: KubeObject) => string> {
  const paths = version.selectableFields ?? [];
  return Object.fromEntries(
    paths.map(({ jsonPath }) => [
      jsonPath.replace(/^\./, ''),
      (object: KubeObject) => String(valueAt(object, jsonPath) ?? ''),
    ]),
  );
}

const AGE: PrinterColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
};

/** Models apiextensions-apiserver/pkg/registry/customresource/tableconvertor. */
function withDescription(given: PrinterColumn): Column {
  const { jsonPath, ...column } = given;
  if (given === AGE || column.description) return column;
  return { ...column, description: `Custom resource definition column (in JSONPath format): ${jsonPath}` };
}

function columnsOf({ additionalPrinterColumns = [] }: VersionSpec): readonly PrinterColumn[] {
  return additionalPrinterColumns.length > 0 ? additionalPrinterColumns : [AGE];
}

const paths = new Map<string, JsonPath>();

function cellOf({ jsonPath, type }: PrinterColumn, object: KubeObject, now: number): Cell {
  let path = paths.get(jsonPath);
  if (!path) {
    path = new JsonPath(`{${jsonPath}}`);
    paths.set(jsonPath, path);
  }
  const values = path.values(object).filter((value) => value !== undefined);
  const first = values[0];
  if (first === undefined || first === null) return null;
  switch (type) {
    case 'integer':
      return typeof first === 'number' ? Math.trunc(first) : null;
    case 'number':
      return typeof first === 'number' ? first : null;
    case 'boolean':
      return typeof first === 'boolean' ? first : null;
    case 'date': {
      const time = Date.parse(String(first));
      return Number.isNaN(time) ? '<invalid>' : humanDuration(now - time);
    }
    default:
      return values.map(shown).join(values.length > 1 ? ',' : '');
  }
}

function shown(value: unknown): string {
  return isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
}

/** True when a changed definition means another schema, name or column for its resources. */
export function servesDifferently(a: KubeObject, b: KubeObject): boolean {
  return !equalValues(a.spec, b.spec);
}
