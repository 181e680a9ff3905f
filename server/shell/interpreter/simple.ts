import type { Assignment, Command } from 'unbash';
import { isSystemError } from '../../host/index.ts';
import { append, type Steps } from '../../sim/index.ts';
import { expandString, expandWords } from '../expand/expand.ts';
import { subscriptText } from '../expand/parameter.ts';
import { quoteIfNeeded } from '../expand/quote.ts';
import { assignArray } from './array-value.ts';
import { assign, cased, evaluateText } from './assign.ts';
import { runBuiltin, SPECIAL } from './builtin.ts';
import { lookUpCommand, runExternal } from './external.ts';
import { CommandAbort, FunctionReturn, LoopJump, RedirectError, ShellError, ShellExit } from './flow.ts';
import { redirect, type Undo } from './redirect.ts';
import type { Shell } from './shell.ts';
import { trace, traceWords } from './trace.ts';
import { runPseudoTrap } from './traps.ts';
import { hasStringKeys, type Variable } from './variables.ts';

/** Builtins whose arguments `name=value` are assignments. */
const DECLARATIONS = new Set(['declare', 'typeset', 'local', 'export', 'readonly', 'alias']);

/** Runs a simple command: expansions, redirections, assignments, then function, builtin or program. */
export function* runSimple(shell: Shell, node: Command): Steps<number> {
  shell.substitutionStatus = undefined;
  const opened = shell.substitutionFds.length;
  try {
    return node.name ? yield* runNamed(shell, node) : yield* runNameless(shell, node);
  } finally {
    while (shell.substitutionFds.length > opened)
      shell.context.closeFd(shell.substitutionFds.pop() as number);
  }
}

/** Only assignments and redirections. */
function* runNameless(shell: Shell, node: Command): Steps<number> {
  const redirects = node.redirects;
  if (redirects.length > 0) {
    try {
      const undo = yield* redirect(shell, redirects);
      undo();
    } catch (error) {
      if (!(error instanceof RedirectError)) throw error;
      yield* shell.error(error.message);
      return shell.dialect.redirectFailure;
    }
  }
  for (const item of node.prefix) if (item.type === 'Assignment') yield* assignStatement(shell, item);
  shell.lastArgument = '';
  return shell.substitutionStatus ?? 0;
}

/** `name=value`, `name[i]+=value`, `name=(…)` on its own. */
export function* assignStatement(shell: Shell, node: Assignment): Steps<void> {
  if (node.value.type === 'ArrayValue') {
    if (shell.options.on('xtrace')) yield* trace(shell, node.text);
    yield* assignArray(shell, node.name, node.value, node.append === true);
    return;
  }
  const value = yield* expandString(shell, node.value, 'assign');
  const subscript = node.index ? yield* subscriptText(shell, node.name, node.index) : undefined;
  if (subscript !== undefined) checkSubscript(shell, node.name, subscript);
  if (shell.options.on('xtrace')) {
    const target = node.index ? `${node.name}[${node.index.text}]` : node.name;
    yield* trace(shell, `${target}${node.append ? '+=' : '='}${value === '' ? '' : quoteIfNeeded(value)}`);
  }
  if (node.index && node.index.text === '') throw new ShellError(`${node.name}[]: bad array subscript`);
  assign(shell, node.name, subscript, value, node.append ? { append: true } : {});
}

/** A subscript that cannot be evaluated ends a script. */
function checkSubscript(shell: Shell, name: string, subscript: string): void {
  if (hasStringKeys(shell.variables.find(shell.variables.target(name))) || /^\d+$/.test(subscript)) return;
  try {
    evaluateText(shell, subscript);
  } catch (error) {
    if (error instanceof ShellError) throw new ShellError(error.message, 1, true);
    throw error;
  }
}

function* runNamed(shell: Shell, node: Command): Steps<number> {
  const { words, arrays } = yield* expandCommand(shell, node);
  const name = words[0];
  if (name === undefined) return yield* runNameless(shell, node);
  const isFunction = shell.functions.has(name);
  const temporary = yield* temporaryVariables(shell, node);
  if (shell.options.on('xtrace')) {
    const before = [...temporary].map(([key, v]) => `${key}=${quoteIfNeeded(String(v.value ?? ''))}`);
    for (const text of before) yield* trace(shell, text);
    yield* traceWords(shell, words);
    if (name === 'export' || name === 'readonly') {
      for (const word of words) if (/^[A-Za-z_]\w*\+?=/.test(word)) yield* trace(shell, traced(word));
    }
  }
  if (name === 'exec') return yield* runExec(shell, node, words, temporary);
  let undo: Undo | undefined;
  if (node.redirects.length > 0) {
    try {
      undo = yield* redirect(shell, node.redirects);
    } catch (error) {
      // What fails before a program runs fails in the child that was to run it.
      const inChild = error instanceof ShellError && !isFunction && !shell.builtins.has(name);
      if (!inChild && !(error instanceof RedirectError)) throw error;
      yield* shell.error(error.message);
      if (shell.posix && SPECIAL.has(name) && !shell.interactive) throw new ShellExit(2);
      return shell.dialect.redirectFailure;
    }
  }
  try {
    return yield* dispatch(shell, words, { temporary, arrays, isFunction });
  } catch (error) {
    if (!undo || !isFunction || !(error instanceof ShellError)) throw error;
    // Said while the redirections hold.
    yield* shell.error(error.message);
    throw new CommandAbort(error.status, error.fatal);
  } finally {
    undo?.();
    shell.lastArgument = words.at(-1) ?? '';
  }
}

/** An assignment among the words of a builtin as `set -x` shows it. */
function traced(word: string): string {
  const at = word.indexOf('=') + 1;
  return word.slice(0, at) + quoteIfNeeded(word.slice(at)).replace(/^''$/, '');
}

interface Expanded {
  readonly words: string[];
  /** Compound array values of `declare a=(…)`, by the index of the argument. */
  readonly arrays: ReadonlyMap<number, Assignment>;
}

const NO_ARRAYS: ReadonlyMap<number, Assignment> = new Map();

function* expandCommand(shell: Shell, node: Command): Steps<Expanded> {
  const { args } = node;
  const words = yield* expandWords(shell, [node.name as NonNullable<Command['name']>]);
  if (!args.some((arg) => arg.type === 'Assignment')) {
    if (args.length > 0) {
      for (const word of yield* expandWords(shell, args as Parameters<typeof expandWords>[1]))
        words.push(word);
    }
    return { words, arrays: NO_ARRAYS };
  }
  const arrays = new Map<number, Assignment>();
  const declares = DECLARATIONS.has(words[0] ?? '');
  for (const arg of args) {
    if (arg.type === 'Word') append(words, yield* expandWords(shell, [arg]));
    else if (arg.value.type === 'ArrayValue') {
      arrays.set(words.length - 1, arg);
      words.push(`${arg.text.slice(0, arg.value.pos - arg.pos)}`);
    } else if (declares) words.push(yield* assignmentWord(shell, arg));
    else append(words, yield* expandWords(shell, [wordOf(arg)]));
  }
  return { words, arrays };
}

function* assignmentWord(shell: Shell, arg: Assignment): Steps<string> {
  const value = arg.value.type === 'Word' ? yield* expandString(shell, arg.value, 'assign') : '';
  const index = arg.index ? `[${yield* subscriptText(shell, arg.name, arg.index)}]` : '';
  return `${arg.name}${index}${arg.append ? '+=' : '='}${value}`;
}

/** An assignment as an ordinary word, where the command takes none. */
function wordOf(arg: Assignment) {
  const head = arg.text.slice(0, arg.value.pos - arg.pos);
  const { value } = arg;
  const literal = { type: 'Literal', value: head, text: head, pos: arg.pos, end: value.pos } as const;
  if (value.type === 'ArrayValue')
    return { type: 'Word', text: arg.text, value: arg.text, pos: arg.pos, end: arg.end } as const;
  const tail = value.parts ?? [
    { type: 'Literal', value: value.value, text: value.text, pos: value.pos, end: value.end } as const,
  ];
  return {
    type: 'Word',
    text: arg.text,
    value: arg.text,
    pos: arg.pos,
    end: arg.end,
    parts: [literal, ...tail],
  } as const;
}

/** The values of `X=1 Y=2 command`, each seen by the next. */
function* temporaryVariables(shell: Shell, node: Command): Steps<Map<string, Variable>> {
  const temporary = new Map<string, Variable>();
  if (!node.prefix.some((item) => item.type === 'Assignment')) return temporary;
  shell.variables.push(true);
  try {
    yield* fillTemporary(shell, node, temporary);
  } finally {
    shell.variables.pop();
  }
  return temporary;
}

function* fillTemporary(shell: Shell, node: Command, temporary: Map<string, Variable>): Steps<void> {
  for (const item of node.prefix) {
    if (item.type !== 'Assignment' || item.value.type !== 'Word') continue;
    const text = yield* expandString(shell, item.value, 'assign');
    const existing = shell.variables.find(item.name);
    if (existing?.readonly) {
      yield* shell.error(`${item.name}: readonly variable`);
      continue;
    }
    const before = item.append ? (shell.variables.get(item.name) ?? '') : '';
    const variable = { value: existing ? cased(existing, before + text) : before + text, exported: true };
    temporary.set(item.name, variable);
    shell.variables.putHere(item.name, variable);
  }
}

export interface Dispatch {
  readonly temporary?: ReadonlyMap<string, Variable>;
  readonly arrays?: ReadonlyMap<number, Assignment>;
  readonly isFunction?: boolean;
  readonly builtins?: boolean;
  readonly defaultPath?: boolean;
}

/** Finds what the words run: a function, a builtin, or a program. */
export function dispatch(shell: Shell, words: readonly string[], how: Dispatch): Steps<number> {
  const name = words[0] as string;
  const temporary = how.temporary ?? new Map<string, Variable>();
  const special = SPECIAL.has(name) && shell.options.on('posix');
  // What stands before a special builtin of POSIX stays.
  if (special && temporary.size > 0) {
    for (const [key, { value }] of temporary) if (typeof value === 'string') shell.variables.put(key, value);
    return runBuiltin(shell, words, how.arrays ?? NO_ARRAYS);
  }
  const inShell = (how.isFunction && !special) || (how.builtins !== false && shell.builtins.has(name));
  // What runs in the shell itself may have more to do behind its first command.
  if (inShell) shell.mayExec = false;
  if (how.isFunction && !special) {
    return withTemporary(shell, temporary, () => callFunction(shell, name, words.slice(1)));
  }
  if (how.builtins !== false && shell.builtins.has(name) && !shell.disabledBuiltins.has(name)) {
    return withTemporary(shell, temporary, () => runBuiltin(shell, words, how.arrays ?? NO_ARRAYS));
  }
  if (isDirectoryAlone(shell, words)) return enterDirectory(shell, name);
  return runExternal(shell, words, temporary, how.defaultPath === true);
}

/** `autocd`: the name of a directory is a `cd` to it, when no command has that name. */
function isDirectoryAlone(shell: Shell, words: readonly string[]): boolean {
  if (!shell.interactive || words.length > 1 || !shell.options.shopt('autocd')) return false;
  const name = words[0] as string;
  if (!shell.context.fs.isDirectory(name)) return false;
  return name.includes('/') || lookUpCommand(shell, name, shell.variables.get('PATH')) === undefined;
}

function* enterDirectory(shell: Shell, name: string): Steps<number> {
  yield* shell.stderr(`cd -- ${name}\n`);
  return yield* runBuiltin(shell, ['cd', '--', name]);
}

function withTemporary(
  shell: Shell,
  temporary: ReadonlyMap<string, Variable>,
  run: () => Steps<number>,
): Steps<number> {
  return temporary.size === 0 ? run() : inTemporaryScope(shell, temporary, run);
}

function* inTemporaryScope(
  shell: Shell,
  temporary: ReadonlyMap<string, Variable>,
  run: () => Steps<number>,
): Steps<number> {
  shell.variables.push(true);
  for (const [name, variable] of temporary) shell.variables.putHere(name, variable);
  const depth = shell.variables.depth;
  try {
    return yield* run();
  } finally {
    while (shell.variables.depth >= depth) shell.variables.pop();
  }
}

/** Deeper than this a real bash has used up its stack. */
const MAX_CALLS = 2000;

/** Calls a function with its own positional parameters and local variables. */
export function* callFunction(shell: Shell, name: string, args: readonly string[]): Steps<number> {
  const found = shell.functions.get(name);
  if (!found) return 127;
  const limit = Number(shell.variables.get('FUNCNEST') ?? 0);
  const calls = shell.frames.length;
  if (limit > 0 && calls >= limit) {
    throw new ShellError(`${name}: maximum function nesting level exceeded (${limit})`, 1);
  }
  if (calls > MAX_CALLS) shell.context.process.signal('SEGV');
  const { positional, source, line, loopDepth, getoptsOffset } = shell;
  shell.frames.push({ name, kind: 'function', source: found.source, callLine: line, args });
  shell.positional = args;
  shell.source = found.source;
  shell.loopDepth = 0;
  const showReturnTrap = hideReturnTrap(shell, found.trace === true);
  shell.variables.push();
  const depth = shell.variables.depth;
  try {
    const body = found.node.body;
    shell.line = found.source.lineAt(body.pos);
    const status = yield* shell.engine.runBody(shell, body);
    yield* returnTrap(shell);
    return status;
  } catch (error) {
    if (error instanceof FunctionReturn) {
      yield* returnTrap(shell);
      return error.status;
    }
    if (error instanceof LoopJump) return 0;
    // Told of here, where the function's own lines are known.
    if (error instanceof ShellError) {
      yield* shell.error(error.message);
      throw new CommandAbort(error.status, error.fatal);
    }
    throw error;
  } finally {
    while (shell.variables.depth >= depth) shell.variables.pop();
    Object.assign(shell, { positional, source, line, loopDepth, getoptsOffset });
    shell.frames.pop();
    showReturnTrap();
  }
}

function* returnTrap(shell: Shell): Steps<void> {
  if (shell.traps.has('RETURN')) yield* runPseudoTrap(shell, 'RETURN');
}

/** Hides the RETURN trap from a function that does not inherit it. Returns what brings it back. */
function hideReturnTrap(shell: Shell, traced: boolean): () => void {
  const text = shell.traps.get('RETURN');
  if (text === undefined || traced || shell.options.on('functrace')) return () => {};
  shell.traps.delete('RETURN');
  return () => {
    if (!shell.traps.has('RETURN')) shell.traps.set('RETURN', text);
  };
}

/** `exec`: replaces the shell, or makes redirections last. */
function* runExec(
  shell: Shell,
  node: Command,
  words: readonly string[],
  temporary: ReadonlyMap<string, Variable>,
): Steps<number> {
  let undo: Undo;
  try {
    undo = yield* redirect(shell, node.redirects);
  } catch (error) {
    if (!(error instanceof RedirectError)) throw error;
    yield* shell.error(error.message);
    if (shell.posix && !shell.interactive) throw new ShellExit(2);
    return shell.dialect.redirectFailure;
  }
  if (words.length === 1) {
    undo.keep();
    shell.substitutionFds.length = 0;
    return 0;
  }
  try {
    return yield* shell.engine.execCommand(shell, words, temporary);
  } catch (error) {
    undo();
    if (isSystemError(error, 'EPIPE')) throw error;
    throw error;
  }
}
