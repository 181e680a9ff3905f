import type { ParameterExpansionPart, SimpleExpansionPart, Word } from 'unbash';
import type { Steps } from '../../sim/index.ts';
import { assign, elementOf, evaluateText, splitReference } from '../interpreter/assign.ts';
import { ShellError } from '../interpreter/flow.ts';
import type { Shell } from '../interpreter/shell.ts';
import { hasStringKeys, indices, isAssociative, isIndexed, scalarOf } from '../interpreter/variables.ts';
import {
  arithmeticText,
  expandEscaped,
  expandPattern,
  expandString,
  expandWordParts,
  type Mode,
} from './expand.ts';
import type { Fields } from './fields.ts';
import { pattern } from './pattern.ts';
import { transform } from './transform.ts';

/** What a parameter stands for before any operation. */
export interface Parameter {
  /** As messages show it: `x`, `a[5]`, `1`. */
  readonly shown: string;
  readonly name: string;
  readonly subscript: string | undefined;
  /** Undefined: not set. */
  readonly value: string | undefined;
  /** Set for `@` and `*`, of an array or of the positional parameters. */
  readonly list?: { readonly kind: '@' | '*'; readonly items: readonly string[] };
}

export function* expandParameter(
  shell: Shell,
  part: SimpleExpansionPart | ParameterExpansionPart,
  fields: Fields,
  mode: Mode,
): Steps<void> {
  if (part.type === 'SimpleExpansion') {
    const parameter = lookUp(shell, part.text.slice(1), undefined);
    emit(shell, checked(shell, parameter), fields, mode);
    return;
  }
  yield* shell.spend();
  yield* expandBraced(shell, part, fields, mode);
}

function* expandBraced(shell: Shell, part: ParameterExpansionPart, fields: Fields, mode: Mode): Steps<void> {
  const { operation, prefix } = part;
  if (operation?.type === 'Unknown' || part.parameter === '')
    throw new ShellError(`${part.text}: bad substitution`);
  if (prefix === '!' && operation?.type === 'Names') {
    const names = shell.variables.names().filter((name) => name.startsWith(part.parameter));
    emit(shell, listOf(part.parameter, operation.operator, names), fields, mode);
    return;
  }
  let parameter = yield* parameterOf(shell, part);
  if (prefix === '!') {
    const outcome = yield* indirect(shell, part, parameter);
    if (outcome.keys) {
      emit(shell, outcome.parameter, fields, mode);
      return;
    }
    parameter = outcome.parameter;
  }
  if (prefix === '#') {
    const length = parameter.list
      ? parameter.list.items.length
      : lengthOf(checked(shell, parameter).value ?? '');
    emit(shell, { shown: '', name: '', subscript: undefined, value: String(length) }, fields, mode);
    return;
  }
  if (operation?.type === 'Default') {
    yield* expandDefault(shell, parameter, operation, fields, mode);
    return;
  }
  const value = operation?.type === 'Transform' ? parameter : checked(shell, parameter);
  emit(shell, operation ? yield* operate(shell, value, part, mode) : value, fields, mode);
}

function* parameterOf(shell: Shell, part: ParameterExpansionPart): Steps<Parameter> {
  const { index } = part;
  if (!index) return lookUp(shell, part.parameter, undefined);
  if (index.text === '@' || index.text === '*') return lookUp(shell, part.parameter, index.text);
  return lookUp(shell, part.parameter, yield* subscriptText(shell, part.parameter, index));
}

/** The text of a subscript, its expansions done. */
export function* subscriptText(shell: Shell, name: string, index: Word): Steps<string> {
  const target = shell.variables.target(name);
  if (
    isAssociative(shell.variables.find(target)?.value) ||
    shell.variables.find(target)?.kind === 'associative'
  ) {
    return yield* expandString(shell, index, 'none');
  }
  return yield* arithmeticText(shell, index.text);
}

/** Finds a parameter by name and (expanded) subscript. */
export function lookUp(shell: Shell, name: string, subscript: string | undefined): Parameter {
  if (name === '@' || name === '*') return listOf(name, name, shell.positional);
  if (!/^[A-Za-z_]/.test(name))
    return { shown: name, name, subscript: undefined, value: special(shell, name) };
  if (name === '_') return { shown: name, name, subscript, value: shell.lastArgument };
  let target = shell.variables.target(name);
  let key = subscript;
  const reference = splitReference(target);
  if (reference?.subscript !== undefined && key === undefined) {
    target = reference.name;
    key = reference.subscript;
  }
  const value = shell.variables.find(target)?.value;
  if (key === undefined) return { shown: name, name: target, subscript: undefined, value: scalarOf(value) };
  const shown = `${name}[${key}]`;
  if (key === '@' || key === '*') {
    let items: string[] = [];
    if (isIndexed(value)) items = indices(value).map((i) => value.get(i) as string);
    else if (isAssociative(value)) items = value.keys().map((k) => value.get(k) as string);
    else if (value !== undefined) items = [value];
    return { ...listOf(target, key, items), shown, subscript: key };
  }
  return { shown, name: target, subscript: key, value: elementOf(shell, target, key) };
}

function special(shell: Shell, name: string): string | undefined {
  switch (name) {
    case '?':
      return String(shell.status);
    case '#':
      return String(shell.positional.length);
    case '$':
      return String(shell.pid);
    case '!':
      return shell.lastBackground === undefined ? undefined : String(shell.lastBackground);
    case '-': {
      const { command, stdin } = shell.invocation;
      const letters = shell.options.letters().split('');
      if (shell.interactive) letters.splice(letters.findIndex((l) => l > 'h' && l >= 'a') >>> 0, 0, 'i');
      return `${letters.join('')}${command ? 'c' : ''}${stdin ? 's' : ''}`;
    }
    case '0':
      return shell.arg0;
    default:
      return shell.positional[Number(name) - 1];
  }
}

function listOf(name: string, kind: string, items: readonly string[]): Parameter {
  return {
    shown: name,
    name,
    subscript: undefined,
    value: items.length > 0 ? items.join(' ') : undefined,
    list: { kind: kind as '@' | '*', items },
  };
}

/** Complains about an unset parameter under `set -u`. */
function checked(shell: Shell, parameter: Parameter): Parameter {
  if (parameter.value !== undefined || parameter.list || !shell.options.on('nounset')) return parameter;
  const shown =
    /^\d+$/.test(parameter.shown) || parameter.shown === '!' ? `$${parameter.shown}` : parameter.shown;
  throw new ShellError(`${shown}: unbound variable`, 127, true);
}

function emit(shell: Shell, parameter: Parameter, fields: Fields, mode: Mode): void {
  const { list } = parameter;
  if (!list) {
    if (mode.quoted) fields.quoted(parameter.value ?? '');
    else fields.expanded(parameter.value ?? '');
    return;
  }
  emitList(shell, list, fields, mode);
}

function emitList(
  shell: Shell,
  list: { kind: '@' | '*'; items: readonly string[] },
  fields: Fields,
  mode: Mode,
): void {
  const ifs = shell.variables.get('IFS');
  const joint = ifs === undefined ? ' ' : (Array.from(ifs)[0] ?? '');
  if (mode.quoted && list.kind === '*') {
    fields.quoted(list.items.join(joint));
    return;
  }
  if (!fields.splits) {
    const text = list.items.join(list.kind === '*' ? joint : ' ');
    if (mode.quoted) fields.quoted(text);
    else fields.expanded(text);
    return;
  }
  list.items.forEach((item, i) => {
    if (i > 0) fields.breakField();
    if (mode.quoted) fields.quoted(item);
    else fields.expanded(item);
  });
}

export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

interface Indirection {
  readonly parameter: Parameter;
  /** The outcome is the list of keys of `${!a[@]}`, or the name of a nameref. */
  readonly keys: boolean;
}

function* indirect(shell: Shell, part: ParameterExpansionPart, parameter: Parameter): Steps<Indirection> {
  const isList = part.index?.text === '@' || part.index?.text === '*';
  if (isList && !part.operation) {
    const value = shell.variables.find(shell.variables.target(part.parameter))?.value;
    let keys: string[] = [];
    if (isIndexed(value)) keys = indices(value).map(String);
    else if (isAssociative(value)) keys = value.keys();
    else if (value !== undefined) keys = ['0'];
    return { parameter: listOf(part.parameter, part.index?.text as string, keys), keys: true };
  }
  const raw = shell.variables.find(part.parameter);
  if (raw?.nameref) {
    return { parameter: { ...parameter, value: scalarOf(raw.value), subscript: undefined }, keys: true };
  }
  const name = parameter.value;
  if (name === undefined && /^\d+$/.test(part.parameter)) return { parameter, keys: false };
  if (name === undefined || name === '') {
    if (part.operation?.type === 'Default' && name === undefined) return { parameter, keys: false };
    throw new ShellError(
      name === '' ? `: invalid variable name` : `${part.parameter}: invalid indirect expansion`,
    );
  }
  if (/^(?:\d+|[@*#?$!-])$/.test(name)) return { parameter: lookUp(shell, name, undefined), keys: false };
  const reference = splitReference(name);
  if (!reference) throw new ShellError(`${name}: invalid variable name`);
  const { subscript } = reference;
  const key = subscript === undefined ? undefined : yield* dynamicSubscript(shell, reference.name, subscript);
  return { parameter: lookUp(shell, reference.name, key), keys: false };
}

/** A subscript that came as text (`printf -v 'a[$i]'`): expanded once more. */
export function* dynamicSubscript(shell: Shell, name: string, subscript: string): Steps<string> {
  if (subscript === '@' || subscript === '*') return subscript;
  const text = yield* arithmeticText(shell, subscript);
  return hasStringKeys(shell.variables.find(shell.variables.target(name)))
    ? text.replace(/^'(.*)'$/, '$1')
    : text;
}

function* expandDefault(
  shell: Shell,
  parameter: Parameter,
  operation: Extract<NonNullable<ParameterExpansionPart['operation']>, { type: 'Default' }>,
  fields: Fields,
  mode: Mode,
): Steps<void> {
  const { operator, operand } = operation;
  const empty = operator.startsWith(':');
  const missing = parameter.value === undefined || (empty && isNull(parameter));
  if (operator.endsWith('+')) {
    if (!missing) yield* expandOperand(shell, operand, fields, mode);
    else if (mode.quoted && !parameter.list) fields.quoted('');
    return;
  }
  if (!missing) {
    emit(shell, parameter, fields, mode);
    return;
  }
  if (operator.endsWith('-')) {
    yield* expandOperand(shell, operand, fields, mode);
    return;
  }
  if (operator.endsWith('=')) {
    if (!/^[A-Za-z_]/.test(parameter.name)) {
      throw new ShellError(`$${parameter.name}: cannot assign in this way`, 1, true);
    }
    const value = yield* expandString(shell, operand, 'assign');
    assign(shell, parameter.name, parameter.subscript, value);
    emit(shell, { ...parameter, value }, fields, mode);
    return;
  }
  const text = operand.text === '' ? '' : yield* expandString(shell, operand);
  const fallback = empty ? 'parameter null or not set' : 'parameter not set';
  throw new ShellError(`${parameter.shown}: ${text === '' ? fallback : text}`, 127, true);
}

function isNull(parameter: Parameter): boolean {
  if (parameter.list) return parameter.list.items.length === 0 || parameter.value === '';
  return parameter.value === '';
}

function* expandOperand(shell: Shell, operand: Word, fields: Fields, mode: Mode): Steps<void> {
  if (operand.text === '' && operand.value === '') {
    if (mode.quoted) fields.quoted('');
    return;
  }
  yield* expandWordParts(shell, operand, fields, { ...mode, tilde: mode.quoted ? 'none' : 'word' });
}

function* operate(
  shell: Shell,
  parameter: Parameter,
  part: ParameterExpansionPart,
  mode: Mode,
): Steps<Parameter> {
  const { operation } = part;
  if (!operation) return parameter;
  if (operation.type === 'Slice') return yield* slice(shell, parameter, operation.offset, operation.length);
  if (operation.type === 'Transform') {
    return transform(shell, parameter, operation.operand.text, part.text);
  }
  const change = yield* changer(shell, operation, mode);
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
  mode: Mode,
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
      return yield* replacer(shell, operation, mode);
    case 'CaseModification': {
      const { operator } = operation;
      const source = operation.operand ? yield* expandPattern(shell, operation.operand) : '?';
      const compiled = pattern(source === '' ? '?' : source);
      const turn = (char: string) => (operator[0] === '^' ? char.toUpperCase() : char.toLowerCase());
      return (text) =>
        Array.from(text, (char, i) =>
          (i === 0 || operator.length === 2) && compiled.matches(char) ? turn(char) : char,
        ).join('');
    }
    default:
      return (text) => text;
  }
}

function* replacer(
  shell: Shell,
  operation: Extract<NonNullable<ParameterExpansionPart['operation']>, { type: 'Replace' }>,
  _mode: Mode,
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
  let from = Number(evaluateText(shell, yield* arithmeticText(shell, offset.text)));
  const count = length ? Number(evaluateText(shell, yield* arithmeticText(shell, length.text))) : undefined;
  const { list, value } = parameter;
  if (!list) {
    if (value === undefined) return parameter;
    const chars = Array.from(value);
    if (from < 0) from += chars.length;
    if (from < 0 || from > chars.length) return { ...parameter, value: '' };
    const to = count === undefined ? chars.length : count < 0 ? chars.length + count : from + count;
    if (to < from) throw new ShellError(`${length?.text}: substring expression < 0`);
    return { ...parameter, value: chars.slice(from, to).join('') };
  }
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
  const keys = indices(value);
  const from = offset < 0 ? (keys.at(-1) ?? -1) + 1 + offset : offset;
  if (from < 0) return [];
  const wanted = keys.filter((key) => key >= from);
  return wanted.slice(0, count).map((key) => value.get(key) as string);
}
