import { Environment } from '@marcbachmann/cel-js';
import { addQuantities, compareQuantities, parseQuantity, subtractQuantities } from './quantity.ts';
import { isObject } from './values.ts';

/** A quantity inside an expression. */
class CelQuantity {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

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
  .registerFunction(
    'string.find(string): string',
    (text: string, pattern: string) => safeRegex(pattern).exec(text)?.[0] ?? '',
  )
  .registerFunction('string.findAll(string): list', (text: string, pattern: string) =>
    [...text.matchAll(safeRegex(pattern, 'g'))].map(([m]) => m),
  );

/** Longest pattern and text that an expression may match. */
const MAX_PATTERN = 1000;

function safeRegex(pattern: string, flags = ''): RegExp {
  if (pattern.length > MAX_PATTERN) throw new Error('pattern too long');
  return new RegExp(pattern, flags);
}

export type CelProgram = (context: Record<string, unknown>) => unknown;

const programs = new Map<string, CelProgram | Error>();

/** Compiles an expression. Throws with the parser's words. */
export function compileCel(expression: string): CelProgram {
  const known = programs.get(expression);
  if (known instanceof Error) throw known;
  if (known) return known;
  if (programs.size > 1000) programs.clear();
  try {
    const program = environment.parse(expression) as unknown as CelProgram;
    programs.set(expression, program);
    return program;
  } catch (error) {
    programs.set(expression, error as Error);
    throw error;
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

/** The first line of what went wrong. */
export function celError(error: unknown): string {
  return (error as Error).message.split('\n')[0] ?? '';
}
