import { clientFromKubeconfig } from '../../../../cluster/client/http-client.ts';
import type { Steps } from '../../../../sim/index.ts';
import { manifestPath } from '../../phases/control-plane.ts';
import { addressOf, type ClusterPlan } from '../../plan.ts';
import { type Call, Refusal, type Subcommand } from '../call.ts';
import { clusterPlan, sharedKubeletConfig } from '../cluster.ts';
import { preflight, ROOT } from '../preflight.ts';
import { upgradeKubeletConfig } from './apply.ts';
import { UPGRADE_FLAGS } from './context.ts';
import { upgradeStaticPods } from './static-pods.ts';

const KUBELET_CONF = '/etc/kubernetes/kubelet.conf';

// Models cmd/kubeadm/app/cmd/upgrade/node.go
export const upgradeNode: Subcommand = {
  path: 'upgrade node',
  flags: { ...UPGRADE_FLAGS, config: 'string', patches: 'string', 'skip-phases': 'list' },
  *run(call) {
    if (call.is('dry-run') || call.flags.has('patches') || call.flags.has('config'))
      throw new Refusal(
        '--dry-run, --patches and --config of "kubeadm upgrade node" do not exist in this world',
      );
    const { fs } = call.context;
    const isControlPlane = fs.isFile(manifestPath('kube-apiserver'));
    yield* call.say(
      '[upgrade] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n[upgrade] Use \'kubeadm init phase upload-config --config your-config-file\' to re-upload it.',
    );
    const client = kubeletClient(call, isControlPlane);
    const { host, hostname } = call.context;
    const plan = clusterPlan(client, { name: hostname, address: addressOf(host) });
    yield* call.say('[upgrade/preflight] Running pre-flight checks');
    yield* preflight(call, [ROOT]);
    yield* controlPlane(call, plan, isControlPlane);
    yield* upgradeKubeletConfig(call, sharedKubeletConfig(client));
    yield* call.say(isControlPlane ? APPLIED : SKIPPED);
  },
};

function kubeletClient(call: Call, isControlPlane: boolean) {
  const path = call.flags.get('kubeconfig') ?? (isControlPlane ? undefined : KUBELET_CONF);
  if (path === undefined) return call.client();
  if (!call.context.fs.isFile(path))
    throw new Refusal(
      `couldn't create a Kubernetes client from file "${path}": failed to load admin kubeconfig: open ${path}: no such file or directory`,
    );
  return clientFromKubeconfig(call.context, path, `kubeadm/${call.version} (linux/amd64)`);
}

function* controlPlane(call: Call, plan: ClusterPlan, isControlPlane: boolean): Steps<void> {
  if (isControlPlane) {
    yield* upgradeStaticPods(call, plan);
    return;
  }
  yield* call.say(
    '[upgrade/preflight] Skipping prepull. Not a control plane node.\n[upgrade/control-plane] Skipping phase. Not a control plane node.\n[upgrade/kubeconfig] Skipping phase. Not a control plane node.',
  );
}

const APPLIED = '[addons] Applied essential addon: CoreDNS\n[addons] Applied essential addon: kube-proxy';
const SKIPPED =
  '[upgrade/addon] Skipping the addon/coredns phase. Not a control plane node.\n[upgrade/addon] Skipping the addon/kube-proxy phase. Not a control plane node.';
