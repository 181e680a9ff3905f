import { formatDate, zoneOf } from '../../dates.ts';
import { displayWidth } from '../core/width.ts';
import { COLOURS } from './colours.ts';
import { drawClock, drawNumber } from './digits.ts';
import { expand, subjectOf } from './format.ts';
import { drawAt, type Frame } from './frame.ts';
import { type Box, boxesOf } from './layout.ts';
import type { Pane } from './pane.ts';
import type { Session, TmuxServer } from './server.ts';
import type { Cell } from './vt.ts';

const SELECTED = '30;43';
const BLANK: Cell = { char: ' ', style: '' };

/** Draws a session's current window with its status line. */
export function frameOf(
  server: TmuxServer,
  session: Session,
  size: { columns: number; rows: number },
  message: string,
): Frame {
  const { columns, rows } = size;
  const window = server.window(session);
  const status = server.option('status') !== 'off';
  const room = Math.max(1, rows - (status ? 1 : 0));
  if (window.columns !== columns || window.rows !== room) server.fit(window, columns, room);
  const frame: Frame = {
    rows: Array.from({ length: rows }, () => Array.from({ length: columns }, () => BLANK)),
    cursor: { x: 0, y: 0, shown: true },
  };
  const boxes = window.zoomed
    ? new Map([[window.active, { x: 0, y: 0, columns, rows: room }]])
    : boxesOf(window.layout, { x: 0, y: 0, columns, rows: room });
  for (const [pane, box] of boxes) {
    drawPane(frame, pane, box, pane === window.active);
    if (pane.clock) drawClock(frame, box, clockOf(server), server.option('clock-mode-colour'));
  }
  drawBorders(frame, boxes, boxes.get(window.active), { columns, rows: room });
  if (status) drawStatus(frame, server, session, size, message);
  else if (message !== '') drawText(frame, rows - 1, message, '30;43', columns);
  return frame;
}

function clockOf(server: TmuxServer): string {
  const { context } = server;
  const [format, tail] = server.option('clock-mode-style') === '12' ? ['%l:%M', ' %p'] : ['%H:%M', ''];
  return formatDate(`${format}${tail}`, context.now, zoneOf(context)).trim();
}

function drawPane(frame: Frame, pane: Pane, box: Box, active: boolean): void {
  const { screen, copy } = pane;
  for (let y = 0; y < box.rows; y++) {
    const row = frame.rows[box.y + y];
    if (!row) continue;
    const line = copy ? copy.top + y : 0;
    const { history } = screen;
    const cells = copy
      ? line < history.length
        ? history[line]
        : screen.lines[line - history.length]
      : screen.lines[y];
    for (let x = 0; x < box.columns; x++) {
      const cell = cells?.[x] ?? BLANK;
      row[box.x + x] = copy?.isSelected(line, x) ? { char: cell.char, style: SELECTED } : cell;
    }
  }
  if (copy) {
    const text = copy.position;
    const row = frame.rows[box.y];
    for (const [i, char] of [...text].entries())
      if (row) row[box.x + box.columns - text.length + i] = { char, style: SELECTED };
  }
  if (!active) return;
  frame.cursor = copy
    ? { x: box.x + Math.min(copy.column, box.columns - 1), y: box.y + copy.line - copy.top, shown: true }
    : { x: box.x + screen.x, y: box.y + screen.y, shown: screen.cursorShown };
}

/** The panes' numbers over what they show. */
export function drawNumbers(frame: Frame, server: TmuxServer, session: Session): void {
  const window = server.window(session);
  const { columns, rows } = window;
  const base = Number(server.option('pane-base-index'));
  for (const [i, [pane, box]] of [...boxesOf(window.layout, { x: 0, y: 0, columns, rows })].entries()) {
    const active = pane === window.active ? 'active-' : '';
    drawNumber(frame, box, base + i, server.option(`display-panes-${active}colour`));
  }
}

/** A text over all of the window. */
export function drawLines(frame: Frame, lines: readonly string[], columns: number): void {
  for (let y = 0; y < frame.rows.length - 1; y++) drawText(frame, y, lines[y] ?? '', '', columns);
}

/** Lines between panes; those around the active one are green. */
function drawBorders(
  frame: Frame,
  boxes: ReadonlyMap<Pane, Box>,
  active: Box | undefined,
  room: { columns: number; rows: number },
): void {
  if (boxes.size < 2) return;
  const covered = (x: number, y: number) =>
    [...boxes.values()].some(
      (box) => x >= box.x && x < box.x + box.columns && y >= box.y && y < box.y + box.rows,
    );
  const isLine = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < room.columns && y < room.rows && !covered(x, y);
  for (let y = 0; y < room.rows; y++) {
    for (let x = 0; x < room.columns; x++) {
      if (!isLine(x, y)) continue;
      const [up, down, left, right] = [
        isLine(x, y - 1),
        isLine(x, y + 1),
        isLine(x - 1, y),
        isLine(x + 1, y),
      ];
      const key = `${up ? 'u' : ''}${down ? 'd' : ''}${left ? 'l' : ''}${right ? 'r' : ''}`;
      const near =
        active &&
        x >= active.x - 1 &&
        x <= active.x + active.columns &&
        y >= active.y - 1 &&
        y <= active.y + active.rows;
      const row = frame.rows[y];
      if (row) row[x] = { char: JOINTS[key] ?? (left || right ? '─' : '│'), style: near ? '32' : '' };
    }
  }
}

const JOINTS: Readonly<Record<string, string>> = {
  udlr: '┼',
  udr: '├',
  udl: '┤',
  dlr: '┬',
  ulr: '┴',
};

/** `bg=green,fg=black` as SGR parameters. */
export function styleOf(text: string): string {
  const parts: string[] = [];
  for (const item of text.split(/[, ]+/)) {
    const [, ground, colour = ''] = /^(fg|bg)=(.*)$/.exec(item) ?? [];
    const base = ground === 'fg' ? 30 : 40;
    const index = COLOURS.indexOf(colour.replace('bright', ''));
    const number = /^colou?r(\d{1,3})$/.exec(colour)?.[1];
    if (ground === undefined) {
      const attribute = { bold: '1', dim: '2', underscore: '4', reverse: '7' }[item];
      if (attribute) parts.push(attribute);
    } else if (number !== undefined) parts.push(`${base + 8};5;${number}`);
    else if (index >= 0) parts.push(String(base + index + (colour.startsWith('bright') ? 60 : 0)));
  }
  return parts.join(';');
}

function drawStatus(
  frame: Frame,
  server: TmuxServer,
  session: Session,
  { columns, rows }: { columns: number; rows: number },
  message: string,
): void {
  if (message !== '') {
    drawText(frame, rows - 1, message, styleOf(server.option('message-style')), columns);
    return;
  }
  const [fg, bg] = [server.option('status-fg'), server.option('status-bg')];
  const own = [fg === 'default' ? '' : `,fg=${fg}`, bg === 'default' ? '' : `,bg=${bg}`].join('');
  const style = styleOf(server.option('status-style') + own);
  const side = (name: string) =>
    [...expand(server, subjectOf(server, session), server.option(name))]
      .slice(0, Number(server.option(`${name}-length`)))
      .join('');
  const [left, right] = [side('status-left'), side('status-right')];
  const list = [...session.windows.keys()]
    .sort((a, b) => a - b)
    .map((index) => {
      const isCurrent = index === session.current;
      return expand(
        server,
        subjectOf(server, session, index),
        server.option(isCurrent ? 'window-status-current-format' : 'window-status-format'),
      );
    })
    .join(server.option('window-status-separator'));
  const room = columns - displayWidth(right);
  const free = Math.max(0, room - displayWidth(left + list));
  const justify = server.option('status-justify');
  const gap = justify === 'right' ? free : /^(?:absolute-)?centre$/.test(justify) ? free >> 1 : 0;
  const text = `${left}${' '.repeat(gap)}${list}`;
  const cut = [...text].slice(0, Math.max(0, room - 1)).join('');
  drawText(frame, rows - 1, cut + ' '.repeat(Math.max(0, room - displayWidth(cut))) + right, style, columns);
}

/** A text that fills the row. */
function drawText(frame: Frame, y: number, text: string, style: string, columns: number): void {
  drawAt(frame, 0, y, text + ' '.repeat(Math.max(0, columns - displayWidth(text))), style);
}

/** A row as what a terminal has to be sent. */
export function rowText(row: readonly Cell[]): string {
  let out = '';
  let style = '';
  for (const cell of row) {
    if (cell.style !== style) {
      out += `\x1b[0${cell.style === '' ? '' : `;${cell.style}`}m`;
      style = cell.style;
    }
    out += cell.char;
  }
  return style === '' ? out : `${out}\x1b[0m`;
}
