import { containerCells, formatLabels, NAME, text } from '../columns.ts';
import type { Cell, Kind } from '../kind.ts';
import { defaultTemplate } from '../pod/defaults.ts';
import { validatePodTemplate } from '../pod/validation/pod-spec.ts';

export const POD_TEMPLATE: Kind = {
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  singular: 'podtemplate',
  namespaced: true,
  schema: 'io.k8s.api.core.v1.PodTemplate',
  hasGeneration: true,
  columns: [NAME, text('Containers'), text('Images'), text('Pod Labels')],
  row,
  setDefaults: ({ template }: any) => defaultTemplate(template),
  validate: ({ template }: any, errors) => validatePodTemplate(errors, 'template', template ?? {}),
};

function row(object: any): Cell[] {
  const { metadata, spec } = object.template ?? {};
  const [names, images] = containerCells(spec?.containers);
  return [object.metadata.name, names, images, formatLabels(metadata?.labels)];
}
