import { byteLength } from '../../host/index.ts';
import { LIMITS, type Steps } from '../../sim/index.ts';
import { decodeEscapes } from '../expand/escapes.ts';
import { dynamicSubscript } from '../expand/parameter.ts';
import { backslashQuote } from '../expand/quote.ts';
import { assign, splitReference } from '../interpreter/assign.ts';
import type { Builtin, Call } from '../interpreter/builtin.ts';
import { ShellError } from '../interpreter/flow.ts';
import { shellDate } from '../interpreter/shell-date.ts';

const CONVERSION =
  /^%([-+ 0#']*)(\*|\d+)?(?:\.(\*|-?\d*))?(?:hh|h|ll|l|L|q(?=[diouxX])|j|t|z)?([diouxXcsbqQeEfFgGaAn]|\(([^)]*)\)T)/;

// Models bash builtins/printf.def
class Format {
  readonly #call: Call;
  readonly #args: readonly string[];
  #next = 0;
  status = 0;
  out = '';
  stopped = false;
  readonly errors: string[] = [];

  constructor(call: Call, args: readonly string[]) {
    this.#call = call;
    this.#args = args;
  }

  run(format: string): void {
    do {
      const before = this.#next;
      this.#once(format);
      if (this.stopped || this.#next === before) break;
    } while (this.#next < this.#args.length);
  }

  #once(format: string): void {
    let at = 0;
    while (at < format.length && !this.stopped) {
      const char = format[at] as string;
      if (char === '\\') {
        const piece = /^\\(?:[0-7]{1,3}|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[\s\S])?/.exec(
          format.slice(at),
        )?.[0] as string;
        // Bytes of one character may be written as several escapes.
        const run = /^(?:\\(?:[0-7]{1,3}|x[0-9A-Fa-f]{1,2}))+/.exec(format.slice(at))?.[0] ?? piece;
        this.out += decodeEscapes(run, 'printf').text;
        at += run.length;
      } else if (char === '%') at = this.#percent(format, at);
      else {
        const end = format.slice(at).search(/[\\%]/);
        const piece = end < 0 ? format.slice(at) : format.slice(at, at + end);
        this.out += piece;
        at += piece.length;
      }
    }
  }

  #percent(format: string, at: number): number {
    if (format[at + 1] === '%') {
      this.out += '%';
      return at + 2;
    }
    const match = CONVERSION.exec(format.slice(at));
    if (!match || (match[4] === 'q' && this.#call.shell.dialect.name === 'dash')) {
      const bad = /^%[-+ 0#']*\d*(?:\.\d*)?(.?)/.exec(format.slice(at))?.[1] ?? '';
      this.errors.push(bad === '' ? "`%': missing format character" : `\`${bad}': invalid format character`);
      this.status = this.#call.shell.posix ? 2 : 1;
      this.stopped = true;
      return format.length;
    }
    const [all, flags = '', widthText, precisionText, conversion = '', timeFormat] = match;
    let width = widthText === '*' ? Number(this.#integer(this.#take() ?? '0')) : Number(widthText ?? 0);
    let left = flags.includes('-');
    if (width < 0) {
      left = true;
      width = -width;
    }
    let precision: number | undefined;
    if (precisionText !== undefined) {
      precision =
        precisionText === '*' ? Number(this.#integer(this.#take() ?? '0')) : Number(precisionText || 0);
      if (precision < 0) precision = undefined;
    }
    const room = Math.max(width, precision ?? 0);
    if (this.out.length + room > LIMITS.stringBytes)
      throw new ShellError(`xrealloc: cannot allocate ${room} bytes`, 2, true);
    this.#convert(conversion, { flags, width, left, precision, timeFormat });
    return at + all.length;
  }

  #convert(conversion: string, spec: Spec): void {
    if (spec.timeFormat !== undefined) {
      this.#pad(this.#time(spec.timeFormat), spec);
      return;
    }
    switch (conversion) {
      case 's':
        this.#pad(cut(this.#take() ?? '', spec.precision), spec);
        return;
      case 'c':
        this.#pad(Array.from(this.#take() ?? '')[0] ?? '\0', spec);
        return;
      case 'b': {
        const decoded = decodeEscapes(this.#take() ?? '', 'b');
        this.#pad(cut(decoded.text, spec.precision), spec);
        if (decoded.stop) this.stopped = true;
        return;
      }
      case 'q':
        this.#pad(backslashQuote(this.#take() ?? ''), spec);
        return;
      case 'Q':
        this.#pad(backslashQuote(cut(this.#take() ?? '', spec.precision)), spec);
        return;
      case 'n':
        this.#take();
        return;
      case 'd':
      case 'i':
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        this.#pad(integerText(this.#integer(this.#take()), conversion, spec), spec, true);
        return;
      default:
        this.#pad(floatText(this.#float(this.#take()), conversion, spec), spec, true);
    }
  }

  #take(): string | undefined {
    return this.#args[this.#next++];
  }

  #integer(text: string | undefined): bigint {
    if (text === undefined || text === '') return 0n;
    if (text[0] === '"' || text[0] === "'") return BigInt(text.codePointAt(1) ?? 0);
    const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
    if (!match || match[0].length !== text.length) this.#complain(text);
    if (!match) return 0n;
    const [, sign, digits = '0'] = match;
    const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
    const value = BigInt(octal) * (sign === '-' ? -1n : 1n);
    const clamped = value > 2n ** 63n - 1n ? 2n ** 63n - 1n : value < -(2n ** 63n) ? -(2n ** 63n) : value;
    if (clamped !== value) {
      this.errors.push(`warning: ${text}: Numerical result out of range`);
      this.status = 1;
    }
    return clamped;
  }

  #float(text: string | undefined): number {
    if (text === undefined || text === '') return 0;
    if (text[0] === '"' || text[0] === "'") return text.codePointAt(1) ?? 0;
    const match =
      /^\s*[-+]?(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|inf(?:inity)?|nan)/i.exec(
        text,
      );
    if (!match || match[0].length !== text.length) this.#complain(text);
    if (!match) return 0;
    const number = match[0].trim().toLowerCase();
    if (number.includes('inf'))
      return number.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    return number.includes('nan') ? Number.NaN : Number(number);
  }

  #complain(text: string): void {
    this.errors.push(`${text}: invalid number`);
    this.status = 1;
  }

  #time(format: string): string {
    const text = this.#take();
    const now = this.#call.shell.context.now;
    const seconds = text === undefined || text === '' ? -1n : this.#integer(text);
    const at = seconds === -1n ? now : seconds === -2n ? this.#call.shell.startedAt : Number(seconds) * 1000;
    return shellDate(this.#call.shell, format === '' ? '%X' : format, at);
  }

  #pad(text: string, spec: Spec, numeric = false): void {
    const missing = spec.width - (numeric ? text.length : byteLength(text));
    if (missing <= 0) this.out += text;
    else if (spec.left) this.out += text + ' '.repeat(missing);
    else if (numeric && spec.flags.includes('0') && !(spec.precision !== undefined && spec.integer)) {
      const sign = /^[-+ ]?(?:0[xX])?/.exec(text)?.[0] ?? '';
      this.out += sign + '0'.repeat(missing) + text.slice(sign.length);
    } else this.out += ' '.repeat(missing) + text;
  }
}

interface Spec {
  readonly flags: string;
  readonly width: number;
  readonly left: boolean;
  readonly precision: number | undefined;
  readonly timeFormat: string | undefined;
  integer?: boolean;
}

function cut(text: string, precision: number | undefined): string {
  if (precision === undefined) return text;
  let out = '';
  let bytes = 0;
  for (const char of text) {
    bytes += byteLength(char);
    if (bytes > precision) break;
    out += char;
  }
  return out;
}

function integerText(value: bigint, conversion: string, spec: Spec): string {
  spec.integer = true;
  const signed = conversion === 'd' || conversion === 'i';
  const magnitude = signed ? (value < 0n ? -value : value) : BigInt.asUintN(64, value);
  const base = conversion === 'o' ? 8 : conversion === 'x' || conversion === 'X' ? 16 : 10;
  let digits = magnitude.toString(base);
  if (conversion === 'X') digits = digits.toUpperCase();
  if (spec.precision !== undefined) digits = digits.padStart(spec.precision, '0');
  if (spec.flags.includes('#') && magnitude !== 0n) {
    if (base === 16) digits = `0${conversion}${digits}`;
    else if (base === 8) digits = `0${digits}`;
  }
  const sign = !signed
    ? ''
    : value < 0n
      ? '-'
      : spec.flags.includes('+')
        ? '+'
        : spec.flags.includes(' ')
          ? ' '
          : '';
  return sign + digits;
}

function floatText(value: number, conversion: string, spec: Spec): string {
  const sign =
    value < 0 || Object.is(value, -0)
      ? '-'
      : spec.flags.includes('+')
        ? '+'
        : spec.flags.includes(' ')
          ? ' '
          : '';
  const upper = conversion === conversion.toUpperCase();
  const size = Math.abs(value);
  let text: string;
  if (!Number.isFinite(size)) text = Number.isNaN(size) ? 'nan' : 'inf';
  else text = finiteText(size, conversion.toLowerCase(), spec);
  return sign + (upper ? text.toUpperCase() : text);
}

function finiteText(size: number, conversion: string, spec: Spec): string {
  const precision = Math.min(spec.precision ?? 6, 100);
  if (conversion === 'f') return fixed(size, precision);
  if (conversion === 'e') return exponent(size.toExponential(precision));
  const digits = precision === 0 ? 1 : precision;
  const power = size === 0 ? 0 : Number(size.toExponential(digits - 1).split('e')[1]);
  const text =
    power < -4 || power >= digits
      ? exponent(size.toExponential(digits - 1))
      : size.toFixed(Math.max(0, Math.min(100, digits - 1 - power)));
  if (spec.flags.includes('#')) return text;
  return text.includes('.') ? text.replace(/\.?0+(?=e|$)/, '') : text;
}

/** `toFixed` gives up at 1e21. */
function fixed(size: number, precision: number): string {
  if (size < 1e21) return size.toFixed(precision);
  return BigInt(size).toString() + (precision > 0 ? `.${'0'.repeat(precision)}` : '');
}

function exponent(text: string): string {
  return text.replace(/e([-+])(\d)$/, 'e$10$2');
}

export const printf: Builtin = {
  name: 'printf',
  synopsis: 'printf [-v var] format [arguments]',
  *run(call) {
    let args = call.args;
    let variable: string | undefined;
    if (args[0] === '-v') {
      variable = args[1];
      args = args.slice(2);
      if (variable === undefined || !splitReference(variable)) {
        yield* call.fail(`\`${variable ?? ''}': not a valid identifier`);
        return 2;
      }
    } else if (/^-[^-]/.test(args[0] ?? '')) {
      yield* call.fail(`${(args[0] as string).slice(0, 2)}: invalid option`);
      return yield* call.usage();
    }
    if (args[0] === '--') args = args.slice(1);
    const [format] = args;
    if (format === undefined) return yield* call.usage();
    const formatted = new Format(call, args.slice(1));
    formatted.run(format);
    for (const message of formatted.errors) yield* call.fail(message);
    if (variable !== undefined) yield* store(call, variable, formatted.out);
    else if (formatted.out !== '') yield* call.out(formatted.out);
    return formatted.status;
  },
};

function* store(call: Call, variable: string, text: string): Steps<void> {
  const { name, subscript } = splitReference(variable) as { name: string; subscript: string | undefined };
  const key = subscript === undefined ? undefined : yield* dynamicSubscript(call.shell, name, subscript);
  assign(call.shell, name, key, text);
}
