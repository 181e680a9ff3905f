import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { finalizerName } from '../validation/fields.ts';
import { ofStatus } from '../validation/status.ts';

/** Models pkg/apis/core/validation ValidateNamespaceStatusUpdate, with the capital letter of its field. */
const validateStatus = ofStatus(({ phase }, errors, { metadata }) => {
  const [wanted, when] = metadata.deletionTimestamp
    ? ['Terminating', 'is not empty']
    : ['Active', 'is empty'];
  if (phase === wanted) return;
  errors.invalid('status.Phase', phase ?? '', `may only be '${wanted}' if \`deletionTimestamp\` ${when}`);
});

export const NAMESPACE: Kind = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  schema: 'io.k8s.api.core.v1.Namespace',
  hasStatus: true,
  columns: [NAME, text('Status'), AGE],
  row,
  setDefaults,
  prepareForCreate,
  fieldSelectors: { 'status.phase': ({ status }) => status?.phase ?? '' },
  nameRule: 'label',
  validateCreate: ({ spec }: any, errors) => {
    for (const name of spec.finalizers) finalizerName(errors, 'spec.finalizers', name);
  },
  validateSubresource: validateStatus,
  prepareForUpdate: (object: any, old: any) => {
    object.spec = { ...object.spec, finalizers: old.spec?.finalizers ?? [] };
  },
};

function row(object: any, context: RowContext): Cell[] {
  return [object.metadata.name, object.status?.phase ?? '', age(object, context)];
}

function setDefaults(object: any): void {
  const { metadata } = object;
  if (metadata.name) metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
  object.status ??= {};
  object.status.phase ||= 'Active';
}

function prepareForCreate(object: any): void {
  object.spec = { finalizers: [...new Set([...(object.spec?.finalizers ?? []), 'kubernetes'])] };
  object.status = { phase: 'Active' };
}
