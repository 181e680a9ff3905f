/** A message in a shell's own words. */
export interface Said {
  readonly text: string;
  /** Nothing stands before it: neither the shell's name nor a line. */
  readonly bare?: boolean;
}

/** What bash says, and what another shell says then. '' is nothing. */
export type Rewording = readonly [bash: RegExp, own: string, bare?: 'bare'];

export function reworded(rows: readonly Rewording[], message: string): Said {
  for (const [bash, own, bare] of rows) {
    if (bash.test(message)) return { text: message.replace(bash, own), bare: bare === 'bare' };
  }
  return { text: message };
}

export const DASH_WORDS: readonly Rewording[] = [
  [/^((?:export: |readonly: |local: )?\w+): readonly variable$/, '$1: is read only'],
  [/^unset: (\w+): cannot unset: readonly variable$/, 'unset: $1: is read only'],
  [/^(.+): unbound variable$/, '$1: parameter not set'],
  [/^.*: bad substitution$/s, 'Bad substitution'],
  [/^(export|readonly|local): `([^=']*).*': not a valid identifier$/s, '$1: $2: bad variable name'],
  [/^(read|getopts): `(.*)': not a valid identifier$/s, '$1: $2: bad variable name'],
  [/^for: `?(.*)'?: not a valid identifier$/s, 'Syntax error: Bad for loop variable'],
  [/^local: can only be used in a function$/, 'local: not in a function'],
  [/^(.*): division by 0 \(error token .*$/s, 'arithmetic expression: division by zero: "$1"'],
  [
    /^(.*): syntax error: operand expected \(error token .*$/s,
    'arithmetic expression: expecting primary: "$1"',
  ],
  [/^(.*): expression expected \(error token .*$/s, 'arithmetic expression: expecting primary: "$1"'],
  [/^(.*): [^:]+ \(error token is .*$/s, 'arithmetic expression: expecting EOF: "$1"'],
  [/^(.*): cannot overwrite existing file$/s, 'cannot create $1: File exists'],
  [/^(set|set: .): (.*): invalid option name$/, 'set: Illegal option -o $2'],
  [/^(\w+): (?:(-.)): invalid option$/, '$1: Illegal option $2'],
  [/^(\w+): (.*): numeric argument required$/, '$1: Illegal number: $2'],
  [/^shift: .*: shift count out of range$/, "shift: can't shift that many"],
  [/^(\[|test): (.*): integer expression expected$/s, '$1: Illegal number: $2'],
  [/^\[: missing `\]'$/, '[: missing ]'],
  [/^trap: (.*): invalid signal specification$/, 'trap: $1: bad trap', 'bare'],
  [/^(alias|unalias): (.*): not found$/, '$1: $2 not found', 'bare'],
  [/^kill: (?:SIG)?(.).*: invalid signal specification$/, 'kill: Illegal option -$1'],
  [/^kill: \(-?\d+\) - (.*)$/, 'kill: $1\n'],
  [/^kill: (.*): arguments must be process or job IDs$/, 'kill: Illegal number: $1'],
  [/^wait: pid .* is not a child of this shell$/, ''],
  [/^wait: `(.*)': not a pid or valid job spec$/, 'wait: Illegal number: $1'],
  [/^(fg|bg|kill|wait): (.*): no such job$/, '$1: No such job: $2'],
  [/^umask: (.*): octal number out of range$/, 'umask: Illegal number: $1'],
  [/^ulimit: .*: invalid number$/, 'ulimit: bad number'],
  [/^ulimit: .*: cannot modify limit: (.*)$/, 'ulimit: error setting limit ($1)'],
  [/^printf: (.*): invalid number$/s, 'printf: $1: expected numeric value'],
  [/^printf: `(.*)': invalid format character$/s, 'printf: %$1: invalid directive'],
  [/^(?:break|continue): only meaningful in .*$/, ''],
  [/^warning: here-document at .*$/, ''],
];

export const ASH_WORDS: readonly Rewording[] = [
  [/^((?:export: |readonly: |local: )?\w+): readonly variable$/, '$1: is read only'],
  [/^unset: (\w+): cannot unset: readonly variable$/, 'unset: $1: is read only'],
  [/^(.+): unbound variable$/, '$1: parameter not set'],
  [/^.*: bad substitution$/s, 'syntax error: bad substitution'],
  [/^(export|readonly|local|read): `([^=']*).*': not a valid identifier$/s, '$1: $2: bad variable name'],
  [/^local: can only be used in a function$/, 'local: not in a function'],
  [/^.*: division by 0 \(error token .*$/s, 'divide by zero'],
  [/^.* \(error token is .*$/s, 'arithmetic syntax error'],
  [/^(.*): cannot overwrite existing file$/s, "can't create $1: File exists"],
  [/^(set|set: .): (.*): invalid option name$/, 'set: illegal option -o $2'],
  [/^(\w+): (?:(-.)): invalid option$/, '$1: illegal option $2'],
  [/^(\w+): (.*): numeric argument required$/, '$1: Illegal number: $2'],
  [/^shift: .*: shift count out of range$/, "shift: can't shift that many"],
  [/^(\[|test): (.*): integer expression expected$/s, '$2: bad number'],
  [/^(\[|test): (.*): (?:unary|binary) operator expected$/s, '$2: unknown operand'],
  [/^(\[|test): too many arguments$/s, 'too many arguments'],
  [/^\[: missing `\]'$/, 'missing ]'],
  [/^trap: (.*): invalid signal specification$/, 'trap: $1: invalid signal specification'],
  [/^(alias|unalias): (.*): not found$/, '$1: $2: not found'],
  [/^kill: (.*): invalid signal specification$/, "kill: bad signal name '$1'"],
  [/^kill: \((-?\d+)\) - (.*)$/, "kill: can't kill pid $1: $2"],
  [/^kill: (.*): arguments must be process or job IDs$/, "kill: invalid number '$1'"],
  [/^wait: pid .* is not a child of this shell$/, ''],
  [/^umask: (.*): octal number out of range$/, 'umask: illegal mode: $1'],
  [/^ulimit: (.*): invalid number$/, "ulimit: invalid number '$1'"],
  [/^printf: (.*): invalid number$/s, "printf: invalid number '$1'"],
  [/^printf: `(.*)': invalid format character$/s, 'printf: %$1: invalid format'],
  [/^(?:break|continue): only meaningful in .*$/, ''],
  [/^warning: here-document at .*$/, ''],
];

/** A value as `set` and `export -p` of dash and ash write it. */
export const quoted = (value: string): string => `'${value.replaceAll("'", `'"'"'`)}'`;

/** What is said of a file that a redirection cannot open. */
export function openFault(
  shell: 'bash' | 'dash' | 'ash',
  path: string,
  { message, creates }: { message: string; creates: boolean },
): string {
  if (shell === 'bash') return `${path}: ${message}`;
  const missing = message === 'No such file or directory';
  if (shell === 'dash') {
    const why = !missing ? message : creates ? 'Directory nonexistent' : 'No such file';
    return `cannot ${creates ? 'create' : 'open'} ${path}: ${why}`;
  }
  const why = !missing ? message : creates ? 'nonexistent directory' : 'no such file';
  return `can't ${creates ? 'create' : 'open'} ${path}: ${why}`;
}

/** A syntax error: what stands there, and what alone could have. */
export function unexpected(shell: 'dash' | 'ash', what: string, expected: string | undefined): string {
  const hint = expected === undefined ? '' : ` (expecting "${expected}")`;
  return shell === 'dash'
    ? `Syntax error: ${what} unexpected${hint}`
    : `syntax error: unexpected ${what}${hint}`;
}

/** Any other syntax error: what dash says, and ash in small letters. */
export function syntaxFault(shell: 'dash' | 'ash', fault: string): string {
  return shell === 'dash'
    ? `Syntax error: ${fault}`
    : `syntax error: ${fault[0]?.toLowerCase()}${fault.slice(1)}`;
}
