import { COMMAND_SPECS, GLOBAL_FLAGS } from '../../../server/tools/kubectl/command-table.ts';
import { findCommand, flagsOf } from '../../../server/tools/kubectl/flags.ts';
import { byShort } from '../../../server/tools/pflag.ts';
import type { List } from './lists.ts';

/** The words of every kubectl in a line; quotes keep words together. */
function commandsOf(line: string): string[][] {
  const parts = line.match(/(?:'[^']*'|"[^"]*"|\\.|[^|;&'"\\])+/g) ?? [];
  return parts.flatMap((part) => {
    const words = (part.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) =>
      word.replace(/['"]/g, ''),
    );
    const at = words.indexOf('kubectl');
    return at < 0 ? [] : [words.slice(at + 1)];
  });
}

/** Names of the flags among the words, long and short. */
function flagsIn(path: string, words: readonly string[]): string[] {
  const specs = flagsOf(path);
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).flatMap((word) => {
    if (word.startsWith('--')) return [word.slice(2).split('=')[0] as string];
    if (!/^-[a-zA-Z]/.test(word)) return [];
    const names: string[] = [];
    for (const letter of word.slice(1)) {
      const spec = byShort(specs, letter);
      if (!spec) break;
      names.push(spec.name);
      if (spec.bare === undefined) break;
    }
    return names;
  });
}

const HIDDEN = /^(__|alpha$|help$|options$)/;

/** Commands, and flags of commands, that no line of the lists uses. */
export function uncovered(lists: readonly List[]): string[] {
  const used = new Set<string>();
  const everywhere = new Set<string>();
  for (const words of lists.flatMap((list) => list.lines.flatMap((line) => commandsOf(line.text)))) {
    const { path, rest } = findCommand(words);
    used.add(path);
    for (const name of flagsIn(path, rest)) {
      used.add(`${path} --${name}`);
      everywhere.add(name);
    }
  }
  const missing: string[] = [];
  for (const { path } of COMMAND_SPECS.filter((spec) => !HIDDEN.test(spec.path))) {
    if (!used.has(path)) missing.push(path);
    for (const flag of flagsOf(path).values())
      if (!flag.global && !flag.hidden && !used.has(`${path} --${flag.name}`))
        missing.push(`${path} --${flag.name}`);
  }
  const globals = GLOBAL_FLAGS.map((text) => text.split(/[/:]/)[0] as string);
  return [...missing, ...globals.filter((name) => !everywhere.has(name)).map((name) => `--${name}`)];
}
