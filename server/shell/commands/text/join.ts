import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Input } from '../core/input.ts';
import { compareBytes } from '../core/numbers.ts';
import { quote } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';

interface Line {
  readonly text: string;
  readonly fields: readonly string[];
}

type Side = 0 | 1;

interface Plan {
  /** Number of the key field of each file, from 1. */
  readonly keys: readonly [number, number];
  readonly separator: string | undefined;
  readonly newline: string;
  readonly empty: string;
  /** What `-o` asks for: file and field, file 0 is the key. */
  readonly format: readonly (readonly [file: number, field: number])[] | undefined;
  readonly auto: boolean;
  readonly ignoreCase: boolean;
  readonly header: boolean;
  /** Undefined: order is checked once a line has found no partner. */
  readonly checks: boolean | undefined;
  readonly paired: boolean;
  readonly unpaired: readonly [boolean, boolean];
}

export const join = tool({
  name: 'join',
  summary: 'join lines of two files on a common field',
  usage: '[OPTION]... FILE1 FILE2',
  options: `a= e= i|ignore-case j= o= t= v= 1= 2= check-order nocheck-order header z|zero-terminated`,
  *run(call: Call) {
    const plan = planOf(call);
    const [one, two] = call.twoOperands();
    if (one === '-' && two === '-') call.fail('both files cannot be standard input');
    yield* new Merge(call, plan, [open(call, one), open(call, two)]).run();
    return undefined;
  },
});

function open(call: Call, path: string): Input {
  try {
    return call.open(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new Failure(`${error.code === 'EISDIR' ? 'read error' : path}: ${error.message}`);
  }
}

function planOf(call: Call): Plan {
  const { options } = call;
  const formats = options.all('o');
  const auto = formats.includes('auto');
  const only = options.all('v');
  for (const name of ['a', 'v'])
    for (const text of options.all(name))
      if (text !== '1' && text !== '2') throw new Failure(`invalid field number: ${quote(text)}`);
  const also = [...options.all('a'), ...only];
  const order = options.last('check-order', 'nocheck-order');
  return {
    keys: [keyOf(call, '1'), keyOf(call, '2')],
    separator: separatorOf(options.get('t')),
    newline: options.has('z') ? '\0' : '\n',
    empty: options.get('e') ?? '',
    format:
      formats.length === 0 || auto
        ? undefined
        : formats.flatMap((text) => text.split(/[, \t]+/)).map(fieldSpec),
    auto,
    ignoreCase: options.has('i'),
    header: options.has('header'),
    checks: order === undefined ? undefined : order === 'check-order',
    paired: only.length === 0,
    unpaired: [also.includes('1'), also.includes('2')],
  };
}

function keyOf({ options }: Call, name: '1' | '2'): number {
  const values = options.given
    .filter((option) => option.name === name || option.name === 'j')
    .map(({ value = '' }) => value);
  for (const text of values)
    if (!/^\d+$/.test(text) || Number(text) === 0) throw new Failure(`invalid field number: ${quote(text)}`);
  const numbers = [...new Set(values.map(Number))];
  if (numbers.length > 1) throw new Failure(`incompatible join fields ${numbers[0]}, ${numbers[1]}`);
  return numbers[0] ?? 1;
}

function separatorOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '\\0') return text && '\0';
  // An empty one makes the whole line the field.
  if (text === '') return '\n';
  if (text !== '\\t' && [...text].length > 1) throw new Failure(`multi-character tab ${quote(text)}`);
  return text === '\\t' ? '\t' : text;
}

function fieldSpec(text: string): readonly [number, number] {
  if (text === '0') return [0, 0];
  const match = /^([12])\.(\d+)$/.exec(text);
  if (!match) throw new Failure(`invalid file number in field spec: ${quote(text)}`);
  return [Number(match[1]), Number(match[2])];
}

/** Both files, a line of each at hand. Models src/join.c join. */
class Merge {
  readonly #call: Call;
  readonly #plan: Plan;
  readonly #inputs: readonly [Input, Input];
  readonly #before: [Line | undefined, Line | undefined] = [undefined, undefined];
  readonly #numbers: [number, number] = [0, 0];
  readonly #complained: [boolean, boolean] = [false, false];
  #widths: readonly [number, number] = [0, 0];
  #seenUnpaired = false;

  constructor(call: Call, plan: Plan, inputs: readonly [Input, Input]) {
    this.#call = call;
    this.#plan = plan;
    this.#inputs = inputs;
  }

  *run(): Steps<void> {
    let one = yield* this.#next(0);
    let two = yield* this.#next(1);
    this.#widths = [one?.fields.length ?? 0, two?.fields.length ?? 0];
    if (this.#plan.header && (one || two)) {
      yield* this.#print(one, two);
      this.#before.fill(undefined);
      one &&= yield* this.#next(0);
      two &&= yield* this.#next(1);
    }
    while (one && two) {
      const order = this.#compare(one, 0, two, 1);
      if (order < 0) {
        if (this.#plan.unpaired[0]) yield* this.#print(one, undefined);
        one = yield* this.#next(0);
        this.#seenUnpaired = true;
      } else if (order > 0) {
        if (this.#plan.unpaired[1]) yield* this.#print(undefined, two);
        two = yield* this.#next(1);
        this.#seenUnpaired = true;
      } else [one, two] = yield* this.#group(one, two);
    }
    yield* this.#tail(one, 0);
    yield* this.#tail(two, 1);
    if (this.#complained.includes(true)) throw new Failure('input is not in sorted order');
  }

  /** Pairs all lines of one key; returns those that follow. */
  *#group(first: Line, second: Line): Steps<[Line | undefined, Line | undefined]> {
    const lines: [Line[], Line[]] = [[first], [second]];
    const after: [Line | undefined, Line | undefined] = [undefined, undefined];
    for (const side of [0, 1] as const) {
      const other = side === 0 ? second : first;
      for (;;) {
        const line = yield* this.#next(side);
        after[side] = line;
        if (!line || this.#compare(line, side, other, side === 0 ? 1 : 0) !== 0) break;
        lines[side].push(line);
      }
    }
    if (this.#plan.paired)
      for (const one of lines[0]) for (const two of lines[1]) yield* this.#print(one, two);
    return after;
  }

  /** What is left of one file when the other is over. */
  *#tail(line: Line | undefined, side: Side): Steps<void> {
    const shows = this.#plan.unpaired[side];
    const checks = this.#plan.checks !== false && this.#complained.includes(false);
    if (!line || !(shows || checks)) return;
    for (let at: Line | undefined = line; at; at = yield* this.#next(side)) {
      if (shows) yield* side === 0 ? this.#print(at, undefined) : this.#print(undefined, at);
      else if (this.#complained[side]) return;
    }
  }

  *#next(side: Side): Steps<Line | undefined> {
    const { separator, newline, checks } = this.#plan;
    const text = yield* this.#inputs[side].line(newline);
    if (text === undefined) return undefined;
    this.#numbers[side]++;
    const fields = separator === undefined ? (text.match(/[^ \t\n]+/g) ?? []) : text.split(separator);
    const line = { text, fields };
    const before = this.#before[side];
    this.#before[side] = line;
    const isWrong =
      before &&
      (checks ?? this.#seenUnpaired) &&
      !this.#complained[side] &&
      this.#compare(before, side, line, side) > 0;
    if (isWrong) yield* this.#disorder(side, line);
    return line;
  }

  *#disorder(side: Side, { text }: Line): Steps<void> {
    const message = `${this.#inputs[side].name}:${this.#numbers[side]}: is not sorted: ${text}`;
    if (this.#plan.checks) throw new Failure(message);
    yield* this.#call.warn(message);
    this.#complained[side] = true;
  }

  #compare(a: Line, sideA: Side, b: Line, sideB: Side): number {
    const key = (line: Line, side: Side) => {
      const text = line.fields[this.#plan.keys[side] - 1] ?? '';
      return this.#plan.ignoreCase ? text.toUpperCase() : text;
    };
    return compareBytes(key(a, sideA), key(b, sideB));
  }

  *#print(one: Line | undefined, two: Line | undefined): Steps<void> {
    yield* this.#call.spend(1);
    const { keys, format, auto, separator, newline, empty } = this.#plan;
    const lines = [one, two] as const;
    const cell = (line: Line | undefined, field: number) => line?.fields[field - 1] || empty;
    const key = one ? cell(one, keys[0]) : cell(two, keys[1]);
    const rest = (side: Side) => {
      const count = auto ? this.#widths[side] : (lines[side]?.fields.length ?? 0);
      const numbers = Array.from({ length: count }, (_, i) => i + 1).filter((field) => field !== keys[side]);
      return numbers.map((field) => cell(lines[side], field));
    };
    const cells = format
      ? format.map(([file, field]) => (file === 0 ? key : cell(lines[file === 1 ? 0 : 1], field)))
      : [key, ...rest(0), ...rest(1)];
    yield* this.#call.print(cells.join(separator ?? ' ') + newline);
  }
}
