import { AGE, age, integer, NAME } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate } from '../mutating-webhook-configuration/validate.ts';
import { defaultWebhook } from '../mutating-webhook-configuration/webhook-defaults.ts';

export const VALIDATING_WEBHOOK_CONFIGURATION: Kind = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  singular: 'validatingwebhookconfiguration',
  categories: ['api-extensions'],
  namespaced: false,
  schema: 'io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration',
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
  for (const webhook of object.webhooks ?? []) defaultWebhook(webhook);
}
