import type { Steps } from '../../../sim/index.ts';
import type { Bar } from './bars.ts';
import type { NanoEditor } from './editor.ts';
import { showHelp } from './help.ts';

export interface Asking {
  readonly bar: Bar;
  /** What stands there to be changed. */
  readonly start?: string;
  readonly history?: readonly string[];
  /** Keys that end the question: toggles and other questions. Meta keys as `M-c`. */
  readonly keys?: readonly string[];
  /** Names that Tab completes. */
  readonly complete?: (typed: string) => string;
}

/** What was answered: a key that ended the question has a name; undefined text: given up with ^C. */
export interface Answer {
  readonly key: string;
  readonly text: string;
}

/** Asks for a line at the bottom. Undefined: given up. */
export function* ask(editor: NanoEditor, what: string, asking: Asking): Steps<Answer | undefined> {
  const line = new AnswerLine(asking.start ?? '', asking.history ?? []);
  editor.bar = asking.bar;
  try {
    for (;;) {
      editor.say('');
      editor.question = { text: `${what}: ${line.text}`, typed: line.text, at: line.at };
      const key = yield* nextKey(editor);
      if (key === undefined) continue;
      if (key === '\n') return { key, text: line.text };
      if (key === '\x03') {
        editor.say('Cancelled');
        return undefined;
      }
      if (asking.keys?.includes(key)) return { key, text: line.text };
      if (key === '\x07') yield* showHelp(editor, asking.bar);
      else if (key === '\t' && asking.complete) line.set(asking.complete(line.text));
      else if (key === 'M-6' || key === '\x0b') {
        editor.cutText = line.text;
        if (key === '\x0b') line.set('');
        else line.at = 0;
      } else if (key === '\x15') line.type(editor.cutText?.split('\n')[0] ?? '');
      else line.take(key);
      editor.bar = asking.bar;
    }
  } finally {
    editor.question = undefined;
    editor.bar = 'main';
  }
}

/** A key, with the name `M-x` for one after Escape. */
export function* nextKey(editor: NanoEditor): Steps<string | undefined> {
  const key = yield* editor.key();
  if (key !== '\x1b') return key;
  const next = yield* editor.key();
  return next === undefined ? undefined : `M-${next.toLowerCase()}`;
}

class AnswerLine {
  text: string;
  at: number;
  readonly #history: readonly string[];
  #recalled: number;
  #typed = '';

  constructor(start: string, history: readonly string[]) {
    this.text = start;
    this.at = start.length;
    this.#history = history;
    this.#recalled = history.length;
  }

  set(text: string): void {
    this.text = text;
    this.at = text.length;
  }

  take(key: string): void {
    const { text, at } = this;
    const cut = (from: number, to: number) => {
      this.text = text.slice(0, from) + text.slice(to);
      this.at = from;
    };
    if (key === '\x7f' || key === '\b') cut(Math.max(0, at - 1), at);
    else if (key === '\x04' || key === '<Del>') cut(at, Math.min(text.length, at + 1));
    else if (key === '\x02' || key === '<Left>') this.at = Math.max(0, at - 1);
    else if (key === '\x06' || key === '<Right>') this.at = Math.min(text.length, at + 1);
    else if (key === '\x01' || key === '<Home>') this.at = 0;
    else if (key === '\x05' || key === '<End>') this.at = text.length;
    else if (key === '\x10' || key === '<Up>') this.#recall(-1);
    else if (key === '\x0e' || key === '<Down>') this.#recall(1);
    else if ([...key].length === 1 && key >= ' ') this.type(key);
  }

  type(typed: string): void {
    this.text = this.text.slice(0, this.at) + typed + this.text.slice(this.at);
    this.at += typed.length;
  }

  #recall(by: -1 | 1): void {
    const to = this.#recalled + by;
    if (to < 0 || to > this.#history.length) return;
    if (this.#recalled === this.#history.length) this.#typed = this.text;
    this.#recalled = to;
    this.set(this.#history[to] ?? this.#typed);
  }
}

/** A question answered by one letter: `y`, `n` or `a`. Undefined: given up with ^C. */
export function* letter(editor: NanoEditor, what: string, all = false): Steps<string | undefined> {
  editor.bar = all ? 'each' : 'save';
  editor.say('');
  try {
    for (;;) {
      editor.question = { text: what, typed: '', at: 0 };
      const key = (yield* editor.key())?.toLowerCase();
      if (key === '\x03') {
        editor.say('Cancelled');
        return undefined;
      }
      if (key === 'y' || key === 'n' || (all && key === 'a')) return key;
    }
  } finally {
    editor.question = undefined;
    editor.bar = 'main';
  }
}
