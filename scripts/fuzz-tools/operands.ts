import { FILES } from '../../server/shell/commands/corpus/corpus.ts';

/** How command lines of a tool are made: its options come from its own help. */
export interface Grammar {
  /** What stands behind the options; several are drawn from. */
  readonly operands: readonly string[];
  /** Values for the arguments of options, by the name that the help gives them. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** Further spellings that the help does not list in a regular way. */
  readonly more?: readonly string[];
  /** Options that depend on the machine, or would wait. */
  readonly without?: readonly string[];
  /** In front of the tool, to feed it. */
  readonly before?: string;
  /** Behind it: what became of the files, or what makes the output comparable. */
  readonly after?: string;
  readonly most?: number;
}

export const TEXTS = Object.keys(FILES).filter((name) => !name.includes('/') && name !== 'bin.dat');
export const ONE = [...TEXTS, 'dir/one.conf', 'nofile', 'dir'];
export const TWO = [
  'a.txt b.txt',
  'left.txt right.txt',
  'fruit.txt numbers.txt',
  'nonl.txt empty.txt',
  'blank.txt a.txt',
  'a.txt nofile',
  'a.txt a.txt',
  'dir a.txt',
  'table.txt log.txt',
];
export const SOME = [...ONE, ...TWO];
export const TREE = "; find . -printf '%p %m %y %l\\n' | sort";
export const PLACES = [
  'a.txt new',
  'a.txt dir',
  'a.txt b.txt',
  'dir new',
  'a.txt b.txt dir',
  'nofile new',
  'a.txt nodir/x',
  'dir dir/sub',
  'a.txt a.txt',
  'a.txt',
  "''",
  'a.txt b.txt c',
  'dir/sub .',
  'a.txt new/',
];
export const NUMBERS = ['0', '1', '2', '3', '7', '20', '-1', 'x', "''", '1k'];

/** Values of arguments that mean the same for every tool. */
export const VALUES: Readonly<Record<string, readonly string[]>> = {
  NUM: NUMBERS,
  NUMBER: NUMBERS,
  N: NUMBERS,
  BYTES: NUMBERS,
  COLS: ['4', '0', '8', 'x'],
  WIDTH: ['10', '40', '0', 'x'],
  LIST: ['1', '2', '1,3', '-2', '2-', '1-2,4', '0', 'a', '3-1'],
  DELIM: ['":"', "' '", ',', 'a', 'ab'],
  SEP: ['":"', ',', "' '", 'a', 'ab', "'\\t'"],
  STRING: ['_', "''", '--', "'a b'"],
  SUFFIX: ['.x', '_b'],
  WHEN: ['always', 'never', 'auto', 'foo'],
  FILE: ['a.txt', 'nofile', 'fruit.txt'],
  MODE: ['600', 'u=rwx,go=', '+x', 'z'],
  WORD: ['size', 'name', 'foo'],
  PATTERN: ["'*.txt'", "'a*'"],
  GLOB: ["'*.txt'"],
  CONTROL: ['simple', 'numbered', 'none', 'foo'],
  DIRECTORY: ['dir', 'nodir'],
  DIR: ['dir', 'nodir'],
  STYLE: ['a', 't', 'n', 'p^a', 'x'],
  LABEL: ['new'],
};
