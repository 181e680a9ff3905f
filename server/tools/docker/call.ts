import { socketKey } from '../../cluster/client/cri.ts';
import type { Context } from '../../host/index.ts';
import { OptionError, type Options, parseOptions } from '../../shell/options.ts';
import type { Steps } from '../../sim/index.ts';
import { DOCKER_SOCKET } from './dockerd.ts';
import type { Engine } from './engine.ts';

/** A running `docker` command. */
export interface Call {
  readonly context: Context;
  readonly engine: Engine;
  readonly options: Options;
  readonly args: readonly string[];
  /** `docker run`, as errors name it. */
  readonly name: string;
}

export interface Verb {
  /** `ps`, `container ls`: every way to say it. */
  readonly names: readonly string[];
  readonly summary: string;
  /** What follows the name in the usage. */
  readonly usage: string;
  /** In the form of `parseOptions`. */
  readonly options: string;
  readonly inOrder?: boolean;
  /** How many words it wants. Default: any number. */
  readonly least?: number;
  readonly most?: number;
  run(call: Call): Steps<number>;
}

/** Ends docker with a line on standard error. */
export class DockerError extends Error {
  override name = 'DockerError';
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

/** The engine behind the socket. Throws DockerError in the client's words. */
export function connect(context: Context): Engine {
  const { host, credentials } = context;
  const { fs } = host.init;
  const found = host.network.network.unix.get(socketKey(host.hostname, DOCKER_SOCKET));
  if (!found)
    throw new DockerError(
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    );
  const gid = fs.tryStat(DOCKER_SOCKET)?.gid ?? 0;
  if (credentials.uid !== 0 && !credentials.groups.includes(gid))
    throw new DockerError(
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.47/containers/json": dial unix /var/run/docker.sock: connect: permission denied',
    );
  return found.service as Engine;
}

/** Options and words of a verb. Throws DockerError with its usage. */
export function parseVerb(verb: Verb, args: readonly string[]): Options {
  const name = `docker ${verb.names[0]}`;
  const usage = `Usage:  ${name} ${verb.usage}\n\nRun '${name} --help' for more information`;
  try {
    const options = parseOptions(args, `${verb.options} help`, verb.inOrder ?? false);
    const count = options.operands.length;
    const { least = 0, most = Number.POSITIVE_INFINITY } = verb;
    if (options.has('help') || (count >= least && count <= most)) return options;
    const wanted =
      least === most
        ? `exactly ${least} argument${least === 1 ? '' : 's'}`
        : count < least
          ? `at least ${least} argument${least === 1 ? '' : 's'}`
          : most === 0
            ? 'no arguments'
            : `at most ${most} argument${most === 1 ? '' : 's'}`;
    throw new DockerError(
      most === 0
        ? `docker: '${name}' accepts no arguments\n\n${usage}`
        : `docker: '${name}' requires ${wanted}\n\n${usage}`,
    );
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new DockerError(`${flagWords(error.message)}\n\n${usage}`, verb.names[0] === 'run' ? 125 : 1);
  }
}

/** pflag's words for what getopt does not like. */
function flagWords(message: string): string {
  const [, name = ''] = /'([^']+)'/.exec(message) ?? [];
  if (message.startsWith('unrecognized')) return `unknown flag: ${name}`;
  if (message.startsWith('invalid option')) return `unknown shorthand flag: '${name}' in -${name}`;
  if (message.includes('requires an argument'))
    return name.startsWith('--')
      ? `flag needs an argument: ${name}`
      : `flag needs an argument: '${name}' in -${name}`;
  return message;
}
