/** One conversion of a printf format. Width and precision are resolved (`*` taken from the arguments). */
export interface Conversion {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly type: string;
}

/** Splits a format into literal text and conversions; `undefined` width or precision marks `*`. */
export const CONVERSION = /%([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d*))?(?:hh|h|ll|l|L|q|j|z|t)*([a-zA-Z%])/y;

function pad(text: string, c: Conversion, zeroFrom = -1): string {
  const lack = c.width - [...text].length;
  if (lack <= 0) return text;
  if (c.flags.includes('-')) return text + ' '.repeat(lack);
  if (zeroFrom >= 0 && c.flags.includes('0'))
    return text.slice(0, zeroFrom) + '0'.repeat(lack) + text.slice(zeroFrom);
  return ' '.repeat(lack) + text;
}

export function formatString(value: string, c: Conversion): string {
  return pad(c.precision === undefined ? value : [...value].slice(0, c.precision).join(''), c);
}

const BASES: Record<string, number> = { d: 10, i: 10, u: 10, o: 8, x: 16, X: 16 };

export function formatInteger(value: bigint, c: Conversion): string {
  const unsigned = !'di'.includes(c.type);
  const number = unsigned && value < 0n ? BigInt.asUintN(64, value) : value;
  let digits = (number < 0n ? -number : number).toString(BASES[c.type] ?? 10);
  if (c.type === 'X') digits = digits.toUpperCase();
  if (c.precision !== undefined)
    digits = c.precision === 0 && number === 0n ? '' : digits.padStart(c.precision, '0');
  let prefix =
    number < 0n ? '-' : unsigned ? '' : c.flags.includes('+') ? '+' : c.flags.includes(' ') ? ' ' : '';
  if (c.flags.includes('#') && number !== 0n) {
    if (c.type === 'x' || c.type === 'X') prefix += `0${c.type}`;
    if (c.type === 'o' && !digits.startsWith('0')) prefix += '0';
  }
  return pad(prefix + digits, c, c.precision === undefined ? prefix.length : -1);
}

export function formatFloat(value: number, c: Conversion): string {
  const upper = c.type === c.type.toUpperCase();
  const sign =
    value < 0 || Object.is(value, -0) ? '-' : c.flags.includes('+') ? '+' : c.flags.includes(' ') ? ' ' : '';
  if (!Number.isFinite(value)) {
    const word = Number.isNaN(value) ? 'nan' : 'inf';
    return pad(sign + (upper ? word.toUpperCase() : word), { ...c, flags: c.flags.replace('0', '') });
  }
  const digits = floatDigits(Math.abs(value), c);
  return pad(sign + (upper ? digits.toUpperCase() : digits), c, sign.length);
}

function floatDigits(value: number, c: Conversion): string {
  const precision = c.precision ?? 6;
  switch (c.type.toLowerCase()) {
    case 'f':
      return fixed(value, precision) + (c.flags.includes('#') && precision === 0 ? '.' : '');
    case 'e':
      return exponent(value, precision);
    case 'a':
      return hexadecimal(value);
    default:
      return general(value, precision === 0 ? 1 : precision, c.flags.includes('#'));
  }
}

/** Exact decimal digits, as C prints them: `toFixed` stops at 1e21 and 100 places. */
function fixed(value: number, precision: number): string {
  if (value < 1e21 && precision <= 100) return value.toFixed(precision);
  const whole = value >= 1e21 ? BigInt(value).toString() : value.toFixed(0);
  return precision === 0 ? whole : `${whole}.${'0'.repeat(precision)}`;
}

function exponent(value: number, precision: number): string {
  return value.toExponential(Math.min(precision, 100)).replace(/e([+-])(\d)$/, 'e$10$2');
}

function general(value: number, precision: number, keepZeros: boolean): string {
  if (value === 0) return '0';
  const power = Number(/e([+-]\d+)$/.exec(value.toExponential(Math.min(precision - 1, 100)))?.[1]);
  const text =
    power < -4 || power >= precision ? exponent(value, precision - 1) : fixed(value, precision - 1 - power);
  if (keepZeros || !text.includes('.')) return text;
  // Zeros of the exponent are none of those that may go.
  const [mantissa = '', tail] = text.split('e');
  return mantissa.replace(/\.?0+$/, '') + (tail === undefined ? '' : `e${tail}`);
}

function hexadecimal(value: number): string {
  if (value === 0) return '0x0p+0';
  let power = Math.floor(Math.log2(value));
  let mantissa = value / 2 ** power;
  if (mantissa >= 2) {
    mantissa /= 2;
    power++;
  }
  const fraction = (mantissa - 1).toString(16).slice(2);
  return `0x1${fraction === '' ? '' : `.${fraction}`}p${power < 0 ? '-' : '+'}${Math.abs(power)}`;
}

/** Formats with doubles and strings taken from `next`, as awk and `seq -f` do. */
export function sprintf(format: string, next: (type: string) => string | number): string {
  let out = '';
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf('%', at);
    if (percent < 0) return out + format.slice(at);
    out += format.slice(at, percent);
    CONVERSION.lastIndex = percent;
    const match = CONVERSION.exec(format);
    if (!match) {
      out += '%';
      at = percent + 1;
      continue;
    }
    at = CONVERSION.lastIndex;
    out += match[4] === '%' ? '%' : convert(match, next);
  }
  return out;
}

function convert(match: RegExpExecArray, next: (type: string) => string | number): string {
  const [, flags = '', width, precision, type = ''] = match;
  let wide = width === '*' ? Number(next('d')) : Number(width ?? 0);
  const exact =
    precision === undefined ? undefined : precision === '*' ? Number(next('d')) : Number(precision);
  const left = wide < 0 ? '-' : '';
  wide = Math.min(Math.abs(wide), 1_000_000);
  const conversion: Conversion = {
    flags: flags + left,
    width: wide,
    precision: exact === undefined || exact < 0 ? undefined : Math.min(exact, 1_000_000),
    type,
  };
  const value = next(type);
  if (type === 's') return formatString(String(value), conversion);
  if (type === 'c') {
    const char =
      typeof value === 'number'
        ? String.fromCodePoint(value & 0x1fffff || 0)
        : [...value].slice(0, 1).join('');
    return formatString(char, { ...conversion, precision: undefined });
  }
  if (type in BASES) {
    const number = Number(value);
    if (!Number.isFinite(number)) return formatFloat(number, { ...conversion, type: 'f' });
    return formatInteger(BigInt(Math.trunc(number)), conversion);
  }
  return 'eEfFgGaA'.includes(type) ? formatFloat(Number(value), conversion) : match[0];
}
