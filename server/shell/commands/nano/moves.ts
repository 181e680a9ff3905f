import type { Position } from '../vi/buffer.ts';
import type { NanoEditor } from './editor.ts';
import { piecesOf, textWidth } from './screen.ts';
import { columnsOf, indexAt } from './sheet.ts';

const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}\p{M}]/u.test(char);

/** Moves the cursor as a key says. False: the key is no move. */
export function moveBy(editor: NanoEditor, key: string): boolean {
  const move = MOVES[key];
  if (!move) return false;
  move(editor);
  return true;
}

/** So many rows up or down, in the column that was aimed at. False: there are not so many. */
function vertical(editor: NanoEditor, rows: number): boolean {
  const { sheet, settings } = editor;
  const { tabsize } = settings;
  const width = textWidth(editor);
  let line = sheet.cursor.line;
  let piece = settings.softwrap
    ? Math.floor(columnsOf(sheet.line.slice(0, sheet.cursor.column), tabsize) / width)
    : 0;
  const step = Math.sign(rows);
  for (let i = 0; i < Math.abs(rows); i++) {
    piece += step;
    if (piece >= 0 && piece < piecesOf(editor, line)) continue;
    line += step;
    if (line < 0 || line > sheet.last) return false;
    piece = step > 0 ? 0 : piecesOf(editor, line) - 1;
  }
  const aim = settings.softwrap ? piece * width + (sheet.wanted % width) : sheet.wanted;
  sheet.place({ line, column: indexAt(sheet.buffer.line(line), aim, tabsize) });
  return true;
}

function oneRow(editor: NanoEditor, step: 1 | -1): void {
  if (vertical(editor, step)) editor.follow('flowing');
}

function page(editor: NanoEditor, step: 1 | -1): void {
  const { sheet, height } = editor;
  const row = Math.max(0, editor.rowOf(sheet.cursor.line));
  if (!vertical(editor, step * (height < 3 ? 1 : height - 2))) {
    toEdge(editor, step);
    return;
  }
  editor.putOnRow(row);
}

/** To the very start or the very end of the text. */
export function toEdge(editor: NanoEditor, step: 1 | -1): void {
  const { sheet } = editor;
  if (step < 0) editor.move({ line: 0, column: 0 });
  else editor.move({ line: sheet.last, column: sheet.buffer.line(sheet.last).length });
}

function sideways(editor: NanoEditor, step: 1 | -1): void {
  const { line, cursor, last, buffer } = editor.sheet;
  if (step < 0 && cursor.column === 0) {
    if (cursor.line > 0) editor.move({ line: cursor.line - 1, column: buffer.line(cursor.line - 1).length });
    return;
  }
  if (step > 0 && cursor.column >= line.length) {
    if (cursor.line < last) editor.move({ line: cursor.line + 1, column: 0 });
    return;
  }
  const char = step > 0 ? [...line.slice(cursor.column)][0] : [...line.slice(0, cursor.column)].at(-1);
  editor.move({ line: cursor.line, column: cursor.column + step * (char?.length ?? 1) });
}

/** The start of the next word. */
export function nextWord(editor: NanoEditor): Position {
  const { buffer, cursor, last } = editor.sheet;
  let { line, column } = cursor;
  let inWord = isWord(buffer.line(line)[column]);
  for (;;) {
    if (column >= buffer.line(line).length) {
      if (line === last) return { line, column: buffer.line(line).length };
      line++;
      column = 0;
      inWord = false;
    } else column++;
    const here = isWord(buffer.line(line)[column]);
    if (here && !inWord) return { line, column };
    inWord = here;
  }
}

/** The start of this word, or of the one before. */
export function previousWord(editor: NanoEditor): Position {
  const { buffer, cursor } = editor.sheet;
  let { line, column } = cursor;
  for (let inWord = false; ; ) {
    if (column === 0) {
      if (inWord || line === 0) return { line, column };
      line--;
      column = buffer.line(line).length;
      continue;
    }
    const here = isWord(buffer.line(line)[column - 1]);
    if (inWord && !here) return { line, column };
    inWord = here;
    column--;
  }
}

const isBlank = (text: string) => text.trim() === '';

/** A paragraph begins behind a blank line, or where the indentation changes. */
function beginsParagraph(editor: NanoEditor, line: number): boolean {
  const { buffer } = editor.sheet;
  if (isBlank(buffer.line(line))) return false;
  if (line === 0 || isBlank(buffer.line(line - 1))) return true;
  const indent = (at: number) => /^\s*/.exec(buffer.line(at))?.[0] ?? '';
  return indent(line) !== indent(line - 1) && !beginsParagraph(editor, line - 1);
}

export function paragraphStart(editor: NanoEditor): Position {
  let { line } = editor.sheet.cursor;
  if (line > 0) line--;
  while (line > 0 && !beginsParagraph(editor, line)) line--;
  return { line, column: 0 };
}

/** First line behind the paragraph at, or after, a line. */
export function paragraphEnd(editor: NanoEditor, from: number): number {
  const { buffer, last } = editor.sheet;
  let line = from;
  while (line < last && isBlank(buffer.line(line))) line++;
  while (line < last && !isBlank(buffer.line(line + 1)) && !beginsParagraph(editor, line + 1)) line++;
  return line;
}

function toParagraphEnd(editor: NanoEditor): void {
  const { buffer, cursor, last } = editor.sheet;
  const line = paragraphEnd(editor, cursor.line);
  const to = line < last ? { line: line + 1, column: 0 } : { line, column: buffer.line(line).length };
  editor.move(to, 'centering');
}

function block(editor: NanoEditor, step: 1 | -1): void {
  const { buffer, cursor, last } = editor.sheet;
  let { line } = cursor;
  if (step < 0) {
    while (line > 0 && isBlank(buffer.line(line - 1))) line--;
    while (line > 0 && !isBlank(buffer.line(line - 1))) line--;
    if (line > 0 && isBlank(buffer.line(line - 1)) && cursor.line === line) line--;
  } else {
    while (line < last && !isBlank(buffer.line(line))) line++;
    while (line < last && isBlank(buffer.line(line))) line++;
  }
  editor.move({ line, column: 0 }, 'centering');
}

/** The bracket that belongs to the one at the cursor. */
function toBracket(editor: NanoEditor): void {
  const { buffer, cursor, line, last } = editor.sheet;
  const own = line[cursor.column] ?? '';
  const pairs = '(<[{)>]}';
  const at = pairs.indexOf(own);
  if (own === '' || at < 0) {
    editor.say('Not a bracket');
    return;
  }
  const other = pairs[(at + 4) % 8] as string;
  const step = at < 4 ? 1 : -1;
  let depth = 0;
  let place: Position = cursor;
  while (place.line >= 0 && place.line <= last) {
    const char = buffer.line(place.line)[place.column];
    if (char === own) depth++;
    else if (char === other && --depth === 0) {
      editor.move(place, 'centering');
      return;
    }
    place = { line: place.line, column: place.column + step };
    if (place.column < 0)
      place = { line: place.line - 1, column: Math.max(0, buffer.line(place.line - 1).length - 1) };
    else if (place.column > buffer.line(place.line).length) place = { line: place.line + 1, column: 0 };
  }
  editor.say('No matching bracket');
}

/** Scrolls by a row; the cursor stays in the text as long as it is in the window. */
function scroll(editor: NanoEditor, step: 1 | -1): void {
  const { sheet, height } = editor;
  if (step < 0 ? sheet.top === 0 : sheet.top >= sheet.last) return;
  sheet.top += step;
  if (sheet.cursor.line < sheet.top) vertical(editor, 1);
  else if (editor.rowOf(sheet.cursor.line) >= height) vertical(editor, -1);
}

function home(editor: NanoEditor): void {
  const { cursor, line } = editor.sheet;
  const indent = line.search(/\S|$/);
  const smart = editor.settings.smarthome && cursor.column !== indent ? indent : 0;
  editor.move({ line: cursor.line, column: smart });
}

const ends = (editor: NanoEditor) => {
  const { cursor, line } = editor.sheet;
  editor.move({ line: cursor.line, column: line.length });
};

type Move = (editor: NanoEditor) => void;

const left: Move = (editor) => sideways(editor, -1);
const right: Move = (editor) => sideways(editor, 1);
const up: Move = (editor) => oneRow(editor, -1);
const down: Move = (editor) => oneRow(editor, 1);
const wordBack: Move = (editor) => editor.move(previousWord(editor));
const wordOn: Move = (editor) => editor.move(nextWord(editor));
const first: Move = (editor) => toEdge(editor, -1);
const last: Move = (editor) => toEdge(editor, 1);
const paragraphBack: Move = (editor) => editor.move(paragraphStart(editor), 'centering');
const row =
  (which: 'top' | 'bottom'): Move =>
  (editor) => {
    const { top, last: end, wanted, buffer } = editor.sheet;
    const line = which === 'top' ? top : Math.min(end, top + editor.height - 1);
    editor.move(
      { line, column: indexAt(buffer.line(line), wanted, editor.settings.tabsize) },
      'flowing',
      true,
    );
  };

const MOVES: Readonly<Record<string, Move>> = {
  '<Left>': left,
  '\x02': left,
  '<Right>': right,
  '\x06': right,
  '<Up>': up,
  '\x10': up,
  '<Down>': down,
  '\x0e': down,
  '<PageUp>': (editor) => page(editor, -1),
  '\x19': (editor) => page(editor, -1),
  '<PageDown>': (editor) => page(editor, 1),
  '\x16': (editor) => page(editor, 1),
  '<Home>': home,
  '\x01': home,
  '<End>': ends,
  '\x05': ends,
  '<C-Left>': wordBack,
  'M- ': wordBack,
  '<C-Right>': wordOn,
  '\0': wordOn,
  '<C-Home>': first,
  'M-\\': first,
  'M-|': first,
  '<C-End>': last,
  'M-/': last,
  'M-?': last,
  'M-(': paragraphBack,
  'M-9': paragraphBack,
  'M-)': toParagraphEnd,
  'M-0': toParagraphEnd,
  '<C-Up>': (editor) => block(editor, -1),
  'M-7': (editor) => block(editor, -1),
  '<C-Down>': (editor) => block(editor, 1),
  'M-8': (editor) => block(editor, 1),
  'M-]': toBracket,
  'M--': (editor) => scroll(editor, -1),
  'M-_': (editor) => scroll(editor, -1),
  '<M-Up>': (editor) => scroll(editor, -1),
  'M-+': (editor) => scroll(editor, 1),
  'M-=': (editor) => scroll(editor, 1),
  '<M-Down>': (editor) => scroll(editor, 1),
  '<C-PageUp>': row('top'),
  '<C-PageDown>': row('bottom'),
};
