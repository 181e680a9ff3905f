import type { ParameterExpansionPart, SimpleExpansionPart, Word } from 'unbash';
import type { Steps } from '../../sim/index.ts';
import { assign, splitReference } from '../interpreter/assign.ts';
import { ShellError } from '../interpreter/flow.ts';
import type { Shell } from '../interpreter/shell.ts';
import { hasStringKeys, isAssociative, isIndexed, scalarOf } from '../interpreter/variables.ts';
import { arithmeticText, emit, expandString, expandWordParts, type Mode } from './expand.ts';
import type { Fields } from './fields.ts';
import { listOf, lookUp, type Parameter } from './lookup.ts';
import { operate } from './operations.ts';

export function* expandParameter(
  shell: Shell,
  part: SimpleExpansionPart | ParameterExpansionPart,
  fields: Fields,
  mode: Mode,
): Steps<void> {
  if (part.type === 'SimpleExpansion') {
    const parameter = lookUp(shell, part.text.slice(1), undefined);
    yield* emitParameter(shell, checked(shell, parameter, { isBare: true }), fields, mode);
    return;
  }
  if (shell.spend()) yield* shell.pause();
  yield* expandBraced(shell, part, fields, mode);
}

function* expandBraced(shell: Shell, part: ParameterExpansionPart, fields: Fields, mode: Mode): Steps<void> {
  const { operation, prefix } = part;
  const isUnknown = operation?.type === 'Unknown' && !/^~~?$/.test(operation.operator);
  const isEmptySlice = operation?.type === 'Slice' && !operation.length && operation.offset.text === '';
  const known = shell.dialect.operations;
  const isForeign =
    known && (part.index || prefix === '!' || (operation !== undefined && !known.has(operation.type)));
  if (isUnknown || isEmptySlice || isForeign || part.parameter === '')
    throw new ShellError(`${part.text}: bad substitution`);
  if (prefix === '!' && operation?.type === 'Names') {
    const names = shell.variables.names().filter((name) => name.startsWith(part.parameter));
    yield* emitParameter(shell, listOf(part.parameter, operation.operator, names), fields, mode);
    return;
  }
  let parameter = yield* parameterOf(shell, part);
  if (prefix === '!') {
    const outcome = yield* indirect(shell, part, parameter);
    if (outcome.keys) {
      yield* emitParameter(shell, outcome.parameter, fields, mode);
      return;
    }
    parameter = outcome.parameter;
  }
  if (prefix === '#') {
    const length = parameter.list
      ? parameter.list.items.length
      : lengthOf(checked(shell, parameter).value ?? '');
    yield* emitParameter(
      shell,
      { shown: '', name: '', subscript: undefined, value: String(length) },
      fields,
      mode,
    );
    return;
  }
  if (operation?.type === 'Default') {
    yield* expandDefault(shell, parameter, operation, fields, mode);
    return;
  }
  const value = operation?.type === 'Transform' ? parameter : checked(shell, parameter);
  yield* emitParameter(shell, operation ? yield* operate(shell, value, part) : value, fields, mode);
}

function* parameterOf(shell: Shell, part: ParameterExpansionPart): Steps<Parameter> {
  const { index } = part;
  if (!index) return lookUp(shell, part.parameter, undefined);
  if (index.text === '@' || index.text === '*') return lookUp(shell, part.parameter, index.text);
  return lookUp(shell, part.parameter, yield* subscriptText(shell, part.parameter, index), true);
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

/** Complains about an unset parameter under `set -u`. */
function checked(shell: Shell, parameter: Parameter, { isBare = false } = {}): Parameter {
  if (parameter.value !== undefined || parameter.list || !shell.options.on('nounset')) return parameter;
  const shown = isBare && /^(\d+|!)$/.test(parameter.shown) ? `$${parameter.shown}` : parameter.shown;
  throw new ShellError(`${shown}: unbound variable`, 127, true);
}

function* emitParameter(shell: Shell, parameter: Parameter, fields: Fields, mode: Mode): Steps<void> {
  const { list } = parameter;
  if (list) yield* emitList(shell, list, fields, mode);
  else yield* emit(shell, fields, mode, parameter.value ?? '');
}

/** Items of a list that are given in the time of one step. */
const ITEMS_PER_STEP = 8;

function* emitList(
  shell: Shell,
  list: { kind: '@' | '*'; items: readonly string[] },
  fields: Fields,
  mode: Mode,
): Steps<void> {
  const ifs = shell.variables.get('IFS');
  const joint = ifs === undefined ? ' ' : (Array.from(ifs)[0] ?? '');
  if (mode.quoted && list.kind === '*') {
    fields.quoted(list.items.join(joint));
    return;
  }
  if (!fields.splits) {
    yield* emit(shell, fields, mode, list.items.join(list.kind === '*' ? joint : ' '));
    return;
  }
  for (const [i, item] of list.items.entries()) {
    if (shell.spend(1 / ITEMS_PER_STEP)) yield* shell.pause();
    if (i > 0) fields.breakField();
    if (mode.quoted) fields.quoted(item);
    else yield* emit(shell, fields, mode, item);
  }
}

export function lengthOf(text: string): number {
  if (!/[\ud800-\udbff]/.test(text)) return text.length;
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
    if (isIndexed(value)) keys = value.keys().map(String);
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
    else if (mode.quoted && parameter.list?.kind !== '@') fields.quoted('');
    return;
  }
  if (!missing) {
    yield* emitParameter(shell, parameter, fields, mode);
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
    yield* emitParameter(shell, { ...parameter, value }, fields, mode);
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
  yield* expandWordParts(shell, operand, fields, {
    ...mode,
    tilde: mode.quoted ? 'none' : 'word',
    operand: true,
  });
}
