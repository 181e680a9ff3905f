import { greatest } from '../../../sim/index.ts';
import { type Buffer, before, type Position } from './buffer.ts';
import type { Editor } from './editor.ts';
import { formatLines } from './format.ts';
import { indented, indentOf, reindentLines, shifted } from './indent.ts';
import { changedLine } from './insert.ts';
import { firstNonBlank, type Span } from './motions.ts';
import type { Register } from './registers.ts';
import { lineWidth } from './window-view.ts';

/** What an operator did: whether insert mode follows. */
export type Outcome = 'insert' | undefined;

const READ_ONLY = 'W10: Warning: Changing a readonly file';

/** Carries out an operator on a span of text. */
export function operate(editor: Editor, op: string, span: Span, register: string | undefined): Outcome {
  const { buffer } = editor;
  if (buffer.empty && op === 'd') return undefined;
  if (op !== 'y') {
    demandModifiable(editor);
    buffer.checkpoint(editor.cursor);
  }
  switch (op) {
    case 'y':
      editor.store(register, taken(buffer, span), 'yanked');
      editor.moveTo(span.from);
      tellLines(editor, span, 'yanked');
      return undefined;
    case 'd':
      remove(editor, span, register);
      return undefined;
    case 'c':
      change(editor, span, register);
      return 'insert';
    case '>':
    case '<':
      for (let line = span.from.line; line <= lastLine(span); line++)
        buffer.setLine(line, shifted(editor, buffer.line(line), op === '>' ? 1 : -1));
      editor.moveTo({ line: span.from.line, column: firstNonBlank(buffer.line(span.from.line)) });
      tellLines(editor, span, `${op}ed 1 time`);
      return undefined;
    case '=':
      reindentLines(editor, span.from.line, lastLine(span));
      editor.moveTo({ line: span.from.line, column: firstNonBlank(buffer.line(span.from.line)) });
      tellLines(editor, span, 'indented ');
      return undefined;
    case 'J':
    case 'gJ':
      join(editor, span.from.line, Math.max(span.from.line + 1, lastLine(span)), op === 'J');
      return undefined;
    case 'gq':
    case 'gw':
      formatLines(editor, op, { ...span, to: { line: lastLine(span), column: 0 } });
      return undefined;
    default:
      recase(editor, op, span);
      return undefined;
  }
}

export function demandModifiable(editor: Editor): void {
  if (editor.settings.readonly && !editor.buffer.modified) editor.say(READ_ONLY);
  if (!editor.settings.modifiable) editor.refuse("E21: Cannot make changes, 'modifiable' is off");
}

function lastLine(span: Span): number {
  return span.to.line > span.from.line && !span.linewise && span.to.column === 0
    ? span.to.line - 1
    : span.to.line;
}

/** The text of a span as a register holds it. */
export function taken(buffer: Buffer, span: Span): Register {
  if (!span.linewise) return { text: buffer.text(span.from, span.to), kind: 'chars' };
  return { text: buffer.lines.slice(span.from.line, span.to.line + 1).join('\n'), kind: 'lines' };
}

function tellLines(editor: Editor, span: Span, what: string): void {
  const count = span.to.line - span.from.line + 1;
  if (count > 2 && (span.linewise || what === 'yanked')) editor.say(`${count} lines ${what}`);
}

function isNothing({ from, to, linewise }: Span): boolean {
  return !linewise && from.line === to.line && from.column === to.column;
}

function remove(editor: Editor, span: Span, register: string | undefined): void {
  const { buffer } = editor;
  if (!isNothing(span)) editor.store(register, taken(buffer, span), span.numbered ? 'numbered' : 'deleted');
  if (!span.linewise) {
    buffer.replace(span.from, span.to, '');
    editor.moveTo(span.from);
    return;
  }
  const count = span.to.line - span.from.line + 1;
  buffer.splice(span.from.line, count, []);
  const line = Math.min(span.from.line, buffer.count - 1);
  editor.moveTo({ line, column: firstNonBlank(buffer.line(line)) });
  if (buffer.count === 1 && buffer.line(0) === '') editor.say('--No lines in buffer--');
  else if (count > 2) editor.say(`${count} fewer lines`);
}

function change(editor: Editor, span: Span, register: string | undefined): void {
  const { buffer } = editor;
  if (!buffer.empty && !isNothing(span))
    editor.store(register, taken(buffer, span), span.numbered ? 'numbered' : 'deleted');
  editor.mode = 'insert';
  if (!span.linewise) {
    buffer.replace(span.from, span.to, '');
    editor.moveTo(span.from);
    return;
  }
  const indent = indentOf(editor, buffer.line(span.from.line));
  buffer.splice(span.from.line, span.to.line - span.from.line + 1, [indent]);
  changedLine(editor, span.from.line);
}

/** A text in the case that `gU`, `gu` or `g~` gives it. */
export function recased(op: string, text: string): string {
  if (op === 'gU') return text.toUpperCase();
  if (op === 'gu') return text.toLowerCase();
  return [...text].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join('');
}

/** Where changing the case ends: of nothing at the start of a line it takes a character, or the line. */
function recasedTo(buffer: Buffer, { from, to }: Span): Position {
  if (from.column > 0 || from.line !== to.line || to.column > 0) return to;
  const { length } = buffer.line(from.line);
  return { line: from.line, column: from.line === 0 ? Math.min(1, length) : length };
}

function recase(editor: Editor, op: string, span: Span): void {
  const { buffer } = editor;
  const from = span.linewise ? { line: span.from.line, column: 0 } : span.from;
  const to = span.linewise
    ? { line: span.to.line, column: buffer.line(span.to.line).length }
    : recasedTo(buffer, span);
  const text = buffer.text(from, to);
  buffer.replace(from, to, recased(op, text));
  editor.moveTo(span.from);
}

/** Joins lines; with blanks between as `J` does. */
export function join(editor: Editor, first: number, last: number, spaces: boolean): void {
  const { buffer } = editor;
  if (first + 1 >= buffer.count && last > first) editor.refuse();
  for (
    let i = first;
    i < Math.min(last, buffer.count - 1 + (last - first)) && first + 1 < buffer.count;
    i++
  ) {
    const head = buffer.line(first);
    const tail = spaces ? buffer.line(first + 1).replace(/^[ \t]+/, '') : buffer.line(first + 1);
    const glue =
      spaces && tail !== '' && !tail.startsWith(')') && !/[ \t]$/.test(head) && head !== '' ? ' ' : '';
    buffer.splice(first, 2, [head + glue + tail]);
    editor.moveTo({
      line: first,
      column: glue === '' ? Math.max(0, head.length - (tail === '' ? 1 : 0)) : head.length,
    });
  }
}

/** `p` and `P`. */
export function put(
  editor: Editor,
  register: Register | undefined,
  after: boolean,
  count: number,
  endBehind: boolean,
): void {
  if (!register) editor.refuse('E353: Nothing in register "');
  demandModifiable(editor);
  const { buffer, cursor } = editor;
  buffer.checkpoint(cursor);
  if (register.kind === 'lines') {
    const lines = Array.from({ length: count }, () => register.text.split('\n')).flat();
    const at = cursor.line + (after ? 1 : 0);
    buffer.splice(at, 0, lines);
    if (endBehind) editor.moveTo({ line: at + lines.length, column: 0 });
    else editor.moveTo({ line: at, column: firstNonBlank(buffer.line(at)) });
    if (lines.length > 2) editor.say(`${lines.length} more lines`);
    return;
  }
  const column = Math.min(editor.line.length, cursor.column + (after && editor.line !== '' ? 1 : 0));
  if (register.kind === 'block') {
    putBlock(buffer, register.text.split('\n'), { line: cursor.line, column });
    editor.moveTo({ line: cursor.line, column });
    return;
  }
  const text = register.text.repeat(count);
  const end = buffer.replace({ line: cursor.line, column }, { line: cursor.line, column }, text);
  const many = text.includes('\n');
  editor.moveTo(
    endBehind ? end : many ? { line: cursor.line, column } : { line: end.line, column: end.column - 1 },
  );
}

/** `]p`: lines are put with the indent of the line they come to. */
export function putIndented(
  editor: Editor,
  register: Register | undefined,
  after: boolean,
  count: number,
): void {
  if (register?.kind !== 'lines') {
    put(editor, register, after, count, false);
    return;
  }
  const blanks = (line: string) => /^[ \t]*/.exec(line)?.[0] ?? '';
  const { tabstop } = editor.settings;
  const lines = register.text.split('\n');
  const by = lineWidth(blanks(editor.line), tabstop) - lineWidth(blanks(lines[0] as string), tabstop);
  const text = lines.map((line) => indented(editor, line, by)).join('\n');
  put(editor, { text, kind: 'lines' }, after, count, false);
}

function putBlock(buffer: Buffer, rows: readonly string[], at: Position): void {
  const width = greatest(rows.map((row) => row.length));
  rows.forEach((row, i) => {
    const line = at.line + i;
    if (line >= buffer.count) buffer.splice(line, 0, ['']);
    const text = buffer.line(line).padEnd(at.column);
    const tail = text.slice(at.column);
    buffer.setLine(line, text.slice(0, at.column) + (tail === '' ? row : row.padEnd(width)) + tail);
  });
}

/** The span between two places as an operator takes it. */
export function spanBetween(
  buffer: Buffer,
  a: Position,
  b: Position,
  how: { linewise?: boolean; inclusive?: boolean },
): Span {
  const [from, to] = before(b, a) ? [b, a] : [a, b];
  if (how.linewise) return { from, to, linewise: true };
  const end = how.inclusive
    ? { line: to.line, column: Math.min(to.column + 1, buffer.line(to.line).length) }
    : to;
  return { from, to: end };
}
