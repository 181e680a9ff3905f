import { type Context, isSystemError, type Main, wasResumed } from '../../host/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import type { KubeObject } from '../../objects/object.ts';
import { WaitQueue, waitOn } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import { clientInCluster } from '../client/http-client.ts';
import { Informer } from '../client/informer.ts';
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
  addTunnel(context, 'flannel.1', cidr.replace(/\/\d+$/, '/32'), 1450);
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
      addRoute(context, there, there.replace(/\/\d+$/, ''), 'flannel.1');
  };
  nodes.on({ added: reach, updated: reach });
  context.process.onExit.push(() => nodes.close());
  for (;;) {
    nodes.pump();
    yield* waitOn([wake], nodes.nextDue);
  }
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

function writeSubnet(context: Context, network: string, cidr: string): void {
  context.fs.mkdirAll('/run/flannel');
  context.fs.write(
    '/run/flannel/subnet.env',
    `FLANNEL_NETWORK=${network}\nFLANNEL_SUBNET=${cidr.replace(/\.\d+\//, '.1/')}\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n`,
  );
}
