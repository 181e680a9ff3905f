import type { Steps } from '../../sim/index.ts';
import type { LineEditor } from './line-editor.ts';

type Motion = (editor: LineEditor, count: number) => number | undefined;

/** Readline's vi mode: insert and command mode, motions, `d c y`, `x r ~ p u . / n`. */
export class ViMode {
  #insert = true;
  #operator = '';
  #count = '';
  #waiting: 'replace' | 'find' | undefined;
  #find = { key: 'f', char: '' };
  #saved = '';

  get inserting(): boolean {
    return this.#insert;
  }

  begin(): void {
    this.#insert = true;
    this.#operator = '';
    this.#count = '';
    this.#waiting = undefined;
  }

  /** True: the key was a command of vi mode. */
  *key(editor: LineEditor, key: string): Steps<boolean> {
    if (this.#insert) return yield* this.#insertKey(editor, key);
    if (key === '\r' || key === '\n' || key === '\x03' || key === '\x0c' || key === '\x12') return false;
    yield* this.#commandKey(editor, key);
    return true;
  }

  *#insertKey(editor: LineEditor, key: string): Steps<boolean> {
    if (key === '\x1b') {
      this.leaveInsert(editor);
      return true;
    }
    // Escape and a key that follow at once come as one.
    if (key.startsWith('M-')) {
      this.leaveInsert(editor);
      editor.print('');
      if (/^M-[\r\n]$/.test(key)) editor.accept();
      else yield* this.#commandKey(editor, key.slice(2));
      return true;
    }
    return false;
  }

  leaveInsert(editor: LineEditor): void {
    this.#insert = false;
    editor.buffer.endTyping();
    editor.buffer.point = Math.max(0, editor.buffer.point - 1);
  }

  *#commandKey(editor: LineEditor, key: string): Steps<void> {
    const { buffer } = editor;
    if (this.#waiting === 'replace') {
      this.#waiting = undefined;
      if (buffer.point < buffer.chars.length && key >= ' ') {
        buffer.checkpoint();
        buffer.chars[buffer.point] = key;
      }
      return;
    }
    if (this.#waiting === 'find') {
      this.#waiting = undefined;
      this.#find.char = key;
      this.#move(editor, (e, n) => this.#findChar(e, this.#find.key, n));
      return;
    }
    if (/^[1-9]$/.test(key) || (key === '0' && this.#count !== '')) {
      this.#count += key;
      return;
    }
    if ('fFtT'.includes(key) && key.length === 1) {
      this.#find.key = key;
      this.#waiting = 'find';
      return;
    }
    if (this.#operator !== '' && key === this.#operator) {
      this.#apply(editor, 0, buffer.chars.length);
      return;
    }
    // `cw` leaves the blanks behind the word.
    const motion = this.#operator === 'c' && /^[wW]$/.test(key) ? changedWord(key) : MOTIONS[key];
    if (motion) {
      this.#move(editor, motion);
      return;
    }
    if ('dcy'.includes(key) && key.length === 1) {
      this.#operator = key;
      return;
    }
    this.#simple(editor, key);
    this.#count = '';
    this.#operator = '';
  }

  #findChar(editor: LineEditor, kind: string, count: number): number | undefined {
    const { chars, point } = editor.buffer;
    const step = kind === 'f' || kind === 't' ? 1 : -1;
    let left = count;
    for (let i = point + step; i >= 0 && i < chars.length; i += step) {
      if (chars[i] !== this.#find.char || --left > 0) continue;
      const at = kind === 't' ? i - 1 : kind === 'T' ? i + 1 : i;
      return this.#operator !== '' && step > 0 ? at + 1 : at;
    }
    return undefined;
  }

  #move(editor: LineEditor, motion: Motion): void {
    const target = motion(editor, Number(this.#count || 1));
    this.#count = '';
    if (target === undefined) {
      editor.bell();
      this.#operator = '';
      return;
    }
    if (this.#operator !== '') {
      this.#apply(editor, editor.buffer.point, target);
      return;
    }
    editor.buffer.point = Math.max(0, Math.min(target, editor.buffer.chars.length - 1));
  }

  #apply(editor: LineEditor, from: number, to: number): void {
    const { buffer } = editor;
    const [start, end] = from <= to ? [from, to] : [to, from];
    this.#saved = buffer.chars.slice(start, end).join('');
    if (this.#operator !== 'y') {
      buffer.checkpoint();
      buffer.cut(start, end);
    }
    if (this.#operator === 'c') this.#insert = true;
    else buffer.point = Math.max(0, Math.min(start, buffer.chars.length - 1));
    this.#operator = '';
    this.#count = '';
  }

  #simple(editor: LineEditor, key: string): unknown {
    const { buffer } = editor;
    const count = Number(this.#count || 1);
    const insertAt = (point: number) => {
      buffer.point = point;
      this.#insert = true;
    };
    switch (key) {
      case 'i':
        return insertAt(buffer.point);
      case 'a':
        return insertAt(Math.min(buffer.point + 1, buffer.chars.length));
      case 'I':
        return insertAt(0);
      case 'A':
        return insertAt(buffer.chars.length);
      case 'x':
      case 'X':
      case 's': {
        const [from, to] =
          key === 'X' ? [buffer.point - count, buffer.point] : [buffer.point, buffer.point + count];
        this.#operator = key === 's' ? 'c' : 'd';
        return this.#apply(editor, Math.max(0, from), Math.min(to, buffer.chars.length));
      }
      case 'D':
      case 'C':
        this.#operator = key === 'D' ? 'd' : 'c';
        return this.#apply(editor, buffer.point, buffer.chars.length);
      case 'S':
        this.#operator = 'c';
        return this.#apply(editor, 0, buffer.chars.length);
      case 'r':
        this.#waiting = 'replace';
        return;
      case '~': {
        const char = buffer.chars[buffer.point] ?? '';
        buffer.checkpoint();
        if (char)
          buffer.chars[buffer.point] = char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase();
        buffer.point = Math.min(buffer.point + 1, Math.max(0, buffer.chars.length - 1));
        return;
      }
      case 'p':
      case 'P':
        buffer.checkpoint();
        if (key === 'p') buffer.point = Math.min(buffer.point + 1, buffer.chars.length);
        buffer.insert(this.#saved);
        buffer.point = Math.max(0, buffer.point - 1);
        return;
      case 'u':
        if (!buffer.undo()) editor.bell();
        return;
      case 'k':
      case '-':
      case 'up':
        return editor.go(-1);
      case 'j':
      case '+':
      case 'down':
        return editor.go(1);
      case '/':
        return editor.search(true);
      case '#':
        buffer.set(`#${buffer.text}`);
        return editor.accept();
      default:
        editor.bell();
    }
  }
}

const MOTIONS: Record<string, Motion> = {
  h: ({ buffer }, n) => (buffer.point === 0 ? undefined : Math.max(0, buffer.point - n)),
  left: ({ buffer }, n) => Math.max(0, buffer.point - n),
  l: ({ buffer }, n) => Math.min(buffer.chars.length, buffer.point + n),
  ' ': ({ buffer }, n) => Math.min(buffer.chars.length, buffer.point + n),
  right: ({ buffer }, n) => Math.min(buffer.chars.length, buffer.point + n),
  '0': () => 0,
  '^': ({ buffer }) =>
    Math.max(
      0,
      buffer.chars.findIndex((char) => !/\s/.test(char)),
    ),
  home: () => 0,
  $: ({ buffer }) => buffer.chars.length,
  end: ({ buffer }) => buffer.chars.length,
  w: ({ buffer }, n) => repeat(n, buffer.point, (at) => nextWord(buffer.chars, at)),
  W: ({ buffer }, n) => repeat(n, buffer.point, (at) => nextBlank(buffer.chars, at)),
  b: ({ buffer }, n) => repeat(n, buffer.point, (at) => buffer.wordStart(at)),
  B: ({ buffer }, n) => repeat(n, buffer.point, (at) => buffer.blankStart(at)),
  e: ({ buffer }, n) => repeat(n, buffer.point, (at) => Math.max(at, buffer.wordEnd(at + 1) - 1)),
};

function changedWord(key: string): Motion {
  return ({ buffer: { chars, point } }, count) => {
    const end = repeat(count, point, (at) => (key === 'w' ? nextWord(chars, at) : nextBlank(chars, at)));
    const blanks = /\s*$/.exec(chars.slice(point, end).join(''))?.[0].length ?? 0;
    return blanks < end - point ? end - blanks : end;
  };
}

function repeat(count: number, start: number, step: (at: number) => number): number {
  let at = start;
  for (let i = 0; i < count; i++) at = step(at);
  return at;
}

function nextWord(chars: readonly string[], from: number): number {
  let at = from;
  const kind = (char: string | undefined) =>
    char === undefined || /\s/.test(char) ? 0 : /\w/.test(char) ? 1 : 2;
  const start = kind(chars[at]);
  while (at < chars.length && start !== 0 && kind(chars[at]) === start) at++;
  while (at < chars.length && kind(chars[at]) === 0) at++;
  return at;
}

function nextBlank(chars: readonly string[], from: number): number {
  let at = from;
  while (at < chars.length && !/\s/.test(chars[at] as string)) at++;
  while (at < chars.length && /\s/.test(chars[at] as string)) at++;
  return at;
}
