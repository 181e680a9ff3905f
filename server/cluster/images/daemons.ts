import type { Main } from '../../host/index.ts';
import { debianBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';
import { untilSignal } from './serve.ts';

/** Daemons that run, say little, and answer nothing anybody asks here. */
const daemon: Main = function* (context) {
  yield* untilSignal(context);
  return 0;
};

function quiet(repository: string, tags: readonly string[], path: string, sizeBytes: number): ImageFamily {
  return {
    repository,
    tags,
    sizeBytes,
    config: () => ({ entrypoint: [path], env: { PATH } }),
    files(into) {
      debianBase(into, 'debian', '12 bookworm');
      into.install(path, 'daemon');
    },
  };
}

export const DAEMONS: readonly ImageFamily[] = [
  {
    ...quiet(
      'fluent/fluentd',
      ['latest', 'v1.18', 'v1.17', 'v1.16', 'v1.16-1', 'v1.14'],
      '/usr/bin/fluentd',
      70_000_000,
    ),
    programs: [{ name: 'daemon', main: daemon }],
  },
  quiet(
    'fluent/fluent-bit',
    ['latest', '4.0', '3.2', '3.1', '3.0', '2.2'],
    '/fluent-bit/bin/fluent-bit',
    34_000_000,
  ),
  quiet(
    'quay.io/fluentd_elasticsearch/fluentd',
    ['v5.0.1', 'v4.7', 'v3.0.2', 'v2.5.2'],
    '/usr/bin/fluentd',
    99_000_000,
  ),
  quiet(
    'prom/node-exporter',
    ['latest', 'v1.9.1', 'v1.8.2', 'v1.7.0', 'v1.6.1', 'v1.5.0'],
    '/bin/node_exporter',
    12_000_000,
  ),
  quiet(
    'quay.io/prometheus/node-exporter',
    ['latest', 'v1.9.1', 'v1.8.2', 'v1.7.0'],
    '/bin/node_exporter',
    12_000_000,
  ),
];
