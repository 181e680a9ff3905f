import { FunctionFile, type Host, type User } from '../host/index.ts';
import { stepShell } from '../shell/step-shell.ts';
import { type Process, WaitQueue } from '../sim/index.ts';
import { type DriveResult, drive } from './drive.ts';
import { provideDirectory, startShell, userOf } from './shell.ts';
import type { World } from './world.ts';

export interface ShellOptions {
  host?: string;
  user?: string;
  /** Default: the topology's directory for scripts on the candidate's host, else the user's home. */
  cwd?: string;
  out?: (text: string) => void;
  err?: (text: string) => void;
  /** Virtual ms a script may take. */
  limitMs?: number;
}

export interface StepResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  /** Virtual ms. */
  readonly elapsedMs: number;
}

const LIMIT_MS = 6 * 3600_000;
/** Exit code of a command that never ends, as timeout(1) gives it. */
const NEVER_ENDS = 124;

interface Place {
  host: Host;
  user: User;
  cwd: string;
}

function placeOf(world: World, options: ShellOptions): Place {
  const { candidate } = world.topology;
  const host = world.host(options.host ?? candidate.host);
  const atHome = host.hostname === candidate.host && (options.user ?? candidate.user) === candidate.user;
  const user = userOf(host, options.user ?? (atHome ? candidate.user : 'root'));
  const cwd = options.cwd ?? (atHome ? candidate.directory : undefined) ?? user.home;
  provideDirectory(host, cwd, user);
  return { host, user, cwd };
}

/** Runs a bash script to its end and returns its exit code. */
export async function runScript(world: World, script: string, options: ShellOptions = {}): Promise<number> {
  const { host, user, cwd } = placeOf(world, options);
  const err = options.err ?? (() => {});
  const process = startShell({
    host,
    user,
    cwd,
    args: ['bash', '-c', script],
    fds: new Map([
      [0, new FunctionFile('/dev/null', {})],
      [1, sink(options.out ?? (() => {}))],
      [2, sink(err)],
    ]),
  });
  const result = await drive(world.clock, () => !process.alive, { limitMs: options.limitMs ?? LIMIT_MS });
  return process.alive ? stuck(process, result, err) : (process.status?.code ?? 0);
}

/** Ends a command that will never end by itself, and says so. */
function stuck(process: Process, result: DriveResult, err: (text: string) => void): number {
  const why = result === 'quiet' ? 'waits for something that never happens' : 'does not end';
  err(`examlet: the command ${why}\n`);
  process.signal('KILL');
  return NEVER_ENDS;
}

function sink(take: (text: string) => void): FunctionFile {
  return new FunctionFile('pipe:[1]', {
    write: (text) => {
      take(text);
      return text.length;
    },
  });
}

/** One shell that runs commands one after the other, so that variables, functions and the directory stay. */
export class StepShell {
  readonly #world: World;
  readonly #place: Place;
  readonly #limitMs: number;
  readonly #pushed = new WaitQueue();
  #process: Process | undefined;
  #cwd: string;
  #next: string | undefined;
  #status: number | undefined;
  #stdout: string[] = [];
  #stderr: string[] = [];

  constructor(world: World, options: ShellOptions = {}) {
    this.#world = world;
    this.#place = placeOf(world, options);
    this.#cwd = this.#place.cwd;
    this.#limitMs = options.limitMs ?? LIMIT_MS;
  }

  async run(step: string): Promise<StepResult> {
    const { clock } = this.#world;
    const startedAt = clock.now;
    this.#stdout = [];
    this.#stderr = [];
    this.#status = undefined;
    const process = this.#shell();
    this.#next = step;
    this.#pushed.notify();
    const over = () => this.#status !== undefined || !process.alive;
    const result = await drive(clock, over, { limitMs: this.#limitMs });
    const exit = this.#status ?? (process.alive ? this.#kill(process, result) : (process.status?.code ?? 0));
    if (process.alive) this.#cwd = this.#place.host.contextOf(process)?.cwd ?? this.#cwd;
    const output = { stdout: this.#stdout.join(''), stderr: this.#stderr.join('') };
    return { ...output, exit, elapsedMs: Math.round(clock.now - startedAt) };
  }

  /** The shell; a new one where the last step ended it. */
  #shell(): Process {
    if (this.#process?.alive) return this.#process;
    const { host, user } = this.#place;
    this.#process = startShell({
      host,
      user,
      cwd: this.#cwd,
      args: ['bash'],
      main: stepShell({
        next: () => this.#take(),
        pushed: this.#pushed,
        done: (status) => {
          this.#status = status;
        },
      }),
      fds: new Map([
        [0, new FunctionFile('/dev/null', {})],
        [1, sink((text) => this.#stdout.push(text))],
        [2, sink((text) => this.#stderr.push(text))],
      ]),
    });
    return this.#process;
  }

  #take(): string | undefined {
    const step = this.#next;
    this.#next = undefined;
    return step;
  }

  #kill(process: Process, result: DriveResult): number {
    return stuck(process, result, (text) => this.#stderr.push(text));
  }
}
