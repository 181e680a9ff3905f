import type { Context } from '../../../host/index.ts';
import { PREEMPT, type Steps } from '../../../sim/index.ts';
import { type Regex, RegexError } from '../../regex/regex.ts';
import { type Buffer, before, type Position } from './buffer.ts';
import type { Document, Mode, Window } from './document.ts';
import type { FileTypes } from './file-type.ts';
import { Keys } from './keys.ts';
import type { Mapping } from './mappings.ts';
import { compilePattern } from './pattern.ts';
import { readLine } from './prompt.ts';
import { type Register, Registers, type Taken } from './registers.ts';
import { Screen } from './screen.ts';
import { passOn, type Settings, setOption } from './settings.ts';
import { indexAt, lineWidth } from './window-view.ts';
import { type SplitRequest, Workspace } from './workspace.ts';

/** Thrown to leave the editor with an exit code. */
export class Quit extends Error {
  override name = 'Quit';
  readonly code: number;

  constructor(code: number) {
    super('quit');
    this.code = code;
  }
}

/** A command that cannot be carried out: a beep, and maybe a message. */
export class Refused extends Error {
  override name = 'Refused';
}

/** The state of an editor, and what its modes share: keys, registers, search, messages. */
export class Editor {
  readonly context: Context;
  readonly workspace: Workspace;
  readonly screen: Screen;
  readonly keys: Keys;
  readonly registers = new Registers();
  readonly mappings: Mapping[] = [];
  /** The files of the command line, and whether the last of them was seen. */
  files: string[] = [];
  sawLastFile = false;
  /** `:q` was refused because files are left; the next one is not. */
  warnedOfFiles = false;
  readonly fileTypes: FileTypes = { detect: true, plugin: true, indent: true, colours: true };
  /** What the command-line window is for (`:`, `/`, `?`) while it is open. */
  commandKind: string | undefined;
  /** Whether `defaults.vim` was read: there is no vimrc. */
  defaults = true;
  /** `view` and `-R`: files are read only. */
  readOnly = false;
  /** What `:vert`, `:bel` and the like say of the window that a command makes. */
  splitting: Partial<SplitRequest> = {};
  /** `-n`: without swap files. */
  swapless = false;
  mode: Mode = 'normal';
  anchor: Position = { line: 0, column: 0 };
  /** Where the running insertion began: ^W and ^U stop there. */
  insertedFrom: Position = { line: 0, column: 0 };
  /** Blanks were typed in the indent: it is not changed while the line is typed. */
  ownIndent = false;
  /** A line was just made: its indent goes when nothing is typed behind it. */
  opened = false;
  message = '';
  /** The line of ex commands that was typed and is carried out. */
  exLine: string | undefined;
  /** The one before, as the register `:` has it. */
  lastExLine = '';
  /** Whether the command that runs wipes what was said before. */
  clears = false;
  /** The command line being typed, with its prefix, before and behind the cursor. */
  prompting: { readonly head: string; readonly tail: string } | undefined;
  /** A question about the text, with the cursor behind it. */
  asking = false;
  search: { pattern: string; forward: boolean } | undefined;
  highlighting = false;
  lastFind: { command: string; char: string } | undefined;
  lastSubstitute: { pattern: string; replacement: string; flags: string } | undefined;
  recording: string | undefined;
  /** Normal mode, for `:normal`; set by whoever starts the editor. */
  normal: (editor: Editor) => Steps<never> = function* () {
    throw new Error('no normal mode');
  };
  /** A single command of it, for ^O. */
  oneCommand: (editor: Editor) => Steps<void> = function* () {
    throw new Error('no normal mode');
  };
  /** What Tab makes of a command line; set with it. */
  completions: (editor: Editor, text: string) => string[] = () => [];
  lastMacro: string | undefined;
  /** `autocmd FileType yaml setlocal …` of the vimrc. */
  readonly autocommands: { readonly types: readonly string[]; readonly words: string }[] = [];
  #recorded: string[] = [];
  /** Keys of the command that runs, and of the last one that changed the text. */
  commandKeys: string[] = [];
  /** Those of them that are shown while the command waits for more. */
  pendingKeys = '';
  lastChange: string[] = [];
  readonly histories: Record<string, string[]> = { ':': [], '/': [] };

  constructor(context: Context) {
    this.context = context;
    this.workspace = new Workspace(() => context.now);
    this.screen = new Screen(context);
    this.keys = new Keys(context);
  }

  get window(): Window {
    return this.workspace.window;
  }

  get document(): Document {
    return this.window.document;
  }

  get buffer(): Buffer {
    return this.document.buffer;
  }

  get path(): string | undefined {
    return this.document.path;
  }

  get settings(): Settings {
    return this.window.settings;
  }

  get cursor(): Position {
    return this.window.cursor;
  }

  set cursor(at: Position) {
    this.window.cursor = at;
  }

  get wanted(): number {
    return this.window.wanted;
  }

  set wanted(column: number) {
    this.window.wanted = column;
  }

  /** The next key; the screen is brought up to date before waiting for one. */
  *key(): Steps<string> {
    for (;;) {
      if (this.context.process.spend(2)) yield PREEMPT;
      if (!this.keys.pending) {
        if (this.mode === 'normal') this.document.swap?.keep();
        yield* this.screen.draw(this);
      }
      const typed = this.keys.queue.length === 0;
      const key = yield* this.keys.next();
      if (key === undefined) {
        this.screen.reset();
        continue;
      }
      if (typed && this.recording !== undefined) this.#recorded.push(key);
      this.commandKeys.push(key);
      this.pendingKeys +=
        key.length === 1 && key < ' ' ? `^${String.fromCharCode(key.charCodeAt(0) + 64)}` : key;
      return key;
    }
  }

  /** Carries out the words of `:set`; `local`: for this window and buffer only. Returns what they show. */
  runSet(words: string, local = false): string[] {
    const shown: string[] = [];
    for (const word of words.split(/(?<!\\)\s+/).filter((one) => one !== '')) {
      const said = setOption(this.settings, word);
      if (said !== undefined) shown.push(said);
    }
    if (!local) passOn(this.settings, this.workspace.global);
    return shown;
  }

  startRecording(register: string): void {
    this.recording = register;
    this.#recorded = [];
  }

  stopRecording(): void {
    // The `q` that ends it is not part of it.
    const keys = this.#recorded.slice(0, -1).join('');
    this.registers.set((this.recording as string).toLowerCase(), { text: keys, kind: 'chars' });
    this.recording = undefined;
  }

  /** Puts keys before what is typed next. */
  feed(text: string): void {
    this.keys.queue.unshift(
      ...(text.match(
        /<(?:Up|Down|Left|Right|Home|End|Del|Insert|PageUp|PageDown|Paste|PasteEnd)>|[\s\S]/gu,
      ) ?? []),
    );
  }

  refuse(message = ''): never {
    throw new Refused(message);
  }

  say(message: string): void {
    this.message = message;
  }

  /** Shows what a command lists, below the command itself. */
  *list(lines: readonly string[]): Steps<void> {
    yield* this.show(this.exLine === undefined ? lines : [`:${this.exLine}`, ...lines]);
  }

  /** Shows lines that are more than the last row holds, until a key is pressed. */
  *show(lines: readonly string[]): Steps<void> {
    const key = yield* this.screen.page(this, lines);
    this.message = '';
    if (key !== '\n' && key !== ' ') this.feed(key);
  }

  get line(): string {
    return this.buffer.line(this.cursor.line);
  }

  moveTo(to: Position, keep = false): void {
    const line = Math.max(0, Math.min(this.buffer.count - 1, to.line));
    const length = this.buffer.line(line).length;
    const last =
      this.mode === 'insert' || this.mode === 'replace'
        ? length
        : this.mode === 'normal'
          ? length - 1
          : length;
    this.cursor = { line, column: Math.max(0, Math.min(to.column, last)) };
    if (!keep) this.wanted = to.column === Number.POSITIVE_INFINITY ? to.column : this.screenColumn;
  }

  /** Where the cursor is seen in its line: on the last column of a tab, but while text is typed. */
  get screenColumn(): number {
    const { line, cursor, mode } = this;
    const { tabstop } = this.settings;
    const typing = mode === 'insert' || mode === 'replace';
    const onTab = !typing && line[cursor.column] === '\t';
    return lineWidth(line.slice(0, cursor.column + (onTab ? 1 : 0)), tabstop) - (onTab ? 1 : 0);
  }

  /** The place in a line that vertical moves aim at. */
  aimedAt(line: number): number {
    return indexAt(this.buffer.line(line), this.wanted, this.settings.tabstop);
  }

  /** To the first character of a line that is not blank, as most commands leave the cursor. */
  moveToLine(line: number): void {
    this.moveTo({ line, column: Math.max(0, this.buffer.line(line).search(/\S|$/)) });
  }

  /** Remembers where a jump came from. */
  markJump(): void {
    this.buffer.marks.set("'", this.cursor);
    this.buffer.marks.set('`', this.cursor);
    this.window.jumps.add(this.document, this.cursor);
  }

  /** Fills a register as deleting and yanking do. */
  store(name: string | undefined, register: Register, how: Taken): void {
    this.registers.fill(name, register, how);
  }

  register(name: string | undefined): Register | undefined {
    if (name === '%') return { text: this.path ?? '', kind: 'chars' };
    if (name === ':') return { text: this.lastExLine, kind: 'chars' };
    if (name === '/') return { text: this.search?.pattern ?? '', kind: 'chars' };
    return this.registers.get((name ?? '"').toLowerCase());
  }

  regex(pattern: string): Regex {
    try {
      return compilePattern(pattern, {
        ignoreCase: this.settings.ignorecase,
        smartCase: this.settings.smartcase,
      });
    } catch (error) {
      if (error instanceof RegexError) return this.refuse(`E54: ${error.message}: ${pattern}`);
      throw error;
    }
  }

  /** The next match of the search pattern in a direction; wraps around with a message. */
  find(forward: boolean, from: Position): Position {
    if (!this.search) return this.refuse('E35: No previous regular expression');
    const regex = this.regex(this.search.pattern);
    this.highlighting = true;
    const count = this.buffer.count;
    for (let i = 0; i <= count; i++) {
      const line = (((from.line + (forward ? i : -i)) % count) + count) % count;
      const wrapped = forward ? from.line + i >= count : from.line - i < 0;
      if (wrapped && !this.settings.wrapscan) break;
      const column = this.#findOn(
        regex,
        line,
        forward,
        i === 0 ? from.column : undefined,
        i === count ? from.column : undefined,
      );
      if (column === undefined) continue;
      if (wrapped)
        this.say(forward ? 'search hit BOTTOM, continuing at TOP' : 'search hit TOP, continuing at BOTTOM');
      return { line, column };
    }
    if (!this.settings.wrapscan)
      return this.refuse(
        forward
          ? `E385: Search hit BOTTOM without match for: ${this.search.pattern}`
          : `E384: Search hit TOP without match for: ${this.search.pattern}`,
      );
    return this.refuse(`E486: Pattern not found: ${this.search.pattern}`);
  }

  /** A match on one line: behind (or before) `beyond` on the first, up to `until` on the last, when it came around. */
  #findOn(
    regex: Regex,
    line: number,
    forward: boolean,
    beyond: number | undefined,
    until: number | undefined,
  ): number | undefined {
    const text = this.buffer.line(line);
    let found: number | undefined;
    for (let at = 0; at <= text.length; ) {
      const match = regex.exec(text, at);
      if (!match) break;
      const fits = forward
        ? match.index > (beyond ?? -1) && (until === undefined || match.index <= until)
        : match.index < (beyond ?? Number.POSITIVE_INFINITY) && (until === undefined || match.index >= until);
      if (fits && forward) return match.index;
      if (fits) found = match.index;
      at = Math.max(match.end, match.index + 1);
    }
    return found;
  }

  /** Where the search pattern is highlighted in a line. */
  matchesIn(text: string): [number, number][] {
    if (!this.settings.hlsearch || !this.highlighting || !this.search) return [];
    const out: [number, number][] = [];
    try {
      const regex = this.regex(this.search.pattern);
      for (let at = 0; at < text.length; ) {
        const match = regex.exec(text, at);
        if (!match) break;
        if (match.end > match.index) out.push([match.index, match.end]);
        at = Math.max(match.end, match.index + 1);
      }
    } catch {
      return [];
    }
    return out;
  }

  /** The two ends of the selection in order, as it was typed. */
  get selection(): { from: Position; to: Position } {
    return before(this.cursor, this.anchor)
      ? { from: this.cursor, to: this.anchor }
      : { from: this.anchor, to: this.cursor };
  }

  /** Columns of a line that are selected: from, up to. */
  selectionOn(line: number): [number, number] {
    if (!this.mode.startsWith('visual')) return [-1, -1];
    const { from, to } = this.selection;
    if (line < from.line || line > to.line) return [-1, -1];
    const length = this.buffer.line(line).length;
    if (this.mode === 'visual-line') return [0, length + 1];
    if (this.mode === 'visual-block') {
      const [left, right] = [
        Math.min(this.anchor.column, this.cursor.column),
        Math.max(this.anchor.column, this.cursor.column),
      ];
      return [left, this.wanted === Number.POSITIVE_INFINITY ? length : Math.min(length, right + 1)];
    }
    return [line === from.line ? from.column : 0, line === to.line ? to.column + 1 : length + 1];
  }

  /** Reads a line at the bottom of the screen. Undefined: given up. */
  *prompt(prefix: string, start = ''): Steps<string | undefined> {
    return yield* readLine(this, prefix, start);
  }
}
