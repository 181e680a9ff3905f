import { expect, test } from 'vitest';
import type { HttpRequest, HttpResponse } from '../../host/index.ts';
import { bench } from './testing.ts';

const METRICS = 'metrics.k8s.io';
const VERSION = { groupVersion: `${METRICS}/v1beta1`, version: 'v1beta1' };

function podMetrics(name: string, usages: readonly [string, string][]) {
  const containers = usages.map(([cpu, memory], i) => ({ name: `c${i}`, usage: { cpu, memory } }));
  return { metadata: { name, namespace: 'default' }, containers };
}

const ANSWERS: Readonly<Record<string, unknown>> = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': {
    kind: 'APIGroupList',
    groups: [{ name: METRICS, versions: [VERSION], preferredVersion: VERSION }],
  },
  '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: [] },
  [`/apis/${METRICS}/v1beta1`]: {
    kind: 'APIResourceList',
    groupVersion: VERSION.groupVersion,
    resources: [{ name: 'pods', kind: 'PodMetrics', namespaced: true, verbs: ['get', 'list'] }],
  },
  [`/apis/${METRICS}/v1beta1/namespaces/default/pods`]: {
    kind: 'PodMetricsList',
    items: [
      podMetrics('two', [
        ['1200000n', '700Ki'],
        ['1300000n', '700Ki'],
      ]),
      podMetrics('one', [['2400000n', '1Ki']]),
    ],
  },
};

function api({ path }: HttpRequest): HttpResponse {
  const found = ANSWERS[path.split('?')[0] as string];
  const headers = { 'content-type': 'application/json' };
  return { status: found ? 200 : 404, headers, body: JSON.stringify(found ?? { kind: 'Status' }) };
}

test.each([
  [[], ['one 3m 0Mi', 'two 3m 1Mi']],
  [
    ['--sort-by=cpu', '--sum'],
    ['two 3m 1Mi', 'one 3m 0Mi', '________ ________', '5m 1Mi'],
  ],
  [['--containers'], ['one c0 3m 0Mi', 'two c0 2m 0Mi', 'two c1 2m 0Mi']],
])('usages are added first and rounded then: top pod %j', (flags, lines) => {
  const { stdout } = bench({ api }).run(['top', 'pod', '--no-headers', ...flags]);
  expect(stdout.split('\n').map((line) => line.trim().replace(/\s+/g, ' '))).toEqual([...lines, '']);
});
