/** One option as it was given. `name` is the first name of its word in the specification. */
export interface GivenOption {
  readonly name: string;
  readonly value: string | undefined;
  /** As the user wrote it: `-n` or `--lines`. */
  readonly shown: string;
}

/** A command line that getopt refuses; `message` is its text without the program's name. */
export class OptionError extends Error {
  override name = 'OptionError';
}

type Argument = 'none' | 'required' | 'optional';

interface Spec {
  readonly name: string;
  readonly argument: Argument;
}

interface Table {
  readonly short: ReadonlyMap<string, Spec>;
  readonly long: ReadonlyMap<string, Spec>;
}

const tables = new Map<string, Table>();

/** The options and operands of a command line. */
export class Options {
  readonly given: readonly GivenOption[];
  readonly operands: readonly string[];

  constructor(given: readonly GivenOption[], operands: readonly string[]) {
    this.given = given;
    this.operands = operands;
  }

  has(...names: readonly string[]): boolean {
    return this.given.some((option) => names.includes(option.name));
  }

  /** The value of the last one of that name. */
  get(name: string): string | undefined {
    return this.given.findLast((option) => option.name === name)?.value;
  }

  all(name: string): string[] {
    return this.given.filter((option) => option.name === name).map((option) => option.value ?? '');
  }

  /** Which of the names came last: for options that override each other. */
  last(...names: readonly string[]): string | undefined {
    return this.given.findLast((option) => names.includes(option.name))?.name;
  }

  count(name: string): number {
    return this.given.filter((option) => option.name === name).length;
  }
}

/**
 * Models glibc getopt_long. `spec` is a list of words such as `n|lines=` (argument required), `color?` (optional,
 * only as `--color=x` or `-cx`) or `a|all`; one-letter names are short options. Options and operands may be mixed
 * unless `inOrder` is set, when the first operand ends the options.
 */
export function parseOptions(args: readonly string[], spec: string, inOrder = false): Options {
  const table = tableOf(spec);
  const given: GivenOption[] = [];
  const operands: string[] = [];
  // The next one last: there may be a hundred thousand.
  const rest = args.toReversed();
  for (let arg = rest.pop(); arg !== undefined; arg = rest.pop()) {
    if (arg === '--') return new Options(given, operands.concat(rest.toReversed()));
    if (arg.startsWith('--')) given.push(longOption(arg, rest, table));
    else if (arg.startsWith('-') && arg !== '-') given.push(...shortOptions(arg, rest, table));
    else if (inOrder) return new Options(given, [arg, ...rest.toReversed()]);
    else operands.push(arg);
  }
  return new Options(given, operands);
}

function tableOf(spec: string): Table {
  let table = tables.get(spec);
  if (!table) {
    const short = new Map<string, Spec>();
    const long = new Map<string, Spec>();
    for (const word of spec.split(/\s+/).filter((w) => w !== '')) {
      const argument = word.endsWith('=') ? 'required' : word.endsWith('?') ? 'optional' : 'none';
      const names = (argument === 'none' ? word : word.slice(0, -1)).split('|');
      const entry: Spec = { name: names[0] as string, argument };
      for (const name of names) (name.length === 1 ? short : long).set(name, entry);
    }
    table = { short, long };
    tables.set(spec, table);
  }
  return table;
}

function longOption(arg: string, rest: string[], table: Table): GivenOption {
  const equals = arg.indexOf('=');
  const name = arg.slice(2, equals < 0 ? undefined : equals);
  const value = equals < 0 ? undefined : arg.slice(equals + 1);
  const [full, spec] = findLong(name, table);
  const shown = `--${full}`;
  if (spec.argument === 'none' && value !== undefined)
    throw new OptionError(`option '${shown}' doesn't allow an argument`);
  if (spec.argument !== 'required' || value !== undefined) return { name: spec.name, value, shown };
  if (rest.length === 0) throw new OptionError(`option '${shown}' requires an argument`);
  return { name: spec.name, value: rest.pop(), shown };
}

function findLong(name: string, table: Table): [string, Spec] {
  const exact = table.long.get(name);
  if (exact) return [name, exact];
  const matches = [...table.long].filter(([long]) => long.startsWith(name));
  const first = matches[0];
  if (!first) throw new OptionError(`unrecognized option '--${name}'`);
  if (matches.some(([, spec]) => spec !== first[1])) {
    const names = matches.map(([long]) => `'--${long}'`).join(' ');
    throw new OptionError(`option '--${name}' is ambiguous; possibilities: ${names}`);
  }
  return first;
}

function shortOptions(arg: string, rest: string[], table: Table): GivenOption[] {
  const out: GivenOption[] = [];
  const letters = [...arg.slice(1)];
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i] as string;
    const spec = table.short.get(letter);
    const shown = `-${letter}`;
    if (!spec) throw new OptionError(`invalid option -- '${letter}'`);
    if (spec.argument === 'none') {
      out.push({ name: spec.name, value: undefined, shown });
      continue;
    }
    const attached = letters.slice(i + 1).join('');
    let value: string | undefined = attached === '' ? undefined : attached;
    if (value === undefined && spec.argument === 'required') {
      if (rest.length === 0) throw new OptionError(`option requires an argument -- '${letter}'`);
      value = rest.pop();
    }
    out.push({ name: spec.name, value, shown });
    break;
  }
  return out;
}
