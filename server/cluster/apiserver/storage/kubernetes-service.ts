import type { HttpRequest } from '../../../host/index.ts';
import { addressText, parseRange } from '../../../objects/address-range.ts';
import type { ApiServer } from '../api-server.ts';
import { LOOPBACK } from '../user.ts';

const LABELS = { component: 'apiserver', provider: 'kubernetes' };

/** Makes sure that pods find the server as `kubernetes.default`. Models pkg/controlplane/reconcilers. */
export function ensureKubernetesService(server: ApiServer): void {
  const { advertise, serviceRange } = server;
  if (!advertise) return;
  const { address, port } = advertise;
  post(server, '/apis/networking.k8s.io/v1/servicecidrs', {
    metadata: { name: 'kubernetes' },
    spec: { cidrs: [serviceRange] },
  });
  post(server, '/api/v1/namespaces/default/services', {
    metadata: { name: 'kubernetes', labels: LABELS },
    spec: {
      type: 'ClusterIP',
      clusterIP: addressText((parseRange(serviceRange)?.first ?? 0) + 1),
      sessionAffinity: 'None',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
    },
  });
  post(server, '/api/v1/namespaces/default/endpoints', {
    metadata: { name: 'kubernetes', labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  });
  post(server, '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
    metadata: { name: 'kubernetes', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  });
}

interface Named {
  readonly metadata: { readonly name: string; readonly labels?: object };
  readonly [field: string]: unknown;
}

/** Creates an object; one that is there already stays. */
function post(server: ApiServer, path: string, value: Named): void {
  const existing = server.handle(
    { method: 'GET', path: `${path}/${value.metadata.name}`, headers: {} },
    LOOPBACK,
  );
  if (existing.status === 200) return;
  const request: HttpRequest = {
    method: 'POST',
    path,
    headers: { 'user-agent': 'kube-apiserver/v1.33.1' },
    value,
  };
  const { status, value: answer } = server.handle(request, LOOPBACK);
  if (status >= 400) throw new Error(`${path}: ${JSON.stringify(answer)}`);
}
