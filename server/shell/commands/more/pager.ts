import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { Regex, RegexError } from '../../regex/regex.ts';
import type { Call } from '../core/tool.ts';
import { carryOut } from './commands.ts';
import { Keys, type Order } from './keys.ts';
import { Leave, Terminal } from './terminal.ts';
import { type Place, Text } from './text.ts';

export interface Given {
  has(name: string): boolean;
  get(name: string): string | undefined;
}

const HEAD = ':'.repeat(14);
/** Rows that the name of a file takes. */
const HEAD_ROWS = 3;
const START: Place = { at: 0, line: 0 };

/** Prints texts a screen at a time, one below the other. Models util-linux text-utils/more.c. */
export class More {
  readonly call: Call;
  readonly terminal: Terminal;
  readonly paths: readonly string[];
  index = 0;
  text: Text | undefined;
  /** Lines of a screen, and of a scroll. */
  screen: number;
  scroll: number;
  /** The last pattern, and what it means when it is one. */
  pattern: string | undefined;
  regex: Regex | undefined;
  /** Where the last search began, where the screen began. */
  searchedFrom = START;
  screenStart = START;
  /** A complaint stands where the prompt would. */
  complained = false;
  searched = false;
  shellLine: string | undefined;
  previous: Order | undefined;
  readonly #given: Given;
  readonly #keys = new Keys();
  readonly #onTerminal: boolean;
  readonly #leavesAtEnd: boolean;
  #names: boolean;
  #first = true;
  /** The last line that was printed was an empty one. */
  #blank = false;
  #paused = false;
  #ended = false;

  constructor(call: Call, given: Given) {
    this.call = call;
    this.paths = call.operands;
    this.#given = given;
    this.terminal = new Terminal(call, given.has('c'));
    this.#onTerminal = call.context.isTerminal(1);
    this.#leavesAtEnd = given.has('e');
    this.#names = this.paths.length > 1;
    const { rows } = this.terminal.size;
    this.screen = Number(given.get('n')) || rows - 1;
    this.scroll = Math.max(1, (rows >> 1) - 1);
  }

  /** Screens are painted from their top instead of scrolling in. */
  get paints(): boolean {
    return this.#given.has('p') || this.terminal.clearsRows;
  }

  /** The text is standard input. */
  get isPipe(): boolean {
    return this.text?.name === '';
  }

  *showAll(): Steps<void> {
    const { context } = this.call;
    const left = this.screen;
    if (!context.isTerminal(0)) {
      this.text = new Text(this.call, '', this.call.open('-').file, 0);
      yield* this.#show(left);
      this.#names = true;
      this.#first = false;
    }
    for (; this.index < this.paths.length; this.index++) {
      this.text = yield* this.#open(this.paths[this.index] as string);
      if (this.text) yield* this.#show(left);
      this.#first = false;
    }
  }

  /** The prompt goes when the pager does. */
  *leave(): Steps<void> {
    if (this.terminal.clearsRows) yield* this.terminal.print('\r\x1b[K');
    else yield* this.terminal.erase();
    yield* this.terminal.flush();
  }

  /** Models more.c checkf. */
  *#open(path: string): Steps<Text | undefined> {
    const { context } = this.call;
    yield* this.terminal.flush();
    try {
      if (context.fs.isDirectory(path)) {
        yield* this.terminal.print(`\n*** ${path}: directory ***\n\n`);
        return undefined;
      }
      const text = new Text(this.call, path, this.call.open(path).file, context.fs.stat(path).size);
      if (text.size === 0 || !(yield* text.isBinary())) return text;
      yield* this.terminal.print(`\n******** ${path}: Not a text file ********\n\n`);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      yield* this.terminal.eraseRow();
      yield* this.terminal.flush();
      yield* context.err(`more: cannot open ${path}: ${error.message}\n`);
    }
    return undefined;
  }

  /** Shows a text to its end. Models more.c display_file. */
  *#show(rows: number): Steps<void> {
    const text = this.text as Text;
    this.searchedFrom = START;
    const left = yield* this.#begin(text, rows);
    if (left !== 0) {
      const feeds = yield* text.startsWith('\f');
      if ((this.paints || feeds) && text.size > 0) yield* this.terminal.startScreen();
      if (this.#names) yield* this.#printName(text.name);
      if (!this.#onTerminal) yield* this.terminal.print(yield* text.rest());
      else yield* this.#page(this.#names ? Math.min(left, this.terminal.size.rows - HEAD_ROWS - 1) : left);
    }
    yield* this.terminal.flush();
    this.text = undefined;
    this.screenStart = START;
  }

  /** The first text starts where the command line says, others when a key is pressed. */
  *#begin(text: Text, rows: number): Steps<number> {
    if (!this.#first) return this.#onTerminal ? yield* this.#command(text.name) : rows;
    this.#first = false;
    yield* text.skip(Number(this.#given.get('b') ?? 1) - 1);
    const pattern = this.#given.get('t');
    if (pattern === undefined) return rows;
    yield* this.search(pattern, 1);
    return this.paints ? rows - 1 : rows;
  }

  *#printName(name: string): Steps<void> {
    const { terminal } = this;
    yield* terminal.eraseRow();
    if (terminal.promptLength > HEAD.length) yield* terminal.erase(HEAD.length);
    for (const line of [HEAD, name, HEAD]) {
      yield* terminal.eraseRow();
      yield* terminal.print(`${line}\n`);
    }
  }

  /** Models more.c screen. */
  *#page(first: number): Steps<void> {
    const text = this.text as Text;
    const { terminal } = this;
    for (let rows = first; ; ) {
      while (rows > 0 && !this.#paused) {
        const printed = yield* this.#printRow(text);
        if (printed === 'end') return;
        if (printed === 'row') rows--;
      }
      yield* terminal.flush();
      this.#ended = yield* text.atEnd();
      if (this.#ended && this.#leavesAtEnd) return yield* terminal.eraseBelow();
      if (this.#paused) yield* terminal.eraseBelow();
      this.#paused = false;
      do rows = yield* this.#command();
      while (rows !== 0 && this.searched && this.pattern === undefined);
      if (rows === 0) return;
      if (this.paints && rows >= this.screen) yield* terminal.startScreen();
      this.screenStart = text.place;
    }
  }

  *#printRow(text: Text): Steps<'row' | 'squeezed' | 'end'> {
    const { terminal } = this;
    const { columns } = terminal.size;
    const folds = !this.#given.has('f');
    const row = yield* text.row({ columns, folds, pausesAtFormFeed: !this.#given.has('l') });
    this.#ended = row === undefined;
    if (this.#ended && this.#leavesAtEnd) {
      yield* terminal.eraseBelow();
      return 'end';
    }
    const { text: shown, width, pauses } = row ?? { text: '', width: -1, pauses: false };
    if (this.#given.has('s') && shown === '' && this.#blank) return row ? 'squeezed' : 'row';
    this.#blank = shown === '';
    this.#paused = pauses;
    yield* terminal.eraseRow();
    if (shown.includes('\t')) yield* terminal.erase();
    yield* terminal.print(shown);
    if (width < terminal.promptLength) yield* terminal.erase(Math.max(0, width));
    terminal.promptLength = 0;
    if (width < columns || !folds) yield* terminal.print('\n');
    return 'row';
  }

  /** `next`: the name of the file that a key will show. Models more.c output_prompt. */
  *prompt(next?: string): Steps<void> {
    const size = this.text?.size ?? 0;
    const percent = next === undefined && size > 0 ? (this.text as Text).percent : undefined;
    const hint = this.#given.has('d') ? "[Press space to continue, 'q' to quit.]" : '';
    const ended = percent === undefined ? next === undefined && this.#ended : percent === 100;
    const place = next !== undefined ? `(Next file: ${next})` : percent === undefined ? '' : `(${percent}%)`;
    yield* this.terminal.prompt(`${ended ? '(END)' : `--More--${place}`}${hint}`);
  }

  /** Waits for commands until one wants rows printed, or none: the text is done with. */
  *#command(next?: string): Steps<number> {
    if (this.complained) this.complained = false;
    else yield* this.prompt(next);
    this.searched = false;
    for (;;) {
      let order = this.#keys.take(yield* this.terminal.keys());
      if (order?.action === 'repeat') order = this.previous ?? order;
      if (!order) continue;
      const rows = yield* carryOut(this, order, next);
      this.previous = order;
      if (rows === undefined) continue;
      yield* this.terminal.print('\r');
      this.terminal.forgetQuit();
      return rows;
    }
  }

  *hint(): Steps<void> {
    if (this.#given.has('d')) yield* this.terminal.sayInReverse("[Press 'h' for instructions.]");
  }

  *complain(text: string): Steps<void> {
    yield* this.terminal.complain(text);
    this.complained = true;
  }

  /** Goes to the n-th line that matches, two lines before it. Models more.c search. */
  *search(pattern: string | undefined, count: number): Steps<void> {
    const text = this.text as Text;
    const { terminal } = this;
    this.pattern = pattern;
    this.searched = true;
    this.searchedFrom = text.place;
    const regex = pattern === undefined ? undefined : yield* this.#compile(pattern);
    if (!regex) return;
    let places = [text.place, text.place, text.place];
    for (let [lines, left] = [1, count]; !text.ended; lines++) {
      places = [places[1] as Place, places[2] as Place, text.place];
      yield* this.call.spend(1);
      const line = yield* text.restOfLine();
      if (!regex.test(line) || --left > 0) continue;
      if (lines > (this.isPipe ? 1 : 3)) yield* terminal.print('\n...skipping\n');
      if (this.isPipe) yield* terminal.erase();
      else text.place = { at: places[0]?.at ?? 0, line: text.line - Math.min(3, lines) };
      if (this.paints) yield* terminal.startScreen();
      if (this.isPipe) yield* terminal.print(`${line}\n`);
      return;
    }
    if (this.isPipe) {
      yield* terminal.print('\nPattern not found\n');
      throw new Leave('a pipe cannot be read again');
    }
    text.place = this.searchedFrom;
    yield* this.complain('Pattern not found');
  }

  *#compile(pattern: string): Steps<Regex | undefined> {
    try {
      return new Regex(pattern, { extended: false });
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      yield* this.complain(error.message);
      return undefined;
    }
  }
}
