import { goFloat, goStringLiteral } from '../kubectl/go-json.ts';
import { isMap, isNothing, numeric, shown, typeOf } from './values.ts';

interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly verb: string;
}

const DIRECTIVE = /%([-+ 0#]*)(\*|\d*)(?:(\.)(\*|\d*))?(.?)/gsu;
/** Wider fields than anybody needs. */
const MOST_WIDTH = 1_000_000;

/** Go's fmt.Sprintf. */
export function sprintf(format: string, args: readonly unknown[]): string {
  let next = 0;
  const star = (text: string | undefined) => (text === '*' ? Number(args[next++] ?? 0) : Number(text || 0));
  const text = format.replace(DIRECTIVE, (_, flags, width, dot, places, verb) => {
    if (verb === '') return '%!(NOVERB)';
    const directive: Directive = {
      flags,
      width: Math.min(star(width), MOST_WIDTH),
      precision: dot === undefined ? undefined : Math.min(star(places), MOST_WIDTH),
      verb,
    };
    if (verb === '%') return '%';
    if (next >= args.length) return `%!${verb}(MISSING)`;
    return formatted(args[next++], directive);
  });
  if (next >= args.length) return text;
  const rest = args.slice(next).map((arg) => (isNothing(arg) ? '<nil>' : `${typeOf(arg)}=${shown(arg)}`));
  return `${text}%!(EXTRA ${rest.join(', ')})`;
}

/** Go's fmt.Sprint: blanks stand between operands neither of which is a string. */
export function sprint(args: readonly unknown[]): string {
  return args
    .map((arg, i) => {
      const blank = i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string';
      return `${blank ? ' ' : ''}${shown(arg)}`;
    })
    .join('');
}

function formatted(value: unknown, directive: Directive): string {
  const { verb } = directive;
  if (verb === 'T') return padded(typeOf(value), directive);
  if (isNothing(value)) return verb === 'v' ? padded('<nil>', directive) : `%!${verb}(<nil>)`;
  if (Array.isArray(value)) return `[${value.map((item) => formatted(item, directive)).join(' ')}]`;
  if (isMap(value)) {
    const keys = Object.keys(value).sort();
    return `map[${keys.map((key) => `${formatted(key, directive)}:${formatted(value[key], directive)}`).join(' ')}]`;
  }
  return leaf(value, directive) ?? `%!${verb}(${typeOf(value)}=${leaf(value, { ...directive, verb: 'v' })})`;
}

function leaf(value: unknown, directive: Directive): string | undefined {
  switch (typeOf(value)) {
    case 'string':
      return stringText(value as string, directive);
    case 'bool':
      return 'vt'.includes(directive.verb) ? padded(String(value), directive) : undefined;
    case 'float64':
      return floatText(numeric(value), directive);
    default:
      return integerText(BigInt(value as bigint | number), directive);
  }
}

function stringText(value: string, directive: Directive): string | undefined {
  const { verb, precision } = directive;
  const text = precision === undefined ? value : [...value].slice(0, precision).join('');
  if (verb === 'v' || verb === 's') return padded(text, directive);
  if (verb === 'q') return padded(goStringLiteral(text), directive);
  if (verb !== 'x' && verb !== 'X') return undefined;
  const hex = [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return padded(verb === 'X' ? hex.toUpperCase() : hex, directive);
}

const BASES: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };
const PREFIXES: Readonly<Record<string, string>> = { b: '0b', o: '0', O: '0o', x: '0x', X: '0X' };

function integerText(value: bigint, directive: Directive): string | undefined {
  const { verb, flags, precision } = directive;
  const code = Number(value);
  if (verb === 'c') return padded(String.fromCodePoint(code), directive);
  if (verb === 'q') return padded(`'${String.fromCodePoint(code)}'`, directive);
  if (verb === 'U') return padded(`U+${code.toString(16).toUpperCase().padStart(4, '0')}`, directive);
  const base = BASES[verb];
  if (base === undefined) return undefined;
  const digits = (value < 0n ? -value : value).toString(base).padStart(precision ?? 0, '0');
  const prefix = flags.includes('#') || verb === 'O' ? (PREFIXES[verb] ?? '') : '';
  return signed(value < 0n, `${prefix}${verb === 'X' ? digits.toUpperCase() : digits}`, directive);
}

function floatText(value: number, directive: Directive): string | undefined {
  const digits = floatDigits(Math.abs(value), directive);
  return digits === undefined ? undefined : signed(value < 0, digits, { ...directive, precision: undefined });
}

function floatDigits(size: number, { verb, precision }: Directive): string | undefined {
  const exponent = (text: string) => text.replace(/e([-+])(\d)$/, 'e$10$2');
  switch (verb) {
    case 'f':
    case 'F':
      return fixed(size, Math.min(precision ?? 6, 100));
    case 'e':
      return exponent(size.toExponential(Math.min(precision ?? 6, 100)));
    case 'E':
      return exponent(size.toExponential(Math.min(precision ?? 6, 100))).toUpperCase();
    case 'v':
    case 'g':
    case 'G': {
      const text = goFloat(size, precision === undefined ? undefined : Math.min(precision, 100));
      return verb === 'G' ? text.toUpperCase() : text;
    }
    default:
      return undefined;
  }
}

/** Halves go to the even digit. */
function fixed(size: number, places: number): string {
  const rounded = size.toFixed(places);
  const exact = size.toFixed(Math.min(places + 60, 100));
  const cut = exact.length - (Math.min(places + 60, 100) - places);
  const kept = exact.slice(0, cut).replace(/\.$/, '');
  return /^\.?50*$/.test(exact.slice(cut)) && /[02468]$/.test(kept) ? kept : rounded;
}

/** A number with its sign, padded with zeros behind the sign where these are asked for. */
function signed(negative: boolean, digits: string, directive: Directive): string {
  const { flags, width, precision } = directive;
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  if (!flags.includes('0') || flags.includes('-') || precision !== undefined)
    return padded(sign + digits, directive);
  return sign + digits.padStart(width - sign.length, '0');
}

function padded(text: string, { flags, width }: Directive): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  return (flags.includes('0') ? '0' : ' ').repeat(missing) + text;
}
