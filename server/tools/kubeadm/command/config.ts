import { readConfiguration } from '../configuration.ts';
import { Refusal, type Subcommand } from './call.ts';

// Models cmd/kubeadm/app/cmd/config.go newCmdConfigPrint (with the placeholders that kubeadm prints)
const initDefaults: Subcommand = {
  path: 'config print init-defaults',
  flags: { 'component-configs': 'list' },
  run(call) {
    if (call.flags.has('component-configs'))
      throw new Refusal('--component-configs does not exist in this world');
    return `apiVersion: kubeadm.k8s.io/v1beta4
bootstrapTokens:
- groups:
  - system:bootstrappers:kubeadm:default-node-token
  token: abcdef.0123456789abcdef
  ttl: 24h0m0s
  usages:
  - signing
  - authentication
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: 1.2.3.4
  bindPort: 6443
nodeRegistration:
  criSocket: unix:///var/run/containerd/containerd.sock
  imagePullPolicy: IfNotPresent
  imagePullSerial: true
  name: node
  taints: null
timeouts:
${TIMEOUTS}---
apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controllerManager: {}
dns: {}
encryptionAlgorithm: RSA-2048
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: ${call.version.replace(/^v/, '').replace(/\.\d+$/, '.0')}
networking:
  dnsDomain: cluster.local
  serviceSubnet: 10.96.0.0/12
proxy: {}
scheduler: {}
`;
  },
};

const TIMEOUTS = `  controlPlaneComponentHealthCheck: 4m0s
  discovery: 5m0s
  etcdAPICall: 2m0s
  kubeletHealthCheck: 4m0s
  kubernetesAPICall: 1m0s
  tlsBootstrap: 5m0s
  upgradeManifests: 5m0s
`;

const joinDefaults: Subcommand = {
  path: 'config print join-defaults',
  flags: { 'component-configs': 'list' },
  run: () => `apiVersion: kubeadm.k8s.io/v1beta4
caCertPath: /etc/kubernetes/pki/ca.crt
discovery:
  bootstrapToken:
    apiServerEndpoint: kube-apiserver:6443
    token: abcdef.0123456789abcdef
    unsafeSkipCAVerification: true
  tlsBootstrapToken: abcdef.0123456789abcdef
kind: JoinConfiguration
nodeRegistration:
  criSocket: unix:///var/run/containerd/containerd.sock
  imagePullPolicy: IfNotPresent
  imagePullSerial: true
  name: node
  taints: null
timeouts:
${TIMEOUTS}`,
};

const resetDefaults: Subcommand = {
  path: 'config print reset-defaults',
  run: () => `apiVersion: kubeadm.k8s.io/v1beta4
certificatesDir: /etc/kubernetes/pki
criSocket: unix:///var/run/containerd/containerd.sock
kind: ResetConfiguration
timeouts:
${TIMEOUTS}`,
};

const upgradeDefaults: Subcommand = {
  path: 'config print upgrade-defaults',
  run: () => `apiVersion: kubeadm.k8s.io/v1beta4
apply:
  certificateRenewal: true
  etcdUpgrade: true
  imagePullPolicy: IfNotPresent
  imagePullSerial: true
diff: {}
kind: UpgradeConfiguration
node:
  certificateRenewal: true
  etcdUpgrade: true
  imagePullPolicy: IfNotPresent
  imagePullSerial: true
plan: {}
timeouts:
${TIMEOUTS}`,
};

// Models cmd/kubeadm/app/cmd/config.go newCmdConfigValidate
const validate: Subcommand = {
  path: 'config validate',
  flags: { config: 'string', 'allow-experimental-api': 'bool' },
  run(call) {
    const path = call.flags.get('config');
    if (path === undefined) throw new Refusal('the --config flag is mandatory');
    readConfiguration(call.context.fs.read(path), path);
    return 'ok\n';
  },
};

export const CONFIG: readonly Subcommand[] = [
  initDefaults,
  joinDefaults,
  resetDefaults,
  upgradeDefaults,
  validate,
];
