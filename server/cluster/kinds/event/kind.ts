import type { Kind } from '../kind.ts';
import { COLUMNS, row } from './columns.ts';
import { EVENTS_V1 } from './events-v1.ts';
import { FIELD_SELECTORS } from './field-selectors.ts';
import { validate } from './validate.ts';

export const EVENT: Kind = {
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Event',
  otherVersions: [EVENTS_V1],
  columns: COLUMNS,
  row,
  fieldSelectors: FIELD_SELECTORS,
  validate,
};
