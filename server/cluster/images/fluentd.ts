import type { Context, Main } from '../../host/index.ts';
import { debianBase } from './bases/unix.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { log, untilSignal } from './serve.ts';

const line = (context: Context, level: string, text: string) =>
  `${new Date(context.now).toISOString().slice(0, 19).replace('T', ' ')} +0000 [${level}]: ${text}\n`;

/** fluentd: reads its configuration and goes on reading what it is told to; where that goes is not simulated. */
const fluentd: Main = function* (context) {
  const at = context.args.findIndex((arg) => arg === '-c' || arg === '--config');
  const file = at >= 0 ? (context.args[at + 1] ?? '') : '/fluentd/etc/fluent.conf';
  if (!context.fs.isFile(file)) {
    log(
      context,
      line(
        context,
        'error',
        `config error file="${file}" error_class=Errno::ENOENT error="No such file or directory @ rb_sysopen - ${file}"`,
      ),
    );
    return 1;
  }
  log(context, line(context, 'info', `init supervisor logger path=nil rotate_age=nil rotate_size=nil`));
  log(context, line(context, 'info', `parsing config file is succeeded path="${file}"`));
  log(context, line(context, 'info', `starting fluentd-1.18.0 pid=${context.process.nspid} ruby="3.2.6"`));
  log(context, line(context, 'info', '#0 fluentd worker is now running worker=0'));
  yield* untilSignal(context);
  log(context, line(context, 'info', 'Received graceful stop'));
  return 0;
};

const CONFIG = `<source>
  @type  forward
  @id    input1
  @label @mainstream
  port  24224
</source>

<label @mainstream>
  <match **>
    @type stdout
  </match>
</label>
`;

function family(
  repository: string,
  tags: readonly string[],
  programs: ImageFamily['programs'] = [],
): ImageFamily {
  return {
    repository,
    tags,
    sizeBytes: 70_000_000,
    footprint: { memoryBytes: 90 * MEBI, cores: 0.002 },
    config: () => ({
      entrypoint: ['tini', '--', '/bin/entrypoint.sh'],
      cmd: ['fluentd'],
      env: { PATH, FLUENTD_CONF: 'fluent.conf' },
      ports: ['24224/tcp', '5140/tcp'],
    }),
    files(into) {
      debianBase(into, 'debian', '12 bookworm');
      into.install('/usr/local/bin/fluentd', 'fluentd');
      into.write('/usr/local/bin/tini', '#!/bin/sh\nshift\nexec "$@"\n', 0o755);
      into.write('/bin/entrypoint.sh', '#!/bin/sh\nexec "$@"\n', 0o755);
      into.write('/fluentd/etc/fluent.conf', CONFIG);
    },
    programs,
  };
}

export const FLUENTD: readonly ImageFamily[] = [
  family(
    'fluent/fluentd',
    ['latest', 'v1.19', 'v1.18', 'v1.17', 'v1.16', 'v1.16-1', 'v1.16-debian-1', 'v1.14', 'edge'],
    [{ name: 'fluentd', main: fluentd }],
  ),
  family('fluentd', ['latest', 'v1.19', 'v1.18', 'v1.17', 'v1.16', 'v1.16-1', 'v1.16-debian-1', 'v1.14']),
  family('quay.io/fluentd_elasticsearch/fluentd', ['v5.0.1', 'v4.7', 'v3.0.2', 'v2.5.2']),
  family('fluent/fluentd-kubernetes-daemonset', [
    'v1.16-debian-elasticsearch7-1',
    'v1-debian-elasticsearch',
    'v1',
  ]),
];
