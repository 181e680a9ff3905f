import { append } from '../../../sim/index.ts';
import { displayWidth } from '../core/width.ts';
import type { Editor } from './editor.ts';
import { indentOf } from './indent.ts';
import type { Span } from './motions.ts';

/** Without `textwidth` lines are as wide as the screen, but no wider than this. */
const WIDEST = 79;

function widthOf({ settings, context }: Editor): number {
  const columns = context.fds.get(1)?.terminal?.size.columns ?? 80;
  return settings.textwidth > 0 ? settings.textwidth : Math.min(WIDEST, columns - 1);
}

const leaderOf = (editor: Editor, text: string) =>
  editor.settings.formatoptions.includes('q') ? (/^[ \t]*#[ \t]*/.exec(text)?.[0] ?? '') : '';

/** `gq` and `gw`: paragraphs are filled. Models vim src/textformat.c format_lines. */
export function formatLines(editor: Editor, op: string, { from, to }: Span): void {
  const { buffer, cursor } = editor;
  const made: string[] = [];
  for (let line = from.line; line <= to.line; ) {
    const first = buffer.line(line);
    const leader = leaderOf(editor, first);
    const parts = [first.slice(leader.length)];
    line++;
    if (parts[0]?.trim() === '') {
      made.push(first.trimEnd());
      continue;
    }
    for (; line <= to.line; line++) {
      const next = buffer.line(line);
      const other = leaderOf(editor, next);
      if (other.trim() !== leader.trim() || next.slice(other.length).trim() === '') break;
      parts.push(next.slice(other.length).trimStart());
    }
    append(made, filled(editor, leader, parts));
  }
  buffer.splice(from.line, to.line - from.line + 1, made);
  if (op === 'gw') editor.moveTo(cursor);
  else editor.moveToLine(from.line + made.length - 1);
}

/** The lines of a paragraph; the later ones begin as a new line below the first would. */
function filled(editor: Editor, leader: string, parts: readonly string[]): string[] {
  const width = widthOf(editor);
  const out: string[] = [];
  const start = leader || indentOf(editor, parts[0] ?? '');
  let rest = leader + parts.map((part) => part.trimEnd()).join(' ');
  for (let at = breakOf(rest, width); at !== undefined; at = breakOf(rest, width)) {
    out.push(rest.slice(0, at).trimEnd());
    rest = start + rest.slice(at).trimStart();
  }
  return [...out, rest];
}

/** The blank at which a line is broken: the last that fits, else the first that does not. */
function breakOf(text: string, width: number): number | undefined {
  if (displayWidth(text.trimEnd()) <= width) return undefined;
  const indent = /^[ \t]*(?:#[ \t]*)?/.exec(text)?.[0].length ?? 0;
  let found: number | undefined;
  for (const { index } of text
    .trimEnd()
    .slice(indent)
    .matchAll(/[ \t]+/g)) {
    const at = indent + index;
    if (found !== undefined && displayWidth(text.slice(0, at)) > width) break;
    found = at;
  }
  return found;
}

/** Whether what is typed is broken into lines: `t` for text, `c` for comments; not those long before, by `l`. */
export function wrapsTyped({ settings, line }: Editor): boolean {
  const { textwidth, formatoptions, paste } = settings;
  if (textwidth <= 0 || paste) return false;
  if (formatoptions.includes('l') && displayWidth(line) > textwidth) return false;
  return formatoptions.includes('t') || formatoptions.includes('c');
}

/** Breaks the line before the word that grew over `textwidth`. */
export function wrapTyped(editor: Editor): void {
  const { settings, cursor, buffer } = editor;
  const head = editor.line.slice(0, cursor.column);
  const leader = /^[ \t]*#[ \t]*/.exec(head)?.[0] ?? '';
  if (!settings.formatoptions.includes(leader === '' ? 't' : 'c')) return;
  if (/[ \t]$/.test(head)) return;
  const at = breakOf(head, settings.textwidth);
  if (at === undefined) return;
  const blanks = /^[ \t]*/.exec(head.slice(at))?.[0].length ?? 0;
  const start = leader || indentOf(editor, editor.line);
  const from = { line: cursor.line, column: at };
  buffer.replace(from, { line: cursor.line, column: at + blanks }, `\n${start}`);
  editor.moveTo({ line: cursor.line + 1, column: start.length + cursor.column - at - blanks });
}
