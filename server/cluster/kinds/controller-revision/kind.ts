import { equalValues } from '../../../objects/values.ts';
import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';

export const CONTROLLER_REVISION: Kind = {
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.ControllerRevision',
  columns: [NAME, text('Controller'), text('Revision'), AGE],
  row,
  validateUpdate: ({ data }: any, old: any, errors) => {
    if (!equalValues(data, old.data)) errors.invalid('data', data, 'field is immutable');
  },
};

function row(object: any, context: RowContext): Cell[] {
  const owner = (object.metadata.ownerReferences ?? []).find(({ controller }: any) => controller);
  return [
    object.metadata.name,
    owner ? ownerName(owner) : '<none>',
    object.revision ?? 0,
    age(object, context),
  ];
}

function ownerName({ apiVersion, kind, name }: any): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.slice(0, apiVersion.indexOf('/'))}` : '';
  return `${`${kind}${group}`.toLowerCase()}/${name}`;
}
