import { append, type Steps } from '../../sim/index.ts';
import { expandWords, parseWord } from '../expand/expand.ts';
import { pattern } from '../expand/pattern.ts';
import { CommandAbort, ShellError } from '../interpreter/flow.ts';
import { Indexed } from '../interpreter/indexed.ts';
import type { Shell } from '../interpreter/shell.ts';
import { Source } from '../interpreter/source.ts';
import { isIndexed } from '../interpreter/variables.ts';
import { actionItems, fileNames } from './actions.ts';
import { filesOf, type Matches } from './file-matches.ts';
import type { CompletionSpec } from './spec.ts';
import type { CommandLine, Word } from './words.ts';

/** Status by which a completion function asks to be run again after it loaded another. */
const RETRY = 124;

/** Matches by the `complete` specification of the command; undefined when there is none. */
export function* programmable(
  shell: Shell,
  text: string,
  point: number,
  line: CommandLine,
  word: Word,
): Steps<Matches | undefined> {
  if (!shell.options.shopt('progcomp')) return undefined;
  const command = line.words[0] as string;
  for (let attempt = 0; attempt < 2; attempt++) {
    const spec = specOf(shell, command);
    if (!spec) return undefined;
    const given = { text: text.slice(line.start), point: point - line.start, line, word };
    const outcome = yield* runSpec(shell, spec, command, given);
    if (outcome.retry) continue;
    return matchesOf(shell, spec, outcome.items, outcome.options, word);
  }
  return undefined;
}

function specOf(shell: Shell, command: string): CompletionSpec | undefined {
  const base = command.slice(command.lastIndexOf('/') + 1);
  return shell.completions.get(command) ?? shell.completions.get(base) ?? shell.completions.get(' default');
}

interface Given {
  readonly text: string;
  readonly point: number;
  readonly line: CommandLine;
  readonly word: Word;
}

interface Outcome {
  readonly items: string[];
  readonly options: ReadonlySet<string>;
  readonly retry: boolean;
}

function* runSpec(shell: Shell, spec: CompletionSpec, command: string, given: Given): Steps<Outcome> {
  const { word } = given;
  const items = yield* staticItems(shell, spec, word.value);
  const outer = shell.currentCompletion;
  const current = { options: new Set(spec.options) };
  shell.currentCompletion = current;
  let retry = false;
  try {
    if (spec.functionName !== undefined) {
      const status = yield* runFunction(shell, spec.functionName, command, given);
      retry = status === RETRY;
      const value = shell.variables.find('COMPREPLY')?.value;
      if (isIndexed(value)) append(items, value.values());
      else if (typeof value === 'string' && value !== '') items.push(value);
      shell.variables.delete('COMPREPLY');
    }
  } finally {
    shell.currentCompletion = outer;
    for (const name of ['COMP_WORDS', 'COMP_CWORD', 'COMP_LINE', 'COMP_POINT', 'COMP_TYPE', 'COMP_KEY']) {
      shell.variables.delete(name);
    }
  }
  return { items: decorate(shell, spec, items, word.value), options: current.options, retry };
}

function* runFunction(shell: Shell, name: string, command: string, given: Given): Steps<number> {
  const { line, text, point, word } = given;
  const { variables } = shell;
  variables.put('COMP_WORDS', Indexed.of(line.words));
  variables.put('COMP_CWORD', String(line.index));
  variables.put('COMP_LINE', text);
  variables.put('COMP_POINT', String(point));
  variables.put('COMP_TYPE', '9');
  variables.put('COMP_KEY', '9');
  variables.delete('COMPREPLY');
  const { status, line: lineNumber } = shell;
  try {
    return yield* shell.engine.callFunction(shell, name, [
      command,
      word.raw,
      line.words[line.index - 1] ?? '',
    ]);
  } catch (error) {
    if (error instanceof ShellError) yield* shell.error(error.message);
    else if (!(error instanceof CommandAbort)) throw error;
    return 1;
  } finally {
    shell.status = status;
    shell.line = lineNumber;
  }
}

/** Candidates of `-A`, `-W`, `-G`, `-C` that begin with the word. */
export function* staticItems(shell: Shell, spec: CompletionSpec, prefix: string): Steps<string[]> {
  const items = spec.actions.flatMap((action) => actionItems(shell, action, prefix));
  if (spec.wordlist !== undefined) {
    const words = yield* wordList(shell, spec.wordlist);
    append(
      items,
      words.filter((item) => item.startsWith(prefix)),
    );
  }
  if (spec.glob !== undefined) append(items, yield* expandWords(shell, [parseWord(spec.glob)]));
  if (spec.command !== undefined) {
    const output = yield* shell.engine.capture(shell, new Source(spec.command, shell.arg0));
    append(
      items,
      output.split('\n').filter((item) => item !== ''),
    );
  }
  return items;
}

function* wordList(shell: Shell, text: string): Steps<string[]> {
  const words: string[] = [];
  const separators = shell.ifs;
  let current = '';
  for (const char of text) {
    if (separators.includes(char)) {
      if (current !== '') words.push(current);
      current = '';
    } else current += char;
  }
  if (current !== '') words.push(current);
  if (!/[$`'"\\{~]/.test(text)) return words;
  const out: string[] = [];
  for (const word of words) append(out, yield* expandWords(shell, [parseWord(word)]));
  return out;
}

/** Applies `-X`, `-P` and `-S`. */
export function decorate(
  _shell: Shell,
  spec: CompletionSpec,
  items: readonly string[],
  word: string,
): string[] {
  let kept = [...items];
  if (spec.filter !== undefined) {
    const negated = spec.filter.startsWith('!');
    const source = (negated ? spec.filter.slice(1) : spec.filter).replaceAll('&', word);
    const compiled = pattern(source);
    kept = kept.filter((item) => compiled.matches(item) === negated);
  }
  return kept.map((item) => `${spec.prefix ?? ''}${item}${spec.suffix ?? ''}`);
}

function matchesOf(
  shell: Shell,
  spec: CompletionSpec,
  items: readonly string[],
  options: ReadonlySet<string>,
  word: Word,
): Matches | undefined {
  const noSpace = options.has('nospace');
  const filenames = options.has('filenames') || spec.actions.some((a) => a === 'file' || a === 'directory');
  if (items.length > 0) {
    if (filenames) return filesOf(shell, items, noSpace);
    return {
      items: [...new Set(items)],
      filenames: false,
      noSpace,
      isDirectory: () => false,
      show: (item) => item,
    };
  }
  if (options.has('dirnames')) return filesOf(shell, actionItems(shell, 'directory', word.value));
  if (options.has('default') || options.has('bashdefault'))
    return filesOf(shell, fileNames(shell, word.value));
  return { items: [], filenames: false, noSpace, isDirectory: () => false, show: (item) => item };
}
