import { isArray, isNumber, isObject, type Json, NumberLiteral, sortedKeys } from './values.ts';

/** How `-c`, `--tab`, `--indent`, `-S`, `-a`, `-C` want it. */
export interface Style {
  /** What one level is indented with; undefined: all on one line. */
  readonly indent?: string | undefined;
  readonly sort?: boolean;
  readonly ascii?: boolean;
  readonly colors?: Colors | undefined;
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

export function toJson(value: Json, style: Style = {}): string {
  const out: string[] = [];
  write(value, style, 0, out);
  return out.join('');
}

function write(value: Json, style: Style, level: number, out: string[]): void {
  if (level > MAX_SHOWN) {
    out.push('<skipped: too deep>');
    return;
  }
  if (isArray(value)) writeArray(value, style, level, out);
  else if (isObject(value)) writeObject(value, style, level, out);
  else {
    const color = style.colors?.[scalarColor(value)];
    out.push(color === undefined ? scalar(value, style) : `${color}${scalar(value, style)}${RESET}`);
  }
}

function scalarColor(value: Json): keyof Colors {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return typeof value === 'string' ? 'string' : 'number';
}

function scalar(value: Json, style: Style): string {
  if (typeof value === 'string') return quoteJson(value, style.ascii);
  return isNumber(value) ? numberText(value) : String(value);
}

function newLine(style: Style, level: number): string {
  return style.indent === undefined ? '' : `\n${style.indent.repeat(level)}`;
}

function writeArray(value: readonly Json[], style: Style, level: number, out: string[]): void {
  const color = style.colors?.array ?? '';
  const reset = color && RESET;
  if (value.length === 0) {
    out.push(`${color}[]${color && `${reset}`}`);
    return;
  }
  out.push(`${color}[`);
  value.forEach((item, i) => {
    if (i > 0) out.push(`${color},`);
    out.push(newLine(style, level + 1));
    write(item, style, level + 1, out);
  });
  out.push(color, newLine(style, level), `${color}]${reset}`);
}

function writeObject(value: Json & object, style: Style, level: number, out: string[]): void {
  const object = value as ReadonlyMap<string, Json>;
  const { colors } = style;
  const color = colors?.object ?? '';
  const reset = color && RESET;
  if (object.size === 0) {
    out.push(`${color}{}${reset}`);
    return;
  }
  out.push(`${color}{`);
  let first = true;
  for (const key of style.sort ? sortedKeys(object) : object.keys()) {
    if (!first) out.push(`${color},`);
    out.push(newLine(style, level + 1), reset);
    first = false;
    out.push(colors?.key ?? '', quoteJson(key, style.ascii), reset, `${color}:`);
    out.push(style.indent === undefined ? '' : ' ', reset);
    write(object.get(key) as Json, style, level + 1, out);
  }
  out.push(color, newLine(style, level), `${color}}${reset}`);
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

/** A number as it was written: kept where computing it would change its digits. */
export function numberFrom(text: string): number | NumberLiteral {
  const value = Number(text);
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
