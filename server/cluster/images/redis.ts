import type { Context, Main } from '../../host/index.ts';
import { resolveName } from '../../host/index.ts';
import { MEBI } from './image.ts';
import { RedisStore } from './programs/redis-store.ts';
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

const SPEC: ServerSpec = {
  program: 'redis-server',
  port: 6379,
  service: (context) => new RedisStore(configOf(context), context.env.get('REDIS_VERSION') ?? '8.2.2'),
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
  const found = resolveName(context, host);
  const address = found.ok ? (found.addresses[0] as string) : undefined;
  if (address === undefined) {
    yield* context.err(`Could not connect to Redis at ${host}:${port}: Name or service not known\n`);
    return 1;
  }
  yield* context.sleep(1);
  const connected = context.network.connect(address, port);
  const store = connected.ok ? connected.listener.service : undefined;
  if (!(store instanceof RedisStore)) {
    const why =
      connected.ok || connected.failure === 'refused' ? 'Connection refused' : 'Connection timed out';
    if (!connected.ok && connected.failure === 'timeout') yield* context.sleep(130_000);
    yield* context.err(`Could not connect to Redis at ${host}:${port}: ${why}\n`);
    return 1;
  }
  const session = store.session(password);
  const lines = args.length > 0 ? [args] : (yield* context.readAll(0)).split('\n').map(words);
  const plain = !context.isTerminal(1);
  for (const line of lines) if (line.length > 0) yield* context.out(`${session(line, plain)}\n`);
  return 0;
};

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
  workingDir: '/data',
  tools: { '/usr/local/bin/redis-cli': 'redis-cli' },
  programs: [{ name: 'redis-cli', main: redisCli }],
  files: (into) => into.fs.mkdirAll('/data'),
});
