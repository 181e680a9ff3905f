import { type Context, SystemError } from '../../host/index.ts';
import type { Command } from '../../shell/command.ts';
import type { Steps } from '../../sim/index.ts';
import { ConnectionError } from '../kubectl/errors.ts';
import { parseWords } from '../pflag.ts';
import { checkCount, childrenOf, findCommand, flagsOf, helpText, unknownCommand } from './cli.ts';
import { COMMANDS } from './commands/index.ts';
import { complete } from './complete.ts';
import { HelmError, isBug } from './errors.ts';
import { Helm } from './helm.ts';

/** Virtual ms that helm takes to start. */
const START_MS = 60;

export const helm: Command = {
  name: 'helm',
  summary: 'The Kubernetes package manager',
  paths: [],
  main,
};

function* main(context: Context): Steps<number> {
  yield* context.sleep(START_MS);
  try {
    return yield* run(context, context.args.slice(1));
  } catch (error) {
    if (!(error instanceof Error) || isBug(error) || isSignal(error)) throw error;
    yield* context.err(`Error: ${failureText(error)}\n`);
    return 1;
  }
}

/** What is no failure of helm's: a closed pipe, the end of the process. */
function isSignal(error: Error): boolean {
  if (error instanceof SystemError) return error.code === 'EPIPE';
  return error.name === 'ProcessExit' || error.name === 'Killed';
}

export function failureText(error: Error): string {
  return error instanceof ConnectionError ? error.asUrlError() : error.message;
}

function* run(context: Context, words: readonly string[]): Steps<number> {
  const home = context.env.get('HOME') ?? '';
  if (words[0] === 'help') return yield* tellHelp(context, words.slice(1), home);
  if (words[0] === '__complete') {
    yield* complete(context, words.slice(1));
    return 0;
  }
  const { path, rest } = findCommand(words);
  const { flags, args } = parseWords(rest, { specs: flagsOf(path), fail: (text) => new HelmError(text) });
  if (path === '' && args.length > 0) throw unknownCommand(args[0] as string);
  if (flags.bool('help') || path === '' || childrenOf(path).length > 0) {
    yield* context.out(helpText(path, home));
    return 0;
  }
  const command = COMMANDS[path];
  if (!command) throw new HelmError(`helm ${path} is not simulated`);
  checkCount(path, args.length, command.args);
  yield* command.run(new Helm(context, { path, flags, args }));
  return 0;
}

function* tellHelp(context: Context, words: readonly string[], home: string): Steps<number> {
  const { path, rest } = findCommand(words);
  if (rest.length > 0) {
    yield* context.out(`Unknown help topic [${words.map((word) => `\`${word}\``).join(' ')}]\n`);
    return 0;
  }
  yield* context.out(helpText(path, home));
  return 0;
}
