import { FunctionFile, isSystemError } from '../../../host/index.ts';
import type { ExitStatus, Process, Steps } from '../../../sim/index.ts';
import { mapped } from '../core/mapped.ts';
import { quoteName } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';

export const xargs = tool({
  name: 'xargs',
  summary: 'build and execute command lines from standard input',
  usage: '[OPTION]... COMMAND [INITIAL-ARGS]...',
  version: 'GNU findutils 4.9.0',
  options: `0|null a|arg-file= d|delimiter= E= e|eof? I= i|replace? L|max-lines= l? n|max-args= o|open-tty P|max-procs=
    p|interactive r|no-run-if-empty s|max-chars= t|verbose x|exit show-limits process-slot-var=`,
  inOrder: true,
  *run(call: Call) {
    const { options } = call;
    if (options.has('p', 'o'))
      call.fail('options --interactive and --open-tty are not available in this simulation');
    const command = call.operands.length === 0 ? ['echo'] : call.operands;
    const mode = yield* modeOf(call);
    const replace = mode === 'I' ? (options.get(options.last('I', 'i') as string) ?? '{}') : undefined;
    const items = yield* itemsOf(call, replace !== undefined);
    const runner = new Runner(call, number(call, 'P', 1));
    if (replace !== undefined) {
      for (const item of items) {
        if (yield* runner.start(command.map((word) => word.replaceAll(replace, item.text)))) break;
      }
    } else {
      for (const group of grouped(call, items, mode)) if (yield* runner.start([...command, ...group])) break;
      if (items.length === 0 && !options.has('r')) yield* runner.start(command);
    }
    return yield* runner.finish();
  },
});

/** How arguments are dealt out: `-I`, `-L` and `-n` exclude each other, the last one counts. */
type Mode = 'I' | 'L' | 'n' | undefined;

const MODE_NAMES = { I: '--replace/-I/-i', L: '--max-lines', n: '--max-args' } as const;
const MODES: Readonly<Record<string, 'I' | 'L' | 'n'>> = { I: 'I', i: 'I', L: 'L', l: 'L', n: 'n' };

/** Models xargs.c warn_mutually_exclusive. */
function* modeOf(call: Call): Steps<Mode> {
  const { options, context } = call;
  let mode: Mode;
  for (const { name, value } of options.given) {
    const next = MODES[name];
    // `-n 1` after `-I` says the same.
    if (!next || (mode === 'I' && next === 'n' && value === '1')) continue;
    if (mode && mode !== next) {
      const offending =
        next === 'L' ? (name === 'L' ? '-L' : '-l') : next === 'n' ? '--max-args/-n' : MODE_NAMES.I;
      const before = mode === 'I' ? '--replace' : MODE_NAMES[mode];
      yield* context.err(
        `xargs: warning: options ${before} and ${offending} are mutually exclusive, ignoring previous ${before} value\n`,
      );
    }
    mode = next;
  }
  if (options.has('E') && options.has('0', 'd'))
    yield* context.err('xargs: warning: the -E option has no effect if -0 or -d is used.\n\n');
  return mode;
}

interface Item {
  readonly text: string;
  /** Number of the input line it ends on. */
  readonly line: number;
}

function number(call: Call, name: string, otherwise: number): number {
  const text = call.options.get(name);
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new Failure(`invalid number "${text}" for -${name} option`);
  if (Number(text) < 1 && name !== 'P')
    throw new Failure(`value ${text} for -${name} option should be >= 1`, 1, true);
  return Number(text);
}

function* itemsOf(call: Call, byLine: boolean): Steps<Item[]> {
  const { options } = call;
  const path = options.get('a');
  const text = path === undefined ? yield* call.stdin.rest() : yield* call.readFile(path);
  const delimiter = options.has('0') ? '\0' : options.get('d');
  if (delimiter !== undefined) {
    const mark =
      delimiter === '\\n' ? '\n' : delimiter === '\\0' ? '\0' : delimiter === '\\t' ? '\t' : delimiter;
    const parts = text.split(mark);
    if (parts.at(-1) === '') parts.pop();
    // An argument ends at a NUL.
    return yield* mapped(call, parts, (part, line) => ({ text: part.replace(/\0.*/s, ''), line }));
  }
  const items = yield* mapped(call, split(text, byLine), (item) => item);
  if (text.includes('\0'))
    yield* call.context.err(
      'xargs: WARNING: a NUL character occurred in the input.  It cannot be passed through in the argument list.  Did you mean to use the --null option?\n',
    );
  const end = options.get('E');
  const at = end === undefined ? -1 : items.findIndex((item) => item.text === end);
  return at < 0 ? items : items.slice(0, at);
}

/** Splits at blanks (or at newlines only), minding quotes and backslashes. */
function* split(text: string, byLine: boolean): Iterable<Item> {
  let word: string | undefined;
  let line = 0;
  const item = (): Item => ({ text: (word as string).replace(/\0.*/s, ''), line });
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '\n') {
      const blankEnd = /[ \t]$/.test(text.slice(Math.max(0, i - 1), i));
      if (word !== undefined) yield item();
      word = undefined;
      if (!blankEnd) line++;
    } else if (char === ' ' || char === '\t') {
      if (!byLine) {
        if (word !== undefined) yield item();
        word = undefined;
      } else if (word !== undefined) word += char;
    } else if (char === '\\') word = (word ?? '') + (text[++i] ?? '');
    else if (char === '"' || char === "'") {
      const end = text.indexOf(char, i + 1);
      const newline = text.indexOf('\n', i + 1);
      if (end < 0 || (newline >= 0 && newline < end)) {
        const kind = char === '"' ? 'double' : 'single';
        throw new Failure(
          `unmatched ${kind} quote; by default quotes are special to xargs unless you use the -0 option`,
        );
      }
      word = (word ?? '') + text.slice(i + 1, end);
      i = end;
    } else word = (word ?? '') + char;
  }
  if (word !== undefined) yield item();
}

const MAX_CHARS = 131_072;

function* grouped(call: Call, items: readonly Item[], mode: Mode): Iterable<string[]> {
  const byLines = mode === 'L' ? Number(call.options.get(call.options.last('L', 'l') as string) ?? 1) : 0;
  const max = mode === 'n' ? number(call, 'n', 1) : Number.POSITIVE_INFINITY;
  const limit = number(call, 's', MAX_CHARS);
  const fixed = (call.operands.length === 0 ? ['echo'] : call.operands).reduce(
    (sum, word) => sum + word.length + 1,
    0,
  );
  let last: string[] | undefined;
  let chars = fixed;
  let firstLine = -1;
  for (const item of items) {
    const fits = chars + item.text.length + 1 <= limit && (byLines === 0 || item.line < firstLine + byLines);
    if (fixed + item.text.length + 1 > limit) throw new Failure('argument line too long');
    if (last && last.length < max && fits) {
      last.push(item.text);
      chars += item.text.length + 1;
    } else {
      if (last) yield last;
      last = [item.text];
      chars = fixed + item.text.length + 1;
      firstLine = item.line;
    }
  }
  if (last) yield last;
}

/** Starts commands, at most so many at once, and sums up how they ended. */
class Runner {
  readonly #call: Call;
  readonly #limit: number;
  #running: Process[] = [];
  #status = 0;

  constructor(call: Call, limit: number) {
    this.#call = call;
    this.#limit = limit === 0 ? Number.POSITIVE_INFINITY : limit;
  }

  /** Runs one command. True: no more may run. */
  *start(words: readonly string[]): Steps<boolean> {
    const { context, options } = this.#call;
    yield* this.#call.flush();
    if (options.has('t')) yield* context.err(`${words.map(quoteName).join(' ')}\n`);
    const fds = new Map(context.fds);
    if (!options.has('a')) fds.set(0, new FunctionFile('/dev/null', {}));
    try {
      this.#running.push(context.spawn(words[0] as string, { args: words, fds }));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new Failure(`${words[0]}: ${error.message}`, error.code === 'ENOENT' ? 127 : 126);
    }
    while (this.#running.length >= this.#limit) if (yield* this.#reap()) return true;
    return false;
  }

  *#reap(): Steps<boolean> {
    const child = this.#running.shift() as Process;
    const status: ExitStatus = yield* this.#call.context.wait(child);
    const name = child.argv[0];
    if (status.signal) throw new Failure(`${name}: terminated by signal ${status.code - 128}`, 125);
    if (status.code === 255) throw new Failure(`${name}: exited with status 255; aborting`, 124);
    if (status.code > 0) this.#status = 123;
    return false;
  }

  *finish(): Steps<number> {
    while (this.#running.length > 0) yield* this.#reap();
    return this.#status;
  }
}
