import { charge } from '../../../../sim/index.ts';
import { Regex, RegexError } from '../../../regex/regex.ts';
import { type Call, Failure } from '../../core/tool.ts';
import { AwkArray, ENTRY_BYTES } from './awk-array.ts';
import type { Expr, Target, Value } from './syntax.ts';
import { fromInput, toNumber, toText } from './values.ts';

export type Slot = Value | AwkArray;

/** Pieces that one call may take a text into, and those that are made in the time of one step. */
export const MAX_PIECES = 200_000;
const PIECES_PER_STEP = 32;

/** What an awk program keeps: variables, arrays, the record and its fields. */
export abstract class AwkState {
  readonly call: Call;
  readonly globals = new Map<string, Slot>();
  frames: Map<string, Slot>[] = [];
  #record = '';
  #fields: string[] | undefined = [];
  /** Fields assigned by the program are not what they look like, but what they were given. */
  #assigned = new Map<number, Value>();
  #stale = false;
  readonly #regexes = new Map<string, Regex>();

  constructor(call: Call, operands: readonly string[]) {
    this.call = call;
    call.context.process.held.push(() => this.#bytes());
    const defaults: Record<string, Value> = {
      FS: ' ',
      OFS: ' ',
      ORS: '\n',
      RS: '\n',
      SUBSEP: '\x1c',
      CONVFMT: '%.6g',
      OFMT: '%.6g',
      NR: 0,
      FNR: 0,
      RSTART: 0,
      RLENGTH: -1,
      ARGC: operands.length + 1,
      FILENAME: undefined,
    };
    for (const [name, value] of Object.entries(defaults)) this.globals.set(name, value);
    const environ = new AwkArray();
    for (const [name, value] of call.context.env) environ.set(name, fromInput(value));
    this.globals.set('ENVIRON', environ);
    this.globals.set('ARGV', new AwkArray(['awk', ...operands].map((arg, i) => [String(i), fromInput(arg)])));
  }

  #bytes(): number {
    let bytes = 0;
    for (const variables of [this.globals, ...this.frames]) {
      for (const slot of variables.values()) {
        if (slot instanceof AwkArray) bytes += slot.size * ENTRY_BYTES;
        else if (typeof slot === 'string') bytes += slot.length;
      }
    }
    return bytes;
  }

  /** The value of an expression that waits for nothing. */
  abstract value(expr: Expr): Value;

  dynamicRegex(source: string): Regex {
    let regex = this.#regexes.get(source);
    if (!regex) {
      try {
        regex = new Regex(source, { extended: true, escapes: true });
      } catch (error) {
        if (!(error instanceof RegexError)) throw error;
        throw new Failure(`regular expression compile failed (${error.message})\n${source}`, 2);
      }
      if (this.#regexes.size > 500) this.#regexes.clear();
      this.#regexes.set(source, regex);
    }
    return regex;
  }

  test(regex: Regex, text: string): boolean {
    try {
      return regex.test(text);
    } catch (error) {
      if (error instanceof RegexError) throw new Failure(`regular expression: ${error.message}`, 2);
      throw error;
    }
  }

  keyOf(values: readonly Value[]): string {
    return values.map((value) => this.toText(value)).join(this.text('SUBSEP'));
  }

  toText(value: Value): string {
    return typeof value === 'string' ? value : toText(value, this.text('CONVFMT'));
  }

  /** A special variable as text. */
  text(name: string): string {
    const value = this.globals.get(name);
    return typeof value === 'string' ? value : value instanceof AwkArray ? '' : toText(value, '%.6g');
  }

  slot(name: string): Slot {
    const frame = this.frames.at(-1);
    return frame?.has(name) ? frame.get(name) : this.globals.get(name);
  }

  setSlot(name: string, slot: Slot): void {
    const frame = this.frames.at(-1);
    if (frame?.has(name)) frame.set(name, slot);
    else this.globals.set(name, slot);
  }

  variable(name: string): Value {
    if (name === 'NF') return this.fields.length;
    const slot = this.slot(name);
    if (slot instanceof AwkArray) throw new Failure(`can't use array ${name} in scalar context`, 2);
    return slot;
  }

  setVariable(name: string, value: Value): void {
    if (name === 'NF') this.#setFieldCount(toNumber(value));
    else this.setSlot(name, value);
  }

  isArray(name: string): boolean {
    return this.slot(name) instanceof AwkArray;
  }

  array(name: string): AwkArray {
    const slot = this.slot(name);
    if (slot instanceof AwkArray) return slot;
    if (slot !== undefined) throw new Failure(`can't use scalar ${name} as array`, 2);
    const made = new AwkArray();
    this.setSlot(name, made);
    return made;
  }

  assign(target: Target, value: Value): void {
    if (target.type === 'var') this.setVariable(target.name, value);
    else if (target.type === 'field') this.setField(toNumber(this.value(target.index)), value);
    else
      this.#assignItem(
        target.name,
        target.keys.map((key) => this.value(key)),
        value,
      );
  }

  #assignItem(name: string, keys: readonly Value[], value: Value): void {
    this.array(name).put(this.keyOf(keys), value, isNumberKey(keys));
  }

  get record(): string {
    if (this.#stale) {
      this.#record = this.fields.join(this.text('OFS'));
      this.#stale = false;
    }
    return this.#record;
  }

  setRecord(text: string): void {
    this.#record = text;
    this.#fields = undefined;
    this.#assigned.clear();
    this.#stale = false;
  }

  get fields(): string[] {
    this.#fields ??= this.splitText(this.#record, this.text('FS'), true);
    return this.#fields;
  }

  field(index: number): Value {
    const at = Math.trunc(index);
    if (at < 0) throw new Failure(`negative field index $${at}`, 2);
    if (at === 0) return fromInput(this.record);
    if (this.#assigned.has(at)) return this.#assigned.get(at);
    const text = this.fields[at - 1];
    return text === undefined ? undefined : fromInput(text);
  }

  setField(index: number, value: Value): void {
    const at = Math.trunc(index);
    if (at < 0 || at > 1_000_000) throw new Failure(`bad field index $${at}`, 2);
    if (at === 0) {
      this.setRecord(this.toText(value));
      return;
    }
    const { fields } = this;
    while (fields.length < at) fields.push('');
    fields[at - 1] = this.toText(value);
    this.#assigned.set(at, value);
    this.#stale = true;
  }

  #setFieldCount(count: number): void {
    const { fields } = this;
    const wanted = Math.min(Math.max(0, Math.trunc(count)), 1_000_000);
    while (fields.length < wanted) fields.push('');
    fields.length = wanted;
    this.#stale = true;
  }

  /** Splits as FS does: blanks, one character, or a regular expression. */
  splitText(text: string, separator: string | Regex, isRecord = false): string[] {
    const pieces = this.#pieces(text, separator, isRecord);
    charge(pieces.length / PIECES_PER_STEP);
    if (pieces.length > MAX_PIECES) throw new Failure('out of memory', 2);
    return pieces;
  }

  #pieces(text: string, separator: string | Regex, isRecord: boolean): string[] {
    if (separator === ' ') return text.match(/[^ \t\n]+/g) ?? [];
    if (text === '') return [];
    if (separator === '') return [...text];
    if (typeof separator === 'string' && separator.length === 1 && separator !== '\\') {
      const parts = text.split(separator);
      return isRecord && this.text('RS') === '' ? parts.flatMap((part) => part.split('\n')) : parts;
    }
    const regex = typeof separator === 'string' ? this.dynamicRegex(separator) : separator;
    const out: string[] = [];
    let at = 0;
    for (let from = 0; from < text.length; ) {
      const match = regex.exec(text, from);
      if (!match) break;
      if (match.end === match.index) {
        from = match.end + 1;
        continue;
      }
      out.push(text.slice(at, match.index));
      at = match.end;
      from = match.end;
    }
    out.push(text.slice(at));
    return out;
  }
}

/** Whether a subscript is one number. */
export function isNumberKey(keys: readonly Value[]): boolean {
  return keys.length === 1 && typeof keys[0] === 'number';
}
