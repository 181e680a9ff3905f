import type { Client } from '../../../cluster/client/client.ts';
import { ConnectionError, HttpClient } from '../../../cluster/client/http-client.ts';
import { RESOURCES } from '../../../cluster/client/resources.ts';
import { ApiError } from '../../../objects/api-error.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { type Steps, sleep } from '../../../sim/index.ts';
import { readConfiguration } from '../configuration.ts';
import { PKI, writeFile } from '../phases/certs.ts';
import { kubeconfigText } from '../phases/kubeconfig.ts';
import { KUBELET_CONFIG, KUBELET_FLAGS, kubeadmFlags } from '../phases/node.ts';
import { type ClusterPlan, planOf } from '../plan.ts';
import { type Call, Refusal, type Subcommand } from './call.ts';
import { clusterPlan, sharedKubeletConfig } from './cluster.ts';
import { type Discovered, type Discovery, discover } from './discovery.ts';
import { startKubelet, stopKubelet } from './kubelet-service.ts';
import {
  directoryEmpty,
  FORWARDING,
  fileAbsent,
  KUBELET,
  portFree,
  preflight,
  ROOT,
  RUNTIME,
  SWAP,
} from './preflight.ts';

const KUBELET_CONF = '/etc/kubernetes/kubelet.conf';
const BOOTSTRAP_CONF = '/etc/kubernetes/bootstrap-kubelet.conf';
const TOKEN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const BOOTSTRAP_LIMIT_MS = 240_000;

const CHECKS = [
  ROOT,
  RUNTIME,
  KUBELET,
  directoryEmpty('/etc/kubernetes/manifests'),
  fileAbsent(KUBELET_CONF),
  fileAbsent(BOOTSTRAP_CONF),
  FORWARDING,
  SWAP,
  portFree(10_250),
  fileAbsent(`${PKI}/ca.crt`),
];

// Models cmd/kubeadm/app/cmd/join.go
export const join: Subcommand = {
  path: 'join',
  flags: {
    config: 'string',
    token: 'string',
    'discovery-token': 'string',
    'tls-bootstrap-token': 'string',
    'discovery-token-ca-cert-hash': 'list',
    'discovery-token-unsafe-skip-ca-verification': 'bool',
    'control-plane': 'bool',
    'certificate-key': 'string',
    'cri-socket': 'string',
    'node-name': 'string',
    'ignore-preflight-errors': 'list',
  },
  *run(call) {
    refuseUnknown(call);
    const wanted = discoveryOf(call);
    yield* call.say('[preflight] Running pre-flight checks');
    yield* preflight(call, CHECKS);
    const found = yield* discover(call, wanted);
    const plan = yield* readCluster(call, found, wanted);
    yield* startNode(call, plan, found, wanted);
    yield* call.say(JOINED);
  },
};

function refuseUnknown(call: Call): void {
  if (call.is('control-plane') || call.flags.has('certificate-key'))
    throw new Refusal('another control plane node does not exist in this world: --control-plane is refused');
  const name = call.flags.get('node-name');
  if (name !== undefined && name !== call.context.hostname)
    throw new Refusal(
      "a node name other than the host's does not exist in this world: --node-name is refused",
    );
}

// Models cmd/kubeadm/app/apis/kubeadm/validation ValidateDiscovery
function discoveryOf(call: Call): Discovery {
  const path = call.flags.get('config');
  const { join: file } =
    path === undefined ? { join: {} } : readConfiguration(call.context.fs.read(path), path);
  const told = file.discovery?.bootstrapToken ?? {};
  const server = call.args[0] ?? told.apiServerEndpoint;
  const token =
    call.flags.get('token') ??
    call.flags.get('discovery-token') ??
    told.token ??
    file.discovery?.tlsBootstrapToken;
  const hashes = call.flags.get('discovery-token-ca-cert-hash')?.split(',') ?? told.caCertHashes ?? [];
  const unsafe =
    call.is('discovery-token-unsafe-skip-ca-verification') || told.unsafeSkipCAVerification === true;
  const problems: string[] = [];
  if (server === undefined && token === undefined)
    throw new Refusal('discovery: Invalid value: "": bootstrapToken or file must be set', 3);
  if (server === undefined)
    problems.push(
      'discovery.bootstrapToken.apiServerEndpoint: Required value: API server endpoint is required',
    );
  if (token === undefined || !TOKEN.test(token))
    problems.push(
      `discovery.bootstrapToken.token: Invalid value: "${token ?? ''}": the bootstrap token is invalid`,
      `discovery.tlsBootstrapToken: Invalid value: "${token ?? ''}": the bootstrap token is invalid`,
    );
  if (!unsafe && hashes.length === 0)
    problems.push(
      'discovery.bootstrapToken: Invalid value: "": using token-based discovery without caCertHashes can be unsafe. Set unsafeSkipCAVerification as true in your kubeadm config file or pass --discovery-token-unsafe-skip-ca-verification flag to continue',
    );
  for (const hash of hashes)
    if (!/^sha256:[0-9a-f]{64}$/.test(hash))
      problems.push(`discovery.bootstrapToken.caCertHashes: Invalid value: "${hash}": invalid hash`);
  if (problems.length > 0)
    throw new Refusal(problems.length === 1 ? (problems[0] as string) : `[${problems.join(', ')}]`, 3);
  return { server: server as string, token: token as string, caHashes: hashes, unsafe };
}

function* readCluster(call: Call, found: Discovered, { token }: Discovery): Steps<ClusterPlan> {
  yield* call.say(
    '[preflight] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n[preflight] Use \'kubeadm init phase upload-config --config your-config-file\' to re-upload it.',
  );
  const controlPlane = { name: '', address: new URL(found.server).hostname };
  const client = clientWith(call, found, token);
  try {
    const plan = clusterPlan(client, controlPlane);
    refuseTwin(client, call.context.hostname);
    return plan;
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof ConnectionError)) throw error;
    throw new Refusal(
      `error execution phase preflight: unable to fetch the kubeadm-config ConfigMap: failed to get config map: ${error.message}`,
    );
  }
}

// Models cmd/kubeadm/app/cmd/phases/join/kubelet.go runKubeletStartJoinPhase
function refuseTwin(client: Client, name: string): void {
  const node = client.find(RESOURCES.nodes, name) as KubeObject | undefined;
  const ready = node?.status?.conditions?.some((c: any) => c.type === 'Ready' && c.status === 'True');
  if (ready)
    throw new Refusal(
      `error execution phase kubelet-start: a Node with name "${name}" and status "Ready" already exists in the cluster. You must delete the existing Node or change the name of this new joining Node`,
    );
}

function clientWith(call: Call, { server, ca }: Discovered, token: string): HttpClient {
  return new HttpClient(call.context, {
    server,
    ca,
    token,
    userAgent: `kubeadm/${call.version} (linux/amd64)`,
  });
}

/** Writes what the kubelet needs to introduce itself, and waits until the cluster knows it. Models phases/join/kubelet.go. */
function* startNode(call: Call, plan: ClusterPlan, found: Discovered, { token }: Discovery): Steps<void> {
  const { host, fs } = call.context;
  const told = planOf({ ...plan, endpoint: found.server.replace('https://', '') });
  const user = { name: 'tls-bootstrap-token-user', fields: [['token', token]] as const };
  writeFile(host, BOOTSTRAP_CONF, kubeconfigText(told, found.ca, user), 0o600);
  writeFile(host, `${PKI}/ca.crt`, found.ca, 0o644);
  stopKubelet(call);
  yield* call.say(`[kubelet-start] Writing kubelet configuration to file "${KUBELET_CONFIG}"`);
  writeFile(host, KUBELET_CONFIG, sharedKubeletConfig(clientWith(call, found, token)), 0o644);
  yield* call.say(`[kubelet-start] Writing kubelet environment file with flags to file "${KUBELET_FLAGS}"`);
  writeFile(host, KUBELET_FLAGS, kubeadmFlags(plan), 0o644);
  yield* startKubelet(call);
  yield* call.say('[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap');
  const end = call.context.now + BOOTSTRAP_LIMIT_MS;
  while (!fs.isFile(KUBELET_CONF)) {
    if (call.context.now >= end)
      throw new Refusal('error execution phase kubelet-wait-bootstrap: timed out waiting for the condition');
    yield* sleep(call.context.process.clock, 250);
  }
  fs.removeAll(BOOTSTRAP_CONF);
}

const JOINED = `
This node has joined the cluster:
* Certificate signing request was sent to apiserver and a response was received.
* The Kubelet was informed of the new secure connection details.

Run 'kubectl get nodes' on the control-plane to see this node join the cluster.
`;
