import { type Context, isSystemError, type KernelRules, type Main, wasResumed } from '../../host/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import type { KubeObject } from '../../objects/object.ts';
import { WaitQueue, waitOn } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import { clientInCluster } from '../client/http-client.ts';
import { Informer } from '../client/informer.ts';
import { stopOnSignals } from '../client/program-start.ts';
import { RESOURCES } from '../client/resources.ts';
import { addRoute, addTunnel, publishNetworkUp } from './node-network.ts';

/** After a restore: until the API server and kube-proxy's rules are there again. */
const RESUME_MS = 40;

/** flanneld: takes its node's part of the pod network and makes the ways to the others. */
export const flanneld: Main = function* (context) {
  const line = (severity: 'I' | 'E', source: string, message: string) => {
    const iso = new Date(context.now).toISOString();
    return context.err(
      `${severity}${iso.slice(5, 7)}${iso.slice(8, 10)} ${iso.slice(11, 23)}000       1 ${source}] ${message}\n`,
    );
  };
  if (wasResumed(context)) yield* context.sleep(RESUME_MS);
  let client: Client;
  let node: KubeObject;
  try {
    client = clientInCluster(context, 'flanneld/v0.26.7');
    node = ownNode(context, client);
  } catch (error) {
    const message = (error as Error).message;
    if (!(error instanceof ApiError) && !isSystemError(error) && !/configuration/.test(message)) throw error;
    yield* line(
      'E',
      'main.go:229',
      `Failed to create SubnetManager: error retrieving pod spec for '${context.env.get('POD_NAMESPACE')}/${context.env.get('POD_NAME')}': ${message}`,
    );
    return 1;
  }
  const cidr = node.spec?.podCIDR;
  if (!cidr) {
    yield* line(
      'E',
      'main.go:359',
      `Error registering network: failed to acquire lease: node "${node.metadata.name}" pod cidr not assigned`,
    );
    return 1;
  }
  const network = podNetwork(context) ?? '10.244.0.0/16';
  writeSubnet(context, network, cidr);
  addTunnel(context, {
    name: 'flannel.1',
    kind: 'vxlan',
    address: cidr.replace(/\/\d+$/, '/32'),
    mtu: 1450,
  });
  context.network.kernelRules.set('flannel', () => flannelRules(network, cidr));
  const says = { reason: 'FlannelIsUp', message: 'Flannel is running on this node' };
  publishNetworkUp(context, client, node, says);
  yield* line('I', 'main.go:436', `Found network config - Backend type: vxlan`);
  yield* line('I', 'main.go:457', 'Wrote subnet file to /run/flannel/subnet.env');
  yield* line('I', 'main.go:461', 'Running backend.');
  const wake = new WaitQueue();
  const nodes = new Informer({ client, clock: context.process.clock, wake, resource: RESOURCES.nodes });
  const reach = (other: KubeObject) => {
    const there: string | undefined = other.spec?.podCIDR;
    if (there && other.metadata.name !== node.metadata.name)
      addRoute(context, {
        to: there,
        via: there.replace(/\/\d+$/, ''),
        dev: 'flannel.1',
        attributes: 'onlink',
      });
  };
  nodes.on({ added: reach, updated: reach });
  context.process.onExit.push(() => nodes.close());
  const stopped = stopOnSignals(context, wake);
  while (!stopped()) {
    nodes.pump();
    yield* waitOn([wake], nodes.nextDue);
  }
  yield* line('I', 'main.go:541', 'shutdownHandler sent cancel signal...');
  yield* line('I', 'main.go:492', 'Exiting cleanly...');
  return 0;
};

function ownNode(context: Context, client: Client): KubeObject {
  const pod = client.get(RESOURCES.pods, context.env.get('POD_NAME') ?? '', context.env.get('POD_NAMESPACE'));
  return client.get(RESOURCES.nodes, pod.spec.nodeName);
}

function podNetwork(context: Context): string | undefined {
  const path = '/etc/kube-flannel/net-conf.json';
  if (!context.fs.isFile(path)) return undefined;
  return /"Network"\s*:\s*"([^"]+)"/.exec(context.fs.read(path))?.[1];
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

function writeSubnet(context: Context, network: string, cidr: string): void {
  context.fs.mkdirAll('/run/flannel');
  context.fs.write(
    '/run/flannel/subnet.env',
    `FLANNEL_NETWORK=${network}\nFLANNEL_SUBNET=${cidr.replace(/\.\d+\//, '.1/')}\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n`,
  );
}
