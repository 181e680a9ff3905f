import type { Steps } from '../../../sim/index.ts';

/** Items that are taken between two looks at the time, and in the time of one step. */
const STRIDE = 256;
const ITEMS_PER_STEP = 8;

/** What each item becomes. Others have their turn meanwhile, however many items there are. */
export function* mapped<T, R>(
  tool: { spend(steps?: number): Steps<void> },
  items: Iterable<T>,
  become: (item: T, index: number) => R,
): Steps<R[]> {
  const out: R[] = [];
  for (const item of items) {
    out.push(become(item, out.length));
    if (out.length % STRIDE === 0) yield* tool.spend(STRIDE / ITEMS_PER_STEP);
  }
  return out;
}
