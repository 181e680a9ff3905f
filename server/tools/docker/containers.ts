import { parseSignal, type Steps, waitOn } from '../../sim/index.ts';
import { type Call, DockerError, type Verb } from './call.ts';
import { duration, familiar, listing, parseBytes, type Row, short } from './format.ts';
import { type EngineContainer, EngineError } from './model.ts';
import { logs, stats } from './observe.ts';
import { untilEnded } from './run.ts';
import { restartOf } from './spec.ts';

const STOP_MS = 10_000;

/** Does something to each container; what dockerd refuses is said, the others are still done. */
export function each(
  act: (call: Call, container: EngineContainer) => Steps<void>,
  shows: (name: string) => string = (name) => name,
): Verb['run'] {
  return function* (call) {
    let code = 0;
    for (const name of call.args) {
      try {
        yield* act(call, call.engine.find(name));
        yield* call.context.out(`${shows(name)}\n`);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        yield* call.context.err(`Error response from daemon: ${error.message}\n`);
        code = 1;
      }
    }
    return code;
  };
}

/** `Up 2 minutes`, `Exited (0) 3 seconds ago`, `Created`. */
export function statusText(call: Call, container: EngineContainer): string {
  const { engine, context } = call;
  const status = engine.status(container);
  if (!status || status.state === 'created') return 'Created';
  if (status.state === 'running') return `Up ${duration(context.now - (status.startedAt ?? context.now))}`;
  const ago = `${duration(context.now - (status.finishedAt ?? context.now))} ago`;
  return engine.isRestarting(container)
    ? `Restarting (${status.exitCode}) ${ago}`
    : `Exited (${status.exitCode}) ${ago}`;
}

export function portsText(call: Call, container: EngineContainer): string {
  if (!call.engine.isRunning(container)) return '';
  const { spec } = container;
  const published = spec.ports.flatMap(({ hostIp, hostPort, containerPort, protocol }) => {
    const to = `${hostPort}->${containerPort}/${protocol}`;
    return hostIp === '0.0.0.0' ? [`0.0.0.0:${to}`, `[::]:${to}`] : [`${hostIp}:${to}`];
  });
  const open = (call.engine.imageConfig(spec.image).ports ?? []).filter(
    (port) => !spec.ports.some(({ containerPort, protocol }) => port === `${containerPort}/${protocol}`),
  );
  return [...open, ...published].join(', ');
}

function commandText(call: Call, container: EngineContainer, whole: boolean): string {
  const { spec } = container;
  const image = call.engine.imageConfig(spec.image);
  const entrypoint = spec.entrypoint ?? image.entrypoint ?? [];
  const command = spec.command.length > 0 || spec.entrypoint ? spec.command : (image.cmd ?? []);
  const text = [...entrypoint, ...command].join(' ');
  return `"${!whole && text.length > 20 ? `${text.slice(0, 19)}…` : text}"`;
}

const PS_COLUMNS = {
  ID: 'CONTAINER ID',
  Image: 'IMAGE',
  Command: 'COMMAND',
  CreatedAt: 'CREATED',
  Status: 'STATUS',
  Ports: 'PORTS',
  Names: 'NAMES',
};

function* ps(call: Call): Steps<number> {
  const { context, engine, options } = call;
  const last = options.has('l') ? 1 : options.get('n');
  const whole = options.has('no-trunc');
  const all =
    options.has('a') || last !== undefined || options.all('f').some((item) => item.startsWith('status='));
  let shown = engine
    .containers()
    .filter((container) => all || engine.isRunning(container) || engine.isRestarting(container));
  for (const filter of options.all('f')) shown = shown.filter((container) => passes(call, container, filter));
  if (last !== undefined) shown = shown.slice(0, Number(last));
  if (options.has('q')) {
    yield* context.out(shown.map(({ id }) => `${whole ? id : short(id)}\n`).join(''));
    return 0;
  }
  const rows = shown.map(
    (container): Row => ({
      ID: whole ? container.id : short(container.id),
      Image: container.spec.image,
      Command: commandText(call, container, whole),
      CreatedAt: `${duration(context.now - container.createdAt)} ago`,
      RunningFor: `${duration(context.now - container.createdAt)} ago`,
      Status: statusText(call, container),
      State: engine.isRunning(container) ? 'running' : (engine.status(container)?.state ?? 'created'),
      Ports: portsText(call, container),
      Names: container.spec.name,
      Labels: Object.entries(container.spec.labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
      Networks: container.spec.network,
      Mounts: container.spec.mounts.map(({ name, source }) => name || source).join(','),
      ...(options.has('s') ? { Size: '0B (virtual 0B)' } : {}),
    }),
  );
  yield* context.out(
    listing(rows, options.has('s') ? { ...PS_COLUMNS, Size: 'SIZE' } : PS_COLUMNS, options.get('format')),
  );
  return 0;
}

function passes(call: Call, container: EngineContainer, filter: string): boolean {
  const [key, value = ''] = [filter.slice(0, filter.indexOf('=')), filter.slice(filter.indexOf('=') + 1)];
  const status = call.engine.status(container);
  switch (key) {
    case 'name':
      return container.spec.name.includes(value);
    case 'id':
      return container.id.startsWith(value);
    case 'status':
      return (status?.state ?? 'created') === value;
    case 'ancestor':
      return (
        familiar(status?.image ?? '').replace(/:latest$/, '') === familiar(value).replace(/:latest$/, '')
      );
    case 'label':
      return Object.entries(container.spec.labels).some(
        ([name, text]) => value === name || value === `${name}=${text}`,
      );
    case 'exited':
      return status?.state === 'exited' && String(status.exitCode) === value;
    case 'network':
      return container.spec.network === value;
    default:
      throw new EngineError(`invalid filter '${key}'`);
  }
}

function* stop(call: Call, container: EngineContainer): Steps<void> {
  const seconds = call.options.get('t');
  call.engine.stop(container, seconds === undefined ? STOP_MS : Number(seconds) * 1000);
  yield* untilEnded(call, container);
}

function* remove(call: Call, container: EngineContainer): Steps<void> {
  call.engine.remove(container, { force: call.options.has('f'), volumes: call.options.has('v') });
}

function* kill(call: Call, container: EngineContainer): Steps<void> {
  const { engine, options } = call;
  const name = options.get('s') ?? 'KILL';
  const signal = parseSignal(name);
  if (!signal) throw new EngineError(`Invalid signal: ${name}`);
  const pid = engine.status(container)?.pid;
  if (pid === undefined)
    throw new EngineError(`cannot kill container: ${call.args[0]}: container ${container.id} is not running`);
  if (signal === 'KILL') container.stopped = true;
  engine.host.processes.get(pid)?.signal(signal);
  if (signal === 'KILL') yield* untilEnded(call, container);
}

function* top(call: Call): Steps<number> {
  const { context, engine, args } = call;
  const container = engine.find(args[0] ?? '');
  const process = engine.host.processes.get(engine.status(container)?.pid ?? 0);
  if (!process) throw new EngineError(`container ${container.id} is not running`);
  const rows = [...process.namespace.members.values()].map((p) => {
    const started = new Date(p.startedAt).toISOString().slice(11, 16);
    return [
      String(p.uid === 0 ? 'root' : p.uid),
      String(p.pid),
      String(p.parent?.pid ?? 0),
      '0',
      started,
      p.terminal?.name ?? '?',
      '00:00:00',
      p.argv.join(' '),
    ];
  });
  const head = ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'];
  const widths = head.map(() => 20);
  yield* context.out(
    [head, ...rows]
      .map(
        (row) =>
          `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('')}\n`,
      )
      .join(''),
  );
  return 0;
}

function* prune(call: Call): Steps<number> {
  const { context, engine, options } = call;
  if (!options.has('f')) {
    yield* context.out(
      'WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ',
    );
    const answer = yield* context.read(0);
    if (!/^y/i.test(answer)) return 0;
  }
  const gone = engine.containers().filter((container) => !engine.isRunning(container));
  for (const container of gone) engine.remove(container, { force: true, volumes: false });
  if (gone.length > 0)
    yield* context.out(`Deleted Containers:\n${gone.map(({ id }) => `${id}\n`).join('')}\n`);
  yield* context.out('Total reclaimed space: 0B\n');
  return 0;
}

function* port(call: Call): Steps<number> {
  const container = call.engine.find(call.args[0] ?? '');
  for (const { hostIp, hostPort, containerPort, protocol } of container.spec.ports) {
    yield* call.context.out(`${containerPort}/${protocol} -> ${hostIp}:${hostPort}\n`);
    if (hostIp === '0.0.0.0') yield* call.context.out(`${containerPort}/${protocol} -> [::]:${hostPort}\n`);
  }
  return 0;
}

function* update(call: Call, container: EngineContainer): Steps<void> {
  const { options } = call;
  const memory = options.get('m');
  call.engine.update(container, {
    ...(memory === undefined ? {} : { memoryBytes: parseBytes(memory, '-m, --memory') }),
    ...(options.get('cpus') === undefined ? {} : { cpus: Number(options.get('cpus')) }),
    ...(options.has('restart') ? restartOf(options) : {}),
  });
}

function* rename(call: Call): Steps<number> {
  const [from = '', to = ''] = call.args;
  const container = call.engine.find(from);
  if (call.engine.containers().some(({ spec }) => spec.name === to))
    throw new EngineError(
      `Error when allocating new name: Conflict. The container name "/${to}" is already in use`,
    );
  call.engine.update(container, { name: to });
  return 0;
}

const many = { usage: '[OPTIONS] CONTAINER [CONTAINER...]', least: 1 };
const one = { usage: '[OPTIONS] CONTAINER', least: 1, most: 1 };

export const CONTAINER_VERBS: readonly Verb[] = [
  {
    names: ['ps', 'container ls', 'container list', 'container ps'],
    summary: 'List containers',
    usage: '[OPTIONS]',
    options: 'a|all q|quiet f|filter= n|last= l|latest no-trunc s|size format=',
    most: 0,
    run: ps,
  },
  {
    names: ['stop', 'container stop'],
    summary: 'Stop one or more running containers',
    ...many,
    options: 't|time|timeout= s|signal=',
    run: each(stop),
  },
  {
    names: ['restart', 'container restart'],
    summary: 'Restart one or more containers',
    ...many,
    options: 't|time|timeout= s|signal=',
    run: each(function* (call, container) {
      yield* stop(call, container);
      yield* waitOn([], call.context.now + 1);
      call.engine.start(container);
    }),
  },
  {
    names: ['kill', 'container kill'],
    summary: 'Kill one or more running containers',
    ...many,
    options: 's|signal=',
    run: each(kill),
  },
  {
    names: ['rm', 'container rm', 'container remove'],
    summary: 'Remove one or more containers',
    ...many,
    options: 'f|force v|volumes l|link',
    run: each(remove),
  },
  {
    names: ['logs', 'container logs'],
    summary: 'Fetch the logs of a container',
    ...one,
    options: 'f|follow n|tail= t|timestamps since= until= details',
    run: logs,
  },
  {
    names: ['stats', 'container stats'],
    summary: 'Display a live stream of container(s) resource usage statistics',
    usage: '[OPTIONS] [CONTAINER...]',
    options: 'a|all no-stream no-trunc format=',
    run: stats,
  },
  {
    names: ['top', 'container top'],
    summary: 'Display the running processes of a container',
    usage: 'CONTAINER [ps OPTIONS]',
    options: '',
    inOrder: true,
    least: 1,
    run: top,
  },
  {
    names: ['container prune'],
    summary: 'Remove all stopped containers',
    usage: '[OPTIONS]',
    options: 'f|force filter=',
    most: 0,
    run: prune,
  },
  {
    names: ['port', 'container port'],
    summary: 'List port mappings or a specific mapping for the container',
    usage: 'CONTAINER [PRIVATE_PORT[/PROTO]]',
    options: '',
    least: 1,
    most: 2,
    run: port,
  },
  {
    names: ['update', 'container update'],
    summary: 'Update configuration of one or more containers',
    ...many,
    options: 'm|memory= memory-swap= cpus= restart=',
    run: each(update),
  },
  {
    names: ['rename', 'container rename'],
    summary: 'Rename a container',
    usage: 'CONTAINER NEW_NAME',
    options: '',
    least: 2,
    most: 2,
    run: rename,
  },
  {
    names: ['wait', 'container wait'],
    summary: 'Block until one or more containers stop, then print their exit codes',
    ...many,
    options: '',
    *run(call) {
      for (const name of call.args) {
        const container = call.engine.find(name);
        yield* untilEnded(call, container);
        yield* call.context.out(`${call.engine.status(container)?.exitCode ?? 0}\n`);
      }
      return 0;
    },
  },
  ...Object.entries({
    pause: 'Pause all processes within one or more containers',
    unpause: 'Unpause all processes within one or more containers',
    export: "Export a container's filesystem as a tar archive",
    diff: "Inspect changes to files or directories on a container's filesystem",
  }).map(
    ([name, summary]): Verb => ({
      names: [name, `container ${name}`],
      summary,
      ...many,
      options: '',
      *run() {
        throw new DockerError(`docker ${name} is not simulated`);
      },
    }),
  ),
];
