import { expand, subjectOf } from './format.ts';
import { drawAt, type Frame } from './frame.ts';
import { panesOf } from './layout.ts';
import type { Pane } from './pane.ts';
import type { Session, TmuxServer, Window } from './server.ts';
import { plainLine } from './vt.ts';

const WINDOW = '#{window_name}#{window_flags}';
const SESSION = '#{session_windows} windows#{?session_attached, (attached),}';
const KEYS = [...'0123456789', ...'abcdefghijklmnopqrstuvwxyz'.split('').map((letter) => `M-${letter}`)];
/** Below this many rows there is no preview. */
const LEAST_ROWS = 10;

interface Row {
  readonly name: string;
  readonly text: string;
  /** What opens and closes: a session, or a window with several panes. */
  readonly opens: Session | Window | undefined;
  readonly above: Session | Window | undefined;
  readonly lines: string;
  readonly session: Session;
  readonly index: number | undefined;
  readonly pane: Pane | undefined;
}

/** The list of sessions, windows and panes of `choose-tree`. Models window-tree.c and mode-tree.c. */
export class Tree {
  readonly #server: TmuxServer;
  readonly #open = new Set<Session | Window>();
  at = 0;

  constructor(server: TmuxServer, current: Session, windows: boolean) {
    this.#server = server;
    if (windows) for (const session of server.sessions) this.#open.add(session);
    this.at = Math.max(
      0,
      this.rows().findIndex(
        ({ session, index }) => session === current && (windows ? index === current.current : true),
      ),
    );
  }

  rows(): Row[] {
    const sessions = [...this.#server.sessions].sort((a, b) => (a.name < b.name ? -1 : 1));
    return sessions.flatMap((session) => {
      const text = expand(this.#server, subjectOf(this.#server, session), SESSION);
      const own = { name: session.name, text, opens: session, above: undefined, lines: '', session };
      const head = { ...own, index: undefined, pane: undefined };
      return this.#open.has(session) ? [head, ...this.#windows(session)] : [head];
    });
  }

  #windows(session: Session): Row[] {
    const windows = [...session.windows].sort(([a], [b]) => a - b);
    const flat = windows.every(([, window]) => panesOf(window.layout).length === 1);
    return windows.flatMap(([index, window], i) => {
      const last = i === windows.length - 1;
      const panes = panesOf(window.layout);
      const isOpen = this.#open.has(window);
      const sign = flat ? '' : panes.length === 1 ? '  ' : isOpen ? '- ' : '+ ';
      const row = {
        name: String(index),
        text: expand(this.#server, subjectOf(this.#server, session, index), WINDOW),
        opens: panes.length > 1 ? window : undefined,
        above: session,
        lines: `${last ? '└─> ' : '├─> '}${sign}`,
        session,
        index,
        pane: undefined,
      };
      return isOpen ? [row, ...this.#panes(row, window, last)] : [row];
    });
  }

  #panes(row: Row, window: Window, lastWindow: boolean): Row[] {
    const panes = panesOf(window.layout);
    return panes.map((pane, i) => ({
      ...row,
      name: String(i),
      text: `${pane.currentCommand(this.#server.context)}${pane === window.active ? '*' : ''}`,
      opens: undefined,
      above: window,
      lines: `${lastWindow ? '    ' : '│   '}${i === panes.length - 1 ? '└─> ' : '├─> '}`,
      pane,
    }));
  }

  get chosen(): Row | undefined {
    return this.rows()[this.at];
  }

  /** Takes a key; true: what stands under the cursor is chosen. */
  press(key: string): boolean {
    const rows = this.rows();
    const direct = KEYS.indexOf(key);
    if (direct >= 0 && direct < rows.length) {
      this.at = direct;
      return true;
    }
    const row = rows[this.at];
    const step = { Up: -1, k: -1, 'C-p': -1, Down: 1, j: 1, 'C-n': 1 }[key];
    if (step !== undefined) this.at = (this.at + step + rows.length) % rows.length;
    else if (key === 'g' || key === 'Home') this.at = 0;
    else if (key === 'G' || key === 'End') this.at = rows.length - 1;
    else if ((key === 'Right' || key === 'l' || key === '+') && row?.opens) this.#open.add(row.opens);
    else if ((key === 'Left' || key === 'h' || key === '-') && row) this.#close(row);
    return key === 'Enter';
  }

  /** Closes what is open, or goes to what stands above it. */
  #close(row: Row): void {
    if (row.opens && this.#open.delete(row.opens)) return;
    if (!row.above) return;
    this.at = this.rows().findIndex(({ opens }) => opens === row.above);
    this.#open.delete(row.above);
  }

  draw(frame: Frame, size: { columns: number; rows: number }): void {
    const { columns } = size;
    const room = size.rows - 1;
    const rows = this.rows();
    const height = listHeight(room, rows.length);
    const top = Math.max(0, this.at - height + 1);
    const keyed = Math.max(...rows.map((_, i) => (KEYS[i]?.length ?? 0) + 3));
    for (let y = 0; y < room; y++) drawAt(frame, 0, y, ' '.repeat(columns), '');
    for (const [i, row] of rows.slice(top, top + height).entries()) {
      const key = KEYS[top + i] === undefined ? '' : `(${KEYS[top + i]})`;
      const sign = row.index === undefined ? (this.#open.has(row.session) ? '- ' : '+ ') : row.lines;
      const text = `${key.padEnd(keyed)}${sign}${row.name}: ${row.text}`.slice(0, columns);
      drawAt(
        frame,
        0,
        i,
        top + i === this.at ? text.padEnd(columns) : text,
        top + i === this.at ? '30;43' : '',
      );
    }
    const row = rows[this.at];
    if (height < room && row) this.#drawPreview(frame, row, { top: height, bottom: room - 1, columns });
    frame.cursor = { x: 0, y: this.at - top, shown: false };
  }

  #drawPreview(frame: Frame, row: Row, { top, bottom, columns }: Room): void {
    const title = `┌ ${row.name} (sort: index) `;
    drawAt(frame, 0, top, `${title.padEnd(columns - 1, '─').slice(0, columns - 1)}┐`, '');
    for (let y = top + 1; y < bottom; y++) drawAt(frame, 0, y, `│${' '.repeat(columns - 2)}│`, '');
    drawAt(frame, 0, bottom, `└${'─'.repeat(columns - 2)}┘`, '');
    const parts = this.#shown(row);
    const wide = Math.floor((columns - 4) / parts.length);
    for (const [i, { label, pane }] of parts.entries()) {
      const left = 2 + i * wide;
      const box = {
        left,
        top: top + 1,
        columns: wide - (i < parts.length - 1 ? 1 : 0),
        rows: bottom - top - 1,
      };
      drawPane(frame, pane, box);
      if (i > 0) for (let y = 0; y < box.rows; y++) drawAt(frame, left - 1, box.top + y, '│', '');
      drawLabel(frame, label, box);
    }
  }

  /** What the preview shows: the windows of a session, the panes of a window, or the pane. */
  #shown({ session, index, pane }: Row): { label: string; pane: Pane }[] {
    if (pane) return [{ label: '', pane }];
    const window = index === undefined ? undefined : session.windows.get(index);
    if (window) return panesOf(window.layout).map((one, i) => ({ label: String(i), pane: one }));
    return [...session.windows]
      .sort(([a], [b]) => a - b)
      .map(([i, { name, active }]) => ({ label: `${i}:${name}`, pane: active }));
  }
}

interface Room {
  readonly top: number;
  readonly bottom: number;
  readonly columns: number;
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
}

function listHeight(room: number, lines: number): number {
  const third = Math.floor(room / 3) * 2;
  const height = third > lines ? room >> 1 : third;
  return height < LEAST_ROWS || room - height < 2 ? room : height;
}

/** The part of a pane around its cursor. */
function drawPane(frame: Frame, { screen }: Pane, { left, top, columns, rows }: Area): void {
  const from = Math.max(0, Math.min(screen.y - rows + 1, screen.rows - rows));
  for (let y = 0; y < rows; y++)
    drawAt(frame, left, top + y, plainLine(screen.lines[from + y] ?? []).slice(0, columns), '');
}

function drawLabel(frame: Frame, label: string, { left, top, columns, rows }: Area): void {
  const wide = label.length + 4;
  if (label === '' || wide > columns || rows < 3) return;
  const [x, y] = [left + ((columns - wide + 1) >> 1), top + (rows >> 1) - 1];
  const bar = '─'.repeat(wide - 2);
  for (const [i, text] of [`┌${bar}┐`, `│ ${label} │`, `└${bar}┘`].entries())
    drawAt(frame, x, y + i, text, '');
}
