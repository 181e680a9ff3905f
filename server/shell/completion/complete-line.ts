import { greatest, type Steps } from '../../sim/index.ts';
import type { Completion } from '../editor/line-editor.ts';
import { textWidth } from '../editor/width.ts';
import type { Shell } from '../interpreter/shell.ts';
import type { Matches } from './file-matches.ts';
import { matchesFor } from './matches.ts';
import { type Word, wordAt } from './words.ts';

/** What Tab does to a line: completes the word at the cursor as far as it is certain, or lists what it may be. */
export function* completeLine(
  shell: Shell,
  text: string,
  point: number,
  listing: boolean,
): Steps<Completion> {
  const word = wordAt(shell, text, point);
  const found = yield* matchesFor(shell, text, point, word);
  if (found.items.length === 0) return { text, point, bell: true };
  const choices = () =>
    found.items.map((item) => insertOnly(shell, text, point, word, { ...found, items: [item] }));
  if (found.items.length === 1) return { ...insertOnly(shell, text, point, word, found), choices };
  const ignoreCase = shell.readline.settings.get('completion-ignore-case') === 'on';
  const prefix = commonPrefix(found.items, ignoreCase);
  const typed = word.value;
  if (prefix.length > typed.length) {
    const replacement = quoteFor(word, prefix, found.filenames, false);
    return { ...replaced(text, point, word, replacement), bell: true, choices };
  }
  if (!listing) return { text, point, bell: true, choices };
  return { text, point, listing: list(shell, found), count: found.items.length, choices };
}

/** `$HOME` and the like, which go on as paths do. */
function isDirectoryVariable(shell: Shell, item: string): boolean {
  const value = /^\$\w+$/.test(item) ? shell.variables.get(item.slice(1)) : undefined;
  return value !== undefined && shell.context.fs.isDirectory(value);
}

function insertOnly(shell: Shell, text: string, point: number, word: Word, found: Matches): Completion {
  const only = found.items[0] as string;
  const directory = found.filenames && found.isDirectory(only);
  let replacement = quoteFor(word, only, found.filenames, !directory);
  if (isDirectoryVariable(shell, only)) replacement += '/';
  else if (directory) replacement += only.endsWith('/') ? '' : '/';
  else if (!found.noSpace && text[point] !== ' ') replacement += ' ';
  return replaced(text, point, word, replacement);
}

function replaced(text: string, point: number, word: Word, replacement: string): Completion {
  return {
    text: text.slice(0, word.start) + replacement + text.slice(point),
    point: word.start + replacement.length,
  };
}

/** The completed word, quoted as the typed one was. */
function quoteFor(word: Word, text: string, filename: boolean, complete: boolean): string {
  if (word.quote === '"') return `"${text.replace(/["$`\\]/g, '\\$&')}${complete ? '"' : ''}`;
  if (word.quote === "'") return `'${text}${complete ? "'" : ''}`;
  if (!filename) return text;
  const tilde = /^~[^/]*/.exec(text)?.[0] ?? '';
  return (
    tilde +
    text
      .slice(tilde.length)
      .replace(/[ \t!"#$&'()*,;<=>?[\\\]^`{|}~]/g, (char) =>
        char === '=' || char === ',' || char === '~' ? char : `\\${char}`,
      )
  );
}

function commonPrefix(items: readonly string[], ignoreCase: boolean): string {
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  let prefix = items[0] as string;
  for (const item of items) {
    while (!fold(item).startsWith(fold(prefix))) prefix = prefix.slice(0, -1);
  }
  return prefix;
}

/** The matches in columns, sorted downwards, as readline shows them. */
function list(shell: Shell, found: Matches): string {
  const shown = [...new Set(found.items.map((item) => found.show(item)))].sort();
  const width = shell.context.terminal?.size.columns ?? 80;
  // The slash behind a directory stands in the gap.
  const bare = (cell: string) => (found.filenames ? cell.replace(/\/$/, '') : cell);
  const longest = greatest(shown.map((cell) => textWidth(bare(cell)))) + 2;
  const columns = Math.max(1, Math.floor((width - 1) / longest) || 1);
  const rows = Math.ceil(shown.length / columns);
  let out = '';
  for (let row = 0; row < rows; row++) {
    const cells: string[] = [];
    for (let i = row; i < shown.length; i += rows) cells.push(shown[i] as string);
    out += cells
      .map((cell, i) => (i < cells.length - 1 ? cell + ' '.repeat(longest - textWidth(cell)) : cell))
      .join('');
    out += '\n';
  }
  return out;
}
