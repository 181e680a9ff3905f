import { expect, it } from 'vitest';
import { ProcessTable, type Steps, WaitQueue } from '../../sim/index.ts';
import { startApiServer } from '../apiserver/testing.ts';
import { ControlLoop } from './control-loop.ts';
import { Informers } from './informer.ts';
import { LeaderElection } from './leader-election.ts';
import { RESOURCES } from './resources.ts';

/** Programs that want to lead, over one API server. */
function candidates() {
  const { client, clock } = startApiServer();
  const admin = client();
  const table = new ProcessTable({
    clock,
    cores: 1,
    onCrash: (_, error) => {
      throw error;
    },
  });
  const leads = new Set<string>();
  const start = (identity: string, releases = false) => {
    const wake = new WaitQueue();
    const lease = { namespace: 'kube-system', name: 'test', component: 'test', log: () => {} };
    const election = new LeaderElection({ client: admin, clock, wake, identity, releases, ...lease });
    let stopped = false;
    const process = table.spawn({
      argv: [identity],
      main: function* (self): Steps<number> {
        if (!(yield* election.acquire(() => stopped))) return 0;
        leads.add(identity);
        const loop = new ControlLoop({
          clock,
          wake,
          informers: new Informers({ client: admin, clock, wake }),
        });
        loop.workers.push(election);
        yield* loop.run(self, () => stopped || election.lost);
        leads.delete(identity);
        election.end();
        return 0;
      },
    });
    process.onExit.push(() => {
      leads.delete(identity);
      election.end();
    });
    const stop = () => {
      stopped = true;
      wake.notify();
    };
    return { stop, kill: () => process.signal('KILL') };
  };
  const holder = () => admin.get(RESOURCES.leases, 'test', 'kube-system').spec;
  return { admin, clock, leads, start, holder };
}

it('one leads, and costs nothing', () => {
  const { clock, leads, start, holder } = candidates();
  start('a');
  clock.advance(60_000);
  expect([...leads]).toEqual(['a']);
  expect(holder()).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 });
  expect(clock.pending).toBe(0);
  expect(Date.parse(holder().renewTime)).toBeGreaterThan(clock.now - 3000);
});

it('another takes over 15 s after the leader was killed, and not earlier', () => {
  const { clock, leads, start, holder } = candidates();
  const a = start('a');
  start('b');
  clock.advance(30_000);
  expect([...leads]).toEqual(['a']);
  a.kill();
  clock.advance(13_000);
  expect([...leads]).toEqual([]);
  clock.advance(5000);
  expect([...leads]).toEqual(['b']);
  expect(holder()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
});

it('another takes over at once when the leader lets go', () => {
  const { clock, leads, start } = candidates();
  const a = start('a', true);
  start('b');
  clock.advance(10_000);
  a.stop();
  clock.advance(2500);
  expect([...leads]).toEqual(['b']);
});

it('who loses the lease to somebody else stops leading', () => {
  const { admin, clock, leads, start } = candidates();
  start('a');
  clock.advance(5000);
  const lease = admin.get(RESOURCES.leases, 'test', 'kube-system');
  admin.update(RESOURCES.leases, { ...lease, spec: { ...lease.spec, holderIdentity: 'thief' } });
  clock.advance(3000);
  expect([...leads]).toEqual([]);
});
