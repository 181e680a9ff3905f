import type { Context } from '../../../host/index.ts';
import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { zoneOf } from '../../dates.ts';
import { Options } from '../../options.ts';
import { Call, Failure } from '../core/tool.ts';
import { type Arguments, BadFile, Misuse, readArguments } from './arguments.ts';
import type { World } from './builtins-io.ts';
import { colorsFrom } from './colors.ts';
import { HELP, SHORT_USAGE, VERSION } from './help.ts';
import { Inputs } from './inputs.ts';
import { JsonError } from './json-parse.ts';
import { jsonPieces, type Style, toJson } from './json-text.ts';
import { Effect, Halt, type Step } from './machine.ts';
import { OutOfMemory } from './operators.ts';
import { compileProgram, type Program } from './program.ts';
import { CompileError } from './token-stream.ts';
import { isTrue, JqError, type Json } from './values.ts';

const STATUS = { ok: 0, falsy: 1, system: 2, compile: 3, nothing: 4, error: 5, aborted: 134 } as const;

export const jq: Command = {
  name: 'jq',
  summary: 'Command-line JSON processor',
  *main(context) {
    const call = new Call(context, 'jq', new Options([], []), {
      name: 'jq',
      summary: '',
      usage: '',
      run: function* () {
        return 0;
      },
    });
    try {
      const status = yield* start(call);
      yield* call.flush();
      return status;
    } catch (error) {
      return yield* ended(call, error);
    }
  },
};

/** Ends that are no matter of the program's own errors. */
function* ended(call: Call, error: unknown): Steps<number> {
  const { context } = call;
  if (error instanceof Failure) {
    yield* context.err(`jq: error: ${error.message.replace('write error', 'writing output failed')}\n`);
    return STATUS.system;
  }
  yield* call.flush();
  if (error instanceof Misuse) {
    yield* context.err(
      `jq: ${error.message}\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq\n`,
    );
    return STATUS.system;
  }
  if (error instanceof BadFile) {
    yield* context.err(`jq: ${error.message}\n`);
    return STATUS.system;
  }
  if (!(error instanceof OutOfMemory || isSystemError(error, 'ENOMEM'))) throw error;
  yield* context.err('jq: error: cannot allocate memory\n');
  return STATUS.aborted;
}

function* start(call: Call): Steps<number> {
  const { context } = call;
  const args = yield* readArguments(call, context.args.slice(1));
  const { flags } = args;
  for (const [flag, text] of [
    ['h', HELP],
    ['V', `${VERSION}\n`],
    ['B', 'decnum\n'],
  ] as const)
    if (flags.has(flag)) {
      yield* context.out(text);
      return STATUS.ok;
    }
  const source = yield* filterOf(call, args);
  if (source === undefined) {
    yield* context.err(SHORT_USAGE);
    return STATUS.system;
  }
  return yield* new Session(call, args, source.files).run(source.text);
}

/** The filter's text, and the files that are left for input. Undefined: there is none. */
function* filterOf(
  call: Call,
  { flags, filter, files }: Arguments,
): Steps<{ text: string; files: readonly string[] } | undefined> {
  const { context } = call;
  if (flags.has('f') && filter !== undefined) {
    try {
      return { text: yield* call.readFile(filter), files };
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new BadFile(`error: Could not open file ${filter}: ${error.message}`);
    }
  }
  if (filter !== undefined) return { text: filter, files };
  return context.isTerminal(0) && context.isTerminal(1) ? undefined : { text: '.', files };
}

function styleOf(context: Context, { flags, indent }: Arguments): Style {
  const terminal = context.isTerminal(1) && !context.env.get('NO_COLOR');
  const color = flags.has('M') ? false : flags.has('C') || terminal;
  const unit = indent === 'tab' ? '\t' : ' '.repeat(indent);
  return {
    indent: unit === '' ? undefined : unit,
    sort: flags.has('S'),
    ascii: flags.has('a'),
    colors: color ? colorsFrom(context.env.get('JQ_COLORS')).colors : undefined,
  };
}

/** One run of jq: its inputs, its program and what became of them. */
class Session {
  readonly #call: Call;
  readonly #args: Arguments;
  readonly #style: Style;
  readonly #inputs: Inputs;
  #status: number = STATUS.nothing;
  /** Whether the last result was true, of all inputs. */
  #last: number = STATUS.nothing;

  constructor(call: Call, args: Arguments, files: readonly string[]) {
    this.#call = call;
    this.#args = args;
    this.#style = styleOf(call.context, args);
    const { flags } = args;
    this.#inputs = new Inputs(call, files, {
      raw: flags.has('R'),
      slurp: flags.has('s'),
      stream: flags.has('t'),
    });
  }

  *run(text: string): Steps<number> {
    const { context } = this.#call;
    const setting = context.env.get('JQ_COLORS');
    if (!colorsFrom(setting).valid) yield* context.err('Failed to set $JQ_COLORS\n');
    let program: Program;
    try {
      program = compileProgram({
        text,
        world: this.#world(),
        zone: zoneOf(context),
        variables: this.#variables(),
      });
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      yield* context.err(compileMessage(text, error));
      return STATUS.compile;
    }
    const halted = yield* this.#evaluate(program);
    if (halted !== undefined) return halted;
    if (this.#inputs.failures > 0) return STATUS.system;
    if (this.#status === STATUS.error) return STATUS.error;
    return this.#args.flags.has('e') ? this.#last : STATUS.ok;
  }

  /** Runs the program on all inputs. The exit status when it said `halt`. */
  *#evaluate(program: Program): Steps<number | undefined> {
    try {
      if (this.#args.flags.has('n')) {
        yield* this.#one(program, null);
        return undefined;
      }
      for (let found = yield* this.#inputs.next(); found; found = yield* this.#inputs.next())
        yield* this.#one(program, found.value);
    } catch (error) {
      if (error instanceof Halt) return yield* this.#halt(error);
      if (!(error instanceof JsonError)) throw error;
      yield* this.#complain(`jq: parse error: ${error.message}\n`);
      this.#status = STATUS.error;
    }
    return undefined;
  }

  *#one({ machine, code }: Program, input: Json): Steps<void> {
    this.#status = STATUS.ok;
    const onError = (error: Json): Step =>
      new Effect(
        function* (this: Session): Steps<Step> {
          machine.cut(0);
          yield* this.#error(error);
          return undefined;
        }.bind(this),
      );
    const print = (value: Json): Step =>
      new Effect(
        function* (this: Session): Steps<Step> {
          yield* this.#print(value);
          return undefined;
        }.bind(this),
      );
    yield* machine.run(
      () => code(input, undefined, { env: undefined, onError }, print),
      (steps) => this.#call.spend(steps),
    );
  }

  *#error(error: Json): Steps<void> {
    this.#status = STATUS.error;
    const where = `jq: error (at ${this.#inputs.position})`;
    const text = typeof error === 'string' ? `: ${error}` : ` (not a string): ${toJson(error)}`;
    yield* this.#complain(`${where}${text}\n`);
  }

  *#print(value: Json): Steps<void> {
    const { flags } = this.#args;
    this.#last = isTrue(value) ? STATUS.ok : STATUS.falsy;
    const raw = flags.has('r') || flags.has('j') || flags.has('0');
    const end = flags.has('0') ? '\0' : flags.has('j') ? '' : '\n';
    if (raw && typeof value === 'string') {
      if (flags.has('0') && value.includes('\0')) {
        yield* this.#error('Cannot dump a string containing NUL with --raw-output0 option');
        return;
      }
      const text = flags.has('a') ? toJson(value, { ascii: true }) : value;
      yield* this.#call.print(text + end);
    } else {
      if (flags.has('q')) yield* this.#call.print('\x1e');
      for (const piece of jsonPieces(value, this.#style)) {
        yield* this.#call.spend(piece.length >> 6);
        yield* this.#call.print(piece);
      }
      yield* this.#call.print(end);
    }
    if (flags.has('u')) yield* this.#call.flush();
  }

  *#halt({ status, value }: Halt): Steps<number> {
    if (typeof value === 'string') yield* this.#complain(value);
    else if (value !== undefined) yield* this.#complain(`${toJson(value)}\n`);
    return status & 0xff;
  }

  /** To standard error, after what was printed so far. */
  *#complain(text: string): Steps<void> {
    yield* this.#call.flush();
    yield* this.#call.context.err(text);
  }

  #variables(): ReadonlyMap<string, Json> {
    const { named, positional } = this.#args;
    const all = new Map<string, Json>([
      ['positional', positional],
      ['named', named],
    ]);
    return new Map(named).set('ARGS', all);
  }

  #world(): World {
    const inputs = this.#inputs;
    const { context } = this.#call;
    const style = { ...this.#style, indent: undefined };
    const complain = (text: string) => this.#complain(text);
    return {
      env: context.env,
      now: () => context.now / 1000,
      *input() {
        try {
          return yield* inputs.next();
        } catch (error) {
          if (!(error instanceof JsonError)) throw error;
          throw new JqError(error.message);
        }
      },
      get line() {
        return inputs.line;
      },
      get file() {
        return inputs.file;
      },
      message: complain,
      show: (value) => toJson(value, style),
    };
  }
}

/** The messages, each with the line it is about. */
function compileMessage(text: string, error: CompileError): string {
  const all = [error, ...error.further];
  const shown = all.map(({ message, at }) => {
    const before = text.slice(0, at).split('\n');
    const line = text.split('\n')[before.length - 1] ?? '';
    const column = (before.at(-1) ?? '').length;
    return `jq: error: ${message} at <top-level>, line ${before.length}:\n${line}${' '.repeat(column)}\n`;
  });
  return `${shown.join('')}jq: ${all.length} compile error${all.length === 1 ? '' : 's'}\n`;
}
