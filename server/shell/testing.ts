import { binary, FunctionFile, Host, Network, type OpenFile, ROOT } from '../host/index.ts';
import type { Pty } from '../host/pty.ts';
import { Clock, type Process, Random } from '../sim/index.ts';
import { type Command, programFor } from './command.ts';
import { COMMANDS } from './programs.ts';

/** What a script gave. */
export interface Outcome {
  stdout: string;
  stderr: string;
  status: number;
}

export interface RunOptions {
  stdin?: string;
  /** Arguments after `bash`. Default: `-c SCRIPT`. */
  args?: readonly string[];
  /** The shell that runs it. Default: `bash`. */
  shell?: string;
  env?: Record<string, string>;
}

/** A host with a working directory `/w`, to run scripts on. */
export class ShellWorld {
  readonly clock = new Clock(Date.UTC(2026, 2, 2, 10, 30));
  readonly host: Host;
  readonly env: Map<string, string>;
  crash: unknown;

  constructor(commands: readonly Command[] = COMMANDS) {
    this.host = new Host({
      hostname: 'base',
      clock: this.clock,
      random: new Random(1),
      network: new Network(),
      programs: new Map(commands.map((command) => [command.name, programFor(command)])),
      onCrash: (_process, error) => {
        this.crash = error;
      },
    });
    this.env = new Map(
      Object.entries({ PATH: '/usr/bin:/bin', HOME: '/root', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' }),
    );
    this.#install(commands);
  }

  #install(commands: readonly Command[]): void {
    this.host.spawn({
      main: function* ({ fs }) {
        for (const path of ['/usr/bin', '/bin', '/tmp', '/dev', '/root', '/w', '/etc']) fs.mkdirAll(path);
        fs.write('/etc/passwd', 'root:x:0:0:root:/root:/bin/bash\n');
        for (const command of commands) {
          for (const path of command.paths ?? [`/usr/bin/${command.name}`]) {
            if (fs.exists(path)) continue;
            fs.mkdirAll(path.slice(0, path.lastIndexOf('/')));
            fs.write(path, binary(command.name), 0o777);
          }
        }
        return 0;
      },
      process: {},
      state: this.#state('/', new Map()),
    });
    this.clock.runUntilQuiet();
    if (this.crash) throw this.crash;
  }

  #state(cwd: string, fds: ReadonlyMap<number, OpenFile>) {
    return {
      host: this.host,
      args: ['init'],
      env: this.env,
      cwd,
      umask: 0o022,
      credentials: ROOT,
      fds,
      mounts: this.host.mounts,
      network: this.host.network,
      hostname: undefined,
    };
  }

  /** Runs `bash -c script` to its end. */
  run(script: string, options: RunOptions = {}): Outcome {
    let stdin = options.stdin ?? '';
    const out = { stdout: '', stderr: '' };
    const sink = (name: 'stdout' | 'stderr') =>
      new FunctionFile(name, {
        write: (text) => {
          out[name] += text;
          return text.length;
        },
      });
    const input = new FunctionFile('stdin', {
      read: (limit) => {
        const piece = stdin.slice(0, limit);
        stdin = stdin.slice(limit);
        return piece;
      },
    });
    const { shell = 'bash' } = options;
    const args = [shell, ...(options.args ?? ['-c', script])];
    for (const [name, value] of Object.entries(options.env ?? {})) this.env.set(name, value);
    const child = this.host.spawn({
      main: (context) => context.exec(`/bin/${shell}`, args),
      process: {},
      state: {
        ...this.#state(
          '/w',
          new Map([
            [0, input],
            [1, sink('stdout')],
            [2, sink('stderr')],
          ]),
        ),
        args,
      },
    });
    this.clock.runUntilQuiet(3_600_000, 3_000_000);
    if (this.crash) {
      const { crash } = this;
      this.crash = undefined;
      throw crash;
    }
    if (child.alive) {
      child.signal('KILL');
      this.clock.runUntilQuiet(1000);
      return { ...out, status: -1 };
    }
    return { ...out, status: child.status?.code ?? -1 };
  }

  /** Empties the working directory. */
  clear(): void {
    this.host.spawn({
      main: function* ({ fs }) {
        fs.removeAll('/w');
        fs.mkdirAll('/w');
        return 0;
      },
      process: {},
      state: this.#state('/', new Map()),
    });
    this.clock.runUntilQuiet(1000);
  }

  /** Writes a file as root. */
  write(path: string, text: string): void {
    const cut = path.lastIndexOf('/');
    this.writeAll(path.slice(0, cut), [[path.slice(cut + 1), text]]);
  }

  /** Writes files below a directory as root. */
  writeAll(directory: string, files: Iterable<readonly [path: string, text: string]>): void {
    this.host.spawn({
      main: function* ({ fs }) {
        for (const [name, text] of files) {
          const path = `${directory}/${name}`;
          fs.mkdirAll(path.slice(0, path.lastIndexOf('/')));
          fs.write(path, text);
        }
        return 0;
      },
      process: {},
      state: this.#state('/', new Map()),
    });
    this.clock.runUntilQuiet(1000);
  }

  /** Starts a shell on a terminal. */
  login(pty: Pty, args: readonly string[]): Process {
    const slave = pty.open();
    const process = this.host.spawn({
      main: (context) => context.exec('/bin/bash', args),
      process: { newSession: true },
      state: { ...this.#state('/w', new Map([0, 1, 2].map((fd) => [fd, slave]))), args },
    });
    process.terminal = pty;
    pty.session = process.session;
    pty.foreground = process.group;
    return process;
  }
}
