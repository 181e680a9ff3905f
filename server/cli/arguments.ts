import { parseArgs } from 'node:util';

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export interface Arguments {
  /** `--name value`; true for a flag without value. */
  readonly flags: ReadonlyMap<string, string | true>;
  readonly rest: readonly string[];
}

/** Parses `--flag`, `--name value` and `--name=value`; what follows `--` is taken as it is. Throws `UsageError`. */
export function parseArguments(
  args: readonly string[],
  spec: { switches?: readonly string[]; values?: readonly string[] },
): Arguments {
  const options = Object.fromEntries([
    ...(spec.switches ?? []).map((name) => [name, { type: 'boolean' }] as const),
    ...(spec.values ?? []).map((name) => [name, { type: 'string' }] as const),
  ]);
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { flags: new Map(Object.entries(values as Record<string, string | true>)), rest: positionals };
  } catch (error) {
    // What follows the first sentence is advice on `--`.
    throw new UsageError((error as Error).message.split('. ')[0]);
  }
}

/** `--help` or `-h` before any `--`. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
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
