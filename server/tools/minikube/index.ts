import { type Context, isSystemError } from '../../host/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import type { Command } from '../../shell/command.ts';
import type { Steps } from '../../sim/index.ts';
import { addons } from './addons.ts';
import { MinikubeCluster } from './cluster.ts';
import { dashboard } from './dashboard.ts';
import { image } from './images.ts';
import { copy, logs, profile, start, status, stop, VERSION } from './machine.ts';
import { service, tunnel } from './services.ts';
import { config } from './settings.ts';

type Verb = (context: Context, cluster: MinikubeCluster, args: readonly string[]) => Steps<number>;

function* print(context: Context, text: string): Steps<number> {
  yield* context.out(text);
  return 0;
}

const VERBS: Readonly<Record<string, Verb>> = {
  addons,
  dashboard,
  service,
  tunnel,
  ip: (context, cluster) => print(context, `${cluster.ip()}\n`),
  status,
  stop,
  start,
  profile,
  cp: copy,
  logs,
  image,
  config,
  *ssh(context, _cluster, args) {
    const command = args.filter((arg) => arg !== '--');
    return yield* context.run('ssh', ['ssh', '-o', 'LogLevel=ERROR', 'root@minikube', ...command]);
  },
  *kubectl(context, _cluster, args) {
    return yield* context.run('kubectl', ['kubectl', ...args.filter((arg, i) => arg !== '--' || i > 0)]);
  },
  *'docker-env'(context) {
    yield* context.err(
      `\n❌  Exiting due to MK_USAGE: The docker-env command is only compatible with the "docker" runtime, but this cluster was configured to use the "containerd" runtime.\n\n`,
    );
    return 14;
  },
  'update-check': (context) => print(context, `CurrentVersion: ${VERSION}\nLatestVersion: ${VERSION}\n`),
  'update-context': (context) => print(context, '💗  Current context is "minikube"\n'),
  *node(context, cluster, args) {
    if (args[0] === 'list') return yield* print(context, `minikube\t${cluster.ip()}\n`);
    yield* context.err(`\n❌  Exiting due to MK_USAGE: only "node list" is simulated here\n\n`);
    return 14;
  },
};

/** Commands of the real one that are not here. */
const ELSEWHERE =
  'delete pause unpause podman-env cache mount ssh-key ssh-host options license completion'.split(' ');

/** minikube: the tool of a cluster of one node, on the machine beside it. */
export const minikube: Command = {
  name: 'minikube',
  summary: 'a local cluster of one node',
  paths: ['/usr/local/bin/minikube'],
  *main(context) {
    const args = context.args.slice(1);
    while (args[0] === '-p' || args[0] === '--profile') args.splice(0, 2);
    const [name, ...rest] = args;
    if (name === 'version') {
      if (rest.includes('--short')) return yield* print(context, `${VERSION}\n`);
      return yield* print(
        context,
        `minikube version: ${VERSION}\ncommit: f8f52f5de11fc6ad8244afac475e1d0f96841df1-dirty\n`,
      );
    }
    if (name === undefined || name === 'help' || name === '--help') return yield* print(context, HELP);
    const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (!verb) {
      yield* context.err(
        ELSEWHERE.includes(name)
          ? `\n❌  Exiting due to UNIMPLEMENTED: minikube ${name} is not simulated here\n\n`
          : `Error: unknown command "${name}" for "minikube"\nRun 'minikube --help' for usage.\n`,
      );
      return 1;
    }
    try {
      return yield* verb(context, new MinikubeCluster(context), rest);
    } catch (error) {
      if (!(error instanceof ApiError) && !isSystemError(error)) throw error;
      if (error instanceof ApiError && error.reason !== 'NotFound') {
        yield* context.err(`\n❌  Exiting due to GUEST_STATUS: ${error.message}\n\n`);
        return 80;
      }
      yield* context.err(
        '🤷  Profile "minikube" not found. Run "minikube profile list" to view all profiles.\n👉  To start a cluster, run: "minikube start"\n',
      );
      return 85;
    }
  },
};

const HELP = `minikube provisions and manages local Kubernetes clusters optimized for development workflows.

Basic Commands:
  start            Starts a local Kubernetes cluster
  status           Gets the status of a local Kubernetes cluster
  stop             Stops a running local Kubernetes cluster
  dashboard        Access the Kubernetes dashboard running within the minikube cluster

Images Commands:
  image            Manage images

Configuration and Management Commands:
  addons           Enable or disable a minikube addon
  config           Modify persistent configuration values
  profile          Get or list the current profiles (clusters)

Networking and Connectivity Commands:
  service          Returns a URL to connect to a service
  tunnel           Connect to LoadBalancer services

Advanced Commands:
  kubectl          Run a kubectl binary matching the cluster version
  node             Add, remove, or list additional nodes

Troubleshooting Commands:
  ssh              Log into the minikube environment (for debugging)
  ip               Retrieves the IP address of the specified node
  logs             Returns logs to debug a local Kubernetes cluster

Other Commands:
  cp               Copy the specified file into minikube

Use "minikube <command> --help" for more information about a given command.
`;
