import type { Buffer } from './buffer.ts';
import type { HistoryWalk } from './history-walk.ts';
import type { Screen } from './screen.ts';

/** What a key did: the search goes on, nothing was found, it ended, or the key is to be done as usual. */
export type SearchOutcome = 'more' | 'bell' | 'done' | 'pass';

/** The incremental search of `^R` and `^S`. */
export class Search {
  readonly #history: HistoryWalk;
  readonly #buffer: Buffer;
  readonly #start: { text: string; point: number; position: number };
  readonly #prompt: string;
  /** The text of the search before this one. */
  readonly #memory: { text: string };
  #backward: boolean;
  #text = '';
  #failed = false;

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
  }

  key(key: string): SearchOutcome {
    if (key === '\x12' || key === '\x13') return this.#again(key === '\x12');
    if (key === '\x07' || key === '\x03') {
      this.#buffer.set(this.#start.text, this.#start.point);
      this.#history.position = this.#start.position;
      this.#memory.text = this.#text || this.#memory.text;
      return key === '\x03' ? 'pass' : 'done';
    }
    if (key === '\x7f' || key === '\b') {
      this.#text = Array.from(this.#text).slice(0, -1).join('');
      this.#history.position = this.#start.position;
      return this.#find(this.#history.length - 1) ? 'more' : 'bell';
    }
    if (key === '\x17') {
      this.#text += /^\W*\w*/.exec(this.#rest())?.[0] ?? '';
      return 'more';
    }
    if (key >= ' ' && Array.from(key).length === 1) {
      this.#text += key;
      return this.#find(Math.min(this.#history.position, this.#history.length - 1)) ? 'more' : 'bell';
    }
    this.#memory.text = this.#text || this.#memory.text;
    return key === 'M-' || key === '\x1b' ? 'done' : 'pass';
  }

  #rest(): string {
    const at = this.#buffer.text.indexOf(this.#text);
    return at < 0 ? '' : this.#buffer.text.slice(at + this.#text.length);
  }

  #again(backward: boolean): SearchOutcome {
    this.#backward = backward;
    if (this.#text === '') {
      this.#text = this.#memory.text;
      return this.#text === '' || this.#find(this.#history.length - 1) ? 'more' : 'bell';
    }
    return this.#find(this.#history.position + (backward ? -1 : 1)) ? 'more' : 'bell';
  }

  #find(from: number): boolean {
    if (this.#text === '') {
      this.#failed = false;
      return true;
    }
    const found = this.#history.find(this.#text, from, this.#backward);
    this.#failed = found === undefined;
    if (found === undefined) return false;
    const line = this.#history.line(found);
    this.#history.position = found;
    this.#buffer.set(line, Array.from(line.slice(0, line.lastIndexOf(this.#text))).length);
    return true;
  }

  draw(screen: Screen, buffer: Buffer): string {
    const kind = `${this.#failed ? 'failed ' : ''}${this.#backward ? 'reverse' : 'i'}-${this.#backward ? 'i-search' : 'search'}`;
    screen.prompt = `(${kind})\`${this.#text}': `;
    return screen.draw(buffer.chars, buffer.point, true);
  }

  leave(screen: Screen): void {
    screen.prompt = this.#prompt;
    screen.forceNext();
  }
}
