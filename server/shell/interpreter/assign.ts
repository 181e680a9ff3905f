import { allocate, LIMITS } from '../../sim/index.ts';
import { ArithmeticError, type ArithmeticScope, evaluate, type Integer } from '../expand/arithmetic.ts';
import { Associative } from './assoc.ts';
import { ExpressionError, ShellError } from './flow.ts';
import { Indexed } from './indexed.ts';
import type { Shell } from './shell.ts';
import { hasStringKeys, isAssociative, isIndexed, scalarOf, type Variable } from './variables.ts';

const NAME = /^[A-Za-z_]\w*$/;

export function isName(text: string): boolean {
  return NAME.test(text);
}

/** `name` or `name[subscript]`; undefined when the text is neither. */
export function splitReference(text: string): { name: string; subscript: string | undefined } | undefined {
  const match = /^([A-Za-z_]\w*)(?:\[([\s\S]+)\])?$/.exec(text);
  return match ? { name: match[1] as string, subscript: match[2] } : undefined;
}

/** Evaluates an arithmetic expression whose expansions are done. */
export function evaluateText(shell: Shell, text: string): Integer {
  const unknown = shell.dialect.unknownOperators?.exec(text)?.[0];
  if (unknown !== undefined)
    throw new ShellError(
      `arithmetic expression: expecting ${unknown === ',' ? 'EOF' : 'primary'}: "${text}"`,
    );
  try {
    return evaluate(text, scopeOf(shell));
  } catch (error) {
    if (error instanceof ArithmeticError) throw new ExpressionError(error.message);
    throw error;
  }
}

/** The offset that a subscript means, negative ones counted from the end. */
export function indexOf(shell: Shell, array: Indexed | undefined, subscript: string): number | undefined {
  const index = Number(evaluateText(shell, subscript));
  if (index >= 0) return index;
  const counted = (array?.last ?? -1) + 1 + index;
  return counted < 0 ? undefined : counted;
}

/** The value of an element, undefined when it is not set. `subscript` is expanded already. */
export function elementOf(shell: Shell, name: string, subscript: string): string | undefined {
  const variable = shell.variables.find(name);
  const value = variable?.value;
  if (isAssociative(value)) return value.get(subscript);
  if (hasStringKeys(variable)) return undefined;
  if (isIndexed(value)) {
    const index = indexOf(shell, value, subscript);
    if (index === undefined) throw new ShellError(`${name}: bad array subscript`);
    return value.get(index);
  }
  const index = Number(evaluateText(shell, subscript));
  return index === 0 || index === -1 ? scalarOf(value) : undefined;
}

export interface AssignOptions {
  append?: boolean;
  /** The variable to set in place of the one that the name finds. */
  variable?: Variable;
}

/** Assigns to `name` or `name[subscript]`, minding attributes. Throws `ShellError`. */
export function assign(
  shell: Shell,
  name: string,
  subscript: string | undefined,
  value: string,
  options: AssignOptions = {},
): void {
  let target = name;
  let key = subscript;
  if (!options.variable) {
    target = shell.variables.target(name);
    const reference = splitReference(target);
    if (reference?.subscript !== undefined && key === undefined) {
      target = shell.variables.target(reference.name);
      key = reference.subscript;
    }
    const raw = shell.variables.find(target);
    if (raw?.nameref && typeof raw.value !== 'string') {
      raw.value = value;
      return;
    }
    if (shell.variables.isDynamic(target)) {
      shell.variables.setDynamic(target, value);
      return;
    }
  }
  const variable = options.variable ?? shell.variables.ensure(target);
  if (variable.readonly) throw new ShellError(`${target}: readonly variable`);
  if (value.length > LIMITS.stringBytes)
    throw new ShellError(`xrealloc: cannot allocate ${value.length} bytes`, 2, true);
  allocate(value.length);
  if (key !== undefined) assignElement(shell, target, variable, key, value, options.append === true);
  else assignWhole(shell, variable, value, options.append === true);
  if (shell.options.on('allexport')) variable.exported = true;
}

function assignWhole(shell: Shell, variable: Variable, value: string, append: boolean): void {
  if (isIndexed(variable.value)) {
    variable.value.set(0, combined(shell, variable, variable.value.get(0), value, append));
  } else if (isAssociative(variable.value)) {
    variable.value.set('0', combined(shell, variable, variable.value.get('0'), value, append));
  } else if (variable.kind) {
    toArray(variable);
    assignWhole(shell, variable, value, append);
  } else variable.value = combined(shell, variable, variable.value, value, append);
}

function assignElement(
  shell: Shell,
  name: string,
  variable: Variable,
  subscript: string,
  value: string,
  append: boolean,
): void {
  toArray(variable);
  if (isAssociative(variable.value)) {
    variable.value.set(subscript, combined(shell, variable, variable.value.get(subscript), value, append));
    return;
  }
  const array = variable.value as Indexed;
  const index = indexOf(shell, array, subscript);
  if (index === undefined) throw new ShellError(`${name}[${subscript}]: bad array subscript`);
  array.set(index, combined(shell, variable, array.get(index), value, append));
}

/** Turns a scalar into an array that holds it as element 0. */
export function toArray(variable: Variable): void {
  if (isIndexed(variable.value) || isAssociative(variable.value)) return;
  const before = variable.value;
  if (variable.kind === 'associative') {
    variable.value = new Associative();
    if (before !== undefined) variable.value.set('0', before as string);
  } else variable.value = Indexed.of(before === undefined ? [] : [before as string]);
}

function combined(
  shell: Shell,
  variable: Variable,
  before: string | undefined,
  value: string,
  append: boolean,
): string {
  if (variable.integer) {
    const number = evaluateText(shell, value);
    if (!append) return String(number);
    return String(evaluateText(shell, `${evaluateText(shell, before ?? '0')}+(${number})`));
  }
  return cased(variable, append ? (before ?? '') + value : value);
}

/** Applies the attributes `-l`, `-u`, `-c`. */
export function cased(variable: Variable, value: string): string {
  if (variable.lower) return value.toLowerCase();
  if (variable.upper) return value.toUpperCase();
  if (variable.capitalize) return value.slice(0, 1).toUpperCase() + value.slice(1).toLowerCase();
  return value;
}

/** Removes a variable or an element. Throws `ShellError`. */
export function unsetVariable(shell: Shell, name: string, subscript: string | undefined): void {
  const variable = shell.variables.find(name);
  if (variable?.readonly) throw new ShellError(`${name}: cannot unset: readonly variable`);
  if (subscript === undefined) {
    shell.variables.delete(name);
    return;
  }
  if (isAssociative(variable?.value)) variable.value.delete(subscript);
  else if (isIndexed(variable?.value)) {
    if (subscript === '@' || subscript === '*') {
      shell.variables.delete(name);
      return;
    }
    const index = indexOf(shell, variable.value, subscript);
    if (index === undefined) throw new ShellError(`[${subscript}]: bad array subscript`);
    variable.value.delete(index);
  } else if (variable && Number(evaluateText(shell, subscript)) === 0) shell.variables.delete(name);
}

const scopes = new WeakMap<Shell, ArithmeticScope>();

function scopeOf(shell: Shell): ArithmeticScope {
  let scope = scopes.get(shell);
  if (!scope) {
    scope = {
      isAssociative: (name) => hasStringKeys(shell.variables.find(shell.variables.target(name))),
      get: (name, subscript) => readNumber(shell, shell.variables.target(name), subscript),
      set: (name, subscript, value) => assign(shell, name, subscript?.toString(), value),
    };
    scopes.set(shell, scope);
  }
  return scope;
}

function readNumber(shell: Shell, name: string, subscript: Integer | string | undefined): string | undefined {
  const reference = splitReference(name);
  const text =
    subscript !== undefined || reference?.subscript !== undefined
      ? elementOf(shell, reference?.name ?? name, String(subscript ?? reference?.subscript))
      : shell.variables.get(name);
  if (shell.dialect.name === 'dash' && text && !/^\s*[-+]?(?:0[xX][0-9a-fA-F]+|\d+)\s*$/.test(text))
    throw new ShellError(`Illegal number: ${text}`);
  if (text === undefined && shell.options.on('nounset')) {
    const shown = subscript === undefined ? name : `${name}[${subscript}]`;
    throw new ShellError(`${shown}: unbound variable`, 127, true);
  }
  return text;
}
