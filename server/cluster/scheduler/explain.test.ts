import { expect, it } from 'vitest';
import { RESOURCES } from '../client/resources.ts';
import { startCluster } from '../controllers/testing/cluster.ts';
import { explain } from './explain.ts';

it('tells every reason against a node, the scores for it, and leaves no trace', () => {
  const c = startCluster();
  c.addNode('node01', { cpu: '1', taints: [{ key: 'team', value: 'blue', effect: 'NoSchedule' }] });
  c.addNode('node02', { cpu: '4' });
  const pod = (name: string, cpu: string) =>
    c.admin.create(
      RESOURCES.pods,
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name },
        spec: { containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu } } }] },
      },
      'default',
    );
  pod('fits', '2');
  pod('huge', '64');
  const before = c.log.revision;
  const fits = explain(c.admin, c.clock, 'default/fits');
  expect(fits?.nodes[0]?.rejectedBy).toEqual([
    { plugin: 'TaintToleration', reasons: ['node(s) had untolerated taint {team: blue}'] },
    { plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu'] },
  ]);
  expect([fits?.best, fits?.nodes[1]?.scores['NodeResourcesFit'], fits?.message]).toEqual([
    ['node02'],
    73,
    undefined,
  ]);
  expect(explain(c.admin, c.clock, 'default/huge')?.message).toBe(
    '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {team: blue}. preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.',
  );
  expect([c.log.revision, explain(c.admin, c.clock, 'default/ghost')]).toEqual([before, undefined]);
});
