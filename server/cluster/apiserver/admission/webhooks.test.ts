import { expect, test } from 'vitest';
import { startApiServer } from '../testing.ts';

type Patch = readonly { op: string; path: string; value: string }[];

/** Which webhooks were asked, in order, when a config map was made; `count` sees what the object is like. */
function askedFor(
  webhooks: readonly { name: string; patch: (data: object) => Patch; if?: string }[],
): string[] {
  const asked: string[] = [];
  const { client } = startApiServer({
    dial: (_target, { path, value }) => {
      const { name, patch } = webhooks.find((one) =>
        path.startsWith(`/${one.name}?`),
      ) as (typeof webhooks)[0];
      asked.push(name);
      const { uid, object } = (value as any).request;
      const text = Buffer.from(JSON.stringify(patch(object.data))).toString('base64');
      const response = { uid, allowed: true, patch: text, patchType: 'JSONPatch' };
      return { status: 200, headers: {}, value: { response } as never };
    },
  });
  const post = (path: string, value: object) =>
    client().request({ method: 'POST', path, headers: {}, value: value as never });
  post('/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', {
    metadata: { name: 'hooks' },
    webhooks: webhooks.map((one) => ({
      name: `${one.name}.example.com`,
      clientConfig: { url: `https://hooks.example.com/${one.name}` },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      reinvocationPolicy: 'IfNeeded',
      ...(one.if ? { matchConditions: [{ name: 'if', expression: one.if }] } : {}),
    })),
  });
  post('/api/v1/namespaces/default/configmaps', { metadata: { name: 'a' }, data: { z: 'z' } });
  return asked;
}

const adds = (key: string) => () => [{ op: 'add', path: `/data/${key}`, value: 'x' }];

test('a webhook is asked again when one behind it changed the object', () => {
  expect(
    askedFor([
      { name: 'a', patch: adds('a') },
      { name: 'b', patch: adds('b') },
    ]),
  ).toEqual(['a', 'b', 'a']);
});

test('nobody is asked again when nothing changed', () => {
  expect(
    askedFor([
      { name: 'a', patch: adds('a') },
      { name: 'b', patch: () => [] },
    ]),
  ).toEqual(['a', 'b']);
});

test('conditions see what the webhooks before made of the object', () => {
  const second = { name: 'b', patch: () => [], if: "'a' in object.data" };
  expect(askedFor([{ name: 'a', patch: adds('a') }, second])).toEqual(['a', 'b']);
});

/** What a webhook for these versions of autoscalers saw of one that was made in `autoscaling/v1`, and what became of it. */
function autoscalerSeen(webhook: { versions: string[]; matchPolicy?: string }, patch: Patch) {
  let seen: any;
  const { client } = startApiServer({
    dial: (_target, { value }) => {
      seen = (value as any).request;
      const text = Buffer.from(JSON.stringify(patch)).toString('base64');
      const response = { uid: seen.uid, allowed: true, patch: text, patchType: 'JSONPatch' };
      return { status: 200, headers: {}, value: { response } as never };
    },
  });
  const post = (path: string, value: object) =>
    client().request({ method: 'POST', path, headers: {}, value: value as never });
  const { versions, ...policy } = webhook;
  post('/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', {
    metadata: { name: 'hook' },
    webhooks: [
      {
        name: 'a.example.com',
        clientConfig: { url: 'https://hooks.example.com/a' },
        rules: [
          {
            apiGroups: ['autoscaling'],
            apiVersions: versions,
            operations: ['*'],
            resources: ['horizontalpodautoscalers'],
          },
        ],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        ...policy,
      },
    ],
  });
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const { value } = post('/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers', {
    metadata: { name: 'web' },
    spec: { scaleTargetRef: target, maxReplicas: 3, targetCPUUtilizationPercentage: 50 },
  });
  return { seen, made: value as any };
}

const LESS: Patch = [{ op: 'replace', path: '/spec/maxReplicas', value: 2 as never }];

test.each([
  [{ versions: ['v1'] }, 'v1', 2],
  [{ versions: ['v2'] }, 'v2', 2],
  [{ versions: ['v2'], matchPolicy: 'Exact' }, undefined, 3],
])('rules for a version of the resource: %j', (webhook, version, replicas) => {
  const { seen, made } = autoscalerSeen(webhook, LESS);
  expect(seen?.kind.version).toBe(version);
  expect(seen?.requestKind.version).toBe(version && 'v1');
  expect(seen?.object.spec.targetCPUUtilizationPercentage).toBe(version === 'v1' ? 50 : undefined);
  expect(seen?.object.spec.metrics?.length).toBe(version === 'v2' ? 1 : undefined);
  expect(made.spec).toMatchObject({ maxReplicas: replicas, targetCPUUtilizationPercentage: 50 });
});
