import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Editor } from './editor.ts';
import { address } from './ex-address.ts';
import { QueueEnded } from './keys.ts';
import { nextDelimiter, type Range } from './range.ts';
import { filterLines, runShell } from './shell-out.ts';

/** Carries out one line of ex commands. */
export type RunEx = (editor: Editor, text: string) => Steps<void>;

/** `:r file` and `:r !command`. */
export function* read(editor: Editor, bang: boolean, argument: string, range: Range): Steps<void> {
  const { buffer, context } = editor;
  let text: string;
  const command = bang ? argument : argument.startsWith('!') ? argument.slice(1) : undefined;
  if (command !== undefined) text = yield* filterLines(editor, command, '');
  else {
    try {
      text = context.fs.read(argument);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return editor.refuse(`E484: Can't open file ${argument}`);
    }
  }
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  buffer.checkpoint(editor.cursor);
  const at = range.last + 1;
  buffer.splice(at, 0, lines);
  // The cursor goes to the first line of a file, and to the last that a command wrote.
  if (lines.length > 0) editor.moveToLine(command === undefined ? at : at + lines.length - 1);
  if (command === undefined) editor.say(`"${argument}" ${lines.length}L, ${text.length}B`);
  else if (lines.length > 2) editor.say(`${lines.length} more lines`);
}

/** `:t` and `:m`. */
export function copyLines(editor: Editor, argument: string, range: Range, move: boolean): void {
  const target = argument === '0' ? { line: -1 } : address(editor, argument, editor.cursor.line);
  if (!target) editor.refuse('E14: Invalid address');
  const { buffer } = editor;
  const lines = buffer.lines.slice(range.first, range.last + 1);
  if (move && target.line >= range.first && target.line < range.last)
    editor.refuse('E134: Cannot move a range of lines into itself');
  buffer.checkpoint(editor.cursor);
  let at = target.line + 1;
  const stays = move && (at === range.first || target.line === range.last);
  if (stays) at = range.first;
  else if (move) {
    buffer.splice(range.first, lines.length, []);
    if (at > range.first) at -= lines.length;
  }
  if (!stays) buffer.splice(at, 0, lines);
  editor.moveToLine(at + lines.length - 1);
}

/** `:g` and `:v`; `run` carries out the command for each line. */
export function* global(
  editor: Editor,
  argument: string,
  range: Range,
  { invert, run }: { invert: boolean; run: RunEx },
): Steps<void> {
  const delimiter = argument[0];
  if (delimiter === undefined) editor.refuse('E148: Regular expression missing from :global');
  const end = nextDelimiter(argument, 1, delimiter);
  const pattern = argument.slice(1, end);
  if (pattern !== '') editor.search = { pattern, forward: true };
  const regex = editor.regex(pattern === '' ? (editor.search?.pattern ?? '') : pattern);
  const rest = argument.slice(end + 1).trim() || 'p';
  const [first, last] = range.given > 0 ? [range.first, range.last] : [0, editor.buffer.count - 1];
  const { buffer } = editor;
  buffer.together();
  buffer.checkpoint(editor.cursor);
  if (/^d(elete)?$/.test(rest)) {
    const kept = buffer.lines.filter((line, i) => i < first || i > last || regex.test(line) === invert);
    const gone = buffer.count - kept.length;
    if (gone === 0) sayNone(editor, pattern, invert);
    else if (gone > 2) editor.say(`${gone} fewer lines`);
    const lastGone = buffer.lines.findLastIndex(
      (line, i) => i >= first && i <= last && regex.test(line) !== invert,
    );
    buffer.load(kept, false);
    if (gone > 0) editor.moveToLine(Math.min(lastGone - gone + 1, buffer.count - 1));
    return;
  }
  const hits = [...buffer.lines.keys()].filter(
    (i) => i >= first && i <= last && regex.test(buffer.line(i)) !== invert,
  );
  if (hits.length === 0) sayNone(editor, pattern, invert);
  let shift = 0;
  for (const line of hits) {
    const before = buffer.count;
    editor.moveTo({ line: line + shift, column: 0 });
    if (rest !== 'p') yield* run(editor, rest);
    shift += buffer.count - before;
  }
}

function sayNone(editor: Editor, pattern: string, invert: boolean): void {
  editor.say(invert ? `Pattern found in every line: ${pattern}` : `Pattern not found: ${pattern}`);
}

/** `:normal`: runs keys as if typed, on each line of a range. */
export function* normal(editor: Editor, keys: string, range: Range): Steps<void> {
  const queue = editor.keys.queue;
  const lines = range.given > 0 ? range.last - range.first + 1 : 1;
  editor.buffer.together();
  for (let i = 0; i < lines; i++) {
    if (range.given > 0) editor.moveTo({ line: range.first + i, column: 0 });
    editor.keys.queue = [];
    // The escape ends what is unfinished.
    editor.feed(`${keys}\x1b`);
    editor.keys.sealed = true;
    try {
      yield* editor.normal(editor);
    } catch (error) {
      if (!(error instanceof QueueEnded)) throw error;
    } finally {
      editor.keys.sealed = false;
    }
    editor.mode = 'normal';
  }
  editor.keys.queue = queue;
}

/** Tabs as blanks. */
export function untab(line: string, tabstop: number): string {
  let out = '';
  for (const char of line) out += char === '\t' ? ' '.repeat(tabstop - (out.length % tabstop)) : char;
  return out;
}

/** `:!command`, or a filter when there is a range. */
export function* shell(editor: Editor, text: string, range: Range, input?: string): Steps<void> {
  const command = text.replace(/(?<!\\)%/g, editor.path ?? '');
  if (range.given === 0) {
    yield* runShell(editor, command, input);
    return;
  }
  const lines = editor.buffer.lines.slice(range.first, range.last + 1);
  const made = yield* filterLines(editor, command, `${lines.join('\n')}\n`);
  editor.buffer.checkpoint(editor.cursor);
  editor.buffer.splice(range.first, lines.length, made === '' ? [] : made.replace(/\n$/, '').split('\n'));
  editor.moveToLine(range.first);
  if (lines.length > 2) editor.say(`${lines.length} lines filtered`);
}
