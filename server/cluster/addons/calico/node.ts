import { type Context, isSystemError, type Main } from '../../../host/index.ts';
import { ApiError } from '../../../objects/api-error.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import { type Agent, startAgent } from '../agent.ts';
import { PolicyEnforcer } from '../network-policy/enforcer.ts';
import { addRoute, addTunnel, publishNetworkUp } from '../node-network.ts';
import { BLOCK_AFFINITIES, BLOCKS_FILE, blocksOf, claimBlocks, ensurePool, IP_POOLS } from './blocks.ts';
import { CALICO_LAST, calicoChains } from './chains.ts';

const READY_FILE = '/run/felix-ready';
const DEFAULT_POOL = '192.168.0.0/16';

/** calico-node: addresses and routes for the pods of its node, and the network policies that count for them. */
export const calicoNode: Main = function* (context) {
  if (context.args.slice(1).some((arg) => /^-(felix|bird)-(ready|live)$/.test(arg)))
    return yield* probe(context);
  if (context.args.includes('-init')) return 0;
  if (context.args.includes('-v')) {
    yield* context.out('v3.29.1\n');
    return 0;
  }
  const agent = yield* startAgent(context, {
    userAgent: 'calico-node/v3.29.1',
    cannotStart: (message) => line(context, 'FATAL', `startup/startup.go 86: ${message}`),
  });
  if (!agent) return 1;
  const name = context.env.get('NODENAME') ?? context.hostname;
  const say = (level: string, text: string) => context.fds.get(1)?.write(line(context, level, text));
  try {
    settle(agent, name);
  } catch (error) {
    if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
    say('ERROR', `startup/startup.go 175: Error getting Node ${name}: ${error.message}`);
    return 1;
  }
  say('INFO', `startup/startup.go 445: Early log level set to info`);
  say('INFO', `startup/startup.go 503: Using node name: ${name}`);
  say('INFO', 'felix/daemon.go 348: Created Felix daemon.');
  const enforcer = new PolicyEnforcer(agent);
  const nodes = agent.watch(RESOURCES.nodes);
  const affinities = agent.watch(BLOCK_AFFINITIES);
  const routes = agent.queue(() => {
    const way = encapsulation(agent.watch(IP_POOLS).list());
    openTunnels(context, way, blocksOf(affinities.list(), name)[0] ?? '');
    spread(context, { own: name, way }, nodes.list(), affinities.list());
  });
  agent.onChange([RESOURCES.nodes, BLOCK_AFFINITIES, IP_POOLS], routes, 'all');
  const started = agent.queue(() => {
    enforcer.start();
    showChains(context, enforcer);
    context.fs.mkdirAll('/run');
    context.fs.write(READY_FILE, '');
    say('INFO', 'felix/int_dataplane.go 2093: Completed first update to dataplane. secsSinceStart=1.1');
  });
  started.add('start');
  yield* agent.run();
  return 0;
};

/** Lets `iptables` show the rules that stand for what the enforcer does. */
function showChains({ network: { host }, process }: Context, enforcer: PolicyEnforcer): void {
  const view = { host, ...enforcer.view() };
  host.kernelRules.set('calico', () => calicoChains(view));
  host.kernelRules.set('calico-last', () => CALICO_LAST);
  process.onExit.push(() => {
    host.kernelRules.delete('calico');
    host.kernelRules.delete('calico-last');
  });
}

function line(context: Context, level: string, text: string): string {
  const iso = new Date(context.now).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)} [${level}][${context.process.nspid}] ${text}\n`;
}

/** What the pod's probes ask. */
function* probe(context: Context) {
  if (context.fs.isFile(READY_FILE)) return 0;
  yield* context.err(
    'calico/node is not ready: felix is not ready: Get "http://localhost:9099/readiness": dial tcp 127.0.0.1:9099: connect: connection refused\n',
  );
  return 1;
}

/** Claims addresses for this node, and tells its plugin and the cluster. */
function settle(agent: Agent, name: string): void {
  const { context, client } = agent;
  const node = client.get(RESOURCES.nodes, name);
  const pool = ensurePool(agent, context.env.get('CALICO_IPV4POOL_CIDR') || configuredSubnet(agent), {
    ipipMode: context.env.get('CALICO_IPV4POOL_IPIP') || 'Always',
    vxlanMode: context.env.get('CALICO_IPV4POOL_VXLAN') || 'Never',
  });
  const blocks = claimBlocks(agent, name, pool);
  context.fs.mkdirAll('/var/lib/calico');
  context.fs.write('/var/lib/calico/nodename', name);
  context.fs.write(BLOCKS_FILE, `${blocks.join('\n')}\n`);
  publishNetworkUp(context, client, node, {
    reason: 'CalicoIsUp',
    message: 'Calico is running on this node',
  });
}

/** kubeadm's pod network, where it was given one. */
function configuredSubnet(agent: Agent): string {
  const config = agent.client.find(RESOURCES.configmaps, 'kubeadm-config', 'kube-system');
  const text: string = config?.['data']?.ClusterConfiguration ?? '';
  return /podSubnet: *"?([\d./]+)/.exec(text)?.[1] ?? DEFAULT_POOL;
}

/** What a pool's modes make of the ways between nodes, which all stand on one wire here. */
interface Encapsulation {
  /** The devices that there are. */
  readonly tunnels: readonly ('tunl0' | 'vxlan.calico')[];
  /** The one that packets take; undefined: they go as they are. */
  readonly through: 'tunl0' | 'vxlan.calico' | undefined;
}

function encapsulation(pools: Iterable<KubeObject>): Encapsulation {
  const { ipipMode = 'Always', vxlanMode = 'Never' } = [...pools][0]?.spec ?? {};
  if (vxlanMode !== 'Never')
    return { tunnels: ['vxlan.calico'], through: vxlanMode === 'Always' ? 'vxlan.calico' : undefined };
  if (ipipMode === 'Never') return { tunnels: [], through: undefined };
  return { tunnels: ['tunl0'], through: ipipMode === 'Always' ? 'tunl0' : undefined };
}

/** Makes the devices of the way that is chosen, and takes those of another one away. */
function openTunnels(context: Context, { tunnels }: Encapsulation, block: string): void {
  const { interfaces } = context.network;
  for (const name of ['tunl0', 'vxlan.calico'] as const) {
    const at = interfaces.findIndex((one) => one.name === name);
    const isWanted = tunnels.includes(name);
    if (at >= 0 && !isWanted) interfaces.splice(at, 1);
    const isIpip = name === 'tunl0';
    const address = `${block.replace(/\/\d+$/, '')}/32`;
    if (isWanted)
      addTunnel(context, { name, kind: isIpip ? 'ipip' : 'vxlan', address, mtu: isIpip ? 1480 : 1450 });
  }
}

/** The ways to the blocks of all other nodes. */
function spread(
  context: Context,
  { own, way }: { own: string; way: Encapsulation },
  nodes: Iterable<KubeObject>,
  affinities: Iterable<KubeObject>,
): void {
  const all = [...affinities];
  const isVxlan = way.tunnels.includes('vxlan.calico');
  for (const node of nodes) {
    if (node.metadata.name === own) continue;
    const addresses: { type: string; address: string }[] = node.status?.addresses ?? [];
    const via = addresses.find(({ type }) => type === 'InternalIP')?.address;
    if (via === undefined) continue;
    const blocks = blocksOf(all, node.metadata.name);
    const tunnel = blocks[0]?.replace(/\/\d+$/, '') ?? via;
    for (const to of blocks) {
      if (way.through === 'vxlan.calico')
        addRoute(context, { to, via: tunnel, dev: way.through, attributes: 'onlink' });
      else if (way.through) addRoute(context, { to, via, dev: way.through, attributes: 'proto bird onlink' });
      else
        addRoute(context, { to, via, dev: 'eth0', attributes: isVxlan ? 'proto 80 onlink' : 'proto bird' });
    }
  }
}
