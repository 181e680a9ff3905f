import type { Process } from '../../../sim/index.ts';
import type { Options } from '../../options.ts';
import { expand, subjectOf } from './format.ts';
import { panesOf } from './layout.ts';
import type { Pane } from './pane.ts';
import { type Session, TmuxError, type TmuxServer, type Viewer, type Window } from './server.ts';

/** Where a command runs: from a client that looks at a session, or from a shell. */
export interface Origin {
  readonly server: TmuxServer;
  readonly viewer: Viewer | undefined;
  readonly session: Session | undefined;
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly size: { readonly columns: number; readonly rows: number };
  /** Reads a file of configuration; undefined when it is not there. */
  readonly read: (path: string) => string | undefined;
  /** What a client of the shell waits for, and prints then. */
  readonly later?: { text: string; readonly processes: Process[] };
}

export interface Invocation extends Origin {
  readonly options: Options;
  readonly args: readonly string[];
}

export interface TmuxCommand {
  readonly names: readonly string[];
  readonly options: string;
  readonly usage: string;
  /** What it prints; '' is nothing. */
  run(call: Invocation): string;
}

export interface Target {
  readonly session: Session;
  readonly index: number;
  readonly window: Window;
  readonly pane: Pane;
}

/** Finds what `-t` names: `session:window.pane`, with parts left out. Throws TmuxError. */
export function target(call: Origin, text: string | undefined): Target {
  const { server } = call;
  const [, sessionPart, windowPart, panePart] = /^(?:([^:]*):)?([^.]*)?(?:\.(.*))?$/.exec(text ?? '') ?? [];
  const named =
    sessionPart ??
    (text !== undefined && !/^[%@]/.test(text) && findSession(server, windowPart ?? '') ? windowPart : '');
  const session = named ? findSession(server, named) : (call.session ?? server.sessions.at(-1));
  if (!session)
    throw new TmuxError(
      text === undefined || named === '' ? 'no current session' : `can't find session: ${named}`,
    );
  if (text?.startsWith('%')) return byPaneId(server, text);
  const wanted = sessionPart === undefined && named === windowPart ? '' : (windowPart ?? '');
  const index = windowIndex(session, wanted);
  const window = session.windows.get(index);
  if (!window) throw new TmuxError(`can't find window: ${wanted}`);
  return { session, index, window, pane: paneOf(server, window, panePart) };
}

function findSession(server: TmuxServer, name: string): Session | undefined {
  const bare = name.replace(/^=/, '');
  return (
    server.sessions.find((session) => session.name === bare || `$${session.id}` === bare) ??
    (name === '' || name.startsWith('=')
      ? undefined
      : server.sessions.find((session) => session.name.startsWith(bare)))
  );
}

function byPaneId(server: TmuxServer, id: string): Target {
  for (const session of server.sessions)
    for (const [index, window] of session.windows) {
      const pane = panesOf(window.layout).find((other) => `%${other.id}` === id);
      if (pane) return { session, index, window, pane };
    }
  throw new TmuxError(`can't find pane: ${id}`);
}

function windowIndex(session: Session, text: string): number {
  const all = [...session.windows.keys()].sort((a, b) => a - b);
  const at = all.indexOf(session.current);
  if (text === '') return session.current;
  if (text === '!') return session.last ?? session.current;
  if (text === '+' || text === '{next}') return all[(at + 1) % all.length] as number;
  if (text === '-' || text === '{previous}') return all[(at - 1 + all.length) % all.length] as number;
  if (/^\d+$/.test(text)) return Number(text);
  const named = all.find((index) => session.windows.get(index)?.name === text);
  return named ?? all.find((index) => session.windows.get(index)?.name.startsWith(text)) ?? -1;
}

function paneOf(server: TmuxServer, window: Window, text: string | undefined): Pane {
  const all = panesOf(window.layout);
  if (text === undefined || text === '') return window.active;
  const at = all.indexOf(window.active);
  if (text === '+') return all[(at + 1) % all.length] as Pane;
  if (text === '-') return all[(at - 1 + all.length) % all.length] as Pane;
  const found = all[Number(text) - Number(server.option('pane-base-index'))];
  if (!found) throw new TmuxError(`can't find pane: ${text}`);
  return found;
}

/** The session that `-t` names, where a window cannot be meant. */
export function sessionTarget(call: Invocation): Session {
  const name = call.options.get('t');
  return target(call, name === undefined || name.includes(':') ? name : `${name}:`).session;
}

/** Where a new shell starts. */
export function directory(call: Invocation, session: Session, pane: Pane): string {
  const given = call.options.get('c');
  if (given === undefined) return session.cwd;
  return expand(call.server, { ...subjectOf(call.server, session), pane }, given);
}

/** Words as tmux's configuration has them: quotes, and `\;` or ` ; ` between commands. */
export function splitWords(line: string): string[] {
  const found = line.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  const out: string[] = [];
  for (const word of found) {
    if (word.startsWith('#')) break;
    out.push(
      word === '\\;'
        ? ';'
        : word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g, (_all, a?: string, b?: string, c?: string) =>
            a === undefined ? (b ?? c ?? '') : a.replace(/\\(["\\$])/g, '$1'),
          ),
    );
  }
  return out;
}
