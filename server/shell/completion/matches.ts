import type { Steps } from '../../sim/index.ts';
import type { Shell } from '../interpreter/shell.ts';
import { actionItems, commandNames, expandUser, fileNames } from './actions.ts';
import { filesOf, isDirectory, type Matches, plain } from './file-matches.ts';
import { programmable } from './programmable.ts';
import { type CommandLine, commandLineAt, type Word } from './words.ts';

/** Finds the matches of the word at the cursor: a variable, a user, a command, or an argument. */
export function* matchesFor(shell: Shell, text: string, point: number, word: Word): Steps<Matches> {
  const line = commandLineAt(shell, text, point);
  if (word.quote !== "'") {
    const variable = /\$(\{?)(\w*)$/.exec(word.value);
    if (variable) return variableMatches(shell, word.value, variable);
  }
  if (word.quote === '' && /^~[^/]*$/.test(word.value)) {
    const users = actionItems(shell, 'user', word.value.slice(1)).map((name) => `~${name}`);
    if (users.length > 0) return plain(users, { directories: true });
  }
  if (line.index === 0 && !line.afterRedirection) return commandMatches(shell, word);
  if (!line.afterRedirection) {
    const custom = yield* programmable(shell, text, point, line, word);
    if (custom) return custom;
  }
  return fileMatches(shell, word.value, line);
}

function variableMatches(shell: Shell, value: string, match: RegExpExecArray): Matches {
  const [, brace, name = ''] = match;
  const head = value.slice(0, match.index);
  const items = actionItems(shell, 'variable', name).map(
    (found) => `${head}$${brace}${found}${brace ? '}' : ''}`,
  );
  return { ...plain(items), show: (item) => item.slice(head.length) };
}

function commandMatches(shell: Shell, word: Word): Matches {
  if (/[/~]/.test(word.value)) {
    const files = fileNames(shell, word.value).filter(
      (path) => isDirectory(shell, path) || shell.context.fs.can(expandUser(shell, path), 'execute'),
    );
    return filesOf(shell, files);
  }
  if (word.value === '' && shell.options.shopt('no_empty_cmd_completion')) return plain([]);
  const names = commandNames(shell, word.value);
  const directories = fileNames(shell, word.value).filter((path) => isDirectory(shell, path));
  if (names.length === 0) return filesOf(shell, directories);
  return plain(names);
}

function fileMatches(shell: Shell, value: string, line: CommandLine): Matches {
  const command = line.words[0];
  const files = fileNames(shell, value);
  const wanted =
    command === 'cd' || command === 'pushd' || command === 'rmdir' ? onlyDirectories(shell, files) : files;
  return filesOf(shell, wanted);
}

function onlyDirectories(shell: Shell, files: readonly string[]): string[] {
  return files.filter((path) => isDirectory(shell, path));
}
