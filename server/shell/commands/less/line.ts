import type { Steps } from '../../../sim/index.ts';
import { displayWidth } from '../core/width.ts';
import { type Pager, REDRAW } from './pager.ts';

/** A line that is typed at the bottom. */
class Line {
  chars: string[];
  at: number;

  constructor(text: string) {
    this.chars = [...text];
    this.at = this.chars.length;
  }

  get text(): string {
    return this.chars.join('');
  }

  insert(char: string): void {
    this.chars.splice(this.at++, 0, char);
  }

  replace(text: string): void {
    this.chars = [...text];
    this.at = this.chars.length;
  }

  /** Deletes from one place to another. */
  cut(from: number, to: number): void {
    this.chars.splice(from, to - from);
    this.at = from;
  }

  get wordLeft(): number {
    let at = this.at;
    while (at > 0 && this.chars[at - 1] === ' ') at--;
    while (at > 0 && this.chars[at - 1] !== ' ') at--;
    return at;
  }

  get wordRight(): number {
    let at = this.at;
    while (at < this.chars.length && this.chars[at] !== ' ') at++;
    while (at < this.chars.length && this.chars[at] === ' ') at++;
    return at;
  }

  go(to: number): void {
    this.at = Math.max(0, Math.min(to, this.chars.length));
  }
}

/** Models less decode.c edittable. */
const EDITS: Readonly<Record<string, (line: Line) => void>> = table([
  [['\x1b[D', '\x1bOD', '\x1bh'], (line) => line.go(line.at - 1)],
  [['\x1b[C', '\x1bOC', '\x1bl'], (line) => line.go(line.at + 1)],
  [['\x1b[1;5D', '\x1bb'], (line) => line.go(line.wordLeft)],
  [['\x1b[1;5C', '\x1bw'], (line) => line.go(line.wordRight)],
  [['\x1b[H', '\x1bOH', '\x1b[1~', '\x1b0'], (line) => line.go(0)],
  [['\x1b[F', '\x1bOF', '\x1b[4~', '\x1b$'], (line) => line.go(line.chars.length)],
  [['\x1b[3~', '\x1bx'], (line) => line.cut(line.at, Math.min(line.at + 1, line.chars.length))],
  [['\x1bX'], (line) => line.cut(line.at, line.wordRight)],
  [['\x17', '\x1b\x7f', '\x1b\b'], (line) => line.cut(line.wordLeft, line.at)],
]);

const OLDER = new Set(['\x1b[A', '\x1bOA', '\x1bk']);
const NEWER = new Set(['\x1b[B', '\x1bOB', '\x1bj']);
const LITERAL = new Set(['\x16', '\x01']);

function table(rows: readonly (readonly [readonly string[], (line: Line) => void])[]) {
  return Object.fromEntries(rows.flatMap(([keys, edit]) => keys.map((key) => [key, edit])));
}

/** Lines that were typed before; only those are offered that begin as what was typed first. */
class Recall {
  readonly #lines: readonly string[];
  #index: number;
  #prefix: string | undefined;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
    this.#index = lines.length;
  }

  forget(): void {
    this.#prefix = undefined;
    this.#index = this.#lines.length;
  }

  move(line: Line, by: 1 | -1): void {
    this.#prefix ??= line.text;
    for (let i = this.#index + by; i >= 0 && i <= this.#lines.length; i += by) {
      const text: string = this.#lines[i] ?? this.#prefix;
      if (!text.startsWith(this.#prefix)) continue;
      this.#index = i;
      line.replace(text);
      return;
    }
  }
}

/** A line typed at the bottom; undefined when it is given up. Lines are kept in the history that is given. */
export function* readLine(pager: Pager, prefix: string, history: string[] = []): Steps<string | undefined> {
  const line = new Line('');
  const recall = new Recall(history);
  for (let literal = false; ; ) {
    yield* draw(pager, prefix, line);
    const key = yield* pager.key();
    if (key === REDRAW) continue;
    if (literal || !isCommand(key)) {
      literal = !literal && LITERAL.has(key);
      if (literal) continue;
      // Of keys that mean nothing together the first is a character, the others come anew.
      const [first = '', ...others] = key;
      line.insert(first);
      pager.feed(others.join(''));
      recall.forget();
    } else if (key === '\n' || key === '\r') {
      if (line.text !== '' && history.at(-1) !== line.text) history.push(line.text);
      return line.text;
    } else if (key === '\x03' || key === '\x07') return undefined;
    else if (key === '\x7f' || key === '\b') {
      if (line.chars.length === 0) return undefined;
      if (line.at > 0) line.cut(line.at - 1, line.at);
    } else if (key === '\x15') {
      if (line.chars.length === 0) return undefined;
      line.replace('');
    } else if (OLDER.has(key)) recall.move(line, -1);
    else if (NEWER.has(key)) recall.move(line, 1);
    else EDITS[key]?.(line);
  }
}

const ENDS = new Set(['\n', '\r', '\x03', '\x07', '\x7f', '\b', '\x15']);

function isCommand(key: string): boolean {
  return ENDS.has(key) || OLDER.has(key) || NEWER.has(key) || EDITS[key] !== undefined;
}

function* draw(pager: Pager, prefix: string, line: Line): Steps<void> {
  yield* pager.drawBottom(prefix + line.chars.map(shown).join(''));
  const behind = displayWidth(line.chars.slice(line.at).map(shown).join(''));
  if (behind > 0) yield* pager.call.context.out(`\x1b[${behind}D`);
}

/** Control characters as less shows them. */
function shown(char: string): string {
  if (char === '\x1b') return 'ESC';
  return char < ' ' || char === '\x7f' ? `^${String.fromCharCode(char.charCodeAt(0) ^ 64)}` : char;
}
