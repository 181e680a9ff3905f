import { type ContainerRuntime, socketKey } from '../../../cluster/client/cri.ts';
import { RESOURCES } from '../../../cluster/client/resources.ts';
import { klogLine } from '../../../cluster/klog.ts';
import { type Files, isSystemError } from '../../../host/index.ts';
import { ApiError } from '../../../objects/api-error.ts';
import { type Steps, sleep } from '../../../sim/index.ts';
import { ADMIN_CONF, type Call, Refusal, type Subcommand } from './call.ts';
import { preflight, ROOT } from './preflight.ts';

const ETCD_DATA = '/var/lib/etcd';
const DIRECTORIES = ['/etc/kubernetes/manifests', '/var/lib/kubelet', '/etc/kubernetes/pki'];
const FILES = ['admin', 'super-admin', 'kubelet', 'bootstrap-kubelet', 'controller-manager', 'scheduler'].map(
  (name) => `/etc/kubernetes/${name}.conf`,
);
const STOP_MS = 1000;

// Models cmd/kubeadm/app/cmd/reset.go
export const reset: Subcommand = {
  path: 'reset',
  flags: {
    force: 'bool',
    'cert-dir': 'string',
    'cri-socket': 'string',
    'ignore-preflight-errors': 'list',
    'cleanup-tmp-dir': 'bool',
    config: 'string',
  },
  shorthands: { f: 'force' },
  *run(call) {
    yield* readConfig(call);
    if (!call.is('force')) yield* confirm(call);
    yield* call.say('[preflight] Running pre-flight checks');
    yield* preflight(call, [ROOT]);
    yield* removeEtcd(call);
    yield* stopAll(call);
    yield* cleanUp(call);
    yield* call.context.out(ADVICE);
  },
};

function* readConfig(call: Call): Steps<void> {
  if (!call.context.fs.isFile(ADMIN_CONF)) return;
  yield* call.say(
    '[reset] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n[reset] Use \'kubeadm init phase upload-config --config your-config-file\' to re-upload it.',
  );
  try {
    call.client().get(RESOURCES.configmaps, 'kubeadm-config', 'kube-system');
  } catch (error) {
    if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
    yield* call.context.err(
      `[reset] Unable to fetch the kubeadm-config ConfigMap from cluster: failed to get config map: ${error.message}\n`,
    );
  }
}

function* confirm(call: Call): Steps<void> {
  const warning =
    "[reset] WARNING: Changes made to this host by 'kubeadm init' or 'kubeadm join' will be reverted.";
  yield* call.context.err(klogLine(call.context, 'W', 'preflight.go:56', warning));
  yield* call.context.out('[reset] Are you sure you want to proceed? [y/N]: ');
  const answer = (yield* call.context.read(0)).trim();
  if (!/^(y|yes)$/i.test(answer)) throw new Refusal('aborted reset operation');
}

function* removeEtcd(call: Call): Steps<void> {
  const { fs } = call.context;
  if (!fs.isFile('/etc/kubernetes/manifests/etcd.yaml')) {
    yield* call.say(
      '[reset] No etcd config found. Assuming external etcd\n[reset] Please, manually reset etcd to prevent further issues',
    );
    return;
  }
  empty(fs, ETCD_DATA);
  yield* call.say(`[reset] Deleted contents of the etcd data directory: ${ETCD_DATA}`);
}

/** The kubelet first, so that nothing comes back; then every pod. */
function* stopAll(call: Call): Steps<void> {
  const { host } = call.context;
  yield* call.say('[reset] Stopping the kubelet service');
  host.systemd.stop('kubelet');
  yield* sleep(call.context.process.clock, STOP_MS);
  const runtime = host.network.network.unix.get(socketKey(host.hostname))?.service as
    | ContainerRuntime
    | undefined;
  if (!runtime) {
    yield* call.context.err('[reset] Failed to remove containers: container runtime is not running\n');
    return;
  }
  for (const { id } of runtime.sandboxes()) {
    runtime.stopPodSandbox(id);
    runtime.removePodSandbox(id);
  }
}

function* cleanUp(call: Call): Steps<void> {
  const { fs } = call.context;
  yield* call.say('[reset] Unmounting mounted directories in "/var/lib/kubelet"');
  yield* call.say(`[reset] Deleting contents of directories: [${DIRECTORIES.join(' ')}]`);
  for (const path of DIRECTORIES) empty(fs, path);
  if (call.is('cleanup-tmp-dir')) empty(fs, '/etc/kubernetes/tmp');
  yield* call.say(`[reset] Deleting files: [${FILES.join(' ')}]`);
  for (const path of FILES) fs.removeAll(path);
}

function empty(fs: Files, path: string): void {
  if (fs.isDirectory(path)) for (const name of fs.list(path)) fs.removeAll(`${path}/${name}`);
}

const ADVICE = `
The reset process does not perform cleanup of CNI plugin configuration,
network filtering rules and kubeconfig files.

For information on how to perform this cleanup manually, please see:
    https://k8s.io/docs/reference/setup-tools/kubeadm/kubeadm-reset/

`;
