import { RESOURCES } from '../../../../cluster/client/resources.ts';
import type { Steps } from '../../../../sim/index.ts';
import { coreDnsObjects, kubeProxyObjects } from '../../phases/addon.ts';
import { markControlPlane, put, until } from '../../phases/bring-up.ts';
import {
  AUTHORITIES,
  type CaName,
  CERTIFICATES,
  ensureAccountKeys,
  ensureAuthority,
  ensureCertificate,
  PKI,
  readAuthority,
  writeFile,
} from '../../phases/certs.ts';
import { components, MANIFESTS, writeManifest } from '../../phases/control-plane.ts';
import { KUBECONFIGS, writeKubeconfig } from '../../phases/kubeconfig.ts';
import {
  KUBELET_CONFIG,
  KUBELET_FLAGS,
  kubeadmFlags,
  kubeletConfig,
  writeKubeletConf,
} from '../../phases/node.ts';
import { accessObjects, clusterInfoObjects, configObjects } from '../../phases/upload-config.ts';
import type { ClusterPlan } from '../../plan.ts';
import { type Call, Refusal } from '../call.ts';
import { startKubelet, stopKubelet } from '../kubelet-service.ts';
import { replaceObjects } from '../objects.ts';
import {
  CPUS,
  directoryEmpty,
  FORWARDING,
  fileAbsent,
  KUBELET,
  MEMORY,
  portFree,
  preflight,
  ROOT,
  RUNTIME,
  SWAP,
} from '../preflight.ts';
import { createToken } from '../token.ts';
import { waitForControlPlane } from './control-plane.ts';
import type { InitPlan } from './plan.ts';

/** One phase while it runs. */
export interface PhaseRun extends InitPlan {
  readonly call: Call;
  /** It is one of all phases: `kubeadm init` itself. */
  readonly whole: boolean;
}

/** A step of `kubeadm init`, which can be run alone as `kubeadm init phase NAME`. */
export interface Phase {
  readonly name: string;
  /** What is said before the first of its parts. */
  readonly intro?: string;
  readonly parts?: readonly Phase[];
  run?(run: PhaseRun): Steps<void>;
}

const PREFLIGHT: Phase = {
  name: 'preflight',
  *run({ call, plan }) {
    yield* call.say('[preflight] Running pre-flight checks');
    yield* preflight(call, [
      ROOT,
      CPUS,
      MEMORY,
      portFree(plan.bindPort),
      portFree(10_259),
      portFree(10_257),
      ...components(call.context.host, plan).map(({ name }) => fileAbsent(`${MANIFESTS}/${name}.yaml`)),
      RUNTIME,
      KUBELET,
      FORWARDING,
      SWAP,
      portFree(10_250),
      portFree(2379),
      portFree(2380),
      directoryEmpty('/var/lib/etcd'),
    ]);
    yield* call.say(
      "[preflight] Pulling images required for setting up a Kubernetes cluster\n[preflight] This might take a minute or two, depending on the speed of your internet connection\n[preflight] You can also perform this action beforehand using 'kubeadm config images pull'",
    );
  },
};

function authority(ca: CaName): Phase {
  return {
    name: ca,
    *run({ call, plan }) {
      const { path } = AUTHORITIES[ca];
      if (ensureAuthority(call.context.host, plan, ca))
        yield* call.say(`[certs] Generating "${path}" certificate and key`);
      else yield* call.say(`[certs] Using existing ${path} certificate authority`);
    },
  };
}

function certificate(name: string): Phase {
  const spec = CERTIFICATES.find((one) => one.name === name) as (typeof CERTIFICATES)[number];
  return {
    name,
    *run({ call, plan }) {
      const { host } = call.context;
      if (!ensureCertificate(host, plan, spec)) {
        yield* call.say(`[certs] Using existing ${spec.path} certificate and key on disk`);
        return;
      }
      yield* call.say(`[certs] Generating "${spec.path}" certificate and key`);
      const names = spec.names?.(host, plan);
      if (names)
        yield* call.say(
          `[certs] ${spec.path} serving cert is signed for DNS names [${[...names.dnsNames].sort().join(' ')}] and IPs [${names.ipAddresses.join(' ')}]`,
        );
    },
  };
}

const CERTS: Phase = {
  name: 'certs',
  intro: `[certs] Using certificateDir folder "${PKI}"`,
  parts: [
    authority('ca'),
    certificate('apiserver'),
    certificate('apiserver-kubelet-client'),
    authority('front-proxy-ca'),
    certificate('front-proxy-client'),
    authority('etcd-ca'),
    certificate('etcd-server'),
    certificate('etcd-peer'),
    certificate('etcd-healthcheck-client'),
    certificate('apiserver-etcd-client'),
    {
      name: 'sa',
      *run({ call }) {
        const made = ensureAccountKeys(call.context.host);
        yield* call.say(
          made ? '[certs] Generating "sa" key and public key' : '[certs] Using the existing "sa" key',
        );
      },
    },
  ],
};

function kubeconfig(name: string, file: string): Phase {
  return {
    name,
    *run({ call, plan }) {
      const { host, fs } = call.context;
      if (fs.isFile(`/etc/kubernetes/${file}`)) {
        yield* call.say(`[kubeconfig] Using existing kubeconfig file: "/etc/kubernetes/${file}"`);
        return;
      }
      yield* call.say(`[kubeconfig] Writing "${file}" kubeconfig file`);
      const spec = KUBECONFIGS.find((one) => one.file === file);
      const ca = readAuthority(host, 'ca');
      if (spec) writeKubeconfig(host, plan, ca, spec);
      else writeKubeletConf(host, plan, ca);
    },
  };
}

const KUBECONFIG: Phase = {
  name: 'kubeconfig',
  intro: '[kubeconfig] Using kubeconfig folder "/etc/kubernetes"',
  parts: [
    kubeconfig('admin', 'admin.conf'),
    kubeconfig('super-admin', 'super-admin.conf'),
    kubeconfig('kubelet', 'kubelet.conf'),
    kubeconfig('controller-manager', 'controller-manager.conf'),
    kubeconfig('scheduler', 'scheduler.conf'),
  ],
};

function* staticPod({ call, plan }: PhaseRun, name: string): Steps<void> {
  const found = components(call.context.host, plan).find((component) => component.name === name);
  if (found) writeManifest(call.context.host, found);
  yield* [];
}

const ETCD: Phase = {
  name: 'etcd',
  parts: [
    {
      name: 'local',
      *run(run) {
        yield* run.call.say(`[etcd] Creating static Pod manifest for local etcd in "${MANIFESTS}"`);
        yield* staticPod(run, 'etcd');
      },
    },
  ],
};

function component(name: string, full: string): Phase {
  return {
    name,
    *run(run) {
      yield* run.call.say(`[control-plane] Creating static Pod manifest for "${full}"`);
      yield* staticPod(run, full);
    },
  };
}

const CONTROL_PLANE: Phase = {
  name: 'control-plane',
  intro: `[control-plane] Using manifest folder "${MANIFESTS}"`,
  parts: [
    component('apiserver', 'kube-apiserver'),
    component('controller-manager', 'kube-controller-manager'),
    component('scheduler', 'kube-scheduler'),
  ],
};

const KUBELET_START: Phase = {
  name: 'kubelet-start',
  *run({ call, plan }) {
    const { host } = call.context;
    stopKubelet(call);
    yield* call.say(`[kubelet-start] Writing kubelet environment file with flags to file "${KUBELET_FLAGS}"`);
    writeFile(host, KUBELET_FLAGS, kubeadmFlags(plan), 0o644);
    yield* call.say(`[kubelet-start] Writing kubelet configuration to file "${KUBELET_CONFIG}"`);
    writeFile(host, KUBELET_CONFIG, kubeletConfig(plan), 0o644);
    yield* startKubelet(call);
  },
};

function clientOf({ call }: PhaseRun) {
  const admin = '/etc/kubernetes/super-admin.conf';
  return call.flags.has('kubeconfig') || !call.context.fs.isFile(admin)
    ? call.client()
    : call.clientOf(admin);
}

/** Puts objects into the cluster, in the place of those that are there. */
function* apply(run: PhaseRun, objects: Parameters<typeof replaceObjects>[1]): Steps<void> {
  replaceObjects(clientOf(run), objects);
  yield* [];
}

const UPLOAD_CONFIG: Phase = {
  name: 'upload-config',
  parts: [
    {
      name: 'kubeadm',
      *run(run) {
        yield* run.call.say(
          '[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace',
        );
        yield* apply(
          run,
          configObjects(run.plan).filter(({ metadata }) => !/kubelet/.test(metadata.name)),
        );
      },
    },
    {
      name: 'kubelet',
      *run(run) {
        yield* run.call.say(
          '[kubelet] Creating a ConfigMap "kubelet-config" in namespace kube-system with the configuration for the kubelets in the cluster',
        );
        yield* apply(
          run,
          configObjects(run.plan).filter(({ metadata }) => /kubelet/.test(metadata.name)),
        );
      },
    },
  ],
};

const UPLOAD_CERTS: Phase = {
  name: 'upload-certs',
  *run({ call }) {
    if (call.is('upload-certs'))
      throw new Refusal('another control plane node does not exist in this world: --upload-certs is refused');
    yield* call.say('[upload-certs] Skipping phase. Please see --upload-certs');
  },
};

const MARK: Phase = {
  name: 'mark-control-plane',
  *run(run) {
    const { call, plan } = run;
    const { name } = plan.controlPlane;
    const client = clientOf(run);
    const key = 'node-role.kubernetes.io/control-plane';
    yield* call.say(
      `[mark-control-plane] Marking the node ${name} as control-plane by adding the labels: [${key} node.kubernetes.io/exclude-from-external-load-balancers]\n[mark-control-plane] Marking the node ${name} as control-plane by adding the taints [${key}:NoSchedule]`,
    );
    yield* until(call.context.process.clock, () => {
      client.get(RESOURCES.nodes, name);
      return markControlPlane(client, name);
    });
  },
};

export const TOKEN_RBAC = `[bootstrap-token] Configured RBAC rules to allow Node Bootstrap tokens to get nodes
[bootstrap-token] Configured RBAC rules to allow Node Bootstrap tokens to post CSRs in order for nodes to get long term certificate credentials
[bootstrap-token] Configured RBAC rules to allow the csrapprover controller automatically approve CSRs from a Node Bootstrap Token
[bootstrap-token] Configured RBAC rules to allow certificate rotation for all node client certificates in the cluster`;

const BOOTSTRAP_TOKEN: Phase = {
  name: 'bootstrap-token',
  *run(run) {
    const { call, plan } = run;
    const client = clientOf(run);
    const token = createToken(call, client, { token: run.token, ttl: run.tokenTtl });
    yield* call.say(
      `[bootstrap-token] Using token: ${token}\n[bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles\n${TOKEN_RBAC}\n[bootstrap-token] Creating the "cluster-info" ConfigMap in the "kube-public" namespace`,
    );
    const ca = call.context.fs.read(`${PKI}/ca.crt`);
    for (const object of [...accessObjects(), ...clusterInfoObjects(plan, ca)])
      yield* until(call.context.process.clock, () => put(client, object));
  },
};

const KUBELET_FINALIZE: Phase = {
  name: 'kubelet-finalize',
  *run({ call }) {
    yield* call.say(
      '[kubelet-finalize] Updating "/etc/kubernetes/kubelet.conf" to point to a rotatable kubelet client certificate and key',
    );
  },
};

function addon(
  name: string,
  title: string,
  objects: (plan: ClusterPlan) => ReturnType<typeof coreDnsObjects>,
): Phase {
  return {
    name,
    *run(run) {
      yield* apply(run, objects(run.plan));
      yield* run.call.say(`[addons] Applied essential addon: ${title}`);
    },
  };
}

const ADDON: Phase = {
  name: 'addon',
  parts: [addon('coredns', 'CoreDNS', coreDnsObjects), addon('kube-proxy', 'kube-proxy', kubeProxyObjects)],
};

const WAIT: Phase = { name: 'wait-control-plane', run: waitForControlPlane };

// Models cmd/kubeadm/app/cmd/init.go newCmdInit (the order of the phases)
export const PHASES: readonly Phase[] = [
  PREFLIGHT,
  CERTS,
  KUBECONFIG,
  ETCD,
  CONTROL_PLANE,
  KUBELET_START,
  WAIT,
  UPLOAD_CONFIG,
  UPLOAD_CERTS,
  MARK,
  BOOTSTRAP_TOKEN,
  KUBELET_FINALIZE,
  ADDON,
];

/** Runs a phase with all its parts. */
export function* runPhase(phase: Phase, run: PhaseRun): Steps<void> {
  if (phase.intro) yield* run.call.say(phase.intro);
  if (phase.run) yield* phase.run(run);
  for (const part of phase.parts ?? []) yield* runPhase(part, run);
}
