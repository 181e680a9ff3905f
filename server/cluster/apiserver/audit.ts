import { parse as parseYaml } from 'yaml';
import type { HttpRequest, HttpResponse } from '../../host/index.ts';
import { type KubeObject, microTimestamp } from '../../objects/object.ts';
import { isObject } from '../../objects/values.ts';
import { type AuditLevel, type AuditPolicy, type AuditRule, auditLevel } from './audit-policy.ts';
import type { RequestInfo } from './request-info.ts';
import type { User } from './user.ts';

export type AuditStage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete';

/** What became known of a request on its way. */
export interface Audited {
  readonly request: HttpRequest;
  readonly now: number;
  /** What the answer is called by, too. */
  readonly auditID: string;
  info?: RequestInfo;
  /** Who the client is. */
  known?: User;
  /** Who it acts as. */
  user?: User;
  /** What those who decided about it have to say. */
  readonly annotations: Record<string, string>;
}

/** Writes who did what, at the levels of a policy. Models apiserver/pkg/audit. */
export class AuditLog {
  readonly #policy: AuditPolicy;
  readonly #write: (line: string) => void;

  constructor(policy: AuditPolicy, write: (line: string) => void) {
    this.#policy = policy;
    this.#write = write;
  }

  /** Writes the stages of an answered request. */
  record(audited: Audited, response: HttpResponse): void {
    const { info, known, user } = audited;
    if (!info) return;
    const rule = auditLevel(this.#policy, info, user ?? known);
    if (rule.level === 'None') return;
    const omitted = new Set([...(this.#policy.omitStages ?? []), ...(rule.omitStages ?? [])]);
    const last: AuditStage = response.stream ? 'ResponseStarted' : 'ResponseComplete';
    for (const stage of ['RequestReceived', last] as const) {
      if (omitted.has(stage)) continue;
      const event = this.#event({ audited, info, rule, stage, response });
      this.#write(`${JSON.stringify(event)}\n`);
    }
  }

  #event(entry: Entry): object {
    const { audited, info, rule, stage, response } = entry;
    const { request, known, user, now, auditID } = audited;
    const time = microTimestamp(now);
    const done = stage !== 'RequestReceived';
    const objects = done ? this.#objects(rule, request, response) : {};
    return {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: rule.level,
      auditID,
      stage,
      requestURI: request.path,
      verb: info.verb,
      user: shownUser(known),
      ...(user && known && user !== known && user.name !== known.name
        ? { impersonatedUser: shownUser(user) }
        : {}),
      ...(request.peer ? { sourceIPs: [request.peer.address] } : {}),
      ...(request.headers['user-agent'] ? { userAgent: request.headers['user-agent'] } : {}),
      ...(info.isResource ? { objectRef: objectRef(info, request, response, done) } : {}),
      ...(done ? { responseStatus: responseStatus(response) } : {}),
      ...objects,
      requestReceivedTimestamp: time,
      stageTimestamp: time,
      ...(done ? annotations(audited) : {}),
    };
  }

  #objects(rule: AuditRule, request: HttpRequest, response: HttpResponse) {
    const omit = rule.omitManagedFields ?? this.#policy.omitManagedFields ?? false;
    const shown = (value: unknown) => (omit ? withoutManagedFields(value) : value);
    const sent = reads(rule.level, 'Request') ? requestObject(request) : undefined;
    const answered = reads(rule.level, 'RequestResponse') ? response.value : undefined;
    return {
      ...(sent === undefined ? {} : { requestObject: shown(sent) }),
      ...(answered === undefined ? {} : { responseObject: shown(answered) }),
    };
  }
}

interface Entry {
  readonly audited: Audited;
  readonly info: RequestInfo;
  readonly rule: AuditRule;
  readonly stage: AuditStage;
  readonly response: HttpResponse;
}

function reads(level: AuditLevel, wanted: 'Request' | 'RequestResponse'): boolean {
  return level === 'RequestResponse' || level === wanted;
}

function shownUser(user: User | undefined) {
  if (!user) return {};
  const { name, uid, groups, extra } = user;
  return {
    username: name,
    ...(uid ? { uid } : {}),
    groups,
    ...(extra && Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

function objectRef(info: RequestInfo, request: HttpRequest, response: HttpResponse, done: boolean) {
  const { resource, namespace, group, version, subresource } = info;
  const sent = isObject(request.value) ? (request.value as unknown as KubeObject).metadata : undefined;
  const stored =
    done && isObject(response.value) ? (response.value as unknown as KubeObject).metadata : undefined;
  const name = info.name || (info.verb === 'create' ? (sent?.name ?? stored?.name) : undefined);
  return {
    resource,
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
    ...(sent?.uid ? { uid: sent.uid } : {}),
    ...(group ? { apiGroup: group } : {}),
    apiVersion: version,
    ...(sent?.resourceVersion ? { resourceVersion: sent.resourceVersion } : {}),
    ...(subresource ? { subresource } : {}),
  };
}

function responseStatus({ status, value }: HttpResponse) {
  if (isObject(value) && value['kind'] === 'Status') {
    const { status: outcome, message, reason, details } = value;
    return {
      metadata: {},
      ...(outcome ? { status: outcome } : {}),
      ...(message ? { message } : {}),
      ...(reason ? { reason } : {}),
      ...(details ? { details } : {}),
      code: status,
    };
  }
  return { metadata: {}, code: status };
}

function requestObject(request: HttpRequest): unknown {
  if (request.value !== undefined) return request.value;
  if (!request.body) return undefined;
  try {
    return parseYaml(request.body);
  } catch {
    return undefined;
  }
}

function withoutManagedFields(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { items, metadata } = value;
  const shown = isObject(metadata)
    ? { metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== 'managedFields')) }
    : {};
  return { ...value, ...shown, ...(Array.isArray(items) ? { items: items.map(withoutManagedFields) } : {}) };
}

function annotations({ annotations: said }: Audited) {
  const pairs = Object.entries(said).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? {} : { annotations: Object.fromEntries(pairs) };
}
