import type { Subcommand } from './call.ts';

/** What the commands and their groups are for. */
const SUMMARIES: Readonly<Record<string, string>> = {
  certs: 'Commands related to handling Kubernetes certificates',
  'certs check-expiration': 'Check certificates expiration for a Kubernetes cluster',
  'certs renew': 'Renew certificates for a Kubernetes cluster',
  'certs renew all': 'Renew all available certificates',
  'certs certificate-key': 'Generate certificate keys',
  config: 'Manage configuration for a kubeadm cluster persisted in a ConfigMap in the cluster',
  'config images': 'Interact with container images used by kubeadm',
  'config images list': 'Print a list of images kubeadm will use',
  'config images pull': 'Pull images used by kubeadm',
  'config print': 'Print configuration',
  'config print init-defaults': "Print default init configuration, that can be used for 'kubeadm init'",
  'config print join-defaults': "Print default join configuration, that can be used for 'kubeadm join'",
  'config print reset-defaults': "Print default reset configuration, that can be used for 'kubeadm reset'",
  'config print upgrade-defaults':
    "Print default upgrade configuration, that can be used for 'kubeadm upgrade'",
  'config validate': 'Read a file containing the kubeadm configuration API and report any validation errors',
  init: 'Run this command in order to set up the Kubernetes control plane',
  'init phase': 'Use this command to invoke single phase of the "init" workflow',
  join: 'Run this on any machine you wish to join an existing cluster',
  kubeconfig: 'Kubeconfig file utilities',
  'kubeconfig user': 'Output a kubeconfig file for an additional user',
  reset: "Performs a best effort revert of changes made to this host by 'kubeadm init' or 'kubeadm join'",
  token: 'Manage bootstrap tokens',
  'token create': 'Create bootstrap tokens on the server',
  'token delete': 'Delete bootstrap tokens on the server',
  'token generate': 'Generate and print a bootstrap token, but do not create it on the server',
  'token list': 'List bootstrap tokens on the server',
  upgrade: 'Upgrade your cluster smoothly to a newer version with this command',
  'upgrade apply': 'Upgrade your Kubernetes cluster to the specified version',
  'upgrade node': 'Upgrade commands for a node in the cluster',
  'upgrade plan':
    'Check which versions are available to upgrade to and validate whether your current cluster is upgradeable',
  version: 'Print the version of kubeadm',
};

const KINDS: Readonly<Record<string, string>> = {
  string: ' string',
  int: ' int',
  list: ' strings',
  duration: ' duration',
};

/** The help of a command or of a group of them; undefined when there is no such thing. Models cobra's usage template. */
export function helpOf(names: readonly string[], commands: readonly Subcommand[]): string | undefined {
  const path = longestKnown(names, commands);
  if (path === undefined) return undefined;
  const command = commands.find((one) => one.path === path);
  const below = namesBelow(path, commands);
  const whole = path === '' ? 'kubeadm' : `kubeadm ${path}`;
  const summary = path === '' ? 'Bootstraps a Kubernetes cluster on this machine' : SUMMARIES[path];
  const list = below.map((name) => {
    const own = path === '' ? name : `${path} ${name}`;
    return `  ${name.padEnd(Math.max(11, ...below.map(({ length }) => length)))} ${SUMMARIES[own] ?? ''}`.trimEnd();
  });
  return [
    ...(summary === undefined ? [] : [summary, '']),
    'Usage:',
    ...(command ? [`  ${whole} [flags]`] : []),
    ...(below.length > 0 ? [`  ${whole} [command]`, '', 'Available Commands:', ...list] : []),
    '',
    'Flags:',
    ...flagLines(command),
    ...(below.length > 0
      ? ['', `Use "${whole} [command] --help" for more information about a command.`]
      : []),
    '',
  ].join('\n');
}

/** Arguments may follow the command. */
function longestKnown(names: readonly string[], commands: readonly Subcommand[]): string | undefined {
  const isKnown = (path: string) =>
    path === '' || commands.some((one) => one.path === path || one.path.startsWith(`${path} `));
  for (let length = names.length; length > 0; length--) {
    const path = names.slice(0, length).join(' ');
    if (isKnown(path)) return path;
  }
  return names.length === 0 ? '' : undefined;
}

function namesBelow(path: string, commands: readonly Subcommand[]): string[] {
  const prefix = path === '' ? '' : `${path} `;
  const names = commands
    .filter((one) => one.path.startsWith(prefix) && one.path !== path)
    .map((one) => one.path.slice(prefix.length).split(' ')[0] as string);
  return [...new Set(names)].sort();
}

function flagLines(command: Subcommand | undefined): string[] {
  const short = new Map(Object.entries(command?.shorthands ?? {}).map(([letter, name]) => [name, letter]));
  const flags = Object.entries({ ...command?.flags, help: 'bool' });
  short.set('help', 'h');
  return flags
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, kind]) => {
      const letter = short.get(name);
      return `  ${letter ? `-${letter}, ` : '    '}--${name}${KINDS[String(kind)] ?? ''}`;
    });
}
