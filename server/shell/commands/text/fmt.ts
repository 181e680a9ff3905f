import type { Steps } from '../../../sim/index.ts';
import { openForReading } from '../core/input.ts';
import { quote } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

const MAX_WIDTH = 2500;

interface Style {
  readonly width: number;
  readonly goal: number;
  /** `-c`, `-s`, `-t`, `-u`. */
  readonly crown: boolean;
  readonly split: boolean;
  readonly tagged: boolean;
  readonly uniform: boolean;
  readonly prefix: string;
}

export const fmt = tool({
  name: 'fmt',
  summary: 'simple optimal text formatter',
  usage: '[-WIDTH] [OPTION]... [FILE]...',
  options: 'c|crown-margin p|prefix= s|split-only t|tagged-paragraph u|uniform-spacing w|width= g|goal=',
  prepare: (args) => args.map((arg, i) => (i === 0 ? arg.replace(/^-(\d+)$/, '-w$1') : arg)),
  *run(call: Call) {
    const style = styleOf(call);
    for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
      const input = yield* openForReading(call, path);
      if (!input) continue;
      const lines = yield* input.lines();
      for (const paragraph of paragraphs(lines, style)) yield* show(call, paragraph, style);
    }
    return undefined;
  },
});

function styleOf(call: Call): Style {
  const { options } = call;
  const number = (name: string): number | undefined => {
    const text = options.get(name);
    if (text === undefined) return undefined;
    if (!/^\d+$/.test(text) || Number(text) > MAX_WIDTH)
      call.fail(
        `invalid width: ${quote(text)}${/^\d+$/.test(text) ? ': Numerical result out of range' : ''}`,
      );
    return Number(text);
  };
  const given = number('g');
  const width = number('w') ?? (given === undefined ? 75 : given + 10);
  return {
    width,
    goal: given ?? Math.floor((width * 187) / 200),
    crown: options.has('c'),
    split: options.has('s'),
    tagged: options.has('t'),
    uniform: options.has('u'),
    prefix: options.get('p') ?? '',
  };
}

/** Lines that are filled together, or one that is kept as it is. */
type Paragraph = { readonly lines: readonly string[]; readonly kept: boolean };

const indentOf = (line: string) => /^[ \t]*/.exec(line)?.[0] ?? '';
const columns = (blank: string) =>
  [...blank].reduce((at, char) => (char === '\t' ? at + 8 - (at % 8) : at + 1), 0);

function* paragraphs(lines: readonly string[], style: Style): Generator<Paragraph> {
  let open: string[] = [];
  const flush = (): Paragraph[] => {
    const done = open;
    open = [];
    return done.length > 0 ? [{ lines: done, kept: false }] : [];
  };
  for (const line of lines) {
    const mine = line.trimStart().startsWith(style.prefix.trim());
    if (line.trim() === '' || !mine || line.trim() === style.prefix.trim()) {
      yield* flush();
      yield { lines: [line.trim() === '' ? '' : line], kept: true };
      continue;
    }
    if (!continues(open, line, style)) yield* flush();
    open.push(line);
  }
  yield* flush();
}

/** Whether a line belongs to the paragraph: the indentation decides. */
function continues(open: readonly string[], line: string, style: Style): boolean {
  if (style.split) return false;
  const indent = columns(indentOf(line));
  const first = open[0] === undefined ? undefined : columns(indentOf(open[0]));
  const second = open[1] === undefined ? undefined : columns(indentOf(open[1]));
  if (first === undefined) return true;
  if (style.crown) return second === undefined || indent === second;
  if (style.tagged) return second === undefined ? indent !== first : indent === second;
  return indent === (second ?? first);
}

interface Word {
  readonly text: string;
  /** Blanks after it, on the same line. */
  space: number;
  /** Ends a sentence. */
  readonly final: boolean;
  readonly period: boolean;
  readonly punctuated: boolean;
  readonly opens: boolean;
}

function wordsOf(lines: readonly string[], style: Style): Word[] {
  const out: Word[] = [];
  for (const line of lines) {
    const body = line.trimStart().slice(style.prefix.trim().length);
    const pieces = body.trim().split(/([ \t]+)/);
    for (let i = 0; i < pieces.length; i += 2) {
      const text = pieces[i] as string;
      const last = i + 2 >= pieces.length;
      const blank = columns(pieces[i + 1] ?? '');
      const period = /[.?!]["')\]]*$/.test(text);
      const final = period && (last || blank > 1);
      const space = style.uniform || last ? (final ? 2 : 1) : blank;
      out.push({
        text,
        space,
        final,
        period,
        punctuated: /[^\w\s]["')\]]*$/.test(text) && /[.,;:?!]$/.test(text),
        opens: /^[('"[]/.test(text),
      });
    }
  }
  return out;
}

const square = (value: number) => value * value;
const SHORT = 100;
const LINE_COST = 70 * 70;

/** Models coreutils fmt.c base_cost and line_cost: what breaking the line after a word costs. */
function breakCost(words: readonly Word[], start: number): number {
  const previous = words[start - 1];
  const before = words[start - 2];
  const here = words[start] as Word;
  let cost = LINE_COST;
  if (previous) {
    if (previous.period) cost += previous.final ? -square(50) : square(600);
    else if (previous.punctuated) cost -= square(40);
    else if (before?.final) cost += Math.floor(square(200) / (previous.text.length + 2));
  }
  if (here.opens) cost -= square(40);
  else if (here.final) cost += Math.floor(square(150) / (here.text.length + 2));
  return cost;
}

function* show(call: Call, paragraph: Paragraph, style: Style): Steps<void> {
  const [first = '', second] = paragraph.lines;
  if (paragraph.kept) {
    yield* call.print(`${first}\n`);
    return;
  }
  const lead = (line: string) => indentOf(line) + (style.prefix.trim() === '' ? '' : style.prefix.trim());
  const after =
    style.prefix.trim() === ''
      ? ''
      : (/^[ \t]*/.exec(first.trimStart().slice(style.prefix.trim().length))?.[0] ?? '');
  const firstLead = lead(first) + after;
  const restLead =
    style.split && !second
      ? firstLead
      : second !== undefined && (style.crown || style.tagged)
        ? lead(second)
        : style.tagged
          ? `${firstLead}   `
          : firstLead;
  const words = wordsOf(paragraph.lines, style);
  yield* call.spend(words.length);
  yield* fill(call, words, [firstLead, restLead], style);
}

/** Chooses the breaks that cost least over the whole paragraph. */
function* fill(
  call: Call,
  words: readonly Word[],
  [firstLead, restLead]: readonly [string, string],
  style: Style,
): Steps<void> {
  const best: { cost: number; next: number; length: number }[] = [];
  best[words.length] = { cost: 0, next: words.length, length: 0 };
  for (let start = words.length - 1; start >= 0; start--) {
    let length = columns(start === 0 ? firstLead : restLead);
    let choice = { cost: Number.POSITIVE_INFINITY, next: start + 1, length };
    for (let end = start; end < words.length; ) {
      length += (words[end] as Word).text.length;
      end++;
      const rest = best[end] as { cost: number; next: number; length: number };
      let cost = rest.cost;
      if (end < words.length) {
        const short = style.goal - length;
        cost += short * short * SHORT;
        if (rest.next < words.length) cost += (square(length - rest.length) * SHORT) / 2;
      }
      if (cost < choice.cost) choice = { cost, next: end, length };
      if (end >= words.length) break;
      length += (words[end - 1] as Word).space;
      if (length + (words[end] as Word).text.length >= style.width) break;
    }
    best[start] = { ...choice, cost: choice.cost + breakCost(words, start) };
  }
  for (let start = 0; start < words.length; ) {
    const { next } = best[start] as { next: number };
    let line = start === 0 ? firstLead : restLead;
    for (let i = start; i < next; i++)
      line += (words[i] as Word).text + (i + 1 < next ? ' '.repeat((words[i] as Word).space) : '');
    yield* call.print(`${line}\n`);
    start = next;
  }
}
