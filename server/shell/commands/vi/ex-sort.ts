import type { Steps } from '../../../sim/index.ts';
import { compareBytes } from '../core/numbers.ts';
import type { Editor } from './editor.ts';
import { nextDelimiter, type Range } from './range.ts';

interface Order {
  readonly flags: string;
  /** What a line is sorted by; nothing when the pattern is not in it. */
  part(line: string): string;
}

/** Reads `[!] [b][f][i][n][o][r][u][x] [/pattern/]`. */
function orderOf(editor: Editor, argument: string): Order {
  let flags = '';
  let pattern: string | undefined;
  for (let rest = argument; rest !== ''; ) {
    const letter = rest[0] as string;
    if (/[bfinorux]/.test(letter)) flags += letter;
    if (/[bfinorux\s]/.test(letter)) rest = rest.slice(1);
    else if (letter === '"') break;
    else if (/[\w\\]/.test(letter) || pattern !== undefined) editor.refuse('E474: Invalid argument');
    else {
      const end = nextDelimiter(rest, 1, letter);
      if (end >= rest.length) editor.refuse('E682: Invalid search pattern or delimiter');
      pattern =
        rest.slice(1, end) ||
        (editor.search?.pattern ?? editor.refuse('E35: No previous regular expression'));
      rest = rest.slice(end + 1);
    }
  }
  if ([...'nfxob'].filter((letter) => flags.includes(letter)).length > 1)
    editor.refuse('E474: Invalid argument');
  const regex = pattern === undefined ? undefined : editor.regex(pattern);
  return {
    flags,
    part(line) {
      if (!regex) return line;
      const match = regex.exec(line);
      if (!match) return '';
      return flags.includes('r') ? line.slice(match.index, match.end) : line.slice(match.end);
    },
  };
}

const NUMBERS: Readonly<Record<string, { pattern: RegExp; base: number }>> = {
  n: { pattern: /-?\d+/, base: 10 },
  x: { pattern: /-?(?:0[xX])?[\da-fA-F]+/, base: 16 },
  o: { pattern: /[0-7]+/, base: 8 },
  b: { pattern: /[01]+/, base: 2 },
  f: { pattern: /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/, base: 0 },
};

/** A number of a line, those without one before all others. */
function numberIn(text: string, letter: string): number {
  const { pattern, base } = NUMBERS[letter] as (typeof NUMBERS)[string];
  const found = pattern.exec(text)?.[0];
  if (found === undefined) return Number.NEGATIVE_INFINITY;
  return base === 0 ? Number(found) : Number.parseInt(found.replace(/0x/i, ''), base);
}

function comparison({ flags, part }: Order): (a: string, b: string) => number {
  const letter = [...'nxobf'].find((one) => flags.includes(one));
  if (letter !== undefined) {
    return (a, b) => {
      const [left, right] = [numberIn(part(a), letter), numberIn(part(b), letter)];
      return left === right ? 0 : left - right;
    };
  }
  const key = (line: string) => (flags.includes('i') ? part(line).toLowerCase() : part(line));
  return (a, b) => compareBytes(key(a), key(b));
}

/** `:sort`. Models vim src/ex_cmds.c ex_sort. */
export function* sort(editor: Editor, bang: boolean, argument: string, range: Range): Steps<void> {
  const { buffer } = editor;
  const [first, last] = range.given > 0 ? [range.first, range.last] : [0, buffer.count - 1];
  const order = orderOf(editor, argument);
  if (first >= last) return;
  const compare = comparison(order);
  const lines = buffer.lines.slice(first, last + 1).sort(compare);
  if (bang) lines.reverse();
  const kept = order.flags.includes('u')
    ? lines.filter((line, i) => i === 0 || compare(line, lines[i - 1] as string) !== 0)
    : lines;
  buffer.checkpoint(editor.cursor);
  buffer.splice(first, last - first + 1, kept);
  editor.moveToLine(first);
  const fewer = lines.length - kept.length;
  if (fewer > 2) editor.say(`${fewer} fewer lines`);
}
