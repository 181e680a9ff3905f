import { type ContainerRuntime, RuntimeError } from '../../cluster/client/cri.ts';
import { type Context, isSystemError } from '../../host/index.ts';
import type { Command } from '../../shell/command.ts';
import { OptionError, type Options, parseOptions } from '../../shell/options.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import { carry } from '../session.ts';
import { connect, Fatal } from './connection.ts';
import { humanSize, shortId, table } from './format.ts';
import {
  findContainer,
  findSandbox,
  inspectContainer,
  inspectPod,
  json,
  listContainers,
  listImages,
  listPods,
} from './listing.ts';

const VERSION = 'v1.33.0';

interface Call {
  readonly context: Context;
  readonly runtime: ContainerRuntime;
  readonly options: Options;
  readonly args: readonly string[];
}

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

/** A verb that does something to each of its arguments and prints what it was done to. */
function acts(
  names: readonly string[],
  summary: string,
  options: string,
  act: (call: Call, id: string) => string,
): Verb {
  return {
    names,
    summary,
    options,
    *run(call) {
      let ids = call.args;
      if (call.options.has('a'))
        ids =
          names[0] === 'rm'
            ? call.runtime.containers().map((c) => c.id)
            : names[0] === 'rmp'
              ? call.runtime.sandboxes().map((s) => s.id)
              : call.runtime.images().map((i) => i.id);
      if (ids.length === 0) throw new Fatal('ID cannot be empty');
      for (const id of ids) yield* call.context.out(`${act(call, id)}\n`);
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
    'a|all no-trunc o|output= q|quiet v|verbose digests',
    ({ runtime, options, args }) => listImages(runtime, options, args[0]),
  ),
  shows(
    ['inspect'],
    'Display the status of one or more containers',
    'o|output= q|quiet',
    ({ runtime, args }) => args.map((id) => inspectContainer(runtime, id)).join(''),
  ),
  shows(['inspecti'], 'Return the status of one or more images', 'o|output= q|quiet', ({ runtime, args }) =>
    args
      .map((name) => {
        const image = runtime.image(name);
        if (!image) throw new Fatal(`no such image "${name}" present`);
        return json({ status: image });
      })
      .join(''),
  ),
  shows(['inspectp'], 'Display the status of one or more pods', 'o|output= q|quiet', ({ runtime, args }) =>
    args.map((id) => inspectPod(runtime, id)).join(''),
  ),
  shows(['info'], 'Display information of the container runtime', 'o|output= q|quiet', ({ runtime }) => {
    const { networkReady, networkMessage } = runtime.status();
    const network = networkReady
      ? { message: '', reason: '' }
      : { message: networkMessage, reason: 'NetworkPluginNotReady' };
    return json({
      status: {
        conditions: [
          { message: '', reason: '', status: true, type: 'RuntimeReady' },
          { ...network, status: networkReady, type: 'NetworkReady' },
        ],
      },
    });
  }),
  {
    names: ['logs'],
    summary: 'Fetch the logs of a container',
    options: 'f|follow p|previous limit-bytes= since= tail= t|timestamps',
    run: logs,
  },
  shows(
    ['pods'],
    'List pods',
    'id= label= latest last= name= namespace= no-trunc o|output= q|quiet s|state= v|verbose',
    ({ context, runtime, options }) => listPods(runtime, options, context.now),
  ),
  shows(
    ['ps'],
    'List containers',
    'a|all id= image= label= l|latest n|last= name= namespace= no-trunc o|output= p|pod= q|quiet s|state= v|verbose r|resolve-image-path',
    ({ context, runtime, options }) => listContainers(runtime, options, context.now),
  ),
  {
    names: ['pull'],
    summary: 'Pull an image from a registry',
    options: 'creds= auth= pod-config= annotation=',
    *run({ context, runtime, args }) {
      const name = args[0];
      if (name === undefined) throw new Fatal('image name is required');
      const pull = runtime.pullImage(name);
      while (!pull.done) yield* waitOn([pull.finished]);
      if (pull.error !== undefined)
        throw new Fatal(
          `pulling image: ${/^rpc error/.test(pull.error) ? pull.error : `rpc error: code = Unknown desc = ${pull.error}`}`,
        );
      yield* context.out(`Image is up to date for ${runtime.image(name)?.id}\n`);
      return 0;
    },
  },
  acts(['rm'], 'Remove one or more containers', 'a|all f|force', ({ runtime, options }, id) => {
    const container = findContainer(runtime, id);
    if (container.state === 'running' && !options.has('f'))
      throw new Fatal(`unable to remove container(s)\ncontainer "${id}" is running, please stop it first`);
    runtime.removeContainer(container.id);
    return id;
  }),
  acts(['rmi'], 'Remove one or more images', 'a|all q|prune', ({ runtime }, name) => {
    const image = runtime.image(name);
    if (!image) throw new Fatal(`no such image ${name}`);
    runtime.removeImage(name);
    return `Deleted: ${image.repoTags[0]}`;
  }),
  acts(['rmp'], 'Remove one or more pods', 'a|all f|force', ({ runtime, options }, id) => {
    const sandbox = findSandbox(runtime, id);
    if (sandbox.state === 'ready' && !options.has('f'))
      throw new Fatal(`pod sandbox "${id}" is running, please stop it first`);
    runtime.removePodSandbox(sandbox.id);
    return `Removed sandbox ${sandbox.id}`;
  }),
  acts(['start'], 'Start one or more created containers', '', ({ runtime }, id) => {
    runtime.startContainer(findContainer(runtime, id).id);
    return id;
  }),
  shows(
    ['stats'],
    'List container(s) resource usage statistics',
    'a|all id= o|output= p|pod= label= s|seconds=',
    ({ runtime }) => {
      const rows = runtime
        .containers()
        .filter((c) => c.state === 'running')
        .map((c) => {
          const stats = runtime.stats(c.id);
          return [shortId(c.id), c.config.name, '0.00', humanSize(stats?.memoryBytes ?? 0), '0B', '0'];
        });
      return table([['CONTAINER', 'NAME', 'CPU %', 'MEM', 'DISK', 'INODES'], ...rows]);
    },
  ),
  acts(['stop'], 'Stop one or more running containers', 't|timeout=', ({ runtime, options }, id) => {
    runtime.stopContainer(findContainer(runtime, id).id, Number(options.get('t') ?? 0) * 1000);
    return id;
  }),
  acts(['stopp'], 'Stop one or more running pods', '', ({ runtime }, id) => {
    const sandbox = findSandbox(runtime, id);
    runtime.stopPodSandbox(sandbox.id);
    return `Stopped sandbox ${sandbox.id}`;
  }),
  shows(['version'], 'Display runtime version information', '', ({ runtime }) => {
    const { name, version, apiVersion } = runtime.version();
    return `Version:  0.1.0\nRuntimeName:  ${name}\nRuntimeVersion:  ${version}\nRuntimeApiVersion:  ${apiVersion}\n`;
  }),
];

function* logs({ context, runtime, options, args }: Call): Steps<number> {
  const container = findContainer(runtime, args[0] ?? '');
  const fs = context.host.init.fs;
  if (!fs.isFile(container.logPath))
    throw new Fatal(
      `failed to try resolving symlinks in path "${container.logPath}": lstat ${container.logPath}: no such file or directory`,
    );
  let printed = 0;
  let tail = options.get('tail');
  for (;;) {
    const text = fs.isFile(container.logPath) ? fs.read(container.logPath) : '';
    let lines = text
      .slice(printed)
      .split('\n')
      .filter((line) => line !== '');
    printed = text.length;
    if (tail !== undefined && Number(tail) >= 0) lines = Number(tail) === 0 ? [] : lines.slice(-Number(tail));
    tail = undefined;
    for (const line of lines) {
      const [time = '', stream = '', , ...rest] = line.split(' ');
      const shown = `${options.has('t') ? `${time} ` : ''}${rest.join(' ')}\n`;
      if (stream === 'stderr') yield* context.err(shown);
      else yield* context.out(shown);
    }
    if (!options.has('f') || runtime.container(container.id)?.state !== 'running') return 0;
    yield* waitOn([fs.changed(container.logPath), runtime.changed]);
  }
}

function help(): string {
  const width = Math.max(...VERBS.map((verb) => verb.names.join(', ').length));
  const list = VERBS.map((verb) => `   ${verb.names.join(', ').padEnd(width)}  ${verb.summary}\n`).join('');
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
    yield* context.err(`Incorrect Usage: flag provided but not defined: ${error.message}\n`);
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
