import { ApiError, type Status } from '../../../objects/api-error.ts';
import type { KubeObject } from '../../../objects/object.ts';
import type { ApiServer } from '../api-server.ts';
import { bootstrapObjects } from '../bootstrap/objects.ts';
import { LOOPBACK } from '../user.ts';
import { tellDangling } from './flow-status.ts';
import { ensureKubernetesService, ensureServiceRange } from './kubernetes-service.ts';

/** Made from the server's own address and flags. */
const NOT_OURS = new Set(['Service', 'ServiceCIDR']);

/** Namespaces come first: others live in them. */
const FIRST = ['Namespace', 'PriorityClass'];

/** Creates what a running server makes sure of at start, where it is not there. */
export function ensureBootstrapObjects(server: ApiServer): void {
  const objects = bootstrapObjects().filter(({ kind }) => !NOT_OURS.has(kind));
  const rank = ({ kind }: KubeObject) => (FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length);
  for (const object of objects.sort((a, b) => rank(a) - rank(b))) ensure(server, object);
  ensureServiceRange(server);
  ensureKubernetesService(server);
  ensureSystemMaps(server);
  tellDangling(server);
}

/** The same for objects of some kinds. */
export function ensureKinds(server: ApiServer, kinds: readonly string[]): void {
  for (const object of bootstrapObjects()) if (kinds.includes(object.kind)) ensure(server, object);
}

/** What the server tells others of itself in maps of kube-system. */
export function ensureSystemMaps(server: ApiServer): void {
  for (const [name, data] of Object.entries(systemMaps(server))) {
    const metadata = { name, namespace: 'kube-system' };
    ensure(server, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data } as unknown as KubeObject);
  }
}

/**
 * How other servers may authenticate users, and since when uses of tokens are noted. Models
 * pkg/controlplane/controller/clusterauthenticationtrust and legacytokentracking
 */
function systemMaps({ authentication, clock }: ApiServer): Record<string, object> {
  const { clientCa, frontProxy } = authentication;
  const list = (names: readonly string[]) => JSON.stringify(names);
  const headers = (names: readonly string[]) =>
    list(names.map((name) => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase())));
  return {
    'extension-apiserver-authentication': {
      ...(clientCa === undefined ? {} : { 'client-ca-file': clientCa }),
      ...(frontProxy && {
        'requestheader-allowed-names': list(frontProxy.allowedNames),
        'requestheader-client-ca-file': frontProxy.clientCa,
        'requestheader-extra-headers-prefix': headers(frontProxy.extraPrefixes),
        'requestheader-group-headers': headers(frontProxy.groupHeaders),
        'requestheader-username-headers': headers(frontProxy.usernameHeaders),
      }),
    },
    'kube-apiserver-legacy-service-account-token-tracking': {
      since: new Date(clock.now).toISOString().slice(0, 10),
    },
  };
}

function ensure(server: ApiServer, object: KubeObject): void {
  const group = object.apiVersion.includes('/') ? (object.apiVersion.split('/')[0] as string) : '';
  const served = server.served.ofKind(group, object.kind);
  if (!served || !server.served.isOffered(served)) return;
  if (object.kind === 'APIService' && !isServed(server, object)) return;
  if (server.store.find(served, object.metadata.namespace ?? '', object.metadata.name)) return;
  const root = group === '' ? '/api/v1' : `/apis/${object.apiVersion}`;
  const inNamespace = object.metadata.namespace ? `/namespaces/${object.metadata.namespace}` : '';
  const response = server.handle(
    {
      method: 'POST',
      path: `${root}${inNamespace}/${served.resource}`,
      headers: { 'user-agent': 'kube-apiserver/v1.33.1' },
      value: object,
    },
    LOOPBACK,
  );
  if (response.status >= 400) throw ApiError.fromStatus(response.value as Status, response.status);
}

/** Whether there is anything behind an APIService of the server's own. */
function isServed({ served }: ApiServer, { spec }: KubeObject): boolean {
  return spec.service !== undefined || served.hasGroupVersion(spec.group ?? '', spec.version);
}
