import xterm from '@xterm/headless';
import { type Pty, Terminals } from '../../host/pty.ts';
import { ShellWorld } from '../testing.ts';

const { Terminal } = xterm;

export interface TypistOptions {
  columns?: number;
  rows?: number;
  args?: readonly string[];
  /** Text of `~/.bashrc`. */
  rc?: string;
  files?: Readonly<Record<string, string>>;
}

/** An interactive shell on a pty, and the screen that shows it. */
export class Typist {
  readonly world = new ShellWorld();
  readonly master: Pty;
  readonly #screen: InstanceType<typeof Terminal>;
  readonly process;

  constructor(options: TypistOptions = {}) {
    const { columns = 80, rows = 24 } = options;
    this.#screen = new Terminal({ cols: columns, rows, allowProposedApi: true });
    this.master = new Terminals(this.world.host.processes).create({ columns, rows });
    this.world.write('/root/.bashrc', options.rc ?? "PS1='$ '\n");
    for (const [path, text] of Object.entries(options.files ?? {})) this.world.write(path, text);
    this.process = this.world.login(this.master, options.args ?? ['bash']);
    this.settle();
  }

  settle(seconds = 0): void {
    if (seconds > 0) this.world.clock.advance(seconds * 1000);
    for (let quiet = false; !quiet; ) {
      quiet =
        this.world.clock.runUntilQuiet(0, 200_000).quiet ||
        this.world.clock.nextTime() !== this.world.clock.now;
    }
    if (this.world.crash) throw this.world.crash;
  }

  /** Types, lets virtual time pass, and returns the screen without its empty lines at the end. */
  async type(text: string, seconds = 0.05): Promise<string[]> {
    this.master.input(text);
    this.settle(seconds);
    return await this.screen();
  }

  async resize(columns: number, rows = 24): Promise<string[]> {
    this.#screen.resize(columns, rows);
    this.master.resize({ columns, rows });
    this.settle(0.01);
    return await this.screen();
  }

  async screen(): Promise<string[]> {
    const output = this.master.take() ?? '';
    await new Promise<void>((done) => this.#screen.write(output, done));
    const { active } = this.#screen.buffer;
    const lines: string[] = [];
    for (let i = 0; i < active.length; i++)
      lines.push(active.getLine(i)?.translateToString(true).trimEnd() ?? '');
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  /** Column of the cursor. */
  get cursor(): { row: number; column: number } {
    const { active } = this.#screen.buffer;
    return { row: active.baseY + active.cursorY, column: active.cursorX };
  }
}
