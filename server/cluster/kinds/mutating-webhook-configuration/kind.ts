import { AGE, age, integer, NAME } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate } from './validate.ts';
import { defaultWebhook } from './webhook-defaults.ts';

export const MUTATING_WEBHOOK_CONFIGURATION: Kind = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  singular: 'mutatingwebhookconfiguration',
  categories: ['api-extensions'],
  namespaced: false,
  schema: 'io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration',
  hasGeneration: true,
  columns: [NAME, integer('Webhooks'), AGE],
  row,
  setDefaults,
  validate,
};

function row(object: any, context: RowContext): Cell[] {
  return [object.metadata.name, object.webhooks?.length ?? 0, age(object, context)];
}

function setDefaults(object: any): void {
  for (const webhook of object.webhooks ?? []) {
    defaultWebhook(webhook);
    webhook.reinvocationPolicy ??= 'Never';
  }
}
