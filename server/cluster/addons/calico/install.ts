import { binary, type Main } from '../../../host/index.ts';

const PLUGINS = [
  'bandwidth',
  'calico',
  'calico-ipam',
  'flannel',
  'host-local',
  'loopback',
  'portmap',
  'tuning',
];
const CONFIG = '/host/etc/cni/net.d';
const BINARIES = '/host/opt/cni/bin';
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The init container that puts the plugin and its configuration onto the node. Models cni-plugin/pkg/install */
export const calicoInstall: Main = function* (context) {
  const { env, fs } = context;
  for (const plugin of PLUGINS) {
    fs.mkdirAll(BINARIES);
    fs.write(`${BINARIES}/${plugin}`, binary(`cni-${plugin}`));
    fs.chmod(`${BINARIES}/${plugin}`, 0o755);
    yield* context.err(`Installed ${BINARIES}/${plugin}\n`);
  }
  const name = env.get('CNI_CONF_NAME') ?? '10-calico.conflist';
  const config = (env.get('CNI_NETWORK_CONFIG') ?? '')
    .replaceAll('__KUBERNETES_NODE_NAME__', env.get('KUBERNETES_NODE_NAME') ?? context.hostname)
    .replaceAll('__CNI_MTU__', env.get('CNI_MTU') ?? '0')
    .replaceAll('__KUBECONFIG_FILEPATH__', '/etc/cni/net.d/calico-kubeconfig');
  fs.mkdirAll(CONFIG);
  fs.write(
    `${CONFIG}/calico-kubeconfig`,
    kubeconfig(env, fs.isFile(`${ACCOUNT}/token`) ? fs.read(`${ACCOUNT}/token`) : ''),
  );
  fs.chmod(`${CONFIG}/calico-kubeconfig`, 0o600);
  fs.write(`${CONFIG}/${name}`, config);
  yield* context.err(`Created /etc/cni/net.d/${name}\nDone configuring CNI.\n`);
  return 0;
};

function kubeconfig(env: ReadonlyMap<string, string>, token: string): string {
  const server = `https://${env.get('KUBERNETES_SERVICE_HOST')}:${env.get('KUBERNETES_SERVICE_PORT')}`;
  return `# Kubeconfig file for Calico CNI plugin. Installed by calico/node.
apiVersion: v1
kind: Config
clusters:
- name: local
  cluster:
    server: ${server}
    insecure-skip-tls-verify: true
users:
- name: calico
  user:
    token: ${token.trim()}
contexts:
- name: calico-context
  context:
    cluster: local
    user: calico
current-context: calico-context
`;
}
