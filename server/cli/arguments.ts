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
