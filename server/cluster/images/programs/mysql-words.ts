import type { Problem } from '../sql/errors.ts';
import type { Outcome } from '../sql/server.ts';
import type { Value } from '../sql/syntax.ts';

/** Code, state and message of MySQL for what went wrong. */
export function mysqlError(problem: Problem, { user, host }: { user: string; host: string }): string {
  const [code, state, text] = words(problem, `'${user}'@'${host}'`);
  return `ERROR ${code} (${state})\0${text}`;
}

function words(problem: Problem, who: string): [code: number, state: string, text: string] {
  switch (problem.kind) {
    case 'syntax':
      return [
        1064,
        '42000',
        `You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${problem.near.slice(0, 80)}' at line 1`,
      ];
    case 'unsupported':
      return [1235, '42000', `This version of MySQL doesn't yet support '${problem.what}'`];
    case 'noDatabaseSelected':
      return [1046, '3D000', 'No database selected'];
    case 'noDatabase':
      return [1049, '42000', `Unknown database '${problem.name}'`];
    case 'databaseExists':
      return [1007, 'HY000', `Can't create database '${problem.name}'; database exists`];
    case 'dropNoDatabase':
      return [1008, 'HY000', `Can't drop database '${problem.name}'; database doesn't exist`];
    case 'noTable':
      return [1146, '42S02', `Table '${problem.database}.${problem.name}' doesn't exist`];
    case 'unknownTable':
      return [1051, '42S02', `Unknown table '${problem.database}.${problem.name}'`];
    case 'tableExists':
      return [1050, '42S01', `Table '${problem.name}' already exists`];
    case 'noColumn':
      return [1054, '42S22', `Unknown column '${problem.name}' in 'field list'`];
    case 'noFunction':
      return [1305, '42000', `FUNCTION ${problem.name} does not exist`];
    case 'duplicate':
      return [
        1062,
        '23000',
        `Duplicate entry '${problem.values.join('-')}' for key '${problem.table}.${problem.primary ? 'PRIMARY' : problem.columns[0]}'`,
      ];
    case 'notNull':
      return [1048, '23000', `Column '${problem.column}' cannot be null`];
    case 'noDefault':
      return [1364, 'HY000', `Field '${problem.column}' doesn't have a default value`];
    case 'columnCount':
      return [1136, '21S01', "Column count doesn't match value count at row 1"];
    case 'badValue':
      return [
        1366,
        'HY000',
        `Incorrect ${problem.type} value: '${problem.value}' for column '${problem.column}' at row 1`,
      ];
    case 'tooLong':
      return [1406, '22001', `Data too long for column '${problem.column}' at row 1`];
    case 'divisionByZero':
      return [1365, '22012', 'Division by 0'];
    case 'notGrouped':
      return [
        1140,
        '42000',
        `In aggregated query without GROUP BY, expression #1 of SELECT list contains nonaggregated column '${problem.table}.${problem.column}'; this is incompatible with sql_mode=only_full_group_by`,
      ];
    case 'userExists':
      return [1396, 'HY000', `Operation CREATE USER failed for '${problem.name}'@'%'`];
    case 'noUser':
      return [1396, 'HY000', `Operation DROP USER failed for '${problem.name}'@'%'`];
    case 'denied':
      return [1044, '42000', `Access denied for user ${who} to database '${problem.database}'`];
    case 'diskFull':
      return [1114, 'HY000', `The table '${problem.table}' is full`];
  }
}

function shown(value: Value): string {
  if (value === null) return 'NULL';
  return typeof value === 'boolean' ? String(Number(value)) : String(value);
}

/** How the client shows an outcome: in boxes, or a line each with tabs between. */
export function mysqlOutput(
  outcome: Outcome,
  options: { boxes: boolean; talks: boolean; names: boolean },
): string {
  const time = '(0.00 sec)';
  if (outcome.kind === 'done') {
    if (outcome.tag === 'USE') return options.talks ? 'Database changed\n' : '';
    if (!options.talks) return '';
    const { affected, matched, tag } = outcome;
    const more = tag.startsWith('UPDATE')
      ? `\nRows matched: ${matched}  Changed: ${affected}  Warnings: 0`
      : '';
    return `Query OK, ${affected} row${affected === 1 ? '' : 's'} affected ${time}${more}\n\n`;
  }
  const rows = outcome.rows.map((row) => row.map(shown));
  const names = outcome.columns.map(({ name }) => name);
  if (!options.boxes)
    return [...(options.names && rows.length > 0 ? [names] : []), ...rows]
      .map((row) => `${row.join('\t')}\n`)
      .join('');
  const count = rows.length === 1 ? '1 row' : `${rows.length} rows`;
  if (rows.length === 0) return options.talks ? `Empty set ${time}\n\n` : '';
  return `${box(names, rows, outcome)}${options.talks ? `${count} in set ${time}\n\n` : ''}`;
}

function box(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  { columns }: Extract<Outcome, { kind: 'rows' }>,
): string {
  const widths = names.map((name, i) => Math.max(name.length, ...rows.map((row) => (row[i] ?? '').length)));
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const line = (row: readonly string[], isHead: boolean) =>
    `|${row
      .map((cell, i) => {
        const width = widths[i] as number;
        const right = !isHead && columns[i]?.numeric;
        return ` ${right ? cell.padStart(width) : cell.padEnd(width)} `;
      })
      .join('|')}|\n`;
  return `${rule}${line(names, true)}${rule}${rows.map((row) => line(row, false)).join('')}${rule}`;
}
