import type { OpenFile } from '../../../host/index.ts';
import { isSystemError } from '../../../host/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { HELP } from './help.ts';
import type { PagerSettings } from './options.ts';
import { expandPrompt, promptText } from './prompt.ts';
import type { SearchState } from './search.ts';
import { Source } from './source.ts';
import { View } from './view.ts';

/** Thrown to leave the pager. */
export class Leave extends Error {
  override name = 'Leave';
}

/** A file that cannot be shown, in less's words. */
class Unreadable extends Error {
  override name = 'Unreadable';
}

/** Texts on the screen, a window at a time: what the commands share. */
export class Pager {
  readonly call: Call;
  readonly settings: PagerSettings;
  readonly files: string[];
  index = 0;
  view: View;
  /** The file's name was not shown yet. */
  fresh = true;
  search: SearchState | undefined;
  /** Patterns and command lines that were typed. */
  readonly patterns: string[] = [];
  readonly commands: string[] = [];
  readonly marks = new Map<string, { file: number; line: number }>();
  previous: number | undefined;
  /** The first text was shorter than the window: the prompt stands right below it. */
  squished = false;
  /** Windows of `z` and `w`, `d` and `u`; how far arrows shift. */
  window: number | undefined;
  half: number | undefined;
  shift: number | undefined;
  ended = 0;
  readonly #sources = new Map<string, Source>();
  readonly #tty: OpenFile;
  #typed = '';
  /** The text that was shown before the help. */
  #behind: View | undefined;

  constructor(call: Call, files: string[], settings: PagerSettings) {
    this.call = call;
    this.files = files;
    this.settings = settings;
    const { context } = call;
    const terminal = context.fds.get(1)?.terminal;
    this.#tty = context.isTerminal(0) ? context.fd(0) : (terminal?.open().retain() ?? context.fd(1));
    this.view = this.#viewOf(new Source(call, '', []));
  }

  get size() {
    return this.call.context.fds.get(1)?.terminal?.size ?? { columns: 80, rows: 24 };
  }

  get inHelp(): boolean {
    return this.#behind !== undefined;
  }

  #viewOf(source: Source): View {
    const view = new View(source, this.settings, () => this.size);
    view.hits = this.search?.regex;
    if (source.left) view.top = source.left;
    return view;
  }

  /** Opens a file of the list. Throws what is to be said when it cannot be shown. */
  open(index: number): void {
    const path = this.files[index] as string;
    const source = this.#sources.get(path) ?? this.#source(path);
    this.#sources.set(path, source);
    this.view.source.left = this.view.top;
    this.view = this.#viewOf(source);
    this.index = index;
    this.fresh = true;
    this.squished = false;
    this.ended = 0;
  }

  /** Reads the file anew, as it is after it was edited. */
  reopen(): void {
    const { top } = this.view;
    this.#sources.delete(this.files[this.index] as string);
    this.open(this.index);
    this.view.top = top;
  }

  #source(path: string): Source {
    const { fs } = this.call.context;
    try {
      if (path !== '-' && fs.isDirectory(path)) throw new Unreadable(`${path} is a directory`);
      const source = new Source(this.call, path === '-' ? '' : path, this.call.open(path).file);
      source.size = path === '-' ? undefined : fs.tryStat(path)?.size;
      return source;
    } catch (error) {
      if (isSystemError(error)) throw new Unreadable(`${path}: ${error.message}`);
      throw error;
    }
  }

  /** Opens the next file that can be shown, from one on. Returns what was said of the others. */
  openFrom(index: number, step: 1 | -1): { said: string[]; opened: boolean } {
    const said: string[] = [];
    for (let i = index; i >= 0 && i < this.files.length; i += step) {
      try {
        this.open(i);
        return { said, opened: true };
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        said.push(error.message);
        this.files.splice(i, 1);
        if (step > 0) i--;
        if (i < this.index) this.index--;
      }
    }
    return { said, opened: false };
  }

  showHelp(): void {
    this.#behind = this.view;
    this.view = this.#viewOf(new Source(this.call, '', HELP));
  }

  /** Back from the help; false: it was not shown. */
  leaveHelp(): boolean {
    if (!this.#behind) return false;
    this.view = this.#behind;
    this.#behind = undefined;
    return true;
  }

  /** Reads what the window, and a bit more, needs. */
  *load(): Steps<void> {
    const { view } = this;
    const wanted = view.numberOf(Math.max(0, view.top.line)) + this.size.rows * 2;
    yield* view.source.load(wanted);
    while (view.filter && !view.source.complete && view.count < view.top.line + this.size.rows)
      yield* view.source.load(view.source.lines.length + 1000);
  }

  *loadAll(): Steps<void> {
    yield* this.view.source.load(Number.POSITIVE_INFINITY);
  }

  *draw(bottom = this.prompt): Steps<void> {
    const shown = this.view.screen();
    const rows = shown.map((row, i) => {
      const text = this.squished && row.line >= this.view.count ? '' : row.text;
      return `\x1b[${i + 1};1H${text}\x1b[m\x1b[K`;
    });
    yield* this.call.context.out(`${rows.join('')}\x1b[${this.size.rows};1H\x1b[K`);
    yield* this.drawBottom(bottom);
  }

  /** The prompt goes to the last row, as after whatever moves in the text. */
  *unsquish(): Steps<void> {
    if (!this.squished) return;
    this.squished = false;
    yield* this.draw();
  }

  *drawBottom(text: string): Steps<void> {
    const filled = this.view.screen().findIndex((row) => row.line >= this.view.count);
    const row = this.squished && filled >= 0 ? filled + 1 : this.size.rows;
    yield* this.call.context.out(`\x1b[${row};1H\x1b[K${text}`);
  }

  get prompt(): string {
    if (this.inHelp) return reverse(expandPrompt(this.settings.prompts.h as string, this));
    const text = promptText(this).slice(1 - this.size.columns);
    const sign = this.view.filter ? '& ' : '';
    return text === '' ? `${sign}:` : sign + reverse(text);
  }

  /** Says something, until a key is pressed. */
  *say(text: string): Steps<void> {
    yield* this.drawBottom(reverse(`${text}  (press RETURN)`));
    const key = yield* this.key();
    if (key !== '\n' && key !== '\r' && key !== ' ' && key !== REDRAW) this.#typed = key + this.#typed;
  }

  feed(keys: string): void {
    this.#typed = keys + this.#typed;
  }

  /** Whether keys wait, so that nothing needs to be drawn yet. */
  get pending(): boolean {
    return this.#typed !== '';
  }

  /** The next key, with what belongs to it; `REDRAW` when something else than a key came. */
  *key(): Steps<string> {
    for (let waited = false; this.#typed === '' || this.#typed === '\x1b'; ) {
      const piece = this.#tty.read(4096);
      if (piece === '') throw new Leave('the terminal is gone');
      if (piece !== undefined) this.#typed += piece;
      else if (waited) return REDRAW;
      else {
        yield* waitOn(this.#tty.readable ? [this.#tty.readable] : []);
        waited = true;
      }
    }
    const match = /^\x1b(\[[0-9;]*[A-Za-z~]|O[A-Z]|.)?|^[\s\S]/u.exec(this.#typed) as RegExpExecArray;
    this.#typed = this.#typed.slice(match[0].length);
    return match[0];
  }

  /** Shows what is added to the file, until ^C. */
  *follow(until?: (line: string) => boolean): Steps<void> {
    const { context } = this.call;
    const { source } = this.view;
    let going = true;
    context.process.handlers.set('INT', () => {
      going = false;
    });
    yield* this.loadAll();
    while (going) {
      const seen = source.lines.length;
      while (source.more());
      this.view.top = this.view.lastTop;
      const waiting = expandPrompt(this.settings.prompts.w as string, this);
      yield* this.draw(reverse(`${waiting}... (interrupt to abort)`));
      if (until && source.lines.slice(seen).some(until)) break;
      const queues = [
        this.#tty.readable,
        source.readable,
        source.isPipe || !context.fs.exists(source.name) ? undefined : context.fs.changed(source.name),
      ];
      yield* waitOn(queues.flatMap((queue) => (queue ? [queue] : [])));
      if (this.#tty.read(1)) going = false;
    }
    source.complete = true;
    this.onInterrupt();
  }

  /** ^C gives up what is typed. */
  onInterrupt(): void {
    this.call.context.process.handlers.set('INT', () => {
      if (this.settings.is('K')) this.#typed = 'q';
      else this.#typed += '\x03';
    });
  }
}

/** What `key` gives when the window may have changed. */
export const REDRAW = '\0redraw';

export const reverse = (text: string) => `\x1b[7m${text}\x1b[27m`;
