import { createHash } from 'node:crypto';
import { logTime } from '../../cluster/klog.ts';
import type { Context } from '../../host/index.ts';
import type { Options } from '../../shell/options.ts';
import type { Steps } from '../../sim/index.ts';
import { ETCD_VERSION, type Etcd, EtcdctlError } from './connection.ts';
import { grid, humanSize } from './format.ts';

const SNAPSHOT = 'etcd-snapshot';

interface Call {
  readonly context: Context;
  readonly options: Options;
  readonly args: readonly string[];
}

/** What the client logs while it fetches a snapshot. */
export function saving(context: Context, path: string, endpoint: string, bytes: number): string {
  const client = { logger: 'client' };
  const lines: readonly (readonly [caller: string, msg: string, fields?: object, logger?: object])[] = [
    ['snapshot/v3_snapshot.go:65', 'created temporary db file', { path: `${path}.part` }],
    [`v3@v${ETCD_VERSION}/maintenance.go:212`, 'opened snapshot stream; downloading', {}, client],
    ['snapshot/v3_snapshot.go:73', 'fetching snapshot', { endpoint }],
    [`v3@v${ETCD_VERSION}/maintenance.go:220`, 'completed snapshot read; closing', {}, client],
    ['snapshot/v3_snapshot.go:88', 'fetched snapshot', { endpoint, size: humanSize(bytes), took: 'now' }],
    ['snapshot/v3_snapshot.go:97', 'saved', { path }],
  ];
  return lines
    .map(([caller, msg, fields, logger]) =>
      JSON.stringify({ level: 'info', ts: logTime(context, msg), ...logger, caller, msg, ...fields }),
    )
    .map((line) => `${line}\n`)
    .join('');
}

export function save({ context, args }: Call, etcd: Etcd): string {
  const [path] = args;
  if (path === undefined) throw new EtcdctlError('snapshot save expects one argument', 128);
  const id = etcd.snapshot();
  const keys = etcd.log.list('').length;
  const hash = createHash('sha256').update(`${id}${etcd.log.revision}`).digest('hex').slice(0, 8);
  context.fs.write(
    path,
    // As large as what it stands for.
    `${SNAPSHOT}\n${JSON.stringify({ id, hash, revision: etcd.log.revision, keys, bytes: etcd.log.bytes })}\n`.padEnd(
      etcd.log.bytes,
      '\0',
    ),
    0o600,
  );
  return `Snapshot saved at ${path}\n`;
}

interface Snapshot {
  id: string;
  hash: string;
  revision: number;
  keys: number;
  bytes: number;
}

function readSnapshot(context: Context, path: string): Snapshot {
  if (!context.fs.exists(path)) throw new EtcdctlError(`stat ${path}: no such file or directory`);
  const [magic, body = ''] = context.fs.read(path).split('\n');
  if (magic !== SNAPSHOT)
    throw new EtcdctlError('snapshot file integrity check failed. Expected hash is missing');
  return JSON.parse(body) as Snapshot;
}

export function* offline(verb: string, { context, options, args }: Call): Steps<number> {
  const [path] = args;
  if (path === undefined) throw new EtcdctlError(`${verb} requires exactly one argument`, 128);
  if (/etcdctl$/.test(context.args[0] ?? ''))
    yield* context.err(`Deprecated: Use \`etcdutl ${verb}\` instead.\n\n`);
  const snapshot = readSnapshot(context, path);
  if (verb === 'snapshot status') {
    const cells = [
      snapshot.hash,
      String(snapshot.revision),
      String(snapshot.keys),
      humanSize(snapshot.bytes),
    ];
    const head = ['HASH', 'REVISION', 'TOTAL KEYS', 'TOTAL SIZE'];
    yield* context.out(options.get('w') === 'table' ? grid([head, cells]) : `${cells.join(', ')}\n`);
    return 0;
  }
  const directory = options.get('data-dir') ?? `${options.get('name') ?? 'default'}.etcd`;
  if (context.fs.exists(`${directory}/member`))
    throw new EtcdctlError(`data-dir "${directory}" not empty or could not be read`);
  context.fs.mkdirAll(`${directory}/member/snap`, 0o700);
  context.fs.mkdirAll(`${directory}/member/wal`, 0o700);
  context.fs.write(`${directory}/member/snap/db`, `restored-from ${snapshot.id}\n`, 0o600);
  const stamp = new Date(context.now).toISOString();
  yield* context.err(
    `${stamp}\tinfo\tsnapshot/v3_snapshot.go:265\trestoring snapshot\t{"path": "${path}", "wal-dir": "${directory}/member/wal", "data-dir": "${directory}", "snap-dir": "${directory}/member/snap", "initial-memory-map-size": 10737418240}\n`,
  );
  yield* context.err(
    `${stamp}\tinfo\tsnapshot/v3_snapshot.go:293\trestored snapshot\t{"path": "${path}", "wal-dir": "${directory}/member/wal", "data-dir": "${directory}", "snap-dir": "${directory}/member/snap", "initial-memory-map-size": 10737418240}\n`,
  );
  return 0;
}
