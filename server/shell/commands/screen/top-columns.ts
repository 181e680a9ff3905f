import type { Steps } from '../../../sim/index.ts';
import { FIELDS, fieldNamed } from './top-fields.ts';
import type { TopSettings } from './top-view.ts';

/** The screen that the columns are chosen on. */
interface Desk {
  readonly size: { readonly columns: number; readonly rows: number };
  show(lines: readonly string[]): Steps<void>;
  key(): Steps<string | undefined>;
}

/** Lines above the list. */
const HEAD_ROWS = 4;
const NAME_WIDTH = 8;

/** `f`: which columns are shown, in which order, and which one is sorted by. Models top.c fields_utility. */
export function* chooseFields(desk: Desk, settings: TopSettings): Steps<void> {
  const others = FIELDS.map(({ name }) => name).filter((name) => !settings.fields.includes(name));
  const order = [...settings.fields, ...others];
  const list = { order, shown: new Set(settings.fields), at: 0, moves: false };
  for (;;) {
    yield* desk.show(linesOf(desk, settings, list));
    const key = yield* desk.key();
    if (key === undefined || key === 'q' || key === '\x1b') break;
    press(key, settings, list);
  }
  const fields = order.filter((name) => list.shown.has(name));
  if (fields.length > 0) settings.fields = fields;
}

interface List {
  readonly order: string[];
  readonly shown: Set<string>;
  at: number;
  /** The field under the cursor goes with it. */
  moves: boolean;
}

const STEPS: Readonly<Record<string, number>> = {
  '\x1b[A': -1,
  '\x1bOA': -1,
  k: -1,
  '\x1b[B': 1,
  '\x1bOB': 1,
  j: 1,
  '\x1b[H': -1000,
  '\x1b[F': 1000,
};
const RIGHT = new Set(['\x1b[C', '\x1bOC', 'l']);
const LEFT = new Set(['\x1b[D', '\x1bOD', 'h', '\r', '\n']);

function press(key: string, settings: TopSettings, list: List): void {
  const name = list.order[list.at] as string;
  const step = STEPS[key];
  if (step !== undefined) {
    const to = Math.max(0, Math.min(list.order.length - 1, list.at + step));
    if (list.moves) {
      list.order.splice(list.at, 1);
      list.order.splice(to, 0, name);
    }
    list.at = to;
  } else if (RIGHT.has(key)) list.moves = true;
  else if (LEFT.has(key)) list.moves = false;
  else if (key === 'd' || key === ' ') {
    if (!list.shown.delete(name)) list.shown.add(name);
  } else if (key === 's') settings.sort = name;
}

function linesOf({ size }: Desk, { sort }: TopSettings, list: List): string[] {
  const rows = Math.max(1, size.rows - HEAD_ROWS);
  const columns = Math.ceil(list.order.length / rows);
  const wide = Math.floor(size.columns / columns);
  const cells = list.order.map((name, i) => cellOf(list, name, i, wide));
  const line = (row: number) =>
    Array.from({ length: columns }, (_, column) => cells[column * rows + row] ?? '').join('');
  return [
    `Fields Management for window 1:Def, whose current sort field is ${sort}`,
    '   Navigate with Up/Dn, Right selects for move then <Enter> or Left commits,',
    "   'd' or <Space> toggles display, 's' sets sort.  Use 'q' or <Esc> to end!",
    '',
    ...Array.from({ length: Math.min(rows, list.order.length) }, (_, row) => line(row)),
  ];
}

/** A field of the list: bold when it is shown, in reverse under the cursor, all of it when it moves. */
function cellOf({ shown, at, moves }: List, name: string, i: number, wide: number): string {
  const about = fieldNamed(name)?.about ?? '';
  const sign = shown.has(name) ? '*' : ' ';
  const text = `${sign} ${name.padEnd(NAME_WIDTH)} = ${about}`.slice(0, wide - 1).padEnd(wide);
  const style = [...(shown.has(name) ? ['1'] : []), ...(i === at ? ['7'] : [])].join(';');
  if (style === '') return text;
  const marked = i === at && !moves ? text.slice(0, NAME_WIDTH + 2) : text;
  return `\x1b[${style}m${marked}\x1b[0m${text.slice(marked.length)}`;
}
