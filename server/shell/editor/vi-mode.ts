import type { Steps } from '../../sim/index.ts';
import { FUNCTIONS } from './functions.ts';
import type { LineEditor } from './line-editor.ts';
import { bracketOf, changedWord, MOTIONS, type Motion } from './vi-motions.ts';

/** Commands that `.` does again. */
const CHANGES = new Set('dcxXsSDCrR~pPiaIA'.split(''));

/** Keys of the command mode that are functions of readline. */
const COMMANDS: Readonly<Record<string, string>> = {
  u: 'undo',
  U: 'revert-line',
  v: 'edit-and-execute-command',
  '#': 'insert-comment',
};

/** Keys that have the word at the cursor completed, and go on inserting. */
const COMPLETIONS: Readonly<Record<string, string>> = {
  '\\': 'complete',
  '*': 'insert-completions',
  '=': 'possible-completions',
};

/** Readline's vi mode: insert and command mode, motions, `d c y`, `x r R ~ p u .`, searches with `/ ? n N`. */
export class ViMode {
  #insert = true;
  #operator = '';
  #count = '';
  #waiting: 'replace' | 'find' | 'mark' | 'go to mark' | undefined;
  readonly #marks = new Map<string, number>();
  #find = { key: 'f', char: '' };
  /** Keys of the command that is being typed, and of the last change. */
  #keys: string[] = [];
  #change: string[] = [];
  #repeating = false;

  get inserting(): boolean {
    return this.#insert;
  }

  begin(): void {
    this.#insert = true;
    this.#waiting = undefined;
    this.#reset();
  }

  #reset(): void {
    this.#operator = this.#count = '';
    this.#keys = [];
  }

  /** True: the key was a command of vi mode. */
  *key(editor: LineEditor, key: string): Steps<boolean> {
    if (this.#insert) {
      this.#keys.push(key);
      return yield* this.#insertKey(editor, key);
    }
    if (this.#waiting === undefined && isFunctionKey(key)) {
      this.#reset();
      return false;
    }
    if (/^M-./u.test(key)) {
      this.#reset();
      editor.unread(key.slice(2));
      return true;
    }
    yield* this.command(editor, key);
    return true;
  }

  /** A key of the command mode. */
  *command(editor: LineEditor, key: string): Steps<void> {
    this.#keys.push(key);
    yield* this.#commandKey(editor, key);
    this.#remember();
  }

  /** Keeps the keys of a change that is complete, for `.`. */
  #remember(): void {
    if (this.#insert || this.#operator !== '' || this.#waiting || this.#count !== '') return;
    const command = this.#keys.find((key) => !/^[0-9]$/.test(key)) ?? '';
    if (CHANGES.has(command) && !this.#repeating) this.#change = this.#keys;
    this.#keys = [];
  }

  *#insertKey(editor: LineEditor, key: string): Steps<boolean> {
    if (key === '\x1b') {
      this.leaveInsert(editor);
      this.#remember();
      return true;
    }
    // Escape and a key that follow at once come as one.
    if (key.startsWith('M-')) {
      this.leaveInsert(editor);
      this.#keys[this.#keys.length - 1] = '\x1b';
      this.#remember();
      editor.unread(key.slice(2));
      return true;
    }
    return false;
  }

  leaveInsert(editor: LineEditor): void {
    this.#insert = false;
    editor.overwrite = false;
    editor.buffer.endTyping();
    editor.buffer.point = Math.max(0, editor.buffer.point - 1);
  }

  *#commandKey(editor: LineEditor, key: string): Steps<void> {
    const { buffer } = editor;
    if (this.#waiting === 'replace') {
      this.#waiting = undefined;
      this.#replace(editor, key);
      return;
    }
    if (this.#waiting === 'find') {
      this.#waiting = undefined;
      this.#find.char = key;
      this.#move(editor, (e, n) => this.#findChar(e, this.#find.key, n));
      return;
    }
    if (this.#waiting) {
      const goes = this.#waiting === 'go to mark';
      this.#waiting = undefined;
      if (goes) this.#move(editor, () => this.#marks.get(key));
      else if (/^[a-z]$/.test(key)) this.#marks.set(key, buffer.point);
      else editor.bell();
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
    if (key === 'Y') {
      this.#operator = 'y';
      this.#apply(editor, buffer.point, buffer.chars.length, true);
      return;
    }
    if (key === ';' || key === ',') {
      this.#move(editor, (e, n) =>
        this.#findChar(e, key === ';' ? this.#find.key : reversed(this.#find.key), n),
      );
      return;
    }
    if (key === 'r') {
      this.#waiting = 'replace';
      return;
    }
    if (key === '%') {
      this.#move(editor, ({ buffer: { chars, point } }) => {
        const to = bracketOf(chars, point);
        return to !== undefined && to > point && this.#operator !== '' ? to + 1 : to;
      });
      return;
    }
    if (key === '`' || (key === 'm' && this.#operator === '')) {
      this.#waiting = key === '`' ? 'go to mark' : 'mark';
      return;
    }
    if (this.#operator !== '') {
      editor.bell();
      this.#operator = this.#count = '';
      return;
    }
    if ('dcy'.includes(key) && key.length === 1) {
      this.#operator = key;
      return;
    }
    if (key === '.') yield* this.#again(editor);
    else {
      const steps = this.#simple(editor, key) ?? FUNCTIONS[COMMANDS[key] ?? '']?.(editor, key);
      if (steps) yield* steps;
    }
    this.#count = '';
    this.#operator = '';
  }

  /** `r`: so many characters are all made one; the cursor goes to the last. */
  #replace({ buffer }: LineEditor, key: string): void {
    const count = Math.min(Number(this.#count || 1), buffer.chars.length - buffer.point);
    this.#count = '';
    if (count < 1 || key < ' ') return;
    buffer.checkpoint();
    for (let i = 0; i < count; i++) buffer.chars[buffer.point + i] = key;
    buffer.point += count - 1;
  }

  /** `.`: types the last change once more. */
  *#again(editor: LineEditor): Steps<void> {
    this.#keys = [];
    this.#repeating = true;
    for (const key of this.#change)
      if (!(yield* this.key(editor, key)) && !editor.result && key >= ' ') editor.insert(key);
    this.#repeating = false;
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

  #apply(editor: LineEditor, from: number, to: number, stay = false): void {
    const { buffer } = editor;
    const [start, end] = from <= to ? [from, to] : [to, from];
    editor.kills.joining = false;
    editor.kills.push(buffer.chars.slice(start, end).join(''), false);
    if (this.#operator !== 'y') {
      buffer.checkpoint();
      buffer.cut(start, end);
    }
    if (this.#operator === 'c') this.#insert = true;
    else if (!stay) buffer.point = Math.max(0, Math.min(start, buffer.chars.length - 1));
    this.#operator = '';
    this.#count = '';
  }

  /** The word at the cursor, from behind its end; but for `=`, which lists, one goes on inserting. */
  #complete(editor: LineEditor, key: string): Steps<void> | void {
    const { buffer } = editor;
    const blank = (at: number) => /\s/.test(buffer.chars[at] ?? ' ');
    while (!blank(buffer.point)) buffer.point++;
    if (key !== '=') this.#insert = true;
    return FUNCTIONS[COMPLETIONS[key] as string]?.(editor, key);
  }

  #simple(editor: LineEditor, key: string): Steps<void> | void {
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
      case '~':
        buffer.checkpoint();
        for (const char of buffer.chars.slice(buffer.point, buffer.point + count))
          buffer.chars[buffer.point++] =
            char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase();
        buffer.point = Math.min(buffer.point, Math.max(0, buffer.chars.length - 1));
        return;
      case 'p':
      case 'P':
        buffer.checkpoint();
        if (key === 'p') buffer.point = Math.min(buffer.point + 1, buffer.chars.length);
        buffer.insert((editor.kills.yank() ?? '').repeat(count));
        buffer.point = Math.max(0, buffer.point - 1);
        return;
      case 'k':
      case '-':
      case 'up':
      case 'j':
      case '+':
      case 'down':
        for (let i = 0; i < Math.min(count, editor.history.length + 1); i++)
          editor.go('k-up'.includes(key) ? -1 : 1);
        return;
      case 'G':
        return editor.go((this.#count === '' ? 0 : count - 1) - editor.history.position);
      case 'R':
        editor.overwrite = true;
        return insertAt(buffer.point);
      case '_':
        insertAt(Math.min(buffer.point + 1, buffer.chars.length));
        buffer.checkpoint();
        return buffer.insert(` ${lastWord(editor, this.#count === '' ? undefined : count)}`);
      case '\\':
      case '*':
      case '=':
        return this.#complete(editor, key);
      case '&':
        insertAt(Math.min(buffer.point + 1, buffer.chars.length));
        return FUNCTIONS['tilde-expand']?.(editor, key);
      case '/':
      case '?':
        return editor.historySearch.begin(editor, key === '/', key);
      case 'n':
      case 'N':
        return editor.historySearch.again(editor, key === 'n');
      default:
        if (!COMMANDS[key]) editor.bell();
    }
  }
}

/** Control characters and the terminal's keys that are in the keymap, and no motions. */
function isFunctionKey(key: string): boolean {
  return (
    (key < ' ' && key !== '\x1b' && key !== '\b') ||
    /^(?:delete|insert|page-up|page-down|\x1b\[.*)$/.test(key)
  );
}

/** A word of the line before: its last one, or the one of a number. */
function lastWord({ history }: LineEditor, number: number | undefined): string {
  const words = history.line(history.length - 1).match(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return (number === undefined ? words.at(-1) : words[number - 1]) ?? '';
}

const reversed = (kind: string) => (kind === kind.toLowerCase() ? kind.toUpperCase() : kind.toLowerCase());
