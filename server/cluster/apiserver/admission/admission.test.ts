import { describe, expect, test } from 'vitest';
import type { Client, Resource } from '../../client/client.ts';
import { RESOURCES } from '../../client/resources.ts';
import { AuditLog } from '../audit.ts';
import { startApiServer } from '../testing.ts';

const pod = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name, image: 'nginx' }], ...spec },
});

const asking = (name: string, requests?: object, limits?: object) =>
  pod(name, {
    containers: [
      {
        name,
        image: 'nginx',
        resources: { ...(requests ? { requests } : {}), ...(limits ? { limits } : {}) },
      },
    ],
  });

function attempt(client: Client, object: any, namespace = 'default'): string {
  const resource = Object.values(RESOURCES).find(({ kind }) => kind === object.kind) as Resource;
  try {
    client.create(resource, object, namespace);
    return 'created';
  } catch (error) {
    return (error as Error).message;
  }
}

function withObjects(...objects: any[]): Client {
  const client = startApiServer().client();
  for (const object of objects) expect(attempt(client, object)).toBe('created');
  return client;
}

const range = (...limits: object[]) => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'r' },
  spec: { limits },
});

function quota(client: Client, hard: Record<string, string>, more: object = {}): void {
  const metadata = { name: 'compute' };
  const created = client.create<any>(
    RESOURCES.resourcequotas,
    { metadata, spec: { hard, ...more } },
    'default',
  );
  const used = Object.fromEntries(Object.keys(hard).map((name) => [name, '0']));
  client.updateStatus(RESOURCES.resourcequotas, { ...created, status: { hard, used } });
}

describe('pods get', () => {
  test('an account with its token, a priority, tolerations', () => {
    const client = withObjects(pod('a'));
    const { spec } = client.get<any>(RESOURCES.pods, 'a', 'default');
    expect(spec).toMatchObject({ serviceAccountName: 'default', serviceAccount: 'default', priority: 0 });
    expect(spec.preemptionPolicy).toBe('PreemptLowerPriority');
    expect(spec.volumes[0].name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
    expect(spec.containers[0].volumeMounts[0].mountPath).toBe(
      '/var/run/secrets/kubernetes.io/serviceaccount',
    );
    expect(spec.tolerations.map((t: any) => [t.key, t.tolerationSeconds])).toEqual([
      ['node.kubernetes.io/not-ready', 300],
      ['node.kubernetes.io/unreachable', 300],
    ]);
  });

  test('limits from the range of their namespace', () => {
    const client = withObjects(
      range({ type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '100m' } }),
      pod('a'),
    );
    const { spec, metadata } = client.get<any>(RESOURCES.pods, 'a', 'default');
    expect(spec.containers[0].resources).toEqual({ limits: { cpu: '500m' }, requests: { cpu: '100m' } });
    expect(metadata.annotations['kubernetes.io/limit-ranger']).toBe(
      'LimitRanger plugin set: cpu request for container a; cpu limit for container a',
    );
  });
});

describe('refused', () => {
  test.each([
    [
      'an account that does not exist',
      pod('lost', { serviceAccountName: 'nobody' }),
      'pods "lost" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found',
    ],
    [
      'an unknown priority class',
      pod('e', { priorityClassName: 'nope' }),
      'pods "e" is forbidden: no PriorityClass with name nope was found',
    ],
    [
      'a priority of its own',
      pod('nums', { priority: 7 }),
      'pods "nums" is forbidden: the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    ],
  ])('%s', (_, object, expected) => expect(attempt(withObjects(), object)).toBe(expected));

  test.each([
    [
      [
        { type: 'Container', max: { cpu: '1', memory: '1Gi' } },
        { type: 'Pod', max: { cpu: '1500m' } },
      ],
      asking('big', { cpu: '1', memory: '1Gi' }, { cpu: '2', memory: '2Gi' }),
      'pods "big" is forbidden: [maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi, maximum cpu usage per Pod is 1500m, but limit is 2]',
    ],
    [
      [{ type: 'Container', min: { cpu: '50m' } }],
      asking('small', { cpu: '10m' }),
      'pods "small" is forbidden: minimum cpu usage per Container is 50m, but request is 10m',
    ],
    [
      [{ type: 'Pod', max: { memory: '1Gi' }, maxLimitRequestRatio: { cpu: '1500m' } }],
      asking('open', { cpu: '100m' }, { cpu: '160m' }),
      'pods "open" is forbidden: [maximum memory usage per Pod is 1Gi.  No limit is specified, cpu max limit to request ratio per Pod is 1500m, but provided ratio is 1.600000]',
    ],
    [
      [{ type: 'Container', maxLimitRequestRatio: { memory: '4' } }],
      asking('ratio', { memory: '100Mi' }, { memory: '1000Mi' }),
      'pods "ratio" is forbidden: memory max limit to request ratio per Container is 4, but provided ratio is 10.000000',
    ],
  ])('limits %j', (limits, object, expected) => {
    expect(attempt(withObjects(range(...limits)), object)).toBe(expected);
  });

  test('what goes beyond a quota', () => {
    const client = withObjects();
    quota(client, { 'requests.cpu': '1', 'requests.memory': '1Gi', pods: '3' });
    expect(attempt(client, pod('bare'))).toBe(
      'pods "bare" is forbidden: failed quota: compute: must specify requests.cpu for: bare; requests.memory for: bare',
    );
    expect(attempt(client, asking('a', { cpu: '100m', memory: '128Mi' }))).toBe('created');
    expect(attempt(client, asking('heavy', { cpu: '950m', memory: '900Mi' }))).toBe(
      'pods "heavy" is forbidden: exceeded quota: compute, requested: requests.cpu=950m,requests.memory=900Mi, used: requests.cpu=100m,requests.memory=128Mi, limited: requests.cpu=1,requests.memory=1Gi',
    );
    expect(client.get<any>(RESOURCES.resourcequotas, 'compute', 'default').status.used).toEqual({
      pods: '1',
      'requests.cpu': '100m',
      'requests.memory': '128Mi',
    });
  });

  test('a pod out of a scope does not count', () => {
    const client = withObjects();
    quota(client, { pods: '0' }, { scopes: ['BestEffort'] });
    expect(attempt(client, asking('a', { cpu: '100m' }))).toBe('created');
    expect(attempt(client, pod('b'))).toBe(
      'pods "b" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=0, limited: pods=0',
    );
  });
});

test('pod security: enforced, warned of, and told when a level is tightened', () => {
  const client = startApiServer().client();
  const labels = {
    'pod-security.kubernetes.io/enforce': 'baseline',
    'pod-security.kubernetes.io/warn': 'restricted',
  };
  client.create(RESOURCES.namespaces, { metadata: { name: 'safe', labels } });
  client.create(RESOURCES.serviceaccounts, { metadata: { name: 'default' } }, 'safe');
  const privileged = pod('p', {
    hostNetwork: true,
    containers: [{ name: 'c', image: 'x', securityContext: { privileged: true } }],
  });
  expect(attempt(client, privileged, 'safe')).toBe(
    'pods "p" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true), privileged (container "c" must not set securityContext.privileged=true)',
  );
  const path = '/api/v1/namespaces/safe/pods';
  const { status, headers } = client.request({ method: 'POST', path, headers: {}, value: pod('a') });
  expect([status, headers['warning']]).toEqual([
    201,
    '299 - "would violate PodSecurity \\"restricted:latest\\": allowPrivilegeEscalation != false (container \\"a\\" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container \\"a\\" must set securityContext.capabilities.drop=[\\"ALL\\"]), runAsNonRoot != true (pod or container \\"a\\" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container \\"a\\" must set securityContext.seccompProfile.type to \\"RuntimeDefault\\" or \\"Localhost\\")"',
  ]);
});

test('a policy refuses, warns or audits, by its binding', () => {
  const lines: string[] = [];
  const audit = new AuditLog({ rules: [{ level: 'Metadata' }] }, (line) => lines.push(line));
  const client = startApiServer({ server: { audit } }).client();
  const policy = {
    metadata: { name: 'few.example.com' },
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
        ],
      },
      validations: [{ expression: "size(object.data) <= 1 && object.metadata.name != 'bad'" }],
      auditAnnotations: [{ key: 'keys', valueExpression: "string(size(object.data)) + ' keys'" }],
    },
  };
  client.create(RESOURCES.validatingadmissionpolicies, policy);
  const binding = (name: string, validationActions: string[]) => ({
    metadata: { name },
    spec: { policyName: 'few.example.com', validationActions },
  });
  client.create(RESOURCES.validatingadmissionpolicybindings, binding('few', ['Deny', 'Audit']));
  const map = (name: string) => ({ kind: 'ConfigMap', metadata: { name }, data: { a: '1' } });
  expect(attempt(client, map('good'))).toBe('created');
  expect(attempt(client, map('bad'))).toBe(
    "configmaps \"bad\" is forbidden: ValidatingAdmissionPolicy 'few.example.com' with binding 'few' denied request: failed expression: size(object.data) <= 1 && object.metadata.name != 'bad'",
  );
  expect(JSON.parse(lines.at(-1) as string).annotations).toMatchObject({
    'few.example.com/keys': '1 keys',
    'validation.policy.admission.k8s.io/validation_failure': JSON.stringify([
      {
        message: "failed expression: size(object.data) <= 1 && object.metadata.name != 'bad'",
        policy: 'few.example.com',
        binding: 'few',
        expressionIndex: 0,
        validationActions: ['Deny', 'Audit'],
      },
    ]),
  });
});

test('a webhook that nobody answers fails the request', () => {
  const client = startApiServer().client();
  const webhook = {
    name: 'check.example.com',
    clientConfig: { service: { name: 'check', namespace: 'default', path: '/check' } },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['configmaps'] }],
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  };
  client.create(RESOURCES.validatingwebhookconfigurations, {
    metadata: { name: 'check' },
    webhooks: [webhook],
  });
  expect(attempt(client, { kind: 'ConfigMap', metadata: { name: 'a' } })).toContain(
    'Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post "https://check.default.svc:443/check?timeout=10s": service "check" not found',
  );
});
