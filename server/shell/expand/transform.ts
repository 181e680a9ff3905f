import { ShellError } from '../interpreter/flow.ts';
import { expandPromptEscapes } from '../interpreter/prompt.ts';
import type { Shell } from '../interpreter/shell.ts';
import { isAssociative, isIndexed, type Variable } from '../interpreter/variables.ts';
import { decodeEscapes } from './escapes.ts';
import type { Parameter } from './lookup.ts';
import { doubleQuote, singleQuote } from './quote.ts';

/** `${x@Q}` and its siblings. */
export function transform(shell: Shell, parameter: Parameter, operator: string, text: string): Parameter {
  const variable = shell.variables.find(parameter.name);
  if (operator === 'a') return mapped(parameter, () => attributeLetters(variable), variable);
  if (parameter.value === undefined && !parameter.list) {
    if (shell.options.on('nounset')) throw new ShellError(`${parameter.shown}: unbound variable`, 127, true);
    if (operator === 'A' && variable) return { ...parameter, value: declaration(parameter, variable) };
    return parameter;
  }
  if (operator === 'A') return { ...withoutList(parameter), value: declaration(parameter, variable) };
  if (operator === 'K' || operator === 'k') return keysAndValues(parameter, variable, operator);
  const change = CHANGES[operator];
  if (!change) throw new ShellError(`${text}: bad substitution`);
  return mapped(parameter, (value) => change(shell, value), variable);
}

const CHANGES: Record<string, (shell: Shell, value: string) => string> = {
  Q: (_shell, value) => singleQuote(value),
  E: (_shell, value) => decodeEscapes(value, 'ansi').text,
  P: (shell, value) => expandPromptEscapes(shell, value),
  U: (_shell, value) => value.toUpperCase(),
  u: (_shell, value) => value.slice(0, 1).toUpperCase() + value.slice(1),
  L: (_shell, value) => value.toLowerCase(),
};

function mapped(parameter: Parameter, change: (value: string) => string, variable?: Variable): Parameter {
  const { list, value } = parameter;
  if (list) return { ...parameter, list: { ...list, items: list.items.map(change) } };
  if (value === undefined && !variable) return parameter;
  return { ...parameter, value: change(value ?? '') };
}

function withoutList(parameter: Parameter): Parameter {
  const { shown, name, subscript, value } = parameter;
  return { shown, name, subscript, value };
}

function declaration(parameter: Parameter, variable: Variable | undefined): string {
  const { name } = parameter;
  if (parameter.list && (name === '@' || name === '*')) {
    return `set -- ${parameter.list.items.map(singleQuote).join(' ')}`;
  }
  const letters = attributeLetters(variable);
  const value = parameter.list && variable ? arrayText(variable) : singleQuote(parameter.value ?? '');
  return letters === '' ? `${name}=${value}` : `declare -${letters} ${name}=${value}`;
}

/** Attribute letters in the order of `declare -p`; '' when there are none. */
export function attributeLetters(variable: Variable | undefined): string {
  if (!variable) return '';
  const { value } = variable;
  let letters = '';
  if (isIndexed(value) || variable.kind === 'indexed') letters += 'a';
  if (isAssociative(value) || variable.kind === 'associative') letters += 'A';
  if (variable.integer) letters += 'i';
  if (variable.nameref) letters += 'n';
  if (variable.readonly) letters += 'r';
  if (variable.trace) letters += 't';
  if (variable.exported) letters += 'x';
  if (variable.capitalize) letters += 'c';
  if (variable.lower) letters += 'l';
  if (variable.upper) letters += 'u';
  return letters;
}

/** `([0]="a" [1]="b")`, as `declare -p` shows an array. */
export function arrayText(variable: Variable): string {
  const { value } = variable;
  if (isIndexed(value)) {
    return `(${value
      .keys()
      .map((i) => `[${i}]=${doubleQuote(value.get(i) as string)}`)
      .join(' ')})`;
  }
  if (isAssociative(value)) {
    const items = value.keys().map((key) => `[${keyText(key)}]=${doubleQuote(value.get(key) as string)} `);
    return `(${items.join('')})`;
  }
  return doubleQuote((value as string | undefined) ?? '');
}

function keyText(key: string): string {
  return /^[\w.,/:%+@=-]+$/.test(key) ? key : doubleQuote(key);
}

function keysAndValues(parameter: Parameter, variable: Variable | undefined, operator: string): Parameter {
  const value = variable?.value;
  const quote = operator === 'K' ? doubleQuote : (text: string) => text;
  if (!parameter.list || (!isIndexed(value) && !isAssociative(value))) {
    return mapped(parameter, singleQuote);
  }
  const pairs = isIndexed(value)
    ? value.keys().map((i) => [String(i), value.get(i) as string])
    : value.keys().map((key) => [operator === 'K' ? keyText(key) : key, value.get(key) as string]);
  if (operator === 'K') {
    const text = pairs.map(([key, item]) => `${key} ${quote(item as string)}`).join(' ');
    return { ...withoutList(parameter), value: isAssociative(value) ? `${text} ` : text };
  }
  return { ...parameter, list: { ...parameter.list, items: pairs.flat() } };
}
