import type { HttpRequest, HttpResponse } from '../../host/index.ts';
import {
  ANONYMOUS,
  type Authority,
  bearerToken,
  isAllowed,
  type Lifetimes,
  type UserInfo,
  userOfCertificate,
  userOfToken,
} from '../client/delegated-access.ts';
import type { KubeletSettings } from './config.ts';

export interface AccessOptions extends Authority {
  readonly settings: KubeletSettings;
  readonly nodeName: string;
}

/** The API server need not be asked of its own client, nor of who may do everything. */
const TRUSTED = ['system:masters', 'kubeadm:cluster-admins'];
const LIFETIMES: Lifetimes = { tokenMs: 120_000, allowedMs: 300_000, deniedMs: 30_000 };

/** Why a request to the kubelet's API is refused; undefined when it is not. Models pkg/kubelet/server InstallAuthFilter. */
export function refusal(request: HttpRequest, options: AccessOptions): HttpResponse | undefined {
  const { context, settings } = options;
  const token = bearerToken(request);
  const ca = settings.clientCaFile ?? '';
  const roots = () => (context.fs.isFile(ca) ? context.fs.read(ca) : undefined);
  const user =
    userOfCertificate(request, context.now, roots) ??
    (token !== undefined && settings.tokens ? userOfToken(token, options, LIFETIMES) : undefined) ??
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

function mayUse(user: UserInfo, verb: string, subresource: string, options: AccessOptions): boolean {
  const name = options.nodeName;
  const resourceAttributes = { verb, version: 'v1', resource: 'nodes', subresource, name };
  return isAllowed(user, { resourceAttributes }, options, LIFETIMES);
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
