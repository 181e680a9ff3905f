import { type Context, type HttpResponse, KERNEL, type Main } from '../../host/index.ts';
import { busyboxBase } from './bases/unix.ts';
import { flagValue } from './go-program.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { html, pathOf, text, tryListen, untilSignal } from './serve.ts';

const TAGS = [
  'latest',
  'v1.10.2',
  'v1.10.0',
  'v1.9.1',
  'v1.9.0',
  'v1.8.2',
  'v1.8.1',
  'v1.8.0',
  'v1.7.0',
  'v1.6.1',
  'v1.5.0',
  'v1.3.1',
];

/** node_exporter: some of the host's figures for Prometheus. */
const nodeExporter: Main = function* (context) {
  const address = flagValue(context.args, 'web.listen-address') ?? ':9100';
  const port = Number(address.slice(address.lastIndexOf(':') + 1));
  const stamp = () => `time=${new Date(context.now).toISOString()} level=INFO`;
  const problem = tryListen(context, { port, http: (request) => answer(context, pathOf(request)) });
  if (problem) {
    yield* context.err(
      `time=${new Date(context.now).toISOString()} level=ERROR source=node_exporter.go:227 msg="listen tcp ${address}: bind: ${problem.toLowerCase()}"\n`,
    );
    return 1;
  }
  yield* context.err(
    `${stamp()} source=node_exporter.go:216 msg="Starting node_exporter" version="(version=1.9.1, branch=HEAD)"\n`,
  );
  yield* context.err(`${stamp()} source=tls_config.go:347 msg="Listening on" address=[::]:${port}\n`);
  yield* untilSignal(context);
  return 0;
};

function answer({ host, now }: Context, path: string): HttpResponse {
  if (path !== '/metrics')
    return path === '/' ? html(200, '<h1>Node Exporter</h1>\n') : text(404, '404 page not found\n');
  const uname = `domainname="(none)",machine="x86_64",nodename="${host.hostname}",release="${KERNEL.release}",sysname="Linux",version="${KERNEL.version}"`;
  const seconds = host.processes.cgroups.cpuMs / 1000;
  const up = (now - host.bootedAt) / 1000;
  const { bytes, usedBytes } = host.disk.usage();
  const freeMemory = host.memoryBytes - host.processes.cgroups.totalMemory();
  const device = 'device="/dev/vda1",device_error="",fstype="ext4",mountpoint="/"';
  const metrics: readonly Metric[] = [
    ['node_boot_time_seconds', 'gauge', 'Node boot time, in unixtime.', [['', host.bootedAt / 1000]]],
    [
      'node_cpu_seconds_total',
      'counter',
      'Seconds the CPUs spent in each mode.',
      Array.from({ length: host.cores }, (_, cpu) => cpu).flatMap((cpu): [string, number][] => [
        [`cpu="${cpu}",mode="idle"`, Math.max(0, up - seconds / host.cores)],
        [`cpu="${cpu}",mode="system"`, (seconds * 0.3) / host.cores],
        [`cpu="${cpu}",mode="user"`, (seconds * 0.7) / host.cores],
      ]),
    ],
    [
      'node_filesystem_avail_bytes',
      'gauge',
      'Filesystem space available to non-root users in bytes.',
      [[device, bytes - usedBytes]],
    ],
    ['node_filesystem_free_bytes', 'gauge', 'Filesystem free space in bytes.', [[device, bytes - usedBytes]]],
    ['node_filesystem_size_bytes', 'gauge', 'Filesystem size in bytes.', [[device, bytes]]],
    ['node_load1', 'gauge', '1m load average.', [['', 0.08]]],
    ['node_load5', 'gauge', '5m load average.', [['', 0.03]]],
    ['node_load15', 'gauge', '15m load average.', [['', 0.01]]],
    [
      'node_memory_MemAvailable_bytes',
      'gauge',
      'Memory information field MemAvailable_bytes.',
      [['', freeMemory]],
    ],
    ['node_memory_MemFree_bytes', 'gauge', 'Memory information field MemFree_bytes.', [['', freeMemory]]],
    [
      'node_memory_MemTotal_bytes',
      'gauge',
      'Memory information field MemTotal_bytes.',
      [['', host.memoryBytes]],
    ],
    [
      'node_network_up',
      'gauge',
      "Value is 1 if operstate is 'up', 0 otherwise.",
      host.network.interfaces.map((one) => [`device="${one.name}"`, one.up && one.name !== 'lo' ? 1 : 0]),
    ],
    ['node_time_seconds', 'gauge', 'System time in seconds since epoch (1970).', [['', now / 1000]]],
    [
      'node_uname_info',
      'gauge',
      'Labeled system information as provided by the uname system call.',
      [[uname, 1]],
    ],
  ];
  return text(200, metrics.map(written).join(''), {
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
  });
}

type Metric = readonly [
  name: string,
  type: string,
  help: string,
  samples: readonly (readonly [labels: string, value: number])[],
];

function written([name, type, help, samples]: Metric): string {
  const lines = samples.map(
    ([labels, value]) => `${name}${labels === '' ? '' : `{${labels}}`} ${shown(value)}\n`,
  );
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

/** A number as Go writes it: large ones with an exponent. */
function shown(value: number): string {
  if (Math.abs(value) < 1e6) return String(value);
  return value.toExponential().replace(/e\+(\d)$/, 'e+0$1');
}

export const NODE_EXPORTERS: readonly ImageFamily[] = ['prom', 'quay.io/prometheus'].map((home, i) => ({
  repository: `${home}/node-exporter`,
  tags: TAGS,
  sizeBytes: 12_000_000,
  footprint: { memoryBytes: 14 * MEBI, cores: 0.001 },
  config: () => ({ entrypoint: ['/bin/node_exporter'], env: { PATH }, user: 'nobody', ports: ['9100/tcp'] }),
  files(into) {
    busyboxBase(into);
    into.install('/bin/node_exporter', 'node-exporter');
  },
  ...(i === 0 ? { programs: [{ name: 'node-exporter', main: nodeExporter }] } : {}),
}));
