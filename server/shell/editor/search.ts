import type { Buffer } from './buffer.ts';
import type { HistoryWalk } from './history-walk.ts';
import type { Screen } from './screen.ts';

/** What a key did: the search goes on, nothing was found, it ended, or the key is to be done as usual. */
export type SearchOutcome = 'more' | 'bell' | 'done' | 'pass';

const LETTER = /[\p{L}\p{N}]/u;

/** The incremental search of `^R` and `^S`. Models readline isearch.c _rl_isearch_dispatch. */
export class Search {
  readonly #history: HistoryWalk;
  readonly #buffer: Buffer;
  readonly #start: { text: string; point: number; position: number };
  readonly #prompt: string;
  /** The text of the search before this one. */
  readonly #memory: { text: string };
  #backward: boolean;
  #sought: string[] = [];
  #failed = false;
  /** The line that is looked through, where in it, and its place in the history. */
  #line: string[];
  #at: number;
  #position: number;
  #found: { position: number; text: string | undefined };

  constructor(
    line: { history: HistoryWalk; buffer: Buffer; prompt: string },
    backward: boolean,
    memory: { text: string },
  ) {
    const { history, buffer, prompt } = line;
    this.#memory = memory;
    this.#history = history;
    this.#buffer = buffer;
    this.#backward = backward;
    this.#prompt = prompt;
    this.#start = { text: buffer.text, point: buffer.point, position: history.position };
    this.#line = [...buffer.chars];
    this.#at = buffer.point;
    this.#position = history.position;
    this.#found = { position: history.position, text: undefined };
  }

  key(key: string): SearchOutcome {
    if (key === '\x12' || key === '\x13') return this.#again(key === '\x12');
    if (key === '\x07' || key === '\x03') {
      this.#buffer.set(this.#start.text, this.#start.point);
      return key === '\x03' ? 'pass' : 'done';
    }
    if (key === '\x7f' || key === '\b') {
      const removed = this.#sought.pop();
      return this.#search(removed === undefined);
    }
    if (key === '\x17' || key === '\x19') return this.#yank(key === '\x17');
    if (key >= ' ' && Array.from(key).length === 1) {
      this.#sought.push(key);
      return this.#search();
    }
    this.#accept();
    return key === 'M-' || key === '\x1b' || key === '\n' ? 'done' : 'pass';
  }

  #accept(): void {
    if (this.#sought.length > 0) this.#memory.text = this.#sought.join('');
    this.#history.position = this.#found.position;
    this.#buffer.point = Math.min(this.#at, this.#buffer.chars.length);
  }

  #again(backward: boolean): SearchOutcome {
    this.#backward = backward;
    if (this.#sought.length === 0) this.#sought = Array.from(this.#memory.text);
    else if (backward) this.#at--;
    else if (this.#at < this.#line.length) this.#at++;
    return this.#search();
  }

  /** Takes the rest of the word, or of the line, behind what was found. */
  #yank(word: boolean): SearchOutcome {
    const { chars, point } = this.#buffer;
    const rest = chars.slice(point + this.#sought.length);
    const end = word ? rest.findIndex((char, i) => i > 0 && !LETTER.test(char)) : -1;
    if (rest.length === 0 || (word && !LETTER.test(rest[0] as string))) return this.#search(true);
    this.#sought.push(...(end < 0 ? rest : rest.slice(0, end)));
    return this.#search();
  }

  #search(bell = false): SearchOutcome {
    this.#failed = !this.#find();
    if (this.#failed) this.#position = this.#found.position;
    else {
      const text = this.#line.join('');
      this.#found = { position: this.#position, text };
      this.#buffer.set(text, this.#at);
    }
    return this.#failed || bell ? 'bell' : 'more';
  }

  #find(): boolean {
    const { length } = this.#sought;
    if (length === 0) return false;
    for (;;) {
      for (; this.#backward ? this.#at >= 0 : this.#at <= this.#line.length - length; this.#step())
        if (this.#sought.every((char, i) => this.#line[this.#at + i] === char)) return true;
      this.#at = Math.max(0, this.#at);
      do {
        this.#position += this.#backward ? -1 : 1;
        if (this.#position < 0 || this.#position > this.#history.length) return false;
        this.#line = Array.from(this.#lineAt(this.#position));
      } while (this.#line.length < length || this.#line.join('') === this.#found.text);
      this.#at = this.#backward ? this.#line.length - length : 0;
    }
  }

  #step(): void {
    this.#at += this.#backward ? -1 : 1;
  }

  #lineAt(position: number): string {
    return position === this.#start.position ? this.#start.text : this.#history.line(position);
  }

  draw(screen: Screen, buffer: Buffer): string {
    const kind = `${this.#failed ? 'failed ' : ''}${this.#backward ? 'reverse' : 'i'}-${this.#backward ? 'i-search' : 'search'}`;
    screen.prompt = `(${kind})\`${this.#sought.join('')}': `;
    return screen.draw(buffer.chars, buffer.point, true);
  }

  leave(screen: Screen): void {
    screen.prompt = this.#prompt;
    screen.forceNext();
  }
}
