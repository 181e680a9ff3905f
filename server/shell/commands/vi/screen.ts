import type { Context } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { charWidth, displayWidth } from '../core/width.ts';
import type { Position } from './buffer.ts';
import type { Editor } from './editor.ts';
import { highlight } from './highlight.ts';

/** One row of the screen: its text with colours, and the part of which line it shows. */
interface Row {
  readonly text: string;
  readonly line: number;
  /** Columns of the line before this row. */
  readonly offset: number;
}

/** Draws an editor on a terminal, only the rows that differ from what is there. */
export class Screen {
  readonly #context: Context;
  #shown: string[] = [];
  /** First line on the screen. */
  top = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  get columns(): number {
    return Math.max(20, this.#context.fds.get(1)?.terminal?.size.columns ?? 80);
  }

  get rows(): number {
    return Math.max(3, this.#context.fds.get(1)?.terminal?.size.rows ?? 24);
  }

  /** Rows for text: all but the last. */
  get height(): number {
    return this.rows - 1;
  }

  *open(): Steps<void> {
    yield* this.#context.out('\x1b[?1049h\x1b[?2004h\x1b[2J\x1b[H');
  }

  *close(): Steps<void> {
    yield* this.#context.out(`\x1b[?2004l\x1b[${this.rows};1H\x1b[K\x1b[?1049l`);
  }

  /** Forgets what is shown, so that everything is drawn again. */
  reset(): void {
    this.#shown = [];
  }

  *draw(editor: Editor): Steps<void> {
    this.#scroll(editor);
    const rows = this.#layout(editor);
    const lines = rows.map((row) => row.text);
    while (lines.length < this.height) lines.push('\x1b[94m~\x1b[m');
    lines.push(this.#status(editor, rows));
    let out = '\x1b[?25l';
    lines.forEach((line, i) => {
      if (this.#shown[i] !== line) out += `\x1b[${i + 1};1H${line}\x1b[K`;
    });
    this.#shown = lines;
    yield* this.#context.out(`${out}${this.#place(editor, rows)}\x1b[?25h`);
  }

  #gutter(editor: Editor): number {
    const { number, relativenumber } = editor.settings;
    return number || relativenumber ? Math.max(3, String(editor.buffer.count).length) + 1 : 0;
  }

  /** How many rows a line takes. */
  #rowsOf(editor: Editor, line: number): number {
    if (!editor.settings.wrap) return 1;
    const width = this.columns - this.#gutter(editor);
    return Math.max(1, Math.ceil(lineWidth(editor.buffer.line(line), editor.settings.tabstop) / width));
  }

  #scroll(editor: Editor): void {
    const { cursor, buffer } = editor;
    const margin = Math.min(editor.settings.scrolloff, Math.floor((this.height - 1) / 2));
    this.top = Math.max(0, Math.min(this.top, buffer.count - 1));
    const jump = Math.abs(cursor.line - this.top) > this.height * 2;
    if (jump) this.top = Math.max(0, cursor.line - Math.floor(this.height / 2));
    if (cursor.line < this.top + margin) this.top = Math.max(0, cursor.line - margin);
    const below = Math.min(margin, buffer.count - 1 - cursor.line);
    while (this.top < cursor.line && this.#span(editor, this.top, cursor.line + below) > this.height)
      this.top++;
  }

  #span(editor: Editor, from: number, to: number): number {
    let rows = 0;
    for (let line = from; line <= to; line++) rows += this.#rowsOf(editor, line);
    return rows;
  }

  #layout(editor: Editor): Row[] {
    const rows: Row[] = [];
    const width = this.columns - this.#gutter(editor);
    for (let line = this.top; line < editor.buffer.count && rows.length < this.height; line++) {
      const cells = cellsOf(editor, line);
      const pieces = editor.settings.wrap ? wrapCells(cells, width) : [cells.slice(0, width)];
      if (rows.length > 0 && rows.length + pieces.length > this.height) {
        while (rows.length < this.height) rows.push({ text: '\x1b[94m@\x1b[m', line: -1, offset: 0 });
        break;
      }
      let offset = 0;
      for (const piece of pieces.slice(0, this.height)) {
        const gutter = this.#gutterText(editor, line, offset === 0);
        rows.push({ text: gutter + paint(piece), line, offset });
        offset += width;
      }
    }
    return rows;
  }

  #gutterText(editor: Editor, line: number, first: boolean): string {
    const width = this.#gutter(editor);
    if (width === 0) return '';
    if (!first) return ' '.repeat(width);
    const { number, relativenumber } = editor.settings;
    const distance = Math.abs(line - editor.cursor.line);
    const shown = relativenumber && (distance > 0 || !number) ? distance : line + 1;
    return `\x1b[33m${String(shown).padStart(width - 1)} \x1b[m`;
  }

  #status(editor: Editor, rows: readonly Row[]): string {
    if (editor.prompting !== undefined) return editor.prompting.slice(-(this.columns - 1));
    const mode = editor.settings.showmode ? modeLine(editor) : '';
    const left = editor.message !== '' ? editor.message : mode === '' ? '' : `\x1b[1m${mode}\x1b[m`;
    const isError = /^E\d+:/.test(editor.message);
    const shown = isError ? `\x1b[97;41m${left.slice(0, this.columns - 1)}\x1b[m` : left;
    if (!editor.settings.ruler) return shown;
    const at = this.columns - 18;
    const room = displayWidth(editor.message === '' ? mode : editor.message);
    if (room > at - 1 && room > this.columns - 19) return shown.slice(0, shown.length);
    // The size of the selection stands where commands are shown as they are typed.
    const size = selectionSize(editor);
    const gap = size === '' ? '' : ' '.repeat(Math.max(0, at - COMMAND_WIDTH - room)) + size;
    return `${shown}${gap}${' '.repeat(Math.max(1, at - room - gap.length))}${this.#ruler(editor, rows)}`;
  }

  #ruler(editor: Editor, rows: readonly Row[]): string {
    const { cursor, buffer } = editor;
    const text = buffer.line(cursor.line);
    const real = cursor.column + 1;
    const virtual =
      lineWidth(text.slice(0, cursor.column), editor.settings.tabstop) +
      (text[cursor.column] === '\t' && editor.mode !== 'insert'
        ? editor.settings.tabstop -
          (lineWidth(text.slice(0, cursor.column), editor.settings.tabstop) % editor.settings.tabstop)
        : 1);
    const column = text === '' ? '0-1' : real === virtual ? String(real) : `${real}-${virtual}`;
    const last = rows.findLast((row) => row.line >= 0)?.line ?? 0;
    const atTop = this.top === 0;
    const atEnd = last >= buffer.count - 1;
    const percent = `${Math.floor((this.top * 100) / Math.max(1, buffer.count - (last - this.top + 1)))}%`;
    const where = atTop && atEnd ? 'All' : atTop ? 'Top' : atEnd ? 'Bot' : percent;
    return `${`${buffer.empty ? 0 : cursor.line + 1},${column}`.padEnd(14)}${where}`;
  }

  #place(editor: Editor, rows: readonly Row[]): string {
    if (editor.prompting !== undefined)
      return `\x1b[${this.rows};${Math.min(this.columns, displayWidth(editor.prompting) + 1)}H`;
    const { cursor, settings } = editor;
    const text = editor.buffer.line(cursor.line);
    const inserting = editor.mode === 'insert' || editor.mode === 'replace';
    let column = lineWidth(text.slice(0, cursor.column), settings.tabstop);
    if (!inserting && text[cursor.column] === '\t')
      column += settings.tabstop - (column % settings.tabstop) - 1;
    const row = rows.findLastIndex((one) => one.line === cursor.line && one.offset <= column);
    const offset = rows[row]?.offset ?? 0;
    return `\x1b[${Math.max(0, row) + 1};${column - offset + this.#gutter(editor) + 1}H`;
  }
}

function modeLine(editor: Editor): string {
  const names: Record<string, string> = {
    insert: editor.settings.paste ? '-- INSERT (paste) --' : '-- INSERT --',
    replace: '-- REPLACE --',
    visual: '-- VISUAL --',
    'visual-line': '-- VISUAL LINE --',
    'visual-block': '-- VISUAL BLOCK --',
  };
  const recording = editor.recording === undefined ? '' : `recording @${editor.recording}`;
  return (names[editor.mode] ?? '') + recording;
}

const COMMAND_WIDTH = 10;

function selectionSize(editor: Editor): string {
  if (!editor.mode.startsWith('visual')) return '';
  const { from, to } = editor.selection;
  const lines = to.line - from.line + 1;
  const [left, right] = [editor.anchor.column, editor.cursor.column];
  if (editor.mode === 'visual-block') return `${lines}x${Math.abs(right - left) + 1}`;
  return String(lines > 1 || editor.mode === 'visual-line' ? lines : to.column - from.column + 1);
}

export function lineWidth(text: string, tabstop: number): number {
  let width = 0;
  for (const char of text) width += char === '\t' ? tabstop - (width % tabstop) : cellWidth(char);
  return width;
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

function cellsOf(editor: Editor, line: number): Cell[] {
  const text = editor.buffer.line(line);
  const styles = highlight(text, editor.settings.syntax || editor.settings.filetype);
  for (const [from, to] of editor.matchesOn(line)) for (let i = from; i < to; i++) styles[i] = '30;43';
  const [from, to] = editor.selectionOn(line);
  const cells: Cell[] = [];
  let width = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.codePointAt(i) as number;
    const shown = String.fromCodePoint(char);
    const style = i >= from && i < to ? '7' : (styles[i] ?? '');
    const made = cell(shown, width, editor.settings.tabstop, editor.settings.list);
    cells.push({ ...made, style: made.special && style === '' ? '94' : style });
    width += made.width;
    if (char > 0xffff) i++;
  }
  if (from <= text.length && to > text.length) cells.push({ text: ' ', width: 1, style: '7' });
  else if (editor.settings.list) cells.push({ text: '$', width: 1, style: '94' });
  return cells;
}

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

export type { Position };
