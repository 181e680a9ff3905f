import { type FieldErrors, GoValue } from '../../../objects/field-error.ts';
import { equalValues } from '../../../objects/values.ts';
import { immutable, oneOf, report } from '../validation/fields.ts';
import { goStrings } from '../validation/go-values.ts';
import { dns1035Label, dnsSubdomain } from '../validation/names.ts';
import { ofStatus } from '../validation/status.ts';
import { validateSchema } from './validate-schema.ts';

/** Models apiextensions/validation ValidateCustomResourceDefinition, but for the schemas themselves. */
export function validate({ metadata, spec, status }: any, errors: FieldErrors): void {
  const { group = '', names = {}, versions = [], scope } = spec;
  if (metadata.name !== `${names.plural}.${group}`) {
    errors.invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group');
  }
  validateGroup(errors, group);
  oneOf(errors, 'spec.scope', scope, ['Cluster', 'Namespaced']);
  validateVersions(errors, versions);
  validateNames(errors, 'spec.names', names);
  validateParts(errors, { ...sharedParts(versions), name: '' }, 'spec', versions);
  validateConversion(errors, spec.conversion);
  validateStored(errors, status?.storedVersions, versions);
  validateApproval(errors, group, metadata.annotations?.[APPROVED]);
  if (spec.preserveUnknownFields) {
    const why =
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
    errors.invalid('spec.preserveUnknownFields', true, why);
  }
}

function validateGroup(errors: FieldErrors, group: string): void {
  const problems = dnsSubdomain(group);
  if (group === '') errors.required('spec.group');
  else if (problems.length > 0) report(errors, 'spec.group', group, problems);
  else if (group.split('.').length < 2)
    errors.invalid('spec.group', group, 'should be a domain with at least one dot');
}

function validateVersions(errors: FieldErrors, versions: any[]): void {
  const shared = sharedParts(versions);
  versions.forEach(({ schema }, i) => {
    if (!schema?.openAPIV3Schema)
      errors.required(`spec.versions[${i}].schema.openAPIV3Schema`, 'schemas are required');
  });
  versions.forEach((version, i) => {
    const { name = '' } = version;
    const place = `spec.versions[${i}]`;
    report(errors, `${place}.name`, name, dns1035Label(name));
    const own = Object.fromEntries(Object.entries(version).filter(([part]) => !(part in shared)));
    validateParts(errors, own, place, [{ ...shared, ...own }]);
  });
  if (new Set(versions.map(({ name }) => name)).size < versions.length)
    errors.invalid('spec.versions', goVersions(versions), 'must contain unique version names');
  if (versions.filter(({ storage }) => storage).length !== 1) {
    const why = 'must have exactly one version marked as storage version';
    errors.invalid('spec.versions', goVersions(versions), why);
  }
}

const SHARED = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'];

/** What all versions have alike is checked, and named, only once. */
function sharedParts(versions: any[]): Record<string, any> {
  const [first, ...others] = versions;
  const alike = (part: string) =>
    first?.[part] !== undefined && others.every((version) => equalValues(version[part], first[part]));
  return Object.fromEntries(SHARED.filter(alike).map((part) => [part, first[part]]));
}

/** Models validateCustomResourceDefinitionVersion; `all` are the versions that these parts are those of. */
function validateParts(errors: FieldErrors, part: any, place: string, all: any[]): void {
  const { deprecated, deprecationWarning, schema, subresources, additionalPrinterColumns = [] } = part;
  if (deprecationWarning !== undefined && !deprecated) {
    const why = 'can only be set for deprecated versions';
    errors.invalid(`${place}.deprecationWarning`, deprecationWarning, why);
  }
  const field = `${place}.${place === 'spec' ? 'validation' : 'schema'}.openAPIV3Schema`;
  const withStatus = all.some((version) => version.subresources?.status !== undefined);
  if (schema?.openAPIV3Schema) validateSchema(errors, field, schema.openAPIV3Schema, withStatus);
  validateSubresources(errors, subresources, `${place}.subresources`);
  validateColumns(errors, additionalPrinterColumns, `${place}.additionalPrinterColumns`);
}

/** The list as Go prints it, pointers included, which are nobody's business. */
function goVersions(versions: any[]): GoValue {
  const pointer = (type: string, value: unknown) =>
    `(*${type})(${value === undefined ? 'nil' : '0xc000123456'})`;
  const texts = versions.map(
    (v) =>
      `apiextensions.CustomResourceDefinitionVersion{Name:${JSON.stringify(v.name ?? '')}, Served:${v.served === true}, Storage:${v.storage === true}, Deprecated:${v.deprecated === true}, DeprecationWarning:${pointer('string', v.deprecationWarning)}, Schema:${pointer('apiextensions.CustomResourceValidation', v.schema)}, Subresources:${pointer('apiextensions.CustomResourceSubresources', v.subresources)}, AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil), SelectableFields:[]apiextensions.SelectableField(nil)}`,
  );
  return new GoValue(`[]apiextensions.CustomResourceDefinitionVersion{${texts.join(', ')}}`);
}

const MIXED = 'may have mixed case, but should otherwise match: ';

function validateNames(errors: FieldErrors, field: string, names: any): void {
  for (const name of ['plural', 'singular', 'kind', 'listKind']) {
    if (!names[name]) errors.required(`${field}.${name}`);
  }
  for (const name of ['plural', 'singular', 'kind', 'listKind']) {
    const value: string = names[name] ?? '';
    if (value === '') continue;
    const mixed = name === 'kind' || name === 'listKind';
    const problems = dns1035Label(mixed ? value.toLowerCase() : value);
    if (problems.length > 0)
      errors.invalid(`${field}.${name}`, value, `${mixed ? MIXED : ''}${problems.join(',')}`);
  }
  const list = (part: string) =>
    (names[part] ?? []).forEach((name: string, i: number) => {
      report(errors, `${field}.${part}[${i}]`, name, dns1035Label(name));
    });
  list('shortNames');
  if (names.kind && names.kind === names.listKind) {
    errors.invalid(`${field}.listKind`, names.listKind, 'kind and listKind may not be the same');
  }
  list('categories');
}

/** Models ValidateCustomResourceDefinitionStoredVersions */
function validateStored(errors: FieldErrors, stored: string[] | undefined, versions: any[]): void {
  const field = 'status.storedVersions';
  if (!stored || stored.length === 0) {
    errors.invalid(field, goStrings(undefined), 'must have at least one stored version');
    return;
  }
  for (const { name, storage } of versions) {
    if (storage && !stored.includes(name))
      errors.invalid(field, goStrings(stored), `must have the storage version ${name}`);
  }
  stored.forEach((name, i) => {
    if (versions.some((version) => version.name === name)) return;
    const why = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    errors.invalid(`${field}[${i}]`, name, why);
  });
}

const APPROVED = 'api-approved.kubernetes.io';
const REVIEWS = 'https://github.com/kubernetes/enhancements/pull/1111';

/** Models validateAPIApproval: groups of the project itself need a review. */
function validateApproval(errors: FieldErrors, group: string, annotation: string | undefined): void {
  const isOurs = ['k8s.io', 'kubernetes.io'].some((own) => group === own || group.endsWith(`.${own}`));
  if (!isOurs || group.startsWith('x-k8s.io') || group.endsWith('.x-k8s.io')) return;
  const field = `metadata.annotations[${APPROVED}]`;
  if (!annotation) {
    errors.required(field, `protected groups must have approval annotation "${APPROVED}", see ${REVIEWS}`);
  } else if (!annotation.startsWith('unapproved') && !/^[a-z]+:\/\/[^/]/i.test(annotation)) {
    const why = `protected groups must have approval annotation "${APPROVED}" with either a URL or a reason starting with "unapproved", see ${REVIEWS}`;
    errors.invalid(field, annotation, why);
  }
}

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

function validateColumns(errors: FieldErrors, columns: any[], field: string): void {
  const types = `must be one of ${COLUMN_TYPES.join(',')}`;
  columns.forEach(({ name, type, format, jsonPath }, i) => {
    const place = `${field}[${i}]`;
    if (!name) errors.required(`${place}.name`);
    if (!type) errors.required(`${place}.type`, types);
    else if (!COLUMN_TYPES.includes(type)) errors.invalid(`${place}.type`, type, types);
    if (format && !COLUMN_FORMATS.includes(format))
      errors.invalid(`${place}.format`, format, `must be one of ${COLUMN_FORMATS.join(',')}`);
    if (!jsonPath) errors.required(`${place}.JSONPath`);
    else if (!jsonPath.startsWith('.'))
      errors.invalid(`${place}.JSONPath`, jsonPath, 'must be a simple json path starting with .');
  });
}

const SCALE_PATHS: readonly (readonly [field: string, parents: string])[] = [
  ['specReplicasPath', '.spec'],
  ['statusReplicasPath', '.status'],
];

function validateSubresources(errors: FieldErrors, subresources: any, field: string): void {
  const scale = subresources?.scale;
  if (!scale) return;
  for (const [name, parents] of SCALE_PATHS) {
    const place = `${field}.scale.${name}`;
    const path: string = scale[name] ?? '';
    if (path === '') errors.required(place);
    else if (!path.startsWith(`${parents}.`))
      errors.invalid(place, path, `should be a json path under ${parents}`);
  }
}

/** How versions are turned into each other. */
function validateConversion(errors: FieldErrors, conversion: any): void {
  if (!conversion) return;
  const { strategy, webhook } = conversion;
  oneOf(errors, 'spec.conversion.strategy', strategy, ['None', 'Webhook']);
  if (strategy !== 'Webhook') {
    if (webhook)
      errors.forbidden(
        'spec.conversion.webhookClientConfig',
        'should not be set when strategy is not set to Webhook',
      );
    return;
  }
  const place = 'spec.conversion.webhookClientConfig';
  const { url, service } = webhook?.clientConfig ?? {};
  if (!webhook?.clientConfig) errors.required(place, 'required when strategy is set to Webhook');
  else if ((url === undefined) === (service === undefined))
    errors.required(place, 'exactly one of url or service is required');
  if ((webhook?.conversionReviewVersions ?? []).length === 0)
    errors.required('spec.conversion.conversionReviewVersions');
}

/** Models apiextensions/validation ValidateCustomResourceDefinitionUpdate: fixed once names were accepted. */
export function validateUpdate({ spec }: any, old: any, errors: FieldErrors): void {
  const established = (old.status?.conditions ?? []).some(
    ({ type, status }: any) => type === 'Established' && status === 'True',
  );
  if (established) {
    immutable(errors, 'spec.scope', spec.scope, old.spec.scope);
    immutable(errors, 'spec.names.kind', spec.names.kind, old.spec.names.kind);
  }
  immutable(errors, 'spec.group', spec.group, old.spec.group);
  immutable(errors, 'spec.names.plural', spec.names.plural, old.spec.names.plural);
}

/** Models ValidateUpdateCustomResourceDefinitionStatus */
export const validateStatus = ofStatus((status, errors, { spec }) => {
  validateNames(errors, 'status.acceptedNames', status.acceptedNames ?? {});
  validateStored(errors, status.storedVersions, spec.versions ?? []);
});
