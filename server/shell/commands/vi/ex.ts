import type { Steps } from '../../../sim/index.ts';
import type { Editor } from './editor.ts';
import { checkRange, parseRange } from './ex-address.ts';
import { shell } from './ex-lines.ts';
import { COMMANDS } from './ex-table.ts';
import { firstNonBlank } from './motions.ts';
import type { Range } from './range.ts';

/** Commands after which the screen is drawn anew, the last line too. */
const REDRAWS =
  /^[^a-z]*(?:norm|r\s*!|(?:g|v)\b.*(?:norm|[/|]\s*(?:t|co|m)\b)|(?:s|&).*[/#|,][a-z]*c[a-z]*$)/;

/** Reads a command line and carries it out. */
export function* exCommand(editor: Editor, start: string): Steps<void> {
  const text = yield* editor.prompt(':', start);
  if (text === undefined) return;
  editor.exLine = text;
  try {
    yield* runEx(editor, text);
  } finally {
    editor.exLine = undefined;
    if (text !== '') editor.lastExLine = text;
  }
  // A command that says nothing stays to be seen.
  if (editor.message === '' && !REDRAWS.test(text)) editor.say(`:${text}`);
  editor.moveTo(editor.cursor);
}

/** Carries out one line of ex commands. */
export function* runEx(editor: Editor, text: string): Steps<void> {
  const line = text.replace(/^[\s:]+/, '');
  if (line === '' || line.startsWith('"')) return;
  const { range, rest } = parseRange(editor, line);
  if (range.backwards && !(yield* swaps(editor))) return;
  const match = /^([a-zA-Z]+|[&<>!=@#~]|)(!?)\s*(.*)$/s.exec(rest.trimStart());
  const [, word = '', bang = '', argument = ''] = match ?? [];
  if (rest.trim() === '') {
    goTo(editor, range.last);
    return;
  }
  // `s/a/b/` and `g/x/d` need no blank behind the name.
  const joined = /^(s|g|v|d|y|m|t|j|k)([^a-zA-Z].*)?$/s.exec(rest.trimStart());
  if (
    joined?.[2] !== undefined &&
    /^[gsv]/.test(rest.trimStart()) &&
    /^[gsv][!]?[^\w\s"|]/.test(rest.trimStart())
  ) {
    const name = joined[1] as string;
    const inverted = name === 'g' && rest.trimStart()[1] === '!';
    yield* command(editor, inverted ? 'v' : name, '', rest.trimStart().slice(inverted ? 2 : 1), range);
    return;
  }
  if (word === '!' || (bang === '!' && word === '')) {
    yield* shell(editor, rest.trimStart().slice(1), range);
    return;
  }
  const bar = /^(norm|normal|g|global|v|vglobal|windo|winc|wincmd|tabdo?|autocmd|au|r|read)$/.test(word)
    ? -1
    : argument.search(/(?<!\\)\|/);
  yield* command(editor, word, bang, (bar < 0 ? argument : argument.slice(0, bar)).trim(), range);
  if (bar >= 0) yield* runEx(editor, argument.slice(bar + 1));
}

const WITHOUT_RANGE = new Set(
  'set setlocal setglobal nohlsearch echo let syntax filetype colorscheme highlight map nmap edit quit qall wqall xall registers marks jumps changes undolist pwd cd'.split(
    ' ',
  ),
);

function* command(editor: Editor, word: string, bang: string, argument: string, range: Range): Steps<void> {
  const found = COMMANDS.find(
    ([short, full]) =>
      word === short || word === full || (word.length > short.length && full.startsWith(word)),
  );
  if (!found)
    editor.refuse(`E492: Not an editor command: ${word}${bang}${argument === '' ? '' : ` ${argument}`}`);
  if (range.given > 0 && WITHOUT_RANGE.has(found[1])) editor.refuse('E481: No range allowed');
  if (found[3] !== 'count') checkRange(editor, range);
  yield* found[2](editor, bang === '!', argument, range, runEx);
}

/** Whether the two lines of a range may change places. */
function* swaps(editor: Editor): Steps<boolean> {
  editor.say('Backwards range given, OK to swap (y/n)?');
  editor.asking = true;
  try {
    for (;;) {
      const key = yield* editor.key();
      if (key === 'y' || key === 'Y') return true;
      if ('nN\x1b\x03'.includes(key)) return false;
    }
  } finally {
    editor.asking = false;
    editor.say('');
  }
}

function goTo(editor: Editor, line: number): void {
  const at = Math.max(0, Math.min(editor.buffer.count - 1, line));
  editor.markJump();
  editor.moveTo({ line: at, column: firstNonBlank(editor.buffer.line(at)) });
}
