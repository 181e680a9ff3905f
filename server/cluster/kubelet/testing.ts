import { Host, Network, type Program } from '../../host/index.ts';
import type { KubeObject } from '../../objects/object.ts';
import { type Clock, Random } from '../../sim/index.ts';
import { startApiServer } from '../apiserver/testing.ts';
import type { Client } from '../client/client.ts';
import { type ContainerRuntime, socketKey } from '../client/cri.ts';
import { RESOURCES } from '../client/resources.ts';
import { featureGates } from '../feature-gates.ts';
import { IMAGE_PROGRAMS } from '../images/index.ts';
import type { KubeletSettings } from './config.ts';
import { evictionSettings, imageSettings, logSettings, pullSettings } from './config-limits.ts';
import { CONTAINERD } from './containerd/program.ts';
import { Kubelet } from './kubelet.ts';

/** Shell-less stand-ins for the tools that tests run in containers. */
const TOOLS: Program[] = [
  {
    name: 'sleep',
    main: function* (context) {
      const seconds = context.args[1] === 'infinity' ? Number.POSITIVE_INFINITY : Number(context.args[1]);
      if (Number.isFinite(seconds)) yield* context.sleep(seconds * 1000);
      else for (;;) yield {};
      return 0;
    },
  },
  {
    name: 'echo',
    main: function* (context) {
      yield* context.out(`${context.args.slice(1).join(' ')}\n`);
      return 0;
    },
  },
  {
    name: 'false',
    main: function* () {
      return 1;
    },
  },
  {
    name: 'cat',
    main: function* (context) {
      const path = context.args[1] as string;
      if (context.fs.isFile(path)) yield* context.out(context.fs.read(path));
      else yield* context.err(`cat: can't open '${path}': No such file or directory\n`);
      return context.fs.isFile(path) ? 0 : 1;
    },
  },
];

const SETTINGS: KubeletSettings = {
  isOn: featureGates().isOn,
  restarts: { firstMs: 10_000, maxMs: 300_000 },
  kubeconfig: undefined,
  bootstrapKubeconfig: undefined,
  certDir: '/var/lib/kubelet/pki',
  rotateCertificates: false,
  nodeName: undefined,
  nodeIp: undefined,
  runtimeEndpoint: 'unix:///run/containerd/containerd.sock',
  staticPodPath: '/etc/kubernetes/manifests',
  clusterDns: ['10.96.0.10'],
  clusterDomain: 'cluster.local',
  resolvConf: '/etc/resolv.conf',
  serving: { certFile: undefined, keyFile: undefined, bootstrap: false, least: undefined, suites: [] },
  clientCaFile: undefined,
  anonymous: true,
  cgroupDriver: 'systemd',
  cpuManagerPolicy: 'none',
  reserved: [],
  maxPods: 110,
  podsPerCore: undefined,
  port: 10_250,
  healthzPort: 10_248,
  healthzAddress: '127.0.0.1',
  failSwapOn: true,
  allowedUnsafeSysctls: [],
  seccompDefault: false,
  nodeLabels: {},
  providerId: undefined,
  registerWithTaints: [],
  registerSchedulable: true,
  eviction: evictionSettings({}),
  images: imageSettings({}),
  pulls: pullSettings({}),
  containerLogs: logSettings({}),
  leaseSeconds: 40,
  podPidsLimit: -1,
  reportSeconds: 300,
  maxImages: 50,
  shutdown: [],
  readOnlyPort: 0,
  debugging: true,
  utilityChains: true,
  systemLogs: true,
  protectKernelDefaults: false,
  tokens: true,
  authorization: 'AlwaysAllow',
  effective: {},
};

export interface TestNode {
  readonly host: Host;
  readonly log: string[];
  stopKubelet(): void;
  startKubelet(): void;
  stopContainerd(): void;
  startContainerd(): void;
}

export interface TestNodeOptions {
  clock: Clock;
  client: Client;
  name?: string;
  address?: string;
  network?: Network;
  hollow?: boolean;
  settings?: Partial<KubeletSettings>;
}

/** A host with containerd and a kubelet that talks to the API through `client`. */
export function startNode(options: TestNodeOptions): TestNode {
  const { clock, client, name = 'node01', address = '172.30.1.3', hollow = false } = options;
  const host = new Host({
    hostname: name,
    clock,
    random: new Random(name),
    network: options.network ?? new Network(),
    programs: new Map([...IMAGE_PROGRAMS, ...TOOLS, CONTAINERD].map((program) => [program.name, program])),
    memoryBytes: 4 * 1024 ** 3,
    onCrash: (process, error) => {
      throw new Error(`${process.argv.join(' ')} crashed`, { cause: error });
    },
  });
  host.network.interfaces.push({ name: 'eth0', mac: '', addresses: [`${address}/24`], up: true, mtu: 1500 });
  const { fs } = host.init;
  for (const path of ['/etc/cni/net.d', '/opt/cni/bin', '/etc/kubernetes/manifests']) fs.mkdirAll(path);
  fs.write('/opt/cni/bin/bridge', '');
  fs.write(
    '/etc/cni/net.d/10-bridge.conf',
    '{"name":"pods","type":"bridge","ipam":{"subnet":"10.244.1.0/24"}}',
  );
  fs.write('/etc/resolv.conf', 'nameserver 172.30.1.1\n');
  const env = new Map(hollow ? [['HOLLOW_NODE', 'true']] : []);
  const startContainerd = () =>
    host.init.fork(CONTAINERD.main, {
      args: ['/usr/bin/containerd'],
      env,
      process: { newSession: true },
    });
  let containerd = startContainerd();
  const log: string[] = [];
  let stop = () => {};
  const startKubelet = () => {
    const process = host.init.fork(
      function* (context) {
        const kubelet = new Kubelet({
          context,
          settings: { ...SETTINGS, ...options.settings },
          version: 'v1.33.1',
          nodeName: name,
          address,
          client,
          hollow,
          log: (severity, _source, message) => log.push(`${severity} ${message}`),
        });
        context.process.onExit.push(() => kubelet.close());
        yield* kubelet.run(() => false);
        return 0;
      },
      { args: ['/usr/bin/kubelet'], process: { newSession: true } },
    );
    stop = () => process.signal('KILL');
  };
  clock.after(1, startKubelet);
  return {
    host,
    log,
    stopKubelet: () => stop(),
    startKubelet,
    stopContainerd: () => containerd.signal('KILL'),
    startContainerd: () => {
      containerd = startContainerd();
    },
  };
}

/** A container of a pod's spec. */
export const container = (name: string, image: string, rest: object = {}) => ({ name, image, ...rest });

/** An API server with one node, three seconds after it was switched on, and what tests ask of them. */
export class NodeUnderTest {
  readonly clock: Clock;
  readonly client: Client;
  readonly node: TestNode;

  constructor(options: Pick<TestNodeOptions, 'hollow' | 'settings'> = {}) {
    const server = startApiServer();
    this.clock = server.clock;
    this.client = server.client();
    const metadata = { name: 'kube-root-ca.crt' };
    if (!this.client.find(RESOURCES.configmaps, metadata.name, 'default'))
      this.client.create(
        RESOURCES.configmaps,
        { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': 'CA' } },
        'default',
      );
    const client = server.client('system:node:node01', ['system:masters']);
    this.node = startNode({ clock: this.clock, client, ...options });
    this.clock.advance(3000);
  }

  /** Binds a pod to the node. */
  run(name: string, spec: object): void {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { nodeName: 'node01', ...spec } };
    this.client.create(RESOURCES.pods, pod, 'default');
  }

  get(name: string): KubeObject {
    return this.client.get(RESOURCES.pods, name, 'default');
  }

  /** The status of a container of a pod, the first by default. */
  state(name: string, i = 0): any {
    return this.get(name).status.containerStatuses[i];
  }

  /** `Reason: message` of what happened to a pod, in order. */
  events(name: string): string[] {
    return this.client
      .list(RESOURCES.events, { namespace: 'default' })
      .items.filter((event) => event['involvedObject'].name === name)
      .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
      .map((event) => `${event['reason']}: ${event['message']}`);
  }

  get runtime(): ContainerRuntime {
    const { network } = this.node.host.network;
    return network.unix.get(socketKey('node01'))?.service as ContainerRuntime;
  }

  /** A file as the first container of a pod sees it. */
  file(name: string, path: string): string | undefined {
    return this.runtime.readFile(this.state(name).containerID.slice('containerd://'.length), path);
  }
}
