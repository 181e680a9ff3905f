import { binary, type FrozenDisk, FunctionFile, Host, Network, ROOT } from '../../host/index.ts';
import { Clock, Random } from '../../sim/index.ts';
import { type Command, programFor } from '../command.ts';
import { COMMANDS } from './index.ts';

/** Just enough of a shell for `system`, `xargs` and the like: one simple command. */
const SHELL: Command = {
  name: 'sh',
  summary: 'a shell for tests',
  *main(context) {
    const words = (context.args[2] ?? '').split(/\s+/).filter((word) => word !== '');
    return yield* context.exec(words[0] ?? 'true', words);
  },
};

/** What a command line gave. */
export interface Result {
  stdout: string;
  stderr: string;
  status: number;
}

export interface TestWorldOptions {
  /** Virtual time at the start. Default: 2026-03-02 10:30:00 UTC. */
  now?: number;
  commands?: readonly Command[];
  env?: Record<string, string>;
  /** A disk with the commands installed. Default: one is made. */
  base?: FrozenDisk;
}

/** A host with the commands installed and nothing else, to run argument lists on. */
export class TestWorld {
  readonly clock: Clock;
  readonly host: Host;
  readonly network: Network;
  readonly #env: Map<string, string>;

  constructor(options: TestWorldOptions = {}) {
    const commands = [...(options.commands ?? COMMANDS), SHELL];
    this.clock = new Clock(options.now ?? Date.UTC(2026, 2, 2, 10, 30));
    this.network = new Network();
    this.host = new Host({
      hostname: 'base',
      clock: this.clock,
      random: new Random(1),
      network: this.network,
      ...(options.base ? { base: options.base } : {}),
      programs: new Map(commands.map((command) => [command.name, programFor(command)])),
      onCrash: (_process, error) => {
        throw error;
      },
    });
    this.#env = new Map(
      Object.entries({
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
        HOME: '/root',
        USER: 'root',
        LANG: 'C.UTF-8',
        TERM: 'xterm-256color',
        ...options.env,
      }),
    );
    if (!options.base) this.setUp(commands);
  }

  /** Runs something with a process's view of the files, as root. */
  files(use: (context: import('../../host/index.ts').Context) => void, cwd = '/'): void {
    this.host.spawn({
      main: function* (context) {
        use(context);
        return 0;
      },
      process: {},
      state: { ...this.#state(), cwd, fds: new Map() },
    });
    this.clock.runUntilQuiet();
  }

  /** Runs one program to its end, at most an hour of virtual time. */
  run(
    args: readonly string[],
    options: { stdin?: string; stdinPath?: string; cwd?: string; seconds?: number } = {},
  ): Result {
    const result: Result = { stdout: '', stderr: '', status: -1 };
    let rest = options.stdin ?? '';
    const stdin = new FunctionFile('pipe:[1]', {
      read: (limit) => {
        const piece = rest.slice(0, limit);
        rest = rest.slice(limit);
        return piece;
      },
    });
    const collect = (name: 'stdout' | 'stderr') =>
      new FunctionFile('pipe:[2]', {
        write: (text) => {
          result[name] += text;
          return text.length;
        },
      });
    const fds = new Map([
      [0, stdin],
      [1, collect('stdout')],
      [2, collect('stderr')],
    ]);
    const process = this.host.spawn({
      main: function* (context) {
        if (options.stdinPath !== undefined)
          context.setFd(0, context.fs.open(options.stdinPath, { read: true }));
        return yield* context.exec(args[0] as string, args);
      },
      process: { group: 'new' },
      state: { ...this.#state(), args, cwd: options.cwd ?? '/tmp', fds },
    });
    this.clock.runUntilQuiet((options.seconds ?? 3600) * 1000, 5_000_000);
    result.status = process.status?.code ?? -1;
    if (process.alive) process.signal('KILL');
    return result;
  }

  #state() {
    return {
      host: this.host,
      args: ['sh'] as readonly string[],
      env: this.#env,
      cwd: '/',
      umask: 0o022,
      credentials: ROOT,
      mounts: this.host.mounts,
      network: this.host.network,
      hostname: undefined,
    };
  }

  private setUp(commands: readonly Command[]): void {
    this.files(({ fs }) => {
      for (const directory of ['/usr/bin', '/usr/sbin', '/tmp', '/root', '/etc', '/dev', '/home'])
        fs.mkdirAll(directory);
      fs.chmod('/tmp', 0o1777);
      fs.symlink('usr/bin', '/bin');
      fs.symlink('usr/sbin', '/sbin');

      fs.write(
        '/etc/passwd',
        'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
      );
      fs.write('/etc/group', 'root:x:0:\nadm:x:4:\nnogroup:x:65534:\n');
      for (const command of commands) {
        for (const path of command.paths ?? [`/usr/bin/${command.name}`]) {
          fs.mkdirAll(path.slice(0, path.lastIndexOf('/')));
          fs.write(path, binary(command.name), 0o777);
        }
      }
    });
  }
}
