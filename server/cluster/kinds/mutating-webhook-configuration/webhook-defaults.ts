/** Models pkg/apis/admissionregistration/v1 SetDefaults_ValidatingWebhook, which mutating ones share. */
export function defaultWebhook(webhook: any): void {
  webhook.failurePolicy ??= 'Fail';
  webhook.matchPolicy ??= 'Equivalent';
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= 10;
  defaultRules(webhook.rules);
  if (webhook.clientConfig?.service) webhook.clientConfig.service.port ??= 443;
}

export function defaultRules(rules: any[] = []): void {
  for (const rule of rules) rule.scope ??= '*';
}

/** Models pkg/apis/admissionregistration/v1 SetDefaults_MatchResources. */
export function defaultMatchResources(match: any): void {
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  defaultRules(match.resourceRules);
  defaultRules(match.excludeResourceRules);
}
