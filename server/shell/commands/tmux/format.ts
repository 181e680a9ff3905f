import { formatDate, zoneOf } from '../../dates.ts';
import { panesOf } from './layout.ts';
import type { Pane } from './pane.ts';
import type { Session, TmuxServer, Window } from './server.ts';

export interface Subject {
  readonly session: Session;
  readonly index: number;
  readonly window: Window;
  readonly pane: Pane;
}

const SHORT: Readonly<Record<string, string>> = {
  S: 'session_name',
  I: 'window_index',
  W: 'window_name',
  F: 'window_flags',
  P: 'pane_index',
  D: 'pane_id',
  T: 'pane_title',
  H: 'host',
  h: 'host_short',
};

export function subjectOf(server: TmuxServer, session: Session, index = session.current): Subject {
  const window = session.windows.get(index) ?? server.window(session);
  return { session, index, window, pane: window.active };
}

export function flagsOf(server: TmuxServer, { session, index, window }: Subject): string {
  return [
    index === session.current ? '*' : index === session.last ? '-' : '',
    window.zoomed ? 'Z' : '',
    server.viewers.size < 0 ? '#' : '',
  ].join('');
}

function values(server: TmuxServer, subject: Subject): Record<string, string | number> {
  const { session, index, window, pane } = subject;
  const base = Number(server.option('pane-base-index'));
  const attached = [...server.viewers].filter((viewer) => viewer.session === session).length;
  return {
    session_name: session.name,
    session_id: `$${session.id}`,
    session_windows: session.windows.size,
    session_attached: attached,
    session_created: Math.floor(session.createdAt / 1000),
    window_index: index,
    window_id: `@${window.id}`,
    window_name: window.name,
    window_flags: flagsOf(server, subject),
    window_panes: panesOf(window.layout).length,
    window_active: index === session.current ? 1 : 0,
    window_width: window.columns,
    window_height: window.rows,
    pane_index: base + panesOf(window.layout).indexOf(pane),
    pane_id: `%${pane.id}`,
    pane_title: pane.screen.title || server.context.hostname,
    pane_width: pane.screen.columns,
    pane_height: pane.screen.rows,
    pane_active: pane === window.active ? 1 : 0,
    pane_pid: pane.process.pid,
    pane_tty: `/dev/${pane.master.terminal.name}`,
    pane_current_command: pane.currentCommand(server.context),
    pane_current_path: pane.currentPath(server.context),
    host: server.context.hostname,
    host_short: server.context.hostname.split('.')[0] ?? '',
    pid: server.context.process.pid,
    version: '3.4',
  };
}

/** Fills a format: `#S`, `#{window_name}`, `#{?window_active,a,b}`, and what strftime knows. */
export function expand(server: TmuxServer, subject: Subject, format: string): string {
  const known = values(server, subject);
  const look = (name: string) => String(known[name] ?? server.options.get(name) ?? '');
  const filled = format
    .replace(/#\{\?([\w-]+),([^,}]*),([^}]*)\}/g, (_all, name: string, yes: string, no: string) =>
      look(name) !== '' && look(name) !== '0' ? yes : no,
    )
    .replace(/#\{=(\d+):([\w-]+)\}/g, (_all, length: string, name: string) =>
      look(name).slice(0, Number(length)),
    )
    .replace(/#\{([\w-]+)\}/g, (_all, name: string) => look(name))
    .replace(/#\[[^\]]*\]/g, '')
    .replace(/#([A-Za-z])/g, (all, letter: string) => (SHORT[letter] ? look(SHORT[letter]) : all))
    .replaceAll('##', '#');
  if (!/%[A-Za-z]/.test(filled)) return filled;
  return formatDate(filled.replace(/%(?![A-Za-z%])/g, '%%'), server.context.now, zoneOf(server.context));
}
