import { quote } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

interface Item {
  readonly name: string;
  before: number;
  readonly after: Item[];
}

/** Models coreutils tsort.c: of items that are free, the one that became so first is written first. */
export const tsort = tool({
  name: 'tsort',
  summary: 'perform topological sort',
  usage: '[OPTION] [FILE]',
  *run(call: Call) {
    if (call.operands.length > 1) call.misuse(`extra operand ${quote(call.operands[1] as string)}`);
    const path = call.operands[0] ?? '-';
    const words = (yield* call.readFile(path)).split(/[ \t\n]+/).filter((word) => word !== '');
    if (words.length % 2 === 1) call.fail(`${path}: input contains an odd number of tokens`);
    const items = new Map<string, Item>();
    for (let i = 0; i < words.length; i += 2) relate(items, words[i] as string, words[i + 1] as string);
    yield* call.spend(words.length);
    const sorted = [...items.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    while (items.size > 0) {
      const queue = sorted.filter((item) => items.has(item.name) && item.before === 0);
      for (let item = queue.shift(); item; item = queue.shift()) {
        yield* call.print(`${item.name}\n`);
        items.delete(item.name);
        for (const next of [...item.after].reverse()) if (--next.before === 0) queue.push(next);
      }
      if (items.size === 0) break;
      yield* call.warn(`${path}: input contains a loop:`);
      for (const item of breakLoop(items, sorted)) yield* call.warn(item.name);
    }
    return undefined;
  },
});

function itemOf(items: Map<string, Item>, name: string): Item {
  const known = items.get(name);
  if (known) return known;
  const made: Item = { name, before: 0, after: [] };
  items.set(name, made);
  return made;
}

function relate(items: Map<string, Item>, first: string, second: string): void {
  const [a, b] = [itemOf(items, first), itemOf(items, second)];
  if (a === b) return;
  a.after.push(b);
  b.before++;
}

/** Finds a loop among what is left, and drops one of its relations. */
function breakLoop(items: ReadonlyMap<string, Item>, sorted: readonly Item[]): Item[] {
  const start = sorted.find((item) => items.has(item.name)) as Item;
  const seen: Item[] = [];
  let at = start;
  while (!seen.includes(at)) {
    seen.push(at);
    at = [...items.values()].find((item) => item.after.includes(at)) as Item;
  }
  const loop = seen.slice(seen.indexOf(at));
  const [item, before] = [loop[0] as Item, loop[1] as Item];
  before.after.splice(before.after.indexOf(item), 1);
  item.before--;
  return loop;
}
