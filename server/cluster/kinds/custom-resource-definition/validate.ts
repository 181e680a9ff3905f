import type { FieldErrors } from '../../../objects/field-error.ts';
import { immutable, oneOf, report } from '../validation/fields.ts';
import { dns1035Label, dnsSubdomain } from '../validation/names.ts';

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
  validateColumns(errors, versions);
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
    } else validateRoot(errors, `${place}.schema.openAPIV3Schema`, schema.openAPIV3Schema);
  });
  if (stored !== 1) {
    errors.invalid('spec.versions', versions, 'must have exactly one version marked as storage version');
  }
}

function validateRoot(errors: FieldErrors, field: string, schema: any): void {
  if (schema.type === undefined) errors.required(`${field}.type`, 'must not be empty at the root');
  else if (schema.type !== 'object')
    errors.invalid(`${field}.type`, schema.type, 'must be object at the root');
  validateTypes(errors, field, schema, 0);
}

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** Structural schemas need a type everywhere. Models apiextensions structural schema validation. */
function validateTypes(errors: FieldErrors, field: string, schema: any, depth: number): void {
  if (depth > 50 || typeof schema !== 'object' || schema === null) return;
  for (const [name, inner] of Object.entries<any>(schema.properties ?? {})) {
    const place = `${field}.properties[${name}]`;
    requireType(errors, place, inner);
    validateTypes(errors, place, inner, depth + 1);
  }
  if (schema.items && typeof schema.items === 'object') {
    requireType(errors, `${field}.items`, schema.items);
    validateTypes(errors, `${field}.items`, schema.items, depth + 1);
  } else if (schema.type === 'array') errors.required(`${field}.items`, 'must be specified');
  if (typeof schema.additionalProperties === 'object') {
    if (schema.properties && Object.keys(schema.properties).length > 0) {
      errors.forbidden(
        `${field}.additionalProperties`,
        'additionalProperties and properties are mutual exclusive',
      );
    }
    requireType(errors, `${field}.additionalProperties`, schema.additionalProperties);
    validateTypes(errors, `${field}.additionalProperties`, schema.additionalProperties, depth + 1);
  }
}

function requireType(errors: FieldErrors, field: string, schema: any): void {
  const free = schema?.['x-kubernetes-preserve-unknown-fields'] || schema?.['x-kubernetes-int-or-string'];
  if (!schema?.type) {
    if (!free) errors.required(`${field}.type`, 'must not be empty for specified object fields');
  } else if (!TYPES.includes(schema.type)) errors.notSupported(`${field}.type`, schema.type, TYPES);
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
  versions.forEach(({ additionalPrinterColumns = [] }, i) => {
    additionalPrinterColumns.forEach(({ name, type, jsonPath }: any, j: number) => {
      const place = `spec.versions[${i}].additionalPrinterColumns[${j}]`;
      if (!name) errors.required(`${place}.name`);
      if (!type) {
        errors.required(`${place}.type`, `must be one of ${COLUMN_TYPES.join(',')}`);
      } else if (!COLUMN_TYPES.includes(type)) {
        errors.invalid(`${place}.type`, type, `must be one of ${COLUMN_TYPES.join(',')}`);
      }
      if (!jsonPath) errors.required(`${place}.JSONPath`);
    });
  });
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
