import type { HttpRequest } from '../../host/index.ts';
import type { KubeObject } from '../../objects/object.ts';
import type { ApiServer } from './api-server.ts';
import { bootstrapObjects } from './bootstrap/objects.ts';
import { ensureKubernetesService } from './storage/kubernetes-service.ts';
import { LOOPBACK } from './user.ts';

/** Made from the server's own address and flags. */
const NOT_OURS = new Set(['Service', 'ServiceCIDR']);

/** Namespaces come first: others live in them. */
const FIRST = ['Namespace', 'PriorityClass'];

/** Creates what a running server makes sure of at start, where it is not there. */
export function ensureBootstrapObjects(server: ApiServer): void {
  const objects = bootstrapObjects().filter(({ kind }) => !NOT_OURS.has(kind));
  const rank = ({ kind }: KubeObject) => (FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length);
  for (const object of objects.sort((a, b) => rank(a) - rank(b))) ensure(server, object);
  ensureKubernetesService(server);
}

function ensure(server: ApiServer, object: KubeObject): void {
  const group = object.apiVersion.includes('/') ? (object.apiVersion.split('/')[0] as string) : '';
  const served = server.served.ofKind(group, object.kind);
  if (!served || server.store.find(served, object.metadata.namespace ?? '', object.metadata.name)) return;
  const root = group === '' ? '/api/v1' : `/apis/${object.apiVersion}`;
  const inNamespace = object.metadata.namespace ? `/namespaces/${object.metadata.namespace}` : '';
  const request: HttpRequest = {
    method: 'POST',
    path: `${root}${inNamespace}/${served.resource}`,
    headers: { 'user-agent': 'kube-apiserver/v1.33.1' },
    value: object,
  };
  const response = server.handle(request, LOOPBACK);
  if (response.status >= 400) {
    throw new Error(`bootstrap of ${object.kind} ${object.metadata.name}: ${JSON.stringify(response.value)}`);
  }
}
