/** What a device has in a column; a list where it may have several. */
export type Cell = string | number | boolean | null | readonly (string | null)[];

export interface DeviceRow {
  readonly cells: Readonly<Record<string, Cell>>;
  readonly children: readonly DeviceRow[];
}

/** `lsblk -J` and `findmnt -J`: devices with those on them, in util-linux's layout of JSON. */
export function jsonTree(name: string, rows: readonly DeviceRow[]): string {
  return `{\n   "${name}": [\n      ${rows.map((row) => jsonRow(row, 6)).join(',')}\n   ]\n}\n`;
}

function jsonRow({ cells, children }: DeviceRow, indent: number): string {
  const pad = ' '.repeat(indent);
  const fields = Object.entries(cells).map(
    ([key, value]) => `${pad}   "${key}": ${jsonCell(value, indent + 3)}`,
  );
  if (children.length > 0)
    fields.push(
      `${pad}   "children": [\n${pad}      ${children.map((row) => jsonRow(row, indent + 6)).join(',')}\n${pad}   ]`,
    );
  return `{\n${fields.join(',\n')}\n${pad}}`;
}

function jsonCell(value: Cell, indent: number): string {
  if (!Array.isArray(value)) return JSON.stringify(value);
  const pad = ' '.repeat(indent + 4);
  return `[\n${value.map((item) => pad + JSON.stringify(item)).join(',\n')}\n${' '.repeat(indent)}]`;
}

/** `-P`: a row of `NAME="value"`. */
export function pairs(columns: readonly string[], values: readonly string[]): string {
  return `${columns.map((column, i) => `${column.replace(/[^A-Z]/g, '_')}="${values[i] ?? ''}"`).join(' ')}\n`;
}
