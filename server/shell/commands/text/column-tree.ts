/** A row with those whose parent it is. */
export interface Branch {
  readonly row: readonly string[];
  readonly children: readonly Branch[];
}

/** Rows by their column of parents; those whose parent is not there stand at the top. */
export function branchesOf(rows: readonly (readonly string[])[], id: number, parent: number): Branch[] {
  const known = new Map(rows.map((row) => [row[id], row]));
  const below = (row: readonly string[] | undefined, seen: ReadonlySet<unknown>): Branch[] =>
    rows
      .filter((one) => !seen.has(one) && one !== row && known.get(one[parent] ?? '') === row)
      .map((one) => ({ row: one, children: below(one, new Set([...seen, one])) }));
  return below(undefined, new Set());
}

/** The rows from the top down, one of their columns drawn as a tree. */
export function drawn(branches: readonly Branch[], column: number): string[][] {
  const out: string[][] = [];
  const walk = (list: readonly Branch[], before: string, top: boolean) => {
    for (const [i, { row, children }] of list.entries()) {
      const last = i === list.length - 1;
      const mark = top ? '' : before + (last ? '└─' : '├─');
      out.push(row.map((cell, k) => (k === column ? mark + cell : cell)));
      walk(children, top ? '' : before + (last ? '  ' : '│ '), false);
    }
  };
  walk(branches, '', true);
  return out;
}
