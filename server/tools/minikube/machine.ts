import { type Context, FunctionFile } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import type { MinikubeCluster } from './cluster.ts';
import { flag } from './services.ts';
import { box } from './table.ts';

export const VERSION = 'v1.36.0';
/** Between two looks at a machine that goes down or comes up, and how often it is looked. */
const LOOK_MS = 500;
const LOOKS = 600;

/** Runs a command on the node, unheard. Returns its status. */
export function* onNode(context: Context, command: readonly string[], fd?: 1): Steps<number> {
  const silent = new FunctionFile('/dev/null', {});
  const fds = new Map(context.fds).set(0, silent).set(2, silent);
  if (fd === undefined) fds.set(1, silent);
  const args = ['ssh', '-o', 'LogLevel=ERROR', 'root@minikube', ...command];
  return (yield* context.wait(context.spawn('ssh', { args, fds }))).code;
}

/** `minikube status` */
export function* status(context: Context, cluster: MinikubeCluster, args: readonly string[]): Steps<number> {
  const off = cluster.isOff();
  const up = !off && cluster.isRunning();
  const kubelet = !off && (yield* onNode(context, ['systemctl', 'is-active', 'kubelet'])) === 0;
  const word = (isOn: boolean) => (isOn ? 'Running' : 'Stopped');
  const shown = {
    Name: 'minikube',
    Host: word(!off),
    Kubelet: word(kubelet),
    APIServer: word(up),
    Kubeconfig: off ? 'Stopped' : 'Configured',
    Worker: false,
  };
  const form = flag(args, '-o', '--output') ?? 'text';
  const format = flag(args, '-f', '--format');
  if (format !== undefined)
    yield* context.out(
      format.replace(/\{\{\s*\.(\w+)\s*\}\}/g, (_, name: keyof typeof shown) =>
        String(shown[name] ?? '<no value>'),
      ),
    );
  else if (form === 'json') yield* context.out(`${JSON.stringify(shown)}\n`);
  else
    yield* context.out(
      `minikube\ntype: Control Plane\nhost: ${shown.Host}\nkubelet: ${shown.Kubelet}\napiserver: ${shown.APIServer}\nkubeconfig: ${shown.Kubeconfig}\n\n`,
    );
  return (off ? 1 : 0) + (kubelet ? 0 : 2) + (up ? 0 : 4);
}

/** `minikube stop`: the node's machine is switched off, and the kubeconfig knows it no longer. */
export function* stop(context: Context, cluster: MinikubeCluster): Steps<number> {
  if (cluster.isOff()) {
    yield* context.out('✋  Stopping node "minikube"  ...\n🛑  1 node stopped.\n');
    return 0;
  }
  yield* context.out('✋  Stopping node "minikube"  ...\n🛑  Powering off "minikube" via SSH ...\n');
  yield* onNode(context, ['systemctl', 'poweroff']);
  for (let look = 0; look < LOOKS && !cluster.isOff(); look++) yield* context.sleep(LOOK_MS);
  cluster.forget();
  yield* context.out('🛑  1 node stopped.\n');
  return 0;
}

/** `minikube start`: switches the node's machine on where it is off, and waits for its components. */
export function* start(context: Context, cluster: MinikubeCluster): Steps<number> {
  yield* context.out(
    `😄  minikube ${VERSION} on Ubuntu 24.04\n✨  Using the docker driver based on existing profile\n👍  Starting "minikube" primary control-plane node in "minikube" cluster\n🚜  Pulling base image v0.0.47 ...\n`,
  );
  const wasOff = cluster.isOff();
  if (wasOff) {
    yield* context.out('🔄  Restarting existing docker container for "minikube" ...\n');
    cluster.switchOn();
    cluster.remember();
  } else {
    yield* context.out('🏃  Updating the running docker "minikube" container ...\n');
    yield* onNode(context, ['systemctl', 'start', 'containerd', 'kubelet']);
  }
  const since = wasOff ? context.now : 0;
  for (let look = 0; look < LOOKS && !cluster.isReady(since); look++) yield* context.sleep(LOOK_MS);
  if (!cluster.isReady(since)) {
    yield* context.err(
      '\n❌  Exiting due to K8S_APISERVER_MISSING: wait 6m0s for node: wait for apiserver proc: apiserver process never appeared\n\n',
    );
    return 105;
  }
  const enabled = cluster.enabledAddons().join(', ');
  yield* context.out(
    `📦  Preparing Kubernetes v1.33.1 on containerd 1.7.27 ...\n🔎  Verifying Kubernetes components...\n    ▪ Using image gcr.io/k8s-minikube/storage-provisioner:v5\n🌟  Enabled addons: ${enabled}\n🏄  Done! kubectl is now configured to use "minikube" cluster and "default" namespace by default\n`,
  );
  return 0;
}

const PROFILE_HEADINGS = [
  'Profile',
  'VM Driver',
  'Runtime',
  'IP',
  'Port',
  'Version',
  'Status',
  'Nodes',
  'Active Profile',
  'Active Kubecontext',
];

/** `minikube profile [list]` */
export function* profile(context: Context, cluster: MinikubeCluster, args: readonly string[]): Steps<number> {
  const [name] = args;
  if (name === undefined) yield* context.out('minikube\n');
  else if (name === 'minikube') yield* context.out('✅  minikube profile was successfully set to minikube\n');
  else if (name !== 'list') {
    yield* context.err(
      `🤷  Profile "${name}" not found. Run "minikube profile list" to view all profiles.\n👉  To start a cluster, run: "minikube start -p ${name}"\n`,
    );
    return 85;
  } else {
    const state = cluster.isOff() ? 'Stopped' : cluster.isRunning() ? 'OK' : 'Error';
    const row = [
      'minikube',
      'docker',
      'containerd',
      cluster.ip(),
      '8443',
      'v1.33.1',
      state,
      '1',
      '*',
      state === 'Stopped' ? '' : '*',
    ];
    yield* context.out(box(PROFILE_HEADINGS, [row]));
  }
  return 0;
}

/** `minikube cp FILE [minikube:]/PATH` */
export function* copy(context: Context, _cluster: MinikubeCluster, args: readonly string[]): Steps<number> {
  const [from = '', to = ''] = args;
  const path = (text: string) => text.replace(/^minikube:/, '');
  if (from === '' || to === '') {
    yield* context.err(
      '\n❌  Exiting due to MK_USAGE: Please specify the path to copy: \n\tminikube cp <source file path> <target file absolute path> (example: "minikube cp a/b.txt /copied.txt")\n\n',
    );
    return 14;
  }
  const isFromNode = from.startsWith('minikube:');
  const ends = isFromNode ? [`root@minikube:${path(from)}`, to] : [from, `root@minikube:${path(to)}`];
  return yield* context.run('scp', ['scp', '-q', ...ends]);
}

/** What `minikube logs` shows, and what is asked for it on the node. */
const LOGS: readonly (readonly [title: string, command: string])[] = [
  ['container status', 'crictl ps -a'],
  ['coredns', 'crictl logs --tail 60 $(crictl ps -q --name coredns | head -1)'],
  ['describe nodes', 'kubectl --kubeconfig /etc/kubernetes/admin.conf describe nodes'],
  ['dmesg', 'dmesg | tail -n 60'],
  ['etcd', 'crictl logs --tail 60 $(crictl ps -a -q --name etcd | head -1)'],
  ['kernel', 'uptime; uname -a; grep PRETTY_NAME /etc/os-release'],
  ['kube-apiserver', 'crictl logs --tail 60 $(crictl ps -a -q --name kube-apiserver | head -1)'],
  ['kube-controller-manager', 'crictl logs --tail 60 $(crictl ps -a -q --name kube-controller | head -1)'],
  ['kube-proxy', 'crictl logs --tail 60 $(crictl ps -a -q --name kube-proxy | head -1)'],
  ['kube-scheduler', 'crictl logs --tail 60 $(crictl ps -a -q --name kube-scheduler | head -1)'],
  ['kubelet', 'journalctl -u kubelet -n 60 --no-pager'],
  ['storage-provisioner', 'crictl logs --tail 60 $(crictl ps -a -q --name storage-provisioner | head -1)'],
];

/** `minikube logs` */
export function* logs(context: Context, _cluster: MinikubeCluster, args: readonly string[]): Steps<number> {
  const lines = flag(args, '-n', '--length') ?? '60';
  yield* context.out('\n');
  for (const [title, command] of LOGS) {
    yield* context.out(`==> ${title} <==\n`);
    const asked = `{ ${command.replace(/(--tail|-n) 60/, `$1 ${/^\d+$/.test(lines) ? lines : '60'}`)}; } 2>&1`;
    yield* onNode(context, [asked], 1);
    yield* context.out('\n\n');
  }
  return 0;
}
