import { type ControllingTerminal, type ProcessTable, type Signal, WaitQueue } from '../sim/index.ts';
import { SystemError } from './errors.ts';
import { OpenFile } from './files/open-file.ts';

export interface WindowSize {
  columns: number;
  rows: number;
}

/** Settings of the line discipline, by their names in `stty -a`. */
export interface TerminalModes {
  icanon: boolean;
  echo: boolean;
  isig: boolean;
  icrnl: boolean;
  opost: boolean;
  ixon: boolean;
}

/**
 * The slave side of a pty as programs use it. The line discipline (cooked lines, echo, ^C ^D ^Z ^U ^W, NL/CR) stands
 * between it and the master side, which the browser's terminal, `ssh` or `tmux` holds.
 */
export interface Terminal extends ControllingTerminal {
  /** `pts/0`; the device is `/dev/pts/0`. */
  readonly name: string;
  readonly modes: TerminalModes;
  readonly size: WindowSize;
  /** The foreground process group, which gets ^C; `tcsetpgrp`. */
  foreground: number;
  session: number;
  /** Notified when there is input to read, or the window changed. */
  readonly readable: WaitQueue;
  /** Sets modes, e.g. `{icanon: false, echo: false}` for a line editor. Returns the modes before. */
  setModes(change: Partial<TerminalModes>): TerminalModes;
  /** Opens the slave side, for descriptors 0, 1 and 2. */
  open(): OpenFile;
}

/** The master side of a pty: what a person, `ssh` or `tmux` types into and looks at. */
export interface Master {
  readonly terminal: Terminal;
  /** Notified when there is output to take, or the slave side was closed. */
  readonly output: WaitQueue;
  /** Takes the output so far; undefined: nothing now; '' after the last slave was closed. */
  take(): string | undefined;
  /** Whether `take` has anything to give. */
  readonly pending: boolean;
  /** Types. */
  input(text: string): void;
  resize(size: WindowSize): void;
  /** The line drops: SIGHUP to the session. */
  hangup(): void;
}

/** Characters that wait for a reader on either side before writing blocks or typing is dropped. */
const BUFFER = 64 * 1024;

const COOKED: TerminalModes = { icanon: true, echo: true, isig: true, icrnl: true, opost: true, ixon: true };

const SIGNAL_KEYS: Record<string, Signal> = { '\x03': 'INT', '\x1c': 'QUIT', '\x1a': 'TSTP' };

/** A pseudo terminal of a host: both sides and the line discipline between them. Models n_tty. */
export class Pty implements Terminal, Master {
  readonly name: string;
  readonly terminal = this;
  readonly modes: TerminalModes = { ...COOKED };
  readonly size: WindowSize;
  readonly readable = new WaitQueue();
  readonly writable = new WaitQueue();
  readonly output = new WaitQueue();
  foreground = 0;
  session = 0;
  readonly #processes: ProcessTable;
  readonly #onClose: () => void;
  /** Whole lines (cooked) or characters (raw) for the reader; '' stands for ^D at the start of a line. */
  #lines: string[] = [];
  #editing = '';
  /** Typed while raw and not read yet: edited as lines once a cooked reader asks. */
  #ahead = '';
  #literal = false;
  #shown: string[] = [];
  #shownLength = 0;
  #stopped = false;
  #slaves = 0;
  #opened = false;
  #hungUp = false;

  constructor(name: string, size: WindowSize, processes: ProcessTable, onClose: () => void = () => {}) {
    this.name = name;
    this.size = { ...size };
    this.#processes = processes;
    this.#onClose = onClose;
  }

  setModes(change: Partial<TerminalModes>): TerminalModes {
    const before = { ...this.modes };
    Object.assign(this.modes, change);
    if (!before.icanon && this.modes.icanon) {
      this.#ahead += this.#lines.join('');
      this.#lines = [];
    } else if (before.icanon && !this.modes.icanon && this.#ahead !== '') {
      this.#lines.unshift(this.#ahead);
      this.#ahead = '';
      this.readable.notify();
    }
    if (before.icanon && !this.modes.icanon && this.#editing !== '') {
      this.#lines.push(this.#editing);
      this.#editing = '';
      this.readable.notify();
    }
    return before;
  }

  open(): OpenFile {
    this.#slaves++;
    this.#opened = true;
    return new SlaveFile(this);
  }

  /** @internal One slave descriptor less. */
  slaveClosed(): void {
    if (--this.#slaves > 0) return;
    this.output.notify();
    this.#onClose();
  }

  get ended(): boolean {
    return this.#opened && this.#slaves === 0;
  }

  get pending(): boolean {
    return this.#shown.length > 0 || this.ended;
  }

  take(): string | undefined {
    if (this.#shown.length === 0) return this.ended ? '' : undefined;
    const text = this.#shown.join('');
    this.#shown = [];
    this.#shownLength = 0;
    this.writable.notify();
    return text;
  }

  input(text: string): void {
    if (this.#hungUp) return;
    this.#cook();
    for (const char of text) this.#type(char);
    if (this.#lines.length > 0) this.readable.notify();
    if (this.#shown.length > 0) this.output.notify();
  }

  resize(size: WindowSize): void {
    if (size.columns === this.size.columns && size.rows === this.size.rows) return;
    Object.assign(this.size, size);
    if (this.foreground > 0) this.#processes.signalGroup(this.foreground, 'WINCH');
    this.readable.notify();
  }

  hangup(): void {
    if (this.#hungUp) return;
    this.#hungUp = true;
    for (const process of this.#processes.list()) {
      if (process.terminal !== this || !process.alive) continue;
      if (process.pid === process.session || process.group === this.foreground) {
        this.#processes.signal(process, 'HUP');
        this.#processes.signal(process, 'CONT');
      }
    }
    this.readable.notify();
    this.writable.notify();
  }

  /** @internal What the slave reads: one line at the most, when cooked. */
  readSlave(limit: number): string | undefined {
    this.#cook();
    const first = this.#lines[0];
    if (first === undefined) return this.#hungUp ? '' : undefined;
    if (!this.modes.icanon) return this.#readRaw(limit);
    if (first.length > limit) {
      this.#lines[0] = first.slice(limit);
      return first.slice(0, limit);
    }
    this.#lines.shift();
    return first;
  }

  /** @internal What the slave writes; NL becomes CR NL on the screen. */
  writeSlave(text: string): number {
    if (this.#hungUp) throw new SystemError('EIO');
    if (this.#stopped) return 0;
    const room = BUFFER - this.#shownLength;
    if (room <= 0) return 0;
    const piece = text.length > room ? text.slice(0, room) : text;
    this.#show(this.modes.opost ? piece.replaceAll('\n', '\r\n') : piece);
    this.output.notify();
    return piece.length;
  }

  /** Edits what was typed ahead into lines. */
  #cook(): void {
    if (this.#ahead === '' || !this.modes.icanon) return;
    const ahead = this.#ahead;
    this.#ahead = '';
    for (const char of ahead) this.#type(char);
    if (this.#shown.length > 0) this.output.notify();
  }

  #readRaw(limit: number): string {
    let all = this.#lines.join('');
    this.#lines = [];
    if (all.length > limit) {
      this.#lines.push(all.slice(limit));
      all = all.slice(0, limit);
    }
    return all;
  }

  #type(typed: string): void {
    const { modes } = this;
    if (this.#literal) {
      this.#literal = false;
      this.#add(typed);
      return;
    }
    const char = typed === '\r' && modes.icrnl ? '\n' : typed;
    if (modes.ixon && this.#flow(char)) return;
    if (modes.isig && this.#interrupt(char)) return;
    if (!modes.icanon) this.#add(char);
    else this.#edit(char);
  }

  /** ^S stops the output, ^Q and any other key let it go on. */
  #flow(char: string): boolean {
    if (char !== '\x13' && char !== '\x11' && !this.#stopped) return false;
    this.#stopped = char === '\x13';
    if (!this.#stopped) this.writable.notify();
    return char === '\x13' || char === '\x11';
  }

  #interrupt(char: string): boolean {
    const signal = SIGNAL_KEYS[char];
    if (!signal) return false;
    if (this.modes.echo) this.#show(caret(char));
    this.#lines = [];
    this.#editing = '';
    if (this.foreground > 0) this.#processes.signalGroup(this.foreground, signal);
    return true;
  }

  #add(char: string): void {
    if (this.modes.icanon) {
      if (this.#editing.length < 4095) this.#editing += char;
    } else if (this.#lines.length < BUFFER) {
      this.#lines.push(char);
    }
    if (this.modes.echo) this.#show(echoed(char));
  }

  #edit(char: string): void {
    switch (char) {
      case '\x7f':
      case '\b':
        this.#erase(1);
        return;
      case '\x15':
        this.#erase([...this.#editing].length);
        return;
      case '\x17':
        this.#erase([...(/\S*\s*$/.exec(this.#editing)?.[0] ?? '')].length);
        return;
      case '\x16':
        this.#literal = true;
        return;
      case '\x12':
        this.#show(`^R\r\n${this.#editing}`);
        return;
      case '\x04':
        this.#lines.push(this.#editing);
        this.#editing = '';
        return;
      case '\n':
        this.#lines.push(`${this.#editing}\n`);
        this.#editing = '';
        if (this.modes.echo) this.#show('\r\n');
        return;
      default:
        this.#add(char);
    }
  }

  #erase(count: number): void {
    const chars = [...this.#editing];
    for (let i = 0; i < count; i++) {
      const char = chars.pop();
      if (char === undefined) break;
      if (this.modes.echo) this.#show('\b \b'.repeat(columns(echoed(char))));
    }
    this.#editing = chars.join('');
  }

  #show(text: string): void {
    this.#shown.push(text);
    this.#shownLength += text.length;
  }
}

class SlaveFile extends OpenFile {
  readonly #pty: Pty;
  override readonly terminal: Terminal;
  override readonly readable: WaitQueue;
  override readonly writable: WaitQueue;

  constructor(pty: Pty) {
    super();
    this.#pty = pty;
    this.terminal = pty;
    this.readable = pty.readable;
    this.writable = pty.writable;
  }

  get name(): string {
    return `/dev/${this.#pty.name}`;
  }

  read(limit: number): string | undefined {
    return this.#pty.readSlave(limit);
  }

  write(text: string): number {
    return this.#pty.writeSlave(text);
  }

  protected override close(): void {
    this.#pty.slaveClosed();
  }
}

function caret(char: string): string {
  return `^${String.fromCharCode(char.charCodeAt(0) ^ 0x40)}`;
}

/** Control characters are echoed as `^X`, but for tab and newline. */
function echoed(char: string): string {
  if (char === '\n') return '\r\n';
  return (char < ' ' && char !== '\t') || char === '\x7f' ? caret(char) : char;
}

function columns(text: string): number {
  let width = 0;
  for (const char of text)
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
        char,
      )
        ? 2
        : 1;
  return width;
}

/** The pseudo terminals of a host. */
export class Terminals {
  readonly #open = new Map<number, Pty>();
  readonly #processes: ProcessTable;

  constructor(processes: ProcessTable) {
    this.#processes = processes;
  }

  /** A new pty with the lowest free number. */
  create(size: WindowSize): Pty {
    let number = 0;
    while (this.#open.has(number)) number++;
    const pty = new Pty(`pts/${number}`, size, this.#processes, () => this.#open.delete(number));
    this.#open.set(number, pty);
    return pty;
  }

  list(): Pty[] {
    return [...this.#open.values()];
  }

  byName(name: string): Pty | undefined {
    return this.list().find((pty) => pty.name === name);
  }
}
