import type { Steps } from '../../../sim/index.ts';
import { displayWidth } from '../core/width.ts';
import { highlight } from '../vi/highlight.ts';
import { barLines, positionText, titleLine } from './bars.ts';
import type { NanoEditor } from './editor.ts';
import { cellWidth, columnsOf } from './sheet.ts';

/** Where a row of the window starts: a line, and the piece of it when long lines are wrapped. */
interface Row {
  readonly line: number;
  readonly piece: number;
}

const REVERSE = '\x1b[7m';
const PLAIN = '\x1b[m';

/** Columns of text beside the numbers of lines. */
export function textWidth(editor: NanoEditor): number {
  return editor.size.columns - gutterOf(editor);
}

function gutterOf({ settings, sheet }: NanoEditor): number {
  return settings.linenumbers ? Math.max(2, String(sheet.buffer.count).length) + 1 : 0;
}

/** First column shown of a line too long for the window. Models nano src/winio.c get_page_start. */
function pageStart(column: number, width: number): number {
  if (column === 0 || column + 2 < width) return 0;
  return width > 8 ? column - 6 - ((column - 6) % (width - 8)) : column - (width - 2);
}

/** Rows that a line takes. */
export function piecesOf(editor: NanoEditor, line: number): number {
  if (!editor.settings.softwrap) return 1;
  const columns = columnsOf(editor.sheet.buffer.line(line), editor.settings.tabsize);
  return Math.floor(columns / textWidth(editor)) + 1;
}

export function* draw(editor: NanoEditor): Steps<void> {
  const { columns, rows } = editor.size;
  const { settings } = editor;
  const shown = visibleRows(editor);
  const lines = headLines(editor);
  for (let i = 0; i < editor.height; i++) lines.push(shown[i] ? rowText(editor, shown[i] as Row) : '');
  const status = statusLine(editor);
  if (settings.zero && status !== '') lines[statusRow(editor)] = status;
  else if (!settings.zero) lines.push(status);
  if (hasHelp(editor)) lines.push(...barLines(editor.bar, columns, editor.sheets.length > 1));
  const body = lines.slice(0, rows).map((line, i) => `\x1b[${i + 1};1H${line}\x1b[K`);
  yield* editor.context.out(`\x1b[?25l${body.join('')}${cursorPlace(editor, shown)}\x1b[?25h`);
}

const hasHelp = ({ settings }: NanoEditor) => !settings.nohelp && !settings.zero;

const statusRow = (editor: NanoEditor) => editor.size.rows - (hasHelp(editor) ? 3 : 1);

function headLines(editor: NanoEditor): string[] {
  const { settings, sheet, sheets, size } = editor;
  if (settings.zero) return [];
  const title = titleLine(size.columns, {
    name: sheet.path ?? 'New Buffer',
    modified: sheet.buffer.modified,
    readOnly: settings.view,
    flags: stateFlags(editor),
    sheets: sheets.length > 1 ? [sheets.indexOf(sheet) + 1, sheets.length] : undefined,
  });
  return settings.emptyline ? [title, ''] : [title];
}

function stateFlags({ settings, sheet, recording }: NanoEditor): string {
  if (!settings.stateflags) return '';
  const flag = (on: boolean, letter: string) => (on ? letter : ' ');
  return (
    flag(settings.autoindent, 'I') +
    flag(sheet.mark !== undefined, 'M') +
    flag(settings.breaklonglines, 'L') +
    flag(recording, 'R') +
    flag(settings.softwrap, 'S')
  );
}

function visibleRows(editor: NanoEditor): Row[] {
  const out: Row[] = [];
  for (let line = editor.sheet.top; line < editor.sheet.buffer.count && out.length < editor.height; line++)
    for (let piece = 0; piece < piecesOf(editor, line); piece++) out.push({ line, piece });
  return out.slice(0, editor.height);
}

function cursorPlace(editor: NanoEditor, shown: readonly Row[]): string {
  const { question, size, settings, sheet } = editor;
  if (question) {
    const at = question.text.length - question.typed.length + question.at;
    const column = displayWidth(question.text.slice(0, at)) % size.columns;
    return `\x1b[${statusRow(editor) + 1};${column + 1}H`;
  }
  const width = textWidth(editor);
  const column = columnsOf(sheet.line.slice(0, sheet.cursor.column), settings.tabsize);
  const piece = settings.softwrap ? Math.floor(column / width) : 0;
  const row = shown.findIndex((one) => one.line === sheet.cursor.line && one.piece === piece);
  const from = settings.softwrap ? piece * width : pageStart(column, width);
  const head = settings.zero ? 1 : settings.emptyline ? 3 : 2;
  return `\x1b[${Math.max(0, row) + head};${column - from + gutterOf(editor) + 1}H`;
}

function statusLine(editor: NanoEditor): string {
  const { columns } = editor.size;
  const { question, settings, sheet } = editor;
  if (question) return `${REVERSE}${question.text.slice(0, columns).padEnd(columns)}${PLAIN}`;
  const text =
    editor.message === '' && settings.constantshow ? positionText(sheet, settings.tabsize) : editor.message;
  if (text === '') return '';
  const start = Math.floor((columns - displayWidth(text)) / 2);
  if (start <= 1) return `${' '.repeat(Math.max(0, start))}${REVERSE}${text.slice(0, columns)}${PLAIN}`;
  return `${' '.repeat(start - 2)}${REVERSE}[ ${text} ]${PLAIN}`;
}

function rowText(editor: NanoEditor, { line, piece }: Row): string {
  const { settings, sheet } = editor;
  const width = textWidth(editor);
  const text = sheet.buffer.line(line);
  const cursor = line === sheet.cursor.line ? text.slice(0, sheet.cursor.column) : '';
  const from = settings.softwrap ? piece * width : pageStart(columnsOf(cursor, settings.tabsize), width);
  const number = settings.linenumbers
    ? `${REVERSE}${(piece === 0 ? String(line + 1) : '').padStart(gutterOf(editor) - 1)}${PLAIN} `
    : '';
  return number + cells(editor, line, from, width);
}

/** What is marked of a line, or the match that a question is about: from, up to. */
function litPart(editor: NanoEditor, line: number): [number, number] {
  const { sheet, spotlight } = editor;
  if (spotlight) return spotlight.line === line ? [spotlight.column, spotlight.end] : [0, 0];
  const { region } = sheet;
  if (!region || line < region.from.line || line > region.to.line) return [0, 0];
  const end = line === region.to.line ? region.to.column : Number.POSITIVE_INFINITY;
  return [line === region.from.line ? region.from.column : 0, end];
}

function cells(editor: NanoEditor, line: number, from: number, width: number): string {
  const { settings, sheet } = editor;
  const text = sheet.buffer.line(line);
  const styles = editor.colours ? highlight(text, editor.language) : [];
  const [lit, unlit] = litPart(editor, line);
  const out: { style: string; text: string }[] = [];
  let [column, index] = [0, 0];
  for (const char of text) {
    const wide = cellWidth(char, column, settings.tabsize);
    const style = index >= lit && index < unlit ? '7' : (styles[index] ?? '');
    if (column + wide > from + width) break;
    if (column >= from) out.push({ style, text: glyph(char, wide, settings.whitespacedisplay) });
    else if (column + wide > from) out.push({ style, text: ' '.repeat(column + wide - from) });
    column += wide;
    index += char.length;
  }
  if (!settings.softwrap) markCut(out, from > 0, index < text.length);
  return styled(out);
}

/** Signs at the edges of a line that goes on beyond them. */
function markCut(out: { style: string; text: string }[], left: boolean, right: boolean): void {
  const first = out[0];
  if (left && first) out[0] = { style: '7', text: `<${first.text.slice(1)}` };
  if (right && out.length > 0) out[out.length - 1] = { style: '7', text: '>' };
}

function styled(cells: readonly { style: string; text: string }[]): string {
  let [out, style] = ['', ''];
  for (const cell of cells) {
    if (cell.style !== style) out += cell.style === '' ? PLAIN : `\x1b[0;${cell.style}m`;
    style = cell.style;
    out += cell.text;
  }
  return style === '' ? out : out + PLAIN;
}

function glyph(char: string, wide: number, showsBlanks: boolean): string {
  if (char === '\t') return (showsBlanks ? '»' : ' ') + ' '.repeat(wide - 1);
  if (char === ' ') return showsBlanks ? '·' : ' ';
  return char < ' ' || char === '\x7f' ? `^${String.fromCharCode(char.charCodeAt(0) ^ 64)}` : char;
}
