import type { Problem } from '../sql/errors.ts';
import type { Value } from '../sql/syntax.ts';

/** A problem in PostgreSQL's words: the message, and the lines that follow it. */
export function postgresError(problem: Problem, statement: string): { message: string; more: string } {
  const at = 'at' in problem ? problem.at : undefined;
  const lines = at === undefined ? '' : position(statement, at);
  const [message, detail = ''] = words(problem, statement);
  return { message, more: `${lines}${detail}` };
}

/** The line that the problem stands on, and a mark below it. */
function position(statement: string, at: number): string {
  const start = statement.lastIndexOf('\n', at - 1) + 1;
  const end = statement.indexOf('\n', at);
  const number = statement.slice(0, at).split('\n').length;
  const head = `LINE ${number}: `;
  const line = statement.slice(start, end < 0 ? undefined : end);
  return `${head}${line}\n${' '.repeat(head.length + at - start)}^\n`;
}

function words(problem: Problem, statement: string): [message: string, detail?: string] {
  switch (problem.kind) {
    case 'syntax': {
      const near = /^(?:\w+|'[^']*'|.)/.exec(problem.near.trimStart())?.[0];
      return [near === undefined ? 'syntax error at end of input' : `syntax error at or near "${near}"`];
    }
    case 'unsupported':
      return [`${problem.what} is not supported`];
    case 'noDatabaseSelected':
      return ['no schema has been selected to create in'];
    case 'noDatabase':
    case 'dropNoDatabase':
      return [`database "${problem.name}" does not exist`];
    case 'databaseExists':
      return [`database "${problem.name}" already exists`];
    case 'noTable':
      return [`relation "${problem.name}" does not exist`];
    case 'unknownTable':
      return [`table "${problem.name}" does not exist`];
    case 'tableExists':
      return [`relation "${problem.name}" already exists`];
    case 'noColumn':
      return [
        /^\s*insert/i.test(statement)
          ? `column "${problem.name}" of relation "${problem.table}" does not exist`
          : `column "${problem.name}" does not exist`,
      ];
    case 'noFunction':
      return [
        `function ${problem.name}() does not exist`,
        'HINT:  No function matches the given name and argument types. You might need to add explicit type casts.\n',
      ];
    case 'duplicate':
      return [
        `duplicate key value violates unique constraint "${problem.primary ? `${problem.table}_pkey` : `${problem.table}_${problem.columns[0]}_key`}"`,
        `DETAIL:  Key (${problem.columns.join(', ')})=(${problem.values.join(', ')}) already exists.\n`,
      ];
    case 'notNull':
    case 'noDefault':
      return [
        `null value in column "${problem.column}" of relation "${problem.table}" violates not-null constraint`,
        `DETAIL:  Failing row contains (${problem.row}).\n`,
      ];
    case 'columnCount':
      return [
        problem.many
          ? 'INSERT has more expressions than target columns'
          : 'INSERT has more target columns than expressions',
      ];
    case 'badValue':
      return [`invalid input syntax for type ${problem.type}: "${problem.value}"`];
    case 'tooLong':
      return [`value too long for type ${problem.type.replace(/^varchar/, 'character varying')}`];
    case 'divisionByZero':
      return ['division by zero'];
    case 'notGrouped':
      return [
        `column "${problem.table}.${problem.column}" must appear in the GROUP BY clause or be used in an aggregate function`,
      ];
    case 'userExists':
      return [`role "${problem.name}" already exists`];
    case 'noUser':
      return [`role "${problem.name}" does not exist`];
    case 'denied':
      return [`permission denied for database ${problem.database}`];
    case 'diskFull':
      return ['could not extend file: No space left on device', 'HINT:  Check free disk space.\n'];
  }
}

export interface Printed {
  readonly title?: string;
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[];
  readonly rows: readonly (readonly Value[])[];
  /** Instead of the count of rows. */
  readonly footer?: string;
}

export interface PrintOptions {
  readonly aligned: boolean;
  readonly tuplesOnly: boolean;
}

function shown(value: Value): string {
  if (value === null) return '';
  return typeof value === 'boolean' ? (value ? 't' : 'f') : String(value);
}

/** Models psql's print_aligned_text and print_unaligned_text. */
export function printTable({ title, columns, rows, footer }: Printed, options: PrintOptions): string {
  const cells = rows.map((row) => row.map((value) => shown(value).split('\n')));
  const names = columns.map(({ name }) => name);
  const count = footer ?? `(${rows.length} row${rows.length === 1 ? '' : 's'})\n`;
  if (!options.aligned) {
    const lines = [...(options.tuplesOnly ? [] : [names]), ...rows.map((row) => row.map(shown))];
    return `${lines.map((line) => line.join('|')).join('\n')}${lines.length > 0 ? '\n' : ''}${options.tuplesOnly ? '' : count}`;
  }
  const widths = names.map((name, i) =>
    Math.max(
      options.tuplesOnly ? 0 : name.length,
      ...cells.flatMap((row) => (row[i] ?? []).map(({ length }) => length)),
    ),
  );
  const body = cells.map((row) => aligned(row, widths, columns)).join('');
  if (options.tuplesOnly) return `${body}\n`;
  const total = widths.reduce((sum, width) => sum + width + 3, -1);
  const head = names.map((name, i) => centred(name, widths[i] as number)).join('|');
  const rule = widths.map((width) => '-'.repeat(width + 2)).join('+');
  const above =
    title === undefined ? '' : `${' '.repeat(Math.max(0, Math.floor((total - title.length) / 2)))}${title}\n`;
  return `${above}${head}\n${rule}\n${body}${count}\n`;
}

function centred(name: string, width: number): string {
  const left = Math.floor((width - name.length) / 2);
  return ` ${' '.repeat(left)}${name}${' '.repeat(width - name.length - left)} `;
}

/** A row; cells of several lines go on below with a mark. */
function aligned(
  row: readonly (readonly string[])[],
  widths: readonly number[],
  columns: Printed['columns'],
): string {
  const height = Math.max(1, ...row.map(({ length }) => length));
  return Array.from({ length: height }, (_, at) => {
    const last = row.length - 1;
    return `${row
      .map((lines, i) => {
        const text = lines[at] ?? '';
        const width = widths[i] as number;
        const goesOn = at < lines.length - 1;
        const padded = columns[i]?.numeric
          ? text.padStart(width)
          : i === last && !goesOn
            ? text
            : text.padEnd(width);
        return ` ${padded}${goesOn ? '+' : i === last ? '' : ' '}`;
      })
      .join('|')}\n`;
  }).join('');
}
