import type { Context, Master, OpenFile } from '../../../host/index.ts';
import type { Process } from '../../../sim/index.ts';
import { CopyMode } from './copy-mode.ts';
import { Screen } from './vt.ts';

export interface PaneOptions {
  readonly command: string | undefined;
  readonly cwd: string;
  readonly columns: number;
  readonly rows: number;
  readonly env: ReadonlyMap<string, string>;
  readonly historyLimit: number;
  /** What programs are told of the terminal (`TERM`). */
  readonly terminal: string;
}

/** A shell, or another command, on a terminal that tmux holds the other side of. */
export class Pane {
  readonly id: number;
  readonly master: Master;
  readonly screen: Screen;
  readonly process: Process;
  readonly startedWith: string;
  copy: CopyMode | undefined;
  /** The time is shown until a key is pressed. */
  clock = false;
  /** The tree of sessions hides it. */
  hidden = false;
  /** A command that gets what is printed. */
  pipe: OpenFile | undefined;

  constructor(server: Context, id: number, options: PaneOptions) {
    this.id = id;
    const pty = server.host.terminals.create({ columns: options.columns, rows: options.rows });
    this.master = pty;
    this.screen = new Screen(options.columns, options.rows, options.historyLimit);
    const shell = options.env.get('SHELL') ?? '/bin/bash';
    const name = shell.slice(shell.lastIndexOf('/') + 1);
    const slave = pty.open();
    this.startedWith = options.command ?? name;
    this.process = server.spawn(shell, {
      args: options.command === undefined ? [`-${name}`] : [name, '-c', options.command],
      cwd: server.fs.isDirectory(options.cwd) ? options.cwd : '/',
      env: new Map([...options.env, ['TERM', options.terminal], ['TMUX_PANE', `%${id}`]]),
      fds: new Map([0, 1, 2].map((fd) => [fd, slave])),
      process: { newSession: true },
    });
    this.process.terminal = pty;
    pty.session = this.process.session;
    pty.foreground = this.process.group;
  }

  /** Takes what the programs wrote. True: something changed. */
  pump(): boolean {
    let changed = false;
    for (let text = this.master.take(); text !== undefined && text !== ''; text = this.master.take()) {
      this.screen.write(text);
      this.pipe?.write(text);
      changed = true;
    }
    return changed;
  }

  resize(columns: number, rows: number): void {
    if (this.screen.columns === columns && this.screen.rows === rows) return;
    this.screen.resize(columns, rows);
    this.master.resize({ columns, rows });
  }

  /** What runs in the foreground, as the window's name shows it. */
  currentCommand(server: Context): string {
    const group = this.master.terminal.foreground;
    const leader = server.host.processes.get(group) ?? this.process;
    const file = (leader.argv[0] ?? '').replace(/^-/, '');
    return file.slice(file.lastIndexOf('/') + 1);
  }

  currentPath(server: Context): string {
    const leader = server.host.processes.get(this.master.terminal.foreground) ?? this.process;
    return server.host.contextOf(leader)?.cwd ?? server.host.contextOf(this.process)?.cwd ?? '/';
  }

  /** Something else than the program is shown. */
  get inMode(): boolean {
    return this.copy !== undefined || this.clock || this.hidden;
  }

  enterCopyMode(vi: boolean): CopyMode {
    this.copy ??= new CopyMode(this.screen, !vi);
    return this.copy;
  }
}
