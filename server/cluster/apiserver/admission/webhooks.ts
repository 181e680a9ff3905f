import { ApiError } from '../../../objects/api-error.ts';
import { celError, compileCel } from '../../../objects/cel.ts';
import { type JsonPatchOperation, jsonPatch } from '../../../objects/json-patch.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { copyValue, equalValues } from '../../../objects/values.ts';
import { annotate, warn } from '../call.ts';
import { forbidden, internalError } from '../errors.ts';
import { askWebhook, type WebhookAddress } from '../webhook-client.ts';
import type { AdmissionPlugin, Review } from './admission.ts';
import { isExempt, namespaceOf, registered, rulesMatch, selectorsMatch } from './matching.ts';
import { contextOf } from './policies.ts';

interface Webhook {
  readonly name: string;
  readonly rules?: readonly object[];
  readonly clientConfig: WebhookAddress;
  readonly failurePolicy?: string;
  readonly reinvocationPolicy?: string;
  readonly timeoutSeconds?: number;
  readonly matchConditions?: readonly { expression: string }[];
  readonly namespaceSelector?: any;
  readonly objectSelector?: any;
}

/** Webhooks that may change an object. Models admission/plugin/webhook/mutating. */
export const mutatingAdmissionWebhook: AdmissionPlugin = {
  name: 'MutatingAdmissionWebhook',
  admit(review) {
    const asked: Webhook[] = [];
    const again = new Set<Webhook>();
    for (const webhook of webhooksFor(review, 'mutatingwebhookconfigurations')) {
      if (mutates(review, webhook))
        for (const earlier of asked) if (earlier.reinvocationPolicy === 'IfNeeded') again.add(earlier);
      asked.push(webhook);
    }
    if (again.size === 0) return;
    for (const webhook of webhooksFor(review, 'mutatingwebhookconfigurations'))
      if (again.has(webhook)) mutates(review, webhook);
  },
};

/** Whether a webhook that is asked changed the object. */
function mutates(review: Review, webhook: Webhook): boolean {
  const { object } = review;
  const response = ask(review, webhook);
  if (!response?.patch || !object) return false;
  const before = copyValue(object);
  change(webhook, object, response.patch);
  return !equalValues(before, object);
}

/** Webhooks that may refuse one. */
export const validatingAdmissionWebhook: AdmissionPlugin = {
  name: 'ValidatingAdmissionWebhook',
  validate(review) {
    for (const webhook of webhooksFor(review, 'validatingwebhookconfigurations')) ask(review, webhook);
  },
};

/** Whether one is asked depends on what those before it made of the object. */
function* webhooksFor(review: Review, resource: string): Iterable<Webhook> {
  if (isExempt(review)) return;
  const all: Webhook[] = registered(review, resource).flatMap((one) => one['webhooks'] ?? []);
  for (const webhook of all) {
    const concerned = rulesMatch(webhook.rules, review) && selectorsMatch(webhook, review);
    if (concerned && conditionsHold(review, webhook)) yield webhook;
  }
}

/** One that is false is decisive, whatever errors others have. Models admission/plugin/webhook/matchconditions. */
function conditionsHold(review: Review, { matchConditions = [], failurePolicy }: Webhook): boolean {
  if (matchConditions.length === 0) return true;
  const context = contextOf(review, null);
  const problems: string[] = [];
  for (const { expression } of matchConditions) {
    try {
      if (compileCel(expression)(context) !== true) return false;
    } catch (error) {
      problems.push(celError(error));
    }
  }
  if (problems.length === 0) return true;
  if (failurePolicy === 'Ignore') return false;
  throw forbidden(
    review.served,
    review.name,
    problems.length === 1 ? (problems[0] as string) : `[${problems.join(', ')}]`,
  );
}

interface Answer {
  readonly allowed: boolean;
  readonly patch?: string;
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
  readonly status?: { readonly message?: string; readonly code?: number; readonly reason?: any };
}

/** Asks a webhook; undefined when it failed and failures are to be ignored. */
function ask(review: Review, webhook: Webhook): Answer | undefined {
  let answer: Answer;
  try {
    answer = send(review, webhook);
  } catch (error) {
    if (webhook.failurePolicy === 'Ignore') return undefined;
    throw internalError(
      `failed calling webhook ${JSON.stringify(webhook.name)}: failed to call webhook: ${(error as Error).message}`,
    );
  }
  for (const text of answer.warnings ?? []) warn(review.call, text);
  for (const [key, value] of Object.entries(answer.auditAnnotations ?? {}))
    annotate(review.call, `${webhook.name}/${key}`, value);
  if (answer.allowed) return answer;
  const { message, code = 400, reason } = answer.status ?? {};
  const why = message ? `: ${message}` : reason ? `: ${reason}` : ' without explanation';
  throw new ApiError(
    code >= 400 ? code : 400,
    reason,
    `admission webhook ${JSON.stringify(webhook.name)} denied the request${why}`,
  );
}

function send(review: Review, webhook: Webhook): Answer {
  const { server } = review.call;
  const uid = server.randomFor(`webhook/${webhook.name}/${review.name}`).uuid();
  const asked = { review: reviewRequest(review, uid), timeoutSeconds: webhook.timeoutSeconds ?? 10 };
  const { response } = askWebhook(server, webhook.clientConfig, asked) as { response?: Answer };
  if (!response) throw new Error('webhook response was absent');
  return response;
}

function reviewRequest(review: Review, uid: string) {
  const { call, served, operation, subresource, namespace, name, object, old, dryRun } = review;
  const kind = { group: served.group, version: served.version, kind: served.kind.kind };
  const resource = { group: served.group, version: served.version, resource: served.resource };
  const { user } = call;
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid,
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      ...(subresource ? { subResource: subresource } : {}),
      ...(name ? { name } : {}),
      ...(namespace && namespaceOf(review) ? { namespace } : {}),
      operation,
      userInfo: { username: user.name, groups: user.groups, ...(user.uid ? { uid: user.uid } : {}) },
      object: object === undefined ? null : copyValue(object),
      oldObject: old ?? null,
      dryRun,
    },
  };
}

/** Applies a webhook's JSON patch to the object in place. */
function change(webhook: Webhook, object: KubeObject, patch: string): void {
  let changed: KubeObject;
  try {
    const operations = JSON.parse(Buffer.from(patch, 'base64').toString()) as JsonPatchOperation[];
    changed = jsonPatch(object, operations) as KubeObject;
  } catch (error) {
    throw internalError(
      `failed to apply patch of webhook ${JSON.stringify(webhook.name)}: ${(error as Error).message}`,
    );
  }
  for (const key of Object.keys(object)) if (!(key in changed)) delete object[key];
  Object.assign(object, changed);
}
