import { expect, it } from 'vitest';
import { Random } from '../../sim/index.ts';
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

/** A pod that wants this or that of its node. */
function anyPod(random: Random, nodes: readonly string[]): object {
  const chance = (of: number) => random.next() * of < 1;
  const topologyKey = random.pick(['zone', 'kubernetes.io/hostname']);
  const labelSelector = { matchLabels: { app: random.pick(['a', 'b']) } };
  const hard = 'requiredDuringSchedulingIgnoredDuringExecution';
  const ofName = { key: 'metadata.name', operator: 'In', values: [random.pick(nodes)] };
  const podTerms = { [hard]: [{ labelSelector, topologyKey }] };
  const whenUnsatisfiable = random.pick(['DoNotSchedule', 'ScheduleAnyway']);
  const wish = random.pick([
    {},
    { affinity: { podAffinity: podTerms } },
    { affinity: { podAntiAffinity: podTerms } },
    { affinity: { nodeAffinity: { [hard]: { nodeSelectorTerms: [{ matchFields: [ofName] }] } } } },
    { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable, labelSelector }] },
    { nodeSelector: { zone: 'a' } },
  ]);
  const requests = { cpu: random.pick(['100m', '500m', '900m', '3']) };
  const ports = chance(5) ? [{ containerPort: 80, hostPort: 8080 }] : [];
  return {
    ...wish,
    containers: [{ name: 'c', image: 'nginx', resources: { requests }, ports }],
    ...(chance(4) ? { tolerations: [{ key: 'team', operator: 'Exists' }] } : {}),
    ...(chance(3) ? { priorityClassName: 'high' } : {}),
    ...(chance(8) ? { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'none' } }] } : {}),
  };
}

it.each(['a', 'b'])('says what the scheduler does and tells, for random pods (%s)', (seed) => {
  const random = new Random(seed);
  const c = startCluster(seed);
  const nodes = ['n0', 'n1', 'n2'];
  for (const name of nodes) {
    const effect = random.pick(['NoSchedule', 'PreferNoSchedule']);
    const taints = random.next() < 0.3 ? { taints: [{ key: 'team', value: 'x', effect }] } : {};
    c.addNode(name, { cpu: random.pick(['1', '2']), labels: { zone: random.pick(['a', 'b']) }, ...taints });
  }
  const priorityClass = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', value: 100 };
  c.admin.create(RESOURCES.priorityclasses, { ...priorityClass, metadata: { name: 'high' } });
  c.startKubelets();
  for (let i = 0; i < 12; i++) {
    const name = `p${i}`;
    const metadata = { name, labels: { app: random.pick(['a', 'b']) } };
    const spec = anyPod(random, nodes);
    c.admin.create(RESOURCES.pods, { apiVersion: 'v1', kind: 'Pod', metadata, spec }, 'default');
    const told = explain(c.admin, c.clock, `default/${name}`);
    const stop = c.startScheduler();
    c.settle(15);
    stop();
    const pod = c.admin.get(RESOURCES.pods, name, 'default');
    if (pod.spec.nodeName) expect(told?.best).toContain(pod.spec.nodeName);
    else {
      const condition = pod.status.conditions.find(({ type }: { type: string }) => type === 'PodScheduled');
      expect([told?.message, told?.preemption?.node]).toEqual([
        condition.message,
        pod.status.nominatedNodeName,
      ]);
      c.admin.delete(RESOURCES.pods, name, 'default');
    }
    c.settle(1000);
  }
});
