import {
  type Context,
  isSystemError,
  type OpenFile,
  type Synopsis,
  SystemError,
} from '../../../host/index.ts';
import { PREEMPT, type Steps, waitOn } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { OptionError, type Options, parseOptions } from '../../options.ts';
import { appletWords, BANNER, isApplet } from './applet.ts';
import { Input } from './input.ts';
import { quote, quoteName } from './quote.ts';

/** Ends a tool with `name: message` on standard error. */
export class Failure extends Error {
  override name = 'Failure';
  readonly status: number;
  /** True: the hint to `--help` follows. */
  readonly hint: boolean;

  constructor(message: string, status = 1, hint = false) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

export interface ToolDefinition {
  readonly name: string;
  readonly summary: string;
  /** What follows `Usage: name` in the help; one line a form. */
  readonly usage: string | readonly string[];
  /** See `parseOptions`. `--help` and `--version` are added. */
  readonly options?: string;
  /** The first operand ends the options: what follows is another command. */
  readonly inOrder?: boolean;
  /** Exit status of usage errors. Default 1. */
  readonly usageStatus?: number;
  readonly paths?: readonly string[];
  /** Package and version that `--version` shows. Default: GNU coreutils 9.4. */
  readonly version?: string;
  /** Rewrites obsolete forms such as `head -5` before the options are read. */
  readonly prepare?: (args: readonly string[]) => readonly string[];
  /** What a command line that is refused is answered with, for tools with words of their own. */
  readonly refusal?: (message: string) => string;
  /** Returns the exit status; by default 1 when there was a warning, else 0. */
  readonly run: (call: Call) => Steps<number | undefined>;
}

/** Characters of output that are gathered before they are written. */
const BUFFER = 16 * 1024;
/** Those that are made and written in the time of one step. */
const WRITTEN_PER_STEP = 512;

/** A running tool: its options, its output, its complaints. */
export class Call {
  readonly context: Context;
  readonly name: string;
  readonly options: Options;
  readonly definition: ToolDefinition;
  /** What the tool exits with; `warn` sets it. */
  status = 0;
  #buffer = '';
  #stdin: Input | undefined;

  constructor(context: Context, name: string, options: Options, definition: ToolDefinition) {
    this.context = context;
    this.name = name;
    this.options = options;
    this.definition = definition;
  }

  get operands(): readonly string[] {
    return this.options.operands;
  }

  /** To standard output, gathered: it is written when enough has come, or the tool waits or ends. */
  *print(text: string): Steps<void> {
    this.#buffer += text;
    if (this.#buffer.length >= BUFFER) yield* this.flush();
  }

  *flush(): Steps<void> {
    if (this.#buffer === '') return;
    const text = this.#buffer;
    this.#buffer = '';
    yield* this.spend(text.length / WRITTEN_PER_STEP);
    try {
      yield* this.context.out(text);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (error.code === 'EPIPE' && !this.context.process.handlers.has('PIPE')) throw error;
      throw new Failure(`write error: ${error.message}`);
    }
  }

  /** `name: message` on standard error; the tool will exit with `status`. */
  *warn(message: string, status = 1): Steps<void> {
    yield* this.flush();
    const applet = isApplet(this.context, this.definition.name);
    const words = applet ? appletWords(this.definition.name, message) : message;
    yield* this.context.err(`${this.name}: ${words}\n`);
    this.status = Math.max(this.status, applet ? 1 : status);
  }

  /** `name: path: what went wrong`. Anything but a failed system call is thrown on. */
  *complain(error: unknown, path: string, status = 1): Steps<void> {
    if (!isSystemError(error)) throw error;
    yield* this.warn(`${quoteName(path)}: ${error.message}`, status);
  }

  /** Ends the tool with a message. */
  fail(message: string, status = 1): never {
    throw new Failure(message, status);
  }

  /** Ends the tool with a message and the hint to `--help`. */
  misuse(message: string): never {
    throw new Failure(message, this.definition.usageStatus ?? 1, true);
  }

  /** The operands of a tool that takes two, no more and no less. */
  twoOperands(): [string, string] {
    const [one, two, extra] = this.operands;
    if (one === undefined) this.misuse('missing operand');
    if (two === undefined) this.misuse(`missing operand after ${quote(one)}`);
    if (extra !== undefined) this.misuse(`extra operand ${quote(extra)}`);
    return [one, two];
  }

  /** Accounts for work; every loop over user data goes through here. */
  *spend(steps = 1): Steps<void> {
    if (this.context.process.spend(steps)) yield PREEMPT;
  }

  get stdin(): Input {
    this.#stdin ??= this.#closedAtExit(new Input(this, this.context.fd(0).retain(), '-'));
    return this.#stdin;
  }

  /** Opens a file for reading; `-` is standard input. Throws SystemError. */
  open(path: string): Input {
    if (path === '-') return this.stdin;
    const file = this.context.fs.open(path, { read: true }).retain();
    if (file.inode()?.type === 'directory') {
      file.release();
      throw new SystemError('EISDIR', path);
    }
    return this.#closedAtExit(new Input(this, file, path));
  }

  /** A reader that goes away lets the writer at the other end of a pipe know. */
  #closedAtExit(input: Input): Input {
    this.context.process.onExit.push(() => input.close());
    return input;
  }

  /** Opens a file, or complains and returns undefined. */
  *tryOpen(path: string, status = 1): Steps<Input | undefined> {
    try {
      return this.open(path);
    } catch (error) {
      yield* this.complain(error, path, status);
      return undefined;
    }
  }

  /** The operands as files, standard input when there are none; those that cannot be opened are complained about. */
  *inputs(operands = this.operands): Steps<Input[]> {
    const out: Input[] = [];
    for (const path of operands.length === 0 ? ['-'] : operands) {
      const input = yield* this.tryOpen(path);
      if (input) out.push(input);
    }
    return out;
  }

  /** Everything in a file. */
  *readFile(path: string): Steps<string> {
    const input = this.open(path);
    try {
      return yield* input.rest();
    } finally {
      input.close();
    }
  }

  /** Reads from an open file, writing out what was gathered before it waits. */
  *readSome(file: OpenFile, limit: number): Steps<string> {
    for (;;) {
      const piece = file.read(limit);
      if (piece !== undefined) return piece;
      if (!file.readable) throw new SystemError('EIO');
      yield* this.flush();
      yield* waitOn([file.readable]);
    }
  }
}

/** The command that a definition describes. */
export function tool(definition: ToolDefinition): Command {
  return {
    name: definition.name,
    summary: definition.summary,
    ...(definition.paths ? { paths: definition.paths } : {}),
    synopsis: synopsisOf(definition),
    main: (context) => runTool(context, definition),
  };
}

function synopsisOf({ usage, options = '' }: ToolDefinition): Synopsis {
  const words = `${options} help version`.split(/\s+/).filter((word) => word !== '');
  return {
    usage: typeof usage === 'string' ? [usage] : usage,
    options: words.map((word) => helpLine(word).trim()),
  };
}

function* runTool(context: Context, definition: ToolDefinition): Steps<number> {
  const name = nameOf(context, definition);
  let call: Call | undefined;
  try {
    const args = context.args.slice(1);
    const options = parse(definition.prepare?.(args) ?? args, definition);
    const asked = options.last('help', 'version');
    if (asked && isApplet(context, definition.name)) {
      const failure = new Failure(asked === 'help' ? '' : "unrecognized option '--version'", 1, true);
      const status = yield* reportApplet(context, definition, failure);
      return asked === 'help' ? 0 : status;
    }
    if (asked) {
      yield* context.out(asked === 'help' ? help(definition) : version(definition));
      return 0;
    }
    call = new Call(context, name, options, definition);
    const status = yield* definition.run(call);
    yield* call.flush();
    return status ?? call.status;
  } catch (error) {
    if (error instanceof Failure) return yield* report(context, call, definition, error);
    if (!isSystemError(error) || error.code === 'EPIPE') throw error;
    const where = error.path === undefined ? '' : `${quoteName(error.path)}: `;
    return yield* report(context, call, definition, new Failure(`${where}${error.message}`));
  }
}

const UTIL_LINUX = 'util-linux ';

/** The options with those that every tool has; util-linux gives them letters where those are free. */
function optionWords({ options = '', version = '' }: ToolDefinition): string {
  if (!version.startsWith(UTIL_LINUX)) return `${options} help version`;
  const letters = new Set(options.split(/\s+/).flatMap((word) => word.replace(/[=?]$/, '').split('|')));
  return `${options} help${letters.has('h') ? '' : '|h'} version${letters.has('V') ? '' : '|V'}`;
}

/** A command line that is refused, in the tool's own words. */
export class Refusal extends Failure {}

/** coreutils call themselves by what they were called by, the others by their name. */
function nameOf(context: Context, definition: ToolDefinition): string {
  return definition.version === undefined ? (context.args[0] ?? definition.name) : definition.name;
}

function parse(args: readonly string[], definition: ToolDefinition): Options {
  try {
    return parseOptions(args, optionWords(definition), definition.inOrder);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    const status = definition.usageStatus ?? 1;
    if (definition.refusal) throw new Refusal(definition.refusal(error.message), status);
    throw new Failure(error.message, status, true);
  }
}

function* report(
  context: Context,
  call: Call | undefined,
  definition: ToolDefinition,
  failure: Failure,
): Steps<number> {
  if (!failure.message.startsWith('write error')) yield* call?.flush() ?? nothing();
  if (isApplet(context, definition.name)) return yield* reportApplet(context, definition, failure);
  if (failure instanceof Refusal) {
    yield* context.err(failure.message);
    return failure.status;
  }
  if (failure.message !== '') yield* context.err(`${nameOf(context, definition)}: ${failure.message}\n`);
  const who = nameOf(context, definition);
  const before = definition.version?.startsWith('GNU diffutils') ? `${who}: ` : '';
  if (failure.hint)
    yield* context.err(
      `${before}Try '${who} --help'${who === 'tar' ? " or 'tar --usage'" : ''} for more information.\n`,
    );
  return failure.status;
}

/** busybox says what is wrong, and shows its usage where the command line is. */
function* reportApplet(context: Context, definition: ToolDefinition, failure: Failure): Steps<number> {
  const { name, usage, summary } = definition;
  const words = failure instanceof Refusal ? '' : appletWords(name, failure.message);
  if (failure instanceof Refusal) yield* context.err(failure.message);
  else if (words !== '') yield* context.err(`${name}: ${words}\n`);
  // The usage goes with options and operands that do not fit, not with values that are wrong.
  if (failure.hint && !/^invalid (?!option)/.test(failure.message))
    yield* context.err(`${BANNER}\n\nUsage: ${name} ${[usage].flat()[0]}\n\n${capital(summary)}\n`);
  return failure.hint || failure.status === 2 ? 1 : failure.status;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function* nothing(): Steps<void> {}

function help(definition: ToolDefinition): string {
  const forms = typeof definition.usage === 'string' ? [definition.usage] : definition.usage;
  if (definition.version?.startsWith(UTIL_LINUX)) {
    const usage = forms.map((form) => ` ${definition.name} ${form}`.trimEnd());
    const given = optionWords(definition)
      .split(/\s+/)
      .filter((word) => word !== '');
    return `\nUsage:\n${usage.join('\n')}\n\n${capital(definition.summary)}.\n\nOptions:\n${given.map((word) => helpLine(word).slice(1)).join('\n')}\n\nFor more details see ${definition.name}(1).\n`;
  }
  const lines = forms.map((form, i) =>
    `${i === 0 ? 'Usage:' : '  or: '} ${definition.name} ${form}`.trimEnd(),
  );
  const options = optionWords(definition)
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(helpLine);
  const sentence = capital(definition.summary);
  return `${lines.join('\n')}\n${sentence}.\n\n${options.join('\n')}\n`;
}

function helpLine(word: string): string {
  const suffix = word.endsWith('=') ? '=ARG' : word.endsWith('?') ? '[=ARG]' : '';
  const names = word.replace(/[=?]$/, '').split('|');
  const short = names.filter((name) => name.length === 1).map((name) => `-${name}`);
  const long = names.filter((name) => name.length > 1).map((name) => `--${name}`);
  const shown = [...short, ...long].join(', ');
  return `  ${short.length === 0 ? '    ' : ''}${shown}${long.length > 0 ? suffix : suffix && ' ARG'}`;
}

function version(definition: ToolDefinition): string {
  if (definition.version?.startsWith(UTIL_LINUX)) return `${definition.name} from ${definition.version}\n`;
  return `${definition.name} (${(definition.version ?? 'GNU coreutils 9.4').replace(/ (?=\S+$)/, ') ')}\n`;
}
