import type {
  Command,
  Function as FunctionNode,
  ParameterExpansionPart,
  ParsedScript,
  ProcessSubstitutionPart,
  SimpleExpansionPart,
} from 'unbash';
import type { Context } from '../../host/index.ts';
import type { Process, Signal, Steps } from '../../sim/index.ts';
import { PREEMPT } from '../../sim/index.ts';
import { BASH, type Dialect } from '../dialect/dialect.ts';
import type { Mode } from '../expand/expand.ts';
import type { Fields } from '../expand/fields.ts';
import type { Builtin } from './builtin.ts';
import { Interrupted } from './flow.ts';
import { History } from './history.ts';
import { Jobs } from './jobs.ts';
import { Options } from './options.ts';
import { Readline } from './readline.ts';
import { Source } from './source.ts';
import { type Variable, Variables } from './variables.ts';

/** What expansions and builtins need of the interpreter that runs them. */
export interface Engine {
  /** Parses and runs text in this shell (`eval`, traps, start-up files). */
  /** `top`: errors that drop a line of commands are caught here. */
  runText(shell: Shell, source: Source, top?: boolean): Steps<number>;
  runBody(shell: Shell, body: FunctionNode['body']): Steps<number>;
  execCommand(
    shell: Shell,
    words: readonly string[],
    temporary: ReadonlyMap<string, Variable>,
  ): Steps<number>;
  /** Runs a script in a subshell and returns what it prints, trailing newlines cut off. */
  substitute(shell: Shell, script: ParsedScript): Steps<string>;
  /** The output of text that runs in a subshell. */
  capture(shell: Shell, source: Source): Steps<string>;
  /** Starts `<( )` or `>( )` and returns the path to open. */
  processSubstitution(shell: Shell, part: ProcessSubstitutionPart): Steps<string>;
  /** Runs a command of words that are expanded already. */
  invoke(shell: Shell, words: readonly string[], options?: InvokeOptions): Steps<number>;
  expandParameter(
    shell: Shell,
    part: SimpleExpansionPart | ParameterExpansionPart,
    fields: Fields,
    mode: Mode,
  ): Steps<void>;
  callFunction(shell: Shell, name: string, args: readonly string[]): Steps<number>;
}

export interface InvokeOptions {
  functions?: boolean;
  builtins?: boolean;
  /** Look in the default PATH (`command -p`). */
  defaultPath?: boolean;
}

export interface ShellFunction {
  readonly node: FunctionNode;
  readonly source: Source;
  exported?: boolean;
  trace?: boolean;
}

/** A running function or sourced file; the bottom frame is the shell itself. */
export interface Frame {
  readonly name: string;
  readonly kind: 'main' | 'function' | 'source';
  readonly source: Source;
  /** The line it was called from. */
  readonly callLine: number;
  readonly args: readonly string[];
}

export type TrapName = Signal | 'EXIT' | 'ERR' | 'DEBUG' | 'RETURN';

/** All state of one shell process. A subshell starts with a clone. */
export class Shell {
  context: Context;
  readonly engine: Engine;
  variables = new Variables();
  options = new Options();
  functions = new Map<string, ShellFunction>();
  aliases = new Map<string, string>();
  traps = new Map<TrapName, string>();
  /** Signals that came and whose traps have not run. */
  pendingTraps: Signal[] = [];
  lastTrapped: Signal | undefined;
  jobs = new Jobs();
  history = new History();
  hashed = new Map<string, { path: string; hits: number }>();
  directories: string[] = [];
  /** Limits that `ulimit` changed, by letter. */
  limits = new Map<string, string>();
  /** Told by `compopt` inside a completion function. */
  currentCompletion: { options: Set<string> } | undefined;
  completions = new Map<string, import('../completion/spec.ts').CompletionSpec>();
  arg0: string;
  positional: readonly string[] = [];
  status = 0;
  /** `$_`. */
  lastArgument = '';
  lastBackground: number | undefined;
  /** Where the running command stands. */
  source: Source;
  line = 1;
  /** The simple command that runs. */
  commandNode: Command | undefined;
  commandSource: Source | undefined;
  /** The part of a compound command that the DEBUG trap runs for. */
  partText: string | undefined;
  /** `PIPESTATUS`. */
  pipeStatus: number[] = [];
  builtins: ReadonlyMap<string, Builtin> = new Map();
  disabledBuiltins = new Set<string>();
  /** `exit` has told of stopped jobs; the next one ends the shell. */
  warnedOfJobs = false;
  /** `\#` of prompts. */
  commandNumber = 1;
  /** How many `+` stand before a line of `set -x`, less one. */
  traceDepth = 0;
  frames: Frame[] = [];
  loopDepth = 0;
  /** Above zero: a failing command does not end the shell (`if`, `&&`, `!`). */
  guarded = 0;
  subshellDepth = 0;
  interactive = false;
  /** Messages without line numbers: in an interactive shell and its subshells. */
  terse = false;
  login = false;
  /** `$-` has `c` or `s`. */
  readonly invocation: { command: boolean; stdin: boolean } = { command: false, stdin: false };
  /** What language it speaks: that of bash, or that of a `sh`. */
  dialect: Dialect = BASH;
  /** Pid that `$$` shows: that of the first shell, in subshells too. */
  pid: number;
  startedAt: number;
  getoptsOffset = 1;
  getoptsIndex = 1;
  runningTrap = false;
  randomState: number;
  /** Files of `<( )` that live as long as the command that opened them. */
  substitutionFds: number[] = [];
  /** The last `<( … )` or `>( … )`: `wait` waits for it too, while it is what `$!` names. */
  lastSubstitution: Process | undefined;
  /** Signals that an interactive shell ignores for itself, not for its children. */
  readonly ownIgnored = new Set<Signal>();
  /** Gives a signal back the handler that an interactive shell has without a trap. */
  defaultHandlers: ((signal: Signal) => void) | undefined;
  /** Defines `RANDOM`, `SECONDS`, … in a new shell. */
  registerDynamics: (shell: Shell) => void = () => {};
  /** Set in a process whose last command may take its place (`exec`). */
  mayExec = false;
  /** SIGHUP came: the shell ends. */
  hungUp = false;
  /** ^C was typed at an interactive shell. */
  interrupted = false;
  /** Status of the last command substitution of a command that has no name. */
  substitutionStatus: number | undefined;

  #readline: Readline | undefined;

  constructor(context: Context, engine: Engine, arg0: string, parent?: Shell) {
    this.context = context;
    this.engine = engine;
    this.arg0 = arg0;
    this.source = parent?.source ?? new Source('', arg0);
    this.pid = parent?.pid ?? context.process.nspid;
    this.startedAt = parent?.startedAt ?? context.now;
    this.randomState = context.host.random.bits();
    context.process.reapsChildren = true;
    if (parent) this.#copy(parent);
  }

  /** This shell is what its process holds. */
  settle(): void {
    this.context.process.held.push(() => this.variables.bytes);
  }

  /** The line editor's keys and variables, made when they are first asked for. */
  get readline(): Readline {
    this.#readline ??= new Readline();
    return this.#readline;
  }

  #copy(from: Shell): void {
    this.jobs = from.jobs.copy();
    this.variables = from.variables.clone();
    this.options = new Options(from.options);
    this.functions = new Map(from.functions);
    this.aliases = new Map(from.aliases);
    this.completions = new Map(from.completions);
    this.hashed = new Map(from.hashed);
    this.history = from.history;
    this.directories = [...from.directories];
    this.limits = new Map(from.limits);
    this.positional = from.positional;
    this.status = from.status;
    this.lastArgument = from.lastArgument;
    this.lastBackground = from.lastBackground;
    this.line = from.line;
    this.commandNode = from.commandNode;
    this.commandSource = from.commandSource;
    this.builtins = from.builtins;
    this.disabledBuiltins = new Set(from.disabledBuiltins);
    this.traceDepth = from.traceDepth;
    this.pipeStatus = from.pipeStatus;
    this.registerDynamics = from.registerDynamics;
    this.frames = [...from.frames];
    this.loopDepth = from.loopDepth;
    this.guarded = from.guarded;
    this.subshellDepth = from.subshellDepth + 1;
    this.dialect = from.dialect;
    this.terse = from.terse;
    this.getoptsOffset = from.getoptsOffset;
    Object.assign(this.invocation, from.invocation);
  }

  /** Called as `sh`: it is dash, or busybox's ash. */
  get posix(): boolean {
    return this.dialect !== BASH;
  }

  /** Its messages tell lines in scripts only. */
  get ash(): boolean {
    return this.dialect.name === 'ash';
  }

  /** What stands before a message: `bash: line 3: `, `sh: 3: `, in an interactive shell `bash: `. */
  get prefix(): string {
    if (this.terse) return `${this.arg0}: `;
    const name = this.source.name;
    if (this.ash && (this.invocation.command || this.invocation.stdin)) return `${name}: `;
    return this.dialect.name === 'dash' ? `${name}: ${this.line}: ` : `${name}: line ${this.line}: `;
  }

  /** The text of the command that runs. */
  get currentText(): string {
    const { commandNode, commandSource, partText } = this;
    if (partText !== undefined) return partText;
    return commandNode ? (commandSource ?? this.source).text.slice(commandNode.pos, commandNode.end) : '';
  }

  /** Prints `bash: line N: message`. */
  *error(message: string): Steps<void> {
    const { text, bare } = this.dialect.says(message);
    if (text !== '') yield* this.stderr(`${bare ? '' : this.prefix}${text}\n`);
  }

  *stderr(text: string): Steps<void> {
    if (this.context.fds.has(2)) yield* this.context.write(2, text);
  }

  /** Counts steps of work. True: others are to `pause` for, or ^C was typed. */
  spend(steps = 1): boolean {
    return this.context.process.spend(steps) || this.interrupted;
  }

  /** Lets others run. */
  *pause(): Steps<void> {
    if (!this.interrupted) yield PREEMPT;
    if (this.interrupted) throw new Interrupted(true);
  }

  get ifs(): string {
    return this.variables.get('IFS') ?? ' \t\n';
  }

  get inFunction(): boolean {
    return this.frames.some((frame) => frame.kind === 'function');
  }

  get home(): string {
    return this.variables.get('HOME') ?? '';
  }
}
