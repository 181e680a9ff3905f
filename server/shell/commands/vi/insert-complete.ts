import type { Steps } from '../../../sim/index.ts';
import type { Editor } from './editor.ts';
import { pathsThatBegin } from './paths.ts';

/** Keys that complete what stands before the cursor: words ahead, words before, or a way asked for next. */
export const COMPLETING: Readonly<Record<string, 1 | -1 | 0>> = { '\x0e': 1, '\x10': -1, '\x18': 0 };

type Way = 'keyword' | 'line' | 'file';

const WAYS: Readonly<Record<string, { way: Way; by: 1 | -1 }>> = {
  '\x0e': { way: 'keyword', by: 1 },
  '\x10': { way: 'keyword', by: -1 },
  '\x0c': { way: 'line', by: -1 },
  '\x06': { way: 'file', by: 1 },
};

const TITLES: Readonly<Record<Way, string>> = {
  keyword: 'Keyword completion (^N^P)',
  line: 'Whole line completion (^L^N^P)',
  file: 'File name completion (^F^N^P)',
};

/** ^N, ^P, ^X^N, ^X^L, ^X^F: goes through what fits until another key is typed. */
export function* completeText(editor: Editor, first: string): Steps<void> {
  let key = first;
  if (COMPLETING[key] === 0) {
    editor.say('-- ^X mode (^]^D^E^F^I^K^L^N^O^Ps^U^V^Y)');
    key = yield* editor.key();
  }
  const chosen = WAYS[key];
  if (!chosen) {
    editor.say('');
    editor.keys.queue.unshift(key);
    return;
  }
  const { way, by } = chosen;
  const start = startOf(editor, way);
  const typed = editor.line.slice(start, editor.cursor.column);
  const found = candidates(editor, way, typed);
  const words = by > 0 ? [...found, typed] : [typed, ...found];
  let at = by > 0 ? 0 : words.length - 1;
  for (;;) {
    show(editor, way, { start, words, at, typed });
    if (found.length === 0) return;
    const next = yield* editor.key();
    const step = next === '\x0e' || next === '<Down>' ? 1 : next === '\x10' || next === '<Up>' ? -1 : 0;
    if (step === 0) {
      editor.say('');
      if (next === '\x05') replace(editor, start, typed);
      else if (next !== '\x19') editor.keys.queue.unshift(next);
      return;
    }
    at = (at + step + words.length) % words.length;
  }
}

function show(
  editor: Editor,
  way: Way,
  { start, words, at, typed }: { start: number; words: readonly string[]; at: number; typed: string },
): void {
  const title = `-- ${TITLES[way]}`;
  if (words.length === 1) {
    editor.say(`${title} Pattern not found`);
    return;
  }
  const word = words[at] as string;
  replace(editor, start, word);
  const place = words.filter((one) => one !== typed).indexOf(word) + 1;
  const count = words.length - 1;
  if (place === 0) editor.say(`${title} Back at original`);
  else editor.say(count === 1 ? `${title} The only match` : `${title} match ${place} of ${count}`);
}

function replace(editor: Editor, start: number, text: string): void {
  const { cursor } = editor;
  editor.moveTo(editor.buffer.replace({ line: cursor.line, column: start }, cursor, text));
}

function startOf({ line, cursor }: Editor, way: Way): number {
  const head = line.slice(0, cursor.column);
  const shape = way === 'line' ? /\S.*$/ : way === 'file' ? /[\w./~+#@%-]*$/ : /[\p{L}\p{N}_]*$/u;
  return cursor.column - (shape.exec(head)?.[0].length ?? 0);
}

/** What begins as what was typed: of the text behind the cursor first, then of what is before it, then of other buffers. */
function candidates(editor: Editor, way: Way, typed: string): string[] {
  if (way === 'file') return pathsThatBegin(editor, typed);
  const { buffer, cursor, workspace } = editor;
  const others = workspace.documents.filter((one) => one.loaded && one.buffer !== buffer);
  const before = buffer.line(cursor.line).slice(0, cursor.column - typed.length);
  const lines = [
    ...(way === 'line' ? [] : [buffer.line(cursor.line).slice(cursor.column)]),
    ...buffer.lines.slice(cursor.line + 1),
    ...buffer.lines.slice(0, cursor.line),
    ...(way === 'line' ? [] : [before]),
    ...others.flatMap((one) => one.buffer.lines),
  ];
  const pieces =
    way === 'line'
      ? lines.map((line) => line.trimStart())
      : lines.flatMap((line) => line.match(/[\p{L}\p{N}_]+/gu) ?? []);
  return [...new Set(pieces)].filter((piece) => piece.startsWith(typed) && piece !== typed).slice(0, 1000);
}
