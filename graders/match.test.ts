import { describe, expect, it } from 'vitest';
import { type ListMode, mismatches } from './match.ts';

const pod = {
  spec: {
    containers: [
      {
        name: 'app',
        image: 'docker.io/library/nginx:1.25',
        env: [{ name: 'MODE', value: '80' }],
        resources: { limits: { cpu: '100m', memory: '1Gi' } },
        ports: [{ containerPort: 80, protocol: 'TCP' }],
      },
      { name: 'log', image: 'busybox' },
    ],
    tolerations: [
      { key: 'a', operator: 'Exists' },
      { key: 'b', operator: 'Exists' },
    ],
  },
  metadata: { labels: { 'app.kubernetes.io/name': 'web' }, finalizers: ['x', 'y'] },
};

describe('a partial object', () => {
  const app = (rest: object) => ({ spec: { containers: [{ name: 'app', ...rest }] } });
  const cases: [name: string, expected: unknown, places: string[], lists?: ListMode][] = [
    ['may leave everything out', {}, []],
    ['compares amounts by value', app({ resources: { limits: { cpu: 0.1, memory: '1024Mi' } } }), []],
    [
      'tells amounts apart',
      app({ resources: { limits: { cpu: '0.2' } } }),
      ['spec.containers[app].resources.limits.cpu'],
    ],
    ['compares images by their full names', app({ image: 'nginx:1.25' }), []],
    ['tells tags apart', app({ image: 'nginx' }), ['spec.containers[app].image']],
    [
      'finds list items by merge key',
      { spec: { containers: [{ name: 'log', image: 'busybox:latest' }] } },
      [],
    ],
    ['names the item that is missing', { spec: { containers: [{ name: 'db' }] } }, ['spec.containers[db]']],
    ['takes an item without key for any that fits', { spec: { containers: [{ image: 'busybox' }] } }, []],
    ['finds items by several keys', app({ ports: [{ containerPort: 80 }] }), []],
    ['takes lists without keys as sets', { spec: { tolerations: [{ key: 'b' }] } }, []],
    [
      'uses each item once',
      { spec: { tolerations: [{ operator: 'Exists' }, { key: 'a' }, { key: 'a' }] } },
      ['spec.tolerations'],
    ],
    ['wants null to be absent', { spec: { nodeName: null } }, []],
    ['notices what should be absent', { spec: { tolerations: null } }, ['spec.tolerations']],
    [
      'quotes odd keys',
      { metadata: { labels: { 'app.kubernetes.io/name': 'db' } } },
      ['metadata.labels["app.kubernetes.io/name"]'],
    ],
    [
      'is exact about lists when told',
      { metadata: { finalizers: ['y'] } },
      ['metadata.finalizers[0]'],
      'exact',
    ],
    ['ignores order when exact', { metadata: { finalizers: ['y', 'x'] } }, [], 'exact'],
    [
      'looks at order when told',
      { metadata: { finalizers: ['y', 'x'] } },
      ['metadata.finalizers[0]', 'metadata.finalizers[1]'],
      'ordered',
    ],
    ['never finds anything in nothing', { status: { conditions: [{ type: 'Ready' }] } }, ['status']],
  ];
  it.each(cases)('%s', (_name, expected, places, lists) => {
    expect(mismatches(expected, pod, lists).map(({ path }) => path)).toEqual(places);
  });
});
