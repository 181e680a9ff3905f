import { distance, type FlagSpec, type Flags, type FlagType, firstArgument, parseWords } from '../pflag.ts';
import { COMMAND_SPECS, type CommandSpec, GLOBAL_FLAGS, GROUPS } from './command-table.ts';
import { KubectlError } from './errors.ts';
import { BARE, DEPRECATED, HIDDEN } from './flag-tables.ts';

const BY_PATH = new Map(COMMAND_SPECS.map((spec) => [spec.path, spec]));
const PARSED = new Map<string, ReadonlyMap<string, FlagSpec>>();

function parseSpec(text: string, global: boolean, hidden = false, deprecated = ''): FlagSpec {
  const match = /^([\w-]+)(?:\/(\w))?:(\w+)(?:=(.*))?$/.exec(text);
  if (!match) throw new Error(`bad flag ${text}`);
  const [, name = '', short = '', type = 'string', value] = match;
  const empty = { bool: 'false', int: '0', duration: '0s', list: '', array: '', map: '', string: '' };
  const bare = type === 'bool' ? 'true' : BARE[name];
  const kind = type as FlagType;
  return { name, short, type: kind, default: value ?? empty[kind], global, hidden, deprecated, bare };
}

export function commandAt(path: string): CommandSpec | undefined {
  return BY_PATH.get(path);
}

/** Subcommands of a command, in the table's order. */
export function childrenOf(path: string): CommandSpec[] {
  const prefix = path === '' ? '' : `${path} `;
  return COMMAND_SPECS.filter(
    (spec) => spec.path.startsWith(prefix) && !spec.path.slice(prefix.length).includes(' '),
  );
}

/** The flags a command takes, its own and the global ones, by name. */
export function flagsOf(path: string): ReadonlyMap<string, FlagSpec> {
  const known = PARSED.get(path);
  if (known) return known;
  const flags = new Map<string, FlagSpec>();
  for (const text of GLOBAL_FLAGS) {
    const flag = parseSpec(text, true);
    flags.set(flag.name, flag);
  }
  for (const text of BY_PATH.get(path)?.flags ?? []) {
    const flag = parseSpec(text, false);
    flags.set(flag.name, flag);
  }
  for (const text of HIDDEN[path] ?? []) {
    const flag = parseSpec(text, false, true);
    flags.set(flag.name, flag);
  }
  for (const { flag: text, says, commands } of DEPRECATED) {
    if (!commands.includes(path)) continue;
    const flag = parseSpec(text, false, true, says);
    flags.set(flag.name, flag);
  }
  const help = parseSpec('help/h:bool', false, true);
  flags.set('help', help);
  PARSED.set(path, flags);
  return flags;
}

export interface CommandLine {
  readonly path: string;
  readonly flags: Flags;
  readonly args: readonly string[];
  /** Number of arguments before `--`; -1 without one. */
  readonly dash: number;
}

/** An error of the command line, with the way to its help. */
export function flagError(path: string, message: string): KubectlError {
  if (path === 'options') return new KubectlError(`${message}\nRun 'kubectl options' without flags.`);
  // diff keeps 1 for a difference.
  if (path === 'diff')
    return new KubectlError(`${message}\nSee 'kubectl diff -h' for help and examples`, { exit: 2 });
  const name = path === '' ? 'kubectl' : `kubectl ${path}`;
  return new KubectlError(`${message}\nSee '${name} --help' for usage.`);
}

/** Parses flags anywhere among the arguments, until `--`. */
export function parseFlags(path: string, words: readonly string[]): CommandLine {
  const fail = (message: string) => flagError(path, message);
  const nameOf = (word: string) => word.replaceAll('_', '-');
  return { path, ...parseWords(words, { specs: flagsOf(path), fail, nameOf }) };
}

/** The command that words name, and the words that are left. Models cobra's Find. */
export function findCommand(words: readonly string[]): { path: string; rest: string[] } {
  let path = '';
  let rest = [...words];
  for (;;) {
    const index = firstArgument(flagsOf(path), rest);
    if (index < 0) return { path, rest };
    const child = childNamed(path, rest[index] as string);
    if (!child) return { path, rest };
    path = child.path;
    rest = [...rest.slice(0, index), ...rest.slice(index + 1)];
  }
}

export function childNamed(path: string, word: string): CommandSpec | undefined {
  return childrenOf(path).find(
    (spec) => spec.path.split(' ').at(-1) === word || spec.aliases?.includes(word),
  );
}

/** Names close to a mistyped command. Models cobra's SuggestionsFor. */
export function suggestions(word: string): string[] {
  const others = ['config', 'plugin', 'version', 'api-versions', 'api-resources'];
  const grouped = GROUPS.flatMap((group) => group.commands).filter((name) => !others.includes(name));
  const names = [...grouped, ...others];
  return names.filter(
    (name) => distance(word, name) <= 2 || name.toLowerCase().startsWith(word.toLowerCase()),
  );
}
