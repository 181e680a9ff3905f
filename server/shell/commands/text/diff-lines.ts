/** A changed piece: lines of the old file from `a` to `aEnd` became lines `b` to `bEnd` of the new one. */
export interface Hunk {
  readonly a: number;
  readonly aEnd: number;
  readonly b: number;
  readonly bEnd: number;
}

/** Changed lines above which the differences are found piecemeal: the search costs memory by the square. */
const MAX_EDITS = 4000;

/** The shortest edit between two lists of lines (Myers), as pieces that changed. */
export function diffLines(a: readonly string[], b: readonly string[]): Hunk[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const pairs = matches(a.slice(start, endA), b.slice(start, endB)).map(([x, y]): [number, number] => [
    x + start,
    y + start,
  ]);
  return slide(toHunks(pairs, start, endA, endB), a, b);
}

/** Indices of equal lines that stay, in order. */
function matches(a: readonly string[], b: readonly string[]): [number, number][] {
  const [n, m] = [a.length, b.length];
  const limit = Math.min(n + m, MAX_EDITS);
  const frontier = new Map<number, number>([[1, 0]]);
  const history: Map<number, number>[] = [];
  for (let d = 0; d <= limit; d++) {
    history.push(new Map(frontier));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (frontier.get(k - 1) ?? -1) < (frontier.get(k + 1) ?? -1));
      let x = down ? (frontier.get(k + 1) ?? 0) : (frontier.get(k - 1) ?? 0) + 1;
      let y = x - k;
      while (x < n && y < m && a[x] === b[y]) {
        x++;
        y++;
      }
      frontier.set(k, x);
      if (x >= n && y >= m) return backtrack(history, n, m);
    }
  }
  return [];
}

function backtrack(history: readonly Map<number, number>[], n: number, m: number): [number, number][] {
  const out: [number, number][] = [];
  let [x, y] = [n, m];
  for (let d = history.length - 1; d >= 0; d--) {
    const frontier = history[d] as Map<number, number>;
    const k = x - y;
    const down = k === -d || (k !== d && (frontier.get(k - 1) ?? -1) < (frontier.get(k + 1) ?? -1));
    const before = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : (frontier.get(before) ?? 0);
    const fromY = d === 0 ? 0 : fromX - before;
    const stopX = d === 0 ? 0 : down ? fromX : fromX + 1;
    while (x > stopX && y > (d === 0 ? 0 : down ? fromY + 1 : fromY)) {
      x--;
      y--;
      out.push([x, y]);
    }
    [x, y] = [fromX, fromY];
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
function slide(hunks: readonly Hunk[], a: readonly string[], b: readonly string[]): Hunk[] {
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
