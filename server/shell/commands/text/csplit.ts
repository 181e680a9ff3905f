import type { Steps } from '../../../sim/index.ts';
import { Regex, RegexError } from '../../regex/regex.ts';
import { openForReading } from '../core/input.ts';
import { formatInteger } from '../core/printf.ts';
import { quote } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';

/** Where a piece ends: at a line's number, or at a line that matches. */
type Cut = {
  readonly word: string;
  readonly repeat: number;
  readonly line?: number;
  readonly regex?: Regex;
  readonly offset: number;
  /** `%regexp%`: the piece is not written. */
  readonly skip: boolean;
};

export const csplit = tool({
  name: 'csplit',
  summary: 'split a file into sections determined by context lines',
  usage: '[OPTION]... FILE PATTERN...',
  options:
    'b|suffix-format= f|prefix= k|keep-files suppress-matched n|digits= s|quiet|silent q z|elide-empty-files',
  *run(call: Call) {
    const [path, ...words] = call.operands;
    if (path === undefined) call.misuse('missing operand');
    if (words.length === 0) call.misuse(`missing operand after ${quote(path)}`);
    const suffix = suffixOf(call);
    const cuts = readCuts(call, words);
    const input = yield* openForReading(call, path);
    if (!input) return 1;
    const lines = yield* input.lines();
    const text = lines.map((line, i) => (i < lines.length - 1 || input.terminated ? `${line}\n` : line));
    return yield* new Splitter(call, lines, text, suffix).run(cuts);
  },
});

/** How a piece's number ends its name. Models csplit.c get_format_conv_type and max_out. */
function suffixOf(call: Call): (number: number) => string {
  const format = call.options.get('b');
  const digits = Number(call.options.get('n') ?? 2);
  if (format === undefined) return (number) => String(number).padStart(digits, '0');
  const parts = format.replaceAll('%%', '').match(/%/g)?.length ?? 0;
  if (parts === 0) call.fail('missing % conversion specification in suffix');
  const match = /^((?:[^%]|%%)*)%([-+ #0']*)(\d*)(?:\.(\d*))?(.?)((?:[^%]|%%)*)/s.exec(format);
  const [, before = '', flags = '', width = '', precision, type = '', after = ''] = match ?? [];
  if (type === '') call.fail('missing conversion specifier in suffix');
  if (!'diuoxX'.includes(type)) call.fail(`invalid conversion specifier in suffix: ${type}`);
  if (parts > 1) call.fail('too many % conversion specifications in suffix');
  const conversion = {
    flags,
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
  return (number) =>
    [before, formatInteger(BigInt(number), conversion), after]
      .join('\0')
      .replaceAll('%%', '%')
      .replaceAll('\0', '');
}

function readCuts(call: Call, words: readonly string[]): Cut[] {
  const cuts: Cut[] = [];
  for (const word of words) {
    const repeat = /^\{(\d+|\*)\}$/.exec(word);
    const last = cuts.at(-1);
    if (repeat && last) {
      cuts[cuts.length - 1] = {
        ...last,
        repeat: repeat[1] === '*' ? Number.POSITIVE_INFINITY : Number(repeat[1]),
      };
      continue;
    }
    cuts.push(readCut(call, word));
  }
  return cuts;
}

function readCut(call: Call, word: string): Cut {
  const pattern = /^([/%])(.*)\1([-+]?\d+)?$/s.exec(word);
  const base = { word, repeat: 0, offset: Number(pattern?.[3] ?? 0), skip: word.startsWith('%') };
  if (pattern) {
    try {
      return { ...base, regex: new Regex(pattern[2] as string, { extended: false }) };
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      call.fail(`${word}: invalid regular expression: ${error.message}`);
    }
  }
  if (/^[/%]/.test(word)) call.fail(`${word}: closing delimiter '${word[0]}' missing`);
  if (!/^\d+$/.test(word)) call.fail(`${quote(word)}: invalid pattern`);
  if (Number(word) === 0) call.fail(`${quote(word)}: line number must be greater than zero`);
  return { ...base, line: Number(word) };
}

class Splitter {
  readonly #call: Call;
  readonly #lines: readonly string[];
  readonly #text: readonly string[];
  readonly #suffix: (number: number) => string;
  readonly #made: string[] = [];
  #at = 0;
  /** Where the next match may be: the line that a piece begins with was one already. */
  #from = 0;

  constructor(
    call: Call,
    lines: readonly string[],
    text: readonly string[],
    suffix: (number: number) => string,
  ) {
    this.#call = call;
    this.#lines = lines;
    this.#text = text;
    this.#suffix = suffix;
  }

  *run(cuts: readonly Cut[]): Steps<number> {
    try {
      for (const cut of cuts)
        for (let times = 0; times <= cut.repeat; times++) {
          const end = this.#endOf(cut, times);
          if (end === undefined) break;
          yield* this.#piece(end, cut.skip);
          if (this.#call.options.has('suppress-matched')) this.#at = end + 1;
        }
      yield* this.#piece(this.#lines.length, false);
      return 0;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.message !== '') yield* this.#piece(this.#lines.length, false);
      if (!this.#call.options.has('k')) for (const name of this.#made) this.#call.context.fs.unlink(name);
      throw error;
    }
  }

  /** The line that the piece ends before; undefined: `{*}` has come to its end. */
  #endOf(cut: Cut, times: number): number | undefined {
    const count = this.#lines.length;
    if (cut.line !== undefined) {
      const end = cut.line * (times + 1) - 1;
      if (end < this.#at || end > count) {
        if (cut.repeat === Number.POSITIVE_INFINITY && end > count) return undefined;
        const what = times > 0 ? ` on repetition ${times}` : '';
        throw new Failure(`${quote(cut.word)}: line number out of range${what}`);
      }
      return end;
    }
    for (let i = Math.max(this.#at, this.#from); i < count; i++)
      if (cut.regex?.test(this.#lines[i] as string)) {
        this.#from = i + 1;
        const end = i + cut.offset;
        if (end < this.#at || end > count) throw new Failure(`${quote(cut.word)}: line number out of range`);
        return end;
      }
    if (cut.repeat === Number.POSITIVE_INFINITY) return undefined;
    const what = times > 0 ? ` on repetition ${times}` : '';
    throw new Failure(`${quote(cut.word)}: match not found${what}`);
  }

  *#piece(end: number, skip: boolean): Steps<void> {
    const { options, context } = this.#call;
    const text = this.#text.slice(this.#at, end).join('');
    this.#at = end;
    if (skip || (text === '' && options.has('z'))) return;
    const name = (options.get('f') ?? 'xx') + this.#suffix(this.#made.length);
    context.fs.write(name, text);
    this.#made.push(name);
    const bytes = new TextEncoder().encode(text).length;
    if (!options.has('s', 'q')) yield* this.#call.print(`${bytes}\n`);
  }
}
