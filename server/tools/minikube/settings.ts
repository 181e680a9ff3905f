import type { Context } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import type { MinikubeCluster } from './cluster.ts';

/** Settings of the next cluster, those that people change. */
const KNOWN =
  'driver vm-driver container-runtime feature-gates cpus disk-size memory kubernetes-version iso-url log_dir ReminderWaitPeriodInHours WantUpdateNotification WantBetaUpdateNotification WantNoneDriverWarning WantVirtualBoxDriverWarning profile bootstrapper insecure-registry hyperv-virtual-switch disable-driver-mounts cache embed-certs native-ssh rootless MaxAuditEntries EmbedCerts'.split(
    ' ',
  );
/** Those that count only for a cluster that is made anew. */
const LATER = ['driver', 'vm-driver', 'cpus', 'disk-size', 'memory', 'container-runtime'];

const HELP = `config modifies minikube config files using subcommands like "minikube config set driver kvm2"

Available Commands:
  defaults      Lists all valid default values for PROPERTY_NAME
  get           Gets the value of PROPERTY_NAME from the minikube config file
  set           Sets an individual value in a minikube config file
  unset         unsets an individual value in a minikube config file
  view          Display values currently set in the minikube config file

Usage:
  minikube config SUBCOMMAND [flags] [options]
`;

/** `minikube config …`: a file of one's own, which counts when a cluster is made. */
export function* config(context: Context, _cluster: MinikubeCluster, args: readonly string[]): Steps<number> {
  const [verb, name = '', value = ''] = args;
  const settings = read(context);
  const fail = function* (message: string): Steps<number> {
    yield* context.err(`\n❌  Exiting due to ${message}\n\n`);
    return 80;
  };
  if (verb === 'view') {
    for (const key of Object.keys(settings).sort()) yield* context.out(`- ${key}: ${settings[key]}\n`);
    return 0;
  }
  if (verb === 'get') {
    if (settings[name] !== undefined) yield* context.out(`${settings[name]}\n`);
    else yield* context.err('Error: specified key could not be found in config\n');
    return settings[name] === undefined ? 1 : 0;
  }
  if (verb !== 'set' && verb !== 'unset') {
    yield* context.out(HELP);
    return verb === undefined ? 0 : 1;
  }
  if (!KNOWN.includes(name))
    return yield* fail(
      `INTERNAL_CONFIG_${verb.toUpperCase()}: Set failed: property name "${name}" not found`,
    );
  if (verb === 'unset') delete settings[name];
  else settings[name] = value;
  write(context, settings);
  if (verb === 'set' && LATER.includes(name))
    yield* context.err(
      '❗  These changes will take effect upon a minikube delete and then a minikube start\n',
    );
  return 0;
}

const path = ({ env }: Context) => `${env.get('HOME') ?? '/root'}/.minikube/config/config.json`;

function read(context: Context): Record<string, string> {
  const { fs } = context;
  try {
    return fs.isFile(path(context)) ? JSON.parse(fs.read(path(context))) : {};
  } catch {
    return {};
  }
}

function write(context: Context, settings: Record<string, string>): void {
  const at = path(context);
  context.fs.mkdirAll(at.slice(0, at.lastIndexOf('/')));
  context.fs.write(at, `${JSON.stringify(settings, null, '    ')}\n`);
}
