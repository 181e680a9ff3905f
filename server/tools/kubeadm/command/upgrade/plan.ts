import { klogLine } from '../../../../cluster/klog.ts';
import type { Steps } from '../../../../sim/index.ts';
import { componentImages } from '../../plan.ts';
import { type Call, columns, type Subcommand } from '../call.ts';
import { preflight, ROOT } from '../preflight.ts';
import { checkHealth, nodesOf, readCluster, UPGRADE_FLAGS } from './context.ts';
import { isNewer, newest, newestOf, parseVersion } from './versions.ts';

const RULE = `_____________________________________________________________________\n`;

// Models cmd/kubeadm/app/cmd/upgrade/plan.go
export const upgradePlan: Subcommand = {
  path: 'upgrade plan',
  flags: { ...UPGRADE_FLAGS, config: 'string', output: 'string', 'print-config': 'bool' },
  shorthands: { o: 'output' },
  *run(call) {
    yield* call.say('[preflight] Running pre-flight checks.');
    yield* preflight(call, [ROOT]);
    const plan = yield* readCluster(call, '[upgrade/config]');
    yield* call.say('[upgrade] Running cluster health checks');
    checkHealth(call);
    yield* call.say('[upgrade] Fetching available versions to upgrade to');
    const cluster = plan.kubernetesVersion;
    yield* call.say(
      `[upgrade/versions] Cluster version: ${cluster.replace('v', '')}\n[upgrade/versions] kubeadm version: ${call.version}`,
    );
    const targets = yield* available(call, cluster);
    for (const { title, version } of targets) yield* call.context.out(offer(call, cluster, title, version));
    if (targets.length > 0) yield* call.context.out(COMPONENT_CONFIGS);
  },
};

interface Target {
  readonly title: string;
  readonly version: string;
}

/** The latest of the cluster's own series, and of kubeadm's when that is the next. Models compute.go GetAvailableUpgrades. */
function* available(call: Call, cluster: string): Steps<Target[]> {
  const own = parseVersion(call.version).minor;
  const current = parseVersion(cluster).minor;
  const latest = newest(own);
  if (parseVersion(latest).minor > own) {
    const text = `remote version is much newer: ${latest}; falling back to: stable-1.${own}`;
    yield* call.context.err(klogLine(call.context, 'I', 'version.go:261', text));
  }
  const stable = newestOf(own) ?? call.version;
  yield* call.say(`[upgrade/versions] Target version: ${stable}`);
  const patch = newestOf(current) ?? cluster;
  yield* call.say(`[upgrade/versions] Latest version in the v1.${current} series: ${patch}\n`);
  const targets: Target[] = [];
  if (isNewer(patch, cluster)) targets.push({ title: `version in the v1.${current} series`, version: patch });
  if (own > current && isNewer(stable, patch)) targets.push({ title: 'stable version', version: stable });
  return targets;
}

function offer(call: Call, cluster: string, title: string, version: string): string {
  const nodes = nodesOf(call);
  const kubelets = nodes.map(({ metadata, status }) => [
    'kubelet',
    metadata.name,
    status?.nodeInfo?.kubeletVersion ?? '',
    version,
  ]);
  const [now, then] = [cluster, version].map((v) => componentImages(v));
  const tag = (image: string | undefined) => (image ?? '').replace(/^.*:/, '');
  const here = call.context.hostname;
  const rows = [
    ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) => [
      name,
      here,
      cluster,
      version,
    ]),
    ['kube-proxy', '', cluster.replace('v', ''), version],
    ['CoreDNS', '', tag(now?.coreDns), tag(then?.coreDns)],
    ['etcd', here, tag(now?.etcd), tag(then?.etcd)],
  ];
  const head = ['COMPONENT', 'NODE', 'CURRENT', 'TARGET'];
  const note = isNewer(version, call.version)
    ? `Note: Before you can perform this upgrade, you have to update kubeadm to ${version}.\n\n`
    : '';
  return `Components that must be upgraded manually after you have upgraded the control plane with 'kubeadm upgrade apply':
${columns([head, ...kubelets])}
Upgrade to the latest ${title}:

${columns([head, ...rows])}
You can now apply the upgrade by executing the following command:

\tkubeadm upgrade apply ${version}

${note}${RULE}
`;
}

const COMPONENT_CONFIGS = `
The table below shows the current state of component configs as understood by this version of kubeadm.
Configs that have a "yes" mark in the "MANUAL UPGRADE REQUIRED" column require manual config upgrade or
resetting to kubeadm defaults before a successful upgrade can be performed. The version to manually
upgrade to is denoted in the "PREFERRED VERSION" column.

API GROUP                 CURRENT VERSION   PREFERRED VERSION   MANUAL UPGRADE REQUIRED
kubeproxy.config.k8s.io   v1alpha1          v1alpha1            no
kubelet.config.k8s.io     v1beta1           v1beta1             no
${RULE}
`;
