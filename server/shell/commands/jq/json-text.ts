import { isArray, isNumber, isObject, type Json, NumberLiteral, numberOf, sortedKeys } from './values.ts';

/** How `-c`, `--tab`, `--indent`, `-S`, `-a`, `-C` want it. */
export interface Style {
  /** What one level is indented with; undefined: all on one line. */
  readonly indent?: string | undefined;
  readonly sort?: boolean;
  readonly ascii?: boolean;
  readonly colors?: Colors | undefined;
  /** Numbers as they are computed, however they were written. */
  readonly computed?: boolean;
}

/** Escape sequences by what they colour; `key` is for the keys of objects. */
export interface Colors {
  readonly null: string;
  readonly false: string;
  readonly true: string;
  readonly number: string;
  readonly string: string;
  readonly array: string;
  readonly object: string;
  readonly key: string;
}

const RESET = '\x1b[0m';

/** Deepest nesting that is read. */
export const MAX_DEPTH = 10_000;
/** Deepest nesting that is written. */
const MAX_SHOWN = 10_000;

/** Parts of a text that are gathered before they are given on. */
const PARTS = 2048;

export function toJson(value: Json, style: Style = {}): string {
  let text = '';
  for (const piece of jsonPieces(value, style)) text += piece;
  return text;
}

/** The text of a value in pieces, so that others may have their turn while a large one is written. */
export function* jsonPieces(value: Json, style: Style = {}): Generator<string, void> {
  const writer = new JsonWriter(style);
  for (let more = writer.put(value); ; more = writer.step()) {
    if (more && writer.parts.length < PARTS) continue;
    yield writer.parts.join('');
    writer.parts.length = 0;
    if (!more) return;
  }
}

/** An array or object whose end has not been written yet. */
interface Open {
  readonly items: Iterator<Json>;
  /** Of an object. */
  readonly keys: Iterator<string> | undefined;
  readonly color: string;
  readonly end: string;
  begun: boolean;
}

class JsonWriter {
  readonly parts: string[] = [];
  readonly #style: Style;
  readonly #open: Open[] = [];

  constructor(style: Style) {
    this.#style = style;
  }

  /** Writes a scalar, or the beginning of what holds others. Tells whether there is more to be written. */
  put(value: Json): boolean {
    const { parts } = this;
    if (this.#open.length > MAX_SHOWN) parts.push('<skipped: too deep>');
    else if (isArray(value)) this.#begin(value.length, '[]', this.#style.colors?.array, value.values());
    else if (isObject(value)) {
      const keys = this.#style.sort ? sortedKeys(value) : [...value.keys()];
      const items = keys.map((key) => value.get(key) as Json);
      this.#begin(keys.length, '{}', this.#style.colors?.object, items.values(), keys.values());
    } else {
      const color = this.#style.colors?.[scalarColor(value)];
      const text = scalar(value, this.#style);
      parts.push(color === undefined ? text : `${color}${text}${RESET}`);
    }
    return this.#open.length > 0;
  }

  #begin(size: number, brackets: string, color = '', items: Iterator<Json>, keys?: Iterator<string>): void {
    if (size === 0) {
      this.parts.push(`${color}${brackets}${color && RESET}`);
      return;
    }
    this.parts.push(`${color}${brackets[0]}`);
    this.#open.push({ items, keys, color, end: brackets[1] as string, begun: false });
  }

  /** Writes the next item of the innermost, or its end. */
  step(): boolean {
    const { parts } = this;
    const open = this.#open.at(-1) as Open;
    const { color } = open;
    const reset = color && RESET;
    const { done, value } = open.items.next();
    if (done) {
      this.#open.pop();
      parts.push(color, newLine(this.#style, this.#open.length), `${color}${open.end}${reset}`);
      return this.#open.length > 0;
    }
    if (open.begun) parts.push(`${color},`);
    open.begun = true;
    parts.push(newLine(this.#style, this.#open.length));
    if (open.keys) this.#key(open.keys.next().value as string, color);
    return this.put(value);
  }

  #key(key: string, color: string): void {
    const { colors, ascii, indent } = this.#style;
    const reset = color && RESET;
    this.parts.push(reset, colors?.key ?? '', quoteJson(key, ascii), reset, `${color}:`);
    this.parts.push(indent === undefined ? '' : ' ', reset);
  }
}

function scalarColor(value: Json): keyof Colors {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return typeof value === 'string' ? 'string' : 'number';
}

function scalar(value: Json, style: Style): string {
  if (typeof value === 'string') return quoteJson(value, style.ascii);
  return isNumber(value) ? numberText(style.computed ? numberOf(value) : value) : String(value);
}

function newLine(style: Style, level: number): string {
  return style.indent === undefined ? '' : `\n${style.indent.repeat(level)}`;
}

const ESCAPES: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
};

const hex4 = (code: number) => `\\u${code.toString(16).padStart(4, '0')}`;

export function quoteJson(text: string, ascii = false): string {
  const escaped = text.replace(/["\\\x00-\x1f\x7f]/g, (char) => ESCAPES[char] ?? hex4(char.charCodeAt(0)));
  const whole = escaped.replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    '\ufffd',
  );
  return `"${ascii ? whole.replace(/[^\x00-\x7f]/g, (char) => hex4(char.charCodeAt(0))) : whole}"`;
}

/** Models jq src/jv_dtoa.c jvp_dtoa_fmt: the shortest digits that read back the same. */
export function numberText(value: number | NumberLiteral): string {
  if (value instanceof NumberLiteral) return value.text;
  if (Number.isNaN(value)) return 'null';
  if (!Number.isFinite(value)) return value > 0 ? '1.7976931348623157e+308' : '-1.7976931348623157e+308';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (Number.isSafeInteger(value)) return String(value);
  const [mantissa = '', power = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const point = Number(power) + 1;
  const sign = value < 0 ? '-' : '';
  if (point <= -4 || point > digits.length + 15) {
    const exponent = point - 1;
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${sign}${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Numbers that are shown as they are written. */
const PLAIN = /^-?[1-9]\d{0,14}$/;

/** A number as it was written: kept where computing it would change its digits. */
export function numberFrom(text: string): number | NumberLiteral {
  const value = Number(text);
  if (PLAIN.test(text)) return value;
  if (!Number.isFinite(value)) return value > 0 ? Number.MAX_VALUE : -Number.MAX_VALUE;
  const shown = canonical(text);
  return shown === numberText(value) ? value : new NumberLiteral(value, shown);
}

/** Models libdecnumber decToString: digits are kept, the exponent is normalized. */
function canonical(text: string): string {
  const match = /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  const exponent = Number(power) - fraction.length;
  const minus = sign === '-' ? '-' : '';
  const adjusted = exponent + digits.length - 1;
  if (exponent <= 0 && adjusted >= -6) {
    if (exponent === 0) return minus + digits;
    const padded = digits.padStart(1 - exponent, '0');
    return `${minus}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
  }
  const rest = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${minus}${digits[0]}${rest}E${adjusted < 0 ? '-' : '+'}${Math.abs(adjusted)}`;
}
