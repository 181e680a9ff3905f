import { type Context, isSystemError, Users } from '../../host/index.ts';
import { type Process, type Signal, type Steps, waitOn } from '../../sim/index.ts';
import { untilSignal } from './serve.ts';

export interface WorkerOptions {
  /** What it calls itself in `ps`. */
  readonly title: string;
  /** Whom it runs as. Default: as its master. */
  readonly user?: string;
  /** What it says when it is told to stop. */
  readonly stopped?: (worker: Context, signal: Signal) => void;
}

/**
 * The processes that a server forks of itself: they hold its sockets and are there to be seen and killed, while it is
 * the master that answers.
 */
export class Workers {
  /** Who holds the sockets beside the master. */
  readonly pids = new Set<number>();
  readonly #context: Context;
  readonly #all = new Map<Process, WorkerOptions>();

  constructor(context: Context) {
    this.#context = context;
  }

  fork(options: WorkerOptions): Process {
    const context = this.#context;
    const credentials = credentialsOf(context, options.user);
    const worker = context.fork((own) => work(own, context.process, options), {
      args: [options.title],
      ...(credentials ? { credentials } : {}),
    });
    this.#all.set(worker, options);
    this.pids.add(worker.pid);
    worker.onExit.push(() => this.pids.delete(worker.pid));
    return worker;
  }

  /** The one that started first of those that are alive. */
  get first(): Process | undefined {
    return [...this.#all.keys()].find(({ alive }) => alive);
  }

  /** Those that are no more, and what they were; nobody hears of them again. */
  takeEnded(): { process: Process; options: WorkerOptions }[] {
    const ended = [...this.#all].filter(([process]) => !process.alive);
    return ended.map(([process, options]) => {
      this.#all.delete(process);
      this.#context.process.reap(process);
      return { process, options };
    });
  }

  /** Ends all, or those that are not in `keep`, and waits for them. */
  *stop(signal: Signal): Steps<Process[]> {
    for (const process of this.#all.keys()) process.signal(signal);
    while ([...this.#all.keys()].some((process) => process.alive))
      yield* waitOn([this.#context.process.childChanged]);
    return this.takeEnded().map(({ process }) => process);
  }
}

/** A worker goes when it is told to, and when its master has gone. */
function* work(own: Context, master: Process, { stopped }: WorkerOptions): Steps<number> {
  const signal = yield* untilSignal(own, ['TERM', 'QUIT', 'INT'], { orOn: master.ended });
  if (signal) stopped?.(own, signal);
  return 0;
}

/** Goes on as that user, as entry points of servers do that are started by root; the directory becomes that user's. */
export function becomeUser(context: Context, name: string, directory?: string): void {
  const credentials = credentialsOf(context, name);
  if (!credentials) return;
  if (directory !== undefined) giveAway(context, directory, credentials);
  context.credentials = credentials;
  context.process.uid = credentials.uid;
}

function giveAway(context: Context, path: string, to: { uid: number; gid: number }): void {
  context.fs.chown(path, to.uid, to.gid);
  if (!context.fs.isDirectory(path)) return;
  for (const name of context.fs.list(path)) giveAway(context, `${path}/${name}`, to);
}

/** Undefined: it stays who it is, because only root may change that, or nobody is called so. */
function credentialsOf(context: Context, name: string | undefined): Context['credentials'] | undefined {
  if (name === undefined || context.credentials.uid !== 0) return undefined;
  const users = new Users((path) => readable(context, path));
  const user = users.user(name);
  if (!user) return undefined;
  return { ...context.credentials, ...users.credentials(user) };
}

function readable(context: Context, path: string): string | undefined {
  try {
    return context.fs.isFile(path) ? context.fs.read(path) : undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return undefined;
  }
}
