import type { Steps } from '../../../sim/index.ts';
import type { Input } from '../core/input.ts';
import { type Call, tool } from '../core/tool.ts';
import { BcError, Incomplete, type Token, tokens } from './lex.ts';
import { TooLarge } from './number.ts';
import { Parser } from './parse.ts';
import { Machine, Quit } from './run.ts';

const BANNER = `bc 1.07.1
Copyright 1991-1994, 1997, 1998, 2000, 2004, 2006, 2008, 2012-2017 Free Software Foundation, Inc.
This is free software with ABSOLUTELY NO WARRANTY.
For details type \`warranty'. 
`;

export const bc = tool({
  name: 'bc',
  summary: 'an arbitrary precision calculator language',
  usage: '[options] [file ...]',
  options: 'h i|interactive l|mathlib q|quiet s|standard w|warn v',
  version: 'bc 1.07.1',
  *run(call: Call) {
    const { context, options } = call;
    for (const refused of ['s', 'w'] as const)
      if (options.has(refused)) call.fail(`-${refused}: warnings of POSIX's bc are not simulated`);
    if (options.has('v')) {
      yield* call.print(BANNER.split('\n').slice(0, 2).join('\n') + '\n');
      return 0;
    }
    const interactive = options.has('i') || (context.isTerminal(0) && context.isTerminal(1));
    if (interactive && !options.has('q')) yield* call.print(BANNER);
    const machine = new Machine(call, options.has('l'));
    try {
      for (const path of call.operands) {
        const input = context.fs.isFile(path) ? call.open(path) : undefined;
        if (!input) {
          yield* context.err(`File ${path} is unavailable.\n`);
          return 1;
        }
        yield* runInput(call, machine, input, path);
      }
      yield* runInput(call, machine, call.stdin, '(standard_in)');
    } catch (error) {
      if (error instanceof TooLarge) call.fail('Fatal error: Out of memory for malloc.');
      if (!(error instanceof Quit)) throw error;
    }
    return 0;
  },
});

/** Reads a line, and more as long as it is not whole; runs it; goes on. */
function* runInput(call: Call, machine: Machine, input: Input, name: string): Steps<void> {
  machine.input = input;
  let [pending, first, line] = ['', 1, 0];
  for (;;) {
    const text = yield* input.line();
    if (text === undefined) break;
    line++;
    pending += `${text}\n`;
    if (yield* runText(call, machine, pending, first, name)) {
      pending = '';
      first = line + 1;
    }
    if (call.context.isTerminal(1)) yield* call.flush();
  }
  if (pending.trim() !== '') yield* complain(call, name, line + 1, 'syntax error');
}

/** False: it goes on in the next line. */
function* runText(call: Call, machine: Machine, text: string, line: number, name: string): Steps<boolean> {
  try {
    const read: Token[] = tokens(text, line);
    // `quit` counts as soon as it is read.
    const parser = new Parser(read);
    while (!parser.done) yield* machine.line(parser.line());
    return true;
  } catch (error) {
    if (error instanceof Incomplete) return false;
    if (!(error instanceof BcError)) throw error;
    yield* complain(call, name, error.line, error.message);
    return true;
  }
}

function* complain(call: Call, name: string, line: number, message: string): Steps<void> {
  yield* call.flush();
  yield* call.context.err(`${name} ${line}: ${message}\n`);
}
