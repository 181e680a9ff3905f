import { createHash } from 'node:crypto';
import { type Context, isSystemError, type Main, resolveName } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { account, debianBase } from './bases/unix.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { log, untilSignal } from './serve.ts';

const PORTS = { gossip: 7000, management: 7199, clients: 9042 };
/** The virtual machine, its classes, and the first rounds of gossip. */
const START_MS = 14_000;
const TOKENS = 32;

/** A node of the ring, as others and nodetool see it behind its ports. */
interface RingNode {
  readonly address: string;
  readonly hostId: string;
  readonly loadKib: number;
  readonly datacenter: string;
  readonly rack: string;
  /** Takes no more clients and leaves the talk of the ring. */
  drain(): void;
}

function isRingNode(service: unknown): service is RingNode {
  return typeof service === 'object' && service !== null && 'hostId' in service;
}

function nodeOf(context: Context, drain: () => void): RingNode {
  const digest = createHash('sha256').update(context.hostname).digest('hex');
  return {
    address: context.env.get('POD_IP') ?? '127.0.0.1',
    hostId: digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-a$4-$5'),
    loadKib: 65 + (Number.parseInt(digest.slice(0, 4), 16) % 4000) / 100,
    datacenter: context.env.get('CASSANDRA_DC') ?? 'datacenter1',
    rack: context.env.get('CASSANDRA_RACK') ?? 'rack1',
    drain,
  };
}

const clock = (now: number) => new Date(now).toISOString().slice(11, 19);

const cassandra: Main = function* (context) {
  const say = (text: string) => log(context, `INFO  ${clock(context.now)} ${text}\n`);
  const open: (() => void)[] = [];
  const drain = () => {
    for (const close of open.splice(0)) close();
    say('DRAINED');
  };
  const own = nodeOf(context, drain);
  const seeds = context.env.get('CASSANDRA_SEEDS') ?? own.address;
  const cluster = context.env.get('CASSANDRA_CLUSTER_NAME') ?? 'Test Cluster';
  log(context, `Starting Cassandra on ${own.address}\n`);
  log(context, `CASSANDRA_CLUSTER_NAME ${cluster}\nCASSANDRA_SEEDS ${seeds}\n`);
  yield* context.sleep(START_MS);
  const { pid } = context.process;
  try {
    for (const [name, port] of Object.entries(PORTS)) {
      const address = name === 'management' ? '127.0.0.1' : '0.0.0.0';
      const close = context.network.listen({ protocol: 'TCP', address, port, pid, service: own });
      context.process.onExit.push(close);
      if (name !== 'management') open.push(close);
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const why = `java.lang.RuntimeException: ${error.message}`;
    yield* context.err(`Exception (java.lang.RuntimeException) encountered during startup: ${why}\n`);
    return 3;
  }
  say(`Node /${own.address} state jump to NORMAL`);
  say(`Starting listening for CQL clients on /0.0.0.0:${PORTS.clients} (unencrypted)...`);
  yield* untilSignal(context);
  if (open.length > 0) drain();
  return 143;
};

/** The nodes that the service of the seeds knows, and this one. */
function* ringOf(context: Context, own: RingNode): Steps<RingNode[]> {
  const [seed = ''] = (context.env.get('CASSANDRA_SEEDS') ?? '').split(',');
  const found = resolveName(context, seed.slice(seed.indexOf('.') + 1));
  yield* context.sleep(1);
  const others = (found.ok ? found.addresses : [])
    .filter((address) => address !== own.address)
    .map((address) => context.network.connect(address, PORTS.gossip))
    .flatMap((reached) =>
      reached.ok && isRingNode(reached.listener.service) ? [reached.listener.service] : [],
    );
  return [own, ...others].sort((a, b) => (a.hostId < b.hostId ? -1 : 1));
}

function* status(context: Context, own: RingNode): Steps<number> {
  const nodes = yield* ringOf(context, own);
  const width = Math.max(...nodes.map(({ address }) => address.length));
  const line = (state: string, cells: readonly [string, string, string, string, string, string]) => {
    const [address, load, tokens, owns, id, rack] = cells;
    const start = `${state}  ${address.padEnd(width)}  ${load.padEnd(9)}  ${tokens.padEnd(11)}`;
    return `${start}  ${owns.padEnd(16)}  ${id.padEnd(36)}  ${rack}\n`;
  };
  const title = `Datacenter: ${own.datacenter}`;
  yield* context.out(
    `${title}\n${'='.repeat(title.length)}\nStatus=Up/Down\n|/ State=Normal/Leaving/Joining/Moving\n`,
  );
  yield* context.out(line('--', ['Address', 'Load', 'Tokens', 'Owns (effective)', 'Host ID', 'Rack']));
  const owns = `${(100 / nodes.length).toFixed(1)}%`;
  for (const { address, loadKib, hostId, rack } of nodes) {
    yield* context.out(
      line('UN', [address, `${loadKib.toFixed(2)} KiB`, String(TOKENS), owns, hostId, rack]),
    );
  }
  yield* context.out('\n');
  return 0;
}

const nodetool: Main = function* (context) {
  const [, command = 'help'] = context.args;
  const reached = context.network.connect('127.0.0.1', PORTS.management);
  if (!reached.ok || !isRingNode(reached.listener.service)) {
    const why = "ConnectException: 'Connection refused (Connection refused)'";
    yield* context.err(`nodetool: Failed to connect to '127.0.0.1:${PORTS.management}' - ${why}.\n`);
    return 1;
  }
  const own = reached.listener.service;
  switch (command) {
    case 'status':
      return yield* status(context, own);
    case 'drain':
      own.drain();
      return 0;
    case 'version':
      yield* context.out('ReleaseVersion: 3.11.2\n');
      return 0;
    default:
      yield* context.err(
        `nodetool: Found unexpected parameters: [${command}]\nSee 'nodetool help' or 'nodetool help <command>'.\n`,
      );
      return 1;
  }
};

/** Cassandra as the Kubernetes tutorial on stateful applications runs it. */
export const CASSANDRA: ImageFamily = {
  repository: 'gcr.io/google-samples/cassandra',
  tags: ['v11', 'v12', 'v13', 'v14'],
  sizeBytes: 150_000_000,
  footprint: { memoryBytes: 620 * MEBI, cores: 0.02 },
  config: () => ({
    cmd: ['/usr/local/apache-cassandra/bin/cassandra', '-f'],
    env: { PATH, CASSANDRA_HOME: '/usr/local/apache-cassandra', CASSANDRA_DATA: '/cassandra_data' },
    ports: ['7000/tcp', '7001/tcp', '7199/tcp', '9042/tcp'],
  }),
  files(into) {
    debianBase(into, 'debian', '9 stretch');
    account(into, 'cassandra', 1000, '/nonexistent');
    into.install('/usr/local/apache-cassandra/bin/cassandra', 'cassandra');
    into.install('/usr/local/bin/nodetool', 'nodetool');
    into.write('/ready-probe.sh', '#!/bin/bash\nnodetool status | grep -w "$POD_IP" | grep -q ^UN\n', 0o755);
  },
  programs: [
    { name: 'cassandra', main: cassandra },
    { name: 'nodetool', main: nodetool },
  ],
};
