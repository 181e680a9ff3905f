import { CREATED_COLUMNS, createdRow } from '../columns.ts';
import type { Kind } from '../kind.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';

export const CUSTOM_RESOURCE_DEFINITION: Kind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  schema: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
  storagePrefix: 'apiextensions.k8s.io/customresourcedefinitions',
  hasStatus: true,
  hasGeneration: true,
  columns: CREATED_COLUMNS,
  row: createdRow,
  setDefaults,
  prepareForCreate,
  prepareForUpdate,
  validate,
  validateUpdate,
  validateSubresource: validateStatus,
};

function setDefaults(object: any): void {
  const spec = object.spec ?? {};
  object.spec = spec;
  const names = spec.names ?? {};
  spec.names = names;
  if (names.kind) {
    names.singular ||= names.kind.toLowerCase();
    names.listKind ||= `${names.kind}List`;
  }
  spec.conversion ??= { strategy: 'None' };
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service) service.port ??= 443;
}

function prepareForCreate(object: any): void {
  const stored = (object.spec.versions ?? [])
    .filter(({ storage }: any) => storage)
    .map(({ name }: any) => name);
  object.status = { conditions: [], acceptedNames: { plural: '', kind: '' }, storedVersions: stored };
}

/** What was ever stored stays noted until somebody has seen to it that nothing is left. */
function prepareForUpdate(object: any): void {
  const stored: string = (object.spec.versions ?? []).find(({ storage }: any) => storage)?.name;
  const known: string[] = object.status?.storedVersions ?? [];
  if (!stored || known.includes(stored)) return;
  object.status = { ...object.status, storedVersions: [...known, stored] };
}
