import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../server/objects/object.ts';
import { type Evidence, EvidenceError } from './evidence.ts';
import { checkSchema, grade } from './grade.ts';
import { examReport, report } from './report.ts';

function object(kind: string, name: string, rest: object = {}, uid = name): KubeObject {
  const metadata = {
    name,
    namespace: 'shop',
    uid,
    resourceVersion: '1',
    creationTimestamp: '',
    labels: { app: name },
  };
  return { apiVersion: 'v1', kind, metadata, ...rest };
}

const web = object('Deployment', 'web', { spec: { replicas: 3, image: 'a' } });

function evidence(now: readonly KubeObject[], before: readonly KubeObject[] = []): Evidence {
  const find = (all: readonly KubeObject[], kind: string, name: string) =>
    all.find((o) => o.kind.toLowerCase() === kind && o.metadata.name === name);
  return {
    object: ({ kind, name }) => find(now, kind, name),
    objects: ({ kind }) => now.filter((o) => `${o.kind.toLowerCase()}s`.startsWith(kind)),
    before: ({ kind, name }) => find(before, kind, name),
    file: (_host, path) =>
      path === '/a' ? { type: 'file', text: 'x: 1\n', mode: 0o600, owner: 'root', group: 'root' } : undefined,
    fileBefore: () => undefined,
    unit: (host) => {
      if (host !== 'node01') throw new EvidenceError(`there is no host ${host}`);
      return { active: 'active', enabled: 'disabled' };
    },
    blocked: ({ port }) => (port === 80 ? undefined : 'Connection refused'),
    allowed: ({ verb }) => verb === 'get',
    command: async () => ({ stdout: 'one\ntwo\n', stderr: '', exit: 0 }),
  };
}

const says = { says: 's', points: 2 };

describe('a check', () => {
  const cases: [name: string, check: object, outcome: string, now?: KubeObject[], before?: KubeObject[]][] = [
    ['object holds', { object: 'deployment/web -n shop', matches: { spec: { replicas: 3 } } }, 'pass'],
    ['object differs', { object: 'deployment/web -n shop', matches: { spec: { replicas: 2 } } }, 'fail'],
    ['object is missing', { object: 'deployment/db -n shop' }, 'fail'],
    ['expression holds', { object: 'deployment/web -n shop', cel: 'object.spec.replicas > 2' }, 'pass'],
    [
      'expression on a missing field',
      { object: 'deployment/web -n shop', cel: 'object.status.x > 2' },
      'fail',
    ],
    ['every one of none', { objects: 'pods -n shop', matches: { spec: {} } }, 'fail'],
    ['as many as said', { objects: 'deployments -n shop', count: 1 }, 'pass'],
    ['absent, and was there', { absent: 'pod/old -n shop' }, 'pass', [web], [object('Pod', 'old')]],
    ['absent, and never was', { absent: 'pod/old -n shop' }, 'ungradable'],
    ['unchanged', { unchanged: 'deployment/web -n shop', fields: ['spec.image'] }, 'pass', [web], [web]],
    [
      'made anew',
      { unchanged: 'deployment/web -n shop' },
      'fail',
      [web],
      [object('Deployment', 'web', {}, 'other')],
    ],
    ['file content', { file: 'node01:/a', matches: { x: 1 }, mode: '0600' }, 'pass'],
    ['file is missing', { file: 'node01:/b' }, 'fail'],
    ['unit', { unit: 'kubelet', host: 'node01', active: true }, 'pass'],
    ['unit is not enabled', { unit: 'kubelet', host: 'node01', enabled: true }, 'fail'],
    ['unit of no host', { unit: 'kubelet', host: 'node09', active: true }, 'ungradable'],
    ['reachable', { reachable: [{ from: 'host/base', to: 'service/web -n shop', port: 80 }] }, 'pass'],
    [
      'too open',
      {
        reachable: [{ from: 'host/base', to: 'service/web -n shop', port: 80 }],
        unreachable: [{ from: 'pod/x -n shop', to: 'service/web -n shop', port: 80 }],
      },
      'fail',
    ],
    [
      'allowed, no more',
      { as: 'jane', allowed: ['get pods -n shop'], denied: ['delete pods -n shop'] },
      'pass',
    ],
    ['command', { command: 'x', stdout: ['two'] }, 'pass'],
  ];
  it.each(cases)('%s', async (_name, check, outcome, now = [web], before = []) => {
    const parsed = checkSchema.parse({ ...says, ...check });
    const [verdict] = await grade([parsed], evidence(now, before));
    expect(verdict).toMatchObject({ outcome, earned: outcome === 'pass' ? 2 : 0 });
  });

  it('says which objects there are when the named one is missing', async () => {
    const [verdict] = await grade(
      [checkSchema.parse({ ...says, object: 'deployment/wbe -n shop' })],
      evidence([web]),
    );
    expect(verdict?.actual).toBe('no deployment "wbe" in namespace shop: there is web');
  });

  it.each([
    [{ ...says, objekt: 'x' }, 'expected a check of one of these types'],
    [{ ...says, object: 'web' }, 'expected an object such as'],
    [{ ...says, object: 'pod/x', cel: 'object.(' }, 'not CEL'],
    [{ ...says, object: 'pod/x', matchs: {} }, 'matchs'],
  ])('that is written wrongly is refused: %j', (check, message) => {
    expect(JSON.stringify(checkSchema.safeParse(check).error?.issues)).toContain(message);
  });
});

it('weighs tasks, not points', () => {
  const verdict = { outcome: 'pass', says: '', expected: '', actual: '', why: undefined } as const;
  const full = report([{ ...verdict, points: 10, earned: 10 }]);
  const half = report([{ ...verdict, points: 2, earned: 1 }]);
  const result = examReport(
    [
      { domain: 'storage', weight: 20, report: full },
      { domain: 'storage', weight: 20, report: half },
      { domain: 'troubleshooting', weight: 60, report: half },
    ],
    66,
  );
  expect(result).toEqual({
    percent: 60,
    passed: false,
    domains: [
      { domain: 'storage', weight: 40, percent: 75 },
      { domain: 'troubleshooting', weight: 60, percent: 50 },
    ],
  });
});
