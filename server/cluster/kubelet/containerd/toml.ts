/** Text that is no TOML: where, counted from one, and what stands there. */
export class TomlError extends Error {
  override name = 'TomlError';
  readonly place: string;

  constructor(line: number, column: number, message: string) {
    super(message);
    this.place = `(${line}, ${column})`;
  }
}

export type TomlValue = string | number | boolean | readonly TomlValue[];

/** Values by their path: the names of tables and keys, joined by `/`. */
export type Toml = ReadonlyMap<string, TomlValue>;

const KEY = /^\s*("(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)\s*/;
const SCALAR = /^\s*("(?:[^"\\]|\\.)*"|'[^']*'|true\b|false\b|[+-]?\d[\d_.eE+-]*)\s*/;

/** Reads the part of TOML that configuration files of daemons use: tables, strings, numbers, booleans, lists. */
export function parseToml(text: string): Toml {
  const found = new Map<string, TomlValue>();
  const lines = text.split('\n').map(withoutComment);
  let table: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const first = i + 1;
    let line = (lines[i] as string).trim();
    if (line === '') continue;
    const head = /^\[\[?(.*?)\]?\]$/.exec(line);
    if (head && line.startsWith('[')) {
      table = keyPath(head[1] as string, '', first);
      continue;
    }
    const equals = new Cursor(line, first);
    const path = [...table, ...keyPath(equals.upTo('='), '=', first)];
    while (count(line, '[') > count(line, ']') && i + 1 < lines.length)
      line += ` ${(lines[++i] as string).trim()}`;
    const value = new Cursor(line, first);
    value.upTo('=');
    found.set(path.join('/'), value.last());
  }
  return found;
}

function withoutComment(line: string): string {
  return /^((?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*')*)#/.exec(line)?.[1] ?? line;
}

function count(line: string, char: string): number {
  return line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '').split(char).length;
}

function keyPath(text: string, before: string, line: number): string[] {
  const names: string[] = [];
  let rest = text;
  for (;;) {
    const key = KEY.exec(rest);
    if (!key)
      throw new TomlError(line, 1, before === '' ? 'unexpected token in table name' : 'unexpected key');
    names.push((key[1] as string).replace(/^["']|["']$/g, ''));
    rest = rest.slice(key[0].length);
    if (rest === '') return names;
    if (!rest.startsWith('.'))
      throw new TomlError(line, text.length - rest.length + 1, `unexpected "${rest[0]}"`);
    rest = rest.slice(1);
  }
}

class Cursor {
  readonly #text: string;
  readonly #line: number;
  #at = 0;

  constructor(text: string, line: number) {
    this.#text = text;
    this.#line = line;
  }

  upTo(char: string): string {
    const at = this.#text.indexOf(char);
    if (at < 0) throw this.#error(`was expecting token ${char}, but got "${this.#text}" instead`);
    this.#at = at + 1;
    return this.#text.slice(0, at);
  }

  /** The value that the rest of the line is. */
  last(): TomlValue {
    const value = this.#value();
    if (this.#text.slice(this.#at).trim() !== '') throw this.#error('unexpected token after the value');
    return value;
  }

  #value(): TomlValue {
    const rest = this.#text.slice(this.#at);
    const scalar = SCALAR.exec(rest);
    if (scalar) {
      this.#at += scalar[0].length;
      return scalarOf(scalar[1] as string);
    }
    if (!/^\s*\[/.test(rest)) throw this.#error('unexpected token');
    this.#at += rest.indexOf('[') + 1;
    const items: TomlValue[] = [];
    for (;;) {
      if (this.#takes(/^\s*\]\s*/)) return items;
      items.push(this.#value());
      if (!this.#takes(/^\s*,\s*/) && !/^\s*\]/.test(this.#text.slice(this.#at)))
        throw this.#error('unclosed array');
    }
  }

  #takes(pattern: RegExp): boolean {
    const match = pattern.exec(this.#text.slice(this.#at));
    this.#at += match?.[0].length ?? 0;
    return match !== null;
  }

  #error(message: string): TomlError {
    return new TomlError(this.#line, this.#at + 1, message);
  }
}

function scalarOf(text: string): TomlValue {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text.startsWith('"')) return text.slice(1, -1).replace(/\\(.)/g, '$1');
  if (text.startsWith("'")) return text.slice(1, -1);
  return Number(text.replaceAll('_', ''));
}
