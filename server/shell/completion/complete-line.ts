import type { Steps } from '../../sim/index.ts';
import type { Completion, NameKind } from '../editor/editor-host.ts';
import type { Shell } from '../interpreter/shell.ts';
import { expandUser, folded } from './actions.ts';
import type { Matches } from './file-matches.ts';
import { listMatches } from './list-matches.ts';
import { matchesFor } from './matches.ts';
import { namesOf } from './names.ts';
import { type Word, wordAt } from './words.ts';

/** What stands where a completion is asked for. `kind`: only names of that kind are meant. */
export interface Asked {
  readonly text: string;
  readonly point: number;
  readonly kind?: NameKind | undefined;
}

/** What Tab does to a line: completes the word at the cursor as far as it is certain, or lists what it may be. */
export function* completeLine(shell: Shell, asked: Asked, listing: boolean): Steps<Completion> {
  const { text, point, kind } = asked;
  const setting = (name: string) => shell.readline.settings.get(name);
  const word = wordAt(shell, text, point);
  const found =
    kind === undefined
      ? yield* matchesFor(shell, text, point, word)
      : yield* namesOf(shell, kind, word, text.slice(0, word.start));
  if (found.items.length === 0) return { text, point, bell: true };
  const choices = () =>
    found.items.map((item) => insertOnly(shell, text, point, word, { ...found, items: [item] }));
  if (found.items.length === 1) return { ...insertOnly(shell, text, point, word, found), choices };
  const prefix = commonPrefix(found.items, (item) => folded(shell, item));
  const isLonger = prefix.length > word.value.length;
  const path = setting('expand-tilde') === 'on' && found.filenames ? expandUser(shell, prefix) : prefix;
  const unmodified = setting('show-all-if-unmodified') === 'on' && !isLonger;
  const done = isLonger
    ? { ...replaced(text, point, word, quoteFor(word, path, found.filenames, false)), bell: true, choices }
    : { text, point, bell: true, choices };
  if (!listing && !unmodified) return done;
  const everything = setting('show-all-if-ambiguous') === 'on';
  if (isLonger && !everything) return done;
  const shown = { listing: listMatches(shell, found, prefix), count: found.items.length };
  return { ...done, bell: false, ...shown };
}

/** `$HOME` and the like, which go on as paths do. */
function isDirectoryVariable(shell: Shell, item: string): boolean {
  const value = /^\$\w+$/.test(item) ? shell.variables.get(item.slice(1)) : undefined;
  return value !== undefined && shell.context.fs.isDirectory(value);
}

function insertOnly(shell: Shell, text: string, point: number, word: Word, found: Matches): Completion {
  const only = found.items[0] as string;
  const setting = (name: string) => shell.readline.settings.get(name) === 'on';
  const directory = found.filenames && found.isDirectory(only);
  // A link to a directory gets its slash when it is named in full already.
  const bare =
    directory && only !== word.value && !setting('mark-symlinked-directories') && isLink(shell, only);
  const path = setting('expand-tilde') && found.filenames ? expandUser(shell, only) : only;
  let replacement = quoteFor(word, path, found.filenames, !directory);
  if (isDirectoryVariable(shell, only)) replacement += '/';
  else if (directory) replacement += only.endsWith('/') || bare || !setting('mark-directories') ? '' : '/';
  else if (!found.noSpace && text[point] !== ' ') replacement += ' ';
  const rest = setting('skip-completed-text') ? completedAlready(text, point, word, only) : 0;
  return replaced(text, point + rest, word, replacement);
}

function isLink(shell: Shell, path: string): boolean {
  const { fs } = shell.context;
  const file = expandUser(shell, path).replace(/\/$/, '');
  return fs.exists(file) && fs.lstat(file).type === 'symlink';
}

/** How much behind the cursor is what the completion puts there. */
function completedAlready(text: string, point: number, word: Word, only: string): number {
  const added = only.slice(word.value.length);
  let length = 0;
  while (length < added.length && text[point + length] === added[length]) length++;
  return /[\s]/.test(text[point + length] ?? ' ') ? length : 0;
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

function commonPrefix(items: readonly string[], fold: (text: string) => string): string {
  let prefix = items[0] as string;
  for (const item of items) {
    while (!fold(item).startsWith(fold(prefix))) prefix = prefix.slice(0, -1);
  }
  return prefix;
}
