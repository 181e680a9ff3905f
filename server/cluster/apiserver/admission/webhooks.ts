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
import { kindOf, type MatchedReview, resourceOf, seenIn, takeOver } from './versions.ts';

interface Webhook {
  readonly name: string;
  readonly rules?: readonly object[];
  readonly clientConfig: WebhookAddress;
  readonly failurePolicy?: string;
  readonly matchPolicy?: string;
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
    for (const concerned of webhooksFor(review, 'mutatingwebhookconfigurations')) {
      if (mutates(review, concerned))
        for (const earlier of asked) if (earlier.reinvocationPolicy === 'IfNeeded') again.add(earlier);
      asked.push(concerned.webhook);
    }
    if (again.size === 0) return;
    for (const concerned of webhooksFor(review, 'mutatingwebhookconfigurations'))
      if (again.has(concerned.webhook)) mutates(review, concerned);
  },
};

/** Whether a webhook that is asked changed the object. */
function mutates(review: Review, { webhook, seen }: Concerned): boolean {
  const response = ask(seen, webhook);
  if (!response?.patch || !seen.object) return false;
  const changed = patched(webhook, seen.object, response.patch);
  if (equalValues(seen.object, changed)) return false;
  takeOver(review, seen, changed);
  return true;
}

/** Webhooks that may refuse one. */
export const validatingAdmissionWebhook: AdmissionPlugin = {
  name: 'ValidatingAdmissionWebhook',
  validate(review) {
    for (const { webhook, seen } of webhooksFor(review, 'validatingwebhookconfigurations'))
      ask(seen, webhook);
  },
};

/** A webhook that is asked, and what it sees of the request. */
interface Concerned {
  readonly webhook: Webhook;
  readonly seen: MatchedReview;
}

/** Whether one is asked depends on what those before it made of the object. */
function* webhooksFor(review: Review, resource: string): Iterable<Concerned> {
  if (isExempt(review)) return;
  const all: Webhook[] = registered(review, resource).flatMap((one) => one['webhooks'] ?? []);
  for (const webhook of all) {
    const version = rulesMatch(webhook.rules, review, webhook.matchPolicy);
    if (!version || !selectorsMatch(webhook, review)) continue;
    const seen = seenIn(review, version);
    if (conditionsHold(seen, webhook)) yield { webhook, seen };
  }
}

/** One that is false is decisive, whatever errors others have. Models admission/plugin/webhook/matchconditions. */
function conditionsHold(review: MatchedReview, { matchConditions = [], failurePolicy }: Webhook): boolean {
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
function ask(review: MatchedReview, webhook: Webhook): Answer | undefined {
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

function send(review: MatchedReview, webhook: Webhook): Answer {
  const { server } = review.call;
  const uid = server.randomFor(`webhook/${webhook.name}/${review.name}`).uuid();
  const asked = { review: reviewRequest(review, uid), timeoutSeconds: webhook.timeoutSeconds ?? 10 };
  const { response } = askWebhook(server, webhook.clientConfig, asked) as { response?: Answer };
  if (!response) throw new Error('webhook response was absent');
  return response;
}

function reviewRequest(review: MatchedReview, uid: string) {
  const { call, operation, subresource, namespace, name, object, old, dryRun } = review;
  const { user } = call;
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid,
      kind: kindOf(review.served),
      resource: resourceOf(review.served),
      requestKind: kindOf(review.requested),
      requestResource: resourceOf(review.requested),
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

/** The object as a webhook's JSON patch makes it. */
function patched(webhook: Webhook, object: KubeObject, patch: string): KubeObject {
  try {
    const operations = JSON.parse(Buffer.from(patch, 'base64').toString()) as JsonPatchOperation[];
    return jsonPatch(object, operations) as KubeObject;
  } catch (error) {
    throw internalError(
      `failed to apply patch of webhook ${JSON.stringify(webhook.name)}: ${(error as Error).message}`,
    );
  }
}
