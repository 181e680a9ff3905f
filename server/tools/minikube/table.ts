/** A table as minikube draws it: headings in the middle, cells at the left. */
export function box(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, i) =>
    Math.max(width(heading), ...rows.map((row) => width(row[i] ?? ''))),
  );
  const rule = `|${widths.map((w) => '-'.repeat(w + 2)).join('|')}|\n`;
  const head = headings.map((heading, i) => {
    const free = (widths[i] as number) - width(heading);
    const before = Math.floor(free / 2) + (free % 2);
    return ` ${' '.repeat(before)}${heading}${' '.repeat(free - before)} `;
  });
  const lines = rows.map(
    (row) =>
      `|${row.map((cell, i) => ` ${cell}${' '.repeat((widths[i] as number) - width(cell))} `).join('|')}|\n`,
  );
  return `${rule}|${head.join('|')}|\n${rule}${lines.join('')}${rule}`;
}

/** Columns on a terminal: a pictograph takes two. */
function width(text: string): number {
  return [...text].reduce((sum, char) => sum + ((char.codePointAt(0) as number) > 0x2600 ? 2 : 1), 0);
}
