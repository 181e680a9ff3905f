import { nanoTime } from '../../sim/index.ts';
import { TemplateError } from '../go-template/syntax.ts';
import { GoTemplate } from '../go-template/template.ts';
import { DockerError } from './call.ts';

/** A table as docker's tabwriter lays it out: ten columns at least, three blanks between. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(10, ...rows.map((row) => (row[i] ?? '').length + 3)));
  return rows
    .map(
      (row) =>
        `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('')}\n`,
    )
    .join('');
}

/** One row of a listing: its values by the names that `--format` uses. */
export type Row = Readonly<Record<string, string>>;

/** A listing in docker's table, or as `--format` says: `json`, `table …`, or a template. */
export function listing(
  rows: readonly Row[],
  columns: Readonly<Record<string, string>>,
  format: string | undefined,
): string {
  if (format === 'json') return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  if (format === undefined || format === 'table') {
    const names = Object.keys(columns);
    return table([Object.values(columns), ...rows.map((row) => names.map((name) => row[name] ?? ''))]);
  }
  if (!format.startsWith('table ')) return rows.map((row) => `${fill(format, row)}\n`).join('');
  const template = format.slice('table '.length).replaceAll('\\t', '\t');
  const titles = fill(template, columns);
  return table([titles.split('\t'), ...rows.map((row) => fill(template, row).split('\t'))]);
}

/** A value as a Go template shows it; `{{json .Field}}` may stand anywhere in it. */
export function fill(format: string, value: unknown): string {
  const literals: string[] = [];
  const text = format
    .replaceAll('\\t', '\t')
    .replaceAll('\\n', '\n')
    .replace(/\{\{\s*json\s+(\.[\w.]*)\s*\}\}/g, (_all, path: string) => {
      literals.push(JSON.stringify(pathOf(value, path)));
      return `\0${literals.length - 1}\0`;
    });
  try {
    const shown = new GoTemplate(text).execute(value);
    return shown.replace(/\0(\d+)\0/g, (_all, index: string) => literals[Number(index)] ?? '');
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new DockerError(`template parsing error: ${error.message}`);
  }
}

function pathOf(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path.split('.').filter((part) => part !== ''))
    found = (found as Record<string, unknown> | undefined)?.[name];
  return found ?? null;
}

/** `2 seconds`, `About a minute`, `3 hours`. Models docker/go-units HumanDuration. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.round(seconds / 3600);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 14) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 60) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(hours / 24 / 365)} years`;
}

/** `1.234GB` of decimal units, `512MiB` of binary ones. */
export function bytesText(bytes: number, base: 1000 | 1024, digits: number): string {
  const units = base === 1000 ? ['B', 'kB', 'MB', 'GB', 'TB'] : ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [value, unit] = [bytes, 0];
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  return `${Number(value.toPrecision(digits))}${units[unit]}`;
}

/** `1g`, `512m`, `1073741824`: an amount of memory. Throws DockerError. */
export function parseBytes(text: string, flag: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s?([bkmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  if (number === undefined)
    throw new DockerError(`invalid argument "${text}" for "${flag}" flag: invalid size: '${text}'`, 125);
  const power = ['', 'k', 'm', 'g', 't'].indexOf((unit ?? '').toLowerCase().replace('b', ''));
  return Math.round(Number(number) * 1024 ** Math.max(0, power));
}

/** What the names of images begin with that have none. */
export const NAMELESS = 'sha256-';

/** `docker.io/library/nginx:latest` as people write it: `nginx:latest`. */
export function familiar(reference: string): string {
  return reference.replace(/^docker\.io\/(library\/)?/, '');
}

/** Time as the API gives it. */
export function stamp(ms: number | undefined, id: string): string {
  return ms === undefined ? '0001-01-01T00:00:00Z' : nanoTime(ms, id);
}

export const short = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);
