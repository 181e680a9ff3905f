import type { Editor } from './editor.ts';
import { lineWidth } from './window-view.ts';
import { yamlIndent } from './yaml-indent.ts';

/** The blanks that a new line below `text` begins with. */
export function indentOf(editor: Editor, text: string): string {
  if (!editor.settings.autoindent || editor.settings.paste) return '';
  return /^[ \t]*/.exec(text)?.[0] ?? '';
}

/** Whether lines are indented as the type of file asks for. */
export function indents({ settings }: Editor): boolean {
  return settings.indentexpr !== '' && !settings.paste;
}

/** Indents a line as its type of file asks for, and keeps the cursor on its character. */
export function reindent(editor: Editor, line = editor.cursor.line): void {
  const { buffer, cursor, settings } = editor;
  const text = buffer.line(line);
  const old = lineWidth(/^[ \t]*/.exec(text)?.[0] ?? '', settings.tabstop);
  const made = indented(editor, text, yamlIndent(buffer, line, settings) - old, true);
  buffer.setLine(line, made);
  if (line === cursor.line)
    editor.moveTo({ line, column: Math.max(0, cursor.column + made.length - text.length) });
}

/** Indents lines anew; those without text lose their blanks. */
export function reindentLines(editor: Editor, first: number, last: number): void {
  if (!indents(editor)) return;
  for (let line = first; line <= last; line++) {
    if (editor.buffer.line(line).trim() === '') editor.buffer.setLine(line, '');
    else reindent(editor, line);
  }
}

/** A line moved by so many shift widths, to a multiple of them when it is rounded. Models vim src/ops.c shift_line. */
export function shifted(
  editor: Editor,
  text: string,
  steps: number,
  rounds = editor.settings.shiftround,
): string {
  const { settings } = editor;
  const width = settings.shiftwidth || settings.tabstop;
  if (!rounds) return indented(editor, text, steps * width);
  const column = lineWidth(/^[ \t]*/.exec(text)?.[0] ?? '', settings.tabstop);
  const whole = Math.floor(column / width);
  const extra = steps < 0 && column % width > 0 ? 1 : 0;
  return indented(editor, text, Math.max(0, whole + steps + extra) * width - column);
}

/** A line with so many columns more (or less) before its text; one without any stays so, but for `always`. */
export function indented({ settings }: Editor, text: string, columns: number, always = false): string {
  if (text === '' && columns > 0 && !always) return text;
  const blanks = /^[ \t]*/.exec(text)?.[0] ?? '';
  const column = Math.max(0, lineWidth(blanks, settings.tabstop) + columns);
  const indent = settings.expandtab
    ? ' '.repeat(column)
    : '\t'.repeat(Math.floor(column / settings.tabstop)) + ' '.repeat(column % settings.tabstop);
  return indent + text.slice(blanks.length);
}
