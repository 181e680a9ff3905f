import { append, greatest, type Steps } from '../../../sim/index.ts';
import type { Options } from '../../options.ts';
import { mapped } from '../core/mapped.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { displayWidth } from '../core/width.ts';
import { type DeviceRow, jsonTree } from '../storage/lsblk-forms.ts';
import { type Branch, branchesOf, drawn } from './column-tree.ts';

export const column = tool({
  name: 'column',
  summary: 'columnate lists',
  usage: '[options] [<file> ...]',
  version: 'util-linux 2.39.3',
  options: `t|table n|table-name= O|table-order= C|table-column= N|table-columns= l|table-columns-limit= E|table-noextreme=
    d|table-noheadings m|table-maxout e|table-header-repeat H|table-hide= R|table-right= T|table-truncate= W|table-wrap=
    L|keep-empty-lines J|json r|tree= i|tree-id= p|tree-parent= c|output-width= o|output-separator= s|separator=
    x|fillrows`,
  *run(call: Call) {
    for (const name of ['E', 'W', 'T', 'm', 'e'])
      if (call.options.has(name)) call.fail(`option -${name} is not available in this simulation`);
    if (!call.options.has('t', 'J') && call.options.has('O', 'N', 'H', 'R'))
      call.fail('option --table required for all --table-*');
    const lines: string[] = [];
    for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
      try {
        const input = call.open(path);
        append(lines, yield* input.lines());
      } catch (error) {
        yield* call.complain(error, path);
      }
    }
    const kept = lines.filter((line) => call.options.has('L') || line.trim() !== '');
    if (kept.length > 0) yield* call.options.has('t', 'J') ? table(call, kept) : list(call, kept);
    return undefined;
  },
});

function* table(call: Call, lines: readonly string[]): Steps<void> {
  const { options } = call;
  const separator = options.get('s');
  const described = options.all('C').map(propertiesOf);
  const names =
    options.get('N')?.split(',') ?? (described.length > 0 ? described.map(({ name }) => name) : undefined);
  const limit = Number(options.get('l') ?? 0);
  let rows = yield* mapped(call, lines, (line) => splitRow(line, separator, limit));
  if (names && !options.has('d')) rows.unshift(names);
  const order = options.get('O');
  const count = greatest(rows.map((row) => row.length));
  const indexOf = (name: string) => {
    const index = names?.indexOf(name) ?? -1;
    if (index >= 0) return index;
    if (/^\d+$/.test(name)) return Number(name) - 1;
    throw new Failure(`undefined column name '${name}'`);
  };
  const columnsOf = (text: string | undefined) =>
    (text ?? '')
      .split(',')
      .filter((name) => name !== '')
      .flatMap((name) => (name === '-' ? [] : [indexOf(name)]));
  const tree = treeOf(options, columnsOf);
  const body = names && !options.has('d') ? rows.slice(1) : rows;
  if (options.has('J')) {
    const branches = tree
      ? branchesOf(body, tree.id, tree.parent)
      : body.map((row) => ({ row, children: [] }));
    yield* call.print(json(options.get('n') ?? 'table', names, branches));
    return;
  }
  if (tree)
    rows = [
      ...rows.slice(0, rows.length - body.length),
      ...drawn(branchesOf(body, tree.id, tree.parent), tree.at),
    ];
  if (order) {
    const first = columnsOf(order);
    const rest = [...Array(count).keys()].filter((i) => !first.includes(i));
    rows = rows.map((row) => [...first, ...rest].map((i) => row[i] ?? ''));
  }
  const hidden = new Set([...columnsOf(options.get('H')), ...withFlag(described, 'hide')]);
  const right = new Set([...columnsOf(options.get('R')), ...withFlag(described, 'right')]);
  const shown = [...Array(count).keys()].filter((i) => !hidden.has(i));
  const widths: number[] = shown.map(() => 0);
  for (const row of rows) {
    yield* call.spend();
    for (const [k, i] of shown.entries())
      widths[k] = Math.max(widths[k] as number, displayWidth(row[i] ?? ''));
  }
  const joiner = options.get('o') ?? '  ';
  for (const row of rows) {
    yield* call.spend();
    const cells = shown.map((i, k) => {
      const cell = row[i] ?? '';
      const lack = ' '.repeat((widths[k] as number) - displayWidth(cell));
      if (right.has(i)) return lack + cell;
      return k === shown.length - 1 ? cell : cell + lack;
    });
    yield* call.print(`${cells.join(joiner)}\n`);
  }
}

/** `-J`: a list of objects, by the names of the columns. */
function json(name: string, names: readonly string[] | undefined, branches: readonly Branch[]): string {
  if (!names) throw new Failure('option --table-columns required for --json');
  const row = ({ row: cells, children }: Branch): DeviceRow => ({
    cells: Object.fromEntries(names.map((key, i) => [key.toLowerCase(), cells[i] || null])),
    children: children.map(row),
  });
  return jsonTree(name, branches.map(row));
}

/** `-C name=USED,right`: a column and what holds for it. */
function propertiesOf(text: string): { name: string; flags: readonly string[] } {
  const words = text.split(',');
  const name = words.find((word) => word.startsWith('name='))?.slice('name='.length) ?? '';
  const flags = words.filter((word) => !word.startsWith('name='));
  const unknown = flags.find((flag) => flag !== 'right' && flag !== 'hide');
  if (unknown !== undefined) throw new Failure(`unknown column property '${unknown}'`);
  return { name, flags };
}

const withFlag = (columns: readonly { flags: readonly string[] }[], flag: string): number[] =>
  columns.flatMap(({ flags }, i) => (flags.includes(flag) ? [i] : []));

/** Which columns `-r`, `-i` and `-p` mean. */
function treeOf(
  options: Options,
  columnsOf: (text: string | undefined) => number[],
): { at: number; id: number; parent: number } | undefined {
  if (!options.has('r')) return undefined;
  const [[at = 0], [id], [parent]] = [
    columnsOf(options.get('r')),
    columnsOf(options.get('i')),
    columnsOf(options.get('p')),
  ];
  if (id === undefined || parent === undefined)
    throw new Failure('options --tree-id and --tree-parent are required for tree formatting');
  return { at, id, parent };
}

function splitRow(line: string, separator: string | undefined, limit: number): string[] {
  const cells = separator === undefined ? (line.match(/[^ \t]+/g) ?? []) : splitAny(line, separator);
  if (limit === 0 || cells.length <= limit) return cells;
  const rest =
    separator === undefined ? cells.slice(limit - 1).join(' ') : cells.slice(limit - 1).join(separator[0]);
  return [...cells.slice(0, limit - 1), rest];
}

function splitAny(line: string, separators: string): string[] {
  const out = [''];
  for (const char of line) {
    if (separators.includes(char)) out.push('');
    else out[out.length - 1] += char;
  }
  return out;
}

/** Entries side by side, down the columns, or across with `-x`; columns are a multiple of eight wide. */
function* list(call: Call, lines: readonly string[]): Steps<void> {
  const given = call.options.get('c') ?? call.context.env.get('COLUMNS');
  const total = given === undefined ? call.context.terminal?.size.columns || 80 : Number(given);
  const widest = greatest(yield* mapped(call, lines, displayWidth));
  const width = (widest + 8) & ~7;
  const columns = Math.max(1, Math.floor(total / width));
  const isOne = columns === 1 || widest >= total;
  const rows = isOne ? lines.length : Math.ceil(lines.length / columns);
  for (let row = 0; row < rows; row++) {
    yield* call.spend();
    let position = 0;
    let line = '';
    for (let c = 0; c < (isOne ? 1 : columns); c++) {
      const index = isOne ? row : call.options.has('x') ? row * columns + c : c * rows + row;
      const entry = lines[index];
      if (entry === undefined) break;
      while (position < c * width) {
        line += '\t';
        position = (position + 8) & ~7;
      }
      line += entry;
      position += displayWidth(entry);
    }
    yield* call.print(`${line}\n`);
  }
}
