import { byteLength, isSystemError } from '../../../host/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { Regex, RegexError } from '../../regex/regex.ts';
import { type Call, tool } from '../core/tool.ts';
import { Source } from '../less/source.ts';
import { wrapLine } from '../less/wrap.ts';
import { HELP, MOVES } from './more-keys.ts';

export const more: Command = tool({
  name: 'more',
  summary: 'display the contents of a file in a terminal',
  usage: '[options] <file>...',
  version: 'util-linux 2.39.3',
  options:
    'd|silent f|logical l|no-pause c|print-over p|clean-print e|exit-on-eof s|squeeze u|plain n|lines= t= b=',
  prepare: (args) =>
    args.map((arg) =>
      /^-\d+$/.test(arg)
        ? `-n${arg.slice(1)}`
        : arg.startsWith('+/')
          ? `-t${arg.slice(2)}`
          : /^\+\d/.test(arg)
            ? `-b${arg.slice(1)}`
            : arg,
    ),
  run,
});

/** Thrown to leave the pager. */
class Leave extends Error {
  override name = 'Leave';
}

const REVERSE = '\x1b[7m';
const PLAIN = '\x1b[27m';
const HEAD = ':'.repeat(14);

function* run(call: Call): Steps<number> {
  const { context } = call;
  if (call.operands.length === 0 && context.isTerminal(0)) {
    yield* context.err("more: bad usage\nTry 'more --help' for more information.\n");
    return 1;
  }
  const paths = call.operands.length > 0 ? call.operands : ['-'];
  const terminal = context.fds.get(1)?.terminal;
  const modes = terminal?.setModes({ icanon: false, echo: false });
  try {
    yield* new More(call, paths).run();
  } catch (error) {
    if (!(error instanceof Leave)) throw error;
  } finally {
    if (modes) terminal?.setModes(modes);
  }
  return 0;
}

/** Prints texts a screen at a time, one below the other. Models util-linux text-utils/more.c. */
class More {
  readonly #call: Call;
  readonly #paths: readonly string[];
  #index = 0;
  #source: Source;
  /** The next line that is printed, and the rows of it that are left. */
  #line = 0;
  #rest: string[] = [];
  #scroll = 11;
  #page: number | undefined;
  #search: Regex | undefined;
  #context: number | undefined;
  #typed = '';
  /** All has been printed. */
  #ended = false;

  constructor(call: Call, paths: readonly string[]) {
    this.#call = call;
    this.#paths = paths;
    this.#source = new Source(call, '', []);
    const lines = Number(call.options.get('n') ?? Number.NaN);
    if (lines > 0) this.#page = lines;
  }

  get #size() {
    return this.#call.context.fds.get(1)?.terminal?.size ?? { columns: 80, rows: 24 };
  }

  get #height(): number {
    return this.#page ?? this.#size.rows - 1;
  }

  *run(): Steps<void> {
    const onTerminal = this.#call.context.isTerminal(1);
    for (this.#index = 0; this.#index < this.#paths.length; this.#index++) {
      if (!(yield* this.#open())) continue;
      if (!onTerminal) yield* this.#copy();
      else yield* this.#show();
    }
  }

  *#open(): Steps<boolean> {
    const path = this.#paths[this.#index] as string;
    const { context } = this.#call;
    try {
      if (path !== '-' && context.fs.isDirectory(path)) {
        yield* context.err(`\n*** ${path}: directory ***\n\n`);
        return false;
      }
      this.#source = new Source(this.#call, path === '-' ? '' : path, this.#call.open(path).file);
      this.#source.size = path === '-' ? undefined : context.fs.tryStat(path)?.size;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      yield* context.err(`more: cannot open ${path}: ${error.message}\n`);
      return false;
    }
    this.#line = 0;
    this.#rest = [];
    this.#context = undefined;
    return true;
  }

  *#copy(): Steps<void> {
    if (this.#paths.length > 1) yield* this.#call.print(`${HEAD}\n${this.#source.name}\n${HEAD}\n`);
    yield* this.#source.load(Number.POSITIVE_INFINITY);
    for (const line of this.#source.lines) yield* this.#call.print(`${line}\n`);
  }

  *#show(): Steps<void> {
    const { options } = this.#call;
    let rows = this.#height;
    if (this.#paths.length > 1) {
      if (this.#index > 0) yield* this.#ask(`--More--(Next file: ${this.#source.name})`);
      yield* this.#out(`${HEAD}\n${this.#source.name}\n${HEAD}\n`);
      rows -= 3;
    }
    const start = Number(options.get('b') ?? 1) - 1;
    if (start > 0) {
      yield* this.#source.load(start);
      this.#line = Math.min(start, this.#source.lines.length);
    }
    const pattern = options.get('t');
    if (pattern !== undefined && this.#compile(pattern)) yield* this.#find(1);
    const isLast = this.#index === this.#paths.length - 1 && !options.has('e');
    for (;;) {
      this.#ended = !(yield* this.#print(rows));
      if (this.#ended && !isLast) return;
      const line = this.#line;
      const wanted = yield* this.#command();
      if (wanted === 'next' || (this.#ended && this.#line >= line)) return;
      rows = wanted;
    }
  }

  *#out(text: string): Steps<void> {
    yield* this.#call.print(text);
    yield* this.#call.flush();
  }

  /** Prints so many rows. False: the text has ended. */
  *#print(rows: number): Steps<boolean> {
    const { columns } = this.#size;
    for (let left = rows; left > 0; ) {
      yield* this.#source.load(this.#line + 1);
      if (this.#rest.length === 0) {
        const text = this.#source.lines[this.#line];
        if (text === undefined) return false;
        this.#line++;
        const blank = text === '' && this.#source.lines[this.#line - 2] === '';
        if (this.#call.options.has('s') && blank) continue;
        this.#rest = wrapLine(text, { gutter: '', width: columns, skip: undefined, tab: 8, raw: 1 });
        if (this.#call.options.has('f')) this.#rest = [this.#rest.join('')];
      }
      yield* this.#call.print(`${this.#rest.shift()}\n`);
      left--;
    }
    yield* this.#call.flush();
    yield* this.#source.load(this.#line + 1);
    return this.#rest.length > 0 || this.#source.lines[this.#line] !== undefined;
  }

  get #prompt(): string {
    if (this.#ended) return '(END)';
    const { size } = this.#source;
    const hint = this.#call.options.has('d') ? "[Press space to continue, 'q' to quit.]" : '';
    if (size === undefined) return `--More--${hint}`;
    return `--More--(${Math.floor((100 * this.#bytes()) / Math.max(1, size))}%)${hint}`;
  }

  #bytes(): number {
    const rest = this.#rest.reduce((sum, row) => sum + byteLength(row), this.#rest.length > 0 ? 1 : 0);
    return this.#source.bytesBefore(this.#line) - rest;
  }

  *#key(): Steps<string> {
    const { context } = this.#call;
    const tty = context.isTerminal(0)
      ? context.fd(0)
      : (context.fds.get(1)?.terminal?.open() ?? context.fd(1));
    while (this.#typed === '') {
      const piece = tty.read(4096);
      if (piece === '') throw new Leave('the terminal is gone');
      if (piece === undefined) yield* waitOn(tty.readable ? [tty.readable] : []);
      else this.#typed += piece;
    }
    const key = [...this.#typed][0] as string;
    this.#typed = this.#typed.slice(key.length);
    return key === '\r' ? '\n' : key;
  }

  /** Shows a question in reverse, and takes it away when a key was pressed. */
  *#ask(text: string): Steps<string> {
    const place = this.#ended ? `\x1b[${this.#size.rows};1H` : '';
    yield* this.#out(`${place}${REVERSE}${text}${PLAIN}`);
    const key = yield* this.#key();
    yield* this.#out('\r\x1b[K');
    return key;
  }

  /** Waits for a command. Returns the rows that it has printed, or that the file is done with. */
  *#command(): Steps<number | 'next'> {
    let count = '';
    for (let text = this.#prompt; ; ) {
      const key = yield* this.#ask(text);
      text = this.#prompt;
      if (/^\d$/.test(key)) {
        count += key;
        continue;
      }
      const number = count === '' ? undefined : Number(count);
      count = '';
      const rows = MOVES[key]?.(number, this.#height);
      if (rows !== undefined) return rows;
      const done = yield* this.#other(key, number);
      if (done !== undefined) {
        if (typeof done !== 'string' || done === 'next') return done;
        text = done;
      }
    }
  }

  *#other(key: string, count: number | undefined): Steps<number | 'next' | string | undefined> {
    switch (key) {
      case 'z':
        if (count !== undefined) this.#page = count;
        return this.#height;
      case 'd':
      case '\x04':
        if (count !== undefined) this.#scroll = count;
        return this.#scroll;
      case 's':
        return yield* this.#skip(count ?? 1);
      case 'f':
      case '\x06':
        return yield* this.#skip((count ?? 1) * this.#height);
      case 'b':
      case '\x02':
        return yield* this.#back(count ?? 1);
      case '=':
        return String(this.#line);
      case '/':
        return yield* this.#readSearch(count ?? 1);
      case 'n':
        if (!this.#search) return 'No previous regular expression';
        return (yield* this.#find(count ?? 1)) ? this.#height - 2 : 'Pattern not found';
      case "'":
        yield* this.#out('\n***Back***\n\n');
        this.#line = this.#context ?? 0;
        return this.#height;
      case ':':
        return yield* this.#colon(count ?? 1);
      case 'h':
      case '?':
        yield* this.#out(HELP);
        return this.#prompt;
      case 'v':
      case '!':
        yield* this.#outside(key);
        return this.#prompt;
      case 'q':
      case 'Q':
      case '\x03':
        throw new Leave('q');
      default:
        return this.#call.options.has('d') ? "[Press 'h' for instructions.]" : undefined;
    }
  }

  *#skip(lines: number): Steps<number> {
    yield* this.#out(`\n...skipping ${lines} line${lines === 1 ? '' : 's'}\n\n`);
    yield* this.#source.load(this.#line + lines);
    this.#line = Math.min(this.#line + lines, this.#source.lines.length);
    this.#rest = [];
    return this.#height;
  }

  *#back(screens: number): Steps<number> {
    yield* this.#out(`...back ${screens} page${screens === 1 ? '' : 's'}\n`);
    this.#line = Math.max(0, this.#line - this.#height * (screens + 1));
    this.#rest = [];
    return this.#height;
  }

  *#readSearch(count: number): Steps<number | string> {
    let text = '';
    yield* this.#out('/');
    for (let key = yield* this.#key(); key !== '\n'; key = yield* this.#key()) {
      if (key === '\x7f' || key === '\b') text = text.slice(0, -1);
      else text += key;
      yield* this.#out(`\r\x1b[K/${text}`);
    }
    yield* this.#out('\r\x1b[K');
    if (text !== '' && !this.#compile(text)) return 'Invalid regular expression';
    if (!this.#search) return 'No previous regular expression';
    return (yield* this.#find(count)) ? this.#height - 2 : 'Pattern not found';
  }

  #compile(pattern: string): boolean {
    try {
      this.#search = new Regex(pattern, { extended: false });
      return true;
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      return false;
    }
  }

  /** Goes to the n-th line on that matches, two lines before it. */
  *#find(count: number): Steps<boolean> {
    yield* this.#source.load(Number.POSITIVE_INFINITY);
    const { lines } = this.#source;
    let left = count;
    for (let line = this.#line; line < lines.length; line++) {
      yield* this.#call.spend(1);
      if (!this.#search?.test(lines[line] as string) || --left > 0) continue;
      if (line > this.#line + 2) yield* this.#out('\n...skipping\n');
      this.#context = this.#line;
      this.#line = Math.max(this.#line, line - 2);
      this.#rest = [];
      return true;
    }
    return false;
  }

  *#colon(count: number): Steps<'next' | string | undefined> {
    yield* this.#out(':');
    const key = yield* this.#key();
    yield* this.#out('\r\x1b[K');
    if (key === 'f') return `"${this.#source.name}" line ${this.#line}`;
    if (key !== 'n' && key !== 'p') return undefined;
    const index = this.#index + (key === 'n' ? count : -count);
    if (index >= this.#paths.length) throw new Leave('no next file');
    yield* this.#out(
      `\n...Skipping ${key === 'n' ? '' : 'back '}to file ${this.#paths[Math.max(0, index)]}\n\n`,
    );
    this.#index = Math.max(0, index) - 1;
    return 'next';
  }

  *#outside(key: string): Steps<void> {
    const { context } = this.#call;
    const shell = context.env.get('SHELL') ?? '/bin/sh';
    let line = `${context.env.get('VISUAL') ?? context.env.get('EDITOR') ?? 'vi'} +${this.#line} ${this.#source.name}`;
    if (key === '!') {
      yield* this.#out('!');
      line = '';
      for (let next = yield* this.#key(); next !== '\n'; next = yield* this.#key()) {
        line += next;
        yield* this.#out(next);
      }
      yield* this.#out('\n');
    }
    const terminal = context.fds.get(1)?.terminal;
    const modes = terminal?.setModes({ icanon: true, echo: true, icrnl: true });
    try {
      yield* context.wait(context.spawn(shell, { args: [shell, '-c', line] }));
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
    if (modes) terminal?.setModes(modes);
    yield* this.#out('------------------------\n');
  }
}
