import type { Context } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { displayWidth } from '../core/width.ts';
import type { Window } from './document.ts';
import type { Editor } from './editor.ts';
import type { Place } from './frames.ts';
import { statusLine, tabLine } from './status-line.ts';
import { cursorPlace, layOut, type Row, rulerText, scroll } from './window-view.ts';

/** Draws an editor on a terminal, only the rows that differ from what is there. */
export class Screen {
  readonly #context: Context;
  #shown: string[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  get columns(): number {
    return Math.max(20, this.#context.fds.get(1)?.terminal?.size.columns ?? 80);
  }

  get rows(): number {
    return Math.max(3, this.#context.fds.get(1)?.terminal?.size.rows ?? 24);
  }

  *open(): Steps<void> {
    yield* this.#context.out('\x1b[?1049h\x1b[?2004h\x1b[2J\x1b[H');
  }

  *close(): Steps<void> {
    yield* this.#context.out(`\x1b[?2004l\x1b[${this.rows};1H\x1b[K\x1b[?1049l`);
  }

  /** Forgets what is shown, so that everything is drawn again. */
  reset(): void {
    this.#shown = [];
  }

  *draw(editor: Editor): Steps<void> {
    const { workspace } = editor;
    workspace.fit(this.rows, this.columns);
    const views = [...workspace.tab.frames.places()].map(([window, place]) => {
      scroll(window, window === workspace.window);
      return { window, place, rows: layOut(editor, window) };
    });
    const current = views.find((view) => view.window === workspace.window) as View;
    const lines = this.#compose(editor, views);
    lines.push(...this.#commandLines(editor, current));
    let out = '\x1b[?25l';
    lines.forEach((line, i) => {
      if (this.#shown[i] !== line) out += `\x1b[${i + 1};1H${line}\x1b[K`;
    });
    this.#shown = lines;
    yield* this.#context.out(`${out}${this.#place(editor, current)}\x1b[?25h`);
  }

  /** Shows lines over the text, page by page, and asks for a key. Returns it. */
  *page(editor: Editor, lines: readonly string[], question = CONTINUE): Steps<string> {
    const { columns } = this;
    yield* this.#context.out(`\x1b[${this.rows};1H\x1b[K`);
    let room = this.rows - 1;
    let first = true;
    for (const line of lines) {
      const height = Math.max(1, Math.ceil(displayWidth(line) / columns));
      if (!first && room < height) {
        const key = yield* this.#ask(editor, MORE);
        if (key === 'q' || key === '\x1b' || key === '\x03') break;
        room = key === '\n' || key === 'j' ? 1 : this.rows - 1;
        yield* this.#context.out('\r\x1b[K');
        first = true;
      }
      yield* this.#context.out(`${first ? '' : '\r\n'}${isError(line) ? inRed(line) : line}`);
      first = false;
      room -= height;
    }
    const key = yield* this.#ask(editor, question);
    this.reset();
    return key;
  }

  *#ask(editor: Editor, question: string): Steps<string> {
    yield* this.#context.out(`\r\n\x1b[92m${question}\x1b[m\x1b[K`);
    for (;;) {
      const key = yield* editor.keys.next();
      if (key !== undefined) return key;
    }
  }

  /** Puts tab line, windows, separators and status lines together. */
  #compose(editor: Editor, views: readonly View[]): string[] {
    const { workspace } = editor;
    const top = workspace.tabLine;
    const height = this.rows - editor.settings.cmdheight;
    const pieces: { column: number; text: string }[][] = Array.from({ length: height }, () => []);
    if (top > 0) pieces[0]?.push({ column: 0, text: tabLine(workspace, this.columns) });
    for (const { window, place, rows } of views) {
      const last = place.column + place.width >= this.columns;
      const right = place.separator ? SEPARATOR : '';
      rows.slice(0, place.height).forEach((row, i) => {
        const gap = last ? '' : ' '.repeat(Math.max(0, place.width - row.width));
        pieces[top + place.row + i]?.push({ column: place.column, text: row.text + gap + right });
      });
      if (!place.status) continue;
      const line = statusLine(editor, window, rows);
      const text = place.separator ? line.replace(/(\x1b\[m)$/, ' $1') : line;
      pieces[top + place.row + place.height]?.push({ column: place.column, text });
    }
    return pieces.map((row) =>
      row
        .sort((a, b) => a.column - b.column)
        .map(({ text }) => text)
        .join(''),
    );
  }

  /** The rows for commands and messages; the last of them tells the place when no status line does. */
  #commandLines(editor: Editor, { place, window, rows }: View): string[] {
    const { settings, prompting } = editor;
    const { cmdheight } = settings;
    const blank = Array.from({ length: cmdheight - 1 }, () => '');
    if (prompting !== undefined)
      return [(prompting.head + prompting.tail).slice(-(this.columns - 1)), ...blank];
    const ruler =
      settings.ruler && !settings.paste && !place.status
        ? rulerText(editor, window, rows, RULER_WIDTH - 1)
        : undefined;
    if (cmdheight === 1) return [this.#messageLine(editor, ruler)];
    const last = ruler === undefined ? '' : ' '.repeat(this.columns - RULER_WIDTH) + ruler;
    return [this.#messageLine(editor, undefined), ...blank.slice(1), last];
  }

  #messageLine(editor: Editor, ruler: string | undefined): string {
    const { settings, message } = editor;
    const mode = settings.showmode ? modeLine(editor) : '';
    const left = message !== '' ? message : mode === '' ? '' : `\x1b[1m${mode}\x1b[m`;
    const shown = isError(message) ? inRed(left.slice(0, this.columns - 1)) : left;
    const at = this.columns - RULER_WIDTH;
    const room = displayWidth(message === '' ? mode : message);
    if (room > at - 1) return shown;
    // Commands are shown as they are typed, and the size of a selection.
    const size = settings.showcmd ? pendingCommand(editor) : '';
    const command = (ruler === undefined ? this.columns - 1 : at) - COMMAND_WIDTH;
    const gap = size === '' ? '' : ' '.repeat(Math.max(0, command - room)) + size;
    if (ruler === undefined || message.startsWith('-- ')) return shown + gap;
    return `${shown}${gap}${' '.repeat(Math.max(1, at - room - gap.length))}${ruler}`;
  }

  #place(editor: Editor, { window, place, rows }: View): string {
    const line = editor.prompting?.head ?? (editor.asking ? editor.message : undefined);
    if (line !== undefined)
      return `\x1b[${this.rows - editor.settings.cmdheight + 1};${Math.min(this.columns, displayWidth(line) + 1)}H`;
    const [row, column] = cursorPlace(editor, window, rows);
    return `\x1b[${editor.workspace.tabLine + place.row + row + 1};${place.column + column + 1}H`;
  }
}

interface View {
  readonly window: Window;
  readonly place: Place;
  readonly rows: readonly Row[];
}

const MORE = '-- More --';
const CONTINUE = 'Press ENTER or type command to continue';
const SEPARATOR = '\x1b[7m|\x1b[m';
const RULER_WIDTH = 18;
const COMMAND_WIDTH = 10;

function isError(message: string): boolean {
  return /^E\d+:/.test(message);
}

function inRed(text: string): string {
  return `\x1b[97;41m${text}\x1b[m`;
}

function modeLine(editor: Editor): string {
  const names: Record<string, string> = {
    insert: editor.settings.paste ? '-- INSERT (paste) --' : '-- INSERT --',
    replace: '-- REPLACE --',
    visual: '-- VISUAL --',
    'visual-line': '-- VISUAL LINE --',
    'visual-block': '-- VISUAL BLOCK --',
  };
  const recording = editor.recording === undefined ? '' : `recording @${editor.recording}`;
  return (names[editor.mode] ?? '') + recording;
}

function pendingCommand(editor: Editor): string {
  const isTyping = editor.mode === 'insert' || editor.mode === 'replace';
  const typed = isTyping ? '' : editor.pendingKeys.slice(-COMMAND_WIDTH);
  return typed === '' ? selectionSize(editor) : typed;
}

function selectionSize(editor: Editor): string {
  if (!editor.mode.startsWith('visual')) return '';
  const { from, to } = editor.selection;
  const lines = to.line - from.line + 1;
  const [left, right] = [editor.anchor.column, editor.cursor.column];
  if (editor.mode === 'visual-block') return `${lines}x${Math.abs(right - left) + 1}`;
  return String(lines > 1 || editor.mode === 'visual-line' ? lines : to.column - from.column + 1);
}
