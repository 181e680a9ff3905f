import { expect, test } from 'vitest';
import { byService } from './pods.ts';

interface Seen {
  readonly phase?: string;
  readonly readyAt?: string;
  readonly restarts?: number;
  readonly created?: string;
}

function pod(name: string, { phase = 'Running', readyAt, restarts = 0, created = '10:00' }: Seen) {
  const ready = { type: 'Ready', status: readyAt ? 'True' : 'False', lastTransitionTime: readyAt };
  return {
    metadata: { name, creationTimestamp: created },
    spec: { nodeName: phase === 'Unscheduled' ? undefined : 'node01' },
    status: {
      phase: phase === 'Unscheduled' ? 'Pending' : phase,
      conditions: [ready],
      containerStatuses: [{ restartCount: restarts }],
    },
  };
}

test.for<[string, Seen, Seen]>([
  ['has a node', { phase: 'Pending' }, { phase: 'Unscheduled' }],
  ['runs', {}, { phase: 'Pending' }],
  ['is ready', { readyAt: '10:09', created: '10:08' }, { restarts: 3 }],
  ['has been ready longer', { readyAt: '10:01' }, { readyAt: '10:02', created: '09:00' }],
  ['is older', { created: '09:59' }, {}],
])('of several pods the one that %s is asked', ([, first, second]) => {
  for (const purpose of ['get the logs from', 'attach to'] as const) {
    const pods = [pod('a', second), pod('b', first)];
    expect(pods.sort(byService(purpose))[0]?.metadata.name).toBe('b');
  }
});

test('logs are read where a container was restarted, others ask the pod that was not; equals stay in order', () => {
  const pods = () => [pod('calm', {}), pod('restarted', { restarts: 2 }), pod('calm too', {})];
  const order = (purpose: 'get the logs from' | 'attach to') =>
    pods()
      .sort(byService(purpose))
      .map(({ metadata }) => metadata.name);
  expect(order('get the logs from')).toEqual(['restarted', 'calm', 'calm too']);
  expect(order('attach to')).toEqual(['calm', 'calm too', 'restarted']);
});
