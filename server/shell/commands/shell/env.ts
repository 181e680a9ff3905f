import { findInPath, isSystemError } from '../../../host/index.ts';
import {
  type ExitStatus,
  type Process,
  parseSignal,
  SIGNALS,
  type Steps,
  waitOn,
} from '../../../sim/index.ts';
import { isApplet } from '../core/applet.ts';
import { quote, quoteFile } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { parseInterval } from './basics.ts';

/** Runs the rest of the command line in this process; 127 when there is no such program, 126 when it cannot run. */
export function* execRest(call: Call, words: readonly string[], complaint = ''): Steps<number> {
  yield* call.flush();
  try {
    return yield* call.context.exec(words[0] as string, words);
  } catch (error) {
    if (!isSystemError(error) || error.code === 'EPIPE') throw error;
    throw new Failure(
      `${complaint}${quote(words[0] as string)}: ${error.message}`,
      error.code === 'ENOENT' ? 127 : 126,
    );
  }
}

export const env = tool({
  name: 'env',
  summary: 'run a program in a modified environment',
  usage: '[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]',
  options: 'i|ignore-environment 0|null u|unset= C|chdir= S|split-string= v|debug',
  inOrder: true,
  usageStatus: 125,
  *run(call: Call) {
    const { context, options } = call;
    const words = [
      ...(options
        .get('S')
        ?.split(/\s+/)
        .filter((word) => word !== '') ?? []),
      ...call.operands,
    ];
    if (words[0] === '-') words.shift();
    const assigned: [string, string][] = [];
    while (words[0]?.includes('=')) {
      const word = words.shift() as string;
      const equals = word.indexOf('=');
      assigned.push([word.slice(0, equals), word.slice(equals + 1)]);
    }
    if (options.has('i') || call.operands[0] === '-') context.env.clear();
    for (const name of options.all('u')) {
      if (name === '' || name.includes('=')) call.fail(`cannot unset ${quote(name)}: Invalid argument`, 125);
      context.env.delete(name);
    }
    for (const [name, value] of assigned) context.env.set(name, value);
    if (words.length === 0) {
      const end = options.has('0') ? '\0' : '\n';
      for (const [name, value] of context.env) yield* call.print(`${name}=${value}${end}`);
      return 0;
    }
    if (options.has('0')) call.misuse('cannot specify --null (-0) with command');
    changeDirectory(call, options.get('C'));
    return yield* execRest(call, words);
  },
});

function changeDirectory(call: Call, path: string | undefined): void {
  if (path === undefined) return;
  if (!call.context.fs.isDirectory(path))
    throw new Failure(`cannot change directory to ${quoteFile(path)}: No such file or directory`, 125);
  call.context.cwd = call.context.fs.realpath(path);
}

export const printenv = tool({
  name: 'printenv',
  summary: 'print all or part of environment',
  usage: '[OPTION]... [VARIABLE]...',
  options: '0|null',
  usageStatus: 2,
  *run(call) {
    const end = call.options.has('0') ? '\0' : '\n';
    if (call.operands.length === 0) {
      for (const [name, value] of call.context.env) yield* call.print(`${name}=${value}${end}`);
      return 0;
    }
    let missing = false;
    for (const name of call.operands) {
      const value = call.context.env.get(name);
      if (value === undefined) missing = true;
      else yield* call.print(value + end);
    }
    return missing ? 1 : 0;
  },
});

export const which = tool({
  name: 'which',
  summary: 'locate a command',
  usage: '[-a] filename ...',
  options: 'a s',
  inOrder: true,
  usageStatus: 2,
  *run(call) {
    const { context, options } = call;
    let missing = call.operands.length === 0;
    for (const name of call.operands) {
      const directories = (context.env.get('PATH') ?? '').split(':');
      const found = name.includes('/')
        ? [name].filter((path) => context.fs.isFile(path) && context.fs.can(path, 'execute'))
        : directories
            .filter((directory) => findInPath(context, name, directory) !== undefined)
            .map((d) => `${d}/${name}`);
      if (found.length === 0) missing = true;
      for (const path of options.has('a') ? found : found.slice(0, 1))
        if (!options.has('s')) yield* call.print(`${path}\n`);
    }
    return missing ? 1 : 0;
  },
});

export const timeout = tool({
  name: 'timeout',
  summary: 'run a command with a time limit',
  usage: ['[OPTION] DURATION COMMAND [ARG]...', '[OPTION]'],
  options: 'foreground k|kill-after= preserve-status s|signal= v|verbose',
  inOrder: true,
  usageStatus: 125,
  *run(call: Call) {
    const { context, options } = call;
    const [duration, ...words] = call.operands;
    if (duration === undefined || words.length === 0) throw new Failure('', 125, true);
    const limit = intervalOf(call, duration);
    const killAfter = options.has('k') ? intervalOf(call, options.get('k') as string) : 0;
    const name = options.get('s') ?? 'TERM';
    const signal = parseSignal(name);
    if (!signal) call.misuse(`${quote(name)}: invalid signal`);
    let child: Process;
    try {
      child = context.spawn(words[0] as string, { args: words });
    } catch (error) {
      if (!isSystemError(error)) throw error;
      const what = quote(words[0] as string);
      throw new Failure(
        `failed to run command ${what}: ${error.message}`,
        error.code === 'ENOENT' ? 127 : 126,
      );
    }
    if (yield* endsWithin(call, child, limit)) return (yield* context.wait(child)).code;
    if (options.has('v'))
      yield* call.warn(`sending signal ${signal} to command ${quote(words[0] as string)}`, 0);
    child.signal(signal);
    child.signal('CONT');
    let killed = signal === 'KILL';
    if (killAfter > 0 && !(yield* endsWithin(call, child, killAfter))) {
      if (options.has('v'))
        yield* call.warn(`sending signal KILL to command ${quote(words[0] as string)}`, 0);
      child.signal('KILL');
      killed = true;
    }
    const status: ExitStatus = yield* context.wait(child);
    if (options.has('preserve-status')) return status.code;
    // busybox is the command itself, and is watched: it ends as the signal ends it.
    if (isApplet(context, 'timeout')) return status.code;
    return killed ? 128 + SIGNALS.KILL : 124;
  },
});

function intervalOf(call: Call, text: string): number {
  const ms = parseInterval(text);
  return ms ?? call.misuse(`invalid time interval ${quote(text)}`);
}

/** Waits for the child; false when the time is over first. No time at all means no limit. */
function* endsWithin(call: Call, child: Process, limitMs: number): Steps<boolean> {
  const until = limitMs === 0 ? undefined : call.context.now + limitMs;
  while (child.alive) {
    const wake = yield* waitOn([child.ended], until);
    if (wake === 'timeout') return !child.alive;
  }
  return true;
}

export const nohup = tool({
  name: 'nohup',
  summary: 'run a command immune to hangups',
  usage: ['COMMAND [ARG]...', 'OPTION'],
  inOrder: true,
  usageStatus: 125,
  *run(call: Call) {
    const { context } = call;
    if (call.operands.length === 0) call.misuse('missing operand');
    context.process.handlers.set('HUP', 'ignore');
    if (context.isTerminal(1)) {
      const file = context.fs.open('nohup.out', { write: true, create: true, append: true, mode: 0o600 });
      yield* call.warn(`ignoring input and appending output to 'nohup.out'`, 0);
      context.setFd(1, file);
      if (context.isTerminal(2)) context.setFd(2, file);
    } else if (context.isTerminal(0)) yield* call.warn('ignoring input', 0);
    return yield* execRest(call, call.operands);
  },
});

export const setsid = tool({
  name: 'setsid',
  summary: 'run a program in a new session',
  usage: '[options] <program> [arguments ...]',
  options: 'c|ctty f|fork w|wait',
  version: 'util-linux 2.39.3',
  inOrder: true,
  *run(call: Call) {
    if (call.operands.length === 0) call.misuse('no command specified');
    const child = call.context.spawn(call.operands[0] as string, {
      args: call.operands,
      process: { newSession: true },
    });
    if (call.options.has('f') && !call.options.has('w')) return 0;
    return (yield* call.context.wait(child)).code;
  },
});
