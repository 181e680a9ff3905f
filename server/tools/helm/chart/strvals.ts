import { HelmError } from '../errors.ts';
import { fromPlain } from '../functions/table.ts';
import { isTable, type Values } from './chart.ts';

/** Largest index of a list, and deepest name. Models strvals.MaxIndex, MaxNestedNameLevel. */
const MOST_INDEX = 65_536;
const MOST_LEVELS = 30;

export interface SetOptions {
  /** Values as they are written: a number, a text, a file's content, JSON. */
  readonly kind: 'typed' | 'string' | 'file' | 'json';
  readonly readFile?: (path: string) => string;
}

/** `a.b=1,c[0]={x,y}` over `into`. Models helm/pkg/strvals. */
export function parseInto(text: string, into: Values, options: SetOptions): void {
  new SetParser(text, options).run(into);
}

/** `--set-literal`: one name, and all behind the sign. */
export function parseLiteralInto(text: string, into: Values): void {
  const sign = text.indexOf('=');
  if (sign < 0) throw new HelmError(`key ${JSON.stringify(text)} has no value`);
  parseInto(`${text.slice(0, sign)}=${text.slice(sign + 1).replace(/[\\,{}[\]]/g, '\\$&')}`, into, {
    kind: 'string',
  });
}

class SetParser {
  readonly #text: string;
  readonly #options: SetOptions;
  #at = 0;

  constructor(text: string, options: SetOptions) {
    this.#text = text;
    this.#options = options;
  }

  run(into: Values): void {
    while (this.#at < this.#text.length) this.#key(into, 0);
  }

  /** Up to one of the characters; a backslash keeps what is behind it. */
  #until(stops: string): { text: string; stop: string } {
    let text = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at] as string;
      if (char === '\\') text += this.#text[++this.#at] ?? '';
      else if (stops.includes(char)) {
        this.#at++;
        return { text, stop: char };
      } else text += char;
    }
    return { text, stop: '' };
  }

  #key(into: Values, level: number): void {
    const { text: key, stop } = this.#until('.[,=');
    if (stop === '') {
      if (key === '') return;
      throw new HelmError(`key ${JSON.stringify(key)} has no value`);
    }
    if (stop === ',') {
      into[key] = '';
      throw new HelmError(`key ${JSON.stringify(key)} has no value (cannot end with ,)`);
    }
    if (stop === '=') {
      const value = this.#value();
      if (key !== '') into[key] = value;
      return;
    }
    if (stop === '[') {
      const list = Array.isArray(into[key]) ? [...(into[key] as unknown[])] : [];
      into[key] = this.#item(list, this.#index(), level);
      return;
    }
    if (level + 1 > MOST_LEVELS)
      throw new HelmError(
        `value name nested level is greater than maximum supported nested level of ${MOST_LEVELS}`,
      );
    const inner: Values = isTable(into[key]) ? (into[key] as Values) : {};
    this.#key(inner, level + 1);
    if (Object.keys(inner).length === 0) throw new HelmError(`key map ${JSON.stringify(key)} has no value`);
    into[key] = inner;
  }

  #index(): number {
    const { text, stop } = this.#until(']');
    if (stop === '') throw new HelmError('error parsing index: EOF');
    if (!/^[-+]?\d+$/.test(text))
      throw new HelmError(
        `error parsing index: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
      );
    return Number(text);
  }

  #item(list: unknown[], index: number, level: number): unknown[] {
    if (index < 0) throw new HelmError(`negative ${index} index not allowed`);
    if (index > MOST_INDEX)
      throw new HelmError(`index of ${index} is greater than maximum supported index of ${MOST_INDEX}`);
    const { text, stop } = this.#until('[.=');
    if (text !== '') throw new HelmError(`unexpected data at end of array index: ${JSON.stringify(text)}`);
    while (list.length <= index) list.push(null);
    if (stop === '=') list[index] = this.#value();
    else if (stop === '[') {
      const inner = Array.isArray(list[index]) ? (list[index] as unknown[]) : [];
      list[index] = this.#item(inner, this.#index(), level);
    } else if (stop === '.') {
      const inner: Values = isTable(list[index]) ? (list[index] as Values) : {};
      this.#key(inner, level + 1);
      list[index] = inner;
    }
    return list;
  }

  #value(): unknown {
    const { kind, readFile } = this.#options;
    if (kind === 'json') return this.#json();
    if (this.#text[this.#at] === '{') {
      this.#at++;
      return this.#list();
    }
    const { text } = this.#until(',');
    if (kind === 'file') return readFile?.(text);
    return kind === 'string' ? text : typed(text);
  }

  #list(): unknown[] {
    const items: unknown[] = [];
    const { kind, readFile } = this.#options;
    const made = (text: string) =>
      kind === 'file' ? readFile?.(text) : kind === 'string' ? text : typed(text);
    for (;;) {
      const { text, stop } = this.#until(',}');
      if (stop === '') throw new HelmError("list must terminate with '}'");
      if (stop === '}') {
        if (this.#text[this.#at] === ',') this.#at++;
        if (text !== '' || items.length > 0) items.push(made(text));
        return items;
      }
      items.push(made(text));
    }
  }

  /** The longest piece up to a comma that is JSON. */
  #json(): unknown {
    const rest = this.#text.slice(this.#at);
    for (let end = rest.indexOf(','); ; end = rest.indexOf(',', end + 1)) {
      const piece = end < 0 ? rest : rest.slice(0, end);
      try {
        const value = fromPlain(JSON.parse(piece));
        this.#at += piece.length + 1;
        return value;
      } catch {
        if (end < 0) throw new HelmError(jsonProblem(rest));
      }
    }
  }
}

function jsonProblem(text: string): string {
  const first = text.trimStart()[0];
  if (first === undefined) return 'unexpected end of JSON input';
  if (!/[\d{["tfn-]/.test(first)) return `invalid character '${first}' looking for beginning of value`;
  return 'unexpected end of JSON input';
}

/** Models strvals typedVal. */
function typed(text: string): unknown {
  if (text.toLowerCase() === 'true') return true;
  if (text.toLowerCase() === 'false') return false;
  if (text.toLowerCase() === 'null') return null;
  if (text === '0') return 0;
  return /^[-+]?[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
}
