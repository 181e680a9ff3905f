import type { Context } from '../../host/index.ts';
import { timestamp } from '../../objects/object.ts';
import type { ContainerRuntime, ContainerStatus } from '../client/cri.ts';
import { footprintOf } from '../images/index.ts';
import type { Pod } from './pods/pod.ts';

/** What the host's own programs take: systemd, containerd, the kubelet. */
const HOST_BYTES = 650 * 1024 ** 2;
const HOST_CORES = 0.03;

export interface Usage {
  /** Since the container started. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** What a container has used by `at`: what its program takes merely by running, and what it did beyond. */
function usageOf(runtime: ContainerRuntime, container: ContainerStatus, at: number): Usage | undefined {
  const stats = runtime.stats(container.id);
  const startedAt = container.startedAt ?? at;
  if (!stats || startedAt > at) return undefined;
  const { cores } = footprintOf(container.image);
  return {
    cpuMs: stats.cpuMsAt(at) + cores * (at - startedAt),
    memoryBytes: stats.memoryBytes,
  };
}

interface Measured extends Usage {
  readonly name: string;
  readonly pod: Pod;
  readonly startedAt: number;
}

function measure(pods: readonly Pod[], runtime: ContainerRuntime, at: number): Measured[] {
  return pods.flatMap((pod) =>
    runtime.containersOf(pod.metadata.uid).flatMap((container) => {
      const usage = container.state === 'running' ? usageOf(runtime, container, at) : undefined;
      const { name } = container.config;
      return usage ? [{ ...usage, name, pod, startedAt: container.startedAt ?? at }] : [];
    }),
  );
}

function nodeUsage(context: Context, containers: readonly Measured[], at: number): Usage {
  const { processes, bootedAt } = context.host;
  const resting = containers.reduce((sum, one) => sum + one.cpuMs, 0);
  return {
    cpuMs: processes.cgroups.cpuMsAt(at) + resting + HOST_CORES * (at - bootedAt),
    memoryBytes: HOST_BYTES + containers.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
  };
}

/** Over how long a rate of use is taken. */
const RATE_MS = 15_000;

// Models pkg/kubelet/server/stats (the fields that clients read)
export function statsSummary(context: Context, pods: readonly Pod[], runtime: ContainerRuntime): unknown {
  const { now } = context;
  const time = timestamp(now);
  const before = measure(pods, runtime, now - RATE_MS);
  const containers = measure(pods, runtime, now);
  const show = (usage: Usage, earlier: Usage | undefined) => ({
    cpu: {
      time,
      usageNanoCores: Math.round(((usage.cpuMs - (earlier?.cpuMs ?? 0)) / RATE_MS) * 1e9),
      usageCoreNanoSeconds: Math.round(usage.cpuMs * 1e6),
    },
    memory: { time, usageBytes: usage.memoryBytes, workingSetBytes: usage.memoryBytes },
  });
  const list = pods.map((pod) => ({
    podRef: { name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid },
    startTime: pod.status?.startTime,
    containers: containers
      .filter((one) => one.pod === pod)
      .map((one) => ({
        name: one.name,
        startTime: timestamp(one.startedAt),
        ...show(
          one,
          before.find(({ name, pod: owner }) => name === one.name && owner === pod),
        ),
      })),
  }));
  const node = show(nodeUsage(context, containers, now), nodeUsage(context, before, now - RATE_MS));
  return { node: { nodeName: context.hostname, ...node }, pods: list };
}

/**
 * The figures that metrics-server reads, as they are or, with `at` (ms), as they were at a moment of the last minute: so
 * nobody has to read them all the time to know how fast they grow.
 */
export function resourceMetrics(
  context: Context,
  pods: readonly Pod[],
  runtime: ContainerRuntime,
  at: string | null,
): string {
  const now = at === null ? context.now : Number(at);
  const containers = measure(pods, runtime, now);
  const node = nodeUsage(context, containers, now);
  const lines = (metric: string, type: string, help: string, samples: readonly [string, number][]) => [
    `# HELP ${metric} [STABLE] ${help}`,
    `# TYPE ${metric} ${type}`,
    ...samples.map(([labels, value]) => `${metric}${labels} ${value} ${now}`),
  ];
  const perContainer = (value: (one: Measured) => number): [string, number][] =>
    containers.map((one) => {
      const { name, namespace } = one.pod.metadata;
      return [`{container="${one.name}",namespace="${namespace}",pod="${name}"}`, value(one)];
    });
  const seconds = ({ cpuMs }: Usage) => cpuMs / 1000;
  const bytes = ({ memoryBytes }: Usage) => memoryBytes;
  const text = [
    ...lines(
      'container_cpu_usage_seconds_total',
      'counter',
      'Cumulative cpu time consumed by the container in core-seconds',
      perContainer(seconds),
    ),
    ...lines(
      'container_memory_working_set_bytes',
      'gauge',
      'Current working set of the container in bytes',
      perContainer(bytes),
    ),
    ...lines(
      'container_start_time_seconds',
      'gauge',
      'Start time of the container since unix epoch in seconds',
      perContainer(({ startedAt }) => startedAt / 1000),
    ),
    ...lines(
      'node_cpu_usage_seconds_total',
      'counter',
      'Cumulative cpu time consumed by the node in core-seconds',
      [['', seconds(node)]],
    ),
    ...lines('node_memory_working_set_bytes', 'gauge', 'Current working set of the node in bytes', [
      ['', bytes(node)],
    ]),
  ];
  return `${text.join('\n')}\n`;
}
