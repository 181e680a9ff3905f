import { RESOURCES } from '../../../../cluster/client/resources.ts';
import { isSystemError } from '../../../../host/index.ts';
import { ApiError } from '../../../../objects/api-error.ts';
import type { KubeObject } from '../../../../objects/object.ts';
import { type Steps, sleep } from '../../../../sim/index.ts';
import {
  type Component,
  components,
  manifest,
  manifestPath,
  writeManifest,
} from '../../phases/control-plane.ts';
import type { ClusterPlan, ComponentName } from '../../plan.ts';
import { type Call, Refusal } from '../call.ts';
import { renewNamed } from '../certs.ts';

const POLL_MS = 500;
const LIMIT_MS = 300_000;

/** The certificates that go with each component. */
const CERTIFICATES: Readonly<Record<ComponentName, readonly string[]>> = {
  etcd: ['etcd-server', 'etcd-peer', 'etcd-healthcheck-client'],
  'kube-apiserver': ['apiserver', 'apiserver-kubelet-client', 'front-proxy-client', 'apiserver-etcd-client'],
  'kube-controller-manager': ['controller-manager.conf'],
  'kube-scheduler': ['scheduler.conf'],
};

/** Brings the static pods of this host to a version, one after the other. Models phases/upgrade/staticpods.go. */
export function* upgradeStaticPods(call: Call, plan: ClusterPlan): Steps<void> {
  const { context } = call;
  const stamp = new Date(context.now).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
  const backup = `/etc/kubernetes/tmp/kubeadm-backup-manifests-${stamp}`;
  const number = context.host.random.fork(`kubeadm/upgrade/${context.now}`).text(10, '0123456789');
  yield* call.say(
    `[upgrade/control-plane] Upgrading your static Pod-hosted control plane to version "${plan.kubernetesVersion}" (timeout: 5m0s)...\n[upgrade/staticpods] Writing new Static Pod manifests to "/etc/kubernetes/tmp/kubeadm-upgraded-manifests${number}"`,
  );
  context.fs.mkdirAll(backup, 0o700);
  for (const component of components(context.host, plan)) yield* upgradeOne(call, component, backup);
  yield* call.say(
    '[upgrade/control-plane] The control plane instance for this node was successfully upgraded!',
  );
}

function* upgradeOne(call: Call, component: Component, backup: string): Steps<void> {
  const { fs, host } = call.context;
  const { name } = component;
  const path = manifestPath(name);
  yield* call.say(`[upgrade/staticpods] Preparing for "${name}" upgrade`);
  const old = fs.isFile(path) ? fs.read(path) : '';
  if (old === manifest(component)) {
    yield* call.say(`[upgrade/staticpods] Current and new manifests of ${name} are equal, skipping upgrade`);
    return;
  }
  const before = hashOf(call, name);
  if (call.flags.get('certificate-renewal') !== 'false') {
    for (const certificate of CERTIFICATES[name]) {
      yield* call.say(`[upgrade/staticpods] Renewing ${certificate} certificate`);
      renewNamed(call, certificate);
    }
  }
  fs.write(`${backup}/${name}.yaml`, old, 0o600);
  writeManifest(host, component);
  yield* call.say(
    `[upgrade/staticpods] Moving new manifest to "${path}" and backing up old manifest to "${backup}/${name}.yaml"\n[upgrade/staticpods] Waiting for the kubelet to restart the component\n[upgrade/staticpods] This can take up to 5m0s`,
  );
  yield* restarted(call, name, before);
  yield* call.say(
    `[apiclient] Found 1 Pods for label selector component=${name}\n[upgrade/staticpods] Component "${name}" upgraded successfully!`,
  );
  if (name === 'etcd') yield* call.say('[upgrade/etcd] Waiting for etcd to become available');
}

/** Waits until the mirror pod is another one and runs; the API server itself may be away meanwhile. */
function* restarted(call: Call, name: string, before: string | undefined): Steps<void> {
  const end = call.context.now + LIMIT_MS;
  while (call.context.now < end) {
    yield* sleep(call.context.process.clock, POLL_MS);
    const pod = podOf(call, name);
    const hash = pod?.metadata.annotations?.['kubernetes.io/config.hash'];
    if (pod?.status?.phase === 'Running' && hash !== before) return;
  }
  throw new Refusal(
    `error execution phase control-plane: couldn't upgrade control plane. kubeadm has tried to recover everything into the earlier state. Errors faced: static Pod hash for component ${name} on Node ${call.context.hostname} did not change after 5m0s: timed out waiting for the condition`,
  );
}

function hashOf(call: Call, name: string): string | undefined {
  return podOf(call, name)?.metadata.annotations?.['kubernetes.io/config.hash'];
}

function podOf(call: Call, name: string): KubeObject | undefined {
  try {
    return call.client().find(RESOURCES.pods, `${name}-${call.context.hostname}`, 'kube-system');
  } catch (error) {
    if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
    return undefined;
  }
}
