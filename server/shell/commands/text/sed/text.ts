import type { Match } from '../../../regex/regex.ts';
import type { Piece } from './script.ts';

export function expand(pieces: readonly Piece[], match: Match): string {
  let out = '';
  let mode: 'L' | 'U' | 'E' = 'E';
  let once: 'l' | 'u' | undefined;
  for (const piece of pieces) {
    if ('fold' in piece) {
      if (piece.fold === 'l' || piece.fold === 'u') once = piece.fold;
      else mode = piece.fold;
      continue;
    }
    let text = 'text' in piece ? piece.text : (match.groups[piece.group] ?? '');
    if (mode === 'L') text = text.toLowerCase();
    if (mode === 'U') text = text.toUpperCase();
    if (once && text !== '') {
      const [first = ''] = text;
      text = (once === 'u' ? first.toUpperCase() : first.toLowerCase()) + text.slice(first.length);
      once = undefined;
    }
    out += text;
  }
  return out;
}

const SHOWN: Record<string, string> = {
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** The `l` command: every character visible, long lines folded with a backslash. */
export function unambiguous(text: string, width: number): string {
  let out = '';
  let column = 0;
  for (const char of text) {
    let shown = SHOWN[char];
    if (shown === undefined && char >= ' ' && char <= '~') shown = char;
    for (const piece of shown === undefined ? octal(char) : [shown]) {
      if (width > 1 && column + piece.length > width - 1) {
        out += '\\\n';
        column = 0;
      }
      out += piece;
      column += piece.length;
    }
  }
  return `${out}$\n`;
}

function octal(char: string): string[] {
  const code = char.codePointAt(0) as number;
  const bytes = code >= 0xdc80 && code <= 0xdcff ? [code - 0xdc00] : [...new TextEncoder().encode(char)];
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`);
}
