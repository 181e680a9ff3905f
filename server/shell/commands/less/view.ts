import { byteLength } from '../../../host/index.ts';
import type { Regex } from '../../regex/regex.ts';
import type { PagerSettings } from './options.ts';
import type { Source } from './source.ts';
import { type Wrapped, withHits, wrapLine } from './wrap.ts';

/** A row: a line among those that are shown, and a piece of it. Lines before the first or after the last are blank. */
export interface Place {
  readonly line: number;
  readonly piece: number;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Which lines of a text are shown, and how they lie on rows of the screen. */
export class View {
  readonly source: Source;
  readonly #settings: PagerSettings;
  readonly #size: () => Size;
  top: Place = { line: 0, piece: 0 };
  /** Columns that stand left of the window. */
  left = 0;
  filter: ((line: string) => boolean) | undefined;
  hits: Regex | undefined;
  /** Numbers of the lines that are shown, when not all are; and how many lines were looked at. */
  #shown: number[] | undefined;
  #looked = 0;

  constructor(source: Source, settings: PagerSettings, size: () => Size) {
    this.source = source;
    this.#settings = settings;
    this.#size = size;
  }

  get height(): number {
    return Math.max(1, this.#size().rows - 1);
  }

  /** What is hidden has changed: the same line, or the next that is left, stays at the top. */
  refilter(): void {
    const top = this.numberOf(this.top.line);
    this.#shown = undefined;
    this.#looked = 0;
    const line = this.#visible().findIndex((number) => number >= top);
    this.top = { line: line < 0 ? Math.max(0, this.count - 1) : line, piece: 0 };
  }

  #visible(): readonly number[] {
    const { lines } = this.source;
    this.#shown ??= [];
    for (; this.#looked < lines.length; this.#looked++) {
      const line = lines[this.#looked] as string;
      const squeezed = this.#settings.is('s') && line === '' && lines[this.#looked - 1] === '';
      if (!squeezed && (this.filter?.(line) ?? true)) this.#shown.push(this.#looked);
    }
    return this.#shown;
  }

  get #hides(): boolean {
    return this.filter !== undefined || this.#settings.is('s');
  }

  /** Lines that are shown, as far as they have been read. */
  get count(): number {
    return this.#hides ? this.#visible().length : this.source.lines.length;
  }

  /** Which line of the text a shown line is. */
  numberOf(line: number): number {
    return this.#hides ? (this.#visible()[line] ?? line) : line;
  }

  text(line: number): string | undefined {
    return line < 0 ? undefined : this.source.lines[this.#hides ? (this.#visible()[line] ?? -1) : line];
  }

  /** The rows that a line takes. */
  rows(line: number): string[] {
    if (this.text(line) === undefined) return [this.#settings.is('~') ? '~' : ''];
    return this.#wrapped(line).pieces;
  }

  #wrapped(line: number): Wrapped {
    const text = this.text(line) ?? '';
    const hits = this.#settings.is('g') ? this.hits : undefined;
    const gutter = this.#gutter(line, text);
    return wrapLine(hits ? withHits(text, hits) : text, {
      gutter,
      width: this.#size().columns - gutter.length,
      skip: this.#settings.is('S') || this.left > 0 ? this.left : undefined,
      tab: this.#settings.numbers.x ?? 8,
      raw: this.#settings.at('r'),
    });
  }

  #gutter(line: number, text: string): string {
    const status = this.#settings.is('J') ? (this.hits?.test(text) ? '* ' : '  ') : '';
    const number = this.#settings.at('n') === 2 ? `${String(this.numberOf(line) + 1).padStart(7)} ` : '';
    return status + number;
  }

  #pieces(line: number): number {
    return this.text(line) === undefined ? 1 : this.rows(line).length;
  }

  /** So many rows on (or back), over the ends of the text too. */
  step(from: Place, by: number): Place {
    let { line, piece } = from;
    piece += by;
    while (piece < 0) piece += this.#pieces(--line);
    for (let pieces = this.#pieces(line); piece >= pieces; pieces = this.#pieces(line)) {
      piece -= pieces;
      line++;
    }
    return { line, piece };
  }

  /** The rows of the window. */
  screen(): { text: string; line: number }[] {
    const out: { text: string; line: number }[] = [];
    for (let { line, piece } = this.top; out.length < this.height; line++, piece = 0)
      for (const text of this.rows(line).slice(piece)) out.push({ text, line });
    return out.slice(0, this.height);
  }

  /** The byte at which a row begins, and the number of its line; undefined beside the text. */
  positionOf(row: number): { byte: number; line: number } | undefined {
    const place = this.step(this.top, row);
    const text = this.text(place.line);
    if (text === undefined) return undefined;
    // What is hidden before a line counts as part of it.
    const isFirst = place.line === 0 || place.piece > 0;
    const number = isFirst ? this.numberOf(place.line) : this.numberOf(place.line - 1) + 1;
    const start = place.piece === 0 ? 0 : (this.#wrapped(place.line).starts[place.piece] ?? 0);
    return { byte: this.source.bytesBefore(number) + byteLength(text.slice(0, start)), line: number + 1 };
  }

  /** The last line of the window that is one of the text, or -1. */
  get bottom(): number {
    return Math.min(this.count - 1, this.screen().at(-1)?.line ?? -1);
  }

  /** The end of the text is on the screen. */
  get atEnd(): boolean {
    if (!this.source.complete) return false;
    const next = this.step(this.top, this.height);
    return next.line >= this.count;
  }

  /** The highest place from which the end can be seen. */
  get lastTop(): Place {
    const place = this.step({ line: this.count, piece: 0 }, -this.height);
    return place.line < 0 ? { line: 0, piece: 0 } : place;
  }

  forward(rows: number, beyond: boolean): boolean {
    if (this.atEnd && !beyond) return false;
    const to = this.step(this.top, rows);
    const end = this.lastTop;
    const past = this.source.complete && !beyond && isBefore(end, to);
    this.top = past ? end : to;
    // The last line never leaves the window.
    if (this.source.complete && this.top.line >= this.count)
      this.top = { line: Math.max(0, this.count - 1), piece: 0 };
    return true;
  }

  backward(rows: number, beyond: boolean): boolean {
    const to = this.step(this.top, -rows);
    if ((beyond && rows <= this.height) || to.line >= 0) {
      this.top = to;
      return true;
    }
    if (this.top.line <= 0 && this.top.piece === 0) return false;
    this.top = { line: 0, piece: 0 };
    return true;
  }

  /** Puts a line at a row of the window. */
  goTo(line: number, row = 0): void {
    const place = this.step({ line, piece: 0 }, -row);
    this.top = place.line < 0 ? { line: 0, piece: 0 } : place;
  }
}

function isBefore(a: Place, b: Place): boolean {
  return a.line < b.line || (a.line === b.line && a.piece < b.piece);
}
