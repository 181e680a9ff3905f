import type { FieldErrors } from '../../../objects/field-error.ts';
import { equalValues } from '../../../objects/values.ts';
import { immutable, oneOf, report } from '../validation/fields.ts';
import { dns1035Label, dnsSubdomain } from '../validation/names.ts';
import { validateSchema } from './validate-schema.ts';

/** Models apiextensions/validation ValidateCustomResourceDefinition, but for the schemas themselves. */
export function validate({ metadata, spec }: any, errors: FieldErrors): void {
  const { group = '', names = {}, versions = [], scope } = spec;
  if (metadata.name !== `${names.plural}.${group}`) {
    errors.invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group');
  }
  if (group === '') errors.required('spec.group');
  else {
    report(errors, 'spec.group', group, dnsSubdomain(group));
    if (group.split('.').length < 2)
      errors.invalid('spec.group', group, 'should be a domain with at least one dot');
  }
  oneOf(errors, 'spec.scope', scope, ['Cluster', 'Namespaced']);
  validateVersions(errors, versions);
  validateNames(errors, 'spec.names', names);
  validateSubresources(errors, versions);
  validateColumns(errors, versions);
  validateConversion(errors, spec.conversion);
  if (spec.preserveUnknownFields) {
    errors.invalid(
      'spec.preserveUnknownFields',
      true,
      'must be false in order to use defaults in the schema',
    );
  }
}

function validateVersions(errors: FieldErrors, versions: any[]): void {
  let stored = 0;
  const seen = new Set<string>();
  versions.forEach(({ name = '', storage, served, schema, deprecationWarning, deprecated }, i) => {
    const place = `spec.versions[${i}]`;
    if (storage) stored++;
    if (seen.has(name)) {
      errors.invalid('spec.versions', name, 'must contain unique version names');
    }
    seen.add(name);
    report(errors, `${place}.name`, name, dns1035Label(name));
    if (served === undefined) errors.required(`${place}.served`);
    if (deprecationWarning !== undefined && !deprecated) {
      errors.invalid(
        `${place}.deprecationWarning`,
        deprecationWarning,
        'can only be set for deprecated versions',
      );
    }
    if (!schema?.openAPIV3Schema) {
      errors.required(`${place}.schema.openAPIV3Schema`, 'schemas are required');
    }
  });
  perVersion(versions, 'schema', (schema, place) => {
    const field = place === 'spec' ? 'spec.validation' : `${place}.schema`;
    if (schema?.openAPIV3Schema) validateSchema(errors, `${field}.openAPIV3Schema`, schema.openAPIV3Schema);
  });
  if (stored !== 1) {
    errors.invalid('spec.versions', versions, 'must have exactly one version marked as storage version');
  }
}

/** What all versions have alike is checked, and named, only once. */
function perVersion(versions: any[], part: string, check: (value: any, place: string) => void): void {
  const [first] = versions;
  if (versions.every((version) => equalValues(version[part], first[part]))) check(first?.[part], 'spec');
  else
    versions.forEach((version, i) => {
      check(version[part], `spec.versions[${i}]`);
    });
}

function validateNames(errors: FieldErrors, field: string, names: any): void {
  for (const name of ['plural', 'singular', 'kind', 'listKind']) {
    const value: string = names[name] ?? '';
    if (value === '' && (name === 'plural' || name === 'kind')) {
      errors.required(`${field}.${name}`);
      continue;
    }
    if (value !== '') report(errors, `${field}.${name}`, value, dns1035Label(value.toLowerCase()));
  }
  for (const list of ['shortNames', 'categories']) {
    (names[list] ?? []).forEach((name: string, i: number) => {
      report(errors, `${field}.${list}[${i}]`, name, dns1035Label(name));
    });
  }
  if (names.kind && names.kind === names.listKind) {
    errors.invalid(`${field}.listKind`, names.listKind, 'kind and listKind may not be the same');
  }
}

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];

function validateColumns(errors: FieldErrors, versions: any[]): void {
  perVersion(versions, 'additionalPrinterColumns', (columns = [], base) => {
    columns.forEach(({ name, type, jsonPath }: any, j: number) => {
      const place = `${base}.additionalPrinterColumns[${j}]`;
      if (!name) errors.required(`${place}.name`);
      if (!type) {
        errors.required(`${place}.type`, `must be one of ${COLUMN_TYPES.join(',')}`);
      } else if (!COLUMN_TYPES.includes(type)) {
        errors.invalid(`${place}.type`, type, `must be one of ${COLUMN_TYPES.join(',')}`);
      }
      if (!jsonPath) errors.required(`${place}.JSONPath`);
      else if (!jsonPath.startsWith('.')) {
        errors.invalid(`${place}.JSONPath`, jsonPath, 'must be a simple json path starting with .');
      }
    });
  });
}

const SCALE_PATHS: readonly (readonly [field: string, parents: string])[] = [
  ['specReplicasPath', '.spec'],
  ['statusReplicasPath', '.status'],
];

function validateSubresources(errors: FieldErrors, versions: any[]): void {
  perVersion(versions, 'subresources', (subresources, base) => {
    const scale = subresources?.scale;
    if (!scale) return;
    for (const [field, parents] of SCALE_PATHS) {
      const place = `${base}.subresources.scale.${field}`;
      const path: string = scale[field] ?? '';
      if (path === '') errors.required(place);
      else if (!path.startsWith(`${parents}.`))
        errors.invalid(place, path, `should be a json path under ${parents}`);
    }
  });
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
