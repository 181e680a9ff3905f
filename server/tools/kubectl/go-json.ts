import { goNumber } from './yaml.ts';

const ESCAPED = /[<>&\u2028\u2029]/g;

/** A string as Go's encoding/json writes it, HTML characters escaped. */
export function goQuote(text: string): string {
  return JSON.stringify(text)
    .replace(ESCAPED, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('\x7f', '\\u007f');
}

export interface JsonOptions {
  /** Indentation of a level; '' is compact. */
  readonly indent?: string;
  /** Keys in byte order (maps) or as they stand (structs). */
  readonly sorted?: boolean;
}

/** A JSON value as Go's json.Marshal or MarshalIndent writes it. */
export function goJson(value: unknown, options: JsonOptions = {}): string {
  return write(value, options.indent ?? '', '', options.sorted ?? true);
}

function write(value: unknown, step: string, indent: string, sorted: boolean): string {
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number') return goNumber(value);
  if (typeof value !== 'object' || value === null) return String(value ?? null);
  const inner = indent + step;
  const open = step === '' ? '' : `\n${inner}`;
  const close = step === '' ? '' : `\n${indent}`;
  const colon = step === '' ? ':' : ': ';
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const items = value.map((item) => write(item, step, inner, sorted));
    return `[${open}${items.join(`,${open}`)}${close}]`;
  }
  const map = value as Record<string, unknown>;
  const keys = Object.keys(map).filter((key) => map[key] !== undefined);
  if (keys.length === 0) return '{}';
  if (sorted) keys.sort(byBytes);
  const pairs = keys.map((key) => `${goQuote(key)}${colon}${write(map[key], step, inner, sorted)}`);
  return `{${open}${pairs.join(`,${open}`)}${close}}`;
}

/** Order of strings by their bytes, as Go sorts them. */
export function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A value as Go's `%#v` dumps unstructured content. */
export function goDump(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return goStringLiteral(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goDump).join(', ')}}`;
  const map = value as Record<string, unknown>;
  const keys = Object.keys(map).sort(byBytes);
  return `map[string]interface {}{${keys.map((k) => `${goStringLiteral(k)}:${goDump(map[k])}`).join(', ')}}`;
}

/** A value as Go's `%v` prints unstructured content. */
export function goPrint(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : goFloat(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(goPrint).join(' ')}]`;
  const map = value as Record<string, unknown>;
  const keys = Object.keys(map).sort(byBytes);
  return `map[${keys.map((k) => `${k}:${goPrint(map[k])}`).join(' ')}]`;
}

/** `%g` of a float: with so many digits, or as few as tell it. Models strconv.FormatFloat. */
export function goFloat(value: number, precision?: number): string {
  const digits = precision === undefined ? undefined : Math.max(precision, 1);
  const [mantissa = '', power = '0'] = value
    .toExponential(digits === undefined ? undefined : digits - 1)
    .split('e');
  const exponent = Number(power);
  if (value === 0 || (exponent >= -4 && exponent < (digits ?? 6)))
    return String(Number(value.toPrecision(digits)));
  const shortened = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return `${shortened}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** `%q`. */
export function goStringLiteral(text: string): string {
  return JSON.stringify(text).replaceAll('\\u001b', '\\x1b').replaceAll('\x7f', '\\x7f');
}
