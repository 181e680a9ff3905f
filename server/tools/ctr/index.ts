import { type ContainerRuntime, RuntimeError } from '../../cluster/client/cri.ts';
import { type Context, isSystemError } from '../../host/index.ts';
import type { Command } from '../../shell/command.ts';
import { OptionError, type Options, parseOptions } from '../../shell/options.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import { columns } from '../columns.ts';
import { RuntimeSocket } from './runtime-socket.ts';
import { type Task, tasksOf } from './tasks.ts';

/** The only namespace of containerd that this client sees something in: that of the kubelet. */
const KUBERNETES = 'k8s.io';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const LABELS = 'io.cri-containerd.image=managed';
const USUAL_ENDPOINT = '/run/containerd/containerd.sock';
const REVISION = '05044ec0a9a75232cad458027ca83437aae3f4da';

/** ctr stops with `ctr: …`. */
class Stop extends Error {
  override name = 'Stop';
}

interface Call {
  readonly context: Context;
  readonly socket: RuntimeSocket;
  readonly namespace: string;
  readonly options: Options;
  readonly args: readonly string[];
}

interface Verb {
  readonly names: readonly string[];
  readonly options?: string;
  run(call: Call): Steps<number>;
}

/** Groups of verbs by their names, as in `ctr images ls`. */
const GROUPS: readonly { readonly names: readonly string[]; readonly verbs: readonly Verb[] }[] = [
  {
    names: ['namespaces', 'namespace', 'ns'],
    verbs: [
      {
        names: ['list', 'ls'],
        options: 'q|quiet',
        *run({ context, options, socket }) {
          socket.runtime();
          const rows = [
            ['NAME', 'LABELS'],
            [KUBERNETES, ''],
          ];
          yield* context.out(options.has('q') ? `${KUBERNETES}\n` : columns(rows, 1, 1));
          return 0;
        },
      },
    ],
  },
  {
    names: ['images', 'image', 'i'],
    verbs: [
      { names: ['list', 'ls'], options: 'q|quiet', run: listImages },
      {
        names: ['pull'],
        options: 'user= u= platform= all-platforms k|skip-verify plain-http',
        run: pullImage,
      },
      {
        names: ['remove', 'rm', 'del', 'delete'],
        options: 'sync',
        *run({ context, args, ...call }) {
          if (args.length === 0) throw new Stop('image name must be provided');
          for (const name of args) {
            if (call.namespace !== KUBERNETES || !call.socket.runtime().image(name))
              throw new Stop(`failed to delete image ${name}: image "${name}": not found`);
            call.socket.runtime().removeImage(name);
            yield* context.out(`${name}\n`);
          }
          return 0;
        },
      },
    ],
  },
  {
    names: ['containers', 'container', 'c'],
    verbs: [{ names: ['list', 'ls'], options: 'q|quiet', run: listContainers }],
  },
  {
    names: ['tasks', 'task', 't'],
    verbs: [
      { names: ['list', 'ls'], options: 'q|quiet', run: listTasks },
      {
        names: ['ps'],
        *run(call) {
          const { pids } = taskNamed(call);
          yield* call.context.out(
            columns([['PID', 'INFO'], ...pids.map((pid) => [String(pid), '-'])], 10, 1),
          );
          return 0;
        },
      },
      {
        names: ['kill'],
        options: 's|signal= a|all exec-id=',
        *run(call) {
          const signal = (call.options.get('s') ?? 'TERM').replace(/^SIG/, '').toUpperCase();
          const known = {
            TERM: 'TERM',
            15: 'TERM',
            KILL: 'KILL',
            9: 'KILL',
            INT: 'INT',
            2: 'INT',
            HUP: 'HUP',
            1: 'HUP',
          };
          const name = known[signal as keyof typeof known] as 'TERM' | undefined;
          if (!name) throw new Stop(`unknown signal "${signal}"`);
          call.context.host.processes.get(taskNamed(call).pids[0] as number)?.signal(name);
          return 0;
        },
      },
    ],
  },
];

/** What there is to see in the chosen namespace. */
function seen<T>(
  { namespace, socket }: Call,
  what: (runtime: ContainerRuntime) => readonly T[],
): readonly T[] {
  const runtime = socket.runtime();
  return namespace === KUBERNETES ? what(runtime) : [];
}

function taskNamed(call: Call): Task {
  const [id = ''] = call.args;
  const found = seen(call, (runtime) => tasksOf(call.context.host, runtime)).find((task) => task.id === id);
  if (!found) throw new Stop(`container "${id}" in namespace "${call.namespace}": not found`);
  return found;
}

// Models containerd cmd/ctr/commands/images/images.go listCommand
function* listImages(call: Call): Steps<number> {
  const rows = seen(call, (runtime) => runtime.images()).flatMap(({ id, repoTags, repoDigests, size }) => {
    const digest = repoDigests[0]?.split('@')[1] ?? id;
    const rest = [INDEX, digest, `${(size / 1024 ** 2).toFixed(1)} MiB`, 'linux/amd64', LABELS];
    return [...repoTags, ...repoDigests, id].map((name) => [name, ...rest]);
  });
  rows.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  const title = ['REF', 'TYPE', 'DIGEST', 'SIZE', 'PLATFORMS', 'LABELS'];
  yield* call.context.out(
    call.options.has('q') ? rows.map(([name]) => `${name}\n`).join('') : columns([title, ...rows], 1, 1),
  );
  return 0;
}

function* pullImage({ context, socket, namespace, options, args }: Call): Steps<number> {
  const [name] = args;
  if (name === undefined) throw new Stop('please provide an image reference to pull');
  const runtime = socket.runtime();
  if (!/^[^/]+[.:][^/]*\/.+[:@]/.test(name))
    throw new Stop(`failed to resolve reference "${name}": object required`);
  if (namespace !== KUBERNETES)
    throw new Stop(`pulling into the namespace "${namespace}" is not simulated: use -n ${KUBERNETES}`);
  const [, username, password] = /^([^:]*):(.*)$/s.exec(options.get('user') ?? options.get('u') ?? '') ?? [];
  const startedAt = context.now;
  const account = username === undefined || password === undefined ? undefined : { username, password };
  const pull = runtime.pullImage(name, account);
  while (!pull.done) yield* waitOn([pull.finished]);
  if (pull.error !== undefined)
    throw new Stop(pull.error.replace(/^.*?(?=failed to resolve reference|failed to copy)/s, ''));
  const digest = runtime.image(name)?.repoDigests[0]?.split('@')[1];
  const seconds = ((context.now - startedAt) / 1000).toFixed(1);
  const line = (what: string) => `${what.padEnd(82)}|${'+'.repeat(38)}| \n`;
  yield* context.out(
    `${line(`${name}: resolved`)}${line(`index-${digest}: done`)}elapsed: ${seconds} s total: 0.0 B (0.0 B/s)\nunpacking linux/amd64 ${digest}...\ndone: ${seconds}s\n`,
  );
  return 0;
}

function* listContainers(call: Call): Steps<number> {
  const rows = seen(call, (runtime) => [
    ...runtime.containers().map(({ id, image }) => [id, image]),
    ...runtime.sandboxes().map(({ id }) => [id, 'registry.k8s.io/pause:3.10']),
  ])
    .map((row) => [...row, 'io.containerd.runc.v2'])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  yield* call.context.out(
    call.options.has('q')
      ? rows.map(([id]) => `${id}\n`).join('')
      : columns([['CONTAINER', 'IMAGE', 'RUNTIME'], ...rows], 4, 4),
  );
  return 0;
}

function* listTasks(call: Call): Steps<number> {
  const tasks = seen(call, (runtime) => tasksOf(call.context.host, runtime));
  const rows = tasks.map(({ id, pids }) => [id, String(pids[0] ?? 0), 'RUNNING']);
  yield* call.context.out(
    call.options.has('q')
      ? tasks.map(({ id }) => `${id}\n`).join('')
      : columns([['TASK', 'PID', 'STATUS'], ...rows], 4, 4),
  );
  return 0;
}

const HELP = `NAME:
   ctr - containerd CLI

USAGE:
   ctr [global options] command [command options] [arguments...]

COMMANDS:
   version             Print the client and server versions
   containers, c, container  Manage containers
   images, image, i    Manage images
   namespaces, namespace, ns  Manage namespaces
   tasks, t, task      Manage tasks

GLOBAL OPTIONS:
   --address value, -a value    Address for containerd's GRPC server (default: "${USUAL_ENDPOINT}")
   --namespace value, -n value  Namespace to use with commands (default: "default")
`;

function* run(context: Context): Steps<number> {
  const global = parseOptions(
    context.args.slice(1),
    'a|address= n|namespace= debug timeout= connect-timeout= h|help v|version',
    true,
  );
  const [name, ...rest] = global.operands;
  const socket = new RuntimeSocket(context, global.get('a') ?? USUAL_ENDPOINT);
  if (global.has('v')) {
    yield* context.out('ctr containerd.io 1.7.27\n');
    return 0;
  }
  if (name === undefined || name === 'help' || global.has('h')) {
    yield* context.out(HELP);
    return 0;
  }
  if (name === 'version') {
    const text = (of: string) => `${of}:\n  Version:  1.7.27\n  Revision: ${REVISION}\n`;
    socket.runtime();
    yield* context.out(`${text('Client')}  Go version: go1.23.7\n\n${text('Server')}`);
    return 0;
  }
  const group = GROUPS.find(({ names }) => names.includes(name));
  if (!group) {
    yield* context.err(`No help topic for '${name}'\n`);
    return 3;
  }
  const [verbName, ...words] = rest;
  const verb = group.verbs.find(({ names }) => names.includes(verbName ?? ''));
  if (!verb)
    throw new Stop(
      verbName === undefined ? `${name} needs a command` : `${name} ${verbName} is not simulated here`,
    );
  const options = parseOptions(words, verb.options ?? '', false);
  const namespace = global.get('n') ?? context.env.get('CONTAINERD_NAMESPACE') ?? 'default';
  return yield* verb.run({ context, socket, namespace, options, args: options.operands });
}

function* main(context: Context): Steps<number> {
  try {
    return yield* run(context);
  } catch (error) {
    if (isSystemError(error, 'EINTR')) return 130;
    const isKnown = error instanceof Stop || error instanceof RuntimeError || error instanceof OptionError;
    if (!isKnown) throw error;
    yield* context.err(`ctr: ${error.message}\n`);
    return 1;
  }
}

export const ctr: Command = { name: 'ctr', summary: 'containerd CLI', paths: ['/usr/bin/ctr'], main };
