import { replaceAt } from '../../sim/index.ts';

const WORD = /[\p{L}\p{N}]/u;

/** A line being edited: its characters, the cursor, the kill ring's view of it, undo. */
export class Buffer {
  chars: string[] = [];
  point = 0;
  mark = 0;
  #undo: { chars: string[]; point: number }[] = [];
  #typing = false;

  get text(): string {
    return this.chars.join('');
  }

  set(text: string, point?: number): void {
    this.chars = Array.from(text);
    this.point = Math.min(point ?? this.chars.length, this.chars.length);
  }

  /** Forgets what can be undone: a new line begins. */
  reset(text = ''): void {
    this.set(text);
    this.#undo = [];
    this.#typing = false;
    this.mark = 0;
  }

  /** Remembers the state before a change. Typed characters in a row are one change. */
  checkpoint(typing = false): void {
    if (typing && this.#typing) return;
    this.#undo.push({ chars: [...this.chars], point: this.point });
    if (this.#undo.length > 500) this.#undo.shift();
    this.#typing = typing;
  }

  endTyping(): void {
    this.#typing = false;
  }

  /** How many changes can be undone. */
  get changes(): number {
    return this.#undo.length;
  }

  /** Makes one change of all since there were so many. */
  joinChanges(since: number): void {
    this.#undo.length = Math.min(this.#undo.length, since + 1);
  }

  undo(): boolean {
    const before = this.#undo.pop();
    if (!before) return false;
    this.chars = before.chars;
    this.point = before.point;
    this.#typing = false;
    return true;
  }

  undoAll(): void {
    while (this.undo());
  }

  insert(text: string): void {
    const chars = Array.from(text);
    replaceAt(this.chars, this.point, 0, chars);
    this.point += chars.length;
  }

  /** Removes a range and returns it; the cursor goes to its start. */
  cut(from: number, to: number): string {
    const [start, end] = from <= to ? [from, to] : [to, from];
    const removed = this.chars.splice(start, end - start);
    this.point = start;
    return removed.join('');
  }

  wordStart(from = this.point): number {
    let at = from;
    while (at > 0 && !WORD.test(this.chars[at - 1] as string)) at--;
    while (at > 0 && WORD.test(this.chars[at - 1] as string)) at--;
    return at;
  }

  wordEnd(from = this.point): number {
    let at = from;
    while (at < this.chars.length && !WORD.test(this.chars[at] as string)) at++;
    while (at < this.chars.length && WORD.test(this.chars[at] as string)) at++;
    return at;
  }

  /** Start of the blank-separated word before the cursor (`^W`). */
  blankStart(from = this.point): number {
    let at = from;
    while (at > 0 && /\s/.test(this.chars[at - 1] as string)) at--;
    while (at > 0 && !/\s/.test(this.chars[at - 1] as string)) at--;
    return at;
  }

  transposeChars(): boolean {
    if (this.chars.length < 2 || this.point === 0) return false;
    const at = this.point === this.chars.length ? this.point - 1 : this.point;
    const [a, b] = [this.chars[at - 1] as string, this.chars[at] as string];
    this.chars[at - 1] = b;
    this.chars[at] = a;
    this.point = at + 1;
    return true;
  }

  transposeWords(): boolean {
    const end = this.wordEnd();
    const secondStart = this.wordStart(end);
    const firstStart = this.wordStart(secondStart);
    const firstEnd = this.wordEnd(firstStart);
    if (firstStart === secondStart || firstEnd > secondStart) return false;
    const first = this.chars.slice(firstStart, firstEnd);
    const middle = this.chars.slice(firstEnd, secondStart);
    const second = this.chars.slice(secondStart, end);
    replaceAt(this.chars, firstStart, end - firstStart, [...second, ...middle, ...first]);
    this.point = end;
    return true;
  }

  /** Changes the case of the word after the cursor. */
  changeCase(change: (word: string) => string, before = this.chars.length): void {
    const end = Math.min(before, this.wordEnd());
    const word = this.chars.slice(this.point, end).join('');
    replaceAt(this.chars, this.point, end - this.point, Array.from(change(word)));
    this.point = end;
  }

  /** Changes the case of words before the cursor. */
  changeCaseBefore(count: number, change: (word: string) => string): void {
    const { point } = this;
    for (let i = 0; i < count && this.point > 0; i++) this.point = this.wordStart();
    while (this.point < point) this.changeCase(change, point);
    this.point = point;
  }
}

/** Killed text: consecutive kills join, `M-y` goes round. */
export class KillRing {
  #ring: string[] = [];
  #at = 0;
  joining = false;

  push(text: string, before: boolean): void {
    if (text === '') return;
    const last = this.#ring.at(-1);
    if (this.joining && last !== undefined)
      this.#ring[this.#ring.length - 1] = before ? text + last : last + text;
    else this.#ring.push(text);
    if (this.#ring.length > 10) this.#ring.shift();
    this.#at = this.#ring.length - 1;
    this.joining = true;
  }

  yank(): string | undefined {
    return this.#ring[this.#at];
  }

  rotate(): string | undefined {
    if (this.#ring.length === 0) return undefined;
    this.#at = (this.#at + this.#ring.length - 1) % this.#ring.length;
    return this.#ring[this.#at];
  }
}
