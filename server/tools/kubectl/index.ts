import { type Context, findInPath, SystemError } from '../../host/index.ts';
import type { Command } from '../../shell/command.ts';
import type { Steps } from '../../sim/index.ts';
import { firstArgument } from '../pflag.ts';
import { KubectlError, report, usageError } from './errors.ts';
import { REQUIRED } from './flag-tables.ts';
import { type CommandLine, findCommand, flagsOf, parseFlags, suggestions } from './flags.ts';
import { helpFor, optionsText } from './help.ts';
import { Kubectl } from './kubectl.ts';
import { VERBS } from './verbs.ts';

/** Virtual ms that kubectl takes to start. */
const START_MS = 50;

/** Commands that only have subcommands, and where their help goes when none is given. */
const PARENTS: Readonly<Record<string, 'out' | 'err'>> = {
  auth: 'err',
  config: 'err',
  'create secret': 'err',
  'create service': 'err',
  plugin: 'err',
  rollout: 'out',
  set: 'err',
  top: 'err',
};

export const kubectl: Command = {
  name: 'kubectl',
  summary: 'controls the Kubernetes cluster manager',
  main,
};

function* main(context: Context): Steps<number> {
  yield* context.sleep(START_MS);
  const words = context.args.slice(1);
  try {
    return yield* run(context, words);
  } catch (error) {
    // A bug of ours must not look like an error of the user's.
    if (error instanceof SystemError ? error.code === 'EPIPE' : !isExpected(error)) throw error;
    if (error instanceof KubectlError && error.written !== '') yield* context.out(error.written);
    const { text, exit } = report(error);
    if (text !== '') yield* context.err(text);
    return exit;
  }
}

function isExpected(error: unknown): boolean {
  return (
    error instanceof Error &&
    !(error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
  );
}

function* run(context: Context, words: readonly string[]): Steps<number> {
  const { path, rest } = findCommand(words);
  if (path === '') return yield* runRoot(context, words);
  if (path === 'help') return yield* runHelp(context, rest);
  if (path.startsWith('__complete')) return (yield* VERBS[path]!(rawLine(context, path, rest))) ?? 0;
  const plugin = path === 'create' ? pluginPath(context, words, 2) : undefined;
  if (plugin) return yield* context.exec(plugin.path, [plugin.path, ...plugin.args]);
  const line = parseFlags(path, rest);
  for (const { name } of line.flags.given) {
    const says = line.flags.specs.get(name)?.deprecated;
    if (says) yield* context.err(`Flag --${name} has been deprecated, ${says}\n`);
  }
  if (line.flags.bool('help')) {
    yield* tellHelp(context, path);
    return 0;
  }
  checkRequired(line);
  checkGlobals(line);
  const parent = PARENTS[path];
  if (parent) return yield* runParent(context, line, parent);
  const builtIn = yield* runBuiltIn(context, path);
  if (builtIn !== undefined) return builtIn;
  const verb = VERBS[path];
  if (!verb) throw new KubectlError(`kubectl ${path} is not simulated`);
  const k = new Kubectl(context, line);
  const exit = (yield* verb(k)) ?? 0;
  if (exit === 0 && line.flags.bool('warnings-as-errors')) {
    const { warnings } = k.api;
    if (warnings > 0) throw new KubectlError(`${warnings} warning${warnings > 1 ? 's' : ''} received`);
  }
  return exit;
}

/** A command that reads its words itself. */
function rawLine(context: Context, path: string, words: readonly string[]): Kubectl {
  const line = parseFlags('', []);
  return new Kubectl(context, { ...line, path, args: words });
}

function* runRoot(context: Context, words: readonly string[]): Steps<number> {
  const word = words.find((w) => !w.startsWith('-'));
  if (word !== undefined && !words[0]?.startsWith('-')) {
    const plugin = pluginPath(context, words);
    if (plugin) return yield* context.exec(plugin.path, [plugin.path, ...plugin.args]);
  }
  if (words[0]?.startsWith('-') && firstArgument(flagsOf(''), words) >= 0) {
    yield* context.err(`Error: flags cannot be placed before plugin name: ${words[0]}\n`);
    return 1;
  }
  if (word === undefined || words[0]?.startsWith('-')) {
    parseFlags('', words);
    yield* context.out(helpFor(''));
    return 0;
  }
  const near = suggestions(word as string);
  const hint = near.length > 0 ? `\n\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join('')}` : '';
  throw new KubectlError(`unknown command ${JSON.stringify(word)} for "kubectl"${hint}`);
}

/** `kubectl-foo-bar` for the longest run of words (of at least so many) that is a program in PATH. Models pkg/cmd HandlePluginCommand. */
function pluginPath(
  context: Context,
  words: readonly string[],
  least = 1,
): { path: string; args: string[] } | undefined {
  const names: string[] = [];
  for (const word of words) {
    if (word.startsWith('-')) break;
    names.push(word.replaceAll('-', '_'));
  }
  for (let count = names.length; count >= least; count--) {
    const path = findInPath(context, `kubectl-${names.slice(0, count).join('-')}`, context.env.get('PATH'));
    if (path) return { path, args: words.slice(count) };
  }
  return undefined;
}

function* runHelp(context: Context, words: readonly string[]): Steps<number> {
  const { path, rest } = findCommand(words);
  const left = rest.filter((word) => !word.startsWith('-'));
  if (path === '' && left.length > 0) {
    yield* context.err(`Unknown help topic [${words.map((word) => `\`${word}\``).join(' ')}]\n\n\n`);
    yield* context.err(helpFor('', { headless: true }));
    return 0;
  }
  yield* tellHelp(context, path);
  return 0;
}

/** The help of a command; of those that have none, what they say instead. */
function* tellHelp(context: Context, path: string): Steps<void> {
  if (path === 'alpha') yield* context.err(NO_ALPHA);
  else if (path !== 'options') yield* context.out(helpFor(path));
}

const NO_ALPHA = 'No alpha commands are available in this version of kubectl\n';

const PROFILES = ['none', 'cpu', 'heap', 'goroutine', 'threadcreate', 'block', 'mutex'];

/** Flags of every command that are read before the command begins. */
function checkGlobals({ path, flags }: CommandLine): void {
  const profile = flags.global('profile');
  if (profile !== '' && !PROFILES.includes(profile)) throw new KubectlError(`unknown profile '${profile}'`);
  if (profile !== '' && profile !== 'none') throw new KubectlError(`--profile=${profile} is not simulated`);
  const modules = flags.global('vmodule');
  if (modules !== '' && !modules.split(',').every((pair) => /^[^=]+=-?\d+$/.test(pair)))
    throw new KubectlError(
      `invalid argument ${JSON.stringify(modules)} for "--vmodule" flag: syntax error: expect comma-separated list of filename=N\nSee 'kubectl ${path} --help' for usage.`,
    );
}

function checkRequired(line: CommandLine): void {
  const missing = (REQUIRED[line.path] ?? []).filter((name) => !line.flags.changed(name));
  if (missing.length === 0) return;
  throw new KubectlError(`required flag(s) ${missing.map((name) => `"${name}"`).join(', ')} not set`);
}

function* runParent(context: Context, line: CommandLine, stream: 'out' | 'err'): Steps<number> {
  if (line.args.length > 0)
    throw usageError(line.path, `unknown command ${JSON.stringify(line.args.join(' '))}`);
  const text = helpFor(line.path);
  if (stream === 'out') yield* context.out(text);
  else yield* context.err(text);
  return 1;
}

function* runBuiltIn(context: Context, path: string): Steps<number | undefined> {
  if (path === 'options') yield* context.out(optionsText(context.env.get('HOME') ?? ''));
  else if (path === 'certificate') yield* context.out(helpFor(path));
  else if (path === 'alpha') yield* context.err(NO_ALPHA);
  else return undefined;
  return 0;
}
