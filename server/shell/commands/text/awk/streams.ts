import { isSystemError, type OpenFile } from '../../../../host/index.ts';
import type { Process, Steps } from '../../../../sim/index.ts';
import { shellPipe, writeAll } from '../../core/child.ts';
import { Input } from '../../core/input.ts';
import { Failure } from '../../core/tool.ts';
import type { AwkMachine } from './machine.ts';
import { fromInput, toNumber } from './values.ts';

interface Output {
  readonly file: OpenFile;
  readonly process?: Process;
  buffer: string;
}

/** Everything an awk program reads from and writes to, kept open by name until `close`. */
export class AwkStreams {
  readonly #awk: AwkMachine;
  readonly #inputs = new Map<string, { input: Input; process?: Process }>();
  readonly #outputs = new Map<string, Output>();
  #main: Input | undefined;
  #argument = 1;
  #readAny = false;

  constructor(awk: AwkMachine) {
    this.#awk = awk;
  }

  /** Takes the next record of the main input into $0 when it is there already. */
  recordAtHand(): boolean {
    const separator = this.#awk.text('RS');
    const line = separator.length === 1 ? this.#main?.lineAtHand(separator) : undefined;
    if (line === undefined) return false;
    this.#count('NR');
    this.#count('FNR');
    this.#awk.setRecord(line);
    return true;
  }

  /** Reads the next record of the main input into $0. */
  *nextRecord(): Steps<boolean> {
    const line = yield* this.#mainRecord();
    if (line === undefined) return false;
    this.#awk.setRecord(line);
    return true;
  }

  *#mainRecord(): Steps<string | undefined> {
    for (;;) {
      if (!this.#main && !(yield* this.#openNext())) return undefined;
      const line = yield* this.#readRecord(this.#main as Input);
      if (line !== undefined) {
        this.#count('NR');
        this.#count('FNR');
        return line;
      }
      this.skipFile();
    }
  }

  skipFile(): void {
    if (this.#main && this.#main !== this.#awk.call.stdin) this.#main.close();
    this.#main = undefined;
  }

  #count(name: 'NR' | 'FNR'): void {
    const { globals } = this.#awk;
    globals.set(name, toNumber(globals.get(name) as number) + 1);
  }

  /** Opens the next file of ARGV; assignments among the operands happen on the way. */
  *#openNext(): Steps<boolean> {
    const awk = this.#awk;
    for (; this.#argument < toNumber(awk.variable('ARGC')); this.#argument++) {
      const arg = awk.toText(awk.array('ARGV').get(String(this.#argument)));
      const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(arg);
      if (assignment) {
        awk.setVariable(assignment[1] as string, fromInput(unescapeArgument(assignment[2] as string)));
        continue;
      }
      if (arg === '') continue;
      this.#argument++;
      this.#readAny = true;
      yield* this.#openMain(arg);
      return true;
    }
    if (this.#readAny) return false;
    this.#readAny = true;
    this.#main = awk.call.stdin;
    return true;
  }

  *#openMain(path: string): Steps<void> {
    const awk = this.#awk;
    awk.globals.set('FILENAME', path);
    awk.globals.set('FNR', 0);
    try {
      this.#main = awk.call.open(path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (error.code === 'EISDIR') {
        yield* awk.call.warn('read error (Is a directory)', 2);
        throw new Failure('', 2);
      }
      throw new Failure(`cannot open ${path} (${error.message})`, 2);
    }
  }

  /** One record by RS: a character, a regular expression, or blank lines. */
  *#readRecord(input: Input): Steps<string | undefined> {
    const separator = this.#awk.text('RS');
    if (separator.length === 1) return yield* input.line(separator);
    if (separator === '') return yield* paragraph(input);
    return yield* this.#regexRecord(input, separator);
  }

  readonly #pending = new WeakMap<Input, { text: string; at: number }>();

  *#regexRecord(input: Input, separator: string): Steps<string | undefined> {
    let state = this.#pending.get(input);
    if (!state) {
      state = { text: yield* input.rest(), at: 0 };
      this.#pending.set(input, state);
    }
    if (state.at >= state.text.length) return undefined;
    const match = this.#awk.dynamicRegex(separator).exec(state.text, state.at);
    const end = match && match.end > match.index ? match.index : state.text.length;
    const record = state.text.slice(state.at, end);
    state.at = match && match.end > match.index ? match.end : state.text.length;
    return state.at >= state.text.length && !match ? record.replace(/\n$/, '') : record;
  }

  /** A line for getline; 0 at the end, -1 when it cannot be read. */
  *getline(from: 'main' | '<' | '|', source: string): Steps<string | number> {
    if (from === 'main') return (yield* this.#mainRecord()) ?? 0;
    const key = `${from}${source}`;
    if (!this.#inputs.has(key)) {
      try {
        yield* this.#awk.call.flush();
        this.#inputs.set(key, this.#openInput(from, source));
      } catch (error) {
        if (!isSystemError(error)) throw error;
        return -1;
      }
    }
    const record = yield* this.#readRecord(this.#inputs.get(key)?.input as Input);
    if (record !== undefined && from === '|') this.#count('NR');
    return record ?? 0;
  }

  #openInput(from: '<' | '|', source: string): { input: Input; process?: Process } {
    const { call } = this.#awk;
    if (from === '<') return { input: source === '/dev/stdin' ? call.stdin : call.open(source) };
    const { process, file } = shellPipe(call, source, 'read');
    return { input: new Input(call, file, source), process };
  }

  *print(text: string, to: { op: '>' | '>>' | '|'; name: string } | undefined): Steps<void> {
    const { call } = this.#awk;
    if (!to || (to.op !== '|' && (to.name === '/dev/stdout' || to.name === '-'))) yield* call.print(text);
    else if (to.op !== '|' && to.name === '/dev/stderr') {
      yield* call.flush();
      yield* call.context.err(text);
    } else {
      const output = this.#output(to.op, to.name);
      output.buffer += text;
      if (output.buffer.length > 16_384) yield* this.#flush(output);
    }
  }

  #output(op: '>' | '>>' | '|', name: string): Output {
    let output = this.#outputs.get(name);
    if (output) return output;
    const { call } = this.#awk;
    if (op === '|') output = { ...shellPipe(call, name, 'write'), buffer: '' };
    else {
      try {
        const append = op === '>>';
        const file = call.context.fs
          .open(name, { write: true, create: true, append, truncate: !append })
          .retain();
        output = { file, buffer: '' };
      } catch (error) {
        if (!isSystemError(error)) throw error;
        throw new Failure(`cannot open "${name}" for output`, 2);
      }
    }
    this.#outputs.set(name, output);
    return output;
  }

  *#flush(output: Output): Steps<void> {
    const text = output.buffer;
    output.buffer = '';
    yield* writeAll(this.#awk.call, output.file, text);
  }

  *system(command: string): Steps<number> {
    const { call } = this.#awk;
    yield* call.flush();
    for (const output of this.#outputs.values()) yield* this.#flush(output);
    const child = call.context.spawn('/bin/sh', { args: ['sh', '-c', command] });
    return (yield* call.context.wait(child)).code;
  }

  *close(name: string): Steps<number> {
    const output = this.#outputs.get(name);
    if (output) {
      this.#outputs.delete(name);
      return yield* this.#finish(output);
    }
    for (const key of [`<${name}`, `|${name}`]) {
      const opened = this.#inputs.get(key);
      if (!opened) continue;
      this.#inputs.delete(key);
      if (opened.input !== this.#awk.call.stdin) opened.input.close();
      return opened.process ? (yield* this.#awk.call.context.wait(opened.process)).code : 0;
    }
    return -1;
  }

  *#finish(output: Output): Steps<number> {
    yield* this.#flush(output);
    output.file.release();
    if (!output.process) return 0;
    yield* this.#awk.call.flush();
    return (yield* this.#awk.call.context.wait(output.process)).code;
  }

  /** Ends everything that is open; pipes are waited for. */
  *closeAll(): Steps<void> {
    yield* this.#awk.call.flush();
    for (const output of this.#outputs.values()) yield* this.#finish(output);
    for (const { input, process } of this.#inputs.values()) {
      if (input !== this.#awk.call.stdin) input.close();
      if (process) yield* this.#awk.call.context.wait(process);
    }
  }
}

function* paragraph(input: Input): Steps<string | undefined> {
  const lines: string[] = [];
  for (;;) {
    const line = yield* input.line();
    if (line === undefined) break;
    if (line !== '') lines.push(line);
    else if (lines.length > 0) break;
  }
  return lines.length === 0 ? undefined : lines.join('\n');
}

/** Escapes in `-v` and operand assignments are read as in a string. */
export function unescapeArgument(text: string): string {
  const known: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', '/': '/' };
  return text.replace(/\\(.)/gs, (all, char: string) => known[char] ?? all);
}
