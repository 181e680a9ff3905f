import type { Steps } from '../../../sim/index.ts';
import type { Regex } from '../../regex/regex.ts';
import type { Editor } from './editor.ts';
import { expandReplacement } from './pattern.ts';
import { nextDelimiter, type Range } from './range.ts';
import { scrolling } from './scrolling.ts';

/** `:s/pattern/replacement/flags`, or the last one again. */
export function* substitute(editor: Editor, argument: string, range: Range): Steps<void> {
  const parts = parse(editor, argument);
  editor.lastSubstitute = parts;
  editor.search = { pattern: parts.pattern, forward: true };
  const ignoreCase = parts.flags.includes('i') ? '\\c' : parts.flags.includes('I') ? '\\C' : '';
  const regex = editor.regex(parts.pattern + ignoreCase);
  const { buffer } = editor;
  buffer.checkpoint(editor.cursor);
  const ask = parts.flags.includes('c') ? { all: false, quit: false } : undefined;
  let [count, lines, last] = [0, 0, -1];
  let end = range.last;
  for (let line = range.first; line <= end; line++) {
    const made = yield* onLine(editor, regex, parts, line, ask);
    if (made.count > 0) {
      count += made.count;
      lines++;
      const texts = made.text.split('\n');
      if (!parts.flags.includes('n')) buffer.splice(line, 1, texts);
      const grown = parts.flags.includes('n') ? 0 : texts.length - 1;
      line += grown;
      end += grown;
      last = line;
    }
    if (ask?.quit) break;
    if (editor.context.process.spend(4)) yield { preempt: true };
  }
  if (count === 0) {
    if (!parts.flags.includes('e') && !ask) editor.refuse(`E486: Pattern not found: ${parts.pattern}`);
    return;
  }
  if (!parts.flags.includes('n')) editor.moveToLine(last);
  const what = parts.flags.includes('n') ? 'match' : 'substitution';
  const plural = count === 1 ? '' : what === 'match' ? 'es' : 's';
  if (count > 2 || parts.flags.includes('n'))
    editor.say(`${count} ${what}${plural} on ${lines} line${lines === 1 ? '' : 's'}`);
}

interface Parts {
  readonly pattern: string;
  readonly replacement: string;
  readonly flags: string;
}

function parse(editor: Editor, argument: string): Parts {
  const delimiter = argument[0];
  if (delimiter === undefined || /[\w\s&"|]/.test(delimiter)) {
    if (!editor.lastSubstitute) return editor.refuse('E35: No previous regular expression');
    return { ...editor.lastSubstitute, flags: argument.replace(/^&/, '').trim() };
  }
  const first = nextDelimiter(argument, 1, delimiter);
  const second = nextDelimiter(argument, first + 1, delimiter);
  const pattern = plainDelimiter(argument.slice(1, first), delimiter);
  if (pattern === '' && !editor.search) return editor.refuse('E35: No previous regular expression');
  const flags = argument.slice(second + 1).trim();
  if (/[^&cegiInp#r\d\s]/.test(flags)) return editor.refuse(`E488: Trailing characters: ${flags}`);
  return {
    pattern: pattern === '' ? (editor.search?.pattern ?? '') : pattern,
    replacement: plainDelimiter(argument.slice(first + 1, second), delimiter),
    flags,
  };
}

/** An escaped delimiter is the delimiter itself. */
function plainDelimiter(text: string, delimiter: string): string {
  return delimiter === '/' || !/[.*[\]^$~\\]/.test(delimiter)
    ? text.replaceAll(`\\${delimiter}`, delimiter)
    : text;
}

function* onLine(
  editor: Editor,
  regex: Regex,
  parts: Parts,
  line: number,
  ask: { all: boolean; quit: boolean } | undefined,
): Steps<{ text: string; count: number }> {
  const text = editor.buffer.line(line);
  let out = '';
  let count = 0;
  let at = 0;
  for (let from = 0; from <= text.length; ) {
    const match = regex.exec(text, from);
    if (!match) break;
    const empty = match.end === match.index;
    const wanted = !ask || ask.all || (yield* confirmed(editor, line, match.index, parts.replacement, ask));
    if (wanted) {
      count++;
      out += text.slice(at, match.index) + expandReplacement(parts.replacement, match.groups);
      at = match.end;
    }
    // What is empty is not found again right behind a match, nor at the end.
    from = empty ? match.end + 1 : match.end;
    if (!empty && from < text.length && regex.exec(text, from)?.end === from) from++;
    if (from >= text.length) break;
    if (!(parts.flags.includes('g') !== editor.settings.gdefault) || ask?.quit) break;
  }
  return { text: out + text.slice(at), count };
}

function* confirmed(
  editor: Editor,
  line: number,
  column: number,
  replacement: string,
  ask: { all: boolean; quit: boolean },
): Steps<boolean> {
  editor.highlighting = true;
  editor.moveTo({ line, column });
  try {
    for (;;) {
      editor.asking = true;
      editor.say(`replace with ${replacement} (y/n/a/q/l/^E/^Y)?`);
      const key = yield* editor.key();
      if (key === 'a') ask.all = true;
      if ('q\x1b\x03l'.includes(key)) ask.quit = true;
      if ('yal'.includes(key)) return true;
      if ('nq\x1b\x03'.includes(key)) return false;
      if (key === '\x05' || key === '\x19') scrolling(editor, key, 1, false);
    }
  } finally {
    editor.asking = false;
    editor.say('');
  }
}
