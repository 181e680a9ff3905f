import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { CONVERSION, type Conversion, formatFloat, formatInteger, formatString } from '../core/printf.ts';
import { quote, quoteName } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';

const ESCAPES: Record<string, string> = {
  '\\': '\\',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  e: '\x1b',
  '"': '"',
};

/** Expands backslash escapes; `ended` tells of `\c`. `zero`: octal escapes begin with a zero, as in `%b` and `echo`. */
export function expandEscapes(text: string, zero: boolean): { text: string; ended: boolean } {
  let out = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char !== '\\' || at === text.length - 1) {
      out += char;
      continue;
    }
    const rest = text.slice(at + 1);
    const octal = (zero ? /^0[0-7]{0,3}/ : /^[0-7]{1,3}/).exec(rest)?.[0];
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
    const unicode = /^(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
    if (rest[0] === 'c') return { text: out, ended: true };
    if (octal !== undefined) {
      out += byte(Number.parseInt(octal || '0', 8));
      at += octal.length;
    } else if (hex) {
      out += byte(Number.parseInt(hex[1] as string, 16));
      at += hex[0].length;
    } else if (unicode) {
      out += String.fromCodePoint(Number.parseInt((unicode[1] ?? unicode[2]) as string, 16));
      at += unicode[0].length;
    } else {
      const known = ESCAPES[rest[0] as string];
      out += known ?? `\\${rest[0]}`;
      at++;
    }
  }
  return { text: out, ended: false };
}

/** A byte that is no ASCII is kept as an escaped one. */
function byte(value: number): string {
  const low = value & 0xff;
  return low < 128 ? String.fromCharCode(low) : String.fromCharCode(0xdc00 + low);
}

export const echo: Command = {
  name: 'echo',
  summary: 'display a line of text',
  *main(context) {
    const args = [...context.args.slice(1)];
    let newline = true;
    let escapes = false;
    if (args.length === 1 && args[0] === '--help') {
      yield* context.out('Usage: echo [SHORT-OPTION]... [STRING]...\n  or:  echo LONG-OPTION\n');
      return 0;
    }
    while (args[0] !== undefined && /^-[neE]+$/.test(args[0])) {
      for (const letter of args.shift()?.slice(1) ?? '') {
        if (letter === 'n') newline = false;
        else escapes = letter === 'e';
      }
    }
    const text = args.join(' ');
    const made = escapes ? expandEscapes(text, true) : { text, ended: false };
    yield* context.out(made.text + (newline && !made.ended ? '\n' : ''));
    return 0;
  },
};

export const printf = tool({
  name: 'printf',
  summary: 'format and print data',
  usage: ['FORMAT [ARGUMENT]...', 'OPTION'],
  inOrder: true,
  *run(call: Call) {
    const [format, ...args] = call.operands;
    if (format === undefined) call.misuse('missing operand');
    let rest = args;
    do {
      const before = rest.length;
      const done = yield* onePass(call, format, rest);
      if (done.ended) break;
      rest = done.rest;
      if (rest.length === before && rest.length > 0) {
        yield* call.warn(`warning: ignoring excess arguments, starting with ${quote(rest[0] as string)}`, 0);
        break;
      }
    } while (rest.length > 0);
    return undefined;
  },
});

/** Goes through the format once, taking arguments as it needs them. */
function* onePass(
  call: Call,
  format: string,
  args: readonly string[],
): Steps<{ rest: string[]; ended: boolean }> {
  const rest = [...args];
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf('%', at);
    const literal = expandEscapes(format.slice(at, percent < 0 ? undefined : percent), false);
    yield* call.print(literal.text);
    if (literal.ended) return { rest: [], ended: true };
    if (percent < 0) break;
    CONVERSION.lastIndex = percent;
    const match = CONVERSION.exec(format);
    if (!match) throw new Failure(`${quoteName(format.slice(percent))}: invalid conversion specification`);
    at = CONVERSION.lastIndex;
    if (match[4] === '%') yield* call.print('%');
    else if (yield* convert(call, match, rest)) return { rest: [], ended: true };
  }
  return { rest, ended: false };
}

/** Prints one conversion. True: `\c` in a `%b` argument ended the output. */
function* convert(call: Call, match: RegExpExecArray, rest: string[]): Steps<boolean> {
  const [all, flags = '', width, precision, type = ''] = match;
  const star = (text: string | undefined) =>
    text === '*' ? Number(rest.shift() ?? 0) : text === undefined ? undefined : Number(text);
  const wide = star(width) ?? 0;
  const exact = star(precision);
  const conversion: Conversion = {
    flags: wide < 0 ? `${flags}-` : flags,
    width: Math.abs(wide),
    precision: exact !== undefined && exact < 0 ? undefined : exact,
    type,
  };
  const arg = rest.shift();
  switch (type) {
    case 's':
      yield* call.print(formatString(arg ?? '', conversion));
      return false;
    case 'c':
      yield* call.print(formatString([...(arg ?? '')][0] ?? '', { ...conversion, precision: undefined }));
      return false;
    case 'q':
      yield* call.print(formatString(quoteName(arg ?? ''), conversion));
      return false;
    case 'b': {
      const made = expandEscapes(arg ?? '', true);
      yield* call.print(formatString(made.text, conversion));
      return made.ended;
    }
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
      yield* call.print(formatInteger(yield* integer(call, arg), conversion));
      return false;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'a':
    case 'A':
      yield* call.print(formatFloat(yield* real(call, arg), conversion));
      return false;
    default:
      throw new Failure(`${all}: invalid conversion specification`);
  }
}

function* integer(call: Call, arg: string | undefined): Steps<bigint> {
  if (arg === undefined || arg === '') return 0n;
  if (/^["']/.test(arg)) return BigInt(arg.codePointAt(1) ?? 0);
  const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|\d+)/.exec(arg);
  if (!match) {
    yield* call.warn(`${quote(arg)}: expected a numeric value`);
    return 0n;
  }
  if (match[0].length < arg.length) yield* call.warn(`${quote(arg)}: value not completely converted`);
  const digits = match[2] as string;
  const octal = /^0[0-7]+$/.test(digits);
  const value = BigInt(octal ? `0o${digits.slice(1)}` : /^0\d/.test(digits) ? '0' : digits);
  return match[1] === '-' ? -value : value;
}

function* real(call: Call, arg: string | undefined): Steps<number> {
  if (arg === undefined || arg === '') return 0;
  if (/^["']/.test(arg)) return arg.codePointAt(1) ?? 0;
  const match = /^\s*[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|inf(?:inity)?|nan)/i.exec(arg);
  if (!match) {
    yield* call.warn(`${quote(arg)}: expected a numeric value`);
    return 0;
  }
  if (match[0].length < arg.length) yield* call.warn(`${quote(arg)}: value not completely converted`);
  const word = match[0].trim().toLowerCase();
  if (word.includes('inf')) return word.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return word.includes('nan') ? Number.NaN : Number(word);
}
