import type { ParameterExpansionPart, Word } from 'unbash';
import type { Steps } from '../../sim/index.ts';
import { evaluateText } from '../interpreter/assign.ts';
import { ShellError } from '../interpreter/flow.ts';
import type { Shell } from '../interpreter/shell.ts';
import { isAssociative, isIndexed } from '../interpreter/variables.ts';
import { arithmeticText, expandEscaped, expandPattern } from './expand.ts';
import type { Parameter } from './lookup.ts';
import { pattern } from './pattern.ts';
import { transform } from './transform.ts';

/** Applies the operation of `${name…}`: a slice, a removal, a replacement, a change of case, a transformation. */
export function* operate(shell: Shell, parameter: Parameter, part: ParameterExpansionPart): Steps<Parameter> {
  const { operation } = part;
  if (!operation) return parameter;
  if (operation.type === 'Slice') return yield* slice(shell, parameter, operation.offset, operation.length);
  if (operation.type === 'Transform') {
    return transform(shell, parameter, operation.operand.text, part.text);
  }
  const change = yield* changer(shell, operation);
  return mapValues(parameter, change);
}

function mapValues(parameter: Parameter, change: (text: string) => string): Parameter {
  const { list, value } = parameter;
  if (list) return { ...parameter, list: { ...list, items: list.items.map(change) } };
  return value === undefined ? parameter : { ...parameter, value: change(value) };
}

function* changer(
  shell: Shell,
  operation: NonNullable<ParameterExpansionPart['operation']>,
): Steps<(text: string) => string> {
  switch (operation.type) {
    case 'Remove': {
      const compiled = pattern(yield* expandPattern(shell, operation.operand));
      const { operator } = operation;
      const longest = operator.length === 2;
      return (text) => {
        const length = operator[0] === '#' ? compiled.prefix(text, longest) : compiled.suffix(text, longest);
        if (length === undefined) return text;
        return operator[0] === '#' ? text.slice(length) : text.slice(0, text.length - length);
      };
    }
    case 'Replace':
      return yield* replacer(shell, operation);
    case 'CaseModification': {
      const { operator } = operation;
      const source = operation.operand ? yield* expandPattern(shell, operation.operand) : '?';
      const compiled = pattern(source === '' ? '?' : source);
      return recased(operator, (char) => compiled.matches(char));
    }
    case 'Unknown':
      return recased(operation.operator, () => true);
    default:
      return (text) => text;
  }
}

/** Changes the case of the first character, or of all when the operator is doubled. */
function recased(operator: string, matches: (char: string) => boolean): (text: string) => string {
  const turn = (char: string) => {
    const upper = char.toUpperCase();
    if (operator[0] === '^' || (operator[0] === '~' && char !== upper)) return upper;
    return char.toLowerCase();
  };
  return (text) =>
    Array.from(text, (char, i) =>
      (i === 0 || operator.length === 2) && matches(char) ? turn(char) : char,
    ).join('');
}

function* replacer(
  shell: Shell,
  operation: Extract<NonNullable<ParameterExpansionPart['operation']>, { type: 'Replace' }>,
): Steps<(text: string) => string> {
  const source = yield* expandPattern(shell, operation.pattern);
  const template = yield* expandEscaped(shell, operation.replacement, (text) =>
    text.replace(/[\\&]/g, '\\$&'),
  );
  const compiled = pattern(source, { ignoreCase: shell.options.shopt('nocasematch') });
  const withMatch = shell.options.shopt('patsub_replacement');
  const fill = (matched: string) =>
    template.replace(/\\([\\&])|&/g, (all, escaped) => escaped ?? (withMatch ? matched : all));
  const { operator } = operation;
  if (operator === '/#' || operator === '/%') {
    return (text) => {
      const length = operator === '/#' ? compiled.prefix(text, true) : compiled.suffix(text, true);
      if (length === undefined) return text;
      return operator === '/#'
        ? fill(text.slice(0, length)) + text.slice(length)
        : text.slice(0, text.length - length) + fill(text.slice(text.length - length));
    };
  }
  if (source === '') return (text) => text;
  return (text) => compiled.replace(text, operator === '//', fill);
}

/** `${x:offset:length}`, of a string or of a list. */
function* slice(
  shell: Shell,
  parameter: Parameter,
  offset: Word,
  length: Word | undefined,
): Steps<Parameter> {
  if (parameter.value === undefined && !parameter.list) return parameter;
  let from = Number(evaluateText(shell, yield* arithmeticText(shell, offset.text)));
  const count = length ? Number(evaluateText(shell, yield* arithmeticText(shell, length.text))) : undefined;
  const { list, value } = parameter;
  if (!list) {
    const chars = Array.from(value ?? '');
    if (from < 0) from += chars.length;
    if (from < 0 || from > chars.length) return { ...parameter, value: '' };
    const to = count === undefined ? chars.length : count < 0 ? chars.length + count : from + count;
    if (to < from) throw new ShellError(`${length?.text}: substring expression < 0`);
    return { ...parameter, value: chars.slice(from, to).join('') };
  }
  if (count !== undefined && count < 0 && list.items.length === 0) return parameter;
  if (count !== undefined && count < 0) throw new ShellError(`${length?.text}: substring expression < 0`);
  return { ...parameter, list: { ...list, items: sliceList(shell, parameter, from, count) } };
}

function sliceList(shell: Shell, parameter: Parameter, offset: number, count: number | undefined): string[] {
  const list = parameter.list as NonNullable<Parameter['list']>;
  if (parameter.name === '@' || parameter.name === '*') {
    const all = [shell.arg0, ...list.items];
    const from = offset < 0 ? all.length + offset : offset;
    return from < 0 ? [] : all.slice(from, count === undefined ? undefined : from + count);
  }
  const value = shell.variables.find(parameter.name)?.value;
  if (!isIndexed(value)) {
    const from =
      offset < 0 ? list.items.length + offset : Math.max(0, offset - (isAssociative(value) ? 1 : 0));
    return list.items.slice(from, count === undefined ? undefined : from + count);
  }
  const keys = value.keys();
  const from = offset < 0 ? (keys.at(-1) ?? -1) + 1 + offset : offset;
  if (from < 0) return [];
  const wanted = keys.filter((key) => key >= from);
  return wanted.slice(0, count).map((key) => value.get(key) as string);
}
