import { decode, encode, isAscii } from '../../../host/index.ts';
import { inRanges, parseRanges, type Range } from '../core/ranges.ts';
import { type Call, tool } from '../core/tool.ts';

export const cut = tool({
  name: 'cut',
  summary: 'remove sections from each line of files',
  usage: 'OPTION... [FILE]...',
  options:
    'b|bytes= c|characters= d|delimiter= f|fields= n complement s|only-delimited output-delimiter= z|zero-terminated',
  *run(call: Call) {
    const { options } = call;
    const lists = options.given.filter((option) => ['b', 'c', 'f'].includes(option.name));
    const list = lists[0];
    if (!list) call.misuse('you must specify a list of bytes, characters, or fields');
    if (lists.length > 1) call.misuse('only one list may be specified');
    const byField = list.name === 'f';
    if (!byField && options.has('d'))
      call.misuse('an input delimiter may be specified only when operating on fields');
    if (!byField && options.has('s'))
      call.misuse('suppressing non-delimited lines makes sense\n\tonly when operating on fields');
    const delimiter = options.get('d') ?? '\t';
    if ([...delimiter].length > 1) call.misuse('the delimiter must be a single character');
    const ranges = parseRanges(list.value ?? '', byField ? 'field' : 'byte/character');
    if (typeof ranges === 'string') call.misuse(ranges);
    const separator = options.has('z') ? '\0' : '\n';
    const pick = byField ? fields(call, ranges, delimiter || '\0') : bytes(call, ranges);
    for (const input of yield* call.inputs()) {
      for (;;) {
        const line = yield* input.line(separator);
        if (line === undefined) break;
        const picked = pick(line);
        if (picked !== undefined) yield* call.print(picked + separator);
      }
    }
    return undefined;
  },
});

function fields(call: Call, ranges: readonly Range[], delimiter: string) {
  const { options } = call;
  const complement = options.has('complement');
  const joiner = options.get('output-delimiter') ?? delimiter;
  return (line: string): string | undefined => {
    if (!line.includes(delimiter)) return options.has('s') ? undefined : line;
    return line
      .split(delimiter)
      .filter((_, i) => inRanges(ranges, i + 1) !== complement)
      .join(joiner);
  };
}

/** GNU cut knows bytes only: `-c` is the same as `-b`. */
function bytes(call: Call, ranges: readonly Range[]) {
  const complement = call.options.has('complement');
  const joiner = call.options.get('output-delimiter');
  return (line: string): string => {
    const raw = isAscii(line) ? undefined : encode(line);
    const length = raw?.length ?? line.length;
    const chosen = complement ? invert(ranges) : merge(ranges, joiner !== undefined);
    const pieces = chosen
      .filter(([low]) => low <= length)
      .map(([low, high]) =>
        raw
          ? decode(raw.slice(low - 1, high))
          : line.slice(low - 1, high === Number.POSITIVE_INFINITY ? undefined : high),
      );
    if (!raw || joiner !== undefined) return pieces.join(joiner ?? '');
    return decode(encode(pieces.join('')));
  };
}

/** Overlapping ranges become one; adjacent ones too unless something is to be put between them. */
function merge(ranges: readonly Range[], keepAdjacent: boolean): Range[] {
  const out: [number, number][] = [];
  for (const [low, high] of ranges) {
    const last = out.at(-1);
    if (last && low <= last[1] + (keepAdjacent ? 0 : 1)) last[1] = Math.max(last[1], high);
    else out.push([low, high]);
  }
  return out;
}

function invert(ranges: readonly Range[]): Range[] {
  const out: Range[] = [];
  let next = 1;
  for (const [low, high] of merge(ranges, false)) {
    if (low > next) out.push([next, low - 1]);
    next = high + 1;
  }
  if (next !== Number.POSITIVE_INFINITY) out.push([next, Number.POSITIVE_INFINITY]);
  return out;
}
