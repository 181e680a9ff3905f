import { Buffer, type Position } from './buffer.ts';
import { type Fold, Folds } from './folds.ts';
import { Jumps } from './jumps.ts';
import { type BufferSettings, type Settings, scoped, type WindowSettings } from './settings.ts';
import type { SwapFile } from './swap.ts';
import { lineWidth } from './window-view.ts';

export type Mode = 'normal' | 'insert' | 'replace' | 'visual' | 'visual-line' | 'visual-block';

const FRACTIONS = 16_384;

const START: Position = { line: 0, column: 0 };

/** What vim calls a buffer: a file's text, its name and number, and the options that are its own. */
export class Document {
  readonly number: number;
  path: string | undefined;
  readonly buffer: Buffer;
  readonly settings: BufferSettings;
  listed = true;
  /** False: the text has not been read, or was let go when no window showed it. */
  loaded = false;
  /** Where the cursor was when a window left it; nothing before one did. */
  left: Position | undefined;
  /** `endless`: a block to the end of each line. */
  lastVisual: { mode: Mode; anchor: Position; cursor: Position; endless: boolean } | undefined;
  swap: SwapFile | undefined;
  /** Where changes were made, oldest first, and how far back `g;` has gone. */
  changes: Position[] = [];
  changeIndex = 0;

  constructor(number: number, path: string | undefined, settings: BufferSettings, now: () => number) {
    this.number = number;
    this.path = path;
    this.settings = { ...settings };
    this.buffer = new Buffer(now);
  }

  get name(): string {
    return this.path ?? '[No Name]';
  }
}

/** A view on a document: where its cursor is, and what part is on the screen. */
export class Window {
  document: Document;
  cursor: Position = START;
  /** Column that vertical motions aim at. */
  wanted = 0;
  /** First line on the screen. */
  top = 0;
  /** How far ^D and ^U go, when a count said so. */
  scroll: number | undefined;
  /** First column shown, when lines do not wrap. */
  left = 0;
  /** What a command-line window has before each line. */
  sign = '';
  /** Size of the text; set by the layout. */
  height = 23;
  width = 80;
  readonly jumps = new Jumps();
  folds = new Folds();
  /** The document shown before this one (`#`). */
  alternate: Document | undefined;
  /** Which of the files of the command line it shows. */
  fileIndex = 0;
  readonly own: WindowSettings;
  readonly #global: Settings;
  /** How far down the cursor was when that was last reckoned, of `FRACTIONS`. */
  #fraction = { row: -1, share: 0 };
  /** All options as this window sees them. */
  settings: Settings;

  constructor(document: Document, global: Settings, own: WindowSettings = global) {
    this.document = document;
    this.#global = global;
    this.own = { ...own };
    this.settings = scoped(global, document.settings, this.own);
  }

  /**
   * Takes a new size; the cursor keeps its place between top and bottom. Models vim src/window.c win_new_height,
   * scroll_to_fraction.
   */
  resize(height: number, width: number): void {
    this.width = width;
    if (this.height === height) return;
    const row = this.cursor.line - this.top;
    if (this.height > 1 && row !== this.#fraction.row)
      this.#fraction.share = Math.floor((row * FRACTIONS + FRACTIONS / 2) / this.height);
    this.height = height;
    if (height < this.document.buffer.count || this.top > 0) {
      const wanted = Math.floor((this.#fraction.share * height - 1) / FRACTIONS);
      this.top = Math.max(0, this.cursor.line - Math.min(wanted, height - 1));
    }
    this.#fraction.row = this.cursor.line - this.top;
  }

  /** The closed fold that a line is hidden in. */
  closedFold(line: number): Fold | undefined {
    return this.folds.closedAt(this.document.buffer, this.settings, line);
  }

  /** Shows another document, from where it was left; `leaves`: it was looked at in this window. */
  show(document: Document, leaves = true): void {
    if (document !== this.document) {
      this.folds = new Folds();
      if (leaves) this.document.left = this.cursor;
      this.alternate = this.document;
    }
    this.document = document;
    this.settings = scoped(this.#global, document.settings, this.own);
    const { foldlevelstart } = this.#global;
    if (foldlevelstart >= 0) this.own.foldlevel = foldlevelstart;
    this.cursor = document.left ?? START;
    const before = document.buffer.line(this.cursor.line).slice(0, this.cursor.column);
    this.wanted = lineWidth(before, this.settings.tabstop);
    this.top = 0;
  }

  /** Another window on the same place. */
  copy(): Window {
    const made = new Window(this.document, this.#global, this.own);
    const { cursor, wanted, top, alternate, fileIndex, height } = this;
    Object.assign(made.jumps, { places: [...this.jumps.places], index: this.jumps.index });
    return Object.assign(made, { cursor, wanted, top, alternate, fileIndex, height });
  }
}
