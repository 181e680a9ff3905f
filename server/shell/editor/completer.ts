import type { Steps } from '../../sim/index.ts';
import type { Completion, EditedLine, NameKind } from './editor-host.ts';
import type { LineEditor } from './line-editor.ts';

/** Functions after which another completion lists. */
const COMPLETES = /^(?:complete|dynamic-complete|glob-complete)/;

/** Tab: completes the word at the cursor, lists what it may be, or goes through the choices. */
export class Completer {
  readonly #editor: LineEditor;
  /** The last Tab put something in: the next one does not list yet. */
  #changed = false;
  #menu: { choices: readonly EditedLine[]; at: number } | undefined;

  constructor(editor: LineEditor) {
    this.#editor = editor;
  }

  *complete(listing: boolean, kind?: NameKind): Steps<void> {
    const editor = this.#editor;
    const { host, buffer } = editor;
    const pressedAgain = COMPLETES.test(editor.lastFunction) && !this.#changed;
    const again = listing || pressedAgain || host.setting('show-all-if-ambiguous') === 'on';
    const before = buffer.text;
    const done = yield* host.complete(before, editor.textPoint, again, kind);
    this.#changed = done.text !== before;
    if (this.#changed) buffer.checkpoint();
    // A listing stands below the line as it was; what was put in is seen behind the listing.
    if (done.listing !== undefined) {
      editor.redraw();
      editor.print(editor.screen.finish(buffer.chars));
    }
    editor.setLine(done);
    if (done.bell) editor.bell();
    if (done.listing === undefined) return;
    const limit = Number(host.setting('completion-query-items'));
    if (limit > 0 && (done.count ?? 0) >= limit) this.#ask(done);
    else this.#show(done.listing);
  }

  #ask(done: Completion): void {
    const editor = this.#editor;
    editor.print(`Display all ${done.count} possibilities? (y or n)`);
    editor.screen.hide();
    const answer = (key: string): void => {
      if (/^[yY ]$/.test(key)) {
        editor.print('\r\n');
        this.#page((done.listing as string).replace(/\n$/, '').split('\n'));
      } else if (/^[nN\x7f\x07\x03]$/.test(key)) {
        editor.print('\r\n');
        editor.screen.begin(editor.screen.prompt);
      } else editor.await(answer);
    };
    editor.await(answer);
  }

  /** A window full of matches at a time. */
  #page(lines: readonly string[], window = this.#editor.host.rows() - 1): void {
    const editor = this.#editor;
    const { screen } = editor;
    const rows = editor.host.setting('page-completions') === 'on' ? window : lines.length;
    for (const line of lines.slice(0, rows)) editor.print(`${line}\r\n`);
    const rest = lines.slice(rows);
    if (rest.length === 0) {
      screen.begin(screen.prompt);
      return;
    }
    editor.print('--More--');
    screen.hide();
    const answer = (key: string): void => {
      editor.print('\r\x1b[K');
      if (/^[ yY]$/.test(key)) this.#page(rest);
      else if (key === '\r' || key === '\n') this.#page(rest, 1);
      else if (/^[qnN\x7f\x03]$/.test(key)) screen.begin(screen.prompt);
      else {
        editor.print('--More--');
        editor.await(answer);
      }
    };
    editor.await(answer);
  }

  #show(listing: string): void {
    const { screen } = this.#editor;
    this.#editor.print(listing.replaceAll('\n', '\r\n'));
    screen.begin(screen.prompt);
  }

  /** `menu-complete`: the next choice in place of the one before. */
  *cycle(by: number, kind?: NameKind): Steps<void> {
    const editor = this.#editor;
    const { buffer } = editor;
    if (!this.#menu || !/menu-complete|dabbrev/.test(editor.lastFunction)) {
      const typed = { text: buffer.text, point: editor.textPoint };
      const done = yield* editor.host.complete(typed.text, typed.point, false, kind);
      const list = done.choices?.() ?? [];
      if (list.length === 0) return editor.bell();
      buffer.checkpoint();
      this.#menu = { choices: [...list, typed], at: by > 0 ? -1 : list.length };
      if (list.length > 1 && editor.host.setting('menu-complete-display-prefix') === 'on')
        return editor.setLine(done);
    }
    const menu = this.#menu;
    const { length } = menu.choices;
    menu.at = (menu.at + by + length) % length;
    if (menu.at === length - 1) editor.bell();
    editor.setLine(menu.choices[menu.at] as EditedLine);
  }

  /** `M-*`: all choices, one after the other; `M-{`: as one word in braces. */
  *insertAll(join = (words: readonly string[]) => words.join(' '), kind?: NameKind): Steps<void> {
    const editor = this.#editor;
    const { buffer } = editor;
    const text = buffer.text;
    const { choices } = yield* editor.host.complete(text, editor.textPoint, false, kind);
    const list = choices?.() ?? [];
    if (list.length === 0) return editor.bell();
    buffer.checkpoint();
    const after = text.slice(editor.textPoint);
    const common = list.map((choice) => choice.text.slice(0, choice.point));
    const start = wordStart(common);
    const words = join(common.map((line) => line.slice(start).replace(/\/?\s*$/, '')));
    const line = `${(common[0] as string).slice(0, start)}${words} `;
    editor.setLine({ text: line + after, point: line.length });
  }
}

/** Words as one with braces, beginnings that some share taken together. Models bash bracecomp.c really_munge_braces. */
export function inBraces(words: readonly string[]): string {
  const [first = ''] = words;
  if (words.length < 2) return first;
  let shared = 0;
  while (words.every((word) => word[shared] !== undefined && word[shared] === first[shared])) shared++;
  const rests = [...words].sort().map((word) => word.slice(shared));
  const starts = [...new Set(rests.map((rest) => rest.slice(0, 1)))];
  const groups = starts.map((start) => inBraces(rests.filter((rest) => rest.slice(0, 1) === start)));
  return `${first.slice(0, shared)}{${groups.join(',')}}`;
}

/** Where the last word begins in lines that are alike before it. */
function wordStart(lines: readonly string[]): number {
  const [first = ''] = lines;
  return first.trimEnd().lastIndexOf(' ') + 1;
}
