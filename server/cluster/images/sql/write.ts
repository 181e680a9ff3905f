import { charge } from '../../../sim/index.ts';
import type { Table } from './catalog.ts';
import { SqlError } from './errors.ts';
import { compare, evaluate, isTrue, type Scope } from './evaluate.ts';
import { type Asker, scopeOf } from './select.ts';
import type { ColumnDefinition, Expression, Statement, Value } from './syntax.ts';
import { fitTo } from './values.ts';

type Writing = Extract<Statement, { kind: 'insert' | 'update' | 'delete' | 'truncate' }>;
type Row = readonly Value[];

export interface Changed {
  readonly table: Table;
  readonly tag: string;
  readonly affected: number;
  /** Rows that a condition found, changed or not. */
  readonly matched: number;
}

/** A table as it is after a statement. Throws SqlError, and nothing has changed then. */
export function changeRows(statement: Writing, table: Table, session: Asker): Changed {
  const scope = scopeOf(table, statement.table.name, session);
  switch (statement.kind) {
    case 'insert':
      return insert(statement, table, scope);
    case 'update':
      return update(statement, table, scope);
    case 'delete': {
      const { where } = statement;
      const kept = where ? table.rows.filter((row) => !isTrue(evaluate(where, row, scope))) : [];
      const gone = table.rows.length - kept.length;
      return { table: { ...table, rows: kept }, tag: `DELETE ${gone}`, affected: gone, matched: gone };
    }
    case 'truncate':
      return { table: { ...table, rows: [], next: 1 }, tag: 'TRUNCATE TABLE', affected: 0, matched: 0 };
  }
}

function insert(statement: Extract<Writing, { kind: 'insert' }>, table: Table, scope: Scope): Changed {
  const places = statement.columns
    ? statement.columns.map((name) => scope.column(name, statement.table.at))
    : table.columns.map((_, i) => i);
  const rows = [...table.rows];
  let { next } = table;
  for (const given of statement.rows) {
    const isShort = given.length < places.length;
    const mayBeShort = isShort && scope.dialect === 'postgres' && !statement.columns;
    if (given.length !== places.length && !mayBeShort)
      throw new SqlError({ kind: 'columnCount', many: given.length > places.length });
    const row = table.columns.map((column, i): Value => {
      const at = places.indexOf(i);
      const expression = at < 0 || at >= given.length ? undefined : given[at];
      const value = expression && !isDefault(expression) ? evaluate(expression, [], scope) : undefined;
      if (value !== undefined && value !== null) return fitTo(value, column, scope.dialect);
      if (column.serial && (value === undefined || scope.dialect === 'mysql')) return next;
      if (value === null) return null;
      return fallback(column, statement.table.name, scope);
    });
    const counting = table.columns.findIndex(({ serial }) => serial);
    if (counting >= 0) next = Math.max(next, Number(row[counting])) + 1;
    requireValues(row, table, statement.table.name);
    refuseDuplicate(row, rows, table, statement.table.name);
    rows.push(row);
  }
  const count = statement.rows.length;
  return { table: { ...table, rows, next }, tag: `INSERT 0 ${count}`, affected: count, matched: count };
}

function isDefault(expression: Expression): boolean {
  return expression.kind === 'column' && expression.name.toUpperCase() === 'DEFAULT';
}

function fallback(column: ColumnDefinition, table: string, scope: Scope): Value {
  if (column.fallback) return fitTo(evaluate(column.fallback, [], scope), column, scope.dialect);
  if (column.notNull && scope.dialect === 'mysql')
    throw new SqlError({ kind: 'noDefault', table, column: column.name, row: '' });
  return null;
}

function update(statement: Extract<Writing, { kind: 'update' }>, table: Table, scope: Scope): Changed {
  const changes = statement.changes.map(({ column, value, at }) => ({
    place: scope.column(column, at),
    value,
  }));
  const { where } = statement;
  let [matched, affected] = [0, 0];
  const rows: Row[] = [...table.rows];
  for (const [i, row] of table.rows.entries()) {
    if (where && !isTrue(evaluate(where, row, scope))) continue;
    matched++;
    const changed = [...row];
    for (const { place, value } of changes)
      changed[place] = fitTo(
        evaluate(value, row, scope),
        table.columns[place] as ColumnDefinition,
        scope.dialect,
      );
    if (changed.every((value, at) => value === row[at])) continue;
    affected++;
    requireValues(changed, table, statement.table.name);
    refuseDuplicate(
      changed,
      rows.filter((_, at) => at !== i),
      table,
      statement.table.name,
    );
    rows[i] = changed;
  }
  return { table: { ...table, rows }, tag: `UPDATE ${matched}`, affected, matched };
}

function requireValues(row: Row, { columns }: Table, table: string): void {
  const at = columns.findIndex(({ notNull }, i) => notNull && row[i] === null);
  if (at < 0) return;
  const shown = row.map((value) => value ?? 'null').join(', ');
  throw new SqlError({ kind: 'notNull', table, column: (columns[at] as ColumnDefinition).name, row: shown });
}

function refuseDuplicate(row: Row, others: readonly Row[], table: Table, name: string): void {
  const keys = [
    ...(table.primaryKey.length > 0 ? [table.primaryKey] : []),
    ...table.columns.filter(({ unique }) => unique).map((column) => [column.name]),
  ];
  for (const columns of keys) {
    const places = columns.map((column) => table.columns.findIndex((one) => one.name === column));
    charge(others.length);
    const same = (other: Row) => places.every((at) => compare(row[at] ?? null, other[at] ?? null) === 0);
    if (others.some(same))
      throw new SqlError({
        kind: 'duplicate',
        table: name,
        columns,
        values: places.map((at) => String(row[at])),
        primary: columns === table.primaryKey,
      });
  }
}
