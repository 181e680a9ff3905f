import xterm from '@xterm/headless';
import { type OpenFile, ROOT } from '../../../host/index.ts';
import type { Process } from '../../../sim/index.ts';
import { TestWorld, type TestWorldOptions } from '../testing.ts';

export interface DeskOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly commands?: TestWorldOptions['commands'];
  /** One to run in beside others. Default: one is made. */
  readonly world?: TestWorld;
}

/** A program on a terminal, and the screen that shows it. */
export class Desk {
  readonly world: TestWorld;
  readonly pty;
  readonly process: Process;
  readonly #screen: InstanceType<typeof xterm.Terminal>;

  constructor(args: readonly string[], options: DeskOptions = {}) {
    const { columns = 80, rows = 24, cwd = '/tmp', files = {}, commands } = options;
    this.world = options.world ?? new TestWorld(commands ? { commands } : {});
    this.world.files(({ fs }) => {
      for (const [path, text] of Object.entries(files)) fs.write(path, text);
    });
    const { host } = this.world;
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.pty = host.terminals.create({ columns, rows });
    const file = this.pty.open().retain();
    this.process = host.spawn({
      main: function* (context) {
        return yield* context.exec(args[0] as string, args);
      },
      process: { newSession: true },
      state: {
        host,
        args,
        env: new Map([
          ['PATH', '/usr/bin:/usr/sbin'],
          ['TERM', 'xterm-256color'],
          ['SHELL', '/usr/bin/bash'],
          ['HOME', '/root'],
          ['PS1', '$ '],
        ]),
        cwd,
        umask: 0o022,
        credentials: ROOT,
        mounts: host.mounts,
        network: host.network,
        hostname: undefined,
        fds: new Map<number, OpenFile>([0, 1, 2].map((fd) => [fd, file])),
      },
    });
    this.process.terminal = this.pty;
    this.pty.session = this.process.pid;
    this.pty.foreground = this.process.group;
  }

  /** Lets time pass, and gives what was written meanwhile. */
  wait(ms = 50): string {
    this.world.clock.advance(ms);
    return this.pty.take() ?? '';
  }

  /** Types, and gives the bytes that come back. */
  raw(text: string): string {
    this.pty.input(text);
    return this.wait();
  }

  /** Types, and gives the screen a moment later. */
  async type(text: string, ms = 300): Promise<string[]> {
    this.pty.input(text);
    return await this.look(ms);
  }

  async look(ms = 0): Promise<string[]> {
    const output = this.wait(ms);
    await new Promise<void>((done) => this.#screen.write(output, done));
    const { active } = this.#screen.buffer;
    return Array.from({ length: this.#screen.rows }, (_, y) =>
      (active.getLine(active.baseY + y)?.translateToString() ?? '').trimEnd(),
    );
  }

  /** Row and column of the cursor, both from zero. */
  get cursor(): string {
    const { active } = this.#screen.buffer;
    return `${active.cursorY},${active.cursorX}`;
  }

  async resize(columns: number, rows: number): Promise<string[]> {
    this.#screen.resize(columns, rows);
    this.pty.resize({ columns, rows });
    return await this.look(50);
  }
}
