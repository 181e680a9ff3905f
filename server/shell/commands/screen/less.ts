import type { OpenFile } from '../../../host/index.ts';
import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { waitOn } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { Regex, RegexError } from '../../regex/regex.ts';
import { type Call, tool } from '../core/tool.ts';
import { charWidth } from '../core/width.ts';

const OPTIONS = `a b= c C d D= e E f F|quit-if-one-screen g G h= i|ignore-case I|IGNORE-CASE j= J K k= L m M n N|LINE-NUMBERS
  o= O= p= P= q Q r|raw-control-chars R|RAW-CONTROL-CHARS s|squeeze-blank-lines S|chop-long-lines t= T= u U V w W x= X|no-init y= z= ~ use-color mouse`;

function pagerNamed(name: string): Command {
  return tool({
    name,
    summary: name === 'less' ? 'opposite of more' : 'display the contents of a file in a terminal',
    usage: '[option]... [file]...',
    version: name === 'less' ? 'less 590' : 'util-linux 2.39.3',
    options: OPTIONS,
    prepare: (args) => args.map((arg) => (arg.startsWith('+') ? `-p${arg}` : arg)),
    run,
  });
}

export const less = pagerNamed('less');
export const more = pagerNamed('more');
export const pager = pagerNamed('pager');

function* run(call: Call): Steps<number> {
  const { context } = call;
  const paths = call.operands.length > 0 ? call.operands : ['-'];
  if (call.operands.length === 0 && context.isTerminal(0)) {
    yield* context.err(
      call.definition.name === 'less'
        ? 'Missing filename ("less --help" for help)\n'
        : "more: bad usage\nTry 'more --help' for more information.\n",
    );
    return 1;
  }
  const texts: { name: string; file: OpenFile }[] = [];
  for (const path of paths) {
    try {
      if (path !== '-' && context.fs.isDirectory(path)) yield* context.err(`${path} is a directory\n`);
      else texts.push({ name: path === '-' ? '' : path, file: call.open(path).file });
    } catch (error) {
      if (!isSystemError(error)) throw error;
      yield* context.err(`${path}: ${error.message}\n`);
    }
  }
  const first = texts[0];
  if (!first) return 1;
  if (!context.isTerminal(1)) {
    for (const { file } of texts) yield* copyAll(call, file);
    return 0;
  }
  for (const { name, file } of texts) {
    const outcome = yield* new Pager(call, name, file).run();
    if (outcome === 'quit') break;
  }
  return 0;
}

function* copyAll(call: Call, file: OpenFile): Steps<void> {
  for (;;) {
    const piece = yield* call.readSome(file, 65_536);
    if (piece === '') return;
    yield* call.print(piece);
  }
}

/** One file on the screen. */
class Pager {
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
      if (piece === '') this.#complete = true;
      this.#text += piece;
      this.#lines = this.#text.split('\n');
      if (this.#lines.at(-1) === '') this.#lines.pop();
      yield* this.#call.spend(this.#lines.length >> 6);
    }
  }

  /** Screen rows from a line on. */
  #rows(from: number, count: number): { text: string; line: number }[] {
    const out: { text: string; line: number }[] = [];
    for (let line = from; line < this.#lines.length && out.length < count; line++) {
      for (const text of this.#split(this.#lines[line] as string, line)) out.push({ text, line });
    }
    return out.slice(0, count);
  }

  #split(line: string, index: number): string[] {
    const { columns } = this.#size;
    const gutter = this.#numbers ? `${String(index + 1).padStart(7)} ` : '';
    const width = columns - gutter.length;
    const pieces: string[] = [''];
    let used = 0;
    let skipped = 0;
    for (const token of this.#marked(line).match(/\x1b\[[0-9;]*[A-Za-z]|[\s\S]/gu) ?? []) {
      if (token.length > 1 && token.startsWith('\x1b')) {
        pieces[pieces.length - 1] += token;
        continue;
      }
      const shown =
        token === '\t'
          ? ' '.repeat(8 - (used % 8))
          : token < ' ' || token === '\x7f'
            ? `^${String.fromCharCode(token.charCodeAt(0) ^ 64)}`
            : token;
      const wide = shown.length > 1 && token !== '\t' ? 2 : token === '\t' ? shown.length : charWidth(token);
      if (this.#chop && skipped < this.#left) {
        skipped += wide;
        continue;
      }
      if (used + wide > width) {
        if (this.#chop) break;
        pieces.push('');
        used = 0;
      }
      pieces[pieces.length - 1] += shown;
      used += wide;
    }
    return pieces.map((piece, i) => (i === 0 ? gutter : ' '.repeat(gutter.length)) + piece);
  }

  /** Search hits in reverse. */
  #marked(line: string): string {
    if (!this.#search || line.includes('\x1b')) return line;
    let out = '';
    let at = 0;
    for (let from = 0; from < line.length; ) {
      const match = this.#search.regex.exec(line, from);
      if (!match) break;
      if (match.end > match.index) {
        out += `${line.slice(at, match.index)}\x1b[7m${line.slice(match.index, match.end)}\x1b[27m`;
        at = match.end;
      }
      from = Math.max(match.end, match.index + 1);
    }
    return out + line.slice(at);
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
    let text = '';
    for (;;) {
      yield* this.#call.context.out(`\x1b[${this.#size.rows};1H${prefix}${text}\x1b[K`);
      const key = yield* this.#key();
      if (key === '\0redraw') continue;
      if (key === '\n' || key === '\r') break;
      if (key === '\x1b' || key === '\x03') return;
      if (key === '\x7f' || key === '\b') {
        if (text === '') return;
        text = text.slice(0, -1);
      } else if (key >= ' ' && key.length <= 2) text += key;
    }
    yield* this.#find(text, prefix === '/');
  }

  *#find(pattern: string, forward: boolean): Steps<void> {
    if (pattern !== '') {
      try {
        this.#search = {
          regex: new Regex(pattern, {
            extended: true,
            strict: true,
            ignoreCase: this.#ignoreCase && !/[A-Z]/.test(pattern),
          }),
          forward,
        };
      } catch (error) {
        if (!(error instanceof RegexError)) throw error;
        this.#message = `${error.message}  (press RETURN)`;
        return;
      }
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
        this.#lines = this.#text.split('\n');
        if (this.#lines.at(-1) === '') this.#lines.pop();
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
