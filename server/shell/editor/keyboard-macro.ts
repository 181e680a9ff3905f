import type { EditorFunction } from './functions.ts';
import { encode } from './key-notation.ts';
import type { LineEditor } from './line-editor.ts';

/** Keys that `^X(` begins to remember, `^X)` ends and `^Xe` types again. */
export class KeyboardMacro {
  #keys: string[] | undefined;
  #last: readonly string[] = [];

  get last(): readonly string[] {
    return this.#last;
  }

  get recording(): boolean {
    return this.#keys !== undefined;
  }

  note(key: string): void {
    this.#keys?.push(key);
  }

  start(): void {
    this.#keys = [];
  }

  /** Ends the recording; its last keys, by which it was ended, are no part of it. */
  end(ownKeys: number): void {
    this.#last = (this.#keys ?? []).slice(0, -ownKeys);
    this.#keys = undefined;
  }
}

/** Models readline macro.c. */
export const MACRO_FUNCTIONS: Readonly<Record<string, EditorFunction>> = {
  'call-last-kbd-macro': function* (editor) {
    if (editor.macro.recording) editor.bell();
    else for (let i = 0; i < Math.max(1, editor.count()); i++) yield* editor.play(editor.macro.last);
  },
  'end-kbd-macro': function* (editor) {
    if (!editor.macro.recording) return editor.bell();
    const times = editor.count() - 1;
    editor.macro.end(2);
    for (let i = 0; i < times; i++) yield* editor.play(editor.macro.last);
  },
  'print-last-kbd-macro': (editor: LineEditor) => {
    if (editor.macro.last.length === 0) editor.bell();
    else editor.printBelow(`"${encode(editor.macro.last.join(''))}"\n`);
  },
  'start-kbd-macro': (editor) => {
    if (editor.macro.recording) editor.bell();
    else editor.macro.start();
  },
};
