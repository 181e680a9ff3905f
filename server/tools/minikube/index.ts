import { type Context, isSystemError } from '../../host/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import type { Command } from '../../shell/command.ts';
import type { Steps } from '../../sim/index.ts';
import { addons } from './addons.ts';
import { MinikubeCluster } from './cluster.ts';
import { dashboard } from './dashboard.ts';
import { service, tunnel } from './services.ts';

const VERSION = 'v1.36.0';

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
  *status(context, cluster) {
    const up = cluster.isRunning();
    const word = up ? 'Running' : 'Stopped';
    yield* context.out(
      `minikube\ntype: Control Plane\nhost: Running\nkubelet: Running\napiserver: ${word}\nkubeconfig: Configured\n\n`,
    );
    return up ? 0 : 4;
  },
  *ssh(context, _cluster, args) {
    const command = args.filter((arg) => arg !== '--');
    return yield* context.run('ssh', ['ssh', '-o', 'LogLevel=ERROR', 'root@minikube', ...command]);
  },
  *kubectl(context, _cluster, args) {
    return yield* context.run('kubectl', ['kubectl', ...args.filter((arg, i) => arg !== '--' || i > 0)]);
  },
  *start(context, cluster) {
    if (!cluster.isRunning()) {
      yield* context.err(
        '\n❌  Exiting due to GUEST_START: the host of this profile cannot be started from here\n\n',
      );
      return 80;
    }
    yield* context.out(
      `😄  minikube ${VERSION} on Ubuntu 24.04\n✨  Using the docker driver based on existing profile\n👍  Starting "minikube" primary control-plane node in "minikube" cluster\n🏃  Updating the running docker "minikube" container ...\n🔎  Verifying Kubernetes components...\n🌟  Enabled addons: default-storageclass, storage-provisioner\n🏄  Done! kubectl is now configured to use "minikube" cluster and "default" namespace by default\n`,
    );
    return 0;
  },
  *profile(context, cluster, args) {
    if (args[0] !== 'list') return yield* print(context, 'minikube\n');
    const status = cluster.isRunning() ? 'OK' : 'Stopped';
    return yield* print(context, `minikube\tdocker\tdocker\t${cluster.ip()}\t8443\tv1.33.1\t${status}\n`);
  },
  *node(context, cluster, args) {
    if (args[0] === 'list') return yield* print(context, `minikube\t${cluster.ip()}\n`);
    yield* context.err(`\n❌  Exiting due to MK_USAGE: only "node list" is simulated here\n\n`);
    return 14;
  },
};

/** Commands of the real one that work on machines, images or settings that are not here. */
const ELSEWHERE =
  'stop delete pause unpause update-context docker-env podman-env cache image mount logs config cp update-check ssh-key ssh-host node options license'.split(
    ' ',
  );

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
  dashboard        Access the Kubernetes dashboard running within the minikube cluster

Configuration and Management Commands:
  addons           Enable or disable a minikube addon
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

Use "minikube <command> --help" for more information about a given command.
`;
