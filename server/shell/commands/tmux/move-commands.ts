import { type Invocation, type TmuxCommand, target } from './command.ts';
import { panesOf, split } from './layout.ts';
import { type Session, TmuxError, type Window } from './server.ts';

/** `break-pane`: a pane becomes a window of its own. */
function breakPane(call: Invocation): string {
  const { server, options } = call;
  const { session, window, pane } = target(call, options.get('s'));
  if (panesOf(window.layout).length === 1) throw new TmuxError("can't break with only one pane");
  const index = freeIndex(session, options.get('t'), Number(server.option('base-index')));
  server.takePane(pane);
  server.adopt(session, index, pane, options.get('n'));
  if (!options.has('d')) server.select(session, index);
  return '';
}

/** A free place for a window: the one that `-t` names, or the first from `base-index` on. */
function freeIndex(session: Session, named: string | undefined, first: number): number {
  const wanted = /(\d+)$/.exec(named ?? '')?.[1];
  if (wanted !== undefined) {
    if (session.windows.has(Number(wanted))) throw new TmuxError(`index in use: ${wanted}`);
    return Number(wanted);
  }
  let index = first;
  while (session.windows.has(index)) index++;
  return index;
}

/** `join-pane`: a pane goes beside or below one of another window. */
function joinPane(call: Invocation): string {
  const { server, options } = call;
  const from = target(call, options.get('s'));
  const to = target(call, options.get('t'));
  if (from.pane === to.pane) throw new TmuxError('source and target panes must be different');
  const wanted = options.get('l') ?? (options.has('p') ? `${options.get('p')}%` : '50%');
  const type = options.has('h') ? 'columns' : 'rows';
  const share = wanted.endsWith('%')
    ? Number(wanted.slice(0, -1)) / 100
    : Number(wanted) / to.pane.screen[type];
  server.takePane(from.pane);
  to.window.zoomed = false;
  to.window.layout = split(
    to.window.layout,
    to.pane,
    from.pane,
    type,
    Math.min(0.95, Math.max(0.05, share || 0.5)),
  );
  server.fit(to.window, to.window.columns, to.window.rows);
  if (!options.has('d')) {
    server.select(to.session, to.index);
    server.activate(to.window, from.pane);
  }
  server.changed.notify();
  return '';
}

/** `swap-window`: two windows change places. */
function swapWindow(call: Invocation): string {
  const { server, options } = call;
  const from = target(call, options.get('s'));
  const to = target(call, options.get('t'));
  from.session.windows.set(from.index, to.window);
  to.session.windows.set(to.index, from.window);
  if (options.has('d')) server.select(to.session, to.index);
  server.changed.notify();
  return '';
}

/** `link-window`: a window is in another place too. */
function linkWindow(call: Invocation): string {
  const { server, options } = call;
  const { window } = target(call, options.get('s'));
  const { other, wanted } = placeOf(call);
  if (options.has('k') && other.windows.has(wanted)) server.killWindow(other, wanted);
  const free = freeIndex(other, options.get('t'), Number(server.option('base-index')));
  other.windows.set(free, window);
  if (!options.has('d')) server.select(other, free);
  server.changed.notify();
  return '';
}

/** `unlink-window`: a window leaves one of its places; `-k` the only one, too. */
function unlinkWindow(call: Invocation): string {
  const { server, options } = call;
  const { session, index, window } = target(call, options.get('t'));
  if (server.linksOf(window) > 1) server.dropWindow(session, index);
  else if (options.has('k')) server.killWindow(session, index);
  else throw new TmuxError('window only linked to one session');
  return '';
}

/** The session and the place that `-t` names; without a session it is the one that is looked at. */
function placeOf(call: Invocation): { other: Session; wanted: number } {
  const { server, options } = call;
  const named = options.get('t');
  const name = named?.includes(':') ? named.split(':')[0] : undefined;
  const other =
    name === undefined ? target(call, undefined).session : server.sessions.find((one) => one.name === name);
  if (!other) throw new TmuxError(`can't find session: ${name}`);
  return { other, wanted: Number(/(\d+)$/.exec(named ?? '')?.[1] ?? Number.NaN) };
}

/** `move-window`: to a place that is free; `-r` counts all anew. */
function moveWindow(call: Invocation): string {
  const { server, options } = call;
  const { session, index, window } = target(call, options.get('s'));
  if (options.has('r')) {
    server.renumber(session);
    server.changed.notify();
    return '';
  }
  const { other, wanted } = placeOf(call);
  if (options.has('k') && other.windows.has(wanted)) server.killWindow(other, wanted);
  const free = freeIndex(other, options.get('t'), Number(server.option('base-index')));
  moveTo(other, free, window);
  server.dropWindow(session, index);
  if (!options.has('d')) server.select(other, free);
  return '';
}

function moveTo(session: Session, index: number, window: Window): void {
  session.windows.set(index, window);
}

/** Panes and windows that change their place. */
export const MOVE_COMMANDS: readonly TmuxCommand[] = [
  {
    names: ['break-pane', 'breakp'],
    options: 'a b d P n= s= t= F=',
    usage: '[-abdP] [-F format] [-n window-name] [-s src-pane] [-t dst-window]',
    run: breakPane,
  },
  {
    names: ['join-pane', 'joinp', 'move-pane', 'movep'],
    options: 'b d f h v l= p= s= t=',
    usage: '[-bdfhv] [-l size] [-s src-pane] [-t dst-pane]',
    run: joinPane,
  },
  {
    names: ['swap-window', 'swapw'],
    options: 'd s= t=',
    usage: '[-d] [-s src-window] [-t dst-window]',
    run: swapWindow,
  },
  {
    names: ['link-window', 'linkw'],
    options: 'a b d k s= t=',
    usage: '[-abdk] [-s src-window] [-t dst-window]',
    run: linkWindow,
  },
  {
    names: ['unlink-window', 'unlinkw'],
    options: 'k t=',
    usage: '[-k] [-t target-window]',
    run: unlinkWindow,
  },
  {
    names: ['move-window', 'movew'],
    options: 'a b d k r s= t=',
    usage: '[-abdkr] [-s src-window] [-t dst-window]',
    run: moveWindow,
  },
];
