import type { Steps } from '../../../sim/index.ts';
import type { Position } from '../vi/buffer.ts';
import type { NanoEditor } from './editor.ts';
import { nextWord, previousWord } from './moves.ts';
import { columnsOf } from './sheet.ts';

/** Puts text at the cursor, as typing does. */
export function insert(editor: NanoEditor, text: string, what = 'addition'): void {
  const { sheet, settings } = editor;
  const joins = what === 'addition' && !text.includes('\n') ? { joins: 'addition' } : {};
  editor.change(
    { what, ...joins },
    () => sheet.replace(sheet.cursor, sheet.cursor, text, settings.nonewlines),
    'flowing',
  );
}

export function newline(editor: NanoEditor): void {
  const { sheet, settings } = editor;
  const indent = settings.autoindent
    ? (/^[ \t]*/.exec(sheet.line.slice(0, sheet.cursor.column))?.[0] ?? '')
    : '';
  insert(editor, `\n${indent}`, 'line break');
}

export function tab(editor: NanoEditor): void {
  const { sheet, settings } = editor;
  if (sheet.mark) {
    indent(editor);
    return;
  }
  const column = columnsOf(sheet.line.slice(0, sheet.cursor.column), settings.tabsize);
  if (settings.tabstospaces) insert(editor, ' '.repeat(settings.tabsize - (column % settings.tabsize)));
  else insert(editor, editor.language === 'yaml' && editor.colours ? '  ' : '\t');
}

export function erase(editor: NanoEditor, forward: boolean): void {
  const { sheet, settings } = editor;
  if (sheet.mark && settings.zap) {
    zap(editor);
    return;
  }
  const { cursor, line, last, buffer } = sheet;
  if (forward) {
    if (cursor.column < line.length) {
      const size = [...line.slice(cursor.column)][0]?.length ?? 1;
      take(editor, cursor, { ...cursor, column: cursor.column + size }, 'deletion', 'delete');
    } else if (cursor.line < last && !(cursor.line + 1 === last && cursor.column > 0 && !settings.nonewlines))
      take(editor, cursor, { line: cursor.line + 1, column: 0 }, 'line join');
    return;
  }
  if (cursor.column > 0) {
    const size = [...line.slice(0, cursor.column)].at(-1)?.length ?? 1;
    take(editor, { ...cursor, column: cursor.column - size }, cursor, 'deletion', 'backspace');
  } else if (cursor.line > 0) {
    const to = { line: cursor.line - 1, column: buffer.line(cursor.line - 1).length };
    // The empty line at the end stays; the cursor leaves it.
    if (cursor.line === last && to.column > 0 && !settings.nonewlines) {
      if (!settings.view) editor.move(to);
      else editor.say('Key is invalid in view mode');
    } else take(editor, to, cursor, 'line join');
  }
}

function take(editor: NanoEditor, from: Position, to: Position, what: string, joins?: string): void {
  const { sheet, settings } = editor;
  const manner = joins === undefined ? { what } : { what, joins };
  const isLines = from.line !== to.line;
  editor.change(
    manner,
    () => sheet.replace(from, to, '', settings.nonewlines),
    isLines ? 'centering' : 'flowing',
  );
}

export function chop(editor: NanoEditor, forward: boolean): void {
  const { sheet, settings } = editor;
  if (settings.view) {
    editor.say('Key is invalid in view mode');
    return;
  }
  const [from, to] = forward ? [sheet.cursor, nextWord(editor)] : [previousWord(editor), sheet.cursor];
  if (from.line === to.line && from.column === to.column) {
    editor.say('Nothing was cut');
    return;
  }
  editor.change({ what: 'deletion' }, () => sheet.replace(from, to, '', settings.nonewlines));
}

/** What ^K would take; none: nothing. */
function cuttable(editor: NanoEditor, untilEnd: boolean): { from: Position; to: Position } | undefined {
  const { sheet, settings } = editor;
  const { cursor, line, last, buffer, region } = sheet;
  const end = { line: last, column: buffer.line(last).length };
  let span = region;
  if (!span && untilEnd) span = { from: cursor, to: end };
  else if (!span && settings.cutfromcursor)
    span =
      cursor.column < line.length
        ? { from: cursor, to: { line: cursor.line, column: line.length } }
        : { from: cursor, to: cursor.line < last ? { line: cursor.line + 1, column: 0 } : cursor };
  else if (!span) {
    const from = { line: cursor.line, column: 0 };
    span = { from, to: cursor.line < last ? { line: cursor.line + 1, column: 0 } : end };
  }
  const isEmpty = span.from.line === span.to.line && span.from.column === span.to.column;
  return isEmpty ? undefined : span;
}

/** ^K, and M-T: a line, the marked text, or all that follows goes to the cut buffer. */
export function cut(editor: NanoEditor, untilEnd = false, keeps = true): void {
  const { sheet, settings } = editor;
  if (settings.view) {
    editor.say('Key is invalid in view mode');
    return;
  }
  editor.say('');
  const marked = sheet.mark !== undefined;
  const span = cuttable(editor, untilEnd);
  if (!span) {
    if (!untilEnd) sheet.mark = undefined;
    editor.say('Nothing was cut');
    return;
  }
  sheet.mark = undefined;
  const text = sheet.buffer.text(span.from, span.to);
  if (keeps) editor.cutText = (editor.keepsCut && !marked && !untilEnd ? (editor.cutText ?? '') : '') + text;
  const joins = keeps && editor.keepsCut && !marked ? { joins: 'cut' } : {};
  const what = keeps ? 'cut' : 'erasure';
  editor.change({ what, ...(marked || untilEnd ? {} : { joins: 'cut' }), ...joins }, () =>
    sheet.replace(span.from, span.to, '', settings.nonewlines),
  );
  editor.keepsCut = keeps && !marked && !untilEnd;
}

export function zap(editor: NanoEditor): void {
  cut(editor, false, false);
}

/** M-6: a line or the marked text goes to the cut buffer, and stays. */
export function copy(editor: NanoEditor): void {
  const { sheet } = editor;
  const { cursor, line, last, region } = sheet;
  editor.say('');
  if (region) {
    const text = sheet.buffer.text(region.from, region.to);
    sheet.mark = undefined;
    editor.keepsCut = false;
    if (text === '') {
      editor.say('Copied nothing');
      return;
    }
    editor.cutText = text;
    return;
  }
  if (cursor.line === last && line === '') {
    editor.say('Copied nothing');
    return;
  }
  editor.cutText = `${editor.keepsCut ? (editor.cutText ?? '') : ''}${line}\n`;
  editor.keepsCut = true;
  if (cursor.line < last) editor.move({ line: cursor.line + 1, column: 0 });
  else editor.move({ line: cursor.line, column: line.length });
}

export function pasteCut(editor: NanoEditor): void {
  if (editor.settings.view) {
    editor.say('Key is invalid in view mode');
    return;
  }
  if (editor.cutText === undefined) {
    editor.say('Cutbuffer is empty');
    return;
  }
  insert(editor, editor.cutText, 'paste');
}

/** Changes each line of the region; the cursor and the mark keep their place in the text. */
function eachLine(editor: NanoEditor, what: string, make: (line: string) => string): void {
  const { sheet } = editor;
  const [first, last] = sheet.regionLines;
  editor.change({ what }, () => {
    const shift = (at: Position): Position => {
      const text = sheet.buffer.line(at.line);
      const grown = at.line < first || at.line > last ? 0 : make(text).length - text.length;
      return {
        line: at.line,
        column: at.column === 0 && grown > 0 ? 0 : Math.max(0, at.column + grown),
      };
    };
    const cursor = shift(sheet.cursor);
    if (sheet.mark) sheet.mark = shift(sheet.mark);
    for (let line = first; line <= last; line++) sheet.buffer.setLine(line, make(sheet.buffer.line(line)));
    sheet.place(cursor);
  });
}

export function indent(editor: NanoEditor): void {
  const { settings } = editor;
  const [first, last] = editor.sheet.regionLines;
  const isBlank = (line: string) => line.trim() === '';
  if (editor.sheet.buffer.lines.slice(first, last + 1).every((line) => line === '')) return;
  const unit =
    editor.language === 'yaml' && editor.colours
      ? '  '
      : settings.tabstospaces
        ? ' '.repeat(settings.tabsize)
        : '\t';
  eachLine(editor, 'indent', (line) => (isBlank(line) ? line : unit + line));
}

export function unindent(editor: NanoEditor): void {
  const { tabsize } = editor.settings;
  const width = editor.language === 'yaml' && editor.colours ? 2 : tabsize;
  const strip = (line: string) => {
    const spaces = /^ */.exec(line.slice(0, width))?.[0].length ?? 0;
    return line.slice(spaces < width && line[spaces] === '\t' ? spaces + 1 : spaces);
  };
  eachLine(editor, 'unindent', strip);
}

/** M-3: comments out the lines, or takes the signs away when all have them. */
export function comment(editor: NanoEditor): void {
  const { sheet } = editor;
  const [first, last] = sheet.regionLines;
  const lines = sheet.buffer.lines.slice(first, last + 1).filter((line) => line.trim() !== '');
  if (lines.length === 0) {
    if (sheet.cursor.line === sheet.last) editor.say('Cannot comment past end of file');
    else eachLine(editor, 'comment', (line) => `#${line}`);
    return;
  }
  const all = lines.every((line) => line.startsWith('#'));
  const isBlank = (line: string) => line.trim() === '';
  eachLine(editor, all ? 'uncomment' : 'comment', (line) =>
    isBlank(line) ? line : all ? line.slice(1) : `#${line}`,
  );
}

/** M-D. */
export function countWords(editor: NanoEditor): void {
  const { buffer, region, last } = editor.sheet;
  const text = region ? buffer.text(region.from, region.to) : buffer.lines.join('\n');
  const end = buffer.line(last) === '' ? 0 : 1;
  const lines = region ? text.split('\n').length - (region.to.column === 0 ? 1 : 0) : last + end;
  const words = text.match(/[\p{L}\p{N}\p{M}]+/gu)?.length ?? 0;
  const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  editor.say(
    `${region ? 'In Selection:  ' : ''}${plural(lines, 'line')},  ${plural(words, 'word')},  ${plural([...text].length, 'character')}`,
  );
}

/** M-V: the next key as it is. */
export function* verbatim(editor: NanoEditor): Steps<void> {
  editor.say('Verbatim Input');
  const key = yield* editor.key();
  editor.say('');
  if (key !== undefined && [...key].length === 1) insert(editor, key === '\n' ? '\r' : key);
}
