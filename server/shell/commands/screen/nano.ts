import type { Context } from '../../../host/index.ts';
import { byteLength, isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { OptionError, parseOptions } from '../../options.ts';
import { displayWidth } from '../core/width.ts';
import { Buffer, type Position } from '../vi/buffer.ts';
import { InputEnded, Keys } from '../vi/keys.ts';
import { type Bar, barLines, positionText, titleLine } from './nano-bars.ts';
import { destination } from './nano-moves.ts';

const OPTIONS = `A B C= D E|tabstospaces F G H I J= K L M N O P Q= R S T|tabsize= U V W X= Y= Z a b c|constantshow d e f= g h i|autoindent j k l|linenumbers
  m n o= p q r= s= t u v|view w x|nohelp y z`;

export const nano: Command = {
  name: 'nano',
  summary: "Nano's ANOther editor",
  *main(context) {
    let options: ReturnType<typeof parseOptions>;
    try {
      options = parseOptions(context.args.slice(1), OPTIONS);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      yield* context.err(`nano: ${error.message}\nType 'nano -h' for a list of available options.\n`);
      return 1;
    }
    if (!context.isTerminal(0) || !context.isTerminal(1)) {
      yield* context.err('Standard input is not a terminal\n');
      return 1;
    }
    const start = options.operands.find((operand) => /^\+\d/.test(operand));
    const path = options.operands.find((operand) => operand !== start);
    const editor = new Nano(context, {
      path,
      line: Number(/\d+/.exec(start ?? '')?.[0] ?? 1) - 1,
      indents: options.has('i'),
      numbers: options.has('l'),
      readOnly: options.has('v'),
      spaces: options.has('E'),
      tab: Number(options.get('T') ?? 8),
      help: !options.has('x'),
    });
    return yield* editor.run();
  },
};

interface Setup {
  readonly path: string | undefined;
  readonly line: number;
  readonly indents: boolean;
  readonly numbers: boolean;
  readonly readOnly: boolean;
  readonly spaces: boolean;
  readonly tab: number;
  readonly help: boolean;
}

/** A message goes after so many keys. */
const KEYS_OF_A_MESSAGE = 20;

class Nano {
  readonly #context: Context;
  readonly #setup: Setup;
  readonly #keys: Keys;
  readonly #buffer = new Buffer();
  #path: string | undefined;
  #cursor: Position = { line: 0, column: 0 };
  #wanted = 0;
  #top = 0;
  #shown = '';
  #keysLeft = 0;
  #question: string | undefined;
  #bar: Bar = 'main';
  #cut: string[] = [];
  #cutting = false;
  #mark: Position | undefined;
  #lastSearch = '';

  constructor(context: Context, setup: Setup) {
    this.#context = context;
    this.#setup = setup;
    this.#keys = new Keys(context);
    this.#path = setup.path;
  }

  get #message(): string {
    return this.#shown;
  }

  set #message(text: string) {
    this.#shown = text;
    this.#keysLeft = KEYS_OF_A_MESSAGE;
  }

  *run(): Steps<number> {
    const terminal = this.#context.fds.get(0)?.terminal;
    const modes = terminal?.setModes({ icanon: false, echo: false, isig: false, icrnl: false, ixon: false });
    this.#context.process.handlers.set('WINCH', () => undefined);
    this.#load();
    yield* this.#context.out('\x1b[?1049h\x1b[?2004h');
    try {
      this.#move({ line: this.#setup.line, column: 0 });
      for (;;) {
        const key = yield* this.#key();
        if (key === undefined) continue;
        if (this.#keysLeft-- <= 0) this.#message = '';
        if (yield* this.#command(key)) return 0;
      }
    } catch (error) {
      if (error instanceof InputEnded) return 1;
      throw error;
    } finally {
      if (modes) terminal?.setModes(modes);
      yield* this.#context.out('\x1b[?2004l\x1b[?1049l');
    }
  }

  #load(): void {
    const { fs } = this.#context;
    const path = this.#path;
    this.#buffer.load([''], true);
    if (path === undefined) return;
    try {
      if (!fs.exists(path)) {
        this.#message = '[ New File ]';
        return;
      }
      if (fs.isDirectory(path)) {
        this.#message = `[ "${path}" is a directory ]`;
        this.#path = undefined;
        return;
      }
      const text = fs.read(path);
      const lines = text.replace(/\n$/, '').split('\n');
      this.#buffer.load(text === '' ? [''] : [...lines, ''], true);
      const count = text === '' ? 0 : lines.length;
      const guard = fs.can(path, 'write') ? '' : ' -- No write permission';
      this.#message = `[ Read ${count} line${count === 1 ? '' : 's'}${guard} ]`;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#message = `[ Error reading ${path}: ${error.message} ]`;
    }
  }

  get #size() {
    return this.#context.fds.get(1)?.terminal?.size ?? { columns: 80, rows: 24 };
  }

  get #height(): number {
    return this.#size.rows - (this.#setup.help ? 4 : 2);
  }

  get #line(): string {
    return this.#buffer.line(this.#cursor.line);
  }

  *#key(): Steps<string | undefined> {
    if (!this.#keys.pending) yield* this.#draw();
    return yield* this.#keys.next();
  }

  #move(to: Position, keep = false): void {
    const line = Math.max(0, Math.min(this.#buffer.count - 1, to.line));
    this.#cursor = { line, column: Math.max(0, Math.min(this.#buffer.line(line).length, to.column)) };
    if (!keep) this.#wanted = this.#cursor.column;
    if (this.#cursor.line < this.#top) this.#top = Math.max(0, this.#cursor.line - (this.#height >> 1));
    if (this.#cursor.line >= this.#top + this.#height) this.#top = this.#cursor.line - (this.#height >> 1);
  }

  *#draw(): Steps<void> {
    const { columns, rows } = this.#size;
    const gutter = this.#gutter();
    const file = {
      name: this.#path ?? 'New Buffer',
      modified: this.#buffer.modified,
      readOnly: this.#setup.readOnly,
    };
    const lines = [titleLine(columns, file)];
    for (let i = 0; i < this.#height; i++) lines.push(this.#row(this.#top + i, columns - gutter));
    const status = this.#question ?? this.#message;
    const pad = ' '.repeat(Math.max(0, (columns - displayWidth(status)) >> 1));
    lines.push(
      this.#question !== undefined
        ? `\x1b[7m${status.padEnd(columns)}\x1b[m`
        : status === ''
          ? ''
          : `${pad}\x1b[7m${status}\x1b[m`,
    );
    if (this.#setup.help) lines.push(...barLines(this.#bar, columns));
    const column = this.#column(this.#line.slice(0, this.#cursor.column));
    const scrolled = column >= columns - gutter - 1 ? column - (columns - gutter - 2) : 0;
    const place =
      this.#question !== undefined
        ? `\x1b[${rows - (this.#setup.help ? 2 : 0)};${displayWidth(this.#question) + 1}H`
        : `\x1b[${this.#cursor.line - this.#top + 2};${column - scrolled + gutter + 1}H`;
    yield* this.#context.out(
      `\x1b[?25l${lines.map((line, i) => `\x1b[${i + 1};1H${line}\x1b[K`).join('')}${place}\x1b[?25h`,
    );
  }

  #gutter(): number {
    return this.#setup.numbers ? String(this.#buffer.count).length + 2 : 0;
  }

  #row(index: number, width: number): string {
    if (index >= this.#buffer.count) return '';
    const text = this.#expanded(this.#buffer.line(index));
    const column = index === this.#cursor.line ? this.#column(this.#line.slice(0, this.#cursor.column)) : 0;
    const from = column >= width - 1 ? column - (width - 2) : 0;
    const body =
      text.length - from > width ? `${text.slice(from, from + width - 1)}\x1b[7m>\x1b[m` : text.slice(from);
    return (
      (this.#setup.numbers ? `\x1b[33m${String(index + 1).padStart(this.#gutter() - 1)}\x1b[m ` : '') + body
    );
  }

  #expanded(text: string): string {
    let out = '';
    for (const char of text)
      out += char === '\t' ? ' '.repeat(this.#setup.tab - (out.length % this.#setup.tab)) : char;
    return out;
  }

  #column(text: string): number {
    return displayWidth(this.#expanded(text));
  }

  /** True: the editor ends. */
  *#command(key: string): Steps<boolean> {
    const keepsCut = key === '\x0b';
    const { line, column } = this.#cursor;
    if (this.#navigate(key)) {
      this.#cutting = false;
      return false;
    }
    switch (key) {
      case '\x18':
        return yield* this.#exit();
      case '\x0f':
      case '\x13':
        yield* this.#save(key === '\x0f');
        break;
      case '\x0b':
        this.#cutLine();
        break;
      case '\x15':
        this.#change(() =>
          this.#move(
            this.#buffer.replace(this.#cursor, this.#cursor, this.#cut.map((one) => `${one}\n`).join('')),
          ),
        );
        break;
      case '\x17':
      case '\x06':
        yield* this.#search();
        break;
      case '\x1c':
        yield* this.#replace();
        break;
      case '\x1f':
        yield* this.#goto();
        break;
      case '\x12':
        yield* this.#readFile();
        break;
      case '\x03':
        this.#message = positionText(this.#buffer.lines, line, column);
        break;
      case '\x1b':
        yield* this.#meta();
        break;
      case '\x07':
        this.#message = '[ Help is not available ]';
        break;
      case '<Paste>':
        yield* this.#paste();
        break;
      default:
        this.#type(key);
    }
    if (!keepsCut) this.#cutting = false;
    return false;
  }

  #navigate(key: string): boolean {
    const found = destination(key, {
      buffer: this.#buffer,
      cursor: this.#cursor,
      wanted: this.#wanted,
      height: this.#height,
    });
    if (found) this.#move(found.to, found.keep);
    return found !== undefined;
  }

  #change(run: () => void): void {
    if (this.#setup.readOnly) {
      this.#message = '[ Key is invalid in view mode ]';
      return;
    }
    this.#buffer.checkpoint(this.#cursor);
    run();
  }

  #type(key: string): void {
    const { line, column } = this.#cursor;
    const insert = (text: string) =>
      this.#change(() => this.#move(this.#buffer.replace(this.#cursor, this.#cursor, text)));
    if (key === '\n') insert(`\n${this.#setup.indents ? (/^[ \t]*/.exec(this.#line)?.[0] ?? '') : ''}`);
    else if (key === '\t')
      insert(
        this.#setup.spaces
          ? ' '.repeat(this.#setup.tab - (this.#column(this.#line.slice(0, column)) % this.#setup.tab))
          : '\t',
      );
    else if (key === '\x7f' || key === '\b') {
      if (column === 0 && line === 0) return;
      const from =
        column > 0
          ? { line, column: column - 1 }
          : { line: line - 1, column: this.#buffer.line(line - 1).length };
      this.#change(() => {
        this.#buffer.replace(from, this.#cursor, '');
        this.#move(from);
      });
    } else if (key === '\x04' || key === '<Del>') {
      const to = column < this.#line.length ? { line, column: column + 1 } : { line: line + 1, column: 0 };
      if (to.line < this.#buffer.count) this.#change(() => this.#buffer.replace(this.#cursor, to, ''));
    } else if ([...key].length === 1 && key >= ' ') insert(key);
  }

  *#paste(): Steps<void> {
    let text = '';
    for (let key = yield* this.#keys.next(); key !== '<PasteEnd>'; key = yield* this.#keys.next()) {
      if (key !== undefined && !(key.startsWith('<') && key.length > 1)) text += key;
    }
    this.#change(() => this.#move(this.#buffer.replace(this.#cursor, this.#cursor, text)));
  }

  #cutLine(): void {
    if (!this.#mark && this.#line === '' && this.#cursor.line === this.#buffer.count - 1) {
      this.#message = '[ Nothing was cut ]';
      return;
    }
    this.#change(() => {
      const { line } = this.#cursor;
      const [first, last] = this.#mark
        ? [Math.min(this.#mark.line, line), Math.max(this.#mark.line, line)]
        : [line, line];
      const cut = this.#buffer.lines.slice(first, last + 1);
      this.#cut = this.#cutting ? [...this.#cut, ...cut] : cut;
      this.#cutting = true;
      this.#mark = undefined;
      this.#buffer.splice(first, cut.length, first + cut.length >= this.#buffer.count ? [''] : []);
      this.#move({ line: first, column: 0 });
    });
  }

  *#meta(): Steps<void> {
    const key = yield* this.#keys.next();
    switch (key) {
      case 'u':
      case 'U':
      case 'e':
      case 'E': {
        const to = key.toLowerCase() === 'u' ? this.#buffer.undo() : this.#buffer.redo();
        if (to) this.#move(to.cursor);
        else this.#message = key.toLowerCase() === 'u' ? '[ Nothing to undo ]' : '[ Nothing to redo ]';
        return;
      }
      case '6':
        this.#cut = [this.#line];
        this.#move({ line: this.#cursor.line + 1, column: 0 });
        return;
      case 'a':
      case 'A':
        this.#mark = this.#mark ? undefined : this.#cursor;
        this.#message = this.#mark ? '[ Mark Set ]' : '[ Mark Unset ]';
        return;
      case '\\':
      case '|':
        this.#move({ line: 0, column: 0 });
        return;
      case '/':
      case '?':
        this.#move({ line: this.#buffer.count - 1, column: 0 });
        return;
      case 'w':
      case 'W':
        if (this.#lastSearch !== '') this.#find(this.#lastSearch);
        else this.#message = '[ No current search pattern ]';
        return;
      case 'r':
      case 'R':
        yield* this.#replace();
        return;
      default:
        this.#message = `[ Unbound key: M-${(key ?? '').toUpperCase()} ]`;
    }
  }

  /** Asks at the bottom. Undefined: given up with ^C. */
  *#ask(question: string, bar: Bar, start = ''): Steps<string | undefined> {
    let text = start;
    this.#bar = bar;
    this.#message = '';
    try {
      for (;;) {
        this.#question = `${question}: ${text}`;
        const key = yield* this.#key();
        if (key === '\n') return text;
        if (key === '\x03') {
          this.#message = '[ Cancelled ]';
          return undefined;
        }
        if (key === '\x7f' || key === '\b') text = [...text].slice(0, -1).join('');
        else if (key === '\x15' || key === '\x0b') text = '';
        else if (key !== undefined && [...key].length === 1 && key >= ' ') text += key;
      }
    } finally {
      this.#question = undefined;
      this.#bar = 'main';
    }
  }

  *#exit(): Steps<boolean> {
    if (!this.#buffer.modified || this.#setup.readOnly) return true;
    const answer = yield* this.#letter('Save modified buffer? ', 'save', /^[yYnN]$/);
    if (answer === undefined) return false;
    return /[nN]/.test(answer) || (yield* this.#save(true));
  }

  /** A question answered by one letter. Undefined: given up with ^C. */
  *#letter(question: string, bar: Bar, wanted: RegExp): Steps<string | undefined> {
    this.#question = question;
    this.#bar = bar;
    this.#message = '';
    try {
      for (;;) {
        const key = yield* this.#key();
        if (key === '\x03') {
          this.#message = '[ Cancelled ]';
          return undefined;
        }
        if (key !== undefined && wanted.test(key)) return key;
      }
    } finally {
      this.#question = undefined;
      this.#bar = 'main';
    }
  }

  *#save(asks: boolean): Steps<boolean> {
    const path =
      asks || this.#path === undefined
        ? yield* this.#ask('File Name to Write', 'write', this.#path ?? '')
        : this.#path;
    if (path === undefined || path === '') return false;
    const lines = this.#buffer.lines.at(-1) === '' ? this.#buffer.lines.slice(0, -1) : this.#buffer.lines;
    const text = lines.map((line) => `${line}\n`).join('');
    try {
      this.#context.fs.write(path, text);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#message = `[ Error writing ${path}: ${error.message} ]`;
      return false;
    }
    this.#path = path;
    this.#buffer.markSaved();
    this.#message = `[ Wrote ${lines.length} line${lines.length === 1 ? '' : 's'} ]`;
    return byteLength(text) >= 0;
  }

  *#search(): Steps<void> {
    const text = yield* this.#ask(
      this.#lastSearch === '' ? 'Search' : `Search [${this.#lastSearch}]`,
      'search',
    );
    if (text === undefined) return;
    if (text !== '') this.#lastSearch = text;
    if (this.#lastSearch !== '') this.#find(this.#lastSearch);
  }

  #find(text: string): boolean {
    const needle = text.toLowerCase();
    const { count } = this.#buffer;
    for (let i = 0; i <= count; i++) {
      const line = (this.#cursor.line + i) % count;
      const from = i === 0 ? this.#cursor.column + 1 : 0;
      const column = this.#buffer.line(line).toLowerCase().indexOf(needle, from);
      if (column < 0) continue;
      const isSame = line === this.#cursor.line && column === this.#cursor.column;
      if (isSame) this.#message = '[ This is the only occurrence ]';
      else if (this.#cursor.line + i >= count) this.#message = '[ Search Wrapped ]';
      this.#move({ line, column });
      return true;
    }
    this.#message = `[ "${text}" not found ]`;
    return false;
  }

  *#replace(): Steps<void> {
    const from = yield* this.#ask(
      this.#lastSearch === '' ? 'Search (to replace)' : `Search (to replace) [${this.#lastSearch}]`,
      'replace',
    );
    const needle = from === '' ? this.#lastSearch : from;
    if (!needle) return;
    this.#lastSearch = needle;
    const to = yield* this.#ask('Replace with', 'with');
    if (to === undefined) return;
    let [count, all] = [0, false];
    this.#buffer.checkpoint(this.#cursor);
    for (let line = 0; line < this.#buffer.count; line++) {
      for (let column = this.#buffer.line(line).indexOf(needle); column >= 0; ) {
        this.#move({ line, column });
        const key = all ? 'y' : yield* this.#letter('Replace this instance? ', 'each', /^[yYnNaA]$/);
        if (key === undefined) return;
        if (/^[aA]$/.test(key)) all = true;
        const yes = all || /^[yY]$/.test(key);
        if (yes) {
          this.#buffer.replace({ line, column }, { line, column: column + needle.length }, to);
          count++;
        }
        column = this.#buffer.line(line).indexOf(needle, column + (yes ? to.length : needle.length));
      }
    }
    this.#message =
      count === 0 ? `[ "${needle}" not found ]` : `[ Replaced ${count} occurrence${count === 1 ? '' : 's'} ]`;
  }

  *#goto(): Steps<void> {
    const text = yield* this.#ask('Enter line number, column number', 'line');
    if (text === undefined) return;
    const [line, column] = text.split(',').map(Number);
    if (!line) this.#message = '[ Invalid line or column number ]';
    else this.#move({ line: line - 1, column: (column ?? 1) - 1 });
  }

  *#readFile(): Steps<void> {
    const path = yield* this.#ask('File to insert [from ./]', 'insert');
    if (!path) return;
    try {
      const text = this.#context.fs.read(path);
      this.#change(() => this.#move(this.#buffer.replace(this.#cursor, this.#cursor, text)));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#message = `[ Error reading ${path}: ${error.message} ]`;
    }
  }
}
