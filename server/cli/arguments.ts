/** A command line that cannot be understood. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export interface Arguments {
  /** `--name value`; true for a flag without value. */
  readonly flags: ReadonlyMap<string, string | true>;
  readonly rest: readonly string[];
}

/** Parses `--flag`, `--name value` and `--name=value`; what follows `--` is taken as it is. */
export function parseArguments(
  args: readonly string[],
  spec: { switches?: readonly string[]; values?: readonly string[] },
): Arguments {
  const flags = new Map<string, string | true>();
  const rest: string[] = [];
  const todo = [...args];
  while (todo.length > 0) {
    const arg = todo.shift() as string;
    if (arg === '--') return { flags, rest: [...rest, ...todo] };
    const match = /^--([a-z][a-z-]*)(?:=(.*))?$/s.exec(arg);
    if (!match) {
      if (arg.startsWith('-') && arg !== '-') throw new UsageError(`unknown flag: ${arg}`);
      rest.push(arg);
      continue;
    }
    const [, name, inline] = match as unknown as [string, string, string | undefined];
    if (spec.switches?.includes(name)) {
      if (inline !== undefined) throw new UsageError(`--${name} takes no value`);
      flags.set(name, true);
    } else if (spec.values?.includes(name)) {
      const value = inline ?? todo.shift();
      if (value === undefined) throw new UsageError(`--${name} needs a value`);
      flags.set(name, value);
    } else {
      throw new UsageError(`unknown flag: --${name}`);
    }
  }
  return { flags, rest };
}

/** The value of a flag that takes one. */
export function flagValue(args: Arguments, name: string): string | undefined {
  const value = args.flags.get(name);
  return value === true ? undefined : value;
}

/** The whole number a flag gives. Throws `UsageError` when it is none, or outside the bounds. */
export function flagInteger(
  args: Arguments,
  name: string,
  fallback: number,
  { least, most = Number.MAX_SAFE_INTEGER }: { least: number; most?: number },
): number {
  const given = flagValue(args, name);
  if (given === undefined) return fallback;
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`--${name} expects a number ${range}, not "${given}"`);
}

/** The bounds of `--port`; 0 lets the system choose one. */
export const PORTS = { least: 0, most: 65_535 };
