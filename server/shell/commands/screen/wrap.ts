import type { Regex } from '../../regex/regex.ts';
import { charWidth } from '../core/width.ts';

export interface Wrapping {
  /** Stands before the first row. */
  readonly gutter: string;
  readonly width: number;
  /** Long lines are cut, and so many columns of theirs stand left of the window. */
  readonly skip: number | undefined;
}

/** The rows that a line takes on the screen. */
export function wrapLine(line: string, { gutter, width, skip }: Wrapping): string[] {
  const pieces: string[] = [''];
  let used = 0;
  let skipped = 0;
  for (const token of line.match(/\x1b\[[0-9;]*[A-Za-z]|[\s\S]/gu) ?? []) {
    if (token.length > 1 && token.startsWith('\x1b')) {
      pieces[pieces.length - 1] += token;
      continue;
    }
    const shown =
      token === '\t'
        ? ' '.repeat(8 - (used % 8))
        : token < ' ' || token === '\x7f'
          ? `^${String.fromCharCode(token.charCodeAt(0) ^ 64)}`
          : token;
    const wide = shown.length > 1 && token !== '\t' ? 2 : token === '\t' ? shown.length : charWidth(token);
    if (skip !== undefined && skipped < skip) {
      skipped += wide;
      continue;
    }
    if (used + wide > width) {
      if (skip !== undefined) break;
      pieces.push('');
      used = 0;
    }
    pieces[pieces.length - 1] += shown;
    used += wide;
  }
  return pieces.map((piece, i) => (i === 0 ? gutter : ' '.repeat(gutter.length)) + piece);
}

/** Search hits in reverse. */
export function withHits(line: string, regex: Regex): string {
  if (line.includes('\x1b')) return line;
  let out = '';
  let at = 0;
  for (let from = 0; from < line.length; ) {
    const match = regex.exec(line, from);
    if (!match) break;
    if (match.end > match.index) {
      out += `${line.slice(at, match.index)}\x1b[7m${line.slice(match.index, match.end)}\x1b[27m`;
      at = match.end;
    }
    from = Math.max(match.end, match.index + 1);
  }
  return out + line.slice(at);
}
