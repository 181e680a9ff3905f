import { greatest, type Steps } from '../../../sim/index.ts';
import { formatDate, zoneOf } from '../../dates.ts';
import type { Input } from '../core/input.ts';
import { type Call, tool } from '../core/tool.ts';
import { expanded, readCharAndNumber, type Tabs, tabified, visible } from './pr-chars.ts';

/** Lines above and below the text of a page. */
const MARGIN = 10;

interface Layout {
  readonly length: number;
  readonly width: number;
  readonly columns: number;
  readonly merged: boolean;
  readonly across: boolean;
  readonly header: boolean;
  /** `-F`: pages end with a form feed. */
  readonly feeds: boolean;
  /** `-i` */
  readonly tabs: Tabs | undefined;
  readonly separator: string | undefined;
  readonly offset: string;
}

export const pr = tool({
  name: 'pr',
  summary: 'convert text files for printing',
  usage: '[OPTION]... [FILE]...',
  options:
    'a|across d|double-space D|date-format= h|header= l|length= m|merge n|number-lines? N|first-line-number= o|indent= s|separator? S|sep-string? t|omit-header T|omit-pagination w|width= W|page-width= columns= r|no-file-warnings F|f|form-feed e|expand-tabs? i|output-tabs? v|show-nonprinting c|show-control-chars J|join-lines',
  prepare: (args) => args.map((arg) => arg.replace(/^-(\d+)$/, '--columns=$1')),
  *run(call: Call) {
    const layout = layoutOf(call);
    const inputs: Input[] = [];
    for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
      const input = yield* call.tryOpen(path);
      if (input) inputs.push(input);
    }
    if (layout.merged) yield* printAll(call, inputs, layout);
    else for (const input of inputs) yield* printAll(call, [input], layout);
    return undefined;
  },
});

function layoutOf(call: Call): Layout {
  const { options } = call;
  const number = (name: string, usual: number): number => {
    const text = options.get(name);
    if (text === undefined) return usual;
    if (!/^\d+$/.test(text))
      call.fail(`invalid number of ${name === 'l' ? 'lines' : 'characters'}: ‘${text}’`);
    return Number(text);
  };
  const merged = options.has('m');
  const feeds = options.has('F');
  const length = number('l', 66);
  const separator = options.has('J')
    ? (options.get('S') ?? options.get('s') ?? '\t')
    : options.has('s')
      ? (options.get('s') ?? '\t')
      : options.has('S')
        ? (options.get('S') ?? '')
        : undefined;
  return {
    length,
    width: options.has('W') ? number('W', 72) : number('w', 72),
    columns: merged ? Math.max(1, call.operands.length) : number('columns', 1),
    merged,
    across: options.has('a'),
    header: !options.has('t', 'T') && length > MARGIN,
    feeds,
    tabs: tabsOf(call, 'i'),
    separator,
    offset: ' '.repeat(number('o', 0)),
  };
}

function tabsOf(call: Call, option: 'e' | 'i'): Tabs | undefined {
  if (!call.options.has(option)) return undefined;
  const given = call.options.get(option) ?? '';
  const read = readCharAndNumber(given, '\t', 8);
  if (!read || read.number === 0)
    call.misuse(
      `'-${option}' extra characters or invalid number in the argument: ‘${given.replace(/^\D/, '')}’`,
    );
  return { char: read.char, width: read.number };
}

function* printAll(call: Call, inputs: readonly Input[], layout: Layout): Steps<void> {
  const texts: (readonly string[])[] = [];
  for (const input of inputs) texts.push(yield* numbered(call, input));
  const first = inputs[0];
  if (!first) return;
  const perPage = layout.header ? layout.length - MARGIN : layout.length;
  const spaced = call.options.has('d');
  const rows = Math.max(1, spaced ? Math.floor(perPage / 2) : perPage);
  const paginated = layout.header;
  const total = greatest(texts.map((lines) => lines.length));
  const cells = layout.merged ? rows : rows * layout.columns;
  const size = paginated || (!layout.merged && layout.columns > 1) ? cells : Math.max(total, 1);
  for (let at = 0, page = 1; at < total; at += size, page++) {
    const block = layout.merged
      ? mergedRows(texts.map((lines) => lines.slice(at, at + size)))
      : columnRows((texts[0] as readonly string[]).slice(at, at + size), layout);
    if (layout.header) yield* header(call, first, page, layout);
    for (const row of block)
      yield* call.print(`${finished(layout.offset + joined(row, layout), layout)}\n${spaced ? '\n' : ''}`);
    if (!layout.header) continue;
    const used = block.length * (spaced ? 2 : 1);
    yield* call.print(layout.feeds ? '\f' : '\n'.repeat(perPage - used + MARGIN / 2));
  }
}

function finished(line: string, { tabs }: Layout): string {
  return tabs ? tabified(line, tabs) : line;
}

/** The lines with their tabs expanded, and what cannot be printed made visible. */
function shaped(call: Call, lines: readonly string[]): readonly string[] {
  const tabs = tabsOf(call, 'e');
  const shows = call.options.last('v', 'c');
  return lines.map((line) => {
    const plain = tabs ? expanded(line, tabs) : line;
    return shows === undefined ? plain : visible(plain, shows === 'c');
  });
}

function* numbered(call: Call, input: Input): Steps<readonly string[]> {
  const lines = shaped(call, yield* input.lines());
  if (!call.options.has('n')) return lines;
  const { char: mark, number: width } = readCharAndNumber(call.options.get('n') ?? '', '\t', 5) ?? {
    char: '\t',
    number: 5,
  };
  const from = Number(call.options.get('N') ?? 1);
  return lines.map((line, i) => `${String(from + i).padStart(width)}${mark}${line}`);
}

function mergedRows(columns: readonly (readonly string[])[]): string[][] {
  const rows = greatest(columns.map((column) => column.length));
  return Array.from({ length: rows }, (_, i) => columns.map((column) => column[i] ?? ''));
}

/** Down the columns, which are balanced; or across. */
function columnRows(lines: readonly string[], { columns, across }: Layout): string[][] {
  if (columns === 1) return lines.map((line) => [line]);
  const rows = Math.ceil(lines.length / columns);
  if (across) return Array.from({ length: rows }, (_, i) => lines.slice(i * columns, (i + 1) * columns));
  const out: string[][] = Array.from({ length: rows }, () => []);
  const longer = lines.length % columns || columns;
  let at = 0;
  for (let column = 0; column < columns; column++) {
    const height = column < longer ? rows : rows - 1;
    for (let row = 0; row < height; row++) (out[row] as string[]).push(lines[at++] as string);
  }
  return out;
}

function joined(row: readonly string[], { columns, width, separator }: Layout): string {
  if (columns === 1) return row[0] ?? '';
  if (separator !== undefined) return row.join(separator);
  const each = Math.floor((width - (columns - 1)) / columns);
  return row.reduce((out, cell, i) => `${tabbedTo(out, (each + 1) * i)}${cell.slice(0, each)}`, '');
}

/** The text with blanks up to a column: tabs where they reach, spaces for what is left. */
function tabbedTo(text: string, column: number): string {
  let out = text;
  let at = columnsOf(text);
  for (let stop = at + 8 - (at % 8); stop <= column && column - at > 1; stop += 8) {
    out += '\t';
    at = stop;
  }
  return out + ' '.repeat(Math.max(0, column - at));
}

const columnsOf = (text: string): number =>
  [...text].reduce((at, char) => (char === '\t' ? at + 8 - (at % 8) : at + 1), 0);

function* header(call: Call, input: Input, page: number, { width, merged }: Layout): Steps<void> {
  const { context, options } = call;
  const name = options.get('h') ?? (merged || input.name === '-' ? '' : input.name);
  const timeMs = input.name === '-' || merged ? context.now : context.fs.stat(input.name).mtimeMs;
  const date = formatDate(options.get('D') ?? '%Y-%m-%d %H:%M', timeMs, zoneOf(context));
  const right = `Page ${page}`;
  const space = width - date.length - name.length - right.length;
  const left = Math.max(1, Math.floor(space / 2));
  yield* call.print(
    `\n\n${date}${' '.repeat(left)}${name}${' '.repeat(Math.max(1, space - left))}${right}\n\n\n`,
  );
}
