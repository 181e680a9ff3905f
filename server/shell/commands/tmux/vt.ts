import { charWidth } from '../core/width.ts';
import { withStyle } from './style.ts';

/** One place on the screen: a character, and how it looks as the parameters of an SGR sequence. */
export interface Cell {
  readonly char: string;
  readonly style: string;
}

const BLANK: Cell = { char: ' ', style: '' };

/** A terminal's screen, as its output makes it. Models what xterm and tmux share of ECMA-48. */
export class Screen {
  columns: number;
  rows: number;
  /** Lines that have gone off the top, oldest first. */
  readonly history: Cell[][] = [];
  lines: Cell[][];
  x = 0;
  y = 0;
  cursorShown = true;
  title = '';
  /** Cursor keys send `ESC O`. */
  applicationKeys = false;
  bracketedPaste = false;
  readonly #historyLimit: number;
  #style = '';
  #top = 0;
  #bottom: number;
  #saved = { x: 0, y: 0, style: '' };
  #primary: { lines: Cell[][]; x: number; y: number } | undefined;
  #wrapPending = false;
  #pending = '';

  constructor(columns: number, rows: number, historyLimit = 2000) {
    this.columns = columns;
    this.rows = rows;
    this.#bottom = rows - 1;
    this.#historyLimit = historyLimit;
    this.lines = Array.from({ length: rows }, () => []);
  }

  get isAlternate(): boolean {
    return this.#primary !== undefined;
  }

  resize(columns: number, rows: number): void {
    while (this.lines.length > rows) {
      if (this.y >= rows || (this.lines.at(-1)?.length ?? 0) > 0) {
        this.#remember(this.lines.shift() as Cell[]);
        this.y = Math.max(0, this.y - 1);
      } else this.lines.pop();
    }
    while (this.lines.length < rows) this.lines.push([]);
    this.columns = columns;
    this.rows = rows;
    this.#top = 0;
    this.#bottom = rows - 1;
    this.x = Math.min(this.x, columns - 1);
    this.y = Math.min(this.y, rows - 1);
  }

  /** Takes output; a sequence that is cut in two is kept until the rest comes. */
  write(text: string): void {
    const input = this.#pending + text;
    this.#pending = '';
    const pattern =
      /\x1b\[([?>=!]?)([0-9;:]*)([ -/]*)([@-~])|\x1b\]([^\x07\x1b]*)(?:\x07|\x1b\\)|\x1b[P^_][^\x1b]*\x1b\\|\x1b([()*+#%]).|\x1b([^[\]()*+#%P^_])|([\x00-\x1f\x7f])|([^\x00-\x1f\x1b\x7f]+)/gsu;
    let at = 0;
    for (const match of input.matchAll(pattern)) {
      if (match.index > at && input[at] === '\x1b') break;
      at = match.index + match[0].length;
      const [, mark, parameters, , final, title, , single, control, plain] = match;
      if (plain !== undefined) this.#print(plain);
      else if (control !== undefined && control !== '\x1b') this.#control(control);
      else if (final !== undefined) this.#csi(mark ?? '', parameters ?? '', final);
      else if (title !== undefined) this.#setTitle(title);
      else if (single !== undefined) this.#escape(single);
      else if (control === '\x1b') {
        at = match.index;
        break;
      }
    }
    if (at < input.length && input.length - at < 4096) this.#pending = input.slice(at);
  }

  #setTitle(text: string): void {
    const [, kind, title] = /^([02]);(.*)$/s.exec(text) ?? [];
    if (kind !== undefined) this.title = title ?? '';
  }

  #print(text: string): void {
    for (const char of text) {
      const width = charWidth(char);
      if (width === 0) continue;
      if (this.#wrapPending || this.x + width > this.columns) {
        this.x = 0;
        this.#lineFeed();
      }
      this.#wrapPending = false;
      this.#put(this.x, { char, style: this.#style });
      if (width === 2) this.#put(this.x + 1, { char: '', style: this.#style });
      this.x += width;
      if (this.x >= this.columns) {
        this.x = this.columns - 1;
        this.#wrapPending = true;
      }
    }
  }

  #put(x: number, cell: Cell): void {
    const line = this.#line();
    while (line.length < x) line.push(BLANK);
    line[x] = cell;
  }

  #line(): Cell[] {
    let line = this.lines[this.y];
    if (!line) {
      line = [];
      this.lines[this.y] = line;
    }
    return line;
  }

  #control(char: string): void {
    this.#wrapPending = false;
    switch (char) {
      case '\r':
        this.x = 0;
        return;
      case '\n':
      case '\v':
      case '\f':
        this.#lineFeed();
        return;
      case '\b':
        this.x = Math.max(0, this.x - 1);
        return;
      case '\t':
        this.x = Math.min(this.columns - 1, (Math.floor(this.x / 8) + 1) * 8);
        return;
      default:
        return;
    }
  }

  #lineFeed(): void {
    if (this.y === this.#bottom) this.#scrollUp(1);
    else this.y = Math.min(this.rows - 1, this.y + 1);
  }

  #scrollUp(count: number): void {
    for (let i = 0; i < count; i++) {
      const [gone = []] = this.lines.splice(this.#top, 1);
      if (this.#top === 0 && !this.#primary) this.#remember(gone);
      this.lines.splice(this.#bottom, 0, []);
    }
  }

  #scrollDown(count: number): void {
    for (let i = 0; i < count; i++) {
      this.lines.splice(this.#bottom, 1);
      this.lines.splice(this.#top, 0, []);
    }
  }

  #remember(line: Cell[]): void {
    this.history.push(line);
    if (this.history.length > this.#historyLimit) this.history.shift();
  }

  #escape(char: string): void {
    switch (char) {
      case '7':
        this.#saved = { x: this.x, y: this.y, style: this.#style };
        return;
      case '8':
        this.#restore();
        return;
      case 'M':
        if (this.y === this.#top) this.#scrollDown(1);
        else this.y = Math.max(0, this.y - 1);
        return;
      case 'D':
        this.#lineFeed();
        return;
      case 'E':
        this.x = 0;
        this.#lineFeed();
        return;
      case 'c':
        this.#reset();
        return;
      default:
        return;
    }
  }

  #restore(): void {
    this.x = Math.min(this.#saved.x, this.columns - 1);
    this.y = Math.min(this.#saved.y, this.rows - 1);
    this.#style = this.#saved.style;
  }

  #reset(): void {
    this.lines = Array.from({ length: this.rows }, () => []);
    this.x = 0;
    this.y = 0;
    this.#style = '';
    this.#top = 0;
    this.#bottom = this.rows - 1;
  }

  #csi(mark: string, text: string, final: string): void {
    const numbers = text.split(';').map((part) => Number(part.split(':')[0] || 0));
    const [first = 0, second = 0] = numbers;
    const count = Math.min(10_000, Math.max(1, first));
    this.#wrapPending = false;
    if (mark === '?') {
      if (final === 'h' || final === 'l') for (const mode of numbers) this.#privateMode(mode, final === 'h');
      return;
    }
    if (mark !== '') return;
    switch (final) {
      case 'A':
        this.y = Math.max(this.y >= this.#top ? this.#top : 0, this.y - count);
        return;
      case 'B':
        this.y = Math.min(this.y <= this.#bottom ? this.#bottom : this.rows - 1, this.y + count);
        return;
      case 'C':
        this.x = Math.min(this.columns - 1, this.x + count);
        return;
      case 'D':
        this.x = Math.max(0, this.x - count);
        return;
      case 'E':
      case 'F':
        this.x = 0;
        this.y = Math.min(this.rows - 1, Math.max(0, this.y + (final === 'E' ? count : -count)));
        return;
      case 'G':
      case '`':
        this.x = Math.min(this.columns, count) - 1;
        return;
      case 'd':
        this.y = Math.min(this.rows, count) - 1;
        return;
      case 'H':
      case 'f':
        this.y = Math.min(this.rows, count) - 1;
        this.x = Math.min(this.columns, Math.max(1, second)) - 1;
        return;
      case 'J':
        this.#eraseDisplay(first);
        return;
      case 'K':
        this.#eraseLine(first);
        return;
      case 'L':
      case 'M':
        this.#insertLines(final === 'L' ? count : -count);
        return;
      case 'P':
        this.#line().splice(this.x, count);
        return;
      case '@':
        this.#insertBlanks(count);
        return;
      case 'X':
        for (let i = 0; i < Math.min(count, this.columns - this.x); i++) this.#put(this.x + i, this.#blank());
        return;
      case 'S':
        this.#scrollUp(Math.min(count, this.rows));
        return;
      case 'T':
        this.#scrollDown(Math.min(count, this.rows));
        return;
      case 'r':
        this.#top = Math.max(0, count - 1);
        this.#bottom = Math.min(this.rows, second || this.rows) - 1;
        if (this.#top >= this.#bottom) {
          this.#top = 0;
          this.#bottom = this.rows - 1;
        }
        this.x = 0;
        this.y = 0;
        return;
      case 'm':
        this.#style = withStyle(this.#style, text);
        return;
      case 's':
        this.#saved = { x: this.x, y: this.y, style: this.#style };
        return;
      case 'u':
        this.#restore();
        return;
      default:
        return;
    }
  }

  #privateMode(mode: number, on: boolean): void {
    if (mode === 25) this.cursorShown = on;
    else if (mode === 1) this.applicationKeys = on;
    else if (mode === 2004) this.bracketedPaste = on;
    else if (mode === 1049 || mode === 1047 || mode === 47) this.#alternate(on);
  }

  #alternate(on: boolean): void {
    if (on && !this.#primary) {
      this.#primary = { lines: this.lines, x: this.x, y: this.y };
      this.lines = Array.from({ length: this.rows }, () => []);
    } else if (!on && this.#primary) {
      const { lines, x, y } = this.#primary;
      this.#primary = undefined;
      this.lines = lines.slice(0, this.rows);
      while (this.lines.length < this.rows) this.lines.push([]);
      this.x = Math.min(x, this.columns - 1);
      this.y = Math.min(y, this.rows - 1);
    }
    this.#top = 0;
    this.#bottom = this.rows - 1;
  }

  #blank(): Cell {
    // Erasing paints with the background that is set.
    const background = this.#style
      .split(';')
      .filter((part) => /^4[0-7]$|^10[0-7]$/.test(part))
      .join(';');
    return background === '' ? BLANK : { char: ' ', style: background };
  }

  #eraseDisplay(how: number): void {
    if (how === 3) {
      this.history.length = 0;
      return;
    }
    this.#eraseLine(how === 2 ? 2 : how);
    const [from, to] = how === 0 ? [this.y + 1, this.rows] : how === 1 ? [0, this.y] : [0, this.rows];
    for (let y = from; y < to; y++) this.lines[y] = [];
  }

  #eraseLine(how: number): void {
    const line = this.#line();
    if (how === 2) line.length = 0;
    else if (how === 1) for (let x = 0; x <= this.x; x++) this.#put(x, BLANK);
    else line.length = Math.min(line.length, this.x);
    const blank = this.#blank();
    if (blank !== BLANK && how !== 1) {
      while (line.length < this.x) line.push(BLANK);
      while (line.length < this.columns) line.push(blank);
    }
  }

  #insertLines(count: number): void {
    if (this.y < this.#top || this.y > this.#bottom) return;
    const times = Math.min(Math.abs(count), this.#bottom - this.y + 1);
    for (let i = 0; i < times; i++) {
      if (count > 0) {
        this.lines.splice(this.#bottom, 1);
        this.lines.splice(this.y, 0, []);
      } else {
        this.lines.splice(this.y, 1);
        this.lines.splice(this.#bottom, 0, []);
      }
    }
  }

  #insertBlanks(count: number): void {
    const line = this.#line();
    while (line.length < this.x) line.push(BLANK);
    line.splice(this.x, 0, ...Array.from({ length: Math.min(count, this.columns) }, () => BLANK));
    line.length = Math.min(line.length, this.columns);
  }
}

/** A line as text, without styles and without blanks at the end. */
export function plainLine(line: readonly Cell[]): string {
  return Array.from(line, (cell) => cell?.char ?? ' ')
    .join('')
    .trimEnd();
}
