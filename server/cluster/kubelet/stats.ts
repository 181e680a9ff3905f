import type { Context } from '../../host/index.ts';
import { timestamp } from '../../objects/object.ts';
import type { ContainerRuntime } from '../client/cri.ts';
import type { Pod } from './pods/pod.ts';

/** Memory that a program takes merely by running, in bytes; what it accounts for itself comes on top. */
const RESTING: Record<string, number> = {
  'kube-apiserver': 280 * 1024 ** 2,
  etcd: 45 * 1024 ** 2,
  'kube-controller-manager': 55 * 1024 ** 2,
  'kube-scheduler': 24 * 1024 ** 2,
  coredns: 15 * 1024 ** 2,
  'kube-proxy': 18 * 1024 ** 2,
  nginx: 4 * 1024 ** 2,
};
const RESTING_DEFAULT = 2 * 1024 ** 2;
/** Cores that a program takes while it has nothing to do. */
const IDLE_CORES: Record<string, number> = {
  'kube-apiserver': 0.04,
  etcd: 0.02,
  'kube-controller-manager': 0.014,
  'kube-scheduler': 0.005,
  coredns: 0.002,
  'kube-proxy': 0.001,
};

export interface Usage {
  readonly cpuNanoSeconds: number;
  readonly memoryBytes: number;
}

/** What a container has used: a model of its program, and what it did beyond. */
export function usageOf(runtime: ContainerRuntime, id: string, now: number): Usage | undefined {
  const status = runtime.container(id);
  const stats = runtime.stats(id);
  if (!status || !stats) return undefined;
  const program = status.image.replace(/^.*\//, '').replace(/:.*$/, '');
  const idle = (IDLE_CORES[program] ?? 0) * (now - (status.startedAt ?? now));
  return {
    cpuNanoSeconds: Math.round((stats.cpuMs + idle) * 1e6),
    memoryBytes: (RESTING[program] ?? RESTING_DEFAULT) + stats.memoryBytes,
  };
}

// Models pkg/kubelet/server/stats (the fields that clients read)
export function statsSummary(context: Context, pods: readonly Pod[], runtime: ContainerRuntime): unknown {
  const time = timestamp(context.now);
  const list = pods.map((pod) => ({
    podRef: { name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid },
    startTime: pod.status?.startTime,
    containers: running(pod, runtime, context.now).map(({ name, usage }) => ({
      name,
      cpu: { time, usageCoreNanoSeconds: usage.cpuNanoSeconds },
      memory: { time, usageBytes: usage.memoryBytes, workingSetBytes: usage.memoryBytes },
    })),
  }));
  return { node: { nodeName: context.hostname, ...nodeUsage(context, pods, runtime) }, pods: list };
}

export function resourceMetrics(context: Context, pods: readonly Pod[], runtime: ContainerRuntime): string {
  const node = nodeUsage(context, pods, runtime);
  const lines = [
    '# TYPE node_cpu_usage_seconds_total counter',
    `node_cpu_usage_seconds_total ${node.cpu.usageCoreNanoSeconds / 1e9} ${context.now}`,
    '# TYPE node_memory_working_set_bytes gauge',
    `node_memory_working_set_bytes ${node.memory.workingSetBytes} ${context.now}`,
  ];
  for (const pod of pods) {
    for (const { name, usage } of running(pod, runtime, context.now)) {
      const labels = `{container="${name}",namespace="${pod.metadata.namespace}",pod="${pod.metadata.name}"}`;
      lines.push(`container_cpu_usage_seconds_total${labels} ${usage.cpuNanoSeconds / 1e9} ${context.now}`);
      lines.push(`container_memory_working_set_bytes${labels} ${usage.memoryBytes} ${context.now}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function running(pod: Pod, runtime: ContainerRuntime, now: number): { name: string; usage: Usage }[] {
  return runtime.containersOf(pod.metadata.uid).flatMap((container) => {
    const usage = container.state === 'running' ? usageOf(runtime, container.id, now) : undefined;
    return usage ? [{ name: container.config.name, usage }] : [];
  });
}

function nodeUsage(context: Context, pods: readonly Pod[], runtime: ContainerRuntime) {
  let cpu = context.host.processes.cgroups.cpuMs * 1e6;
  let memory = 650 * 1024 ** 2;
  for (const pod of pods) {
    for (const { usage } of running(pod, runtime, context.now)) {
      cpu += usage.cpuNanoSeconds;
      memory += usage.memoryBytes;
    }
  }
  return { cpu: { usageCoreNanoSeconds: Math.round(cpu) }, memory: { workingSetBytes: memory } };
}
