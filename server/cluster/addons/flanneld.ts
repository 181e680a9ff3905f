import {
  type Context,
  isSystemError,
  isWithin,
  type KernelRules,
  type Main,
  wasResumed,
} from '../../host/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import { goJsonError } from '../../objects/json-error.ts';
import type { KubeObject } from '../../objects/object.ts';
import { type Steps, WaitQueue, waitOn } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import { clientInCluster } from '../client/http-client.ts';
import { Informer } from '../client/informer.ts';
import { stopOnSignals } from '../client/program-start.ts';
import { RESOURCES } from '../client/resources.ts';
import { klogLine } from '../klog.ts';
import { addRoute, addTunnel, publishNetworkUp } from './node-network.ts';

/** After a restore: until the API server and kube-proxy's rules are there again. */
const RESUME_MS = 40;

/** flanneld: takes its node's part of the pod network and makes the ways to the others. Models flannel main.go */
export const flanneld: Main = function* (context) {
  const log = (severity: 'I' | 'E' | 'W', source: string, message: string) =>
    context.err(klogLine(context, severity, source, message));
  if (wasResumed(context)) yield* context.sleep(RESUME_MS);
  let client: Client;
  let node: KubeObject;
  let config: NetworkConfig;
  try {
    client = clientInCluster(context, 'flanneld/v0.26.7');
    node = ownNode(context, client);
    config = readConfig(context);
  } catch (error) {
    const message = (error as Error).message;
    const isConfig = error instanceof ConfigError;
    if (!isConfig && !(error instanceof ApiError) && !isSystemError(error) && !/configuration/.test(message))
      throw error;
    const pod = `${context.env.get('POD_NAMESPACE')}/${context.env.get('POD_NAME')}`;
    const why = isConfig ? message : `error retrieving pod spec for '${pod}': ${message}`;
    yield* log('E', 'main.go:229', `Failed to create SubnetManager: ${why}`);
    return 1;
  }
  for (const [source, message] of startup(node)) yield* log('I', source, message);
  yield* log('I', 'main.go:468', `Found network config - Backend type: ${config.backend}`);
  for (const [source, message] of ownAddress(context)) yield* log('I', source, message);
  const refused = refusal(config, node);
  if (refused !== undefined) {
    yield* log('E', 'main.go:359', refused);
    yield* log('I', 'main.go:448', 'Stopping shutdownHandler...');
    return 1;
  }
  takePart(context, config, node);
  const says = { reason: 'FlannelIsUp', message: 'Flannel is running on this node' };
  publishNetworkUp(context, client, node, says);
  for (const [source, message] of running(config)) yield* log('I', source, message);
  yield* joinOthers(context, client, config, node);
  yield* log('I', 'main.go:541', 'shutdownHandler sent cancel signal...');
  yield* log('I', 'main.go:492', 'Exiting cleanly...');
  return 0;
};

const startup = ({ metadata, spec }: KubeObject): [string, string][] => [
  ['kube.go:139', 'Waiting 10m0s for node controller to sync'],
  ['kube.go:469', 'Starting kube subnet manager'],
  ...(spec?.podCIDRs ?? []).map((cidr: string): [string, string] => [
    'kube.go:490',
    `Creating the node lease for IPv4. This is the n.Spec.PodCIDRs: [${cidr}]`,
  ]),
  ['kube.go:146', 'Node controller sync successful'],
  ['main.go:231', `Created subnet manager: Kubernetes Subnet Manager - ${metadata.name}`],
  ['main.go:234', 'Installing signal handlers'],
];

const ownAddress = ({ network }: Context): [string, string][] => {
  const address = network.primaryAddress() ?? '';
  return [
    ['match.go:211', 'Determining IP address of default interface'],
    ['match.go:264', `Using interface with name eth0 and address ${address}`],
    ['match.go:286', `Defaulting external address to interface address (${address})`],
  ];
};

const running = ({ backend }: NetworkConfig): [string, string][] => [
  ...(backend === 'vxlan'
    ? [
        ['vxlan.go:141', 'VXLAN config: VNI=1 Port=0 GBP=false Learning=false DirectRouting=false'] as [
          string,
          string,
        ],
      ]
    : []),
  ['iptables.go:51', 'Starting flannel in iptables mode...'],
  ['iptables.go:111', 'Setting up masking rules'],
  ['iptables.go:212', 'Changing default FORWARD chain policy to ACCEPT'],
  ['main.go:412', 'Wrote subnet file to /run/flannel/subnet.env'],
  ['main.go:416', 'Running backend.'],
  [backend === 'vxlan' ? 'vxlan_network.go:65' : 'route_network.go:56', 'Watching for new subnet leases'],
];

/** What `net-conf.json` asks for. */
interface NetworkConfig {
  readonly network: string;
  readonly backend: string;
}

class ConfigError extends Error {}

/** Models flannel pkg/subnet ParseConfig */
function readConfig({ fs }: Context): NetworkConfig {
  const path = '/etc/kube-flannel/net-conf.json';
  if (!fs.isFile(path))
    throw new ConfigError(`failed to read net conf: open ${path}: no such file or directory`);
  const text = fs.read(path);
  try {
    const { Network: network, Backend } = JSON.parse(text);
    return { network: String(network ?? '0.0.0.0/0'), backend: String(Backend?.Type ?? 'udp') };
  } catch (error) {
    throw new ConfigError(`error parsing subnet config: ${goJsonError(text, error as Error)}`);
  }
}

/** Models flannel pkg/backend/manager.go GetBackend and pkg/subnet/kube AcquireLease */
function refusal({ network, backend }: NetworkConfig, { metadata, spec }: KubeObject): string | undefined {
  if (!BACKENDS.includes(backend)) return `Error fetching backend: unknown backend type: ${backend}`;
  const cidr: string | undefined = spec?.podCIDR;
  const failed = 'Error registering network: failed to acquire lease:';
  if (!cidr) return `${failed} node "${metadata.name}" pod cidr not assigned`;
  const [base, length] = cidr.split('/') as [string, string];
  if (isWithin(base, network) && Number(length) >= Number(network.split('/')[1])) return undefined;
  return `${failed} subnet "${network}" specified in the flannel net config doesn't contain "${cidr}" PodCIDR of the "${metadata.name}" node`;
}

/** Tunnels by VXLAN, or plain routes between hosts on one wire; the others are not simulated. */
const BACKENDS = ['vxlan', 'host-gw'];

/** The node's own side: what pods' plugin reads, the tunnel, the rules. */
function takePart(context: Context, { network, backend }: NetworkConfig, node: KubeObject): void {
  const cidr: string = node.spec.podCIDR;
  const tunnels = backend === 'vxlan';
  context.fs.mkdirAll('/run/flannel');
  context.fs.write(
    '/run/flannel/subnet.env',
    `FLANNEL_NETWORK=${network}\nFLANNEL_SUBNET=${cidr.replace(/\.\d+\//, '.1/')}\nFLANNEL_MTU=${tunnels ? 1450 : 1500}\nFLANNEL_IPMASQ=true\n`,
  );
  const address = cidr.replace(/\/\d+$/, '/32');
  if (tunnels) addTunnel(context, { name: 'flannel.1', kind: 'vxlan', address, mtu: 1450 });
  context.network.kernelRules.set('flannel', () => flannelRules(network, cidr));
}

/** Makes the ways to the other nodes' pods, until a signal comes. */
function* joinOthers(
  context: Context,
  client: Client,
  { backend }: NetworkConfig,
  node: KubeObject,
): Steps<void> {
  const wake = new WaitQueue();
  const nodes = new Informer({ client, clock: context.process.clock, wake, resource: RESOURCES.nodes });
  const reach = (other: KubeObject) => {
    const there: string | undefined = other.spec?.podCIDR;
    if (!there || other.metadata.name === node.metadata.name) return;
    const addresses: { type: string; address: string }[] = other.status?.addresses ?? [];
    const via = addresses.find(({ type }) => type === 'InternalIP')?.address;
    if (backend === 'vxlan')
      addRoute(context, {
        to: there,
        via: there.replace(/\/\d+$/, ''),
        dev: 'flannel.1',
        attributes: 'onlink',
      });
    else if (via) addRoute(context, { to: there, via, dev: 'eth0' });
  };
  nodes.on({ added: reach, updated: reach });
  context.process.onExit.push(() => nodes.close());
  const stopped = stopOnSignals(context, wake);
  while (!stopped()) {
    nodes.pump();
    yield* waitOn([wake], nodes.nextDue);
  }
}

function ownNode(context: Context, client: Client): KubeObject {
  const pod = client.get(RESOURCES.pods, context.env.get('POD_NAME') ?? '', context.env.get('POD_NAMESPACE'));
  return client.get(RESOURCES.nodes, pod.spec.nodeName);
}

/** Models flannel pkg/trafficmngr/iptables: pods leave the cluster under the node's address. */
function flannelRules(network: string, own: string): KernelRules {
  const note = (text: string) => `-m comment --comment "flanneld ${text}"`;
  const chain = '-A FLANNEL-POSTRTG';
  return {
    filter: [
      `-A FORWARD ${note('forward')} -j FLANNEL-FWD`,
      `-A FLANNEL-FWD -s ${network} ${note('forward')} -j ACCEPT`,
      `-A FLANNEL-FWD -d ${network} ${note('forward')} -j ACCEPT`,
    ],
    nat: [
      `-A POSTROUTING ${note('masq')} -j FLANNEL-POSTRTG`,
      `${chain} -m mark --mark 0x4000/0x4000 ${note('masq')} -j RETURN`,
      `${chain} -s ${own} -d ${network} ${note('masq')} -j RETURN`,
      `${chain} -s ${network} -d ${own} ${note('masq')} -j RETURN`,
      `${chain} ! -s ${network} -d ${own} ${note('masq')} -j RETURN`,
      `${chain} -s ${network} ! -d 224.0.0.0/4 ${note('masq')} -j MASQUERADE --random-fully`,
      `${chain} ! -s ${network} -d ${network} ${note('masq')} -j MASQUERADE --random-fully`,
    ],
  };
}
