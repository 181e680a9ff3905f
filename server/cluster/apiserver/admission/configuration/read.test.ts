import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startApiServer } from '../../testing.ts';
import { checkConfigured, readAdmissionConfiguration } from './read.ts';

const ask = () => ({ status: { allowed: false, reason: 'not scanned' } });

/** Reads a configuration whose plugin has these settings, and starts a server with it. */
function read(plugin: string, settings: object, files: Record<string, string> = {}) {
  const config = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AdmissionConfiguration',
    plugins: [{ name: plugin, configuration: settings }],
  };
  const all: Record<string, string> = { '/etc/config.yaml': stringify(config), ...files };
  const reader = {
    read: (path: string) => {
      if (all[path] === undefined) throw new Error(`open ${path}: no such file or directory`);
      return all[path];
    },
    imageReviewer: () => ask,
  };
  const found = readAdmissionConfiguration('/etc/config.yaml', new Set([plugin, 'PodSecurity']), reader);
  checkConfigured(new Set([plugin]), found);
  return found;
}

const security = (defaults: object, exemptions: object = {}) => ({
  apiVersion: 'pod-security.admission.config.k8s.io/v1',
  kind: 'PodSecurityConfiguration',
  defaults,
  exemptions,
});
const pod = (image: string, spec: object = {}) => ({
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', image, ...spec }] },
});

test.each([
  [
    'PodSecurity',
    security({ enforce: 'basline' }),
    'failed to apply admission: couldn\'t init admission plugin "PodSecurity": defaults.enforce: Invalid value: "basline": must be one of privileged, baseline, restricted',
  ],
  ['PodSecurity', { ...security({}), rules: [] }, 'strict decoding error: unknown field "rules"'],
  ['ImagePolicyWebhook', {}, 'no configuration has been provided'],
  [
    'EventRateLimit',
    { limits: [{ type: 'Pod', qps: 1, burst: 0 }] },
    'limits[0].burst: Invalid value: 0: must be positive',
  ],
])('%s refuses %j', (plugin, settings, message) => expect(() => read(plugin, settings)).toThrow(message));

test('a plugin that needs a configuration says so', () => {
  expect(() => checkConfigured(new Set(['ImagePolicyWebhook']), {})).toThrow(
    'couldn\'t init admission plugin "ImagePolicyWebhook": no config specified',
  );
});

const privileged = pod('nginx', { securityContext: { privileged: true } });
const heldEvent = (name: string) => ({
  metadata: { name },
  involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' },
});

/** What a server with one configured plugin answers to the last of several objects. */
const CASES: readonly [string, object, string, readonly object[], string | undefined][] = [
  [
    'PodSecurity',
    security({ enforce: 'baseline' }),
    'pods',
    [privileged],
    'pods "p" is forbidden: violates PodSecurity "baseline:latest": privileged (container "c" must not set securityContext.privileged=true)',
  ],
  [
    'PodSecurity',
    security({ enforce: 'baseline' }, { namespaces: ['default'] }),
    'pods',
    [privileged],
    undefined,
  ],
  [
    'ImagePolicyWebhook',
    { imagePolicy: { kubeConfigFile: '/k' } },
    'pods',
    [pod('nginx')],
    'pods "p" is forbidden: image policy webhook backend denied one or more images: not scanned',
  ],
  [
    'EventRateLimit',
    { limits: [{ type: 'Namespace', qps: 1, burst: 1 }] },
    'events',
    [heldEvent('a'), heldEvent('b')],
    'limit reached on type Namespace for key default',
  ],
  [
    'ResourceQuota',
    { limitedResources: [{ resource: 'pods', matchContains: ['pods'] }] },
    'pods',
    [pod('nginx')],
    'pods "p" is forbidden: insufficient quota to consume: count/pods,pods',
  ],
  [
    'PodTolerationRestriction',
    { whitelist: [{ key: 'a', operator: 'Exists' }] },
    'pods',
    [{ ...pod('nginx'), spec: { ...pod('nginx').spec, tolerations: [{ key: 'b', operator: 'Exists' }] } }],
    'pod tolerations (possibly merged with namespace default tolerations) conflict with its cluster whitelist',
  ],
  [
    'PodNodeSelector',
    { podNodeSelectorPluginConfig: { default: 'disk=ssd' } },
    'pods',
    [{ ...pod('nginx'), spec: { ...pod('nginx').spec, nodeSelector: { disk: 'hdd' } } }],
    'pods "p" is forbidden: pod node label selector labels conflict with its namespace whitelist',
  ],
];

test.each(CASES)('%s with %j: %s %j', (plugin, settings, resource, objects, message) => {
  const { client } = startApiServer({ plugins: [plugin], server: { admission: read(plugin, settings) } });
  const path = `/api/v1/namespaces/default/${resource}`;
  const answers = objects.map((value) =>
    client().request({ method: 'POST', path, headers: {}, value: value as never }),
  );
  expect((answers.at(-1) as { value: any }).value.message).toEqual(message);
});

test('who may not delete an object may not let others own it, nor be kept by what they cannot finalize', () => {
  const { client } = startApiServer({ plugins: ['OwnerReferencesPermissionEnforcement'] });
  const post = (path: string, value: object, user?: string) =>
    client(user, user ? [] : undefined).request({ method: 'POST', path, headers: {}, value: value as never })
      .value as any;
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['create'] }];
  post('/apis/rbac.authorization.k8s.io/v1/clusterroles', { metadata: { name: 'maker' }, rules });
  post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: 'maker' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'maker' },
    subjects: [{ kind: 'User', name: 'jane', apiGroup: 'rbac.authorization.k8s.io' }],
  });
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }];
  const owned = { metadata: { name: 'a', ownerReferences } };
  expect(post('/api/v1/namespaces/default/configmaps', owned, 'jane').message).toBe(
    'configmaps "a" is forbidden: cannot set an ownerRef on a resource you can\'t delete: , <nil>',
  );
  expect(post('/api/v1/namespaces/default/configmaps', owned).kind).toBe('ConfigMap');
});
