import { formatInteger } from '../core/printf.ts';
import type { Hunk } from './diff-lines.ts';

/** The formats of groups and lines, by whose they are. */
export interface Formats {
  readonly groups: Readonly<Record<Group, string>>;
  readonly lines: Readonly<Record<Line, string>>;
}
export type Group = 'unchanged' | 'old' | 'new' | 'changed';
export type Line = Exclude<Group, 'changed'>;

interface Lines {
  readonly lines: readonly string[];
  readonly complete: boolean;
}

/** `-D NAME`: both files in one, told apart by the preprocessor. */
export function ifdefGroups(name: string): Readonly<Record<Group, string>> {
  const word = name.replaceAll('%', '%%');
  return {
    unchanged: '%=',
    old: `#ifndef ${word}\n%<#endif /* ! ${word} */\n`,
    new: `#ifdef ${word}\n%>#endif /* ${word} */\n`,
    changed: `#ifndef ${word}\n%<#else /* ${word} */\n%>#endif /* ${word} */\n`,
  };
}

/** What is shown of two files in formats of the user's own. Models diffutils src/ifdef.c. */
export function formatted(a: Lines, b: Lines, hunks: readonly Hunk[], formats: Formats): string {
  let out = '';
  let [at, beside] = [0, 0];
  const group = (kind: Group, hunk: Hunk) => {
    out += new GroupText(a, b, hunk, formats).show(formats.groups[kind]);
  };
  for (const hunk of [
    ...hunks,
    { a: a.lines.length, aEnd: a.lines.length, b: b.lines.length, bEnd: b.lines.length },
  ]) {
    if (at < hunk.a) group('unchanged', { a: at, aEnd: hunk.a, b: beside, bEnd: hunk.b });
    if (hunk.a < hunk.aEnd || hunk.b < hunk.bEnd)
      group(hunk.a === hunk.aEnd ? 'new' : hunk.b === hunk.bEnd ? 'old' : 'changed', hunk);
    [at, beside] = [hunk.aEnd, hunk.bEnd];
  }
  return out;
}

const NUMBER = /([-'0]*)(\d*)(?:\.(\d*))?([doxX])([eflmnEFLMN])/y;
const CONDITION = /([eflmnEFLMN]|\d+)=([eflmnEFLMN]|\d+)\?/y;

class GroupText {
  readonly #a: Lines;
  readonly #b: Lines;
  readonly #hunk: Hunk;
  readonly #formats: Formats;

  constructor(a: Lines, b: Lines, hunk: Hunk, formats: Formats) {
    this.#a = a;
    this.#b = b;
    this.#hunk = hunk;
    this.#formats = formats;
  }

  show(format: string): string {
    return this.#until(format, 0, '')[0];
  }

  /** The text up to a character that ends it, and where that stands. */
  #until(format: string, from: number, end: string): [string, number] {
    let out = '';
    let at = from;
    while (at < format.length && (end === '' || format[at] !== end)) {
      if (format[at] !== '%') {
        out += format[at++];
        continue;
      }
      const [text, next] = this.#directive(format, at + 1);
      out += text;
      at = next;
    }
    return [out, at];
  }

  #directive(format: string, at: number): [string, number] {
    const { lines } = this.#formats;
    const { a, aEnd, b, bEnd } = this.#hunk;
    const mark = format[at];
    if (mark === '<') return [linesText(this.#a, a, aEnd, lines.old), at + 1];
    if (mark === '=') return [linesText(this.#a, a, aEnd, lines.unchanged), at + 1];
    if (mark === '>') return [linesText(this.#b, b, bEnd, lines.new), at + 1];
    if (mark === '(') return this.#choice(format, at + 1);
    const literal = literalAt(format, at);
    if (literal) return literal;
    NUMBER.lastIndex = at;
    const number = NUMBER.exec(format);
    if (number) return [numberText(number, this.#value(number[5] as string)), NUMBER.lastIndex];
    return ['%', at];
  }

  /** `%(A=B?T:E)` */
  #choice(format: string, from: number): [string, number] {
    CONDITION.lastIndex = from;
    const match = CONDITION.exec(format);
    if (!match) return ['%', from - 1];
    const [yes, colon] = this.#until(format, CONDITION.lastIndex, ':');
    const [no, end] = this.#until(format, colon + 1, ')');
    const same = this.#value(match[1] as string) === this.#value(match[2] as string);
    return [same ? yes : no, end + 1];
  }

  #value(letter: string): number {
    if (/^\d/.test(letter)) return Number(letter);
    const { a, aEnd, b, bEnd } = this.#hunk;
    const [from, to] = letter === letter.toLowerCase() ? [a, aEnd] : [b, bEnd];
    const values: Readonly<Record<string, number>> = { e: from, f: from + 1, l: to, m: to + 1, n: to - from };
    return values[letter.toLowerCase()] as number;
  }
}

/** `%%` and `%c'C'`, which stand in both kinds of formats. */
function literalAt(format: string, at: number): [string, number] | undefined {
  if (format[at] === '%') return ['%', at + 1];
  const quoted = /^c'(\\[0-7]{1,3}|\\?[^'])'/.exec(format.slice(at));
  if (!quoted) return undefined;
  const inner = quoted[1] as string;
  const octal = /^\\([0-7]+)$/.exec(inner);
  const text = octal ? String.fromCharCode(Number.parseInt(octal[1] as string, 8)) : inner.replace(/^\\/, '');
  return [text, at + quoted[0].length];
}

function numberText(
  [, flags = '', width, precision, type = 'd']: readonly (string | undefined)[],
  value: number,
): string {
  return formatInteger(BigInt(value), {
    flags,
    width: Number(width ?? 0),
    precision: precision === undefined ? undefined : Number(precision),
    type,
  });
}

const LINE_NUMBER = /([-'0]*)(\d*)(?:\.(\d*))?([doxX])(n)/y;

function linesText({ lines, complete }: Lines, from: number, to: number, format: string): string {
  let out = '';
  for (let i = from; i < to; i++) {
    const end = i < lines.length - 1 || complete ? '\n' : '';
    for (let at = 0; at < format.length; ) {
      if (format[at] !== '%') {
        out += format[at++];
        continue;
      }
      const mark = format[++at];
      const literal = literalAt(format, at);
      LINE_NUMBER.lastIndex = at;
      const number = LINE_NUMBER.exec(format);
      if (mark === 'l' || mark === 'L') {
        out += (lines[i] ?? '') + (mark === 'L' ? end : '');
        at++;
      } else if (literal) [out, at] = [out + literal[0], literal[1]];
      else if (number) [out, at] = [out + numberText(number, i + 1), LINE_NUMBER.lastIndex];
      else out += '%';
    }
  }
  return out;
}
