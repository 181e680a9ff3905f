import type { Context, Main } from '../../host/index.ts';
import { fineTime } from '../../sim/index.ts';
import { MEBI } from './image.ts';
import { type ServerSpec, serverImage } from './server.ts';
import { releases, variants } from './tags.ts';

const VERSIONS = variants(
  releases({
    '4.2': 0,
    '4.1': 5,
    '4.0': 9,
    '3.13': 7,
    '3.12': 14,
    '3.11': 28,
    '3.10': 25,
    '3.9': 29,
    '3.8': 34,
  }),
  '4.2.0',
  ['management', 'alpine', 'management-alpine'],
);
/** The virtual machine, its database and its plugins. */
const START_MS = 6000;

const stamp = (context: Context) => fineTime(context.now, '').replace('T', ' ').replace('Z', '+00:00');
const versionOf = (context: Context) => context.env.get('RABBITMQ_VERSION') ?? '4.2.0';

const SPEC: ServerSpec = {
  program: 'rabbitmq-server',
  port: 5672,
  also: [15_672, 15_692, 25_672],
  user: 'rabbitmq',
  data: () => '/var/lib/rabbitmq',
  title: () =>
    '/opt/erlang/lib/erlang/erts/bin/beam.smp -- -root /opt/erlang/lib/erlang -- -noshell -boot start_sasl',
  service: () => new Broker(),
  prepares: (context) => ({
    says: `${stamp(context)} [notice] <0.45.0> Application syslog exited with reason: stopped\n${stamp(context)} [info] <0.222.0> Starting RabbitMQ ${versionOf(context)} on Erlang 27.3.4\n`,
    takesMs: START_MS,
  }),
  started: (context) =>
    `${stamp(context)} [info] <0.600.0> started TCP listener on [::]:5672\n${stamp(context)} [info] <0.9.0> Server startup complete; 4 plugins started.\n`,
  stopped: (context) => `${stamp(context)} [info] <0.9.0> RabbitMQ is asked to stop...\n`,
  taken: (context) =>
    `${stamp(context)} [error] <0.600.0> Failed to start Ranch listener: {error,eaddrinuse}\n`,
};

/** What the control program finds behind the port. */
class Broker {
  readonly queues = new Map<string, number>();
}

const ASK_MS = 900;

/** rabbitmqctl and rabbitmq-diagnostics: whether the broker of this pod lives. */
const control: Main = function* (context) {
  const words = context.args.slice(1).filter((arg) => !arg.startsWith('-'));
  const [command = 'help'] = words;
  const node = `rabbit@${context.hostname.split('.')[0]}`;
  const quiet = context.args.some(
    (arg) => arg === '-q' || arg === '--quiet' || arg === '--silent' || arg === '-s',
  );
  yield* context.sleep(ASK_MS);
  const reached = context.network.connect('127.0.0.1', SPEC.port);
  if (!reached.ok || !(reached.listener.service instanceof Broker)) {
    yield* context.err(
      `Error: unable to perform an operation on node '${node}'. Please see diagnostics information and suggestions below.\n\nerror: {:badrpc, :nodedown}\n`,
    );
    return 69;
  }
  const say = (about: string, text: string) => context.out((quiet ? '' : `${about}\n`) + text);
  switch (command) {
    case 'ping':
      yield* say(
        `Will ping ${node}. This only checks if the OS process is running and registered with epmd. Timeout: 60000 ms.`,
        'Ping succeeded\n',
      );
      return 0;
    case 'check_running':
    case 'check_port_connectivity':
    case 'check_local_alarms':
      yield* say(`Checking ${node} ...`, `RabbitMQ on node ${node} is fully booted and running\n`);
      return 0;
    case 'status':
      yield* say(
        `Status of node ${node} ...`,
        `Runtime\n\nOS PID: 1\nOS: Linux\nRabbitMQ version: ${versionOf(context)}\nNode name: ${node}\n`,
      );
      return 0;
    case 'list_queues':
      yield* say(
        'Timeout: 60.0 seconds ...\nListing queues for vhost / ...',
        quiet ? '' : 'name\tmessages\n',
      );
      return 0;
    case 'list_users':
      yield* say(
        'Listing users ...',
        `user\ttags\n${context.env.get('RABBITMQ_DEFAULT_USER') ?? 'guest'}\t[administrator]\n`,
      );
      return 0;
    default:
      yield* context.err(`\nCommand '${command}' not found. \n`);
      return 64;
  }
};

/** RabbitMQ: it starts and tells its health; its protocol is not spoken. */
export const RABBITMQ = serverImage({
  repository: 'rabbitmq',
  tags: VERSIONS.keys(),
  sizeBytes: 105_000_000,
  footprint: { memoryBytes: 130 * MEBI, cores: 0.01 },
  spec: SPEC,
  env: (tag) => ({ RABBITMQ_VERSION: VERSIONS.get(tag) ?? '4.2.0', RABBITMQ_DATA_DIR: '/var/lib/rabbitmq' }),
  account: { name: 'rabbitmq', id: 999, home: '/var/lib/rabbitmq' },
  tools: {
    '/usr/local/bin/rabbitmqctl': 'rabbitmq-control',
    '/usr/local/bin/rabbitmq-diagnostics': 'rabbitmq-control',
  },
  programs: [{ name: 'rabbitmq-control', main: control }],
});
