import { AGE, age, NAME, text } from '../columns.ts';
import { validateStatus } from '../flow-schema/validate.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate } from './validate.ts';

export const PRIORITY_LEVEL_CONFIGURATION: Kind = {
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  singular: 'prioritylevelconfiguration',
  namespaced: false,
  schema: 'io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration',
  hasStatus: true,
  hasGeneration: true,
  columns: [
    NAME,
    text('Type'),
    text('NominalConcurrencyShares'),
    text('Queues'),
    text('HandSize'),
    text('QueueLengthLimit'),
    AGE,
  ],
  row,
  setDefaults,
  prepareForCreate,
  validate,
  validateSubresource: validateStatus,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec = {} } = object;
  const queuing = spec.limited?.limitResponse?.queuing;
  return [
    metadata.name,
    spec.type ?? '',
    spec.limited?.nominalConcurrencyShares ?? '<none>',
    queuing?.queues ?? '<none>',
    queuing?.handSize ?? '<none>',
    queuing?.queueLengthLimit ?? '<none>',
    age(object, context),
  ];
}

function setDefaults(object: any): void {
  const { limited, exempt } = object.spec ?? {};
  if (exempt) {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }
  if (!limited) return;
  limited.nominalConcurrencyShares ??= 30;
  limited.lendablePercent ??= 0;
  const { queuing } = limited.limitResponse ?? {};
  if (!queuing) return;
  queuing.queues ||= 64;
  queuing.handSize ||= 8;
  queuing.queueLengthLimit ||= 50;
}

function prepareForCreate(object: any): void {
  object.status = {};
}
