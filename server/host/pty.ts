import type { ControllingTerminal, WaitQueue } from '../sim/index.ts';
import type { OpenFile } from './files/open-file.ts';

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
  /** Types. */
  input(text: string): void;
  resize(size: WindowSize): void;
  /** The line drops: SIGHUP to the session. */
  hangup(): void;
}
