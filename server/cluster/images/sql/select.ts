import type { Table } from './catalog.ts';
import { SqlError } from './errors.ts';
import { compare, evaluate, hasAggregate, isTrue, type Scope } from './evaluate.ts';
import type { Dialect, Expression, Select, Selected, Value } from './syntax.ts';
import { isNumeric } from './values.ts';

/** Who runs a statement: what functions such as `current_user` tell. */
export interface Asker {
  readonly server: { readonly dialect: Dialect; readonly version: string; readonly now: () => number };
  readonly user: string;
  readonly host: string;
  readonly database: string | undefined;
}

export interface Output {
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[];
  readonly rows: readonly (readonly Value[])[];
}

type Row = readonly Value[];

/** What names mean in a table's rows. MySQL does not look at the case of columns. */
export function scopeOf(table: Table | undefined, name: string, session: Asker): Scope {
  const { dialect } = session.server;
  const fold = (text: string) => (dialect === 'mysql' ? text.toLowerCase() : text);
  const places = new Map((table?.columns ?? []).map((column, i) => [fold(column.name), i]));
  return {
    dialect,
    column: (wanted, at) => {
      const place = places.get(fold(wanted));
      if (place === undefined) throw new SqlError({ kind: 'noColumn', name: wanted, table: name, at });
      return place;
    },
    constant: (word) => constant(word, session),
  };
}

function constant(name: string, { server, user, host, database }: Asker): Value | undefined {
  const time = () => new Date(server.now()).toISOString().replace('T', ' ').replace('Z', '');
  switch (name) {
    case 'version':
    case '@@version':
      return server.version;
    case 'now':
    case 'current_timestamp':
      return server.dialect === 'mysql' ? time().slice(0, 19) : `${time()}000+00`;
    case 'current_date':
    case 'curdate':
      return time().slice(0, 10);
    case 'database':
    case 'current_database':
      return database ?? null;
    case 'user':
    case 'current_user':
      return server.dialect === 'mysql' ? `${user}@${host}` : user;
    case '@@hostname':
      return host;
    default:
      return undefined;
  }
}

/** Throws SqlError. */
export function runSelect(select: Select, table: Table | undefined, session: Asker): Output {
  const scope = scopeOf(table, select.from?.name ?? '', session);
  const columns = expand(select.columns, table, session.server.dialect);
  const wanted = columns.map(({ expression }) => expression);
  for (const expression of wanted) check(expression, scope, table);
  for (const expression of [select.where, ...select.groupBy]) if (expression) check(expression, scope, table);
  const source: readonly Row[] = table ? table.rows : [[]];
  const { where } = select;
  const chosen = where ? source.filter((row) => isTrue(evaluate(where, row, scope))) : source;
  const grouped = select.groupBy.length > 0 || wanted.some(hasAggregate);
  if (grouped) refuseUngrouped(wanted, select, scope);
  const groups = grouped ? groupRows(chosen, select.groupBy, scope) : chosen.map((row) => [row]);
  const lines = groups.map((group) => ({
    values: wanted.map((expression) => evaluate(expression, group[0] ?? [], scope, group)),
    keys: select.orderBy.map(({ expression }) => orderKey(expression, { columns, group, scope })),
  }));
  lines.sort((a, b) => order(a.keys, b.keys, select, session.server.dialect === 'postgres'));
  const end = select.limit === undefined ? undefined : select.offset + select.limit;
  return {
    columns: columns.map(({ name, expression }) => ({
      name,
      numeric: isNumber(expression, table, scope),
    })),
    rows: lines.slice(select.offset, end).map(({ values }) => values),
  };
}

interface Column {
  readonly expression: Expression;
  readonly name: string;
}

function expand(columns: readonly Selected[], table: Table | undefined, dialect: Dialect): Column[] {
  return columns.flatMap(({ expression, alias, text }): Column[] => {
    if (expression !== '*') return [{ expression, name: alias ?? nameOf(expression, text, dialect) }];
    return (table?.columns ?? []).map(({ name }) => ({ expression: { kind: 'column', name, at: 0 }, name }));
  });
}

/** What a column without a name is called: by its words in MySQL, by its function in PostgreSQL. */
function nameOf(expression: Expression, text: string, dialect: Dialect): string {
  if (expression.kind === 'column') return expression.name;
  if (dialect === 'mysql') return text;
  return expression.kind === 'call' ? expression.name.replace('*', '') : '?column?';
}

/** Names must exist even where no row asks for them. */
function check(expression: Expression, scope: Scope, table: Table | undefined): void {
  const empty = table?.columns.map(() => null) ?? [];
  evaluate(expression, empty, scope, hasAggregate(expression) ? [empty] : []);
}

function groupRows(rows: readonly Row[], by: readonly Expression[], scope: Scope): Row[][] {
  if (by.length === 0) return [[...rows]];
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(by.map((expression) => evaluate(expression, row, scope)));
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

function refuseUngrouped(wanted: readonly Expression[], { groupBy, from }: Select, scope: Scope): void {
  const known = groupBy.map((expression) => JSON.stringify({ ...expression, at: 0 }));
  for (const expression of wanted) {
    if (expression.kind !== 'column' || known.includes(JSON.stringify({ ...expression, at: 0 }))) continue;
    scope.column(expression.name, expression.at);
    throw new SqlError({
      kind: 'notGrouped',
      column: expression.name,
      table: from?.name ?? '',
      at: expression.at,
    });
  }
}

/** A number is the place of a column, a name may be an alias. */
function orderKey(
  expression: Expression,
  { columns, group, scope }: { columns: readonly Column[]; group: readonly Row[]; scope: Scope },
): Value {
  const byPlace =
    expression.kind === 'value' && typeof expression.value === 'number'
      ? columns[expression.value - 1]
      : undefined;
  const byAlias =
    expression.kind === 'column' ? columns.find(({ name }) => name === expression.name) : undefined;
  return evaluate((byPlace ?? byAlias)?.expression ?? expression, group[0] ?? [], scope, group);
}

function order(a: readonly Value[], b: readonly Value[], { orderBy }: Select, nullsLast: boolean): number {
  for (const [i, { descending }] of orderBy.entries()) {
    const [x = null, y = null] = [a[i], b[i]];
    const nulls = (nullsLast ? 1 : -1) * (Number(x === null) - Number(y === null));
    const result = nulls || (compare(x, y) ?? 0);
    if (result !== 0) return descending ? -result : result;
  }
  return 0;
}

function isNumber(expression: Expression, table: Table | undefined, scope: Scope): boolean {
  switch (expression.kind) {
    case 'column':
      return isNumeric(table?.columns[scope.column(expression.name, expression.at)]?.type ?? '');
    case 'value':
      return typeof expression.value === 'number';
    case 'call':
      if (['min', 'max'].includes(expression.name) && expression.args[0])
        return isNumber(expression.args[0], table, scope);
      return ['count*', 'count', 'sum', 'avg', 'length', 'abs', 'round'].includes(expression.name);
    case 'binary':
      return ['+', '-', '*', '/', '%'].includes(expression.operator);
    default:
      return expression.kind === 'unary' && expression.operator === '-';
  }
}
