/** A flag of a component's command line, as pflag reads it. */
export type FlagKind = 'string' | 'bool' | 'int' | 'float' | 'duration' | 'list' | 'ip';

/** Values by flag name without the dashes; a flag that was not given is absent. */
export type FlagValues = ReadonlyMap<string, string>;

export class FlagError extends Error {
  override name = 'FlagError';
  /** The flags themselves are wrong, so that a program may say which there are. */
  readonly isUsage: boolean;

  constructor(message: string, isUsage = true) {
    super(message);
    this.isUsage = isUsage;
  }
}

/**
 * Reads `--name=value`, `--name value` and bare `--bool` flags; `--a_b` is `--a-b`. Throws with pflag's words for what is
 * not known or malformed, and for arguments, which no `program` takes. A list given twice is joined with commas, of
 * everything else the last one counts.
 */
export function parseFlags(
  args: readonly string[],
  known: Readonly<Record<string, FlagKind>>,
  program?: string,
): FlagValues {
  const values = new Map<string, string>();
  const others: string[] = [];
  for (let i = 0; i < args.length; i++) {
    // The only flag with a short form is the log's verbosity.
    const arg = (args[i] as string).replace(/^-v(?==|$)/, '--v');
    if (!arg.startsWith('--')) {
      if (program === undefined || arg.startsWith('-')) throw unknownArgument(arg);
      others.push(arg);
      continue;
    }
    const equals = arg.indexOf('=');
    const given = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
    const name = given.replaceAll('_', '-');
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!kind) throw new FlagError(`unknown flag: --${given}`);
    let value = equals < 0 ? undefined : arg.slice(equals + 1);
    if (value === undefined && kind === 'bool') value = 'true';
    if (value === undefined) {
      value = args[++i];
      if (value === undefined) throw new FlagError(`flag needs an argument: --${name}`);
    }
    check(name, kind, value);
    const before = values.get(name);
    values.set(name, kind === 'list' && before !== undefined ? `${before},${value}` : value);
  }
  if (others.length === 0) return values;
  const got = others.map((arg) => JSON.stringify(arg)).join(' ');
  throw new FlagError(`"${program}" does not take any arguments, got [${got}]`, false);
}

/**
 * A line for each flag that asks for what is not simulated; `harmless` are the values of such flags that ask for
 * nothing.
 */
export function unsimulatedFlags(
  flags: FlagValues,
  known: Readonly<Record<string, FlagKind>>,
  harmless: Readonly<Record<string, readonly string[]>>,
): string[] {
  // Truth has several spellings.
  const plain = (name: string) =>
    known[name] === 'bool' ? String(flagTrue(flags, name)) : (flags.get(name) ?? '');
  return Object.entries(harmless)
    .filter(([name, values]) => flags.get(name) && !values.includes(plain(name)))
    .map(([name]) => `--${name}=${flags.get(name)} is not simulated`);
}

/** What is asked for instead of a start. */
export function askedInstead(args: readonly string[]): 'help' | 'version' | undefined {
  if (args.includes('--help') || args.includes('-h')) return 'help';
  return args.some((arg) => arg === '--version' || arg === '--version=true') ? 'version' : undefined;
}

export interface Usage {
  readonly program: string;
  readonly about: string;
  readonly flags: Readonly<Record<string, FlagKind>>;
  /** What flags do; those that are not here stand without a word. */
  readonly texts: Readonly<Record<string, string>>;
}

/** The names of kinds as pflag shows them. */
const SHOWN: Readonly<Record<FlagKind, string>> = {
  string: ' string',
  bool: '',
  int: ' int',
  float: ' float',
  duration: ' duration',
  list: ' strings',
  ip: ' ip',
};

/** What `--help` says. */
export function usageText(usage: Usage): string {
  return `${usage.about}\n\n${flagUsages(usage)}`;
}

/** What a program says of its flags when they are wrong: a line for each. */
export function flagUsages({ program, flags, texts }: Omit<Usage, 'about'>): string {
  const names = Object.keys(flags).sort();
  const forms = new Map(names.map((name) => [name, `--${name}${SHOWN[flags[name] as FlagKind]}`]));
  const width = Math.max(...[...forms.values()].map(({ length }) => length)) + 3;
  const lines = [...forms].map(([name, form]) => `      ${form.padEnd(width)}${texts[name] ?? ''}`.trimEnd());
  return `Usage:\n  ${program} [flags]\n\nFlags:\n${lines.join('\n')}\n`;
}

function unknownArgument(arg: string): FlagError {
  if (arg.startsWith('-') && arg.length > 1) {
    return new FlagError(`unknown shorthand flag: ${JSON.stringify(arg[1]).replaceAll('"', "'")} in ${arg}`);
  }
  return new FlagError(`unknown command ${JSON.stringify(arg)}`);
}

const BOOLS = new Set(['true', 'false', '1', '0', 't', 'f', 'T', 'F', 'TRUE', 'FALSE', 'True', 'False']);

function check(name: string, kind: FlagKind, value: string): void {
  const shown = JSON.stringify(value);
  const bad = (why: string) => new FlagError(`invalid argument ${shown} for "--${name}" flag: ${why}`);
  if (kind === 'bool' && !BOOLS.has(value)) throw bad(`strconv.ParseBool: parsing ${shown}: invalid syntax`);
  if (kind === 'int' && !/^-?\d+$/.test(value))
    throw bad(`strconv.ParseInt: parsing ${shown}: invalid syntax`);
  if (kind === 'float' && !/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value))
    throw bad(`strconv.ParseFloat: parsing ${shown}: invalid syntax`);
  if (kind === 'duration' && !/^-?(0|(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$/.test(value)) {
    throw bad(`time: invalid duration ${shown}`);
  }
  if (kind === 'ip' && !/^\d{1,3}(\.\d{1,3}){3}$|:/.test(value)) throw bad(`failed to parse IP: ${shown}`);
}

export function flagTrue(values: FlagValues, name: string, fallback = false): boolean {
  const value = values.get(name);
  return value === undefined ? fallback : /^(true|1|t|T|TRUE|True)$/.test(value);
}

/** The parts of a comma-separated flag. */
export function flagList(values: FlagValues, name: string): string[] {
  return (values.get(name) ?? '').split(',').filter((part) => part !== '');
}

/** Where a component listens that is told this address: Go's wildcard takes both families, as `*` in ss. */
export function listenAddress(given: string): string {
  return given === '0.0.0.0' ? '::' : given;
}
