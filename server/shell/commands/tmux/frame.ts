import { displayWidth } from '../core/width.ts';
import type { Cell } from './vt.ts';

/** The screen of a client: rows of cells, and where the cursor stands. */
export interface Frame {
  readonly rows: Cell[][];
  cursor: { x: number; y: number; shown: boolean };
}

/** Writes a text at a place, in a style. */
export function drawAt(frame: Frame, x: number, y: number, text: string, style: string): void {
  const row = frame.rows[y];
  if (!row) return;
  let at = x;
  for (const char of text) {
    if (at >= row.length) return;
    row[at++] = { char, style };
    if (displayWidth(char) === 2 && at < row.length) row[at++] = { char: '', style };
  }
}
