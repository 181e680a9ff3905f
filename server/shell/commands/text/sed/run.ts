import { LIMITS, type Steps } from '../../../../sim/index.ts';
import { type Match, type Regex, RegexError } from '../../../regex/regex.ts';
import type { Input } from '../../core/input.ts';
import { type Call, Failure } from '../../core/tool.ts';
import type { Address, SedCommand, Substitution } from './script.ts';
import { expand, unambiguous } from './text.ts';

export interface SedOptions {
  readonly quiet: boolean;
  readonly separate: boolean;
  readonly separator: string;
  readonly lineLength: number;
}

/** Gives the lines of all files one after the other, and knows which is the last. */
export interface LineSource {
  next(): Steps<string | undefined>;
  isLast(): Steps<boolean>;
  /** Whether the line given last ended with a newline. */
  readonly terminated: boolean;
  readonly name: string;
  readonly restarted: boolean;
}

/** `end` and `quit` print the pattern space first, `restart` goes on without reading. */
type Outcome = 'end' | 'deleted' | 'restart' | 'quit' | 'abort';

/** Runs a script over lines. Models sed's execute.c. */
export class SedMachine {
  readonly #call: Call;
  readonly #commands: readonly SedCommand[];
  readonly #options: SedOptions;
  readonly #readers = new Map<string, Input | undefined>();
  #pattern = '';
  #hold = '';
  #line = 0;
  #replaced = false;
  #lastRegex: Regex | undefined;
  #appended: (() => Steps<string>)[] = [];
  #source: LineSource;
  /** Where output goes: standard output, or the file edited in place. */
  write: (text: string) => Steps<void>;
  #missingNewline = false;
  readonly #unended = new Set<string>();
  exitCode = 0;

  constructor(call: Call, commands: readonly SedCommand[], options: SedOptions, source: LineSource) {
    this.#call = call;
    this.#commands = commands;
    this.#options = options;
    this.#source = source;
    this.write = (text) => call.print(text);
    for (const command of commands) {
      const file = 'wW'.includes(command.name) ? command.text : command.substitution?.file;
      if (file !== undefined && !file.startsWith('/dev/std')) call.context.fs.write(file, '');
    }
  }

  *run(): Steps<void> {
    for (let fresh = true; ; ) {
      if (fresh && !(yield* this.#read())) return;
      const outcome = yield* this.#cycle();
      if ((outcome === 'end' || outcome === 'quit') && !this.#options.quiet)
        yield* this.#print(this.#pattern);
      yield* this.#flushAppended();
      if (outcome === 'quit' || outcome === 'abort') return;
      fresh = outcome !== 'restart';
    }
  }

  *#read(): Steps<boolean> {
    const line = yield* this.#source.next();
    if (line === undefined) return false;
    if (this.#source.restarted && this.#options.separate) this.#restart();
    this.#pattern = line;
    this.#line++;
    this.#replaced = false;
    return true;
  }

  /** Lines are counted anew: so are ranges. */
  #restart(): void {
    this.#line = 0;
    for (const command of this.#commands) command.over = false;
  }

  *#cycle(): Steps<Outcome> {
    for (let at = 0; at < this.#commands.length; ) {
      const command = this.#commands[at] as SedCommand;
      at++;
      const size = this.#pattern.length + this.#hold.length;
      if (size > LIMITS.stringBytes) throw new Failure('memory exhausted', 4);
      yield* this.#call.spend(1 + (size >> 12));
      if ((yield* this.#selects(command)) === command.negate) {
        if (command.name === '{') at = command.target;
        continue;
      }
      const result = yield* this.#execute(command);
      if (typeof result === 'string') return result;
      if (result !== undefined) at = result;
    }
    return 'end';
  }

  *#selects(command: SedCommand): Steps<boolean> {
    const { from, to } = command;
    if (!from) return true;
    if (!to) return yield* this.#matches(from);
    if (command.active) {
      if (to.type === 'regex') command.active = !(yield* this.#matches(to));
      else if (to.type === 'last') command.active = !(yield* this.#source.isLast());
      else {
        command.active = this.#line < command.endLine;
        if (this.#line > command.endLine) return yield* this.#matches(from);
      }
      return true;
    }
    if (from.type === 'line' && from.line === 0 && this.#line === 1 && to.type === 'regex') {
      command.active = !(yield* this.#matches(to));
      return true;
    }
    if (!(yield* this.#starts(command, from))) return false;
    command.endLine = this.#rangeEnd(to);
    command.active = to.type === 'regex' || to.type === 'last' ? true : this.#line < command.endLine;
    if (to.type === 'last' && (yield* this.#source.isLast())) command.active = false;
    return true;
  }

  /** A range that starts at a line starts behind it too, where the line itself was not looked at; but only once. */
  *#starts(command: SedCommand, from: Address): Steps<boolean> {
    if (from.type !== 'line' || from.line === 0) return yield* this.#matches(from);
    const past = command.over || this.#line < from.line;
    if (past) return false;
    command.over = true;
    // An end that is past already leaves only the line itself.
    return command.to?.type === 'line' && command.to.line < this.#line ? this.#line === from.line : true;
  }

  #rangeEnd(to: Address): number {
    if (to.type === 'line') return to.line;
    if (to.type === 'plus') return this.#line + to.count;
    if (to.type === 'multiple') return to.of === 0 ? this.#line : this.#line + to.of - (this.#line % to.of);
    return Number.POSITIVE_INFINITY;
  }

  *#matches(address: Address): Steps<boolean> {
    switch (address.type) {
      case 'line':
        return this.#line === address.line;
      case 'step':
        return address.step === 0
          ? this.#line === address.first
          : this.#line >= address.first && (this.#line - address.first) % address.step === 0;
      case 'last':
        return yield* this.#source.isLast();
      case 'regex':
        return this.#find(address.regex, this.#pattern, 0) !== undefined;
      default:
        return false;
    }
  }

  #find(regex: Regex | undefined, text: string, from: number): Match | undefined {
    const used = regex ?? this.#lastRegex;
    if (!used) throw new Failure('no previous regular expression');
    this.#lastRegex = used;
    try {
      return used.exec(text, from);
    } catch (error) {
      if (error instanceof RegexError) throw new Failure(`regex: ${error.message}`, 4);
      throw error;
    }
  }

  /** Returns how the cycle ends, or where to go on. */
  *#execute(command: SedCommand): Steps<Outcome | number | undefined> {
    switch (command.name) {
      case 's':
        yield* this.#substitute(command.substitution as Substitution);
        return undefined;
      case 'p':
        yield* this.#print(this.#pattern);
        return undefined;
      case 'P':
        yield* this.#print(this.#pattern.split('\n')[0] as string, true);
        return undefined;
      case 'd':
        return 'deleted';
      case 'D':
        if (!this.#pattern.includes('\n')) return 'deleted';
        this.#pattern = this.#pattern.slice(this.#pattern.indexOf('\n') + 1);
        return 'restart';
      case 'n':
      case 'N':
        return yield* this.#more(command.name);
      case 'q':
        this.exitCode = Number(command.text || 0);
        return 'quit';
      case 'Q':
        this.exitCode = Number(command.text || 0);
        return 'abort';
      case 'b':
        return command.target;
      case 't':
      case 'T':
        return this.#conditional(command);
      case 'a': {
        const text = this.#delimited(command.text);
        this.#appended.push(function* () {
          return text;
        });
        return undefined;
      }
      case 'i':
        yield* this.#raw(this.#delimited(command.text));
        return undefined;
      case 'c':
        return yield* this.#change(command);
      case '=':
        yield* this.#raw(`${this.#line}${this.#options.separator}`);
        return undefined;
      default:
        return yield* this.#executeRest(command);
    }
  }

  *#executeRest(command: SedCommand): Steps<undefined> {
    switch (command.name) {
      case 'g':
        this.#pattern = this.#hold;
        break;
      case 'G':
        this.#pattern += `\n${this.#hold}`;
        break;
      case 'h':
        this.#hold = this.#pattern;
        break;
      case 'H':
        this.#hold += `\n${this.#pattern}`;
        break;
      case 'x':
        [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
        break;
      case 'z':
        this.#pattern = '';
        break;
      case 'F':
        yield* this.#raw(`${this.#source.name}${this.#options.separator}`);
        break;
      case 'l':
        yield* this.#raw(
          unambiguous(this.#pattern, command.text === '' ? this.#options.lineLength : Number(command.text)),
        );
        break;
      case 'y':
        this.#pattern = [...this.#pattern].map((char) => command.map?.get(char) ?? char).join('');
        break;
      case 'r':
        this.#appended.push(() => this.#fileText(command.text));
        break;
      case 'R':
        this.#appended.push(() => this.#fileLine(command.text));
        break;
      case 'w':
        yield* this.#toFile(command.text, this.#pattern);
        break;
      case 'W':
        yield* this.#toFile(command.text, this.#pattern.split('\n')[0] as string, true);
        break;
    }
    return undefined;
  }

  #conditional(command: SedCommand): number | undefined {
    const jumps = this.#replaced === (command.name === 't');
    if (this.#replaced) this.#replaced = false;
    return jumps ? command.target : undefined;
  }

  *#more(name: 'n' | 'N'): Steps<Outcome | undefined> {
    if (yield* this.#source.isLast()) {
      // GNU sed prints the pattern space when there is no next line, also for N.
      return 'quit';
    }
    if (name === 'n') {
      if (!this.#options.quiet) yield* this.#print(this.#pattern);
      yield* this.#flushAppended();
      const line = yield* this.#source.next();
      this.#pattern = line ?? '';
    } else {
      yield* this.#flushAppended();
      this.#pattern += `\n${yield* this.#source.next()}`;
    }
    this.#line++;
    return undefined;
  }

  *#change(command: SedCommand): Steps<Outcome> {
    const last = !command.to || command.negate || !command.active;
    if (last) yield* this.#raw(this.#delimited(command.text));
    return 'deleted';
  }

  *#substitute(command: Substitution): Steps<void> {
    const text = this.#pattern;
    let out = '';
    let at = 0;
    let count = 0;
    let done = false;
    let lastEnd = -1;
    for (let from = 0; from <= text.length; ) {
      const match = this.#find(command.regex, text, from);
      if (!match) break;
      const empty = match.end === match.index;
      // An empty match right behind the last one does not count.
      const touches = empty && match.index === lastEnd;
      if (!touches) {
        count++;
        lastEnd = match.end;
        if (count >= Math.max(1, command.nth)) {
          out += text.slice(at, match.index) + expand(command.pieces, match);
          at = match.end;
          done = true;
          if (!command.global) break;
        } else {
          out += text.slice(at, match.end);
          at = match.end;
        }
      }
      if (empty) {
        out += text.slice(at, match.end + 1);
        at = Math.min(text.length, match.end + 1);
        from = match.end + 1;
      } else from = match.end;
      yield* this.#call.spend(1 + (text.length >> 10));
    }
    if (!done) return;
    this.#pattern = out + text.slice(at);
    this.#replaced = true;
    for (let i = 0; i < command.print; i++) yield* this.#print(this.#pattern);
    if (command.file !== undefined) yield* this.#toFile(command.file, this.#pattern);
  }

  *#print(text: string, whole = false): Steps<void> {
    const newline = whole || this.#source.terminated;
    yield* this.#raw(text + (newline ? this.#options.separator : ''));
    if (!newline) this.#missingNewline = true;
  }

  /** A newline that the last line of input lacked is added only when more follows. */
  *#raw(text: string): Steps<void> {
    if (this.#missingNewline) yield* this.write(this.#options.separator);
    this.#missingNewline = false;
    yield* this.write(text);
  }

  *#flushAppended(): Steps<void> {
    const appended = this.#appended;
    this.#appended = [];
    for (const text of appended) {
      const piece = yield* text();
      if (piece !== '') yield* this.#raw(piece);
    }
  }

  *#fileText(path: string): Steps<string> {
    if (path === '/dev/stdin') return yield* this.#call.stdin.rest();
    const { fs } = this.#call.context;
    return fs.isFile(path) && fs.can(path, 'read') ? fs.read(path) : '';
  }

  *#fileLine(path: string): Steps<string> {
    if (!this.#readers.has(path)) {
      this.#readers.set(path, this.#call.context.fs.isFile(path) ? this.#call.open(path) : undefined);
    }
    const reader = this.#readers.get(path);
    const line = reader && (yield* reader.line());
    return line === undefined ? '' : `${line}\n`;
  }

  /** Each file remembers by itself that its last line lacks a newline. */
  *#toFile(path: string, text: string, whole = false): Steps<void> {
    const { separator } = this.#options;
    const newline = whole || this.#source.terminated;
    const out = (this.#unended.has(path) ? separator : '') + text + (newline ? separator : '');
    if (newline) this.#unended.delete(path);
    else this.#unended.add(path);
    if (path === '/dev/stdout') yield* this.write(out);
    else if (path === '/dev/stderr') yield* this.#call.context.err(out);
    else this.#call.context.fs.append(path, out);
  }

  /** The text of a, i and c: its newline is what ends lines. */
  #delimited(text: string): string {
    return text.replace(/\n$/, this.#options.separator);
  }
}
