import { isSystemError } from '../../../../host/index.ts';
import { ApiError } from '../../../../objects/api-error.ts';
import { type Steps, sleep } from '../../../../sim/index.ts';
import { normalVersion } from '../../configuration.ts';
import { coreDnsObjects, kubeProxyObjects } from '../../phases/addon.ts';
import { writeFile } from '../../phases/certs.ts';
import { KUBELET_CONFIG, kubeletConfig } from '../../phases/node.ts';
import { accessObjects, configObjects } from '../../phases/upload-config.ts';
import { type ClusterPlan, planOf } from '../../plan.ts';
import { type Call, Refusal, type Subcommand } from '../call.ts';
import { pullImages } from '../images.ts';
import { TOKEN_RBAC } from '../init/phases.ts';
import { replaceObjects } from '../objects.ts';
import { preflight, ROOT, RUNTIME } from '../preflight.ts';
import { checkHealth, readCluster, UPGRADE_FLAGS } from './context.ts';
import { upgradeStaticPods } from './static-pods.ts';
import { upgradeProblems } from './versions.ts';

const SETTLE_MS = 1000;
const SETTLE_TRIES = 60;

// Models cmd/kubeadm/app/cmd/upgrade/apply.go
export const upgradeApply: Subcommand = {
  path: 'upgrade apply',
  flags: { ...UPGRADE_FLAGS, config: 'string', patches: 'string', 'print-config': 'bool' },
  shorthands: { f: 'force', y: 'yes' },
  *run(call) {
    if (call.is('dry-run') || call.flags.has('patches') || call.flags.has('config'))
      throw new Refusal(
        '--dry-run, --patches and --config of "kubeadm upgrade apply" do not exist in this world',
      );
    const wanted = call.args[0];
    if (wanted === undefined)
      throw new Refusal('missing one or more required arguments. Required arguments: [version]');
    const old = yield* readCluster(call, '[upgrade]');
    const plan = planOf({ ...old, kubernetesVersion: normalVersion(wanted) });
    yield* check(call, old, plan);
    yield* upgradeStaticPods(call, plan);
    yield* upgradeCluster(call, plan);
    yield* call.say(
      `\n[upgrade] SUCCESS! A control plane node of your cluster was upgraded to "${plan.kubernetesVersion}".\n\n[upgrade] Now please proceed with upgrading the rest of the nodes by following the right order.`,
    );
  },
};

function* check(call: Call, old: ClusterPlan, plan: ClusterPlan): Steps<void> {
  const version = plan.kubernetesVersion;
  yield* call.say('[upgrade/preflight] Running preflight checks');
  yield* preflight(call, [ROOT, RUNTIME]);
  yield* call.say('[upgrade] Running cluster health checks');
  checkHealth(call);
  yield* call.say(
    `[upgrade/preflight] You have chosen to upgrade the cluster version to "${version}"\n[upgrade/versions] Cluster version: ${old.kubernetesVersion}\n[upgrade/versions] kubeadm version: ${call.version}`,
  );
  const problems = upgradeProblems(version, old.kubernetesVersion, call.version);
  if (problems.length > 0 && !call.is('force'))
    throw new Refusal(
      `error execution phase preflight: the version argument is invalid due to these errors:\n\n${problems.map((problem) => `\t- ${problem}\n`).join('')}\nCan be bypassed if you pass the --force flag`,
    );
  if (!call.is('yes') && !call.is('force')) {
    yield* call.context.out('[upgrade] Are you sure you want to proceed? [y/N]: ');
    const answer = (yield* call.context.read(0)).trim();
    if (!/^(y|yes)$/i.test(answer))
      throw new Refusal(
        "error execution phase preflight: won't proceed; the user didn't answer (Y|y) in order to continue",
      );
  }
  yield* call.say(
    "[upgrade/preflight] Pulling images required for setting up a Kubernetes cluster\n[upgrade/preflight] This might take a minute or two, depending on the speed of your internet connection\n[upgrade/preflight] You can also perform this action beforehand using 'kubeadm config images pull'",
  );
  yield* pullImages(call, plan, () => undefined);
}

function* upgradeCluster(call: Call, plan: ClusterPlan): Steps<void> {
  const apply = (objects: Parameters<typeof replaceObjects>[1]) => patiently(call, objects);
  yield* apply(configObjects(plan));
  yield* call.say(
    '[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace\n[kubelet] Creating a ConfigMap "kubelet-config" in namespace kube-system with the configuration for the kubelets in the cluster\n[upgrade/kubeconfig] The kubeconfig files for this node were successfully upgraded!',
  );
  yield* upgradeKubeletConfig(call, kubeletConfig(plan));
  yield* apply(accessObjects());
  yield* call.say(
    `[upgrade/bootstrap-token] Configuring bootstrap token and cluster-info RBAC rules\n${TOKEN_RBAC}`,
  );
  yield* apply(coreDnsObjects(plan));
  yield* call.say('[addons] Applied essential addon: CoreDNS');
  yield* apply(kubeProxyObjects(plan));
  yield* call.say('[addons] Applied essential addon: kube-proxy');
}

/** The API server has just been replaced: it is given time to answer. */
function* patiently(call: Call, objects: Parameters<typeof replaceObjects>[1]): Steps<void> {
  for (let tries = 0; ; tries++) {
    try {
      replaceObjects(call.client(), objects);
      return;
    } catch (error) {
      if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
      if (tries === SETTLE_TRIES) throw error;
    }
    yield* sleep(call.context.process.clock, SETTLE_MS);
  }
}

/** Writes the kubelet's configuration anew and keeps the old one. */
export function* upgradeKubeletConfig(call: Call, text: string): Steps<void> {
  const { context } = call;
  const number = context.host.random.fork(`kubeadm/kubelet-config/${context.now}`).text(10, '0123456789');
  const backup = `/etc/kubernetes/tmp/kubeadm-kubelet-config${number}`;
  context.fs.mkdirAll(backup, 0o700);
  if (context.fs.isFile(KUBELET_CONFIG))
    context.fs.write(`${backup}/config.yaml`, context.fs.read(KUBELET_CONFIG), 0o600);
  yield* call.say(`[upgrade] Backing up kubelet config file to ${backup}/config.yaml`);
  writeFile(context.host, KUBELET_CONFIG, text, 0o644);
  yield* call.say(
    `[kubelet-start] Writing kubelet configuration to file "${KUBELET_CONFIG}"\n[upgrade/kubelet-config] The kubelet configuration for this node was successfully upgraded!`,
  );
}
