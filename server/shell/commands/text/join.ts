import type { Steps } from '../../../sim/index.ts';
import { compareBytes } from '../core/numbers.ts';
import { quote } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';

type Line = readonly string[];

interface Plan {
  readonly fields: readonly [number, number];
  readonly separator: string | undefined;
  readonly empty: string;
  /** What `-o` asks for: file and field, file 0 is the key. */
  readonly format: readonly (readonly [number, number])[] | undefined;
  readonly ignoreCase: boolean;
}

export const join = tool({
  name: 'join',
  summary: 'join lines of two files on a common field',
  usage: '[OPTION]... FILE1 FILE2',
  options: `a= e= i|ignore-case j= o= t= v= 1= 2= check-order nocheck-order header z|zero-terminated`,
  *run(call: Call) {
    const [one, two, extra] = call.operands;
    if (one === undefined) call.misuse('missing operand');
    if (two === undefined) call.misuse(`missing operand after ${quote(one)}`);
    if (extra !== undefined) call.misuse(`extra operand ${quote(extra)}`);
    const plan = planOf(call);
    const files = [yield* linesOf(call, one, plan), yield* linesOf(call, two, plan)] as const;
    const only = call.options.all('v');
    const also = [...call.options.all('a'), ...only];
    if (call.options.has('header')) yield* print(call, plan, files[0].shift(), files[1].shift());
    yield* merge(call, plan, files, {
      paired: only.length === 0,
      first: also.includes('1'),
      second: also.includes('2'),
    });
    return undefined;
  },
});

function planOf(call: Call): Plan {
  const { options } = call;
  const both = options.get('j');
  const field = (name: string) => {
    const text = options.get(name) ?? both ?? '1';
    if (!/^\d+$/.test(text) || Number(text) === 0) throw new Failure(`invalid field number: ${quote(text)}`);
    return Number(text);
  };
  const format = options.get('o');
  return {
    fields: [field('1'), field('2')],
    separator: options.get('t') === '\\t' ? '\t' : options.get('t'),
    empty: options.get('e') ?? '',
    format: format === undefined || format === 'auto' ? undefined : format.split(/[, \t]+/).map(fieldSpec),
    ignoreCase: options.has('i'),
  };
}

function fieldSpec(text: string): readonly [number, number] {
  if (text === '0') return [0, 0];
  const match = /^([12])\.(\d+)$/.exec(text);
  if (!match) throw new Failure(`invalid file number in field spec: ${quote(text)}`);
  return [Number(match[1]), Number(match[2])];
}

function* linesOf(call: Call, path: string, plan: Plan): Steps<Line[]> {
  const input = call.open(path);
  const lines = yield* input.lines(call.options.has('z') ? '\0' : '\n');
  return lines.map((line) =>
    plan.separator === undefined ? (line.match(/[^ \t]+/g) ?? []) : line.split(plan.separator),
  );
}

function* merge(
  call: Call,
  plan: Plan,
  files: readonly [Line[], Line[]],
  shows: { paired: boolean; first: boolean; second: boolean },
): Steps<void> {
  const [a, b] = files;
  const key = (line: Line, file: 0 | 1) => {
    const text = line[plan.fields[file] - 1] ?? '';
    return plan.ignoreCase ? text.toLowerCase() : text;
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    yield* call.spend(1);
    const [x, y] = [a[i], b[j]];
    const order = !x ? 1 : !y ? -1 : compareBytes(key(x, 0), key(y, 1));
    if (order < 0) {
      if (shows.first) yield* print(call, plan, x, undefined);
      i++;
    } else if (order > 0) {
      if (shows.second) yield* print(call, plan, undefined, y);
      j++;
    } else {
      const same = key(x as Line, 0);
      let endI = i;
      let endJ = j;
      while (endI < a.length && key(a[endI] as Line, 0) === same) endI++;
      while (endJ < b.length && key(b[endJ] as Line, 1) === same) endJ++;
      for (const left of a.slice(i, endI)) {
        for (const right of b.slice(j, endJ)) if (shows.paired) yield* print(call, plan, left, right);
      }
      [i, j] = [endI, endJ];
    }
  }
}

function* print(call: Call, plan: Plan, left: Line | undefined, right: Line | undefined): Steps<void> {
  const key = left?.[plan.fields[0] - 1] ?? right?.[plan.fields[1] - 1] ?? '';
  const rest = (line: Line | undefined, field: number) => (line ?? []).filter((_, i) => i !== field - 1);
  const cells = plan.format
    ? plan.format.map(
        ([file, field]) => (file === 0 ? key : (file === 1 ? left : right)?.[field - 1]) || plan.empty,
      )
    : [key, ...rest(left, plan.fields[0]), ...rest(right, plan.fields[1])];
  yield* call.print(cells.join(plan.separator ?? ' ') + (call.options.has('z') ? '\0' : '\n'));
}
