import { type ContainerRuntime, type RegistryAuth, RuntimeError } from '../../cluster/client/cri.ts';
import { type Context, isSystemError } from '../../host/index.ts';
import type { Command } from '../../shell/command.ts';
import { OptionError, type Options, parseOptions } from '../../shell/options.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import { carry } from '../session.ts';
import type { Call } from './call.ts';
import { config } from './config.ts';
import { connect, Fatal } from './connection.ts';
import { events, portForward, unknownMethod } from './following.ts';
import { runtimeInfo } from './info.ts';
import { inspectContainer, inspectImage, inspectPod } from './inspect.ts';
import { listContainers, listImages, listPods } from './listing.ts';
import { logs } from './logs.ts';
import { create, imageFsInfo, run, runSandbox, update } from './making.ts';
import { formatted, json } from './output.ts';
import { findContainer, findSandbox, unusedImages } from './selection.ts';
import { listPodStats, listStats } from './stats.ts';

const VERSION = 'v1.33.0';

interface Verb {
  readonly names: readonly string[];
  readonly summary: string;
  readonly options: string;
  readonly inOrder?: boolean;
  run(call: Call): Steps<number>;
}

/** A verb that only prints. */
function shows(
  names: readonly string[],
  summary: string,
  options: string,
  text: (call: Call) => string,
): Verb {
  return {
    names,
    summary,
    options,
    *run(call) {
      yield* call.context.out(text(call));
      return 0;
    },
  };
}

/** A verb that prints one value for each of its arguments. */
function inspects(
  names: readonly string[],
  summary: string,
  value: (runtime: ContainerRuntime, id: string) => unknown,
) {
  return shows(names, summary, 'o|output= q|quiet template=', ({ runtime, options, args }) => {
    if (args.length === 0) throw new Fatal('ID cannot be empty');
    return args
      .map((id) => formatted(options, () => value(runtime, id), 'json') ?? json(value(runtime, id)))
      .join('');
  });
}

/** A verb that does something to each of its arguments, or to `all` with `-a`, and prints what it was done to. */
function acts(
  names: readonly string[],
  summary: string,
  options: string,
  act: (call: Call, id: string) => string,
  all?: (call: Call) => readonly string[],
): Verb {
  return {
    names,
    summary,
    options,
    *run(call) {
      const isAll = call.options.has('a', 'q');
      const ids = (isAll && all?.(call)) || call.args;
      if (ids.length === 0 && !isAll) throw new Fatal('ID cannot be empty');
      for (const id of ids) yield* call.context.out(`${act(call, id)}\n`);
      return 0;
    },
  };
}

/** `--creds user:password`, or the same in base64 after `--auth`. */
function accountOf(options: Options): RegistryAuth | undefined {
  const auth = options.get('auth');
  const text =
    options.get('creds') ?? (auth === undefined ? undefined : Buffer.from(auth, 'base64').toString('utf8'));
  if (text === undefined) return undefined;
  const [, username = text, password = ''] = /^([^:]*):(.*)$/s.exec(text) ?? [];
  return { username, password };
}

const graceOf = ({ options }: Call) => Number(options.get('t') ?? 0) * 1000;

/** A verb that makes something and prints its id. */
function makes(
  names: readonly string[],
  summary: string,
  options: string,
  make: (call: Call) => Steps<string>,
): Verb {
  return {
    names,
    summary,
    options,
    *run(call) {
      yield* call.context.out(`${yield* make(call)}\n`);
      return 0;
    },
  };
}

const VERBS: readonly Verb[] = [
  {
    names: ['attach'],
    summary: 'Attach to a running container',
    options: 'i|stdin t|tty',
    *run({ context, runtime, args }) {
      return yield* carry(context, runtime.attach(findContainer(runtime, args[0] ?? '').id));
    },
  },
  {
    names: ['checkpoint'],
    summary: 'Checkpoint one or more running containers',
    options: 'e|export=',
    run: (call) =>
      unknownMethod(
        'CheckpointContainer',
        (error) => `checkpointing the container ${JSON.stringify(call.args[0] ?? '')} failed: ${error}`,
      )(call),
  },
  makes(
    ['create'],
    'Create a new container',
    'auth= creds= no-pull with-pull cancel-timeout= pull-timeout= annotation=',
    create,
  ),
  {
    names: ['events'],
    summary: 'Fetch the events of containers',
    options: 'o|output= template=',
    run: events,
  },
  {
    names: ['exec'],
    summary: 'Run a command in a running container',
    options: 'i|interactive t|tty s|sync timeout=',
    inOrder: true,
    *run({ context, runtime, options, args }) {
      const [id = '', ...command] = args;
      if (id === '') throw new Fatal('ID cannot be empty');
      const container = findContainer(runtime, id);
      const session = runtime.exec(container.id, { command, stdin: options.has('i'), tty: options.has('t') });
      const code = yield* carry(context, session.stream, options.has('i'));
      if (code === 0) return 0;
      yield* context.err(
        `FATA[0000] execing command in container: command terminated with exit code ${code} \n`,
      );
      return 1;
    },
  },
  shows(
    ['images', 'image', 'img'],
    'List images',
    'a|all no-trunc o|output= q|quiet v|verbose digests template=',
    ({ runtime, options, args }) => listImages(runtime, options, args[0]),
  ),
  shows(['imagefsinfo'], 'Return image filesystem info', 'o|output= template=', (call) => {
    const value = imageFsInfo(call);
    return formatted(call.options, () => value, 'json') ?? json(value);
  }),
  inspects(['inspect'], 'Display the status of one or more containers', inspectContainer),
  inspects(['inspecti'], 'Return the status of one or more images', (runtime, name) => {
    const image = runtime.image(name);
    if (!image) throw new Fatal(`no such image "${name}" present`);
    return inspectImage(image);
  }),
  inspects(['inspectp'], 'Display the status of one or more pods', inspectPod),
  shows(
    ['info'],
    'Display information of the container runtime',
    'o|output= q|quiet template=',
    ({ runtime, options }) => {
      const value = runtimeInfo(runtime);
      return formatted(options, () => value, 'json') ?? json(value);
    },
  ),
  {
    names: ['logs'],
    summary: 'Fetch the logs of a container',
    options: 'f|follow p|previous limit-bytes= since= tail= t|timestamps',
    run: logs,
  },
  shows(
    ['pods'],
    'List pods',
    'id= label= l|latest n|last= name= namespace= no-trunc o|output= q|quiet s|state= v|verbose template=',
    ({ context, runtime, options }) => listPods(runtime, options, context.now),
  ),
  shows(
    ['ps'],
    'List containers',
    'a|all id= image= label= l|latest n|last= name= namespace= no-trunc o|output= p|pod= q|quiet s|state= v|verbose r|resolve-image-path template=',
    ({ context, runtime, options }) => listContainers(runtime, options, context.now),
  ),
  {
    names: ['port-forward'],
    summary: 'Forward local port to a pod',
    options: 'tls-server-name= tr|transport=',
    run: portForward,
  },
  {
    names: ['pull'],
    summary: 'Pull an image from a registry',
    options: 'creds= auth= pod-config= annotation=',
    *run({ context, runtime, options, args }) {
      const name = args[0];
      if (name === undefined) throw new Fatal('image name is required');
      const pull = runtime.pullImage(name, accountOf(options));
      while (!pull.done) yield* waitOn([pull.finished]);
      if (pull.error !== undefined)
        throw new Fatal(
          `pulling image: ${/^rpc error/.test(pull.error) ? pull.error : `rpc error: code = Unknown desc = ${pull.error}`}`,
        );
      yield* context.out(`Image is up to date for ${runtime.image(name)?.id}\n`);
      return 0;
    },
  },
  acts(
    ['rm'],
    'Remove one or more containers',
    'a|all f|force keep-logs',
    ({ runtime, options }, id) => {
      const container = findContainer(runtime, id);
      if (container.state === 'running' && !options.has('f'))
        throw new Fatal(`unable to remove container(s)\ncontainer "${id}" is running, please stop it first`);
      runtime.removeContainer(container.id);
      return id;
    },
    ({ runtime }) => runtime.containers().map(({ id }) => id),
  ),
  acts(
    ['rmi'],
    'Remove one or more images',
    'a|all q|prune',
    ({ runtime }, name) => {
      const image = runtime.image(name);
      if (!image) throw new Fatal(`no such image ${name}`);
      runtime.removeImage(name);
      return `Deleted: ${image.repoTags[0]}`;
    },
    ({ runtime, options }) =>
      (options.has('q') ? unusedImages(runtime) : runtime.images()).map(({ id }) => id),
  ),
  acts(
    ['rmp'],
    'Remove one or more pods',
    'a|all f|force',
    ({ runtime, options }, id) => {
      const sandbox = findSandbox(runtime, id);
      if (sandbox.state === 'ready' && !options.has('f'))
        throw new Fatal(`pod sandbox "${id}" is running, please stop it first`);
      runtime.removePodSandbox(sandbox.id);
      return `Removed sandbox ${sandbox.id}`;
    },
    ({ runtime }) => runtime.sandboxes().map(({ id }) => id),
  ),
  makes(
    ['run'],
    'Run a new container inside a sandbox',
    'auth= creds= no-pull with-pull r|runtime= t|cancel-timeout= pull-timeout= annotation=',
    run,
  ),
  shows(['runp'], 'Run a new pod', 'r|runtime= t|cancel-timeout=', (call) => `${runSandbox(call)}\n`),
  acts(['start'], 'Start one or more created containers', '', ({ runtime }, id) => {
    runtime.startContainer(findContainer(runtime, id).id);
    return id;
  }),
  {
    names: ['runtime-config'],
    summary: 'Retrieve the container runtime configuration',
    options: '',
    run: unknownMethod('RuntimeConfig', (error) => `call runtime config: ${error}`),
  },
  shows(
    ['stats'],
    'List container(s) resource usage statistics',
    'a|all id= name= o|output= p|pod= s|seconds= template=',
    ({ context, runtime, options, args }) => listStats(runtime, options, args[0], context.now),
  ),
  shows(
    ['statsp'],
    'List pod statistics. Stats represent a structured API',
    'id=',
    ({ context, runtime, options }) => listPodStats(runtime, options, context.now),
  ),
  acts(['stop'], 'Stop one or more running containers', 't|timeout=', (call, id) => {
    call.runtime.stopContainer(findContainer(call.runtime, id).id, graceOf(call));
    return id;
  }),
  acts(['stopp'], 'Stop one or more running pods', '', ({ runtime }, id) => {
    const sandbox = findSandbox(runtime, id);
    runtime.stopPodSandbox(sandbox.id);
    return `Stopped sandbox ${sandbox.id}`;
  }),
  acts(
    ['update'],
    'Update one or more running containers',
    'cpu-count= cpu-maximum= cpu-period= cpu-quota= cpu-share= memory= cpuset-cpus= cpuset-mems=',
    update,
  ),
  shows(['version'], 'Display runtime version information', '', ({ runtime }) => {
    const { name, version, apiVersion } = runtime.version();
    return `Version:  0.1.0\nRuntimeName:  ${name}\nRuntimeVersion:  ${version}\nRuntimeApiVersion:  ${apiVersion}\n`;
  }),
];

function help(): string {
  const width = Math.max(...VERBS.map((verb) => verb.names.join(', ').length));
  const all = [...VERBS, { names: ['config'], summary: 'Get, set and list crictl configuration options' }];
  const list = all.map(({ names, summary }) => `   ${names.join(', ').padEnd(width)}  ${summary}\n`).join('');
  return `NAME:\n   crictl - client for CRI\n\nUSAGE:\n   crictl [global options] command [command options] [arguments...]\n\nVERSION:\n   ${VERSION}\n\nCOMMANDS:\n${list}`;
}

const GLOBAL =
  'c|config= D|debug enable-tracing i|image-endpoint= r|runtime-endpoint= t|timeout= h|help v|version';

function* main(context: Context): Steps<number> {
  try {
    const global = parseOptions(context.args.slice(1), GLOBAL, true);
    const [name, ...rest] = global.operands;
    if (global.has('v')) {
      yield* context.out(`crictl version ${VERSION}\n`);
      return 0;
    }
    if (name === undefined || name === 'help' || global.has('h')) {
      yield* context.out(help());
      return 0;
    }
    if (name === 'config') return yield* config(context, parseOptions(rest, 'get= set= list', false));
    const verb = VERBS.find((v) => v.names.includes(name));
    if (!verb) throw new Fatal(`unknown command: ${name}. Please run \`crictl --help\` for more information`);
    const options = parseOptions(rest, verb.options, verb.inOrder ?? false);
    const { runtime, warnings } = connect(context, global.get('r'));
    yield* context.err(warnings);
    return yield* verb.run({ context, runtime, options, args: options.operands });
  } catch (error) {
    return yield* failed(context, error);
  }
}

function* failed(context: Context, error: unknown): Steps<number> {
  if (error instanceof OptionError) {
    const flag = /'-*([^']*)'/.exec(error.message)?.[1] ?? error.message;
    yield* context.err(`Incorrect Usage: flag provided but not defined: -${flag}\n`);
    return 1;
  }
  const message =
    error instanceof RuntimeError ? error.shown : error instanceof Fatal ? error.message : undefined;
  if (message === undefined) {
    if (isSystemError(error, 'EINTR')) return 130;
    throw error;
  }
  yield* context.err(`FATA[0000] ${message} \n`);
  return 1;
}

export const crictl: Command = {
  name: 'crictl',
  summary: 'client for CRI',
  paths: ['/usr/bin/crictl'],
  main,
};
