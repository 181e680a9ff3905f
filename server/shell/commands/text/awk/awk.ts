import { isSystemError } from '../../../../host/index.ts';
import type { Steps } from '../../../../sim/index.ts';
import type { Command } from '../../../command.ts';
import { type Call, Failure, tool } from '../../core/tool.ts';
import { AwkSyntaxError } from './lex.ts';
import { AwkExit, AwkMachine } from './machine.ts';
import { parseAwk } from './parse.ts';
import { unescapeArgument } from './streams.ts';
import { fromInput, toNumber } from './values.ts';

function awkNamed(name: string): Command {
  return tool({
    name,
    summary: 'pattern scanning and text processing language',
    usage: "[-F fs] [-v var=value] 'program' | -f file [file ...]",
    options: 'F= v= f= W=',
    inOrder: true,
    usageStatus: 2,
    version: 'mawk 1.3.4',
    run,
  });
}

export const awk = awkNamed('awk');
export const mawk = awkNamed('mawk');
export const gawk = awkNamed('gawk');

function* run(call: Call) {
  const { options } = call;
  const operands = [...call.operands];
  let source = '';
  for (const path of options.all('f')) source += `${yield* programFile(call, path)}\n`;
  if (!options.has('f')) {
    const text = operands.shift();
    if (text === undefined) {
      yield* call.context.err(`Usage: ${call.name} [options] 'program' [file ...]\n`);
      return 2;
    }
    source = text;
  }
  const machine = new AwkMachine(call, parse(source), operands);
  const separator = options.get('F');
  if (separator !== undefined)
    machine.setVariable('FS', separator === 't' ? 't' : unescapeArgument(separator));
  for (const assignment of options.all('v')) {
    const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(assignment);
    if (!match) throw new Failure(`improper assignment: -v ${assignment}`, 2);
    machine.setVariable(match[1] as string, fromInput(unescapeArgument(match[2] as string)));
  }
  try {
    return yield* machine.run();
  } catch (error) {
    if (!(error instanceof AwkExit)) throw error;
    yield* machine.streams.closeAll();
    return error.value === undefined ? machine.exitCode : Math.trunc(toNumber(error.value)) & 0xff;
  }
}

function* programFile(call: Call, path: string): Steps<string> {
  try {
    return yield* call.readFile(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new Failure(`cannot open ${path} (${error.message})`, 2);
  }
}

function parse(source: string) {
  try {
    return parseAwk(source);
  } catch (error) {
    if (!(error instanceof AwkSyntaxError)) throw error;
    throw new Failure(`line ${error.line}: ${error.message}`, 2);
  }
}
