import { distance, type FlagSpec, type FlagType, firstArgument } from '../pflag.ts';
import { HelmError } from './errors.ts';
import { CHART_PAGES } from './help/chart-pages.ts';
import { FLAGS, type FlagRow, GLOBAL_FLAGS } from './help/flags.ts';
import { OTHER_PAGES } from './help/other-pages.ts';
import type { CommandPage } from './help/page.ts';
import { RELEASE_PAGES } from './help/release-pages.ts';
import { REPOSITORY_PAGES } from './help/repository-pages.ts';

const PAGES: ReadonlyMap<string, CommandPage> = new Map(
  [...OTHER_PAGES, ...CHART_PAGES, ...RELEASE_PAGES, ...REPOSITORY_PAGES].map((page) => [page.path, page]),
);
const ROWS = new Map(FLAGS.map((row) => [row[0], row]));
const TYPES: Readonly<Record<string, FlagType>> = {
  bool: 'bool',
  int: 'int',
  duration: 'duration',
  strings: 'list',
  stringArray: 'array',
  stringToString: 'map',
};
const EMPTY: Partial<Record<FlagType, string>> = { bool: 'false', int: '0', duration: '0s' };
const SPECS = new Map<string, ReadonlyMap<string, FlagSpec>>();

export function pageAt(path: string): CommandPage | undefined {
  return PAGES.get(path);
}

/** Commands below one, in the order of help. */
export function childrenOf(path: string): CommandPage[] {
  const prefix = path === '' ? '' : `${path} `;
  const isChild = (page: CommandPage) =>
    page.path !== '' && page.path.startsWith(prefix) && !page.path.slice(prefix.length).includes(' ');
  return [...PAGES.values()].filter(isChild).sort((a, b) => (a.path < b.path ? -1 : 1));
}

function specOf([name, short, type, usage]: FlagRow, global: boolean): FlagSpec {
  const kind = TYPES[type.replace(/\[.*/, '')] ?? 'string';
  const said = /\(default (?:"([^"]*)"|([^)]*))\)$/.exec(usage);
  const value = (said?.[1] ?? said?.[2])?.replace(/^\[\]$/, '');
  const bare = kind === 'bool' ? 'true' : /\[="(.*)"\]/.exec(type)?.[1];
  const other = EMPTY[kind] ?? '';
  return { name, short, type: kind, default: value ?? other, global, hidden: false, deprecated: '', bare };
}

/** Its own flags as help shows them. */
export function ownFlags(path: string): FlagRow[] {
  const page = PAGES.get(path);
  const own = new Map((page?.own ?? []).map((row) => [row[0], row]));
  const rows = (page?.flags ?? '').split(' ').filter(Boolean);
  return rows.map((name) => own.get(name) ?? (ROWS.get(name) as FlagRow));
}

export function flagsOf(path: string): ReadonlyMap<string, FlagSpec> {
  let specs = SPECS.get(path);
  if (!specs) {
    const help: FlagRow = ['help', 'h', 'bool', ''];
    const all = [
      ...GLOBAL_FLAGS.map((row) => specOf(row, true)),
      ...[...ownFlags(path), help].map((row) => specOf(row, false)),
    ];
    specs = new Map(all.map((spec) => [spec.name, spec]));
    SPECS.set(path, specs);
  }
  return specs;
}

/** The command that words name, and the words that are left. Models cobra's Find. */
export function findCommand(words: readonly string[]): { path: string; rest: string[] } {
  let path = '';
  let rest = [...words];
  for (;;) {
    const at = firstArgument(flagsOf(path), rest);
    const child = at < 0 ? undefined : childNamed(path, rest[at] as string);
    if (!child) return { path, rest };
    path = child.path;
    rest = [...rest.slice(0, at), ...rest.slice(at + 1)];
  }
}

function childNamed(path: string, word: string): CommandPage | undefined {
  return childrenOf(path).find(
    (page) => page.path.split(' ').at(-1) === word || page.aliases?.includes(word),
  );
}

/** Models cobra's complaint of a command that is none, with those it may have been. */
export function unknownCommand(word: string): HelmError {
  const names = [...childrenOf('').map(({ path }) => path), 'help'].filter(
    (name) => distance(word, name) <= 2 || name.startsWith(word.toLowerCase()),
  );
  const hints =
    names.length > 0
      ? `\n\nDid you mean this?\n${names
          .sort(byTable)
          .map((name) => `\t${name}\n`)
          .join('')}`
      : '';
  return new HelmError(
    `unknown command ${JSON.stringify(word)} for "helm"${hints}\nRun 'helm --help' for usage.`,
  );
}

/** Commands in the order that helm makes them. */
const TABLE =
  'create dependency pull show lint package repo search verify get history install list test rollback status template uninstall upgrade completion env plugin version registry push help'.split(
    ' ',
  );
const byTable = (a: string, b: string) => TABLE.indexOf(a) - TABLE.indexOf(b);

const INNER_WIDTH = 3;

function flagLines(rows: readonly FlagRow[]): string {
  const heads = rows.map(([name, short, type]) => {
    const letter = short ? `-${short}, ` : '    ';
    return `  ${letter}--${name}${type === 'bool' ? '' : ` ${type}`}`;
  });
  const width = Math.max(...heads.map((head) => head.length)) + INNER_WIDTH;
  return heads.map((head, i) => `${head.padEnd(width)}${(rows[i] as FlagRow)[3]}\n`).join('');
}

/** `--help`, with the folders of whom asks. */
export function helpText(path: string, home: string): string {
  const page = PAGES.get(path) as CommandPage;
  const at = (rows: readonly FlagRow[]) =>
    flagLines(rows).replaceAll('(default "/root/', `(default "${home}/`);
  const children = childrenOf(path).map(
    ({ path: inner, short }) => [inner.split(' ').at(-1) as string, short] as const,
  );
  if (path === '') children.push(['help', 'Help about any command']);
  children.sort(([a], [b]) => (a < b ? -1 : 1));
  const own = [
    ...ownFlags(path),
    ['help', 'h', 'bool', `help for ${path.split(' ').at(-1) || 'helm'}`] as const,
  ];
  own.sort(([a], [b]) => (a < b ? -1 : 1));
  const name = page.path === '' ? 'helm' : `helm ${page.path}`;
  const width = Math.max(11, ...children.map(([word]) => word.length));
  const word = name.split(' ').at(-1);
  return [
    `${page.long}\n\nUsage:\n${page.usage.map((line) => `  ${line}\n`).join('')}`,
    page.aliases ? `\nAliases:\n  ${[word, ...page.aliases].join(', ')}\n` : '',
    children.length > 0
      ? `\nAvailable Commands:\n${children.map(([child, short]) => `  ${child.padEnd(width)} ${short}\n`).join('')}`
      : '',
    path === ''
      ? `\nFlags:\n${at([...GLOBAL_FLAGS, own[0] as FlagRow].sort(([a], [b]) => (a < b ? -1 : 1)))}`
      : `\nFlags:\n${at(own)}\nGlobal Flags:\n${at(GLOBAL_FLAGS)}`,
    children.length > 0 ? `\nUse "${name} [command] --help" for more information about a command.\n` : '',
  ].join('');
}

/** How many arguments a command takes. Models helm/cmd/helm/require. */
export function checkCount(path: string, count: number, [least, most]: readonly [number, number]): void {
  if (count >= least && count <= most) return;
  const page = PAGES.get(path) as CommandPage;
  const things = (number: number) => `${number} argument${number === 1 ? '' : 's'}`;
  let text = `requires at least ${things(least)}`;
  if (most === 0) text = 'accepts no arguments';
  else if (least === most) text = `requires ${things(least)}`;
  else if (count > most) text = `accepts at most ${things(most)}`;
  throw new HelmError(`"helm ${path}" ${text}\n\nUsage:  ${page.usage[0]}`);
}
