import { byteLength } from '../../../host/index.ts';
import { charWidth, displayWidth } from '../core/width.ts';
import type { Window } from './document.ts';
import type { Editor } from './editor.ts';
import type { Fold } from './folds.ts';
import { highlight } from './highlight.ts';
import type { Settings } from './settings.ts';

/** One row of a window: its text with colours, and the part of which line it shows. */
export interface Row {
  readonly text: string;
  /** Columns that the text takes. */
  readonly width: number;
  readonly line: number;
  /** Columns of the line before this row. */
  readonly offset: number;
}

const FILLER: Row = { text: '\x1b[94m@\x1b[m', width: 1, line: -1, offset: 0 };
const BEHIND_END: Row = { text: '\x1b[94m~\x1b[m', width: 1, line: -1, offset: 0 };

/** Columns of line numbers. */
export function gutterWidth({ settings, document, sign }: Window): number {
  const { number, relativenumber } = settings;
  const numbers = number || relativenumber ? Math.max(3, String(document.buffer.count).length) + 1 : 0;
  return sign.length + numbers;
}

/**
 * Moves the part of the text that is shown so that the cursor is in it, with some lines around it. Models vim
 * src/move.c update_topline.
 */
export function scroll(window: Window, isCurrent: boolean): void {
  const { document, height, settings } = window;
  const { count } = document.buffer;
  const line = Math.min(window.cursor.line, count - 1);
  window.left = sideways(window);
  const margin = isCurrent ? Math.min(settings.scrolloff, Math.floor((height - 1) / 2)) : 0;
  window.top = Math.max(0, Math.min(window.top, count - 1));
  window.top = window.closedFold(window.top)?.first ?? window.top;
  const above = window.top + margin - line;
  if (window.top > 0 && above > 0) {
    const near = above < Math.max(2, (height >> 1) - 1);
    window.top = near ? Math.max(0, line - margin) : halfway(window, line);
    return;
  }
  const below = Math.min(margin, count - 1 - line);
  const last = line + below;
  if (last - window.top + 1 - height > height + 1) window.top = halfway(window, line);
  while (window.top < line && span(window, window.top, last) > height)
    window.top = (window.closedFold(window.top)?.last ?? window.top) + 1;
}

/** First column that is shown when lines do not wrap. Models vim src/move.c curs_columns. */
function sideways(window: Window): number {
  const { cursor, document, settings, left } = window;
  if (settings.wrap) return 0;
  const width = Math.max(1, window.width - gutterWidth(window));
  const column = lineWidth(document.buffer.line(cursor.line).slice(0, cursor.column), settings.tabstop);
  return column >= left && column < left + width ? left : Math.max(0, column - (width >> 1));
}

/** The first line when another is to stand in the middle. Models vim src/move.c scroll_cursor_halfway. */
function halfway(window: Window, line: number): number {
  const { height, document } = window;
  let [top, bottom] = [line, line];
  let used = span(window, line, line);
  let [above, below] = [0, 0];
  while (top > 0) {
    const isAbove = above < below;
    if (!isAbove && bottom === document.buffer.count - 1) {
      below++;
      continue;
    }
    const rows = isAbove ? span(window, top - 1, top - 1) : span(window, bottom + 1, bottom + 1);
    used += rows;
    if (used > height) break;
    if (isAbove) {
      above += rows;
      top--;
    } else {
      below += rows;
      bottom++;
    }
  }
  return top;
}

/** How many rows lines take. */
function span(window: Window, from: number, to: number): number {
  const width = Math.max(1, window.width - gutterWidth(window));
  let rows = 0;
  for (let line = from; line <= to; line++) {
    const fold = window.closedFold(line);
    if (fold) {
      rows++;
      line = fold.last;
      continue;
    }
    const text = lineWidth(window.document.buffer.line(line), window.settings.tabstop);
    rows += window.settings.wrap ? Math.max(1, Math.ceil(text / width)) : 1;
  }
  return rows;
}

/** The rows of a window, all of its height. */
export function layOut(editor: Editor, window: Window): Row[] {
  const rows: Row[] = [];
  const gutter = gutterWidth(window);
  const width = Math.max(1, window.width - gutter);
  const { height, document, settings } = window;
  for (let line = window.top; line < document.buffer.count && rows.length < height; line++) {
    const fold = window.closedFold(line);
    if (fold) {
      rows.push({
        text: gutterText(window, line, true) + foldText(window, fold, width),
        width: gutter + width,
        line,
        offset: 0,
      });
      line = fold.last;
      continue;
    }
    const cells = cellsOf(editor, window, line);
    const pieces = settings.wrap ? wrapCells(cells, width) : [cutCells(cells, window.left, width)];
    if (rows.length > 0 && rows.length + pieces.length > height) {
      while (rows.length < height) rows.push(FILLER);
      break;
    }
    let offset = settings.wrap ? 0 : window.left;
    for (const piece of pieces.slice(0, height)) {
      const text = gutterText(window, line, !settings.wrap || offset === 0) + paint(piece);
      rows.push({ text, width: gutter + piece.reduce((sum, one) => sum + one.width, 0), line, offset });
      offset += width;
    }
  }
  while (rows.length < height) rows.push(BEHIND_END);
  return rows;
}

/** What a closed fold shows: its size and its first line. Models vim src/fold.c get_foldtext, src/evalfunc.c f_foldtext. */
function foldText({ document: { buffer } }: Window, { first, last, depth }: Fold, width: number): string {
  const text = buffer.line(first).trim().replaceAll('\t', ' ');
  const said = `+-${'-'.repeat(depth + 1)}${String(last - first + 1).padStart(3)} lines: ${text}`;
  const shown = [...said].slice(0, width).join('');
  return `\x1b[96;100m${shown}${'-'.repeat(Math.max(0, width - displayWidth(shown)))}\x1b[m`;
}

function gutterText(window: Window, line: number, first: boolean): string {
  const { sign } = window;
  const width = gutterWidth(window) - sign.length;
  if (width === 0) return inSign(sign);
  if (!first) return inSign(sign) + ' '.repeat(width);
  const { number, relativenumber } = window.settings;
  const distance = Math.abs(line - window.cursor.line);
  const shown = relativenumber && (distance > 0 || !number) ? distance : line + 1;
  // The number of the cursor's own line stands at the left of the distances.
  const own = relativenumber && number && distance === 0;
  const text = own ? String(shown).padEnd(width - 1) : String(shown).padStart(width - 1);
  const underlined = window.settings.cursorline && distance === 0 ? ';4' : '';
  return `${inSign(sign)}\x1b[33${underlined}m${text} \x1b[m`;
}

/** The sign that a command-line window has before each line. */
function inSign(sign: string): string {
  return sign === '' ? '' : `\x1b[94m${sign}\x1b[m`;
}

/** Where the cursor is: line, column, and what part of the text is seen, in so many columns. */
export function rulerText({ mode }: Editor, window: Window, rows: readonly Row[], room: number): string {
  const { cursor, document, settings } = window;
  const { buffer } = document;
  const { tabstop } = settings;
  const text = buffer.line(cursor.line);
  const before = lineWidth(text.slice(0, cursor.column), tabstop);
  const types = mode === 'insert' || mode === 'replace';
  const onTab = text[cursor.column] === '\t' && !types;
  const real = byteLength(text.slice(0, cursor.column)) + 1;
  const virtual = before + (onTab ? tabstop - (before % tabstop) : 1);
  const column = text === '' && !types ? '0-1' : real === virtual ? String(real) : `${real}-${virtual}`;
  const shownLast = rows.findLast((row) => row.line >= 0)?.line ?? 0;
  const last = window.closedFold(shownLast)?.last ?? shownLast;
  const atTop = window.top === 0;
  const atEnd = last >= buffer.count - 1;
  const unseen = Math.max(1, buffer.count - (last - window.top + 1));
  const percent = `${Math.floor((window.top * 100) / unseen)}%`.padStart(3);
  const where = atTop && atEnd ? 'All' : atTop ? 'Top' : atEnd ? 'Bot' : percent;
  const place = `${buffer.empty ? 0 : cursor.line + 1},${column}`;
  return place.length + where.length < room ? place.padEnd(room - where.length) + where : place;
}

/** Column of the cursor in its window, counted from the left. */
export function cursorColumn(window: Window): number {
  const { cursor, document, settings, width } = window;
  const text = document.buffer.line(cursor.line).slice(0, cursor.column);
  const gutter = gutterWidth(window);
  const column = lineWidth(text, settings.tabstop);
  return gutter + (settings.wrap ? column % Math.max(1, width - gutter) : column - window.left);
}

/** Row and column of the cursor in its window. */
export function cursorPlace({ mode }: Editor, window: Window, rows: readonly Row[]): [number, number] {
  const { cursor, document, settings } = window;
  const text = document.buffer.line(cursor.line);
  const inserting = mode === 'insert' || mode === 'replace';
  let column = lineWidth(text.slice(0, cursor.column), settings.tabstop);
  if (!inserting && text[cursor.column] === '\t')
    column += settings.tabstop - (column % settings.tabstop) - 1;
  const fold = window.closedFold(cursor.line);
  if (fold)
    return [
      Math.max(
        0,
        rows.findIndex((one) => one.line === fold.first),
      ),
      gutterWidth(window),
    ];
  const row = rows.findLastIndex((one) => one.line === cursor.line && one.offset <= column);
  return [Math.max(0, row), column - (rows[row]?.offset ?? 0) + gutterWidth(window)];
}

export function lineWidth(text: string, tabstop: number): number {
  let width = 0;
  for (const char of text) width += char === '\t' ? tabstop - (width % tabstop) : cellWidth(char);
  return width;
}

/** The character of a line that stands on a screen column; behind the last one its length. */
export function indexAt(text: string, column: number, tabstop: number): number {
  let width = 0;
  let index = 0;
  for (const char of text) {
    width += char === '\t' ? tabstop - (width % tabstop) : cellWidth(char);
    if (width > column) return index;
    index += char.length;
  }
  return index;
}

function cellWidth(char: string): number {
  return char < ' ' || char === '\x7f' ? 2 : Math.max(1, charWidth(char));
}

/** One character cell: what it shows, its width, its colour. */
interface Cell {
  readonly text: string;
  readonly width: number;
  readonly style: string;
}

function cellsOf(editor: Editor, window: Window, line: number): Cell[] {
  const { settings } = window;
  const text = window.document.buffer.line(line);
  const styles = highlight(text, settings.syntax || (editor.fileTypes.colours ? settings.filetype : ''));
  for (const [from, to] of editor.matchesIn(text)) for (let i = from; i < to; i++) styles[i] = '30;43';
  const [from, to] = window === editor.window ? editor.selectionOn(line) : [-1, -1];
  const cells: Cell[] = [];
  let width = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.codePointAt(i) as number;
    const shown = String.fromCodePoint(char);
    const style = i >= from && i < to ? '7' : (styles[i] ?? '');
    const made = cell(shown, width, settings.tabstop, settings.list);
    cells.push({ ...made, style: made.special && style === '' ? '94' : style });
    width += made.width;
    if (char > 0xffff) i++;
  }
  if (from <= text.length && to > text.length) cells.push({ text: ' ', width: 1, style: '7' });
  else if (settings.list) cells.push({ text: '$', width: 1, style: '94' });
  const marked = settings.colorcolumn === '' ? cells : withColumns(cells, settings);
  return settings.cursorline || settings.cursorcolumn ? withCursor(marked, window, line) : marked;
}

/** Marks the line of the cursor ('cursorline') and its column ('cursorcolumn'), behind the end of the text too. */
function withCursor(cells: readonly Cell[], window: Window, line: number): Cell[] {
  const { settings, cursor, document } = window;
  const isLine = settings.cursorline && line === cursor.line;
  const own = document.buffer.line(cursor.line).slice(0, cursor.column);
  const wanted = settings.cursorcolumn && line !== cursor.line ? lineWidth(own, settings.tabstop) : -1;
  const out = [...cells];
  let used = cells.reduce((sum, { width }) => sum + width, 0);
  const width = Math.max(1, window.width - gutterWidth(window));
  const end = isLine ? Math.max(width, Math.ceil(used / width) * width) : wanted + 1;
  for (; used < Math.min(end, MAX_COLUMN); used++) out.push({ text: ' ', width: 1, style: '' });
  let column = 0;
  return out.map((one) => {
    const isColumn = wanted >= column && wanted < column + one.width;
    column += one.width;
    const marks = [...(isLine ? ['4'] : []), ...(isColumn ? ['48;5;242'] : [])];
    return marks.length === 0 ? one : { ...one, style: [one.style, ...marks].filter(Boolean).join(';') };
  });
}

/** Colours the columns of 'colorcolumn', behind the end of the line too. */
function withColumns(cells: readonly Cell[], { colorcolumn, textwidth }: Settings): Cell[] {
  const columns = colorcolumn
    .split(',')
    .map((word) => (/^[-+]/.test(word) ? (textwidth > 0 ? textwidth + Number(word) : 0) : Number(word)));
  const out: Cell[] = [];
  let column = 0;
  for (const one of cells) {
    const isMarked = columns.some((wanted) => wanted > column && wanted <= column + one.width);
    out.push(isMarked && one.style !== '7' ? { ...one, style: '41' } : one);
    column += one.width;
  }
  for (const last = Math.min(MAX_COLUMN, Math.max(...columns)); column < last; column++)
    out.push({ text: ' ', width: 1, style: columns.includes(column + 1) ? '41' : '' });
  return out;
}

const MAX_COLUMN = 1000;

function cell(
  char: string,
  at: number,
  tabstop: number,
  list: boolean,
): { text: string; width: number; special: boolean } {
  if (char === '\t' && !list) {
    const width = tabstop - (at % tabstop);
    return { text: ' '.repeat(width), width, special: false };
  }
  if (char < ' ' || char === '\x7f')
    return { text: `^${String.fromCharCode(char.charCodeAt(0) ^ 64)}`, width: 2, special: true };
  return { text: char, width: cellWidth(char), special: false };
}

function wrapCells(cells: readonly Cell[], width: number): Cell[][] {
  const rows: Cell[][] = [[]];
  let used = 0;
  for (const one of cells) {
    if (used + one.width > width) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(one);
    used += one.width;
  }
  return rows;
}

/** The cells of a line from a column on; one that is cut at the left leaves blanks. */
function cutCells(cells: readonly Cell[], left: number, width: number): Cell[] {
  const shown: Cell[] = [];
  let column = 0;
  for (const one of cells) {
    const hidden = Math.max(0, Math.min(one.width, left - column));
    column += one.width;
    if (hidden === 0) shown.push(one);
    else if (hidden < one.width)
      shown.push({ ...one, text: ' '.repeat(one.width - hidden), width: one.width - hidden });
  }
  return wrapCells(shown, width)[0] as Cell[];
}

function paint(cells: readonly Cell[]): string {
  let out = '';
  let style = '';
  for (const one of cells) {
    if (one.style !== style) out += one.style === '' ? '\x1b[m' : `\x1b[m\x1b[${one.style}m`;
    style = one.style;
    out += one.text;
  }
  return style === '' ? out : `${out}\x1b[m`;
}
