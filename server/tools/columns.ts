/** Rows as Go's tabwriter lays them out: each column as wide as its widest cell, and some more. */
export function columns(rows: readonly (readonly string[])[], least: number, padding: number): string {
  const widths = (rows[0] ?? []).map((_, i) =>
    Math.max(least, ...rows.map((row) => (row[i] ?? '').length + padding)),
  );
  return rows
    .map((row) => row.map((cell, i) => cell.padEnd(widths[i] as number)).join(''))
    .map((line) => `${line}\n`)
    .join('');
}
