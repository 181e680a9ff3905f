import type { ContainerRuntime, ContainerStatus } from '../../cluster/client/cri.ts';
import type { Options } from '../../shell/options.ts';
import { humanSize, shortId, table } from './format.ts';
import { formatted } from './output.ts';
import { annotationsOf } from './selection.ts';

/** Over how long the use of CPU is taken. */
const SPAN_MS = 5000;

interface Used {
  readonly container: ContainerStatus;
  readonly cpuMs: number;
  readonly cores: number;
  readonly memoryBytes: number;
}

function usedBy(runtime: ContainerRuntime, container: ContainerStatus, now: number): Used {
  const stats = runtime.stats(container.id);
  const cpuMs = stats?.cpuMs ?? 0;
  const cores = (cpuMs - (stats?.cpuMsAt(now - SPAN_MS) ?? 0)) / SPAN_MS;
  return { container, cpuMs, cores, memoryBytes: stats?.memoryBytes ?? 0 };
}

function selected(runtime: ContainerRuntime, options: Options): ContainerStatus[] {
  const [id, pod, name] = ['id', 'p', 'name'].map((option) => options.get(option));
  return runtime
    .containers()
    .filter((c) => options.has('a') || c.state === 'running')
    .filter((c) => id === undefined || c.id.startsWith(id))
    .filter((c) => pod === undefined || c.sandboxId.startsWith(pod))
    .filter((c) => name === undefined || c.config.name === name);
}

export function listStats(
  runtime: ContainerRuntime,
  options: Options,
  id: string | undefined,
  now: number,
): string {
  const found = selected(runtime, options)
    .filter((c) => id === undefined || c.id.startsWith(id))
    .map((container) => usedBy(runtime, container, now));
  const value = () => ({ stats: found.map(statsJson) });
  const asked = formatted(options, value, 'table');
  if (asked !== undefined) return asked;
  const rows = found.map(({ container: { id, config }, cores, memoryBytes }) => [
    shortId(id),
    config.name,
    (cores * 100).toFixed(2),
    humanSize(memoryBytes),
    '0B',
    '0',
  ]);
  return table([['CONTAINER', 'NAME', 'CPU %', 'MEM', 'DISK', 'INODES'], ...rows]);
}

function statsJson({ container, cpuMs, cores, memoryBytes }: Used) {
  const { id, config } = container;
  const { labels, name, attempt } = config;
  const annotations = annotationsOf(container);
  return {
    attributes: { id, metadata: { attempt, name }, labels, annotations },
    cpu: {
      usageCoreNanoSeconds: { value: String(Math.round(cpuMs * 1e6)) },
      usageNanoCores: { value: String(Math.round(cores * 1e9)) },
    },
    memory: { workingSetBytes: { value: String(memoryBytes) }, usageBytes: { value: String(memoryBytes) } },
  };
}

export function listPodStats(runtime: ContainerRuntime, options: Options, now: number): string {
  const rows = runtime
    .sandboxes()
    .filter(({ id, state }) => state === 'ready' && id.startsWith(options.get('id') ?? ''))
    .map(({ id, config }) => {
      const used = runtime.containers().filter((c) => c.sandboxId === id && c.state === 'running');
      const all = used.map((container) => usedBy(runtime, container, now));
      const cores = all.reduce((sum, each) => sum + each.cores, 0);
      const bytes = all.reduce((sum, each) => sum + each.memoryBytes, 0);
      return [shortId(id), config.metadata.name, (cores * 100).toFixed(2), humanSize(bytes)];
    });
  return table([['POD ID', 'NAME', 'CPU %', 'MEM'], ...rows]);
}
