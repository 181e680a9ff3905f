import type { Context, HttpRequest, HttpResponse } from '../../host/index.ts';
import { isSystemError } from '../../host/index.ts';
import { commonNameOf, organizationsOf, parseCertificate, verifyChain } from '../../host/pki/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import type { Client } from '../client/client.ts';
import { RESOURCES } from '../client/resources.ts';
import type { KubeletSettings } from './config.ts';

export interface AccessOptions {
  readonly context: Context;
  readonly settings: KubeletSettings;
  readonly nodeName: string;
  /** Undefined: the kubelet stands alone and knows no tokens. */
  readonly client: Client | undefined;
  /** What the API has answered before. */
  readonly answers: Answers;
}

/** Why a request to the kubelet's API is refused; undefined when it is not. Models pkg/kubelet/server InstallAuthFilter. */
export function refusal(request: HttpRequest, options: AccessOptions): HttpResponse | undefined {
  const { settings } = options;
  const token = /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '')?.[1];
  const user =
    certified(request, options) ??
    (token !== undefined && settings.tokens ? userOf(token, options) : undefined) ??
    (settings.anonymous && token === undefined ? ANONYMOUS : undefined);
  if (user === undefined) return plain(401, 'Unauthorized');
  if (settings.authorization === 'AlwaysAllow' || user.groups?.some((group) => TRUSTED.includes(group)))
    return undefined;
  const verb = VERBS[request.method] ?? 'get';
  const subresource = subresourceOf(request.path);
  if (mayUse(user, verb, subresource, options)) return undefined;
  return plain(
    403,
    `Forbidden (user=${user.username}, verb=${verb}, resource=nodes, subresource(s)=[${subresource}])\n`,
  );
}

const ANONYMOUS: UserInfo = { username: 'system:anonymous', groups: ['system:unauthenticated'] };
/** The API server need not be asked of its own client, nor of who may do everything. */
const TRUSTED = ['system:masters', 'kubeadm:cluster-admins'];

/** Whom the cluster's authority vouches for. */
function certified(request: HttpRequest, { context, settings }: AccessOptions): UserInfo | undefined {
  const certificates = request.peer?.certificates.join('\n') ?? '';
  const ca = settings.clientCaFile ?? '';
  if (certificates === '' || !context.fs.isFile(ca)) return undefined;
  const chain = { certificates, roots: context.fs.read(ca), now: context.now };
  if (verifyChain({ ...chain, usage: 'client auth' }) !== undefined) return undefined;
  const { subject } = parseCertificate(certificates);
  return { username: commonNameOf(subject), groups: organizationsOf(subject) };
}

interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
}

/** Answers of the API that hold for a while. Models the caches of apiserver/plugin/pkg/authenticator/token/webhook and authorizer/webhook. */
export class Answers {
  readonly #known = new Map<string, { readonly value: unknown; readonly until: number }>();

  /** The answer to a question; `lastsMs` says how long it holds. */
  get<T>(question: string, now: number, ask: () => T, lastsMs: (value: T) => number): T {
    const known = this.#known.get(question);
    if (known && now < known.until) return known.value as T;
    const value = ask();
    if (this.#known.size >= ANSWERS_LIMIT) this.#known.clear();
    this.#known.set(question, { value, until: now + lastsMs(value) });
    return value;
  }
}

const ANSWERS_LIMIT = 1000;
const TOKEN_MS = 120_000;
const ALLOWED_MS = 300_000;
const DENIED_MS = 30_000;

function userOf(token: string, options: AccessOptions): UserInfo | undefined {
  const { client, context } = options;
  return options.answers.get(
    `token ${token}`,
    context.now,
    () => {
      const review = ask(() => client?.create<any>(RESOURCES.tokenreviews, { spec: { token } }));
      return (review?.status?.authenticated ? review.status.user : undefined) as UserInfo | undefined;
    },
    (user) => (user ? TOKEN_MS : 0),
  );
}

function mayUse(user: UserInfo, verb: string, subresource: string, options: AccessOptions): boolean {
  const { client, nodeName, context } = options;
  const resourceAttributes = { verb, version: 'v1', resource: 'nodes', subresource, name: nodeName };
  const spec = { user: user.username, groups: user.groups ?? [], resourceAttributes };
  const review = () => ask(() => client?.create<any>(RESOURCES.subjectaccessreviews, { spec }));
  return options.answers.get(
    JSON.stringify(spec),
    context.now,
    () => review()?.status?.allowed === true,
    (allowed) => (allowed ? ALLOWED_MS : DENIED_MS),
  );
}

/** An API server that cannot be asked vouches for nobody. */
function ask<T>(question: () => T): T | undefined {
  try {
    return question();
  } catch (error) {
    if (error instanceof ApiError || isSystemError(error)) return undefined;
    throw error;
  }
}

const VERBS: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Models NodeRequestAttributesGetter.GetRequestAttributes */
function subresourceOf(path: string): string {
  const known: Readonly<Record<string, string>> = {
    stats: 'stats',
    metrics: 'metrics',
    logs: 'log',
    checkpoint: 'checkpoint',
  };
  return known[path.split(/[/?]/)[1] ?? ''] ?? 'proxy';
}

function plain(status: number, body: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
