import type { ParsedScript, ParseError, Statement } from 'unbash';
import { isSystemError } from '../../host/index.ts';
import { charge, type Steps } from '../../sim/index.ts';
import { extendedPattern, readIn, refuseEndless } from '../dialect/reading.ts';
import { expandParameter } from '../expand/parameter.ts';
import { type Expanded, expandAliases } from './alias.ts';
import { runCommand, runList, runStatements } from './execute.ts';
import { execCommand } from './external.ts';
import { CommandAbort, ShellError, ShellExit } from './flow.ts';
import { captureOutput, startProcessSubstitution } from './pipeline.ts';
import { redirect } from './redirect.ts';
import type { Engine, Shell } from './shell.ts';
import { callFunction, dispatch } from './simple.ts';
import { Source } from './source.ts';
import { droppedTo, EXTENDED_PATTERN, reportSyntaxError } from './syntax-error.ts';

/** The interpreter, as expansions and builtins see it. */
export const ENGINE: Engine = {
  runText,
  runBody: (shell, body) => (body.type === 'CompoundList' ? runList(shell, body) : runCommand(shell, body)),
  substitute,
  capture: (shell, source) => captureOutput(shell, (sub) => runText(sub, source)),
  processSubstitution: (shell, part) =>
    startProcessSubstitution(shell, part, (sub) => runScriptNode(sub, part.script)),
  invoke: (shell, words, options = {}) =>
    dispatch(shell, words, {
      isFunction: options.functions === true && shell.functions.has(words[0] as string),
      builtins: options.builtins !== false,
      defaultPath: options.defaultPath === true,
    }),
  expandParameter,
  callFunction,
  execCommand,
};

/** A line of complete commands: what bash reads, runs or drops as a whole. */
interface Unit {
  readonly statements: readonly Statement[];
  readonly start: number;
}

/** Characters that are parsed in the time of one step. */
const READ_PER_STEP = 8;

/** Parses and runs text. `top`: an error drops the line it is on, and what follows goes on. */
export function* runText(shell: Shell, source: Source, top = false): Steps<number> {
  const outer = shell.source;
  shell.source = source;
  try {
    refuseEndless(source.text);
    charge(source.text.length / READ_PER_STEP);
    if (shell.options.shopt('expand_aliases')) return yield* runByLine(shell, source, top);
    const { text, script } = readIn(shell.dialect, source.text);
    shell.source = source.reading(text);
    return yield* runParsed(shell, shell.source, script, top);
  } catch (error) {
    if (top || !(error instanceof ShellError)) throw error;
    yield* shell.error(error.message);
    throw new CommandAbort(error.status, error.fatal);
  } finally {
    shell.source = outer;
  }
}

function* runParsed(shell: Shell, source: Source, script: ParsedScript, top: boolean): Steps<number> {
  const error = firstError(script);
  let status = 0;
  let shown = 0;
  for (const unit of unitsOf(source, script.commands)) {
    if (error && unitHolds(source, unit, script, error.pos)) break;
    const refused = refusedPattern(shell, source, unit);
    if (refused) {
      shell.status = yield* reportSyntaxError(shell, source, [refused]);
      return shell.status;
    }
    if (shell.options.on('verbose')) shown = yield* showRead(shell, source, shown, unit);
    else shown = endOf(source, unit.statements.at(-1) as Statement);
    status = yield* runUnit(shell, unit.statements, top);
    if (shell.options.shopt('expand_aliases') && !error && shell.aliases.size > 0) {
      return yield* runRest(shell, source, unit, top, status);
    }
  }
  if (!error) return status;
  shell.status = yield* reportSyntaxError(shell, source, script.errors ?? []);
  const next = droppedTo(source.text, script.errors ?? []);
  return next === undefined ? shell.status : yield* runByLine(shell, source, top, next);
}

/** An extended pattern in a line that is read without `extglob`. */
function refusedPattern(shell: Shell, { text }: Source, { statements }: Unit): ParseError | undefined {
  if (shell.posix || shell.options.shopt('extglob') || !/[?*+@!]\(/.test(text)) return undefined;
  for (const statement of statements) {
    const pos = extendedPattern(statement);
    if (pos !== undefined) return { message: EXTENDED_PATTERN, pos };
  }
  return undefined;
}

/** `set -v`: the lines of a unit, and what stands before it, as they are read. Returns where they end. */
function* showRead(shell: Shell, source: Source, from: number, unit: Unit): Steps<number> {
  const { text } = source;
  const last = endOf(source, unit.statements.at(-1) as Statement);
  const end = text.indexOf('\n', Math.max(last - 1, 0));
  const lines = text.slice(from, end < 0 ? text.length : end).replace(/^\n/, '');
  yield* shell.stderr(`${lines}\n`);
  return end < 0 ? text.length : end;
}

/** After `shopt -s expand_aliases` and an alias, the rest is read line by line. */
function* runRest(shell: Shell, source: Source, unit: Unit, top: boolean, status: number): Steps<number> {
  const last = unit.statements.at(-1) as Statement;
  const end = source.text.indexOf('\n', endOf(source, last) - 1);
  if (end < 0 || source.text.slice(end).trim() === '') return status;
  return yield* runByLine(shell, source, top, end + 1);
}

/** Characters that are read to find the next line of commands; more where its end is not among them. */
const READ_AHEAD = 256;

interface UnitReading {
  /** The text with its aliases expanded. */
  readonly rest: Expanded;
  readonly piece: Source;
  readonly script: ParsedScript;
  readonly unit: Unit | undefined;
}

/** Reads the next line of commands, and as little as can be of what follows it. */
function readUnit(shell: Shell, source: Source, at: number): UnitReading {
  for (let size = READ_AHEAD; ; size *= 4) {
    const newline = source.text.indexOf('\n', at + size);
    const rest = expandAliases(shell, source.text.slice(at, newline < 0 ? undefined : newline + 1));
    charge(rest.text.length / READ_PER_STEP);
    const { text, script } = readIn(shell.dialect, rest.text);
    const piece = new Source(text, source.name, source.lineAt(at), source.label);
    const units = unitsOf(piece, script.commands);
    // What another unit follows is whole.
    if (newline < 0 || (units.length > 1 && !firstError(script)))
      return { rest, piece, script, unit: units[0] };
  }
}

/** Reads, expands aliases and runs, one line of commands at a time. */
function* runByLine(shell: Shell, source: Source, top: boolean, from = 0): Steps<number> {
  let status = 0;
  for (let at = from; at < source.text.length; ) {
    const { rest, piece, script, unit } = readUnit(shell, source, at);
    const { text } = piece;
    const error = firstError(script);
    shell.source = piece;
    if (error && (!unit || unitHolds(piece, unit, script, error.pos))) {
      status = yield* reportSyntaxError(shell, piece, script.errors ?? []);
      const next = droppedTo(text, script.errors ?? []);
      if (next === undefined) return status;
      shell.status = status;
      at += rest.originalOffset(sameLine(text, rest.text, next - 1) + 1);
      continue;
    }
    if (!unit) return status;
    const refused = refusedPattern(shell, piece, unit);
    if (refused) return yield* reportSyntaxError(shell, piece, [refused]);
    status = yield* runUnit(shell, unit.statements, top);
    const end = text.indexOf('\n', Math.max(0, endOf(piece, unit.statements.at(-1) as Statement) - 1));
    if (end < 0) return status;
    at += rest.originalOffset(sameLine(text, rest.text, end) + 1);
  }
  return status;
}

/** The end of a line of a reading, in the text that was read: both have the same lines. */
function sameLine(reading: string, text: string, end: number): number {
  if (reading === text) return end;
  let found = -1;
  for (let at = reading.indexOf('\n'); at >= 0 && at <= end; at = reading.indexOf('\n', at + 1))
    found = text.indexOf('\n', found + 1);
  return found;
}

/** Where a statement ends, its here-documents included. */
function endOf(source: Source, statement: Statement): number {
  let end = statement.end;
  const pattern = /<<-?/g;
  const text = source.text.slice(statement.pos, statement.end);
  if (pattern.test(text)) {
    const visit = (node: unknown): void => {
      if (!node || typeof node !== 'object') return;
      const found = node as { type?: string; body?: { end: number }; closing?: { end: number } };
      if (found.type === 'HereDoc') end = Math.max(end, found.closing?.end ?? found.body?.end ?? end);
      for (const value of Object.values(node as object)) {
        if (Array.isArray(value)) value.forEach(visit);
        else if (value && typeof value === 'object') visit(value);
      }
      const redirects = (node as { redirects?: unknown }).redirects;
      if (Array.isArray(redirects)) redirects.forEach(visit);
    };
    visit(statement.command);
  }
  return end;
}

/** Runs one unit. An error drops it; a fatal one ends the shell. */
export function* runUnit(shell: Shell, statements: readonly Statement[], top: boolean): Steps<number> {
  if (!top) return yield* runStatements(shell, statements);
  try {
    return yield* runStatements(shell, statements);
  } catch (error) {
    if (shell.posix && !shell.interactive && isFailure(error)) {
      if (error instanceof ShellError) yield* shell.error(error.message);
      throw new ShellExit(2);
    }
    if (error instanceof ShellError) {
      yield* shell.error(error.message);
      shell.status = fatalStatus(shell, error);
      if (error.fatal && !shell.interactive) throw new ShellExit(shell.status);
      return shell.interactive || !error.fatal ? 1 : shell.status;
    }
    if (error instanceof CommandAbort) {
      shell.status = fatalStatus(shell, error);
      if (error.fatal && !shell.interactive) throw new ShellExit(shell.status);
      return shell.status;
    }
    if (isSystemError(error) && error.code !== 'EPIPE') {
      yield* shell.error(error.message);
      return 1;
    }
    throw error;
  }
}

/** An expansion, an assignment or a builtin that failed. */
function isFailure(error: unknown): error is ShellError | CommandAbort {
  return error instanceof ShellError || error instanceof CommandAbort;
}

/** Only the shell of `bash -c` itself ends with 127 for an unset variable; others end with 1. */
export function fatalStatus(shell: Shell, error: { status: number; fatal: boolean }): number {
  return error.fatal && error.status === 127 && !shell.invocation.command ? 1 : error.status;
}

function unitsOf(source: Source, statements: readonly Statement[]): Unit[] {
  const units: { statements: Statement[]; start: number }[] = [];
  let lastLine = -1;
  for (const statement of statements) {
    const line = source.lineAt(statement.pos);
    if (line === lastLine) units.at(-1)?.statements.push(statement);
    else units.push({ statements: [statement], start: statement.pos });
    lastLine = source.lineAt(Math.max(statement.pos, statement.end - 1));
  }
  return units;
}

/** Whether an error lies in this unit, or before the next one begins. */
function unitHolds(source: Source, unit: Unit, script: ParsedScript, at: number): boolean {
  const after = unitsOf(source, script.commands).find((other) => other.start > unit.start);
  if (after && at >= after.start) return false;
  const last = unit.statements.at(-1) as Statement;
  // An error on a later line that no statement holds leaves this line alone.
  return (
    source.lineAt(at) <= source.lineAt(Math.max(last.pos, last.end - 1)) ||
    last.end <= last.pos ||
    at < last.end ||
    isOpen(script, last)
  );
}

/** A compound command that was never closed ends where it begins, or at the end of the text. */
function isOpen(script: ParsedScript, last: Statement): boolean {
  return last === script.commands.at(-1) && last.end >= script.end;
}

function firstError(script: ParsedScript) {
  return script.errors?.[0];
}

/** The output of a command substitution. `$(<file)` reads the file itself. */
function* substitute(shell: Shell, script: ParsedScript): Steps<string> {
  return yield* captureOutput(shell, (sub) => {
    sub.traceDepth++;
    if (!sub.options.shopt('inherit_errexit') && !sub.options.on('posix')) sub.options.set('errexit', false);
    return runScriptNode(sub, script);
  });
}

function* runScriptNode(sub: Shell, script: ParsedScript | undefined): Steps<number> {
  if (!script) return 0;
  if (script.source !== undefined) {
    const read = readIn(sub.dialect, script.source);
    sub.source = new Source(read.text, sub.source.name, sub.line);
    return yield* runRead(sub, read.text === script.source ? script : read.script);
  }
  return yield* runRead(sub, script);
}

function* runRead(sub: Shell, script: ParsedScript): Steps<number> {
  const error = firstError(script);
  if (error) {
    yield* reportSyntaxError(sub, sub.source, script.errors ?? [], 'command substitution');
    return 1;
  }
  const only = script.commands.length === 1 ? script.commands[0]?.command : undefined;
  if (only?.type === 'Command') {
    const [first] = only.prefix;
    if (!only.name && only.prefix.length === 1 && first?.type === 'Redirect' && first.operator === '<') {
      return yield* printFile(sub, only);
    }
    sub.mayExec = !script.commands[0]?.background;
  }
  return yield* runStatements(sub, script.commands);
}

/** Prints the file of `$(<file)`. */
function* printFile(sub: Shell, node: Extract<Statement['command'], { type: 'Command' }>): Steps<number> {
  const undo = yield* redirect(sub, node.redirects);
  try {
    yield* sub.context.write(1, yield* sub.context.readAll(0));
  } finally {
    undo();
  }
  return 0;
}
