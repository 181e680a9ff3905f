import type { Steps } from '../../../sim/index.ts';
import { commandWindow } from './command-window.ts';
import type { Editor } from './editor.ts';

/** A line that is typed: the text before the cursor and behind it. */
interface Typing {
  head: string;
  tail: string;
}

/** Reads a line at the bottom of the screen. Undefined: given up. */
export function* readLine(editor: Editor, prefix: string, start: string): Steps<string | undefined> {
  const history = editor.histories[prefix === ':' ? ':' : '/'] as string[];
  const line: Typing = { head: start, tail: '' };
  let at = history.length;
  let tabs: { words: readonly string[]; at: number } | undefined;
  let begun: string | undefined;
  try {
    for (;;) {
      editor.prompting = { head: prefix + line.head, tail: line.tail };
      const key = yield* editor.key();
      if (key === '\n') break;
      if (key === '\x06') {
        editor.prompting = undefined;
        yield* commandWindow(editor, prefix, line.head + line.tail);
        return undefined;
      }
      if (key === '\t' && prefix === ':') {
        tabs ??= { words: [...editor.completions(editor, line.head), line.head], at: -1 };
        tabs.at = (tabs.at + 1) % tabs.words.length;
        line.head = tabs.words[tabs.at] ?? line.head;
        continue;
      }
      tabs = undefined;
      const erases = key === '\x7f' || key === '\b';
      if (key === '\x1b' || key === '\x03' || (erases && line.head + line.tail === '')) return undefined;
      if (key === '<Up>' || key === '<Down>') {
        // Only lines that begin with what was typed first.
        begun ??= line.head + line.tail;
        const by = key === '<Up>' ? -1 : 1;
        let next = at + by;
        while (next >= 0 && next < history.length && !history[next]?.startsWith(begun)) next += by;
        if (next >= 0) {
          at = Math.min(next, history.length);
          Object.assign(line, { head: history[at] ?? begun, tail: '' });
        }
        continue;
      }
      begun = undefined;
      yield* edit(editor, line, key);
    }
  } finally {
    editor.prompting = undefined;
  }
  const text = line.head + line.tail;
  if (text !== '' && history.at(-1) !== text) history.push(text);
  return text;
}

function* edit(editor: Editor, line: Typing, key: string): Steps<void> {
  switch (key) {
    case '\x7f':
    case '\b':
      line.head = [...line.head].slice(0, -1).join('');
      return;
    case '<Del>':
      line.tail = [...line.tail].slice(1).join('');
      return;
    case '\x15':
      line.head = '';
      return;
    case '\x17':
      line.head = line.head.replace(/(?:[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+|)\s*$/u, '');
      return;
    case '\x12':
      line.head += (yield* pastedRegister(editor)) ?? '';
      return;
    case '\x16':
      line.head += yield* editor.key();
      return;
    case '<Left>':
    case '<Right>':
      move(line, key === '<Left>' ? -1 : 1);
      return;
    case '<Home>':
    case '\x02':
      Object.assign(line, { head: '', tail: line.head + line.tail });
      return;
    case '<End>':
    case '\x05':
      Object.assign(line, { head: line.head + line.tail, tail: '' });
      return;
    default:
      if ([...key].length === 1 && key >= ' ') line.head += key;
  }
}

function move(line: Typing, by: 1 | -1): void {
  const [head, tail] = [[...line.head], [...line.tail]];
  if (by < 0 && head.length > 0) tail.unshift(head.pop() as string);
  else if (by > 0 && tail.length > 0) head.push(tail.shift() as string);
  Object.assign(line, { head: head.join(''), tail: tail.join('') });
}

function* pastedRegister(editor: Editor): Steps<string | undefined> {
  const name = yield* editor.key();
  if (name === '\x17') return /[\p{L}\p{N}_]+/u.exec(editor.line.slice(editor.cursor.column))?.[0];
  return editor.register(name)?.text;
}
