import { describe, expect, it } from 'vitest';
import { RESOURCES } from '../client/resources.ts';
import { type NodeFields, startCluster, type TestCluster } from '../controllers/testing/cluster.ts';
import { parseConfig } from './config.ts';
import { explain } from './explain.ts';
import { Extender, ExtenderError, type Send } from './extender.ts';
import type { SchedulerOptions } from './scheduler.ts';

const CONTROL_PLANE: NodeFields = {
  taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
};

function cluster(options: Partial<SchedulerOptions> = {}): TestCluster {
  const c = startCluster();
  c.addNode('controlplane', CONTROL_PLANE);
  c.addNode('node01', { cpu: '2', labels: { zone: 'a' } });
  c.addNode('node02', { cpu: '2', labels: { zone: 'b' } });
  c.startScheduler(options);
  c.startKubelets();
  c.settle(100);
  return c;
}

function run(c: TestCluster, name: string, spec: object = {}, labels: object = { app: name }): void {
  const containers = [{ name: 'c', image: 'nginx' }];
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: { containers, ...spec } };
  c.admin.create(RESOURCES.pods, pod, 'default');
}

const asks = (cpu: string, memory?: string) => ({
  containers: [
    { name: 'c', image: 'nginx', resources: { requests: { cpu, ...(memory ? { memory } : {}) } } },
  ],
});
const pod = (c: TestCluster, name: string) => c.admin.get(RESOURCES.pods, name, 'default');
const node = (c: TestCluster, name: string) => pod(c, name).spec.nodeName;
const why = (c: TestCluster, name: string) =>
  pod(c, name).status.conditions.find((x: any) => x.type === 'PodScheduled').message;
const TAINT = '1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }';
const affinity = (kind: 'podAffinity' | 'podAntiAffinity', app: string, topologyKey: string) => ({
  affinity: {
    [kind]: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app } }, topologyKey },
      ],
    },
  },
});

describe('messages', () => {
  it.each([
    [
      'selector',
      { nodeSelector: { disk: 'gold' } },
      `0/3 nodes are available: ${TAINT}, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
    ],
    [
      'cpu',
      asks('64'),
      `0/3 nodes are available: ${TAINT}, 2 Insufficient cpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.`,
    ],
    [
      'several',
      { nodeSelector: { zone: 'a' }, ...asks('50', '500Gi') },
      `0/3 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 node(s) didn't match Pod's node affinity/selector, ${TAINT}. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.`,
    ],
    [
      'claim',
      { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'missing' } }] },
      '0/3 nodes are available: persistentvolumeclaim "missing" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    ],
    [
      'label',
      {
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'rack',
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector: { matchLabels: { app: 'label' } },
          },
        ],
      },
      `0/3 nodes are available: ${TAINT}, 2 node(s) didn't match pod topology spread constraints (missing required label). preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
    ],
    [
      'lonely',
      affinity('podAffinity', 'nobody', 'zone'),
      `0/3 nodes are available: ${TAINT}, 2 node(s) didn't match pod affinity rules. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
    ],
  ])('%s', (name, spec, message) => {
    const c = cluster();
    run(c, name, spec);
    c.settle(100);
    expect(why(c, name)).toBe(message);
  });
});

describe('placement', () => {
  it('keeps pods apart and together', () => {
    const c = cluster();
    for (const name of ['a', 'b', 'd'])
      run(c, name, affinity('podAntiAffinity', 'apart', 'kubernetes.io/hostname'), { app: 'apart' });
    c.settle();
    expect(['a', 'b', 'd'].map((name) => node(c, name)).sort()).toEqual(['node01', 'node02', undefined]);
    run(c, 'near', affinity('podAffinity', 'apart', 'zone'));
    c.settle();
    expect(node(c, 'near')).toBeDefined();
  });

  it("gives a disk to one node's pods but once, unless all of them read", () => {
    const c = cluster();
    const rbd = (image: string, readOnly: boolean, monitors = ['m1', 'm2']) => ({
      nodeSelector: { zone: 'a' },
      volumes: [{ name: 'v', rbd: { monitors, image, readOnly } }],
    });
    const gce = { nodeSelector: { zone: 'a' }, volumes: [{ name: 'v', gcePersistentDisk: { pdName: 'x' } }] };
    const pods = {
      writer: rbd('x', false),
      reader: rbd('y', true),
      second: rbd('y', true),
      late: rbd('x', true, ['m2']),
      other: rbd('x', false, ['m3']),
      disk: gce,
    };
    for (const [name, spec] of Object.entries(pods)) run(c, name, spec);
    c.settle();
    expect(Object.keys(pods).filter((name) => !node(c, name))).toEqual(['late']);
    expect(why(c, 'late')).toContain('1 node(s) had no available disk, 1 node(s) had untolerated taint');
  });

  it('asks extenders which nodes will do, which is best, and to bind', () => {
    const asked: string[] = [];
    const answers: Record<string, unknown> = {
      '/x/filter': { NodeNames: ['node02'], FailedNodes: { node01: 'too loud' } },
      '/x/rank': [{ Host: 'node01', Score: 10 }],
    };
    const send: Send = ({ path, value }) => {
      asked.push(`${path} ${JSON.stringify((value as any).NodeNames ?? (value as any).Node)}`);
      const answer = answers[path];
      if (!answer) throw new ExtenderError('Post "http://x/x/bind": dial tcp: lookup x: no such host');
      return { status: 200, headers: {}, value: answer as never };
    };
    const config = { urlPrefix: 'http://x/x/', filterVerb: 'filter', nodeCacheCapable: true, weight: 1 };
    const managedResources = [{ name: 'example.com/gpu' }];
    const extenders = [
      new Extender({ ...config, managedResources: [{ name: 'example.com/none' }] }, send),
      new Extender({ ...config, prioritizeVerb: 'rank' }, send),
    ];
    const c = cluster({ extenders });
    run(c, 'a');
    c.settle();
    expect([node(c, 'a'), asked]).toEqual(['node02', ['/x/filter ["node01","node02"]']]);
    run(c, 'b', { nodeSelector: { zone: 'a' } });
    answers['/x/filter'] = { nodenames: [], failedNodes: { node01: 'too loud' } };
    c.settle();
    expect(why(c, 'b')).toContain(
      `0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector`,
    );
    expect(why(c, 'b')).toContain('1 too loud');
    answers['/x/filter'] = { NodeNames: ['node01', 'node02'] };
    run(c, 'd');
    c.settle();
    expect(node(c, 'd')).toBe('node01');
    const broken = cluster({ extenders: [new Extender({ ...config, bindVerb: 'bind' }, send)] });
    run(broken, 'e');
    broken.settle();
    expect(why(broken, 'e')).toBe(
      'binding rejected: Post "http://x/x/bind": dial tcp: lookup x: no such host',
    );
    answers['/x/filter'] = { nodeNames: 'node01' };
    run(c, 'f');
    c.settle();
    expect(why(c, 'f')).toMatch(/^json: cannot unmarshal string into Go struct field/);
    expect(new Extender({ ...config, managedResources }, send).isInterestedIn(pod(c, 'a'))).toBe(false);
  });

  it('lets extenders choose whom a preemption costs', () => {
    const victims: Record<string, string> = {};
    const send: Send = ({ value }: any) => {
      const { node02, ...others } = value.NodeNameToMetaVictims;
      victims['asked'] = Object.keys({ ...others, node02 }).join();
      if (victims['spared'])
        return { status: 200, headers: {}, value: { NodeNameToMetaVictims: {} } as never };
      return { status: 200, headers: {}, value: { nodeNameToMetaVictims: { node02 } } as never };
    };
    const config = { urlPrefix: 'http://x/', preemptVerb: 'preempt', nodeCacheCapable: true };
    const c = cluster({ extenders: [new Extender(config, send)] });
    for (const name of ['a', 'b']) run(c, name, asks('1500m'));
    c.settle();
    c.admin.create(RESOURCES.priorityclasses, {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'high' },
      value: 1000,
    });
    run(c, 'high', { ...asks('1'), priorityClassName: 'high' });
    c.settle(5000);
    expect([victims['asked'], node(c, 'high')]).toEqual(['node01,node02', 'node02']);
    victims['spared'] = 'all';
    run(c, 'higher', { ...asks('1500m'), priorityClassName: 'high' });
    c.settle(5000);
    expect(why(c, 'higher')).toMatch(/2 Insufficient cpu. preemption: no candidate node for preemption$/);
  });

  it('spreads over zones, cordoned ones counted', () => {
    const c = cluster();
    const spread = {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'even' } },
        },
      ],
    };
    for (let i = 0; i < 4; i++) run(c, `e${i}`, spread, { app: 'even' });
    c.settle();
    expect([0, 1, 2, 3].map((i) => node(c, `e${i}`)).sort()).toEqual([
      'node01',
      'node01',
      'node02',
      'node02',
    ]);
    c.admin.patch(RESOURCES.nodes, 'node02', { type: 'merge', body: { spec: { unschedulable: true } } });
    run(c, 'e4', spread, { app: 'even' });
    run(c, 'e5', spread, { app: 'even' });
    c.settle();
    expect([node(c, 'e4'), node(c, 'e5')].filter((n) => n)).toEqual(['node01']);
    c.admin.patch(RESOURCES.nodes, 'node02', { type: 'merge', body: { spec: { unschedulable: null } } });
    c.settle();
    expect([node(c, 'e4'), node(c, 'e5')].sort()).toEqual(['node01', 'node02']);
  });

  it('tries again when a change may help, and leaves gated and foreign pods alone', () => {
    const c = cluster();
    run(c, 'gold', { nodeSelector: { disk: 'gold' } });
    run(c, 'gated', { schedulingGates: [{ name: 'example.com/wait' }] });
    run(c, 'other', { schedulerName: 'my-scheduler' });
    c.settle();
    c.admin.patch(RESOURCES.nodes, 'node02', {
      type: 'merge',
      body: { metadata: { labels: { disk: 'gold' } } },
    });
    c.settle(100);
    expect(node(c, 'gold')).toBe('node02');
    expect([node(c, 'gated'), node(c, 'other')]).toEqual([undefined, undefined]);
    c.admin.patch(
      RESOURCES.pods,
      'gated',
      { type: 'merge', body: { spec: { schedulingGates: null } } },
      'default',
    );
    c.settle(100);
    expect(node(c, 'gated')).toBeDefined();
  });

  it('preempts as little as it can, and names the victim', () => {
    const c = cluster();
    c.admin.create(RESOURCES.priorityclasses, {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'top' },
      value: 1000,
    });
    const on = { nodeSelector: { zone: 'a' } };
    run(c, 'small', { ...on, ...asks('300m') });
    run(c, 'big', { ...on, ...asks('1500m') });
    c.settle();
    run(c, 'boss', { ...on, ...asks('1'), priorityClassName: 'top' });
    c.settle(50);
    expect(pod(c, 'boss').status.nominatedNodeName).toBe('node01');
    c.settle();
    expect(node(c, 'boss')).toBe('node01');
    expect(c.admin.find(RESOURCES.pods, 'big', 'default')).toBeUndefined();
    expect(pod(c, 'small').status.phase).toBe('Running');
    const events = c.admin.list(RESOURCES.events, { namespace: 'default' }).items;
    expect(events.find((e) => e['reason'] === 'Preempted')?.['message']).toBe(
      `Preempted by pod ${pod(c, 'boss').metadata.uid} on node node01`,
    );
  });

  it('never asks more of a node than it has', () => {
    const c = cluster();
    for (let i = 0; i < 50; i++) run(c, `p${i}`, asks('150m'));
    c.settle();
    const used = new Map<string, number>();
    for (const { spec } of c.admin.list(RESOURCES.pods, { namespace: 'default' }).items) {
      if (spec.nodeName) used.set(spec.nodeName, (used.get(spec.nodeName) ?? 0) + 150);
    }
    expect([...used.values()]).toEqual([1950, 1950]);
  });
});

describe('configuration', () => {
  const head = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n';

  it('adds profiles, with their own affinity and packing', () => {
    const { profiles } = parseConfig(`${head}
profiles:
- schedulerName: default-scheduler
- schedulerName: packer
  pluginConfig:
  - name: NodeResourcesFit
    args: {scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 1}]}}
  - name: NodeAffinity
    args:
      addedAffinity:
        requiredDuringSchedulingIgnoredDuringExecution:
          nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [b]}]}]
  plugins: {score: {disabled: [{name: PodTopologySpread}, {name: NodeResourcesBalancedAllocation}]}}
`);
    const c = cluster({ profiles });
    for (let i = 0; i < 4; i++) run(c, `p${i}`, { schedulerName: 'packer', ...asks('100m') });
    c.settle();
    expect([0, 1, 2, 3].map((i) => node(c, `p${i}`))).toEqual(['node02', 'node02', 'node02', 'node02']);
  });

  it('scores by a shape', () => {
    const { profiles } = parseConfig(`${head}
profiles:
- pluginConfig:
  - name: NodeResourcesFit
    args:
      scoringStrategy:
        type: RequestedToCapacityRatio
        resources: [{name: cpu, weight: 3}, {name: memory, weight: 1}]
        requestedToCapacityRatio: {shape: [{utilization: 0, score: 10}, {utilization: 70, score: 0}]}
`);
    const c = cluster({ profiles });
    run(c, 'p', asks('1', '1Gi'));
    const verdicts = explain(c.admin, c.clock, 'default/p', profiles[0])?.nodes;
    // 29 for half the CPU, three times, and 83 for an eighth of the memory.
    expect(verdicts?.map(({ scores }) => scores['NodeResourcesFit'])).toEqual([undefined, 43, 43]);
  });

  it.each([
    ['', 'no kind "" is registered for version ""'],
    [`${head}profile: []\n`, 'strict decoding error: unknown field "profile"'],
    [
      `${head}profiles: [{plugins: {filter: {enabled: [{name: Magic}]}}}]\n`,
      'initializing profiles: creating profile for scheduler name default-scheduler: FilterPlugin "Magic" does not exist',
    ],
    [
      `${head}profiles: [{plugins: {score: {enabled: [{name: NodeName}]}}}]\n`,
      'plugin "NodeName" does not extend ScorePlugin plugin',
    ],
    [
      `${head}profiles: [{schedulerName: a, plugins: {multiPoint: {disabled: [{name: "*"}]}}}]\n`,
      'only one queue sort plugin required for profile with scheduler name "a", but got 0',
    ],
    [
      `${head}profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: Most}}}]}]\n`,
      'profiles[0].pluginConfig[0].args.scoringStrategy.type: Unsupported value: "Most": supported values: "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"',
    ],
    [
      `${head}profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {strategy: {}}}]}]\n`,
      'strict decoding error: decoding .profiles[0].pluginConfig[0]: strict decoding error: decoding args for plugin NodeResourcesFit: strict decoding error: unknown field "strategy"',
    ],
    [
      `${head}profiles: [{pluginConfig: [{name: PodTopologySpread, args: {defaultConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]}}]}]\n`,
      'profiles[0].pluginConfig[0].args.defaultingType: Invalid value: "System": when .defaultConstraints are not empty',
    ],
    [
      `${head}profiles: [{pluginConfig: [{name: InterPodAffinity, args: {hardPodAffinityWeight: 101}}]}]\n`,
      'profiles[0].pluginConfig[0].args.hardPodAffinityWeight: Invalid value: 101: not in valid range [0, 100]',
    ],
    [
      `${head}parallelism: 0\npercentageOfNodesToScore: 101\n`,
      '[parallelism: Invalid value: 0: should be an integer value greater than zero, percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]]',
    ],
    [
      `${head}leaderElection: {leaseDuration: 1s}\n`,
      'leaderElection.leaseDuration: Invalid value: 10s: LeaseDuration must be greater than RenewDeadline',
    ],
    [
      `${head}leaderElection: {resourceLock: configmaps}\n`,
      'leaderElection.resourceLock: Invalid value: "configmaps": resourceLock value must be "leases"',
    ],
    [
      `${head}extenders: [{urlPrefix: "http://x", prioritizeVerb: p, bindVerb: b}, {urlPrefix: "http://y", bindVerb: b}]\n`,
      '[extenders[0].weight: Invalid value: 0: must have a positive weight applied to it, extenders: Invalid value: "found 2 extenders implementing bind": only one extender can implement bind]',
    ],
    [
      `${head}profiles: [{schedulerName: a}, {schedulerName: a}]\n`,
      'profiles[1].schedulerName: Duplicate value: "a"',
    ],
  ])('refuses %j', (text, message) => {
    expect(() => parseConfig(text)).toThrow(message);
  });
});
