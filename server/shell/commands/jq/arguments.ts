import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { JsonError, parseJson } from './json-parse.ts';
import type { Json } from './values.ts';

/** A command line that is refused. */
export class Misuse extends Error {
  override name = 'Misuse';
}

/** A file of `--slurpfile` or `--rawfile` that cannot be used. */
export class BadFile extends Error {
  override name = 'BadFile';
}

/** The command line, read. */
export interface Arguments {
  readonly flags: ReadonlySet<Flag>;
  /** Spaces of an indent; `tab`. */
  readonly indent: number | 'tab';
  readonly filter: string | undefined;
  readonly files: readonly string[];
  readonly named: ReadonlyMap<string, Json>;
  readonly positional: readonly Json[];
}

type Flag = (typeof LONG)[keyof typeof LONG];

const LONG = {
  slurp: 's',
  'raw-output': 'r',
  'raw-output0': '0',
  'join-output': 'j',
  'compact-output': 'c',
  'color-output': 'C',
  'monochrome-output': 'M',
  'ascii-output': 'a',
  unbuffered: 'u',
  'sort-keys': 'S',
  'raw-input': 'R',
  'null-input': 'n',
  'from-file': 'f',
  binary: 'b',
  seq: 'q',
  stream: 't',
  'exit-status': 'e',
  help: 'h',
  version: 'V',
  'build-configuration': 'B',
} as const;

const SHORT = new Set('srjcCMaSRnfbehV');

/** Options with two words after them, and what they call the second one. */
const NAMED: Readonly<Record<string, string>> = {
  arg: 'value',
  argjson: 'text',
  slurpfile: 'filename',
  rawfile: 'filename',
};

const isOption = (text: string): boolean => /^-(-|[a-zA-Z])/.test(text);

/** Models jq src/main.c: options anywhere, the first other word is the filter. Throws Misuse, BadFile. */
export function* readArguments(call: Call, words: readonly string[]): Steps<Arguments> {
  const flags = new Set<Flag>();
  const files: string[] = [];
  const named = new Map<string, Json>();
  const positional: Json[] = [];
  let indent: number | 'tab' = 2;
  let filter: string | undefined;
  let rest: 'files' | 'args' | 'jsonargs' = 'files';
  let done = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (done || !isOption(word)) {
      if (filter === undefined) filter = word;
      else if (rest === 'files') files.push(word);
      else positional.push(rest === 'args' ? word : argument(word, '--jsonargs'));
      continue;
    }
    if (word === '--') {
      done = true;
      continue;
    }
    const name = word.slice(2);
    if (!word.startsWith('--')) {
      for (const letter of word.slice(1)) flags.add(shortFlag(letter));
    } else if (name in NAMED) {
      yield* bindNamed(call, name, words.slice(i + 1, i + 3), named);
      i += 2;
    } else if (name === 'args' || name === 'jsonargs') rest = name;
    else if (name === 'tab') indent = 'tab';
    else if (name === 'indent') indent = indentOf(words[++i]);
    else if (name in LONG) flags.add(LONG[name as keyof typeof LONG]);
    else throw new Misuse(`Unknown option ${word}`);
    if (flags.has('c')) indent = 0;
  }
  return { flags, indent, filter, files, named, positional };
}

function shortFlag(letter: string): Flag {
  if (letter === 'L') throw new Misuse('modules (-L) are not available in this simulation');
  if (!SHORT.has(letter)) throw new Misuse(`Unknown option -${letter}`);
  return letter as Flag;
}

function indentOf(text: string | undefined): number {
  if (text === undefined) throw new Misuse('--indent takes one parameter');
  const indent = Number.parseInt(text, 10) || 0;
  if (indent < -1 || indent > 7) throw new Misuse('--indent takes a number between -1 and 7');
  return Math.max(indent, 0);
}

function argument(text: string, option: string): Json {
  try {
    const found = parseJson(text);
    if (found.length === 1) return found[0] as Json;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
  }
  throw new Misuse(`Invalid JSON text passed to ${option}`);
}

function* bindNamed(
  call: Call,
  option: string,
  words: readonly string[],
  named: Map<string, Json>,
): Steps<void> {
  const [name, value] = words;
  if (name === undefined || value === undefined)
    throw new Misuse(`--${option} takes two parameters (e.g. --${option} varname ${NAMED[option]})`);
  if (named.has(name)) return;
  if (option === 'arg') named.set(name, value);
  else if (option === 'argjson') named.set(name, argument(value, '--argjson'));
  else named.set(name, yield* fileValue(call, option, name, value));
}

function* fileValue(call: Call, option: string, name: string, path: string): Steps<Json> {
  const bad = (why: string) => new BadFile(`Bad JSON in --${option} ${name} ${path}: ${why}`);
  try {
    const text = yield* call.readFile(path);
    return option === 'rawfile' ? text : parseJson(text);
  } catch (error) {
    if (isSystemError(error)) throw bad(`Could not open file ${path}: ${error.message}`);
    if (error instanceof JsonError) throw bad(error.message);
    throw error;
  }
}
