import { charWidth } from './width.ts';

interface Spot {
  row: number;
  column: number;
}

/** Draws the prompt and the line, wrapped at the window's width, and keeps the cursor where it belongs. */
export class Screen {
  columns: number;
  #row = 0;
  #prompt = '';
  #shown = '';
  #shownPoint = -1;
  #force = false;
  #hidden = false;

  constructor(columns: number) {
    this.columns = columns;
  }

  /** Starts a new line at the cursor. */
  begin(prompt: string): void {
    this.#prompt = prompt;
    this.#row = 0;
    this.#shown = '';
    this.#shownPoint = -1;
    this.#hidden = false;
  }

  get prompt(): string {
    return this.#prompt;
  }

  set prompt(prompt: string) {
    this.#prompt = prompt;
  }

  /** What to write so that the terminal shows the line with the cursor at `point`. */
  draw(chars: readonly string[], point: number, forced = false): string {
    if (this.#hidden) return '';
    const text = chars.join('');
    const force = forced || this.#force;
    this.#force = false;
    if (!force && this.#shownPoint >= 0) {
      const appended = this.#appended(chars, point, text);
      if (appended !== undefined) return appended;
      if (text === this.#shown && point === this.#shownPoint) return '';
    }
    const rows = this.#shownPoint >= 0 || force ? this.#row : 0;
    let out = rows > 0 ? `\x1b[${rows}A` : '';
    if (this.#shownPoint >= 0 || force) out += '\r';
    const end = this.#layout(chars, chars.length);
    const cursor = this.#layout(chars, point);
    out += visible(this.#prompt) + this.#drawn(chars).join('');
    if (end.column === 0 && end.row > 0 && chars.at(-1) !== '\n') out += ' \r';
    out += '\x1b[J';
    out += move(end, cursor);
    this.#row = cursor.row;
    this.#shown = text;
    this.#shownPoint = point;
    return out;
  }

  /** One more character at the end needs no redrawing. */
  #appended(chars: readonly string[], point: number, text: string): string | undefined {
    if (point !== chars.length || this.#shownPoint !== point - 1) return undefined;
    const last = chars[point - 1] as string;
    if (text !== this.#shown + last || last < ' ') return undefined;
    const spot = this.#layout(chars, point);
    if (spot.column === 0 || spot.column < charWidth(last) + 1) return undefined;
    this.#shown = text;
    this.#shownPoint = point;
    this.#row = spot.row;
    return last;
  }

  /** The next drawing draws all: the prompt changed. */
  forceNext(): void {
    this.#force = true;
  }

  /** Moves below the line: it was entered, or something else is printed. */
  finish(chars: readonly string[]): string {
    const end = this.#layout(chars, chars.length);
    const down = end.row - this.#row;
    const out = `${down > 0 ? `\x1b[${down}B` : ''}\r\n`;
    this.#row = 0;
    this.#shownPoint = -1;
    return out;
  }

  /** Something else is shown: nothing is drawn until a line begins anew. */
  hide(): void {
    this.#hidden = true;
  }

  /** Clears the window, to be drawn again at its top. */
  clear(): string {
    this.#row = 0;
    this.#shownPoint = -1;
    return '\x1b[H\x1b[2J';
  }

  /** The window has another width: rows wrap anew. */
  resize(columns: number, chars: readonly string[], point: number): string {
    this.columns = columns;
    this.#row = Math.max(this.#row, this.#layout(chars, point).row);
    return this.draw(chars, point, true);
  }

  #layout(chars: readonly string[], upTo: number): Spot {
    const spot = { row: 0, column: 0 };
    for (const char of printing(this.#prompt)) this.#advance(spot, char);
    for (const text of this.#drawn(chars.slice(0, upTo))) for (const char of text) this.#advance(spot, char);
    // A wide character that does not fit goes to the next row before it is drawn.
    const next = chars[upTo];
    if (next !== undefined && spot.column + charWidth(next) > this.columns)
      return { row: spot.row + 1, column: 0 };
    return spot;
  }

  /** Characters as they are drawn: a tab is blanks up to the next stop. */
  #drawn(chars: readonly string[]): string[] {
    if (!chars.includes('\t')) return chars.map(shown);
    const spot = { row: 0, column: 0 };
    for (const char of printing(this.#prompt)) this.#advance(spot, char);
    return chars.map((char) => {
      const text = char === '\t' ? ' '.repeat(8 - (spot.column % 8)) : shown(char);
      for (const one of text) this.#advance(spot, one);
      return text;
    });
  }

  #advance(spot: Spot, char: string): void {
    if (char === '\n') {
      spot.row++;
      spot.column = 0;
      return;
    }
    if (char === '\r') {
      spot.column = 0;
      return;
    }
    const width = charWidth(char);
    if (spot.column + width > this.columns) {
      spot.row++;
      spot.column = 0;
    }
    spot.column += width;
    if (spot.column >= this.columns) {
      spot.row++;
      spot.column = 0;
    }
  }
}

function move(from: Spot, to: Spot): string {
  let out = '';
  if (from.row > to.row) out += `\x1b[${from.row - to.row}A`;
  if (from.row !== to.row || from.column !== to.column) {
    out += '\r';
    if (to.column > 0) out += `\x1b[${to.column}C`;
  }
  return out;
}

/** The prompt as it is written: without the marks around what takes no room. */
function visible(prompt: string): string {
  return prompt.replace(/[\x01\x02]/g, '').replaceAll('\n', '\r\n');
}

/** The characters of the prompt that take room. */
function printing(prompt: string): string {
  return prompt.replace(/\x01[^\x02]*\x02/g, '').replace(/\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07/g, '');
}

/** A character of the line as it is drawn. */
function shown(char: string): string {
  if (char === '\n') return '\r\n';
  if (char < ' ') return `^${String.fromCharCode(char.charCodeAt(0) + 64)}`;
  return char === '\x7f' ? '^?' : char;
}
