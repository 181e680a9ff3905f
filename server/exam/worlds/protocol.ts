import type { Report } from '../../../graders/report.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What the web process asks of a worker. Each is answered by a `Reply` with the same `id`. */
export type Ask =
  | { readonly ask: 'open'; readonly world: string; readonly lab: string }
  | {
      readonly ask: 'terminal';
      readonly world: string;
      readonly terminal: string;
      readonly host: string;
      readonly size: Size;
    }
  | { readonly ask: 'grade'; readonly world: string }
  | { readonly ask: 'reset'; readonly world: string }
  | { readonly ask: 'kubeconfig'; readonly world: string }
  | { readonly ask: 'close'; readonly world: string }
  | { readonly ask: 'prepare'; readonly lab: string };

/** What the web process tells a worker, without an answer. */
export type Tell =
  | { readonly tell: 'input'; readonly world: string; readonly terminal: string; readonly data: string }
  | { readonly tell: 'resize'; readonly world: string; readonly terminal: string; readonly size: Size }
  | { readonly tell: 'hangup'; readonly world: string; readonly terminal: string };

/** Asks whether the worker still listens. It answers with the event of the same name. */
export interface AreYouThere {
  readonly areYouThere: true;
}

export interface Answers {
  open: { readonly hosts: readonly string[]; readonly host: string };
  terminal: null;
  grade: Report;
  kubeconfig: string;
  reset: null;
  close: null;
  prepare: null;
}

export type ToWorker = (Ask & { readonly id: number }) | Tell | AreYouThere;

export type Reply =
  | { readonly reply: number; readonly value: unknown }
  | { readonly reply: number; readonly error: string };

/** What a worker tells on its own. */
export type Event =
  | { readonly event: 'output'; readonly world: string; readonly terminal: string; readonly data: string }
  | { readonly event: 'ended'; readonly world: string; readonly terminal: string }
  | { readonly event: 'here' };

export type FromWorker = Reply | Event;
