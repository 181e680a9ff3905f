import type { Buffer, Position } from '../vi/buffer.ts';

/** Where the cursor is, and what moving it depends on. */
export interface Place {
  readonly buffer: Buffer;
  readonly cursor: Position;
  /** Column that vertical moves aim at. */
  readonly wanted: number;
  /** Lines of text on the screen. */
  readonly height: number;
}

const SAME_KEYS: Readonly<Record<string, string>> = {
  '\x02': '<Left>',
  '\x10': '<Up>',
  '\x0e': '<Down>',
  '\x01': '<Home>',
  '\x05': '<End>',
  '\x19': '<PageUp>',
  '\x16': '<PageDown>',
};

/** Where a key moves the cursor; `keep`: the wanted column stays. Undefined: the key does not move it. */
export function destination(key: string, place: Place): { to: Position; keep: boolean } | undefined {
  const { buffer, cursor, wanted, height } = place;
  const { line, column } = cursor;
  const text = buffer.line(line);
  const at = (to: Position) => ({ to, keep: false });
  const by = (lines: number) => ({ to: { line: line + lines, column: wanted }, keep: true });
  switch (SAME_KEYS[key] ?? key) {
    case '<Left>':
      if (column > 0) return at({ line, column: column - 1 });
      return at({ line: line - 1, column: line > 0 ? buffer.line(line - 1).length : 0 });
    case '<Right>':
      if (column < text.length) return at({ line, column: column + 1 });
      return at(line + 1 < buffer.count ? { line: line + 1, column: 0 } : cursor);
    case '<Up>':
      return by(-1);
    case '<Down>':
      return by(1);
    case '<PageUp>':
      return by(2 - height);
    case '<PageDown>':
      return by(height - 2);
    case '<Home>':
      return at({ line, column: 0 });
    case '<End>':
      return at({ line, column: text.length });
    case '<C-Right>':
      return at({ line, column: column + (/^\S*\s*/.exec(text.slice(column))?.[0].length ?? 0) });
    case '<C-Left>':
      return at({ line, column: column - (/\S*\s*$/.exec(text.slice(0, column))?.[0].length ?? 0) });
    default:
      return undefined;
  }
}
