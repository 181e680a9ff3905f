import { parseDuration } from './kubectl/go-duration.ts';

export type FlagType = 'bool' | 'int' | 'string' | 'list' | 'array' | 'map' | 'duration';

export interface FlagSpec {
  readonly name: string;
  readonly short: string;
  readonly type: FlagType;
  readonly default: string;
  readonly global: boolean;
  /** Accepted, but not shown in help. */
  readonly hidden: boolean;
  /** What is said when it is given; '' says nothing. */
  readonly deprecated: string;
  /** Value when the flag stands without one; undefined: it needs one. */
  readonly bare: string | undefined;
}

/** The values given for the flags of one command. */
export class Flags {
  readonly specs: ReadonlyMap<string, FlagSpec>;
  /** As they stood on the command line, in order. */
  readonly given: { readonly name: string; readonly value: string }[] = [];
  readonly #values = new Map<string, string[]>();
  readonly #bare = new Set<string>();

  constructor(specs: ReadonlyMap<string, FlagSpec>) {
    this.specs = specs;
  }

  add(spec: FlagSpec, value: string, bare: boolean): void {
    this.given.push({ name: spec.name, value });
    const many = spec.type === 'list' || spec.type === 'array' || spec.type === 'map';
    const pieces = spec.type === 'list' || spec.type === 'map' ? splitCsv(value) : [value];
    if (many) this.#values.set(spec.name, [...(this.#values.get(spec.name) ?? []), ...pieces]);
    else this.#values.set(spec.name, [value]);
    if (bare) this.#bare.add(spec.name);
    else this.#bare.delete(spec.name);
  }

  has(name: string): boolean {
    return this.specs.has(name);
  }

  /** True when the command line gave it. */
  changed(name: string): boolean {
    return this.#values.has(name);
  }

  /** True when it stood without a value. */
  isBare(name: string): boolean {
    return this.#bare.has(name);
  }

  /** Sets a value as if it had been given. */
  set(name: string, value: string): void {
    this.#values.set(name, [value]);
  }

  string(name: string): string {
    return this.#values.get(name)?.at(-1) ?? this.#spec(name).default;
  }

  /** Of a global flag; '' where the command has one of its own by that name, or it was not given. */
  global(name: string): string {
    if (!this.specs.get(name)?.global) return '';
    return this.#values.get(name)?.at(-1) ?? '';
  }

  bool(name: string): boolean {
    return parseBool(this.string(name)) ?? false;
  }

  int(name: string): number {
    return Number(parseInteger(this.string(name)) ?? 0);
  }

  /** In ms. */
  duration(name: string): number {
    return parseDuration(this.string(name));
  }

  list(name: string): readonly string[] {
    const given = this.#values.get(name);
    if (given) return given;
    const value = this.#spec(name).default;
    return value === '' ? [] : value.split(',');
  }

  #spec(name: string): FlagSpec {
    const spec = this.specs.get(name);
    if (!spec) throw new Error(`no flag ${name}`);
    return spec;
  }
}

/** A line of comma separated values; quotes keep commas. */
export function splitCsv(text: string): string[] {
  if (text === '') return [];
  const out: string[] = [];
  let at = 0;
  while (at <= text.length) {
    if (text[at] === '"') {
      const end = text.indexOf('"', at + 1);
      if (end < 0) return text.split(',');
      out.push(text.slice(at + 1, end));
      at = end + 2;
    } else {
      const end = text.indexOf(',', at);
      out.push(end < 0 ? text.slice(at) : text.slice(at, end));
      at = end < 0 ? text.length + 1 : end + 1;
    }
  }
  return out;
}

function parseBool(text: string): boolean | undefined {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  return /^(0|f|F|FALSE|false|False)$/.test(text) ? false : undefined;
}

function parseInteger(text: string): bigint | undefined {
  if (!/^[+-]?(0x[0-9a-f]+|0b[01]+|0o?[0-7]+|[0-9]+)$/i.test(text)) return undefined;
  const sign = text.startsWith('-') ? -1n : 1n;
  const digits = text.replace(/^[+-]/, '').replace(/^0([0-7]+)$/, '0o$1');
  return sign * BigInt(digits);
}

/** Why `value` does not fit the type, in the words of Go's strconv; undefined: it does. */
function misfit(spec: FlagSpec, value: string): string | undefined {
  const quoted = JSON.stringify(value);
  if (spec.type === 'bool' && parseBool(value) === undefined)
    return `strconv.ParseBool: parsing ${quoted}: invalid syntax`;
  if (spec.type === 'int') {
    const number = parseInteger(value);
    if (number === undefined) return `strconv.ParseInt: parsing ${quoted}: invalid syntax`;
    if (number > 0x7fffffffffffffffn || number < -0x8000000000000000n)
      return `strconv.ParseInt: parsing ${quoted}: value out of range`;
  }
  if (spec.type === 'map') {
    const bad = splitCsv(value).find((pair) => !pair.includes('='));
    if (bad !== undefined) return `${bad} must be formatted as key=value`;
  }
  if (spec.type !== 'duration') return undefined;
  try {
    parseDuration(value);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What a line of words means: values of flags, and the words that are left. */
export interface ParsedWords {
  readonly flags: Flags;
  readonly args: readonly string[];
  /** Number of arguments before `--`; -1 without one. */
  readonly dash: number;
}

export interface WordOptions {
  readonly specs: ReadonlyMap<string, FlagSpec>;
  /** The error that tells of what is wrong. */
  readonly fail: (message: string) => Error;
  /** How a flag may be written. */
  readonly nameOf?: (word: string) => string;
}

/** Parses flags anywhere among the arguments, until `--`. Models pflag. */
export function parseWords(words: readonly string[], { specs, fail, nameOf }: WordOptions): ParsedWords {
  const flags = new Flags(specs);
  const args: string[] = [];
  let dash = -1;
  const set = (spec: FlagSpec, value: string, bare: boolean) => {
    const why = misfit(spec, value);
    const shown = spec.short ? `-${spec.short}, --${spec.name}` : `--${spec.name}`;
    if (why) throw fail(`invalid argument ${JSON.stringify(value)} for "${shown}" flag: ${why}`);
    flags.add(spec, value, bare);
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') {
      dash = args.length;
      args.push(...words.slice(i + 1));
      break;
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const written = word.slice(2, equals < 0 ? undefined : equals);
      const name = nameOf?.(written) ?? written;
      if (name === '' || name.startsWith('-') || word.startsWith('--='))
        throw fail(`bad flag syntax: ${word}`);
      const spec = specs.get(name);
      if (!spec) throw fail(`unknown flag: --${name}`);
      if (equals >= 0) set(spec, word.slice(equals + 1), false);
      else if (spec.bare !== undefined) set(spec, spec.bare, true);
      else if (i + 1 < words.length) set(spec, words[++i] as string, false);
      else throw fail(`flag needs an argument: ${word}`);
    } else if (word.startsWith('-') && word.length > 1) {
      i = parseShort({ specs, words, at: i, set, fail });
    } else {
      args.push(word);
    }
  }
  return { flags, args, dash };
}

interface ShortParse {
  specs: ReadonlyMap<string, FlagSpec>;
  fail: (message: string) => Error;
  words: readonly string[];
  at: number;
  set: (spec: FlagSpec, value: string, bare: boolean) => void;
}

/** `-abc`, `-ovalue`, `-o=value`, `-o value`. Returns the index of the last word taken. */
function parseShort({ specs, words, at, set, fail }: ShortParse): number {
  let rest = (words[at] as string).slice(1);
  while (rest !== '') {
    const letter = rest[0] as string;
    const spec = byShort(specs, letter);
    if (!spec) throw fail(`unknown shorthand flag: '${letter}' in -${rest}`);
    if (rest.length > 2 && rest[1] === '=') {
      set(spec, rest.slice(2), false);
      return at;
    }
    if (spec.bare !== undefined) {
      set(spec, spec.bare, true);
      rest = rest.slice(1);
    } else if (rest.length > 1) {
      set(spec, rest.slice(1), false);
      return at;
    } else if (at + 1 < words.length) {
      set(spec, words[at + 1] as string, false);
      return at + 1;
    } else {
      throw fail(`flag needs an argument: '${letter}' in -${rest}`);
    }
  }
  return at;
}

export function byShort(specs: ReadonlyMap<string, FlagSpec>, letter: string): FlagSpec | undefined {
  for (const spec of specs.values()) if (spec.short === letter) return spec;
  return undefined;
}

/** Index of the first word that is neither a flag nor the value of one. */
export function firstArgument(specs: ReadonlyMap<string, FlagSpec>, words: readonly string[]): number {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') return -1;
    // cobra adds --help later: until then a value is expected behind it.
    if (word === '-h' || word === '--help') i++;
    else if (word.startsWith('--') && !word.includes('=')) {
      if (specs.get(word.slice(2))?.bare === undefined) i++;
    } else if (word.startsWith('-') && !word.startsWith('--') && !word.includes('=') && word.length === 2) {
      if (byShort(specs, word[1] as string)?.bare === undefined) i++;
    } else if (word !== '' && !word.startsWith('-')) {
      return i;
    }
  }
  return -1;
}

/** How many letters two words differ by. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1]?.toLowerCase() === b[j - 1]?.toLowerCase();
      const best = Math.min(row[j] as number, next[j - 1] as number, row[j - 1] as number);
      next.push(same ? (row[j - 1] as number) : best + 1);
    }
    row = next;
  }
  return row[b.length] as number;
}
