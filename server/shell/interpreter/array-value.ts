import type { ArrayValue, Word } from 'unbash';
import { append, type Steps } from '../../sim/index.ts';
import { arithmeticText, expandString, expandWords, parseWord } from '../expand/expand.ts';
import { cased, evaluateText, indexOf, toArray } from './assign.ts';
import { Associative } from './assoc.ts';
import { CommandAbort, ShellError } from './flow.ts';
import { Indexed } from './indexed.ts';
import type { Shell } from './shell.ts';
import { isAssociative, isIndexed, type Value, type Variable } from './variables.ts';

/** `name=(…)` and `name+=(…)`. The new value is complete before the old one goes. */
export function* assignArray(
  shell: Shell,
  name: string,
  node: ArrayValue,
  append: boolean,
  into?: Variable,
): Steps<void> {
  const target = into ? name : shell.variables.target(name);
  const existing = into ?? shell.variables.find(target);
  if (existing?.readonly) throw new ShellError(`${target}: readonly variable`);
  const associative = existing?.kind === 'associative' || isAssociative(existing?.value);
  if (append && !associative && !node.elements.some(elementOf)) {
    yield* appendWords(shell, node, into ?? shell.variables.ensure(target));
    return;
  }
  const start = append ? startOf(existing) : undefined;
  const value: Value = associative
    ? yield* associativeValue(shell, target, node, start as Associative | undefined, existing)
    : yield* indexedValue(shell, node, start as Indexed | undefined, existing);
  const variable = into ?? shell.variables.ensure(target);
  variable.value = value;
}

/** `declare name=(…)`. What fails inside the parentheses is no failure of the builtin: it drops the line. */
export function* assignCompound(
  shell: Shell,
  name: string,
  value: ArrayValue,
  append: boolean,
  variable: Variable,
): Steps<void> {
  if (variable.readonly) throw new ShellError(`${name}: readonly variable`);
  try {
    yield* assignArray(shell, name, value, append, variable);
  } catch (error) {
    if (!(error instanceof ShellError) || error.fatal) throw error;
    yield* shell.error(error.message);
    throw new CommandAbort(error.status, false);
  }
}

/** `name+=(word …)` adds to the array itself: its cost does not depend on what is there. */
function* appendWords(shell: Shell, node: ArrayValue, variable: Variable): Steps<void> {
  const words = yield* expandWords(shell, node.elements);
  toArray(variable);
  const array = variable.value as Indexed;
  for (const text of words) array.push(finish(shell, variable, undefined, text));
}

function startOf(existing: Variable | undefined): Value {
  const value = existing?.value;
  if (isIndexed(value) || isAssociative(value)) return value.clone();
  return value === undefined ? undefined : Indexed.of([value]);
}

interface Element {
  readonly subscript: string;
  readonly append: boolean;
  readonly value: Word;
}

const elements = new WeakMap<Word, Element | false>();

/** `[subscript]=value`, told apart in the text of the word. */
function elementOf(word: Word): Element | undefined {
  let found = elements.get(word);
  if (found === undefined) {
    found = split(word.text) ?? false;
    elements.set(word, found);
  }
  return found || undefined;
}

function split(text: string): Element | undefined {
  if (!text.startsWith('[')) return undefined;
  let depth = 0;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '\\') i++;
    else if (quote) {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '[') depth++;
    else if (char === ']' && --depth === 0) {
      const operator = /^\+?=/.exec(text.slice(i + 1))?.[0];
      if (!operator) return undefined;
      const value = parseWord(text.slice(i + 1 + operator.length));
      return { subscript: text.slice(1, i), append: operator === '+=', value };
    }
  }
  return undefined;
}

function* indexedValue(
  shell: Shell,
  node: ArrayValue,
  start: Indexed | undefined,
  attributes: Variable | undefined,
): Steps<Indexed> {
  const array: Indexed = start ?? new Indexed();
  let next = array.last + 1;
  const put = (index: number, text: string, append: boolean) => {
    array.set(index, finish(shell, attributes, append ? (array.get(index) ?? '') : undefined, text));
    next = index + 1;
  };
  for (const word of node.elements) {
    const element = elementOf(word);
    if (!element) {
      for (const text of yield* expandWords(shell, [word])) put(next, text, false);
      continue;
    }
    const text = yield* expandString(shell, element.value, 'assign');
    const index = indexOf(shell, array, yield* arithmeticText(shell, element.subscript));
    if (index === undefined) throw new ShellError(`[${element.subscript}]=${text}: bad array subscript`);
    put(index, text, element.append);
  }
  return array;
}

function finish(
  shell: Shell,
  attributes: Variable | undefined,
  before: string | undefined,
  text: string,
): string {
  if (attributes?.integer)
    return String(evaluateText(shell, before === undefined ? text : `(${before || 0})+(${text})`));
  const whole = (before ?? '') + text;
  return attributes ? cased(attributes, whole) : whole;
}

function* associativeValue(
  shell: Shell,
  name: string,
  node: ArrayValue,
  start: Associative | undefined,
  attributes: Variable | undefined,
): Steps<Associative> {
  const array = start instanceof Associative ? start : new Associative();
  const pending: string[] = [];
  for (const word of node.elements) {
    const element = elementOf(word);
    if (!element) {
      append(pending, yield* expandWords(shell, [word]));
      continue;
    }
    const key = yield* expandString(shell, parseWord(element.subscript), 'none');
    const text = yield* expandString(shell, element.value, 'assign');
    if (key === '') throw new ShellError(`${name}: [${element.subscript}]=${text}: bad array subscript`);
    array.set(key, finish(shell, attributes, element.append ? (array.get(key) ?? '') : undefined, text));
  }
  for (let i = 0; i < pending.length; i += 2) {
    array.set(pending[i] as string, finish(shell, attributes, undefined, pending[i + 1] ?? ''));
  }
  return array;
}
