/** A table as etcdctl draws it. */
export function grid(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const centered = (text: string, width: number) => {
    const left = Math.floor((width - text.length) / 2);
    return `${' '.repeat(left)}${text}${' '.repeat(width - text.length - left)}`;
  };
  const line = (row: readonly string[], i: number) =>
    `|${row.map((cell, j) => ` ${i === 0 ? centered(cell, widths[j] as number) : /^[\d.]+$/.test(cell) ? cell.padStart(widths[j] as number) : cell.padEnd(widths[j] as number)} `).join('|')}|\n`;
  const [head, ...body] = rows.map(line);
  return `${rule}${head}${rule}${body.join('')}${rule}`;
}

// Models dustin/go-humanize Bytes
export function humanSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
