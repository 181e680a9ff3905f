import type { Context } from '../../host/index.ts';
import { klogLine } from '../klog.ts';
import { appImages } from './app.ts';
import { alpineBase, busyboxBase } from './bases/unix.ts';
import { flagValue } from './go-program.ts';
import { type ImageFamily, MEBI } from './image.ts';
import { html, pathOf, text } from './serve.ts';
import { releases, variants } from './tags.ts';

const iso = (context: Context) => new Date(context.now).toISOString();
const JSON_TYPE = { 'content-type': 'application/json; charset=UTF-8' };
const withV = (tags: ReadonlyMap<string, string>) =>
  [...tags.keys()].map((tag) => (/^\d/.test(tag) ? `v${tag}` : tag));

const PROMETHEUS_CONFIG = `global:
  scrape_interval: 15s
scrape_configs:
  - job_name: "prometheus"
    static_configs:
      - targets: ["localhost:9090"]
`;

/** Prometheus and its Alertmanager: they start, check that their configuration is there, and tell their health. */
const observer = (
  name: 'prometheus' | 'alertmanager',
  port: number,
  tags: Iterable<string>,
  config: string,
): ImageFamily[] => {
  const file = `/etc/${name}/${name}.yml`;
  const given = (context: Context) => flagValue(context.args, 'config.file') ?? file;
  return appImages({
    homes: [`prom/${name}`, `quay.io/prometheus/${name}`],
    tags,
    sizeBytes: 110_000_000,
    footprint: { memoryBytes: 45 * MEBI, cores: 0.003 },
    path: `/bin/${name}`,
    base: busyboxBase,
    config: () => ({
      entrypoint: [`/bin/${name}`],
      cmd: [`--config.file=${file}`, `--storage.${name === 'prometheus' ? 'tsdb.' : ''}path=/${name}`],
      user: 'nobody',
      workingDir: `/${name}`,
    }),
    files(into) {
      into.write(file, config);
      into.fs.mkdirAll(`/${name}`);
      into.fs.chown(`/${name}`, 65_534, 65_534);
    },
    spec: {
      program: name,
      port,
      fd: 2,
      listensOn: (context) =>
        Number(flagValue(context.args, 'web.listen-address')?.replace(/.*:/, '') ?? port),
      refusal(context) {
        const path = given(context);
        if (context.fs.isFile(path)) return undefined;
        return `time=${iso(context)} level=ERROR source=main.go:603 msg="Error loading config (--config.file=${path})" file=${path} err="open ${path}: no such file or directory"\n`;
      },
      started: (context) =>
        `time=${iso(context)} level=INFO source=main.go:1507 msg="Loading configuration file" filename=${given(context)}\ntime=${iso(context)} level=INFO source=main.go:1273 msg="Server is ready to receive web requests."\n`,
      stopped: (context) => `time=${iso(context)} level=INFO source=main.go:1012 msg="See you next time!"\n`,
      taken: () =>
        `level=ERROR msg="Unable to start web listener" err="listen tcp 0.0.0.0:${port}: bind: address already in use"\n`,
      http: (context) => (request) => {
        const title = name === 'prometheus' ? 'Prometheus' : 'Alertmanager';
        switch (pathOf(request)) {
          case '/-/healthy':
            return text(200, name === 'prometheus' ? 'Prometheus Server is Healthy.\n' : 'OK');
          case '/-/ready':
            return text(200, name === 'prometheus' ? 'Prometheus Server is Ready.\n' : 'OK');
          case '/metrics':
            return text(
              200,
              `# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds ${context.process.startedAt / 1000}\n`,
            );
          case '/':
            return {
              status: 302,
              headers: { location: name === 'prometheus' ? '/query' : '/#/alerts' },
              body: '',
            };
          case '/query':
          case '/graph':
            return html(
              200,
              `<!doctype html><html lang="en"><head><title>${title} Time Series Collection and Processing Server</title></head><body></body></html>\n`,
            );
          default:
            return text(404, '404 page not found\n');
        }
      },
    },
  });
};

/** Grafana: its login page and its health. */
const GRAFANA_TAGS = variants(
  releases({
    '12.2': 1,
    '12.1': 2,
    '12.0': 5,
    '11.6': 6,
    '11.0': 1,
    '10.4': 19,
    '10.0': 13,
    '9.5': 21,
    '8.5': 27,
  }),
  '12.2.1',
  ['ubuntu'],
);

const GRAFANA = appImages({
  homes: ['grafana/grafana', 'grafana/grafana-oss'],
  tags: GRAFANA_TAGS.keys(),
  sizeBytes: 200_000_000,
  footprint: { memoryBytes: 85 * MEBI, cores: 0.004 },
  path: '/usr/share/grafana/bin/grafana',
  base: (into) => alpineBase(into, '3.22.1'),
  config: (tag) => ({
    entrypoint: ['/run.sh'],
    user: '472',
    workingDir: '/usr/share/grafana',
    env: { GF_PATHS_DATA: '/var/lib/grafana', GRAFANA_VERSION: GRAFANA_TAGS.get(tag) ?? '12.2.1' },
  }),
  files(into) {
    into.write('/run.sh', '#!/bin/sh\nexec /usr/share/grafana/bin/grafana server "$@"\n', 0o755);
    into.fs.mkdirAll('/var/lib/grafana');
    into.fs.chown('/var/lib/grafana', 472, 0);
  },
  spec: {
    program: 'grafana',
    port: 3000,
    listensOn: (context) => Number(context.env.get('GF_SERVER_HTTP_PORT') ?? 3000),
    prepares: (context) => ({
      says: `logger=settings t=${iso(context)} level=info msg="Starting Grafana" version=${context.env.get('GRAFANA_VERSION')}\n`,
      takesMs: 2500,
    }),
    started: (context) =>
      `logger=http.server t=${iso(context)} level=info msg="HTTP Server Listen" address=[::]:3000 protocol=http subUrl= socket=\n`,
    taken: () => '*api.HTTPServer run error: listen tcp 0.0.0.0:3000: bind: address already in use\n',
    http: (context) => (request) => {
      const path = pathOf(request);
      const version = context.env.get('GRAFANA_VERSION');
      if (path === '/api/health')
        return text(
          200,
          JSON.stringify({ database: 'ok', version, commit: 'unknown' }, undefined, 2),
          JSON_TYPE,
        );
      if (path === '/login')
        return html(
          200,
          '<!DOCTYPE html>\n<html lang="en-US">\n  <head>\n    <title>Grafana</title>\n  </head>\n  <body></body>\n</html>\n',
        );
      if (path.startsWith('/api/'))
        return text(
          401,
          '{"message":"Unauthorized","messageId":"auth.unauthorized","statusCode":401,"traceID":""}\n',
          JSON_TYPE,
        );
      return { status: 302, headers: { location: '/login' }, body: '<a href="/login">Found</a>.\n\n' };
    },
  },
});

const STATE_METRICS = appImages({
  homes: ['registry.k8s.io/kube-state-metrics/kube-state-metrics', 'quay.io/coreos/kube-state-metrics'],
  tags: withV(
    releases({
      '2.17': 0,
      '2.16': 0,
      '2.15': 0,
      '2.14': 0,
      '2.13': 0,
      '2.12': 0,
      '2.10': 1,
      '2.9': 2,
      '1.9': 8,
    }),
  ),
  sizeBytes: 14_000_000,
  footprint: { memoryBytes: 18 * MEBI, cores: 0.001 },
  path: '/kube-state-metrics',
  config: () => ({
    entrypoint: ['/kube-state-metrics', '--port=8080', '--telemetry-port=8081'],
    user: '65532',
  }),
  spec: {
    program: 'kube-state-metrics',
    port: 8080,
    also: [8081],
    fd: 2,
    started: (context) =>
      klogLine(context, 'I', 'server.go:411', '"Started metrics server" metricsServerAddress="[::]:8080"'),
    taken: () => 'failed to run kube-state-metrics: listen tcp :8080: bind: address already in use\n',
    http: () => (request) =>
      ['/healthz', '/livez', '/readyz'].includes(pathOf(request))
        ? text(200, 'OK')
        : text(404, '404 page not found\n'),
  },
});

const PROMETHEUS_TAGS = withV(
  variants(
    releases({
      '3.7': 3,
      '3.6': 0,
      '3.5': 0,
      '3.0': 1,
      '2.55': 1,
      '2.53': 5,
      '2.45': 6,
      '2.40': 7,
      '2.37': 9,
      '2.30': 4,
    }),
    '3.7.3',
  ),
);
const ALERTMANAGER_TAGS = withV(variants(releases({ '0.28': 1, '0.27': 0, '0.26': 0, '0.25': 1 }), '0.28.1'));

/** What watches clusters, as far as its pods go: nothing is scraped here. */
export const MONITORING: readonly ImageFamily[] = [
  ...observer('prometheus', 9090, PROMETHEUS_TAGS, PROMETHEUS_CONFIG),
  ...observer(
    'alertmanager',
    9093,
    ALERTMANAGER_TAGS,
    'route:\n  receiver: "web.hook"\nreceivers:\n  - name: "web.hook"\n',
  ),
  ...GRAFANA,
  ...STATE_METRICS,
];
