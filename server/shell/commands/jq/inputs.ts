import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Input } from '../core/input.ts';
import type { Call } from '../core/tool.ts';
import { JsonReader } from './json-parse.ts';
import { streamOf } from './stream.ts';
import type { Json } from './values.ts';

export interface InputOptions {
  /** Lines as strings instead of JSON. */
  readonly raw: boolean;
  /** All in one array, or one string. */
  readonly slurp: boolean;
  /** Paths and leaves instead of values. */
  readonly stream: boolean;
}

interface Found {
  readonly value: Json;
}

/** Models jq src/util.c jq_util_input_next_input: the values of all files, one after the other. */
export class Inputs {
  /** Lines of the current file so far. */
  line = 0;
  file: string | null = null;
  /** Files that could not be read. */
  failures = 0;
  /** Where the last value was read, for error messages. */
  position = '<unknown>';
  readonly #call: Call;
  readonly #options: InputOptions;
  readonly #paths: string[];
  readonly #reader = new JsonReader();
  #current: Input | undefined;
  #queue: Json[] = [];
  #slurped = false;
  #ended = false;

  constructor(call: Call, paths: readonly string[], options: InputOptions) {
    this.#call = call;
    this.#paths = paths.length === 0 ? ['-'] : [...paths];
    this.#options = options;
  }

  /** The next input; undefined at the end. Throws JsonError. */
  *next(): Steps<Found | undefined> {
    if (this.#options.slurp) return yield* this.#slurp();
    return yield* this.#one();
  }

  *#slurp(): Steps<Found | undefined> {
    if (this.#slurped) return undefined;
    this.#slurped = true;
    if (this.#options.raw) {
      let text = '';
      for (let line = yield* this.#line(); line !== undefined; line = yield* this.#line()) text += line;
      return { value: text };
    }
    const all: Json[] = [];
    for (let found = yield* this.#one(); found; found = yield* this.#one()) all.push(found.value);
    return { value: all };
  }

  *#one(): Steps<Found | undefined> {
    if (this.#options.raw) {
      const line = yield* this.#line();
      return line === undefined ? undefined : { value: line.replace(/\n$/, '') };
    }
    for (;;) {
      const queued = this.#queue.shift();
      if (queued !== undefined) return { value: queued };
      const found = this.#reader.next();
      if (found && !this.#options.stream) return found;
      if (found) {
        this.#queue = [...streamOf(found.value)];
        continue;
      }
      if (this.#ended) return undefined;
      const line = yield* this.#line();
      if (line !== undefined) this.#reader.feed(line);
      else {
        this.#ended = true;
        this.#reader.end();
      }
    }
  }

  /** The next line with its end, of whatever file is next. */
  *#line(): Steps<string | undefined> {
    for (;;) {
      const input = this.#current ?? (yield* this.#open());
      if (!input) return undefined;
      const line = yield* input.line();
      if (line !== undefined) {
        if (input.terminated) this.line++;
        this.position = `${this.file ?? '<stdin>'}:${this.line}`;
        return input.terminated ? `${line}\n` : line;
      }
      input.close();
      this.#current = undefined;
    }
  }

  *#open(): Steps<Input | undefined> {
    for (let path = this.#paths.shift(); path !== undefined; path = this.#paths.shift()) {
      try {
        this.#current = this.#call.open(path);
        this.file = path === '-' ? '<stdin>' : path;
        this.line = 0;
        this.position = `${this.file ?? '<stdin>'}:0`;
        return this.#current;
      } catch (error) {
        if (!isSystemError(error)) throw error;
        this.failures++;
        yield* this.#call.flush();
        yield* this.#call.context.err(`jq: error: Could not open file ${path}: ${error.message}\n`);
      }
    }
    return undefined;
  }
}
