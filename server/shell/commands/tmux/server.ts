import type { Context } from '../../../host/index.ts';
import { WaitQueue } from '../../../sim/index.ts';
import { DEFAULT_BINDINGS } from './bindings.ts';
import { boxesOf, type Layout, panesOf, without } from './layout.ts';
import { OPTIONS } from './options.ts';
import { Pane } from './pane.ts';

export interface Window {
  readonly id: number;
  name: string;
  /** The name follows what runs in it. */
  autoName: boolean;
  layout: Layout;
  active: Pane;
  last: Pane | undefined;
  zoomed: boolean;
  columns: number;
  rows: number;
}

export interface Session {
  readonly id: number;
  name: string;
  readonly createdAt: number;
  readonly windows: Map<number, Window>;
  current: number;
  last: number | undefined;
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
}

/** A terminal that looks at a session. */
export interface Viewer {
  session: Session | undefined;
  readonly tty: string;
  readonly size: { readonly columns: number; readonly rows: number };
  /** Why it ended: `[detached (from session 0)]`. */
  goodbye: string | undefined;
  message: string;
  ask(prompt: string, initial: string, done: (text: string) => void): void;
  /** Lists sessions, their windows too when it is windows that are chosen from. */
  choose(windows: boolean): void;
  /** Shows the numbers of panes for a while. */
  showNumbers(durationMs: number): void;
  showText(text: string): void;
}

/** What tmux refuses, in its words. */
export class TmuxError extends Error {
  override name = 'TmuxError';
}

/** tmux's server: it holds the sessions while nobody looks at them. */
export class TmuxServer {
  readonly context: Context;
  /** Notified when something is to be drawn anew. */
  readonly changed = new WaitQueue();
  readonly ended = new WaitQueue();
  readonly sessions: Session[] = [];
  readonly viewers = new Set<Viewer>();
  readonly options = new Map(Object.entries(OPTIONS));
  /** Commands by key, after the prefix (`prefix`) and without (`root`). */
  readonly bindings = {
    prefix: new Map<string, readonly string[]>(DEFAULT_BINDINGS),
    root: new Map<string, readonly string[]>(),
  };
  readonly buffers: string[] = [];
  #nextId = { session: 0, window: 0, pane: 0 };

  constructor(context: Context) {
    this.context = context;
  }

  option(name: string): string {
    return this.options.get(name) ?? '';
  }

  newSession(options: {
    name: string | undefined;
    env: ReadonlyMap<string, string>;
    cwd: string;
    command: string | undefined;
    windowName: string | undefined;
    size: { columns: number; rows: number };
  }): Session {
    const id = this.#nextId.session++;
    const name = options.name ?? String(id);
    if (this.sessions.some((session) => session.name === name))
      throw new TmuxError(`duplicate session: ${name}`);
    const env = new Map(options.env);
    env.set('TMUX', `/tmp/tmux-${this.context.credentials.uid}/default,${this.context.process.pid},${id}`);
    const first = Number(this.option('base-index'));
    const session: Session = {
      id,
      name: name.replace(/[.:]/g, '_'),
      createdAt: this.context.now,
      windows: new Map(),
      current: first,
      last: undefined,
      env,
      cwd: options.cwd,
    };
    this.sessions.push(session);
    this.newWindow(session, {
      name: options.windowName,
      command: options.command,
      cwd: options.cwd,
      size: options.size,
    });
    return session;
  }

  newWindow(
    session: Session,
    options: {
      name: string | undefined;
      command: string | undefined;
      cwd: string;
      index?: number;
      size?: { columns: number; rows: number };
      background?: boolean;
    },
  ): Window {
    let index = options.index ?? Number(this.option('base-index'));
    if (options.index === undefined) while (session.windows.has(index)) index++;
    else if (session.windows.has(index)) throw new TmuxError(`create window failed: index ${index} in use`);
    const like = session.windows.get(session.current);
    const size = options.size ?? { columns: like?.columns ?? 80, rows: like?.rows ?? 23 };
    const pane = this.newPane(session, { command: options.command, cwd: options.cwd, ...size });
    const window: Window = {
      id: this.#nextId.window++,
      name: options.name ?? pane.startedWith,
      autoName: options.name === undefined,
      layout: { type: 'pane', pane },
      active: pane,
      last: undefined,
      zoomed: false,
      ...size,
    };
    session.windows.set(index, window);
    if (!options.background) this.select(session, index);
    this.changed.notify();
    return window;
  }

  newPane(
    session: Session,
    options: { command: string | undefined; cwd: string; columns: number; rows: number },
  ): Pane {
    const pane = new Pane(this.context, this.#nextId.pane++, {
      ...options,
      env: session.env,
      terminal: this.option('default-terminal'),
      historyLimit: Math.min(50_000, Number(this.option('history-limit')) || 2000),
    });
    const pump = () => {
      if (pane.pump()) this.changed.notify();
      if (pane.master.pending) this.#closed(pane);
      else pane.master.output.subscribe(pump);
    };
    pane.master.output.subscribe(pump);
    return pane;
  }

  select(session: Session, index: number): void {
    if (!session.windows.has(index)) throw new TmuxError(`can't find window: ${index}`);
    if (index !== session.current) session.last = session.current;
    session.current = index;
    this.changed.notify();
  }

  window(session: Session): Window {
    return session.windows.get(session.current) ?? ([...session.windows.values()][0] as Window);
  }

  /** Fits a window's panes into its room. */
  fit(window: Window, columns: number, rows: number): void {
    window.columns = columns;
    window.rows = rows;
    const whole = { x: 0, y: 0, columns, rows };
    for (const [pane, box] of boxesOf(window.layout, whole)) pane.resize(box.columns, box.rows);
    if (window.zoomed) window.active.resize(columns, rows);
  }

  activate(window: Window, pane: Pane): void {
    if (pane === window.active) return;
    window.last = window.active;
    window.active = pane;
    window.zoomed = false;
    this.fit(window, window.columns, window.rows);
    this.changed.notify();
  }

  /** The shell has ended, or is to: the pane goes, and with it what held only it. */
  killPane(pane: Pane): void {
    pane.process.signal('HUP');
    pane.process.signal('KILL');
    this.#closed(pane);
  }

  #closed(pane: Pane): void {
    const holders = this.sessions.flatMap((session) =>
      [...session.windows].map(([index, window]) => ({ session, index, window })),
    );
    for (const { session, index, window } of holders) {
      if (!panesOf(window.layout).includes(pane)) continue;
      const rest = without(window.layout, pane);
      if (rest) this.#shrink(window, rest, pane);
      // A window that is linked goes from all its places.
      else this.#windowGone(session, index);
      this.changed.notify();
      if (rest) return;
    }
  }

  /** Takes a pane out of its window, alive. */
  takePane(pane: Pane): void {
    this.#closed(pane);
  }

  /** A pane that was taken becomes a window. */
  adopt(session: Session, index: number, pane: Pane, name: string | undefined): void {
    const { columns, rows } = this.window(session);
    const window: Window = {
      id: this.#nextId.window++,
      name: name ?? pane.startedWith,
      autoName: name === undefined,
      layout: { type: 'pane', pane },
      active: pane,
      last: undefined,
      zoomed: false,
      columns,
      rows,
    };
    session.windows.set(index, window);
    this.fit(window, columns, rows);
    this.changed.notify();
  }

  /** A window leaves its session for another place. */
  dropWindow(session: Session, index: number): void {
    this.#windowGone(session, index);
    this.changed.notify();
  }

  #shrink(window: Window, rest: Layout, gone: Pane): void {
    window.layout = rest;
    window.zoomed = false;
    const left = panesOf(rest);
    if (window.active === gone)
      window.active = window.last && left.includes(window.last) ? window.last : (left.at(-1) as Pane);
    if (window.last === gone) window.last = undefined;
    this.fit(window, window.columns, window.rows);
  }

  #windowGone(session: Session, index: number): void {
    session.windows.delete(index);
    if (session.windows.size === 0) {
      this.#sessionGone(session);
      return;
    }
    if (session.current === index) {
      const others = [...session.windows.keys()].sort((a, b) => a - b);
      session.current =
        session.last !== undefined && session.windows.has(session.last)
          ? session.last
          : (others.findLast((other) => other < index) ?? (others[0] as number));
    }
    if (this.option('renumber-windows') === 'on') this.renumber(session);
  }

  /** Counts the windows of a session anew. */
  renumber(session: Session): void {
    const base = Number(this.option('base-index'));
    const current = session.windows.get(session.current);
    const windows = [...session.windows].sort(([a], [b]) => a - b).map(([, window]) => window);
    session.windows.clear();
    for (const [i, window] of windows.entries()) session.windows.set(base + i, window);
    session.current = base + Math.max(0, windows.indexOf(current as Window));
  }

  #sessionGone(session: Session): void {
    const index = this.sessions.indexOf(session);
    if (index >= 0) this.sessions.splice(index, 1);
    for (const viewer of this.viewers) if (viewer.session === session) viewer.goodbye = '[exited]';
    this.changed.notify();
    if (this.sessions.length === 0) this.ended.notify();
  }

  killWindow(session: Session, index: number): void {
    const window = session.windows.get(index);
    if (!window) throw new TmuxError(`can't find window: ${index}`);
    for (const pane of panesOf(window.layout)) this.killPane(pane);
  }

  killSession(session: Session): void {
    for (const [index, window] of [...session.windows])
      if (this.linksOf(window) > 1) this.dropWindow(session, index);
      else this.killWindow(session, index);
  }

  /** In how many places a window is. */
  linksOf(window: Window): number {
    return this.sessions.flatMap(({ windows }) => [...windows.values()]).filter((one) => one === window)
      .length;
  }

  /** A client has gone: what nobody is to keep goes with it. */
  unattached(session: Session | undefined): void {
    if (!session || this.option('destroy-unattached') !== 'on') return;
    if ([...this.viewers].every((viewer) => viewer.session !== session)) this.killSession(session);
  }

  /** Names of windows that follow what runs in them. */
  rename(): void {
    if (this.option('automatic-rename') !== 'on') return;
    for (const session of this.sessions)
      for (const window of session.windows.values())
        if (window.autoName)
          window.name = window.active.inMode ? '[tmux]' : window.active.currentCommand(this.context);
  }
}
