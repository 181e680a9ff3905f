/** What the browser and the server say to each other. Types only: both sides import them. */

/** The browser's terminal to the server, as JSON over a WebSocket. */
export type TerminalInput =
  | { readonly type: 'input'; readonly data: string }
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number };

/** The server to the browser's terminal. */
export type TerminalOutput =
  /** The connection stands. `epoch` names the shell: a new one after a restart. `seq` characters were sent so far. */
  | { readonly type: 'ready'; readonly epoch: string; readonly seq: number; readonly fresh: boolean }
  /** `seq` counts all characters of this epoch up to the end of `data`. */
  | { readonly type: 'output'; readonly seq: number; readonly data: string }
  | { readonly type: 'ended' }
  | { readonly type: 'over' }
  | { readonly type: 'error'; readonly message: string };

/** The query of a terminal's WebSocket. */
export interface TerminalQuery {
  readonly task: string;
  readonly terminal: string;
  readonly host: string;
  readonly columns: string;
  readonly rows: string;
  /** What the browser has already: an epoch and a number of characters. */
  readonly epoch: string;
  readonly after: string;
}

export interface VerdictView {
  readonly outcome: 'pass' | 'fail' | 'ungradable';
  readonly says: string;
  readonly points: number;
  readonly earned: number;
  readonly expected: string;
  readonly actual: string;
  readonly why: string | null;
}

export interface ReportView {
  readonly earned: number;
  readonly points: number;
  readonly percent: number;
  readonly verdicts: readonly VerdictView[];
}

/** What a page's script gets with the page. */
export interface PageData {
  readonly language: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly attempt?: AttemptData;
}

export interface AttemptData {
  readonly id: string;
  readonly kind: 'lab' | 'exam';
  /** Seconds left when the page was made; null: no limit. */
  readonly secondsLeft: number | null;
  readonly current: number;
  readonly tasks: readonly { readonly flagged: boolean; readonly hints: number }[];
  readonly hosts: readonly string[];
  readonly host: string;
}

/** Answer of `GET /attempts/:id/state`. */
export interface AttemptState {
  readonly secondsLeft: number | null;
  readonly over: boolean;
  readonly graded: boolean;
}
