import type { FieldErrors } from '../../../objects/field-error.ts';
import { labelSelector, oneOfIfSet, report } from '../validation/fields.ts';
import { validateMatchConditions } from '../validation/match-conditions.ts';
import { dns1035Label, dnsLabel, fullyQualifiedName, portNumber } from '../validation/names.ts';

/** Models pkg/apis/admissionregistration/validation validateMutatingWebhook, which validating ones share. */
export function validate({ webhooks = [] }: any, errors: FieldErrors): void {
  const names = new Set<string>();
  webhooks.forEach((webhook: any, i: number) => {
    validateWebhook(errors, `webhooks[${i}]`, webhook);
    if (names.has(webhook.name)) errors.duplicate(`webhooks[${i}].name`, webhook.name);
    names.add(webhook.name);
  });
}

function validateWebhook(errors: FieldErrors, field: string, webhook: any): void {
  const name: string = webhook.name ?? '';
  if (name === '') errors.required(`${field}.name`);
  else report(errors, `${field}.name`, name, fullyQualifiedName(name));
  const versions: string[] = webhook.admissionReviewVersions ?? [];
  if (versions.length === 0) {
    errors.required(`${field}.admissionReviewVersions`, 'must specify one of v1, v1beta1');
  } else if (!versions.some((version) => version === 'v1' || version === 'v1beta1')) {
    errors.invalid(`${field}.admissionReviewVersions`, versions, 'must include at least one of v1, v1beta1');
  }
  (webhook.rules ?? []).forEach((rule: any, i: number) => {
    validateRule(errors, `${field}.rules[${i}]`, rule);
  });
  oneOfIfSet(errors, `${field}.failurePolicy`, webhook.failurePolicy, ['Fail', 'Ignore']);
  oneOfIfSet(errors, `${field}.matchPolicy`, webhook.matchPolicy, ['Equivalent', 'Exact']);
  if (!webhook.sideEffects) errors.required(`${field}.sideEffects`, 'must specify one of None, NoneOnDryRun');
  else oneOfIfSet(errors, `${field}.sideEffects`, webhook.sideEffects, ['None', 'NoneOnDryRun']);
  const seconds = webhook.timeoutSeconds;
  if (seconds !== undefined && (seconds < 1 || seconds > 30)) {
    errors.invalid(`${field}.timeoutSeconds`, seconds, 'the timeout value must be between 1 and 30 seconds');
  }
  labelSelector(errors, `${field}.namespaceSelector`, webhook.namespaceSelector);
  labelSelector(errors, `${field}.objectSelector`, webhook.objectSelector);
  validateMatchConditions(errors, `${field}.matchConditions`, webhook.matchConditions);
  validateClient(errors, `${field}.clientConfig`, webhook.clientConfig ?? {});
  oneOfIfSet(errors, `${field}.reinvocationPolicy`, webhook.reinvocationPolicy, ['IfNeeded', 'Never']);
}

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];

/** Models validateRuleWithOperations, which policies share. */
export function validateRule(errors: FieldErrors, field: string, rule: any): void {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  if (operations.length === 0) errors.required(`${field}.operations`);
  operations.forEach((operation: string, i: number) => {
    if (!OPERATIONS.includes(operation))
      errors.notSupported(`${field}.operations[${i}]`, operation, OPERATIONS);
  });
  if (apiGroups.length === 0) errors.required(`${field}.apiGroups`);
  if (apiVersions.length === 0) errors.required(`${field}.apiVersions`);
  if (resources.length === 0) errors.required(`${field}.resources`);
  oneOfIfSet(errors, `${field}.scope`, scope, ['*', 'Cluster', 'Namespaced']);
}

function validateClient(errors: FieldErrors, field: string, { url, service }: any): void {
  if ((url === undefined) === (service === undefined)) {
    errors.required(field, 'exactly one of url or service is required');
  }
  if (url !== undefined && !url.startsWith('https://')) {
    const scheme = /^([a-z]+):/.exec(url)?.[1] ?? '';
    const form = 'desired format: https://host[/path]';
    errors.invalid(`${field}.url`, scheme, `'https' is the only allowed URL scheme; ${form}`);
  }
  if (!service) return;
  if (!service.name) errors.required(`${field}.service.name`, 'service name is required');
  else report(errors, `${field}.service.name`, service.name, dns1035Label(service.name));
  if (!service.namespace) errors.required(`${field}.service.namespace`, 'service namespace is required');
  else report(errors, `${field}.service.namespace`, service.namespace, dnsLabel(service.namespace));
  const port = service.port ?? 443;
  if (portNumber(port).length > 0) {
    const why = 'port is not valid: must be between 1 and 65535, inclusive';
    errors.invalid(`${field}.service.port`, port, why);
  }
}
