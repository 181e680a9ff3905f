import { Environment, Optional } from '@marcbachmann/cel-js';
import { addAuthorizer } from './cel-authorizer.ts';
import { addLibraries } from './cel-libraries.ts';
import { type CelBudget, meter, metered } from './cel-meter.ts';
import { matchesPart, matchingParts } from './linear-regex.ts';
import {
  addQuantities,
  compareQuantities,
  milliValue,
  parseQuantity,
  subtractQuantities,
} from './quantity.ts';
import { isObject } from './values.ts';

/** A quantity inside an expression. */
class CelQuantity {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Stands for `matches`, whose own implementation in the library backtracks and cannot be replaced. */
const LINEAR_MATCHES = 'matchesInLinearTime';
/** Stands for `value`, whose result the library takes for something without fields where the type is not known. */
const PRESENT_VALUE = 'presentValue';
/** Functions that are called under another name, by name and number of arguments. */
const INSTEAD: Readonly<Record<string, string>> = { matches1: LINEAR_MATCHES, value0: PRESENT_VALUE };

/** The expression language of Kubernetes' policies and custom resource rules: CEL with quantities and list sums. */
const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
})
  .registerType('Quantity', { ctor: CelQuantity })
  .registerFunction('quantity(string): Quantity', (text: string) => {
    if (!parseQuantity(text)) throw new Error(`quantities must match the regular expression`);
    return new CelQuantity(text);
  })
  .registerFunction('isQuantity(string): bool', (text: string) => parseQuantity(text) !== undefined)
  .registerFunction(
    'Quantity.isGreaterThan(Quantity): bool',
    (a: CelQuantity, b: CelQuantity) => compareQuantities(a.text, b.text) > 0,
  )
  .registerFunction(
    'Quantity.isLessThan(Quantity): bool',
    (a: CelQuantity, b: CelQuantity) => compareQuantities(a.text, b.text) < 0,
  )
  .registerFunction('Quantity.compareTo(Quantity): int', (a: CelQuantity, b: CelQuantity) =>
    BigInt(compareQuantities(a.text, b.text)),
  )
  .registerFunction('Quantity.isInteger(): bool', ({ text }: CelQuantity) => Number.isInteger(numberOf(text)))
  .registerFunction('Quantity.asInteger(): int', ({ text }: CelQuantity) => {
    const number = numberOf(text);
    if (!Number.isInteger(number)) throw new Error('cannot convert value to integer');
    return BigInt(number);
  })
  .registerFunction('Quantity.asApproximateFloat(): double', ({ text }: CelQuantity) => numberOf(text))
  .registerFunction('Quantity.sign(): int', ({ text }: CelQuantity) => BigInt(compareQuantities(text, '0')))
  .registerFunction(
    'Quantity.add(Quantity): Quantity',
    (a: CelQuantity, b: CelQuantity) => new CelQuantity(addQuantities(a.text, b.text)),
  )
  .registerFunction(
    'Quantity.sub(Quantity): Quantity',
    (a: CelQuantity, b: CelQuantity) => new CelQuantity(subtractQuantities(a.text, b.text)),
  )
  .registerFunction(
    'list.sum(): dyn',
    (list: unknown[]) =>
      list.reduce((sum: any, item: any) => (sum === undefined ? item : sum + item), undefined) ?? 0n,
  )
  .registerFunction('list.min(): dyn', (list: unknown[]) => list.reduce((a: any, b: any) => (b < a ? b : a)))
  .registerFunction('list.max(): dyn', (list: unknown[]) => list.reduce((a: any, b: any) => (b > a ? b : a)))
  .registerFunction('list.isSorted(): bool', (list: any[]) =>
    list.every((item, i) => i === 0 || list[i - 1] <= item),
  )
  .registerFunction('list.indexOf(dyn): int', (list: unknown[], item: unknown) => BigInt(list.indexOf(item)))
  .registerFunction(`dyn.${PRESENT_VALUE}(): dyn`, presentValue)
  .registerFunction(`string.${LINEAR_MATCHES}(string): bool`, (text: string, pattern: string) =>
    matchesPart(pattern, text),
  )
  .registerFunction(
    'string.find(string): string',
    (text: string, pattern: string) => matchingParts(pattern, text, 1)[0] ?? '',
  )
  .registerFunction('string.findAll(string): list', (text: string, pattern: string) =>
    matchingParts(pattern, text),
  );

addLibraries(environment);
addAuthorizer(environment);

function numberOf(quantity: string): number {
  return milliValue(quantity) / 1000;
}

function presentValue(optional: unknown): unknown {
  if (optional instanceof Optional && optional.hasValue()) return optional.value();
  throw new Error('optional.none() dereference');
}

/** Sends calls of functions that we replace to ours. */
function callInstead(node: unknown): void {
  if (Array.isArray(node)) {
    for (const part of node) callInstead(part);
    return;
  }
  if (!isObject(node) || !Array.isArray(node['args'])) {
    if (isObject(node) && isObject(node['args'])) callInstead(node['args']);
    return;
  }
  const args: unknown[] = node['args'];
  const [name, , given] = args;
  const other = node['op'] === 'rcall' && Array.isArray(given) && INSTEAD[`${String(name)}${given.length}`];
  if (other) args[0] = other;
  callInstead(args);
}

/** As many macros as an expression may have. */
const MOST_MACROS = 50;

/**
 * `o.optMap(v, e)` and `o.optFlatMap(v, e)` in words that the library knows. Models cel-go/cel library.go optMap,
 * optFlatMap.
 */
function withoutOptionalMacros(expression: string): string {
  let text = expression;
  for (let n = 0; /\.\s*opt(Flat)?Map\s*\(/.test(text) && n < MOST_MACROS; n++) {
    const macro = innermostMacro(environment.parse(text).ast as unknown as CelNode);
    if (!macro) return text;
    const [name, owner, [variable, body]] = macro.args as [string, CelNode, [CelNode, CelNode]];
    const part = ({ range }: CelNode) => text.slice(range.start, range.end);
    const optional = `optional${n}`;
    const inner = `cel.bind(${part(variable)}, ${optional}.value(), ${part(body)})`;
    const found = name === 'optMap' ? `optional.of(${inner})` : inner;
    const whole = `cel.bind(${optional}, ${part(owner)}, ${optional}.hasValue() ? ${found} : optional.none())`;
    text = text.slice(0, macro.range.start) + whole + text.slice(macro.range.end);
  }
  return text;
}

interface CelNode {
  readonly op: string;
  readonly args: unknown;
  readonly range: { readonly start: number; readonly end: number };
}

function innermostMacro(node: unknown): CelNode | undefined {
  const parts: unknown[] = Array.isArray(node) ? node : isObject(node) ? [node['args']] : [];
  for (const part of parts) {
    const inner = innermostMacro(part);
    if (inner) return inner;
  }
  if (!isObject(node) || node['op'] !== 'rcall') return undefined;
  const [name, , args] = node['args'] as [string, unknown, unknown[]];
  const isMacro = (name === 'optMap' || name === 'optFlatMap') && args.length === 2;
  return isMacro ? (node as unknown as CelNode) : undefined;
}

export type CelProgram = (context: Record<string, unknown>, budget?: CelBudget) => unknown;

const programs = new Map<string, CelProgram | Error>();

/** Compiles an expression. Throws with the parser's words. */
export function compileCel(expression: string): CelProgram {
  const known = programs.get(expression);
  if (known instanceof Error) throw known;
  if (known) return known;
  if (programs.size > 1000) programs.clear();
  try {
    const parsed = environment.parse(withoutOptionalMacros(expression));
    callInstead(parsed.ast);
    meter(parsed.ast);
    const program: CelProgram = (context, budget) => metered(() => parsed(context), budget);
    programs.set(expression, program);
    return program;
  } catch (error) {
    programs.set(expression, error as Error);
    throw error;
  }
}

const OPERANDS =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

/** The tree of an expression, or where and why there is none. */
export function parseCel(
  expression: string,
): { readonly ast: unknown } | { readonly problem: { readonly at: number; readonly text: string } } {
  try {
    return { ast: environment.parse(expression).ast };
  } catch (error) {
    const { range, message } = error as Error & { range?: { start: number } };
    const [, token] = /^Unexpected token: (\w+)/.exec(message) ?? [];
    const why = token === 'EOF' ? `mismatched input '<EOF>' expecting ${OPERANDS}` : celError(error);
    return { problem: { at: Math.min(range?.start ?? 0, expression.length), text: `Syntax error: ${why}` } };
  }
}

/** A JSON value as expressions see it: whole numbers are ints. */
export function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (!isObject(value)) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) if (value[key] !== undefined) result[key] = celValue(value[key]);
  return result;
}

/** A value that may be absent, as expressions see it. */
export function celOptional(value: unknown): unknown {
  return value === undefined ? Optional.none() : Optional.of(celValue(value));
}

/** The first line of what went wrong, as cel-go says it where that is known. */
export function celError(error: unknown): string {
  const text = (error as Error).message.split('\n')[0] ?? '';
  const [, index] = /index out of bounds, index (-?\d+)/.exec(text) ?? [];
  if (index !== undefined) return `index out of bounds: ${index}`;
  return text
    .replace(/^No such key: /, 'no such key: ')
    .replace(/^found no matching overload.*/, 'no such overload');
}

/** What a `messageExpression` makes; undefined when there is none, or it makes no text: the fixed message stands. */
export function celMessage(
  expression: string | undefined,
  context: Record<string, unknown>,
): string | undefined {
  if (!expression) return undefined;
  try {
    const text = compileCel(expression)(context);
    return typeof text === 'string' && text.trim() !== '' ? text : undefined;
  } catch {
    return undefined;
  }
}
