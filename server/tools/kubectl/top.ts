import { goSort } from '../../objects/go-sort.ts';
import { milliValue, sumQuantities, wholeValue } from '../../objects/quantity.ts';
import type { Steps } from '../../sim/index.ts';
import { listAll } from './builder.ts';
import { KubectlError } from './errors.ts';
import { formatDuration } from './go-duration.ts';
import type { Kubectl } from './kubectl.ts';
import { builtIn } from './resources.ts';
import { tabulate } from './tab-writer.ts';

type Fields = Record<string, any>;

const METRICS = '/apis/metrics.k8s.io/v1beta1';
const MEBI = 1024 * 1024;

interface Usage {
  /** Thousandths of a core. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

/** What these use together. Rounded up once, after they are added. */
function usageOf(amounts: readonly Fields[]): Usage {
  const sum = (name: string) => sumQuantities(amounts.map((amount) => amount[name] ?? 0));
  return { cpu: milliValue(sum('cpu')), memory: wholeValue(sum('memory')) };
}

const usages = (containers: readonly Fields[]): Fields[] =>
  containers.map((container) => container['usage'] ?? {});

function text({ cpu, memory }: Usage): string[] {
  return [`${cpu}m`, `${Math.floor(memory / MEBI)}Mi`];
}

function checkSort(k: Kubectl): string {
  const sort = k.flags.string('sort-by');
  if (sort !== '' && sort !== 'cpu' && sort !== 'memory')
    throw new KubectlError('--sort-by accepts only cpu or memory');
  return sort;
}

/** The metrics API has to be there. */
function* metrics(k: Kubectl, path: string, query: Record<string, string>): Steps<Fields[]> {
  const served = (yield* k.resources.all()).some((resource) => resource.group === 'metrics.k8s.io');
  if (!served && !(yield* k.resources.refresh()).some((resource) => resource.group === 'metrics.k8s.io'))
    throw new KubectlError('Metrics API not available');
  const answer = yield* k.api.get<Fields>(`${METRICS}${path}`, { query });
  return answer['items'] ?? [answer];
}

/** Models kubectl/pkg/cmd/top/top_node.go. */
export function* topNode(k: Kubectl): Steps<void> {
  const { flags } = k;
  const sort = checkSort(k);
  if (k.args.length > 1) throw k.usage(`node [NAME | -l label]`);
  const [name = ''] = k.args;
  const selector = flags.string('selector');
  if (name !== '' && selector !== '')
    throw new KubectlError('only one of NAME or --selector can be provided');
  const items = yield* metrics(
    k,
    `/nodes${name ? `/${name}` : ''}`,
    selector ? { labelSelector: selector } : {},
  );
  const resource = builtIn('nodes');
  const nodes = name
    ? [yield* k.api.get<Fields>(`/api/v1/nodes/${name}`)]
    : (yield* listAll(k, resource, { namespace: '', labelSelector: selector })).items;
  const rows = nodes.map((node) => {
    const metric = items.find((item) => item['metadata'].name === node['metadata'].name);
    const status = node['status'];
    const size = usageOf([flags.bool('show-capacity') ? status.capacity : status.allocatable]);
    return {
      name: node['metadata'].name as string,
      usage: metric ? usageOf([metric['usage']]) : undefined,
      size,
    };
  });
  if (rows.length === 0) throw new KubectlError('metrics not available yet');
  goSort(rows, (a, b) => isBefore(sort, a, b));
  const lines = rows.map(({ name: node, usage, size }) => {
    if (!usage) return [node, '<unknown>', '<unknown>', '<unknown>', '<unknown>'];
    const [cpu = '', memory = ''] = text(usage);
    return [node, cpu, percent(usage.cpu, size.cpu), memory, percent(usage.memory, size.memory)];
  });
  const head = flags.bool('no-headers')
    ? []
    : [['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)']];
  yield* printRows(k, [...head, ...lines]);
}

function percent(part: number, whole: number): string {
  return `${Math.trunc((part / whole) * 100)}%`;
}

interface Named {
  readonly name: string;
  readonly namespace?: string;
  readonly usage?: Usage | undefined;
}

/** The greedy first, or by name. Models metricsutil NodeMetricsSorter, PodMetricsSorter and ContainerMetricsSorter. */
function isBefore(sort: string, a: Named, b: Named): boolean {
  if (sort === 'cpu') return (b.usage?.cpu ?? 0) < (a.usage?.cpu ?? 0);
  if (sort === 'memory') return (b.usage?.memory ?? 0) < (a.usage?.memory ?? 0);
  const [left = '', right = ''] = [a.namespace, b.namespace];
  return left === right ? a.name < b.name : left < right;
}

function* printRows(k: Kubectl, rows: readonly string[][]): Steps<void> {
  // Every cell ends with a tab, the last one too.
  yield* k.out(tabulate(rows.map((cells) => `${cells.join('\t')}\t\n`).join('')));
}

/** Pods younger than this need not have metrics yet. */
const METRICS_DELAY_MS = 120_000;

/** Where pods are and metrics are not, something is wrong. Models top_pod.go verifyEmptyMetrics. */
function* checkPods(k: Kubectl, space: string, query: Record<string, string>): Steps<void> {
  const { items } = yield* k.api.get<{ items: Fields[] }>(`/api/v1${space}/pods`, { query });
  if (items.length === 0) return;
  for (const { metadata } of items) {
    const age = k.now - Date.parse(metadata.creationTimestamp);
    if (age > METRICS_DELAY_MS)
      throw new KubectlError(
        `Metrics not available for pod ${metadata.namespace}/${metadata.name}, age: ${formatDuration(age)}`,
      );
  }
  throw new KubectlError('metrics not available yet');
}

/** Models kubectl/pkg/cmd/top/top_pod.go. */
export function* topPod(k: Kubectl): Steps<void> {
  const { flags } = k;
  const sort = checkSort(k);
  if (k.args.length > 1) throw k.usage(`pod [NAME | -l label]`);
  const [name = ''] = k.args;
  const labelSelector = flags.string('selector');
  const fieldSelector = flags.string('field-selector');
  if (name !== '' && (labelSelector !== '' || fieldSelector !== ''))
    throw new KubectlError('only one of NAME or selector can be provided');
  const all = flags.bool('all-namespaces');
  const space = all ? '' : `/namespaces/${k.namespace}`;
  const query: Record<string, string> = {};
  if (labelSelector) query['labelSelector'] = labelSelector;
  if (fieldSelector) query['fieldSelector'] = fieldSelector;
  const items = yield* metrics(k, `${space}/pods${name ? `/${name}` : ''}`, query);
  if (items.length === 0) {
    yield* checkPods(k, space, query);
    yield* k.err(all ? 'No resources found\n' : `No resources found in ${k.namespace} namespace.\n`);
    return;
  }
  const perContainer = flags.bool('containers');
  const rows = items.map((item) => {
    const containers: Fields[] = item['containers'] ?? [];
    return {
      name: item['metadata'].name as string,
      namespace: item['metadata'].namespace as string,
      containers,
      usage: usageOf(usages(containers)),
    };
  });
  goSort(rows, (a, b) => isBefore(sort, a, b));
  const head = [
    ...(all ? ['NAMESPACE'] : []),
    ...(perContainer ? ['POD', 'NAME'] : ['NAME']),
    'CPU(cores)',
    'MEMORY(bytes)',
  ];
  const lines = rows.flatMap(({ name: pod, namespace, containers, usage }) => {
    const start = all ? [namespace] : [];
    if (!perContainer) return [[...start, pod, ...text(usage)]];
    const used = containers.map((container) => ({
      name: container['name'] as string,
      usage: usageOf(usages([container])),
    }));
    return goSort(used, (a, b) => isBefore(sort, a, b)).map((one) => [
      ...start,
      pod,
      one.name,
      ...text(one.usage),
    ]);
  });
  if (flags.bool('sum')) {
    // Only headers make room for namespaces and containers.
    const total = usageOf(usages(rows.flatMap(({ containers }) => containers)));
    const blank = flags.bool('no-headers') ? [''] : head.slice(0, -2).map(() => '');
    lines.push([...blank, '________', '________'], [...blank, ...text(total)]);
  }
  yield* printRows(k, flags.bool('no-headers') ? lines : [head, ...lines]);
}
