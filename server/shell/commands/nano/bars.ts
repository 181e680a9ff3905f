import { displayWidth } from '../core/width.ts';
import { columnsOf, type Sheet } from './sheet.ts';

type Item = readonly [key: string, what: string];

const GIVE_UP: readonly Item[] = [
  ['^G', 'Help'],
  ['^C', 'Cancel'],
];

/** What may be typed, as the two lines at the bottom tell it: each column from top to bottom. */
const BARS = {
  main: [
    ['^G', 'Help'],
    ['^X', 'Exit'],
    ['^O', 'Write Out'],
    ['^R', 'Read File'],
    ['^W', 'Where Is'],
    ['^\\', 'Replace'],
    ['^K', 'Cut'],
    ['^U', 'Paste'],
    ['^T', 'Execute'],
    ['^J', 'Justify'],
    ['^C', 'Location'],
    ['^/', 'Go To Line'],
    ['M-U', 'Undo'],
    ['M-E', 'Redo'],
    ['M-A', 'Set Mark'],
    ['M-6', 'Copy'],
    ['M-]', 'To Bracket'],
    ['^Q', 'Where Was'],
    ['M-Q', 'Previous'],
    ['M-W', 'Next'],
  ],
  write: [
    ...GIVE_UP,
    ['M-D', 'DOS Format'],
    ['M-M', 'Mac Format'],
    ['M-A', 'Append'],
    ['M-P', 'Prepend'],
    ['M-B', 'Backup File'],
    ['^T', 'Browse'],
  ],
  search: [
    ...GIVE_UP,
    ['M-C', 'Case Sens'],
    ['M-R', 'Reg.exp.'],
    ['M-B', 'Backwards'],
    ['^R', 'Replace'],
    ['^P', 'Older'],
    ['^N', 'Newer'],
    ['^T', 'Go To Line'],
  ],
  replace: [
    ...GIVE_UP,
    ['M-C', 'Case Sens'],
    ['M-R', 'Reg.exp.'],
    ['M-B', 'Backwards'],
    ['^R', 'No Replace'],
    ['^P', 'Older'],
    ['^N', 'Newer'],
  ],
  with: [...GIVE_UP, ['^P', 'Older'], ['^N', 'Newer']],
  insert: [
    ...GIVE_UP,
    ['M-F', 'New Buffer'],
    ['M-N', 'No Conversion'],
    ['^X', 'Execute Command'],
    ['^T', 'Browse'],
  ],
  execute: [
    ...GIVE_UP,
    ['M-F', 'New Buffer'],
    ['M-\\', 'Pipe Text'],
    ['^S', 'Spell Check'],
    ['^Y', 'Linter'],
    ['^J', 'Full Justify'],
    ['^O', 'Formatter'],
    ['^V', 'Cut Till End'],
    ['^Z', 'Suspend'],
  ],
  help: [
    ['^L', 'Refresh'],
    ['^X', 'Close'],
    ['^W', 'Where Is'],
    ['^Q', 'Where Was'],
    ['M-Q', 'Previous'],
    ['M-W', 'Next'],
    ['^P', 'Prev Line'],
    ['^N', 'Next Line'],
    ['^Y', 'Prev Page'],
    ['^V', 'Next Page'],
    ['M-\\', 'First Line'],
    ['M-/', 'Last Line'],
  ],
  line: [
    ...GIVE_UP,
    ['^W', 'Begin of Paragr.'],
    ['^O', 'End of Paragraph'],
    ['^Y', 'First Line'],
    ['^V', 'Last Line'],
    ['^T', 'Go To Text'],
  ],
} as const satisfies Record<string, readonly Item[]>;

/** A bar of keys; `save` and `each` are those of questions answered by one letter. */
export type Bar = keyof typeof BARS | 'save' | 'each';

export function barLines(bar: Bar, columns: number, several = false): string[] {
  if (bar === 'save' || bar === 'each') return letterLines(bar === 'each');
  const most = Math.floor((columns + 40) / 20) * 2;
  const items: readonly Item[] = BARS[bar].slice(0, most);
  const named = (what: string) => (several && what === 'Exit' ? 'Close' : what);
  const width = Math.floor(columns / Math.ceil(items.length / 2));
  return [0, 1].map((row) =>
    items
      .filter((_, i) => i % 2 === row)
      .map(([key, what]) => shown(key, named(what), width))
      .join(''),
  );
}

const LETTER_WIDTH = 16;

function letterLines(all: boolean): string[] {
  const first = shown(' Y', 'Yes', LETTER_WIDTH);
  return [
    all ? first + shown(' A', 'All', LETTER_WIDTH) : first,
    shown(' N', 'No', LETTER_WIDTH) + shown('^C', 'Cancel', LETTER_WIDTH),
  ];
}

function shown(key: string, what: string, width: number): string {
  const text = what.slice(0, Math.max(0, width - key.length - 1));
  return `\x1b[7m${key}\x1b[m ${text}${' '.repeat(Math.max(0, width - key.length - 1 - text.length))}`;
}

interface Title {
  readonly name: string;
  readonly modified: boolean;
  readonly readOnly: boolean;
  /** Letters of what is turned on, at the right. */
  readonly flags: string;
  /** Which of several files it is. */
  readonly sheets: readonly [number, number] | undefined;
}

/** The line at the top: the version, the file, a star when it was changed. */
export function titleLine(columns: number, { name, modified, readOnly, flags, sheets }: Title): string {
  const version = sheets ? `  [${sheets[0]}/${sheets[1]}]` : '  GNU nano 7.2';
  const state = readOnly ? 'View' : flags;
  const room = columns - (version.length + 1) - displayWidth(name) - (state.length + (readOnly ? 3 : 5));
  const lead = version.length + 1 + Math.max(0, room >> 1);
  const left = `${version.padEnd(lead)}${name}${modified ? ' *' : ''}`;
  const text = left + ' '.repeat(Math.max(0, columns - displayWidth(left) - state.length - 2)) + state;
  return `\x1b[7m${text.slice(0, columns).padEnd(columns)}\x1b[m`;
}

/** Where the cursor stands, as ^C tells it. */
export function positionText({ buffer, cursor }: Sheet, tab: number): string {
  const { lines } = buffer;
  const text = lines[cursor.line] ?? '';
  const before = lines.slice(0, cursor.line).reduce((sum, one) => sum + [...one].length + 1, 0);
  const at = before + [...text.slice(0, cursor.column)].length;
  const total = lines.reduce((sum, one) => sum + [...one].length + 1, -1);
  const width = columnsOf(text, tab) + 1;
  const here = columnsOf(text.slice(0, cursor.column), tab) + 1;
  const percent = (part: number, whole: number) => (whole === 0 ? 0 : Math.floor((100 * part) / whole));
  const padded = (part: number, whole: number) =>
    `${String(part).padStart(Math.max(2, String(whole).length))}/${whole}`;
  const two = (value: number) => String(value).padStart(2);
  return (
    `line ${padded(cursor.line + 1, lines.length)} (${two(percent(cursor.line + 1, lines.length))}%), ` +
    `col ${two(here)}/${two(width)} (${String(percent(here, width)).padStart(3)}%), ` +
    `char ${padded(at, total)} (${two(percent(at, total))}%)`
  );
}
