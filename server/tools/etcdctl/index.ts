import { logTime } from '../../cluster/klog.ts';
import { type Context, isSystemError } from '../../host/index.ts';
import type { Command } from '../../shell/command.ts';
import { OptionError, type Options, parseOptions } from '../../shell/options.ts';
import type { Steps } from '../../sim/index.ts';
import { connect, ETCD_VERSION, type Etcd, EtcdctlError, endpointsOf, type Stored } from './connection.ts';
import { grid, humanSize } from './format.ts';
import { offline, save, saving } from './snapshot.ts';

/** How long the client tries before it gives up. */
const DIAL_MS = 5000;
const GLOBAL =
  'endpoints= cacert= cert= key= insecure-skip-tls-verify? insecure-transport? command-timeout= dial-timeout= w|write-out= hex debug user= password= h|help';
const VERBS: Readonly<Record<string, string>> = {
  get: 'prefix keys-only limit= print-value-only count-only rev= from-key order= sort-by= consistency=',
  put: 'prev-kv ignore-value ignore-lease lease=',
  del: 'prefix prev-kv from-key',
  compaction: 'physical',
  'endpoint health': 'cluster',
  'endpoint status': 'cluster',
  'member list': '',
  'snapshot save': '',
  'snapshot status': '',
  'snapshot restore':
    'data-dir= name= initial-cluster= initial-cluster-token= initial-advertise-peer-urls= skip-hash-check? wal-dir= bump-revision= mark-compacted',
  alarm: '',
  'alarm list': '',
  'alarm disarm': '',
  defrag: 'cluster data-dir=',
  version: '',
};

interface Call {
  readonly context: Context;
  readonly options: Options;
  readonly args: readonly string[];
}

function* main(context: Context): Steps<number> {
  const [, ...words] = context.args;
  try {
    const { verb, spec, rest } = find(words);
    if (verb === undefined) {
      yield* context.out(
        'NAME:\n\tetcdctl - A simple command line client for etcd3.\n\nUSAGE:\n\tetcdctl [flags]\n',
      );
      return 0;
    }
    const options = parseOptions(rest, `${GLOBAL} ${spec}`);
    return yield* run(verb, { context, options, args: options.operands });
  } catch (error) {
    if (error instanceof OptionError) {
      const flag = /'-*([^'=]+)/.exec(error.message)?.[1] ?? '';
      yield* context.err(`Error: unknown flag: --${flag}\n`);
      return 128;
    }
    if (error instanceof EtcdctlError) {
      yield* context.err(`Error: ${error.message}\n`);
      return error.code;
    }
    if (!isSystemError(error)) throw error;
    yield* context.err(`Error: open ${error.path}: ${error.message.toLowerCase()}\n`);
    return 1;
  }
}

/** The command's words may stand after flags. */
function find(words: readonly string[]): { verb: string | undefined; spec: string; rest: readonly string[] } {
  const plain: number[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (!word.startsWith('-')) plain.push(i);
    else if (
      /^(--(endpoints|cacert|cert|key|command-timeout|dial-timeout|write-out|user|password)|-w)$/.test(word)
    )
      i++;
  }
  const [first, second] = plain;
  if (first === undefined) return { verb: undefined, spec: '', rest: words };
  const one = words[first] as string;
  const two = second === undefined ? '' : `${one} ${words[second]}`;
  const verb = two in VERBS ? two : one in VERBS ? one : undefined;
  if (verb === undefined) throw new EtcdctlError(`unknown command "${one}" for "etcdctl"`, 128);
  const used = verb === two ? [first, second] : [first];
  return { verb, spec: VERBS[verb] as string, rest: words.filter((_, i) => !used.includes(i)) };
}

function* run(verb: string, call: Call): Steps<number> {
  const { context } = call;
  if (verb === 'version') {
    yield* context.out(`etcdctl version: ${ETCD_VERSION}\nAPI version: 3.5\n`);
    return 0;
  }
  if (verb === 'snapshot restore' || verb === 'snapshot status') return yield* offline(verb, call);
  const endpoints = endpointsOf(context, call.options);
  if (verb === 'endpoint health') return yield* health(call, endpoints);
  const etcd = yield* dial(call, endpoints[0] as string);
  if (verb === 'snapshot save' && call.args[0] !== undefined)
    yield* context.err(saving(context, call.args[0], endpoints[0] as string, etcd.log.bytes));
  yield* context.out(answer(verb, call, etcd, endpoints[0] as string));
  return 0;
}

function* dial(call: Call, endpoint: string): Steps<Etcd> {
  try {
    return connect(call.context, call.options, endpoint);
  } catch (error) {
    if (error instanceof EtcdctlError && error.message === 'context deadline exceeded') {
      yield* call.context.sleep(DIAL_MS);
      yield* call.context.err(
        `{"level":"warn","ts":"${logTime(call.context, endpoint)}","logger":"etcd-client","caller":"v3@v${ETCD_VERSION}/retry_interceptor.go:63","msg":"retrying of unary invoker failed","target":"etcd-endpoints://0xc000356000/${endpoint.replace(/^https?:\/\//, '')}","attempt":0,"error":"rpc error: code = DeadlineExceeded desc = context deadline exceeded"}\n`,
      );
    }
    throw error;
  }
}

function* health(call: Call, endpoints: readonly string[]): Steps<number> {
  let failed = false;
  for (const endpoint of endpoints) {
    try {
      yield* dial(call, endpoint);
      yield* call.context.out(`${endpoint} is healthy: successfully committed proposal: took = 8.236544ms\n`);
    } catch (error) {
      if (!(error instanceof EtcdctlError) || error.code !== 1) throw error;
      failed = true;
      yield* call.context.err(
        `${endpoint} is unhealthy: failed to commit proposal: context deadline exceeded\n`,
      );
    }
  }
  if (failed) throw new EtcdctlError('unhealthy cluster');
  return 0;
}

function answer(verb: string, call: Call, etcd: Etcd, endpoint: string): string {
  switch (verb) {
    case 'get':
      return get(call, etcd);
    case 'put':
      return put(call, etcd);
    case 'del':
      return del(call, etcd);
    case 'compaction': {
      const revision = Number(call.args[0]);
      etcd.log.compact(revision);
      return `compacted revision ${revision}\n`;
    }
    case 'endpoint status':
      return status(call, etcd, endpoint);
    case 'member list':
      return members(call, etcd);
    case 'snapshot save':
      return save(call, etcd);
    case 'defrag':
      return `Finished defragmenting etcd member[${endpoint}]\n`;
    default:
      return '';
  }
}

function select({ options, args }: Call, etcd: Etcd): Stored[] {
  const [key] = args;
  if (key === undefined)
    throw new EtcdctlError(
      `${options.has('prefix') || options.has('from-key') ? 'get' : 'get'} command needs one argument as key and an optional argument as range_end`,
      128,
    );
  if (options.has('prefix')) return etcd.log.list(key);
  if (options.has('from-key')) return etcd.log.list('').filter((stored) => stored.key >= key);
  const one = etcd.log.get(key);
  return one ? [one] : [];
}

/** The text of a value: objects as JSON, what was put as text as it is. */
function textOf({ value }: Stored): string {
  const raw = (value as { raw?: string } | undefined)?.raw;
  return raw ?? JSON.stringify(value);
}

function get(call: Call, etcd: Etcd): string {
  const { options } = call;
  let found = select(call, etcd);
  const total = found.length;
  if (options.has('count-only')) return options.get('w') === 'fields' ? `"Count" : ${total}\n` : '';
  const limit = Number(options.get('limit') ?? 0);
  if (limit > 0) found = found.slice(0, limit);
  if (options.get('w') === 'json') {
    const kvs = found.map((s) => ({
      key: base64(s.key),
      create_revision: s.createRevision,
      mod_revision: s.modRevision,
      version: s.version,
      ...(options.has('keys-only') ? {} : { value: base64(textOf(s)) }),
    }));
    return `${JSON.stringify({ header: { cluster_id: Number(`0x${etcd.clusterId.slice(0, 12)}`), member_id: Number(`0x${etcd.memberId.slice(0, 12)}`), revision: etcd.log.revision, raft_term: 2 }, kvs, count: total })}\n`;
  }
  if (options.has('keys-only')) return found.map((s) => `${s.key}\n\n`).join('');
  if (options.has('print-value-only')) return found.map((s) => `${textOf(s)}\n`).join('');
  return found.map((s) => `${s.key}\n${textOf(s)}\n`).join('');
}

function put({ args }: Call, etcd: Etcd): string {
  const [key, value] = args;
  if (key === undefined || value === undefined)
    throw new EtcdctlError('put command needs 1 argument and input from stdin or 2 arguments', 128);
  if (key.startsWith('/registry/')) {
    let object: any;
    try {
      object = JSON.parse(value);
    } catch {
      throw new EtcdctlError(
        'values below /registry must be objects in JSON here: other encodings are not simulated',
      );
    }
    etcd.log.append({ key, value: object });
  } else {
    etcd.log.append({ key, value: { apiVersion: 'v1', kind: 'Raw', metadata: { name: key }, raw: value } });
  }
  return 'OK\n';
}

function del(call: Call, etcd: Etcd): string {
  const found = select(call, etcd);
  for (const { key } of found) etcd.log.append({ key, value: undefined });
  return `${found.length}\n`;
}

function status({ options }: Call, etcd: Etcd, endpoint: string): string {
  const size = humanSize(etcd.log.bytes);
  const cells = [
    endpoint,
    etcd.memberId,
    etcd.version,
    size,
    'true',
    'false',
    '2',
    String(etcd.log.revision + 8),
    String(etcd.log.revision + 8),
    '',
  ];
  if (options.get('w') === 'table') {
    return grid([
      [
        'ENDPOINT',
        'ID',
        'VERSION',
        'DB SIZE',
        'IS LEADER',
        'IS LEARNER',
        'RAFT TERM',
        'RAFT INDEX',
        'RAFT APPLIED INDEX',
        'ERRORS',
      ],
      cells,
    ]);
  }
  return `${cells.join(', ')}\n`;
}

function members({ options }: Call, etcd: Etcd): string {
  const cells = [
    etcd.memberId,
    'started',
    etcd.name,
    etcd.peerUrls.join(','),
    etcd.clientUrls.join(','),
    'false',
  ];
  if (options.get('w') === 'table')
    return grid([['ID', 'STATUS', 'NAME', 'PEER ADDRS', 'CLIENT ADDRS', 'IS LEARNER'], cells]);
  return `${cells.join(', ')}\n`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

export const etcdctl: Command = {
  name: 'etcdctl',
  summary: 'A simple command line client for etcd3',
  paths: ['/usr/bin/etcdctl'],
  main,
};
export const etcdutl: Command = {
  name: 'etcdutl',
  summary: 'An administrative command line tool for etcd3',
  paths: ['/usr/bin/etcdutl'],
  main,
};
