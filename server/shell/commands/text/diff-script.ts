import type { Hunk } from './diff-lines.ts';

const span = (from: number, to: number) => (to > from ? `${from},${to}` : String(from));

/** The commands of `ed` that make the old file the new one, the last first, so that numbers stay right. */
export function edScript(b: readonly string[], hunks: readonly Hunk[]): string {
  return [...hunks]
    .reverse()
    .map((hunk) => {
      const lines = b.slice(hunk.b, hunk.bEnd);
      if (lines.length === 0) return `${span(hunk.a + 1, hunk.aEnd)}d\n`;
      const where = hunk.aEnd === hunk.a ? `${hunk.a}a` : `${span(hunk.a + 1, hunk.aEnd)}c`;
      return `${where}\n${textOf(lines)}`;
    })
    .join('');
}

/** Lines up to the dot that ends them; a line that is a dot itself is written as two and mended. */
function textOf(lines: readonly string[]): string {
  const at = lines.indexOf('.');
  if (at < 0) return `${lines.map((line) => `${line}\n`).join('')}.\n`;
  const rest = lines.slice(at + 1);
  const head = [...lines.slice(0, at), '..'].map((line) => `${line}\n`).join('');
  return `${head}.\ns/.//\n${rest.length === 0 ? '' : `a\n${textOf(rest)}`}`;
}

/** `diff -n`, RCS's form: places and counts of the old file, in order. */
export function rcsScript(b: readonly string[], hunks: readonly Hunk[], complete: boolean): string {
  return hunks
    .map((hunk) => {
      const lines = b.slice(hunk.b, hunk.bEnd);
      const gone = hunk.aEnd > hunk.a ? `d${hunk.a + 1} ${hunk.aEnd - hunk.a}\n` : '';
      if (lines.length === 0) return gone;
      const text = lines.map((line, i) => (hunk.b + i === b.length - 1 && !complete ? line : `${line}\n`));
      return `${gone}a${hunk.aEnd} ${lines.length}\n${text.join('')}`;
    })
    .join('');
}
