import { type Context, isSystemError, type Main } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { MEBI } from './image.ts';
import { type LineHandler, lineProtocol } from './line-protocol.ts';
import { MemoryFile } from './memory-file.ts';
import { type Reached, reach, readLine } from './programs/client-connection.ts';
import { type RedisSession, RedisStore } from './programs/redis-store.ts';
import { encodeReply, type Held, showReply } from './programs/redis-values.ts';
import { type ServerSpec, serverImage } from './server.ts';
import { releases, variants } from './tags.ts';

const VERSIONS = variants(
  releases({
    ...{ '8.2': 2, '8.0': 4, '7.4': 6, '7.2': 11, '7.0': 15, '6.2': 20, '6.0': 20 },
    ...{ '5.0': 14, '4.0': 14, '3.2': 12, '3.0': 7 },
  }),
  '8.2.2',
  ['alpine', 'bookworm'],
);

const iso = (context: Context) => new Date(context.now).toISOString();

function time(context: Context): string {
  const [, day, month, year] = /, (\d+) (\w+) (\d+)/.exec(new Date(context.now).toUTCString()) ?? [];
  return `${day} ${month} ${year} ${iso(context).slice(11, 23)}`;
}

/** The file of `redis-server /path/redis.conf`, as pairs. */
function configOf(context: Context): Map<string, string> {
  const config = new Map<string, string>();
  const [, file] = context.args;
  if (file && !file.startsWith('-') && context.fs.isFile(file)) {
    for (const line of context.fs.read(file).split('\n')) {
      const [, key, value] = /^\s*([a-z][\w-]*)\s+(.*?)\s*$/.exec(line) ?? [];
      if (key) config.set(key, (value ?? '').replace(/^"(.*)"$/, '$1'));
    }
  }
  for (let i = 1; i < context.args.length; i++) {
    const arg = context.args[i] as string;
    if (arg.startsWith('--')) config.set(arg.slice(2), context.args[++i] ?? '');
  }
  return config;
}

const DATA = '/data';
const SNAPSHOT = `${DATA}/dump.rdb`;

/** What is in memory, or on the disk since the last time that it was saved. */
function openStore(context: Context): RedisStore {
  const config = configOf(context);
  const memory = new MemoryFile<readonly [string, Held][]>(context, 'redis');
  const isSaved = config.get('appendonly') === 'yes';
  const save = (held: readonly [string, Held][]): string | undefined => {
    try {
      context.fs.write(SNAPSHOT, JSON.stringify(held));
      return undefined;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return `Failed opening the temp RDB file for saving: ${error.message}`;
    }
  };
  const store = new RedisStore({
    config,
    version: context.env.get('REDIS_VERSION') ?? '8.2.2',
    now: () => context.now,
    startedAt: context.process.startedAt,
    onChange: (held) => {
      memory.keep(held);
      if (isSaved) save(held);
    },
    onSave: save,
  });
  const saved = context.fs.isFile(SNAPSHOT)
    ? (JSON.parse(context.fs.read(SNAPSHOT)) as [string, Held][])
    : [];
  store.load(memory.recall() ?? saved);
  context.process.onExit.push(() => {
    // A server that is told to stop writes what it holds.
    if (context.process.status?.signal === undefined && config.get('save') !== '') store.save();
  });
  return store;
}

/** Commands as people type them into `nc`. */
function inline(store: RedisStore): LineHandler {
  const session = store.session(undefined);
  return (line) => {
    const given = words(line);
    if (given.length === 0) return '';
    if (given[0]?.toUpperCase() === 'QUIT') return undefined;
    return encodeReply(session(given));
  };
}

const SPEC: ServerSpec = {
  program: 'redis-server',
  port: 6379,
  user: 'redis',
  data: () => DATA,
  title: () => 'redis-server *:6379',
  backlog: 511,
  six: 'also',
  service: openStore,
  accept: (_context, service) => lineProtocol(() => inline(service as RedisStore)),
  refusal(context) {
    const [, file] = context.args;
    if (!file || file.startsWith('-') || context.fs.isFile(file)) return undefined;
    return `1:C ${time(context)} # Fatal error, can't open config file '${file}': No such file or directory\n`;
  },
  started(context) {
    const version = context.env.get('REDIS_VERSION') ?? '8.2.2';
    const hasFile = (context.args[1] ?? '-').startsWith('-') === false;
    const config = hasFile
      ? 'Configuration loaded'
      : 'Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf';
    return `1:C ${time(context)} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
1:C ${time(context)} * Redis version=${version}, bits=64, commit=00000000, modified=0, pid=1, just started
1:C ${time(context)} ${hasFile ? '*' : '#'} ${config}
1:M ${time(context)} * monotonic clock: POSIX clock_gettime
1:M ${time(context)} * Running mode=standalone, port=6379.
1:M ${time(context)} * Server initialized
1:M ${time(context)} * Ready to accept connections tcp
`;
  },
  stopped: (context) =>
    `1:signal-handler (${Math.floor(context.now / 1000)}) Received SIGTERM scheduling shutdown...
1:M ${time(context)} * User requested shutdown...
1:M ${time(context)} * Saving the final RDB snapshot before exiting.
1:M ${time(context)} * DB saved on disk
1:M ${time(context)} # Redis is now ready to exit, bye bye...
`,
  taken: (context) =>
    `1:M ${time(context)} # Warning: Could not create server TCP listening socket *:6379: bind: Address already in use\n1:M ${time(context)} # Failed listening on port 6379 (tcp), aborting.\n`,
};

/** redis-cli: sends one command, or those that standard input has a line each. */
const redisCli: Main = function* (context) {
  const args = [...context.args.slice(1)];
  let host = '127.0.0.1';
  let port = 6379;
  let password = context.env.get('REDISCLI_AUTH');
  while (args[0]?.startsWith('-')) {
    const flag = args.shift() as string;
    if (flag === '-h') host = args.shift() ?? host;
    else if (flag === '-p') port = Number(args.shift());
    else if (flag === '-a' || flag === '--pass') password = args.shift();
    else if (flag === '-n') args.shift();
    else if (flag === '-v' || flag === '--version') {
      yield* context.out(`redis-cli ${context.env.get('REDIS_VERSION') ?? '8.2.2'}\n`);
      return 0;
    } else if (!['--raw', '--no-raw', '--no-auth-warning'].includes(flag)) {
      yield* context.err(`Unrecognized option or bad number of args for: '${flag}'\n`);
      return 1;
    }
  }
  const found = yield* reach(context, host, port);
  if (!found.ok || !(found.service instanceof RedisStore)) {
    yield* context.err(`Could not connect to Redis at ${host}:${port}: ${reasonOf(found)}\n`);
    return 1;
  }
  const store = found.service;
  const session = store.session(password);
  if (args.length === 0 && context.isTerminal(0)) return yield* talk(context, session, `${host}:${port}`);
  const lines = args.length > 0 ? [args] : (yield* context.readAll(0)).split('\n').map(words);
  const plain = !context.isTerminal(1);
  for (const line of lines) if (line.length > 0) yield* context.out(`${showReply(session(line), plain)}\n`);
  return 0;
};

function reasonOf(found: Reached): string {
  if (!found.ok && found.why === 'unknown name') return 'Name or service not known';
  return !found.ok && found.why === 'timeout' ? 'Connection timed out' : 'Connection refused';
}

/** Commands as they are typed. */
function* talk(context: Context, session: RedisSession, where: string): Steps<number> {
  const rest = { text: '' };
  for (;;) {
    yield* context.out(`${where}> `);
    const line = yield* readLine(context, rest);
    if (line === undefined || /^\s*(quit|exit)\s*$/i.test(line)) return 0;
    const given = words(line);
    if (given.length > 0) yield* context.out(`${showReply(session(given), false)}\n`);
  }
}

function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? (m[3] as string));
}

export const REDIS = serverImage({
  repository: 'redis',
  tags: VERSIONS.keys(),
  sizeBytes: 41_000_000,
  footprint: { memoryBytes: 8 * MEBI, cores: 0.002 },
  spec: SPEC,
  env: (tag) => ({ REDIS_VERSION: VERSIONS.get(tag) ?? '8.2.2' }),
  workingDir: DATA,
  account: { name: 'redis', id: 999, home: '/home/redis' },
  tools: { '/usr/local/bin/redis-cli': 'redis-cli' },
  programs: [{ name: 'redis-cli', main: redisCli }],
  files: (into) => into.fs.mkdirAll(DATA),
});
