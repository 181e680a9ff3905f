import type { Regex } from '../../regex/regex.ts';
import { charWidth } from '../core/width.ts';

export interface Wrapping {
  /** Stands before each row. */
  readonly gutter: string;
  readonly width: number;
  /** Long lines are cut, and so many columns of theirs stand left of the window. */
  readonly skip: number | undefined;
  readonly tab: number;
  /** 0: control characters are shown as ^X; 1: all go to the terminal; 2: colours do. */
  readonly raw: number;
}

/** The rows of a line, and which characters of it they begin with. */
export interface Wrapped {
  readonly pieces: string[];
  readonly starts: readonly number[];
}

const TOKENS = /\x1b\[[0-9;]*[A-Za-z]|[\s\S]/gu;

/** How a control character is shown. */
function shownControl(char: string): string {
  const name = char === '\x1b' ? 'ESC' : `^${String.fromCharCode(char.charCodeAt(0) ^ 64)}`;
  return `\x1b[7m${name}\x1b[27m`;
}

/** The rows that a line takes on the screen. */
export function wrapLine(line: string, { gutter, width, skip, tab, raw }: Wrapping): Wrapped {
  const pieces: string[] = [''];
  const starts = [0];
  let taken = 0;
  let [used, column] = [0, 0];
  const put = (text: string, wide: number): boolean => {
    if (skip !== undefined && column < skip) {
      column += wide;
      return true;
    }
    if (used + wide > width) {
      if (skip !== undefined) return false;
      pieces.push('');
      starts.push(taken);
      used = 0;
    }
    pieces[pieces.length - 1] += text;
    used += wide;
    column += wide;
    return true;
  };
  for (const token of line.match(TOKENS) ?? []) {
    const isSequence = token.length > 1 && token.startsWith('\x1b');
    // Hits are marked with sequences too; those of the text are shown as they are unless they may pass.
    if (isSequence && (raw > 0 || token === HIT || token === UNHIT)) pieces[pieces.length - 1] += token;
    else if (token === '\t') {
      for (let blanks = tab - (column % tab); blanks > 0; blanks--) if (!put(' ', 1)) break;
    } else if (isSequence) {
      if (!put(`${shownControl('\x1b')}${token.slice(1)}`, token.length + 2)) break;
    } else if (token < ' ' || token === '\x7f') {
      if (!put(raw === 1 ? token : shownControl(token), token === '\x1b' ? 3 : 2)) break;
    } else if (!put(token, charWidth(token))) break;
    if (token !== HIT && token !== UNHIT) taken += token.length;
  }
  if (skip !== undefined && used >= width && column < fullWidth(line, tab) && pieces[0] !== undefined)
    pieces[0] = `${cutLast(pieces[0])}\x1b[7m>\x1b[27m`;
  return { pieces: pieces.map((piece) => gutter + piece), starts };
}

const HIT = '\x1b[7m';
const UNHIT = '\x1b[27m';

function fullWidth(line: string, tab: number): number {
  let width = 0;
  for (const token of line.match(TOKENS) ?? [])
    width +=
      token === '\t'
        ? tab - (width % tab)
        : token.length > 1 && token.startsWith('\x1b')
          ? 0
          : charWidth(token);
  return width;
}

/** Without the last character, sequences kept. */
function cutLast(text: string): string {
  const tokens = text.match(TOKENS) ?? [];
  const last = tokens.findLastIndex((token) => !(token.length > 1 && token.startsWith('\x1b')));
  return tokens.filter((_, i) => i !== last).join('');
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
      out += `${line.slice(at, match.index)}${HIT}${line.slice(match.index, match.end)}${UNHIT}`;
      at = match.end;
    }
    from = Math.max(match.end, match.index + 1);
  }
  return out + line.slice(at);
}
