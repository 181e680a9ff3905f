import { goJson } from '../../kubectl/go-json.ts';
import { toYaml } from '../../kubectl/yaml.ts';
import { HelmError } from '../errors.ts';
import { formatTime } from '../functions/dates.ts';

export type Format = 'table' | 'json' | 'yaml';

export function formatOf(text: string): Format {
  if (text === 'table' || text === 'json' || text === 'yaml') return text;
  throw new HelmError(
    `invalid argument ${JSON.stringify(text)} for "-o, --output" flag: invalid format type`,
  );
}

/** A value in a form that programs read. */
export function encoded(value: unknown, format: Exclude<Format, 'table'>): string {
  return format === 'json' ? `${goJson(value, { sorted: false })}\n` : toYaml(value);
}

/** Cells in columns, all of them padded. Models gosuri/uitable. `most`: widest that a column gets. */
export function tableText(rows: readonly (readonly string[])[], most = Number.POSITIVE_INFINITY): string {
  const cell = (text: string) =>
    [...text].length > most ? `${[...text].slice(0, most - 3).join('')}...` : text;
  const cut = rows.map((row) => row.map(cell));
  const widths = (cut[0] ?? []).map((_, i) => Math.max(...cut.map((row) => [...(row[i] ?? '')].length)));
  return cut
    .map(
      (row) =>
        `${row.map((text, i) => text + ' '.repeat((widths[i] as number) - [...text].length)).join('\t')}\n`,
    )
    .join('');
}

/** `Mon Jan  2 15:04:05 2006` */
export function ansiTime(stamp: string): string {
  return formatTime(Date.parse(stamp), 'Mon Jan _2 15:04:05 2006');
}

/** As time.Time prints itself. */
export function longTime(stamp: string): string {
  const [, date, time, fraction = ''] = /^(\S+)T(\d\d:\d\d:\d\d)(?:\.(\d+))?Z?/.exec(stamp) ?? [];
  const digits = fraction.replace(/0+$/, '');
  return `${date} ${time}${digits && `.${digits}`} +0000 UTC`;
}
