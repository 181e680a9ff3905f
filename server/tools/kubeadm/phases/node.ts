import { type Host, installBinary } from '../../../host/index.ts';
import { installKubernetes } from '../../../host/packages/index.ts';
import type { KeyPair } from '../../../host/pki/index.ts';
import { type ClusterPlan, imagesOf, nthAddress } from '../plan.ts';
import { clientPair, PKI, writeFile } from './certs.ts';
import { enable } from './control-plane.ts';
import { kubeconfigText } from './kubeconfig.ts';

/** What the packages kubelet, kubeadm, cri-tools and containerd put on a disk, and what is set up after them. */
export function installPackages(host: Host, version: string): void {
  const { fs } = host.init;
  installKubernetes(fs, version, NODE_PACKAGES);
  installBinary(fs, '/opt/cni/bin/flannel', 'cni-flannel');
  writeFile(host, '/etc/containerd/config.toml', CONTAINERD_CONFIG, 0o644);
  writeFile(host, '/etc/crictl.yaml', CRICTL_CONFIG, 0o644);
  fs.mkdirAll('/etc/cni/net.d');
  enable(host, 'containerd.service', '/usr/lib/systemd/system/containerd.service');
  enable(host, 'kubelet.service', '/usr/lib/systemd/system/kubelet.service');
}

const NODE_PACKAGES = ['containerd', 'cri-tools', 'kubernetes-cni', 'kubectl', 'kubelet', 'kubeadm'];

/** Marks a node whose pods and images cost no time: see `ClusterPlan.hollow`. */
export function makeHollow(host: Host): void {
  for (const name of ['kubelet', 'containerd']) {
    writeFile(
      host,
      `/etc/systemd/system/${name}.service.d/20-hollow.conf`,
      '[Service]\nEnvironment="HOLLOW_NODE=true"\n',
      0o644,
    );
  }
}

export const KUBELET_CONFIG = '/var/lib/kubelet/config.yaml';
export const KUBELET_FLAGS = '/var/lib/kubelet/kubeadm-flags.env';

/** Writes the kubelet's configuration, flags, kubeconfig and certificates. `ca` is the cluster's. */
export function configureKubelet(host: Host, plan: ClusterPlan, ca: KeyPair): void {
  writeFile(host, KUBELET_CONFIG, kubeletConfig(plan), 0o644);
  writeFile(host, KUBELET_FLAGS, kubeadmFlags(plan), 0o644);
  writeFile(host, `${PKI}/ca.crt`, ca.certificate, 0o644);
  writeKubeletConf(host, plan, ca);
}

/** The kubelet's kubeconfig and the certificate it names. */
export function writeKubeletConf(host: Host, plan: ClusterPlan, ca: KeyPair): void {
  writeClientCertificate(host, ca, plan.certificateLifeMs);
  const current = '/var/lib/kubelet/pki/kubelet-client-current.pem';
  const user = {
    name: `system:node:${host.hostname}`,
    fields: [
      ['client-certificate', current],
      ['client-key', current],
    ] as const,
  };
  writeFile(host, '/etc/kubernetes/kubelet.conf', kubeconfigText(plan, ca.certificate, user), 0o600);
}

export function kubeadmFlags(plan: ClusterPlan): string {
  const { pause } = imagesOf(plan);
  const flags = `--container-runtime-endpoint=unix:///var/run/containerd/containerd.sock --pod-infra-container-image=${pause}`;
  return `KUBELET_KUBEADM_ARGS="${flags}"\n`;
}

function writeClientCertificate(host: Host, ca: KeyPair, lifeMs: number): void {
  const { fs } = host.init;
  const subject = { commonName: `system:node:${host.hostname}`, organizations: ['system:nodes'] };
  const pair = clientPair(host, ca, subject, lifeMs);
  const stamp = new Date(host.clock.now).toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '-');
  const file = `/var/lib/kubelet/pki/kubelet-client-${stamp}.pem`;
  writeFile(host, file, pair.certificate + pair.key, 0o600);
  fs.removeAll('/var/lib/kubelet/pki/kubelet-client-current.pem');
  fs.symlink(file, '/var/lib/kubelet/pki/kubelet-client-current.pem');
}

/** The KubeletConfiguration that kubeadm writes to the disk and uploads to the cluster. */
export function kubeletConfig(plan: ClusterPlan): string {
  return `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
  webhook:
    cacheTTL: 0s
    enabled: true
  x509:
    clientCAFile: /etc/kubernetes/pki/ca.crt
authorization:
  mode: Webhook
  webhook:
    cacheAuthorizedTTL: 0s
    cacheUnauthorizedTTL: 0s
cgroupDriver: systemd
clusterDNS:
- ${nthAddress(plan.serviceSubnet, 10)}
clusterDomain: cluster.local
containerRuntimeEndpoint: ""
cpuManagerReconcilePeriod: 0s
crashLoopBackOff: {}
evictionPressureTransitionPeriod: 0s
fileCheckFrequency: 0s
healthzBindAddress: 127.0.0.1
healthzPort: 10248
httpCheckFrequency: 0s
imageMaximumGCAge: 0s
imageMinimumGCAge: 0s
kind: KubeletConfiguration
logging:
  flushFrequency: 0
  options:
    json:
      infoBufferSize: "0"
    text:
      infoBufferSize: "0"
  verbosity: 0
memorySwap: {}
nodeStatusReportFrequency: 0s
nodeStatusUpdateFrequency: 0s
resolvConf: /run/systemd/resolve/resolv.conf
rotateCertificates: true
runtimeRequestTimeout: 0s
shutdownGracePeriod: 0s
shutdownGracePeriodCriticalPods: 0s
staticPodPath: /etc/kubernetes/manifests
streamingConnectionIdleTimeout: 0s
syncFrequency: 0s
volumeStatsAggPeriod: 0s
`;
}

const CONTAINERD_CONFIG = `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"

[grpc]
  address = "/run/containerd/containerd.sock"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10"

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/opt/cni/bin"
    conf_dir = "/etc/cni/net.d"

  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
    SystemdCgroup = true
`;

const CRICTL_CONFIG = `runtime-endpoint: unix:///run/containerd/containerd.sock
image-endpoint: unix:///run/containerd/containerd.sock
timeout: 2
debug: false
`;
