import type { Duplex } from '../../host/index.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import { carry } from '../session.ts';
import { type Call, DockerError, type Verb } from './call.ts';
import { type EngineContainer, EngineError } from './model.ts';
import { pull } from './pull.ts';
import { RUN_OPTIONS, specOf } from './spec.ts';

const RUN_HINT = "\n\nRun 'docker run --help' for more information";

/** The image of `run` and `create` is fetched when it is not there. */
function* create(call: Call): Steps<EngineContainer> {
  const { context, engine, options, args } = call;
  const [image = ''] = args;
  const policy = options.get('pull') ?? 'missing';
  const there = engine.runtime.image(image) !== undefined;
  if (policy === 'never' && !there)
    throw new DockerError(
      `docker: Error response from daemon: No such image: ${tagged(image)}${RUN_HINT}`,
      125,
    );
  if (policy === 'always' || !there) {
    if (!there && !options.has('q')) yield* context.err(`Unable to find image '${tagged(image)}' locally\n`);
    try {
      yield* pull(context, engine, image, options.has('q'), 2);
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      throw new DockerError(`docker: ${error.message}${RUN_HINT}`, 125);
    }
  }
  return engine.create(specOf(call));
}

function tagged(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1).includes(':') ? image : `${image}:latest`;
}

function* run(call: Call): Steps<number> {
  const { context, engine, options } = call;
  if (options.has('i') && options.has('t') && !options.has('d') && !context.isTerminal(0)) {
    yield* context.err('the input device is not a TTY\n');
    return 1;
  }
  const container = yield* asRun(() => create(call));
  const attached = options.has('d') ? undefined : later(engine.runtime, container.id);
  try {
    engine.start(container);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (container.spec.autoRemove) engine.remove(container, { force: true, volumes: true });
    const status = /executable file not found|no such file/.test(error.message)
      ? 127
      : /permission denied/.test(error.message)
        ? 126
        : 125;
    const isTask = !error.message.startsWith('failed to set up');
    throw new DockerError(
      `docker: Error response from daemon: ${isTask ? 'failed to create task for container: ' : ''}${error.message}${RUN_HINT}`,
      status,
    );
  }
  if (!attached) {
    yield* context.out(`${container.id}\n`);
    return 0;
  }
  return yield* follow(call, container, attached());
}

/** What dockerd refuses is told as `docker run` does. */
function* asRun<T>(act: () => Steps<T>): Steps<T> {
  try {
    return yield* act();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new DockerError(`docker: Error response from daemon: ${error.message}${RUN_HINT}`, 125);
  }
}

/** A container can be attached to once it runs, and nothing it says is lost before. */
function later(runtime: { attach(id: string): Duplex }, id: string): () => Duplex {
  return () => runtime.attach(id);
}

/** Shows what a container says until it ends; its exit code is ours. */
function* follow(call: Call, container: EngineContainer, session: Duplex): Steps<number> {
  const { context } = call;
  const { spec } = container;
  if (!spec.tty) forward(call, container);
  const size = spec.tty ? context.terminal?.size : undefined;
  if (size) session.send(4, JSON.stringify({ Width: size.columns, Height: size.rows }));
  return yield* carry(context, session, spec.stdin);
}

/** ^C reaches the container. */
function forward({ context, engine }: Call, container: EngineContainer): void {
  for (const signal of ['INT', 'TERM'] as const)
    context.process.handlers.set(signal, () => {
      const pid = engine.status(container)?.pid;
      if (pid !== undefined) engine.host.processes.get(pid)?.signal(signal);
    });
}

function* exec(call: Call): Steps<number> {
  const { context, engine, options, args } = call;
  const [name = '', ...command] = args;
  const container = engine.find(name);
  if (!engine.isRunning(container)) throw new EngineError(`container ${container.id} is not running`);
  const tty = options.has('t');
  if (tty && options.has('i') && !context.isTerminal(0)) {
    yield* context.err('the input device is not a TTY\n');
    return 1;
  }
  const prefix = [
    ...(options.get('w') === undefined ? [] : ['-C', options.get('w') as string]),
    ...options.all('e').map((item) => item),
  ];
  const words = prefix.length > 0 ? ['env', ...prefix, ...command] : command;
  try {
    const session = engine.runtime.exec(container.id, {
      command: words,
      stdin: options.has('i'),
      tty,
      user: options.get('u'),
    });
    if (options.has('d')) return 0;
    const size = tty ? context.terminal?.size : undefined;
    if (size) session.stream.send(4, JSON.stringify({ Width: size.columns, Height: size.rows }));
    return yield* carry(context, session.stream, options.has('i'));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'RuntimeError') throw error;
    const why = error.message.replace(/^.*?(OCI runtime exec failed)/, '$1');
    throw new DockerError(why, /executable file not found|no such file/.test(why) ? 127 : 126);
  }
}

function* start(call: Call): Steps<number> {
  const { context, engine, options, args } = call;
  const attach = options.has('a') || options.has('i');
  for (const name of args) {
    const container = engine.find(name);
    try {
      engine.start(container);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      throw new DockerError(
        `Error response from daemon: failed to create task for container: ${error.message}\nfailed to start containers: ${name}`,
      );
    }
    if (attach) return yield* follow(call, container, engine.runtime.attach(container.id));
    yield* context.out(`${name}\n`);
  }
  return 0;
}

function* attach(call: Call): Steps<number> {
  const { engine, args } = call;
  const container = engine.find(args[0] ?? '');
  if (!engine.isRunning(container))
    throw new DockerError('cannot attach to a stopped container, start it first');
  return yield* follow(call, container, engine.runtime.attach(container.id));
}

/** Waits until containers have ended. */
export function* untilEnded(call: Call, container: EngineContainer): Steps<void> {
  const { engine } = call;
  for (;;) {
    const process = engine.host.processes.get(engine.status(container)?.pid ?? 0);
    if (!process?.alive) return;
    yield* waitOn([process.ended]);
  }
}

export const RUN_VERBS: readonly Verb[] = [
  {
    names: ['run', 'container run'],
    summary: 'Create and run a new container from an image',
    usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
    options: RUN_OPTIONS,
    inOrder: true,
    least: 1,
    run,
  },
  {
    names: ['create', 'container create'],
    summary: 'Create a new container',
    usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
    options: RUN_OPTIONS,
    inOrder: true,
    least: 1,
    *run(call) {
      const { id } = yield* asRun(() => create(call));
      yield* call.context.out(`${id}\n`);
      return 0;
    },
  },
  {
    names: ['exec', 'container exec'],
    summary: 'Execute a command in a running container',
    usage: '[OPTIONS] CONTAINER COMMAND [ARG...]',
    options: 'd|detach i|interactive t|tty e|env= w|workdir= u|user= privileged',
    inOrder: true,
    least: 2,
    run: exec,
  },
  {
    names: ['start', 'container start'],
    summary: 'Start one or more stopped containers',
    usage: '[OPTIONS] CONTAINER [CONTAINER...]',
    options: 'a|attach i|interactive',
    least: 1,
    run: start,
  },
  {
    names: ['attach', 'container attach'],
    summary: 'Attach local standard input, output, and error streams to a running container',
    usage: '[OPTIONS] CONTAINER',
    options: 'no-stdin sig-proxy? detach-keys=',
    least: 1,
    most: 1,
    run: attach,
  },
];
