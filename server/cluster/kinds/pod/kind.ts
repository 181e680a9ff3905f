import type { Kind } from '../kind.ts';
import { COLUMNS, row } from './columns.ts';
import { defaultPod } from './defaults.ts';
import { FIELD_SELECTORS, gracePeriodSeconds, prepareForCreate } from './strategy.ts';
import { validatePodPart } from './validation/parts.ts';
import { validatePod, validatePodCreate } from './validation/pod-spec.ts';
import { validatePodUpdate } from './validation/update.ts';
import { podWarnings } from './warnings/pod-spec.ts';

export const POD: Kind = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Pod',
  hasStatus: true,
  hasGeneration: true,
  columns: COLUMNS,
  row,
  setDefaults: defaultPod,
  prepareForCreate,
  gracePeriodSeconds,
  fieldSelectors: FIELD_SELECTORS,
  validate: validatePod,
  validateCreate: validatePodCreate,
  validateUpdate: validatePodUpdate,
  validateSubresource: validatePodPart,
  warnings: podWarnings,
};
