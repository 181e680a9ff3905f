import type { Steps } from '../../../sim/index.ts';
import { mapped } from '../core/mapped.ts';
import type { Call } from '../core/tool.ts';

/** A changed piece: lines of the old file from `a` to `aEnd` became lines `b` to `bEnd` of the new one. */
export interface Hunk {
  readonly a: number;
  readonly aEnd: number;
  readonly b: number;
  readonly bEnd: number;
}

/** Changed lines above which everything is taken for changed: the search costs memory by the square. */
const MAX_EDITS = 4000;
/** Places that are looked at in the time of one step. */
const PLACES_PER_STEP = 64;

/** The shortest edit between two lists of lines (Myers), as pieces that changed. */
export function* diffLines(call: Call, a: readonly string[], b: readonly string[]): Steps<Hunk[]> {
  const names = new Map<string, number>();
  const nameOf = (line: string): number => {
    const known = names.get(line);
    if (known !== undefined) return known;
    names.set(line, names.size);
    return names.size - 1;
  };
  const old = Int32Array.from(yield* mapped(call, a, nameOf));
  const fresh = Int32Array.from(yield* mapped(call, b, nameOf));
  let start = 0;
  while (start < a.length && start < b.length && old[start] === fresh[start]) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && old[endA - 1] === fresh[endB - 1]) {
    endA--;
    endB--;
  }
  const kept = yield* matches(call, old.subarray(start, endA), fresh.subarray(start, endB));
  const pairs = kept.map(([x, y]): [number, number] => [x + start, y + start]);
  return slide(toHunks(pairs, start, endA, endB), old, fresh);
}

/** How far each diagonal is followed after `d` edits; diagonal `k` stands at `(k + d) / 2`. */
type Frontier = Int32Array;

const reached = (frontier: Frontier | undefined, d: number, k: number): number =>
  frontier && Math.abs(k) <= d ? (frontier[(k + d) / 2] as number) : -1;

/** Indices of equal lines that stay, in order. */
function* matches(call: Call, a: Int32Array, b: Int32Array): Steps<[number, number][]> {
  const [n, m] = [a.length, b.length];
  const limit = Math.min(n + m, MAX_EDITS);
  const history: Frontier[] = [];
  for (let d = 0; d <= limit; d++) {
    const before = history.at(-1);
    const frontier = new Int32Array(d + 1);
    history.push(frontier);
    let followed = 0;
    for (let k = -d; k <= d; k += 2) {
      const from = stepFrom(before, d, k);
      const start = d === 0 ? 0 : from.x + (from.k < k ? 1 : 0);
      let x = start;
      while (x < n && x - k < m && a[x] === b[x - k]) x++;
      followed += x - start;
      frontier[(k + d) / 2] = x;
      if (x >= n && x - k >= m) return backtrack(history, n, m);
    }
    yield* call.spend(1 + (d + followed) / PLACES_PER_STEP);
  }
  return [];
}

/** The diagonal from which the d-th edit leads to diagonal `k` the farthest: a line more of the new, or less of the old. */
function stepFrom(before: Frontier | undefined, d: number, k: number): { k: number; x: number } {
  const [less, more] = [reached(before, d - 1, k - 1), reached(before, d - 1, k + 1)];
  return k === -d || (k !== d && less < more) ? { k: k + 1, x: more } : { k: k - 1, x: less };
}

function backtrack(history: readonly Frontier[], n: number, m: number): [number, number][] {
  const out: [number, number][] = [];
  let [x, y] = [n, m];
  for (let d = history.length - 1; d >= 0; d--) {
    const k = x - y;
    const from = stepFrom(history[d - 1], d, k);
    const start = d === 0 ? 0 : from.x + (from.k < k ? 1 : 0);
    while (x > start) out.push([--x, --y]);
    if (d > 0) [x, y] = [from.x, from.x - from.k];
  }
  return out.reverse();
}

function toHunks(pairs: readonly [number, number][], start: number, endA: number, endB: number): Hunk[] {
  const hunks: Hunk[] = [];
  let [a, b] = [start, start];
  for (const [x, y] of [...pairs, [endA, endB] as [number, number]]) {
    if (x > a || y > b) hunks.push({ a, aEnd: x, b, bEnd: y });
    [a, b] = [x + 1, y + 1];
  }
  return hunks;
}

/** Moves pure insertions and deletions down as far as they go, as GNU diff's compaction does. */
function slide(hunks: readonly Hunk[], a: Int32Array, b: Int32Array): Hunk[] {
  const out: Hunk[] = [];
  hunks.forEach((hunk, i) => {
    let { a: x, aEnd, b: y, bEnd } = hunk;
    const next = hunks[i + 1];
    const room = () => aEnd < (next?.a ?? a.length) && bEnd < (next?.b ?? b.length);
    if (x === aEnd)
      while (room() && b[y] === b[bEnd]) [x, aEnd, y, bEnd] = [x + 1, aEnd + 1, y + 1, bEnd + 1];
    else if (y === bEnd)
      while (room() && a[x] === a[aEnd]) [x, aEnd, y, bEnd] = [x + 1, aEnd + 1, y + 1, bEnd + 1];
    out.push({ a: x, aEnd, b: y, bEnd });
  });
  return out;
}
