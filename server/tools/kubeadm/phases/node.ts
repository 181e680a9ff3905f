import { binary, type Host, installBinary } from '../../../host/index.ts';
import { certificateForKey, generateEcKey, type KeyPair } from '../../../host/pki/index.ts';
import { addressOf, type ClusterPlan, componentImages, nthAddress } from '../plan.ts';
import { clientPair, keyRandom, PKI, writeFile } from './certs.ts';
import { enable } from './control-plane.ts';
import { kubeconfigText } from './kubeconfig.ts';

const YEAR_MS = 365 * 24 * 3_600_000;

/** What the packages kubelet, kubeadm, cri-tools and containerd put on a disk. */
export function installPackages(host: Host, version: string): void {
  const { fs } = host.init;
  writeFile(host, '/usr/bin/kubelet', `${binary('kubelet')}${version}`, 0o755);
  for (const name of ['kubeadm', 'crictl', 'containerd', 'containerd-shim-runc-v2']) {
    if (!fs.exists(`/usr/bin/${name}`)) installBinary(fs, `/usr/bin/${name}`, name);
  }
  for (const name of ['loopback', 'bridge', 'host-local', 'portmap', 'flannel']) {
    if (!fs.exists(`/opt/cni/bin/${name}`)) installBinary(fs, `/opt/cni/bin/${name}`, `cni-${name}`);
  }
  writeFile(host, '/etc/containerd/config.toml', CONTAINERD_CONFIG, 0o644);
  writeFile(host, '/etc/crictl.yaml', CRICTL_CONFIG, 0o644);
  writeFile(host, '/usr/lib/systemd/system/containerd.service', CONTAINERD_UNIT, 0o644);
  writeFile(host, '/usr/lib/systemd/system/kubelet.service', KUBELET_UNIT, 0o644);
  writeFile(host, '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf', KUBEADM_DROP_IN, 0o644);
  writeFile(host, '/etc/default/kubelet', 'KUBELET_EXTRA_ARGS=\n', 0o644);
  fs.mkdirAll('/etc/kubernetes/manifests');
  fs.mkdirAll('/etc/cni/net.d');
  enable(host, 'containerd.service', '/usr/lib/systemd/system/containerd.service');
  enable(host, 'kubelet.service', '/usr/lib/systemd/system/kubelet.service');
}

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

/** Writes the kubelet's configuration, flags, kubeconfig and certificates. `ca` is the cluster's. */
export function configureKubelet(host: Host, plan: ClusterPlan, ca: KeyPair): void {
  writeFile(host, '/var/lib/kubelet/config.yaml', kubeletConfig(plan), 0o644);
  writeFile(host, '/var/lib/kubelet/kubeadm-flags.env', kubeadmFlags(plan), 0o644);
  writeFile(host, `${PKI}/ca.crt`, ca.certificate, 0o644);
  writeClientCertificate(host, ca);
  writeServingCertificate(host);
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

function kubeadmFlags(plan: ClusterPlan): string {
  const { pause } = componentImages(plan.kubernetesVersion);
  const flags = `--container-runtime-endpoint=unix:///var/run/containerd/containerd.sock --pod-infra-container-image=${pause}`;
  return `KUBELET_KUBEADM_ARGS="${flags}"\n`;
}

function writeClientCertificate(host: Host, ca: KeyPair): void {
  const { fs } = host.init;
  const pair = clientPair(host, ca, {
    commonName: `system:node:${host.hostname}`,
    organizations: ['system:nodes'],
  });
  const stamp = new Date(host.clock.now).toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '-');
  const file = `/var/lib/kubelet/pki/kubelet-client-${stamp}.pem`;
  writeFile(host, file, pair.certificate + pair.key, 0o600);
  fs.removeAll('/var/lib/kubelet/pki/kubelet-client-current.pem');
  fs.symlink(file, '/var/lib/kubelet/pki/kubelet-client-current.pem');
}

function writeServingCertificate(host: Host): void {
  const random = keyRandom(host, `kubelet-serving/${host.hostname}`);
  const notBefore = host.clock.now;
  const authority = certificateForKey(
    {
      subject: { commonName: `${host.hostname}-ca@${Math.floor(notBefore / 1000)}` },
      isCa: true,
      keyUsages: ['digital signature', 'key encipherment', 'cert sign'],
      notBefore,
      notAfter: notBefore + YEAR_MS,
      random,
    },
    generateEcKey(random),
  );
  const pair = certificateForKey(
    {
      subject: { commonName: `${host.hostname}@${Math.floor(notBefore / 1000)}` },
      dnsNames: [host.hostname],
      ipAddresses: [addressOf(host)],
      keyUsages: ['digital signature', 'key encipherment'],
      extendedUsages: ['server auth'],
      notBefore,
      notAfter: notBefore + YEAR_MS,
      random,
    },
    generateEcKey(random),
    authority,
  );
  writeFile(host, '/var/lib/kubelet/pki/kubelet.crt', pair.certificate + authority.certificate, 0o644);
  writeFile(host, '/var/lib/kubelet/pki/kubelet.key', pair.key, 0o600);
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

const CONTAINERD_UNIT = `[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target local-fs.target

[Service]
ExecStart=/usr/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
`;

const KUBELET_UNIT = `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

const KUBEADM_DROP_IN = `# Written by the kubeadm package.
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
# Flags that "kubeadm init" and "kubeadm join" found out.
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
# Flags of your own, as KUBELET_EXTRA_ARGS. They win over all others.
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;
