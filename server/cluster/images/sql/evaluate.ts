import { charge } from '../../../sim/index.ts';
import { SqlError } from './errors.ts';
import type { Dialect, Expression, Value } from './syntax.ts';

type Row = readonly Value[];

/** What an expression may ask about. */
export interface Scope {
  readonly dialect: Dialect;
  /** The place of a column in a row. Throws SqlError. */
  readonly column: (name: string, at: number) => number;
  /** What the server and the session say of themselves: `version`, `now`, `database`. */
  readonly constant: (name: string) => Value | undefined;
}

const AGGREGATES = new Set(['count*', 'count', 'sum', 'min', 'max', 'avg']);

export function hasAggregate(expression: Expression): boolean {
  switch (expression.kind) {
    case 'call':
      return AGGREGATES.has(expression.name) || expression.args.some(hasAggregate);
    case 'unary':
    case 'isNull':
      return hasAggregate(expression.operand);
    case 'binary':
      return hasAggregate(expression.left) || hasAggregate(expression.right);
    case 'in':
      return [expression.operand, ...expression.list].some(hasAggregate);
    default:
      return false;
  }
}

/** The value for a row; aggregates look at all of `group`. Throws SqlError. */
export function evaluate(expression: Expression, row: Row, scope: Scope, group: readonly Row[] = []): Value {
  charge(1);
  const of = (inner: Expression) => evaluate(inner, row, scope, group);
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'column':
      return row[scope.column(expression.name, expression.at)] ?? null;
    case 'unary':
      return negate(expression.operator, of(expression.operand));
    case 'isNull':
      return (of(expression.operand) === null) !== expression.not;
    case 'in': {
      const value = of(expression.operand);
      if (value === null) return null;
      return expression.list.some((one) => compare(value, of(one)) === 0) !== expression.not;
    }
    case 'binary':
      return binary(expression.operator, of(expression.left), of(expression.right), scope.dialect);
    case 'call':
      return AGGREGATES.has(expression.name)
        ? aggregate(expression.name, expression.args, scope, group)
        : call(expression, expression.args.map(of), scope);
  }
}

function negate(operator: 'not' | '-', value: Value): Value {
  if (value === null) return null;
  return operator === '-' ? -Number(value) : !isTrue(value);
}

export function isTrue(value: Value): boolean {
  return (
    value === true ||
    (typeof value === 'number' && value !== 0) ||
    (typeof value === 'string' && Number(value) > 0)
  );
}

/** Numbers by value, texts by letters; undefined beside NULL. */
export function compare(a: Value, b: Value): number | undefined {
  if (a === null || b === null) return undefined;
  const numeric =
    typeof a === 'number' || typeof b === 'number' || typeof a === 'boolean' || typeof b === 'boolean';
  const [x, y] = numeric ? [Number(a), Number(b)] : [a, b];
  return x < y ? -1 : x > y ? 1 : x === y ? 0 : undefined;
}

function binary(operator: string, a: Value, b: Value, dialect: Dialect): Value {
  switch (operator) {
    case 'AND':
      if ((a !== null && !isTrue(a)) || (b !== null && !isTrue(b))) return false;
      return a === null || b === null ? null : true;
    case 'OR':
      if (isTrue(a) || isTrue(b)) return true;
      return a === null || b === null ? null : false;
    default:
      if (a === null || b === null) return null;
      return comparison(operator, a, b, dialect) ?? arithmetic(operator, a, b, dialect);
  }
}

function comparison(
  operator: string,
  a: Exclude<Value, null>,
  b: Exclude<Value, null>,
  dialect: Dialect,
): boolean | undefined {
  // Texts are equal in MySQL whatever their case.
  const fold = (value: Exclude<Value, null>) =>
    dialect === 'mysql' && typeof value === 'string' ? value.toLowerCase() : value;
  const order = compare(fold(a), fold(b));
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
    case '!=':
      return order !== 0;
    case '<':
      return order === -1;
    case '>':
      return order === 1;
    case '<=':
      return order === -1 || order === 0;
    case '>=':
      return order === 1 || order === 0;
    case 'LIKE':
      return like(String(fold(a)), String(fold(b)));
    case 'ILIKE':
      return like(String(a).toLowerCase(), String(b).toLowerCase());
    default:
      return undefined;
  }
}

/** `%` and `_`: of several `%` only the last one is tried again, so the work is bounded by the product of both lengths. */
function like(text: string, pattern: string): boolean {
  charge((text.length * pattern.length) / 64);
  let [at, of, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[of] === '%') [star, mark, of] = [of, at, of + 1];
    else if (pattern[of] === '_' || pattern[of] === text[at]) [at, of] = [at + 1, of + 1];
    else if (star >= 0) [mark, at, of] = [mark + 1, mark + 1, star + 1];
    else return false;
  }
  while (pattern[of] === '%') of++;
  return of === pattern.length;
}

function arithmetic(operator: string, a: Value, b: Value, dialect: Dialect): Value {
  if (operator === '||') return dialect === 'mysql' ? isTrue(a) || isTrue(b) : `${a}${b}`;
  const [x, y] = [Number(a), Number(b)];
  if ((operator === '/' || operator === '%') && y === 0) {
    if (dialect === 'mysql') return null;
    throw new SqlError({ kind: 'divisionByZero' });
  }
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '/':
      if (dialect === 'mysql') return (x / y).toFixed(4);
      return Number.isInteger(x) && Number.isInteger(y) ? Math.trunc(x / y) : x / y;
    default:
      return x % y;
  }
}

function aggregate(name: string, args: readonly Expression[], scope: Scope, group: readonly Row[]): Value {
  if (name === 'count*') return group.length;
  const [argument] = args;
  if (!argument) throw new SqlError({ kind: 'unsupported', what: `${name}()` });
  const values = group.map((row) => evaluate(argument, row, scope)).filter((value) => value !== null);
  if (name === 'count') return values.length;
  if (values.length === 0) return null;
  if (name === 'min' || name === 'max') {
    const wanted = name === 'min' ? -1 : 1;
    return values.reduce((best, value) => (compare(value, best) === wanted ? value : best));
  }
  const sum = values.reduce<number>((total, value) => total + Number(value), 0);
  if (name === 'sum') return sum;
  return (sum / values.length).toFixed(scope.dialect === 'mysql' ? 4 : 16);
}

const FUNCTIONS: Readonly<Record<string, (args: readonly Value[]) => Value>> = {
  upper: ([text]) => (text === null ? null : String(text).toUpperCase()),
  lower: ([text]) => (text === null ? null : String(text).toLowerCase()),
  length: ([text]) => (text === null ? null : String(text).length),
  abs: ([number]) => (number === null ? null : Math.abs(Number(number))),
  round: ([number]) => (number === null ? null : Math.round(Number(number))),
  concat: (args) => args.join(''),
  coalesce: (args) => args.find((value) => value !== null) ?? null,
};

function call({ name, at }: { name: string; at: number }, args: readonly Value[], scope: Scope): Value {
  const constant = args.length === 0 ? scope.constant(name) : undefined;
  if (constant !== undefined) return constant;
  const run = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!run) throw new SqlError({ kind: 'noFunction', name, at });
  return run(args.map((value) => value ?? null));
}
