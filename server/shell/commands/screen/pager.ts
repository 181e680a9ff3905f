import type { OpenFile } from '../../../host/index.ts';
import { LIMITS, type Steps, waitOn } from '../../../sim/index.ts';
import { Regex, RegexError } from '../../regex/regex.ts';
import type { Call } from '../core/tool.ts';
import { withHits, wrapLine } from './wrap.ts';

/** A text on the screen, a window at a time. */
export class Pager {
  readonly #call: Call;
  readonly #name: string;
  readonly #file: OpenFile;
  #text = '';
  #lines: string[] = [];
  #complete = false;
  #top = 0;
  #left = 0;
  #chop: boolean;
  #numbers: boolean;
  #search: { regex: Regex; forward: boolean } | undefined;
  #ignoreCase: boolean;
  #message: string | undefined;
  /** `&pattern`: only lines that match are shown. */
  #filter: Pick<Regex, 'test'> | undefined;
  readonly #marks = new Map<string, number>();
  #typed = '';
  readonly #tty: OpenFile;

  constructor(call: Call, name: string, file: OpenFile) {
    this.#call = call;
    this.#name = name;
    this.#file = file;
    const flags = call.context.env.get('LESS') ?? '';
    this.#chop = call.options.has('S') || flags.includes('S');
    this.#numbers = call.options.has('N');
    this.#ignoreCase = call.options.has('i', 'I');
    const terminal = call.context.fds.get(1)?.terminal;
    this.#tty = call.context.isTerminal(0)
      ? call.context.fd(0)
      : (terminal?.open().retain() ?? call.context.fd(1));
  }

  get #size() {
    return this.#call.context.fds.get(1)?.terminal?.size ?? { columns: 80, rows: 24 };
  }

  *run(): Steps<'quit' | 'next'> {
    const { context } = this.#call;
    const terminal = context.fds.get(1)?.terminal;
    yield* this.#load(this.#size.rows * 2);
    const flags = context.env.get('LESS') ?? '';
    if (
      (this.#call.options.has('F') || flags.includes('F')) &&
      this.#complete &&
      this.#rows(0, this.#size.rows).length < this.#size.rows
    ) {
      yield* context.out(this.#text);
      return 'next';
    }
    const start = this.#call.options.get('p');
    const modes = terminal?.setModes({ icanon: false, echo: false, isig: true });
    context.process.handlers.set('WINCH', () => undefined);
    context.process.handlers.set('INT', () => {
      this.#typed = '';
    });
    const alternate =
      !(this.#call.options.has('X') || flags.includes('X')) && this.#call.definition.name !== 'more';
    if (alternate) yield* context.out('\x1b[?1049h');
    try {
      if (start !== undefined) yield* this.#startAt(start);
      return yield* this.#loop();
    } finally {
      if (modes) terminal?.setModes(modes);
      context.process.handlers.delete('INT');
      yield* context.out(`\x1b[${this.#size.rows};1H\x1b[K${alternate ? '\x1b[?1049l' : ''}`);
    }
  }

  *#startAt(start: string): Steps<void> {
    if (/^\+?G$|^\+F$/.test(start)) {
      yield* this.#load(Number.POSITIVE_INFINITY);
      this.#toEnd();
      if (start.endsWith('F')) yield* this.#follow();
    } else if (/^\+\d+/.test(start)) this.#top = Number(/\d+/.exec(start)?.[0]) - 1;
    else yield* this.#find(start.replace(/^\+?\/?/, ''), true);
  }

  /** Reads until there are so many lines, or the end. */
  *#load(lines: number): Steps<void> {
    while (!this.#complete && this.#lines.length < lines) {
      const piece = yield* this.#call.readSome(this.#file, 65_536);
      if (piece === '' || this.#text.length > LIMITS.stringBytes) this.#complete = true;
      this.#text += piece;
      this.#split();
      yield* this.#call.spend(this.#lines.length >> 6);
    }
  }

  #split(): void {
    const lines = this.#text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    const filter = this.#filter;
    this.#lines = filter ? lines.filter((line) => filter.test(line)) : lines;
  }

  /** Screen rows from a line on. */
  #rows(from: number, count: number): { text: string; line: number }[] {
    const out: { text: string; line: number }[] = [];
    for (let line = from; line < this.#lines.length && out.length < count; line++) {
      for (const text of this.#wrap(this.#lines[line] as string, line)) out.push({ text, line });
    }
    return out.slice(0, count);
  }

  #wrap(line: string, index: number): string[] {
    const gutter = this.#numbers ? `${String(index + 1).padStart(7)} ` : '';
    return wrapLine(this.#search ? withHits(line, this.#search.regex) : line, {
      gutter,
      width: this.#size.columns - gutter.length,
      skip: this.#chop ? this.#left : undefined,
    });
  }

  *#draw(): Steps<void> {
    const height = this.#size.rows - 1;
    const rows = this.#rows(this.#top, height).map((row) => row.text);
    while (rows.length < height) rows.push('~');
    const body = rows.map((row, i) => `\x1b[${i + 1};1H${row}\x1b[m\x1b[K`).join('');
    yield* this.#call.context.out(`${body}\x1b[${height + 1};1H${this.#prompt()}\x1b[K`);
  }

  #atEnd(): boolean {
    const height = this.#size.rows - 1;
    return this.#complete && this.#rows(this.#top, height + 1).length <= height;
  }

  #prompt(): string {
    if (this.#message !== undefined) return `\x1b[7m${this.#message}\x1b[27m`;
    if (this.#atEnd()) return '\x1b[7m(END)\x1b[27m';
    if (this.#call.definition.name === 'more') return '\x1b[7m--More--\x1b[27m';
    if (this.#top === 0 && this.#name !== '') return `\x1b[7m${this.#name}\x1b[27m`;
    return ':';
  }

  *#key(): Steps<string> {
    while (this.#typed === '') {
      const piece = this.#tty.read(4096);
      if (piece === '') return 'q';
      if (piece !== undefined) this.#typed += piece;
      else {
        yield* waitOn(this.#tty.readable ? [this.#tty.readable] : []);
        return '\0redraw';
      }
    }
    const match = /^\x1b(\[[0-9;]*[A-Za-z~]|O[A-Z])?|^[\s\S]/u.exec(this.#typed) as RegExpExecArray;
    this.#typed = this.#typed.slice(match[0].length);
    return match[0];
  }

  *#loop(): Steps<'quit' | 'next'> {
    let count = '';
    for (let draws = true; ; ) {
      yield* this.#load(this.#top + this.#size.rows * 2);
      if (draws) yield* this.#draw();
      const key = yield* this.#key();
      if (key === '\0redraw') {
        draws = this.#typed === '';
        continue;
      }
      draws = true;
      if (/^\d$/.test(key)) {
        count += key;
        continue;
      }
      this.#message = undefined;
      if (key === 'q' || key === 'Q' || (key === ':' && (yield* this.#key()) === 'q')) return 'quit';
      if (this.#call.definition.name === 'more' && this.#atEnd() && (key === ' ' || key === '\n'))
        return 'next';
      yield* this.#command(key, count === '' ? undefined : Number(count));
      count = '';
    }
  }

  *#command(key: string, count: number | undefined): Steps<void> {
    const height = this.#size.rows - 1;
    switch (key) {
      case ' ':
      case 'f':
      case '\x06':
      case '\x16':
      case '\x1b[6~':
        this.#move(count ?? height);
        return;
      case 'b':
      case '\x02':
      case '\x1b[5~':
        this.#move(-(count ?? height));
        return;
      case 'd':
      case '\x04':
        this.#move(count ?? height >> 1);
        return;
      case 'u':
      case '\x15':
        this.#move(-(count ?? height >> 1));
        return;
      case 'j':
      case 'e':
      case '\n':
      case '\r':
      case '\x1b[B':
      case '\x1bOB':
        this.#move(count ?? 1);
        return;
      case 'k':
      case 'y':
      case '\x1b[A':
      case '\x1bOA':
        this.#move(-(count ?? 1));
        return;
      case 'g':
      case '<':
      case '\x1b[H':
      case '\x1b[1~':
        this.#top = Math.max(0, (count ?? 1) - 1);
        return;
      case 'G':
      case '>':
      case '\x1b[F':
      case '\x1b[4~':
        yield* this.#load(Number.POSITIVE_INFINITY);
        if (count === undefined) this.#toEnd();
        else this.#top = Math.min(count, this.#lines.length) - 1;
        return;
      case '\x1b[C':
      case '\x1bOC':
      case '\x1b[D':
      case '\x1bOD':
        this.#chop = true;
        this.#left = Math.max(0, this.#left + (key.endsWith('C') ? 1 : -1) * (this.#size.columns >> 1));
        return;
      case '/':
      case '?':
        yield* this.#readSearch(key);
        return;
      case 'n':
      case 'N':
        if (!this.#search) this.#message = 'No previous regular expression  (press RETURN)';
        else yield* this.#next((key === 'n') === this.#search.forward);
        return;
      case '&':
        yield* this.#readFilter();
        return;
      case 'm':
        return void this.#marks.set(yield* this.#key(), this.#top);
      case "'":
        return this.#goToMark(yield* this.#key());
      case 'F':
        yield* this.#follow();
        return;
      case '-':
        yield* this.#toggle();
        return;
      case '=':
      case '\x07':
        this.#message = `${this.#name || 'standard input'} lines ${this.#top + 1}-${Math.min(this.#lines.length, this.#top + height)}/${this.#lines.length}`;
        return;
      default:
    }
  }

  #goToMark(name: string): void {
    const top = name === '^' ? 0 : this.#marks.get(name);
    if (name === '$') this.#toEnd();
    else if (top === undefined) this.#message = 'Mark not set  (press RETURN)';
    else {
      this.#marks.set("'", this.#top);
      this.#top = top;
    }
  }

  *#toggle(): Steps<void> {
    const key = yield* this.#key();
    if (key === 'S') this.#chop = !this.#chop;
    else if (key === 'N') this.#numbers = !this.#numbers;
    else if (key === 'i' || key === 'I') this.#ignoreCase = !this.#ignoreCase;
  }

  #move(by: number): void {
    const height = this.#size.rows - 1;
    let top = Math.max(0, this.#top + by);
    if (this.#complete) {
      while (top > 0 && top > this.#top && this.#rows(top, height).length < height) top--;
      if (by > 0) top = Math.max(top, this.#top);
    }
    this.#top = Math.min(top, Math.max(0, this.#lines.length - 1));
  }

  #toEnd(): void {
    const height = this.#size.rows - 1;
    this.#top = Math.max(0, this.#lines.length - height);
    while (this.#rows(this.#top, height + 1).length > height) this.#top++;
  }

  *#readSearch(prefix: '/' | '?'): Steps<void> {
    const text = yield* this.#readLine(prefix);
    if (text !== undefined) yield* this.#find(text, prefix === '/');
  }

  *#readFilter(): Steps<void> {
    const pattern = yield* this.#readLine('&/');
    if (pattern === undefined) return;
    const inverted = pattern.startsWith('!');
    const regex = pattern === '' ? undefined : this.#regex(inverted ? pattern.slice(1) : pattern);
    if (pattern !== '' && !regex) return;
    yield* this.#load(Number.POSITIVE_INFINITY);
    this.#filter = regex && inverted ? { test: (line) => !regex.test(line) } : regex;
    this.#split();
    this.#top = 0;
  }

  /** A line typed at the bottom; undefined when it is given up. */
  *#readLine(prefix: string): Steps<string | undefined> {
    let text = '';
    for (;;) {
      yield* this.#call.context.out(`\x1b[${this.#size.rows};1H${prefix}${text}\x1b[K`);
      const key = yield* this.#key();
      if (key === '\0redraw') continue;
      if (key === '\n' || key === '\r') return text;
      if (key === '\x1b' || key === '\x03') return undefined;
      if (key === '\x7f' || key === '\b') {
        if (text === '') return undefined;
        text = text.slice(0, -1);
      } else if (key >= ' ' && key.length <= 2) text += key;
    }
  }

  /** A pattern as it was typed; undefined after a complaint. */
  #regex(pattern: string): Regex | undefined {
    const ignoreCase = this.#ignoreCase && !/[A-Z]/.test(pattern);
    try {
      return new Regex(pattern, { extended: true, strict: true, ignoreCase });
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      this.#message = `${error.message}  (press RETURN)`;
      return undefined;
    }
  }

  *#find(pattern: string, forward: boolean): Steps<void> {
    if (pattern !== '') {
      const regex = this.#regex(pattern);
      if (!regex) return;
      this.#search = { regex, forward };
    }
    if (this.#search) yield* this.#next(forward);
  }

  *#next(forward: boolean): Steps<void> {
    if (forward) yield* this.#load(Number.POSITIVE_INFINITY);
    const step = forward ? 1 : -1;
    for (let line = this.#top + step; line >= 0 && line < this.#lines.length; line += step) {
      if (!this.#search?.regex.test(this.#lines[line] as string)) continue;
      this.#top = line;
      return;
    }
    this.#message = 'Pattern not found  (press RETURN)';
  }

  /** Shows what is added to the file, until ^C or a key. */
  *#follow(): Steps<void> {
    const { context } = this.#call;
    let going = true;
    context.process.handlers.set('INT', () => {
      going = false;
    });
    while (going) {
      this.#complete = false;
      const piece = this.#file.read(65_536);
      if (piece !== undefined && piece !== '') {
        this.#text += piece;
        this.#split();
        continue;
      }
      this.#complete = true;
      this.#toEnd();
      this.#message = 'Waiting for data... (interrupt to abort)';
      yield* this.#draw();
      const queues = [
        this.#tty.readable,
        this.#file.readable,
        this.#name !== '' && context.fs.exists(this.#name) ? context.fs.changed(this.#name) : undefined,
      ];
      yield* waitOn(queues.flatMap((queue) => (queue ? [queue] : [])));
      if (this.#tty.read(1)) going = false;
    }
    this.#message = undefined;
  }
}
