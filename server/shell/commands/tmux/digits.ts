import { COLOURS } from './colours.ts';
import { drawAt, type Frame } from './frame.ts';
import type { Box } from './layout.ts';

/** Rows of five dots of each sign. */
const SIGNS: Readonly<Record<string, readonly string[]>> = {
  '0': ['#####', '#   #', '#   #', '#   #', '#####'],
  '1': ['    #', '    #', '    #', '    #', '    #'],
  '2': ['#####', '    #', '#####', '#    ', '#####'],
  '3': ['#####', '    #', '#####', '    #', '#####'],
  '4': ['#   #', '#   #', '#####', '    #', '    #'],
  '5': ['#####', '#    ', '#####', '    #', '#####'],
  '6': ['#####', '#    ', '#####', '#   #', '#####'],
  '7': ['#####', '    #', '    #', '    #', '    #'],
  '8': ['#####', '#   #', '#####', '#   #', '#####'],
  '9': ['#####', '#   #', '#####', '    #', '#####'],
  A: ['#####', '#   #', '#####', '#   #', '#   #'],
  M: ['#   #', '## ##', '# # #', '#   #', '#   #'],
  P: ['#####', '#   #', '#####', '#    ', '#    '],
  ':': ['     ', '  #  ', '     ', '  #  ', '     '],
};
/** Columns that a sign takes, with the blank behind it. */
const WIDE = 6;

/** Writes a text in big signs, so many rows above the middle of a pane; small where there is no room. */
function drawBig(frame: Frame, box: Box, text: string, look: { colour: string; rise: number }): void {
  const [x, y] = [box.x + (box.columns >> 1), box.y + (box.rows >> 1)];
  const colour = COLOURS.indexOf(look.colour);
  if (box.columns < text.length) return;
  if (box.columns < text.length * WIDE || box.rows < look.rise + 3) {
    drawAt(frame, x - (text.length >> 1), y, text, `3${colour}`);
    return;
  }
  for (const [i, sign] of [...text].entries())
    for (const [j, dots] of (SIGNS[sign] ?? []).entries())
      for (const [k, dot] of [...dots].entries())
        if (dot === '#')
          drawAt(frame, x - 3 * text.length + i * WIDE + k, y - look.rise + j, ' ', `4${colour}`);
}

/** A pane's number and its size. Models cmd-display-panes.c. */
export function drawNumber(frame: Frame, box: Box, number: number, colour: string): void {
  drawBig(frame, box, String(number), { colour, rise: 2 });
  const size = `${box.columns}x${box.rows}`;
  if (box.rows > 6 && box.columns >= size.length)
    drawAt(frame, box.x + box.columns - size.length, box.y, size, `3${COLOURS.indexOf(colour)}`);
}

/** The time in the middle of an empty pane. Models window-clock.c. */
export function drawClock(frame: Frame, box: Box, time: string, colour: string): void {
  for (let y = 0; y < box.rows; y++) drawAt(frame, box.x, box.y + y, ' '.repeat(box.columns), '');
  drawBig(frame, box, time, { colour, rise: 3 });
}
