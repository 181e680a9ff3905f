import type { Context } from '../../host/index.ts';
import { MEBI } from './image.ts';
import { MongoStore } from './programs/mongo-store.ts';
import { mongosh } from './programs/mongosh.ts';
import { type ServerSpec, serverImage } from './server.ts';
import { releases, variants } from './tags.ts';

const VERSIONS = variants(
  releases({
    '8.2': 1,
    '8.0': 15,
    '7.0': 25,
    '6.0': 26,
    '5.0': 31,
    '4.4': 29,
    '4.2': 24,
    '4.0': 28,
    '3.6': 23,
  }),
  '8.2.1',
  ['noble', 'jammy'],
);

function entry(context: Context, severity: string, component: string, rest: string): string {
  const date = `${new Date(context.now).toISOString().replace('Z', '+00:00')}`;
  return `{"t":{"$date":"${date}"},"s":"${severity}",  "c":"${component}",${' '.repeat(Math.max(1, 10 - component.length))}${rest}}\n`;
}

const USER = 'MONGO_INITDB_ROOT_USERNAME';
const PASSWORD = 'MONGO_INITDB_ROOT_PASSWORD';

const DATA = '/data/db';

function rootOf({ env }: Context): { user: string; password: string } | undefined {
  const [user, password] = [env.get(USER), env.get(PASSWORD)];
  return user && password ? { user, password } : undefined;
}

const SPEC: ServerSpec = {
  program: 'mongod',
  port: 27_017,
  user: 'mongodb',
  data: () => DATA,
  title: (context) => [...context.args, '--bind_ip_all'].join(' '),
  service: (context) =>
    new MongoStore({
      fs: context.fs,
      directory: DATA,
      version: context.env.get('MONGO_VERSION') ?? '8.0.15',
      now: () => context.now,
      random: context.host.random.fork('mongod'),
      root: rootOf(context),
    }),
  refusal(context) {
    const has = (name: string) => (context.env.get(name) ?? '') !== '';
    if (has(USER) === has(PASSWORD)) return undefined;
    return `\nerror: missing '${USER}' or '${PASSWORD}'\n       both must be specified for a user to be created\n\n`;
  },
  prepares: (context) => ({
    says: entry(
      context,
      'I',
      'CONTROL',
      '"id":23285,   "ctx":"main","msg":"Automatically disabling TLS 1.0, to force-enable TLS 1.0 specify --sslDisabledProtocols \'none\'"',
    ),
    takesMs: 1200,
  }),
  started: (context) =>
    entry(
      context,
      'I',
      'NETWORK',
      '"id":23015,   "ctx":"listener","msg":"Listening on","attr":{"address":"0.0.0.0"}',
    ) +
    entry(
      context,
      'I',
      'NETWORK',
      '"id":23016,   "ctx":"listener","msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}',
    ),
  taken: (context) =>
    entry(
      context,
      'E',
      'CONTROL',
      '"id":20568,   "ctx":"initandlisten","msg":"Error setting up listener","attr":{"error":{"code":9001,"codeName":"SocketException","errmsg":"0.0.0.0:27017 :: caused by :: setup bind :: caused by :: Address already in use"}}',
    ),
};

export const MONGO = serverImage({
  repository: 'mongo',
  tags: VERSIONS.keys(),
  sizeBytes: 280_000_000,
  footprint: { memoryBytes: 180 * MEBI, cores: 0.006 },
  spec: SPEC,
  path: '/usr/bin/mongod',
  env: (tag) => {
    const number = VERSIONS.get(tag) ?? '8.0.15';
    return { MONGO_MAJOR: number.split('.').slice(0, 2).join('.'), MONGO_VERSION: number };
  },
  account: { name: 'mongodb', id: 999, home: '/home/mongodb' },
  tools: { '/usr/bin/mongosh': 'mongosh', '/usr/bin/mongo': 'mongosh' },
  programs: [{ name: 'mongosh', main: mongosh }],
  files: (into) => into.fs.mkdirAll(DATA),
});
