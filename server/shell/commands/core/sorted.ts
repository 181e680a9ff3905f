import type { Steps } from '../../../sim/index.ts';

type Compare<T> = (a: T, b: T) => number;

/** What sorting needs of a tool. */
interface Sorter {
  spend(steps?: number): Steps<void>;
}

/** Items that are sorted at once, and comparisons that count as one step. */
const RUN = 1024;
const COMPARISONS_PER_STEP = 16;
/** Items that are merged between two looks at the time. */
const STRIDE = 4096;

/** The items in order, equal ones as they came. Others have their turn meanwhile, however many items there are. */
export function* sorted<T>(tool: Sorter, items: readonly T[], compare: Compare<T>): Steps<T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += RUN) {
    runs.push(items.slice(at, at + RUN).sort(compare));
    yield* tool.spend((RUN * Math.log2(RUN)) / COMPARISONS_PER_STEP);
  }
  while (runs.length > 1) {
    const longer: T[][] = [];
    for (let i = 0; i < runs.length; i += 2)
      longer.push(yield* merged(tool, runs[i] as T[], runs[i + 1] ?? [], compare));
    runs = longer;
  }
  return runs[0] ?? [];
}

/** Of equal items those of `a` come first. */
function* merged<T>(tool: Sorter, a: T[], b: T[], compare: Compare<T>): Steps<T[]> {
  if (b.length === 0 || compare(a.at(-1) as T, b[0] as T) <= 0) return yield* joined(tool, a, b);
  if (compare(b.at(-1) as T, a[0] as T) < 0) return yield* joined(tool, b, a);
  const out: T[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    out.push((compare(a[i] as T, b[j] as T) <= 0 ? a[i++] : b[j++]) as T);
    if (out.length % STRIDE === 0) yield* tool.spend(STRIDE / COMPARISONS_PER_STEP);
  }
  yield* tool.spend((out.length % STRIDE) / COMPARISONS_PER_STEP);
  return yield* joined(tool, out, i < a.length ? a.slice(i) : b.slice(j));
}

function* joined<T>(tool: Sorter, a: T[], b: T[]): Steps<T[]> {
  yield* tool.spend(b.length / STRIDE);
  return a.concat(b);
}
