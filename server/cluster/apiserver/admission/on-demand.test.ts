import { expect, test } from 'vitest';
import { startApiServer } from '../testing.ts';

const pod = (spec: object = {}) => ({
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', image: 'nginx:1', imagePullPolicy: 'Never' }], ...spec },
});
const spread = (topologyKey: string) => ({
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: {} }],
    },
  },
});
const asks = (name: string) => ({
  containers: [
    { name: 'c', image: 'nginx', resources: { limits: { [name]: '1' }, requests: { [name]: '1' } } },
  ],
});
const service = (externalIPs: string[]) => ({
  metadata: { name: 's' },
  spec: { ports: [{ port: 80 }], externalIPs },
});

/** What a server with a plugin answers to an object that is created in `shop`. */
function attempt(plugin: string, resource: string, value: any, namespace: object = {}) {
  const { server, client } = startApiServer({ plugins: [plugin] });
  const post = (path: string, body: any) =>
    client().request({ method: 'POST', path, headers: {}, value: body }).value as any;
  if (plugin !== 'NamespaceAutoProvision') {
    post('/api/v1/namespaces', { metadata: { name: 'shop', ...namespace } });
    post('/api/v1/namespaces/shop/serviceaccounts', { metadata: { name: 'default' } });
  }
  return { server, answer: post(`/api/v1/namespaces/shop/${resource}`, value) };
}

test.each([
  ['AlwaysAdmit', 'configmaps', { metadata: { name: 'a' } }, {}, undefined],
  ['NamespaceExists', 'configmaps', { metadata: { name: 'a' } }, {}, undefined],
  [
    'DenyServiceExternalIPs',
    'services',
    service(['1.2.3.4']),
    {},
    'services "s" is forbidden: Use of external IPs is denied by admission control',
  ],
  ['DenyServiceExternalIPs', 'services', service([]), {}, undefined],
  [
    'LimitPodHardAntiAffinityTopology',
    'pods',
    pod(spread('zone')),
    {},
    'pods "p" is forbidden: affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey zone but only key kubernetes.io/hostname is allowed',
  ],
  ['LimitPodHardAntiAffinityTopology', 'pods', pod(spread('kubernetes.io/hostname')), {}, undefined],
  [
    'PodNodeSelector',
    'pods',
    pod({ nodeSelector: { env: 'dev' } }),
    { annotations: { 'scheduler.alpha.kubernetes.io/node-selector': 'env=prod' } },
    'pods "p" is forbidden: pod node label selector conflicts with its namespace node label selector',
  ],
])('%s: %s %#', (plugin, resource, value, namespace, refusal) => {
  const { answer } = attempt(plugin, resource, value, namespace);
  expect(answer.kind === 'Status' ? answer.message : undefined).toBe(refusal);
});

test('NamespaceAutoProvision makes the namespace', () => {
  const { server, answer } = attempt('NamespaceAutoProvision', 'configmaps', { metadata: { name: 'a' } });
  expect(answer.metadata.namespace).toBe('shop');
  expect(server.store.log.get('/registry/namespaces/shop')?.value.status?.phase).toBe('Active');
});

test.each([
  ['AlwaysPullImages', pod(), {}, { containers: [{ imagePullPolicy: 'Always' }] }],
  [
    'PodNodeSelector',
    pod({ nodeSelector: { a: 'b' } }),
    { annotations: { 'scheduler.alpha.kubernetes.io/node-selector': 'env=prod' } },
    { nodeSelector: { a: 'b', env: 'prod' } },
  ],
  [
    'ExtendedResourceToleration',
    pod(asks('example.com/gpu')),
    {},
    {
      tolerations: expect.arrayContaining([
        { key: 'example.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
      ]),
    },
  ],
])('%s changes pods', (plugin, value, namespace, expected) => {
  expect(attempt(plugin, 'pods', value, namespace).answer.spec).toMatchObject(expected);
});
