import type { Context, HttpResponse, Main } from '../../host/index.ts';
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
  const lines = [
    ['node_boot_time_seconds', 'gauge', host.bootedAt / 1000],
    ['node_cpu_seconds_total{cpu="0",mode="user"}', 'counter', host.processes.cgroups.cpuMs / 1000],
    ['node_memory_MemTotal_bytes', 'gauge', host.memoryBytes],
    ['node_time_seconds', 'gauge', now / 1000],
  ] as const;
  const body = lines.map(
    ([name, type, value]) => `# TYPE ${name.replace(/\{.*/, '')} ${type}\n${name} ${value}\n`,
  );
  return text(200, body.join(''), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
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
