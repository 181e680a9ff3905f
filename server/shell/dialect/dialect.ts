import { ASH_WORDS, DASH_WORDS, type Rewording, reworded, type Said } from './wording.ts';

/** Forms of bash's grammar that another shell may not know. */
export type Form =
  | 'array'
  | 'append'
  | 'conditional'
  | 'arithmetic command'
  | 'function keyword'
  | 'reserved word'
  | 'ansi quote'
  | 'locale quote'
  | 'here-string'
  | 'process substitution'
  | 'both outputs'
  | 'case fall-through'
  | 'extended pattern'
  | 'old arithmetic'
  | 'descriptor variable';

/**
 * What a shell's language is, as the difference to bash's: our interpreter is bash's, and reads the others' texts as what
 * they mean to it.
 */
export interface Dialect {
  readonly name: 'bash' | 'dash' | 'ash';
  readonly lacks: ReadonlySet<Form>;
  /** Operations of `${x…}` that it knows. Default: all. */
  readonly operations?: ReadonlySet<string>;
  /** Its built-in commands. Default: all of bash's. */
  readonly builtins?: ReadonlySet<string>;
  /** The letters of their options. Default: bash's. */
  readonly options?: Readonly<Record<string, string>>;
  /** Variables that it makes when they are looked at. Default: all of bash's. */
  readonly variables?: ReadonlySet<string>;
  /** Options of `set` that it does not know. */
  readonly unknownSettings?: ReadonlySet<string>;
  /** Operators of arithmetic that it does not know. */
  readonly unknownOperators?: RegExp;
  /** The status that a failing redirection leaves. */
  readonly redirectFailure: number;
  /** Its own words for a message of bash's. */
  says(message: string): Said;
  /** Its own words for what is wrong with the arguments that it is called with. */
  invocationFault(problem: string): string;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

export const BASH: Dialect = {
  name: 'bash',
  lacks: new Set(),
  redirectFailure: 1,
  says: (text) => ({ text }),
  invocationFault: String,
};

const saying = (rows: readonly Rewording[]) => (message: string) => reworded(rows, message);

function invocationFault(illegal: string, problem: string): string {
  if (problem.startsWith('-c:')) return '-c requires an argument';
  const name = /^(.*): invalid option name$/.exec(problem)?.[1];
  if (name !== undefined) return `${illegal} option -o ${name}`;
  const option = /^(-[^-]|--).*: invalid option$/.exec(problem)?.[1];
  return option === undefined ? problem : `${illegal} option ${option}`;
}

/** Both come from Almquist's shell, and have kept these. */
const COMMON_BUILTINS =
  '. : [ alias bg break cd chdir command continue echo eval exec exit export false fg getopts hash jobs kill local printf ' +
  'pwd read readonly return set shift test times trap true type ulimit umask unalias unset wait';

const COMMON_UNKNOWN =
  'braceexpand errtrace functrace hashall histexpand history interactive-comments keyword nolog onecmd physical posix ' +
  'privileged';

const COMMON_FORMS = [
  'array',
  'append',
  'arithmetic command',
  'reserved word',
  'here-string',
  'case fall-through',
  'extended pattern',
  'old arithmetic',
  'descriptor variable',
] as const satisfies readonly Form[];

/** Debian's and Ubuntu's `sh`. */
export const DASH: Dialect = {
  name: 'dash',
  lacks: new Set<Form>([
    ...COMMON_FORMS,
    'conditional',
    'function keyword',
    'ansi quote',
    'locale quote',
    'process substitution',
    'both outputs',
  ]),
  operations: words('Default Remove'),
  builtins: words(COMMON_BUILTINS),
  options: {
    cd: 'LP',
    command: 'pVv',
    export: 'p',
    hash: 'r',
    jobs: 'lp',
    printf: '',
    pwd: 'LP',
    read: 'pr',
    readonly: 'p',
    trap: '',
    type: '',
    umask: 'S',
    unalias: 'a',
    unset: 'fv',
    wait: '',
  },
  variables: words(''),
  unknownSettings: words(`${COMMON_UNKNOWN} pipefail`),
  unknownOperators: /\+\+|--|\*\*|,/,
  redirectFailure: 2,
  says: saying(DASH_WORDS),
  invocationFault: (problem) => invocationFault('Illegal', problem),
};

/** The first option among arguments that a dialect's builtin does not know. */
export function unknownOption(dialect: Dialect, name: string, args: readonly string[]): string | undefined {
  const letters = dialect.options?.[name];
  if (letters === undefined) return undefined;
  for (const arg of args) {
    if (!/^-./.test(arg) || arg === '--') return undefined;
    const bad = [...arg.slice(1)].find((letter) => !letters.includes(letter));
    if (bad !== undefined) return `-${bad}`;
    // What follows may be the value of an option.
    if (name === 'read') return undefined;
  }
  return undefined;
}

/** Busybox's `sh`, as Alpine builds it. */
export const ASH: Dialect = {
  name: 'ash',
  lacks: new Set<Form>(COMMON_FORMS),
  operations: words('Default Remove Slice Replace'),
  builtins: words(`${COMMON_BUILTINS} [[ help history let source`),
  options: { read: 'prundtsN', type: '', unset: 'fv', wait: 'n' },
  variables: words('RANDOM LINENO EPOCHSECONDS EPOCHREALTIME'),
  unknownSettings: words(COMMON_UNKNOWN),
  redirectFailure: 1,
  says: saying(ASH_WORDS),
  invocationFault: (problem) => invocationFault('illegal', problem),
};
