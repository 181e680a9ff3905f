import { type Cgroup, type ExitStatus, type Process, SIGNALS } from '../../sim/index.ts';
import type { Context } from '../context.ts';
import { type Credentials, ROOT } from '../credentials.ts';
import { isSystemError } from '../errors.ts';
import { FunctionFile } from '../files/open-file.ts';
import type { Journal } from '../journal.ts';
import type { LoadedUnit } from './unit.ts';
import { parseEnvironment, parseEnvironmentFile, splitCommand } from './unit-file.ts';

/** What a command of a unit is started with. */
export interface CommandHost {
  /** The context of pid 1: services are its children. */
  readonly context: Context;
  readonly journal: Journal;
  credentialsOf(user: string): Credentials | undefined;
}

/** A started command, or why it could not be started, in systemd's words. */
export type SpawnOutcome =
  /** `messages`: why the child gives up at once. */
  | { readonly process: Process; readonly messages: readonly string[] }
  | { readonly result: 'resources'; readonly messages: readonly string[] }
  | { readonly result: 'skipped'; readonly messages: readonly string[] };

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Starts one `Exec…=` line of a unit in its control group, its output going to the journal. */
export function spawnCommand(
  host: CommandHost,
  unit: LoadedUnit,
  cgroup: Cgroup,
  command: string,
): SpawnOutcome {
  const env = environmentOf(host, unit);
  if (!env) {
    const reason = 'No such file or directory';
    return {
      result: 'resources',
      messages: [`Failed to load environment files: ${reason}`, `Failed to run 'start' task: ${reason}`],
    };
  }
  const words = splitCommand(command.replace(/^[-@:+!]+/, ''), env);
  const file = words[0] ?? '';
  const user = unit.file.get('Service', 'User');
  const credentials = user === undefined || user === '' ? ROOT : host.credentialsOf(user);
  if (!credentials) {
    const reason = 'No such process';
    return {
      process: givingUp(host, cgroup, words, 217),
      messages: [
        `Failed to determine user credentials: ${reason}`,
        `Failed at step USER spawning ${file}: ${reason}`,
      ],
    };
  }
  const directory = unit.file.get('Service', 'WorkingDirectory') ?? '/';
  const cwd = directory.replace(/^-/, '');
  if (!host.context.fs.isDirectory(cwd) && !directory.startsWith('-')) {
    const reason = host.context.fs.exists(cwd) ? 'Not a directory' : 'No such file or directory';
    return {
      process: givingUp(host, cgroup, words, 200),
      messages: [
        `Changing to the requested working directory failed: ${reason}`,
        `Failed at step CHDIR spawning ${file}: ${reason}`,
      ],
    };
  }
  const output = new JournalOutput(host.journal, unit, file);
  try {
    const process = host.context.spawn(file, {
      args: words,
      env,
      cwd: host.context.fs.isDirectory(cwd) ? cwd : '/',
      credentials,
      fds: new Map([
        [0, new FunctionFile('/dev/null', {})],
        [1, output.file],
        [2, output.file],
      ]),
      process: { newSession: true, cgroup },
    });
    output.pid = process.pid;
    return { process, messages: [] };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (mayFail(command) && error.code === 'ENOENT') {
      return { result: 'skipped', messages: [`Executable ${file} missing, skipping: ${error.message}`] };
    }
    return {
      process: givingUp(host, cgroup, words, 203),
      messages: [
        `Failed to locate executable ${file}: ${error.message}`,
        `Failed at step EXEC spawning ${file}: ${error.message}`,
      ],
    };
  }
}

/** The child that systemd forks, which ends before it gets to the command. */
function givingUp({ context }: CommandHost, cgroup: Cgroup, args: readonly string[], code: number): Process {
  const { host, process } = context;
  return host.spawn({
    main: function* () {
      return code;
    },
    parent: process,
    process: { newSession: true, cgroup },
    state: {
      host,
      args,
      env: new Map(),
      cwd: '/',
      umask: 0o22,
      credentials: ROOT,
      fds: new Map(),
      mounts: host.mounts,
      network: host.network,
      hostname: undefined,
    },
  });
}

/** Whether the unit does not mind if the command fails: `-` is among the characters before its path. */
export function mayFail(command: string): boolean {
  return /^[@:+!]*-/.test(command);
}

/** Undefined when an environment file is missing that must be there. */
function environmentOf(host: CommandHost, unit: LoadedUnit): Map<string, string> | undefined {
  const env = new Map([
    ['PATH', DEFAULT_PATH],
    ['LANG', 'C.UTF-8'],
  ]);
  for (const value of unit.file.all('Service', 'Environment')) {
    for (const [name, text] of parseEnvironment(value)) env.set(name, text);
  }
  const { fs } = host.context;
  for (const value of unit.file.all('Service', 'EnvironmentFile')) {
    const path = value.replace(/^-/, '');
    if (fs.isFile(path)) for (const [name, text] of parseEnvironmentFile(fs.read(path))) env.set(name, text);
    else if (!value.startsWith('-')) return undefined;
  }
  return env;
}

/** Turns what a service prints into journal entries, a line each. */
class JournalOutput {
  pid: number | undefined;
  readonly file: FunctionFile;
  #partial = '';

  constructor(journal: Journal, unit: LoadedUnit, executable: string) {
    const identifier =
      unit.file.get('Service', 'SyslogIdentifier') ?? executable.slice(executable.lastIndexOf('/') + 1);
    this.file = new FunctionFile('socket:[20001]', {
      write: (text) => {
        const lines = (this.#partial + text).split('\n');
        this.#partial = lines.pop() as string;
        for (const message of lines) journal.append({ identifier, pid: this.pid, unit: unit.name, message });
        return text.length;
      },
    });
  }
}

/** Whether systemd counts it as success. */
export function isClean(status: ExitStatus): boolean {
  if (status.signal) return ['HUP', 'INT', 'TERM', 'PIPE'].includes(status.signal);
  return status.code === 0;
}

const EXIT_NAMES: Record<number, string> = {
  1: 'FAILURE',
  2: 'INVALIDARGUMENT',
  126: 'n/a',
  127: 'n/a',
  200: 'CHDIR',
  203: 'EXEC',
  217: 'USER',
};

/** `code=exited, status=1/FAILURE` or, in the journal, `code=killed, status=9/KILL`; systemctl says `signal=KILL`. */
export function describeStatus(status: ExitStatus, where: 'journal' | 'systemctl' = 'journal'): string {
  if (status.signal && where === 'systemctl') return `code=killed, signal=${status.signal}`;
  if (status.signal) return `code=killed, status=${SIGNALS[status.signal]}/${status.signal}`;
  return `code=exited, status=${status.code}/${status.code === 0 ? 'SUCCESS' : (EXIT_NAMES[status.code] ?? 'n/a')}`;
}
