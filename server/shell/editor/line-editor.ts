import type { Steps } from '../../sim/index.ts';
import { Buffer, KillRing } from './buffer.ts';
import { EMACS, KILLS } from './emacs-keys.ts';
import { HistoryWalk } from './history-walk.ts';
import { KeyReader } from './keys.ts';
import { Screen } from './screen.ts';
import { Search } from './search.ts';
import { ViMode } from './vi-mode.ts';

/** What the editor needs of the shell around it. */
export interface EditorHost {
  columns(): number;
  /** Texts of the history, oldest first. */
  history(): readonly string[];
  /** Completes the word at the cursor. */
  complete(text: string, point: number, listing: boolean): Steps<Completion>;
  /** Opens the line in an editor (`^X^E`); undefined: nothing to run. */
  edit(text: string): Steps<string | undefined>;
  vi(): boolean;
}

/** What a Tab did. */
export interface Completion {
  /** The line and cursor afterwards. */
  text: string;
  point: number;
  /** Printed below the line. */
  listing?: string;
  bell?: boolean;
}

/** How a line ended. */
export type Result =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'eof' }
  | { readonly kind: 'interrupt' };

/** A line editor with the keys of readline's emacs mode. Input comes in pieces, output is taken with `take`. */
export class LineEditor {
  readonly host: EditorHost;
  readonly buffer = new Buffer();
  readonly kills = new KillRing();
  readonly screen: Screen;
  readonly vi = new ViMode();
  readonly #keys = new KeyReader();
  history: HistoryWalk;
  result: Result | undefined;
  #out = '';
  #queue: string[] = [];
  #prefix = '';
  #literal = false;
  #paste: string | undefined;
  #search: Search | undefined;
  readonly #searched = { text: '' };
  #lastKey = '';
  #argument: number | undefined;
  #yanked: { start: number; end: number } | undefined;
  #dotDepth = 0;
  #dotStart = -1;
  /** History position to start the next line at (`^O`). */
  nextFromHistory: number | undefined;
  overwrite = false;

  constructor(host: EditorHost) {
    this.host = host;
    this.screen = new Screen(host.columns());
    this.history = new HistoryWalk([]);
  }

  /** Starts a new line. */
  begin(prompt: string, text = ''): void {
    this.result = undefined;
    this.history = new HistoryWalk(this.host.history());
    this.buffer.reset(text);
    if (this.nextFromHistory !== undefined) {
      const line = this.history.goTo(this.nextFromHistory, this.buffer.text);
      if (line !== undefined) this.buffer.reset(line);
      this.nextFromHistory = undefined;
    }
    this.screen.columns = this.host.columns();
    this.screen.begin(prompt);
    this.vi.begin();
    this.#out += this.screen.draw(this.buffer.chars, this.buffer.point);
  }

  /** Takes typed text; stops at the end of the line, the rest waits for the next one. */
  *input(text: string): Steps<void> {
    for (const key of this.#keys.feed(text)) this.#queue.push(key);
    yield* this.drain();
  }

  /** Works on keys that were typed ahead. */
  *drain(): Steps<void> {
    while (this.#queue.length > 0 && !this.result) yield* this.#key(this.#queue.shift() as string);
  }

  get hasPending(): boolean {
    return this.#queue.length > 0;
  }

  /** An escape waits to see whether it begins a sequence. */
  get escapeWaits(): boolean {
    return this.#keys.hasPending;
  }

  /** Nothing followed the escape: it was one. */
  *flushEscape(): Steps<void> {
    this.#queue.push(...this.#keys.flush());
    yield* this.drain();
  }

  /** Output since the last call. */
  take(): string {
    const out = this.#out;
    this.#out = '';
    return out;
  }

  print(text: string): void {
    this.#out += text;
  }

  redraw(): void {
    if (this.#search) this.#out += this.#search.draw(this.screen, this.buffer);
    else this.#out += this.screen.draw(this.buffer.chars, this.buffer.point);
  }

  resize(): void {
    this.#out += this.screen.resize(this.host.columns(), this.buffer.chars, this.buffer.point);
  }

  bell(): void {
    this.#out += '\x07';
  }

  /** The number typed before a command (`M-3`). */
  count(): number {
    return this.#argument ?? 1;
  }

  get hasArgument(): boolean {
    return this.#argument !== undefined;
  }

  accept(): void {
    this.redraw();
    this.#out += this.screen.finish(this.buffer.chars);
    this.result = { kind: 'line', text: this.buffer.text };
  }

  *#key(key: string): Steps<void> {
    if (this.#paste !== undefined) {
      this.#pasteKey(key);
      return;
    }
    if (key === 'paste-start') {
      this.#paste = '';
      return;
    }
    if (this.#literal) {
      this.#literal = false;
      this.buffer.checkpoint();
      this.buffer.insert(key.startsWith('M-') ? `\x1b${key.slice(2)}` : key);
      return;
    }
    if (this.#search && !this.#searchKey(key)) return;
    if (this.host.vi() && (yield* this.vi.key(this, key))) {
      this.#lastKey = key;
      return;
    }
    yield* this.#command(key);
  }

  #pasteKey(key: string): void {
    if (key === 'paste-end') {
      this.buffer.checkpoint();
      this.buffer.insert((this.#paste as string).replace(/\r\n?/g, '\n'));
      this.#paste = undefined;
    } else this.#paste += key.startsWith('M-') ? `\x1b${key.slice(2)}` : key;
  }

  *#command(key: string): Steps<void> {
    const digit = /^M-([0-9-])$/.exec(key)?.[1];
    if (digit !== undefined || (this.#argument !== undefined && /^[0-9]$/.test(key))) {
      const next = digit ?? key;
      this.#argument = next === '-' ? -1 : (this.#argument ?? 0) * 10 + Number(next);
      return;
    }
    const full = this.#prefix + key;
    if (full === '\x18') {
      this.#prefix = '\x18';
      return;
    }
    this.#prefix = '';
    const command = EMACS[full];
    if (command) {
      if (!KILLS.has(full)) this.kills.joining = false;
      if (key !== '\t') this.buffer.endTyping();
      const steps = command(this, key);
      if (steps) yield* steps;
    } else if (full === key && isText(key)) this.#insert(key);
    else if (full !== key) this.bell();
    this.#lastKey = full;
    this.#argument = undefined;
  }

  #insert(key: string): void {
    this.kills.joining = false;
    this.buffer.checkpoint(true);
    for (let i = 0; i < Math.max(1, this.count()); i++) {
      if (this.overwrite && this.buffer.point < this.buffer.chars.length) {
        this.buffer.chars.splice(this.buffer.point, 1);
      }
      this.buffer.insert(key);
    }
  }

  /** Starts or continues `^R`, `^S`. */
  search(backward: boolean): void {
    this.#search = new Search(
      { history: this.history, buffer: this.buffer, prompt: this.screen.prompt },
      backward,
      this.#searched,
    );
  }

  /** True: the key ends the search and counts as a command of its own. */
  #searchKey(key: string): boolean {
    const search = this.#search as Search;
    const outcome = search.key(key);
    if (outcome === 'bell') this.bell();
    if (outcome === 'more' || outcome === 'bell') return false;
    this.#search = undefined;
    search.leave(this.screen);
    return outcome === 'pass';
  }

  quoteNext(): void {
    this.#literal = true;
  }

  /** Moves through the history. */
  go(by: number): void {
    const line = this.history.move(by, this.buffer.text);
    if (line === undefined) this.bell();
    else this.buffer.set(line);
  }

  kill(from: number, to: number, before: boolean): void {
    this.buffer.checkpoint();
    this.kills.push(this.buffer.cut(from, to), before);
  }

  yank(): void {
    const text = this.kills.yank();
    if (text === undefined) return;
    this.buffer.checkpoint();
    const start = this.buffer.point;
    this.buffer.insert(text);
    this.#yanked = { start, end: this.buffer.point };
  }

  yankPop(): void {
    if ((this.#lastKey !== '\x19' && this.#lastKey !== 'M-y') || !this.#yanked) {
      this.bell();
      return;
    }
    this.buffer.cut(this.#yanked.start, this.#yanked.end);
    const text = this.kills.rotate() ?? '';
    this.buffer.insert(text);
    this.#yanked.end = this.buffer.point;
  }

  /** `M-.`: the last word of the line before, and with every press of the one before that. */
  yankLastArgument(): void {
    const again = this.#lastKey === 'M-.' || this.#lastKey === 'M-_';
    if (again) {
      this.buffer.cut(this.#dotStart, this.buffer.point);
      this.#dotDepth++;
    } else {
      this.buffer.checkpoint();
      this.#dotDepth = 1;
      this.#dotStart = this.buffer.point;
    }
    const line = this.host.history().at(-this.#dotDepth);
    if (line === undefined) {
      this.bell();
      this.#dotDepth--;
      return;
    }
    const words = splitWords(line);
    const word = this.hasArgument ? words[this.count()] : words.at(-1);
    this.buffer.insert(word ?? '');
  }

  *complete(listing: boolean): Steps<void> {
    const again = this.#lastKey === '\t' || listing;
    const before = this.buffer.text;
    const done = yield* this.host.complete(before, this.#textPoint(), again);
    if (done.text !== before) {
      this.buffer.checkpoint();
      this.buffer.set(done.text);
    }
    this.buffer.point = Array.from(done.text.slice(0, done.point)).length;
    if (done.bell) this.bell();
    if (done.listing !== undefined) {
      this.redraw();
      this.#out += this.screen.finish(this.buffer.chars) + done.listing.replaceAll('\n', '\r\n');
      const { prompt } = this.screen;
      this.screen.begin(prompt);
    }
  }

  /** The cursor as an offset in UTF-16 units. */
  #textPoint(): number {
    return this.buffer.chars.slice(0, this.buffer.point).join('').length;
  }
}

function isText(key: string): boolean {
  return !key.startsWith('M-') && Array.from(key).length === 1 && key >= ' ' && key !== '\x7f';
}

/** Words of a line as the history counts them. */
export function splitWords(line: string): string[] {
  return line.match(/(?:[^\s"'\\;&|<>()]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+|[;&|<>()]+/g) ?? [];
}
