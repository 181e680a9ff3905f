import type { Context } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Position } from '../vi/buffer.ts';
import { fileTypeOf } from '../vi/highlight.ts';
import { Keys } from '../vi/keys.ts';
import type { Bar } from './bars.ts';
import { draw, piecesOf } from './screen.ts';
import type { Settings } from './settings.ts';
import { columnsOf, type Manner, Sheet } from './sheet.ts';

/** A message goes after so many keys. */
const KEYS_OF_A_MESSAGE = 20;

/** A question at the bottom: all of it, the part that was typed, the cursor in that. */
export interface Question {
  readonly text: string;
  readonly typed: string;
  readonly at: number;
}

/** Thrown to leave the editor. */
export class Leave extends Error {
  override name = 'Leave';
}

/** How the window follows a cursor that left it. */
export type Following = 'flowing' | 'centering';

/** What the parts of the editor share: the files, the screen, keys, what was cut and sought. */
export class NanoEditor {
  readonly context: Context;
  readonly settings: Settings;
  readonly sheets: Sheet[] = [new Sheet()];
  sheet: Sheet = this.sheets[0] as Sheet;
  readonly #keys: Keys;
  bar: Bar = 'main';
  question: Question | undefined;
  /** A match that a question is about. */
  spotlight: { line: number; column: number; end: number } | undefined;
  colours = true;
  recording = false;
  macro: string[] = [];
  cutText: string | undefined;
  /** The next cut adds to what was cut. */
  keepsCut = false;
  /** The line that hard wrapping has begun while text was typed before its end. */
  spill: number | undefined;
  lastSearch = '';
  searchesBack = false;
  readonly histories = { search: [] as string[], execute: [] as string[] };
  #message = '';
  #keysLeft = 0;

  constructor(context: Context, settings: Settings) {
    this.context = context;
    this.settings = settings;
    this.#keys = new Keys(context, '<LineFeed>');
  }

  get message(): string {
    return this.#message;
  }

  say(text: string): void {
    this.#message = text;
    this.#keysLeft = this.settings.quickblank || this.settings.constantshow ? 1 : KEYS_OF_A_MESSAGE;
  }

  get language(): string {
    return fileTypeOf(this.sheet.path ?? '', this.sheet.buffer.line(0));
  }

  get size() {
    return this.context.fds.get(1)?.terminal?.size ?? { columns: 80, rows: 24 };
  }

  /** Rows of text. */
  get height(): number {
    const { nohelp, emptyline, zero } = this.settings;
    if (zero) return this.size.rows;
    return Math.max(1, this.size.rows - (nohelp ? 2 : 4) - (emptyline ? 1 : 0));
  }

  /** The next key; undefined when the window changed. The screen is brought up to date before waiting. */
  *key(): Steps<string | undefined> {
    if (!this.#keys.pending) yield* draw(this);
    const key = yield* this.#keys.next();
    if (key !== undefined && this.recording) this.macro.push(key);
    return key;
  }

  feed(keys: readonly string[]): void {
    this.#keys.queue = [...keys, ...this.#keys.queue];
  }

  /** A key of a command is about to be carried out: messages grow old. */
  age(): void {
    if (--this.#keysLeft <= 0) this.#message = '';
  }

  /** Moves the cursor, and the window after it. */
  move(to: Position, following: Following = 'flowing', keepsWanted = false): void {
    this.sheet.place(to);
    if (!keepsWanted) this.aim();
    this.follow(following);
  }

  /** Vertical moves aim at the column of the cursor from here on. */
  aim(): void {
    const { line, cursor } = this.sheet;
    this.sheet.wanted = columnsOf(line.slice(0, cursor.column), this.settings.tabsize);
  }

  /** Scrolls when the cursor is not in the window. Models nano src/winio.c adjust_viewport. */
  follow(following: Following): void {
    const { sheet } = this;
    const above = sheet.cursor.line < sheet.top;
    if (!above && this.rowOf(sheet.cursor.line) < this.height) return;
    if (following === 'centering' || this.settings.jumpyscrolling) this.putOnRow(this.height >> 1);
    else this.putOnRow(above ? 0 : this.height - 1);
  }

  /** Scrolls so that the cursor stands on a row of the window. */
  putOnRow(row: number): void {
    const { sheet } = this;
    let top = sheet.cursor.line;
    for (let rows = piecesOf(this, top) - 1; top > 0 && rows + piecesOf(this, top - 1) <= row; top--)
      rows += piecesOf(this, top - 1);
    sheet.top = top;
  }

  /** On which row of the window a line ends. */
  rowOf(line: number): number {
    if (!this.settings.softwrap) return line - this.sheet.top;
    let rows = -1;
    for (let i = this.sheet.top; i <= line && rows < this.height; i++) rows += piecesOf(this, i);
    return rows;
  }

  /** Changes the text; refused in view mode. */
  change(manner: Manner, run: () => void, following: Following = 'centering'): boolean {
    if (this.settings.view) {
      this.say('Key is invalid in view mode');
      return false;
    }
    this.sheet.change(manner, run);
    this.aim();
    this.follow(following);
    return true;
  }

  /** Shows another of the files. */
  show(sheet: Sheet): void {
    this.sheet = sheet;
  }

  closeSheet(): void {
    const index = this.sheets.indexOf(this.sheet);
    this.sheets.splice(index, 1);
    const next = this.sheets[index] ?? this.sheets.at(0);
    if (!next) throw new Leave('the last file is closed');
    this.sheet = next;
  }
}
