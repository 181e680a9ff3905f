import { humanDuration } from '../../../objects/human-duration.ts';
import { type ApiResource, kindName } from '../resources.ts';
import type { TabWriter } from '../tab-writer.ts';

type Fields = Record<string, any>;

/** Asks the server for a Table. */
export const TABLE_ACCEPT =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

export interface TableOptions {
  readonly wide: boolean;
  readonly noHeaders: boolean;
  readonly namespace: boolean;
  /** The resource whose kind stands before the names; undefined: names alone. */
  readonly kindOf: ApiResource | undefined;
  readonly labels: readonly string[];
  readonly showLabels: boolean;
  /** An EVENT column before all others. */
  readonly event?: boolean;
}

/** Prints Tables, headers once. Models cli-runtime's HumanReadablePrinter. */
export class TablePrinter {
  readonly #options: TableOptions;
  #headersDone = false;
  #columns: readonly Fields[] = [];

  constructor(options: TableOptions) {
    this.#options = options;
  }

  print(table: Fields, out: TabWriter, event = ''): void {
    if (Array.isArray(table['columnDefinitions']) && table['columnDefinitions'].length > 0)
      this.#columns = table['columnDefinitions'];
    const rows: Fields[] = table['rows'] ?? [];
    if (rows.length === 0) return;
    const { wide, noHeaders } = this.#options;
    const shown = this.#columns
      .map((column, index) => ({ column, index }))
      .filter(({ column }) => wide || !column['priority']);
    if (!noHeaders && !this.#headersDone) {
      out.write(`${this.#headers(shown.map(({ column }) => column)).join('\t')}\n`);
      this.#headersDone = true;
    }
    const { kindOf } = this.#options;
    const name = this.#columns.findIndex(({ format, type }) => format === 'name' && type === 'string');
    for (const row of rows) {
      const cells = shown.map(({ index }) => {
        const text = cellText(row['cells'][index]);
        return kindOf && index === name ? `${kindName(kindOf.kind, kindOf.group)}/${text}` : text;
      });
      out.write(`${this.#row(row, cells, event).join('\t')}\n`);
    }
  }

  #headers(columns: readonly Fields[]): string[] {
    const { namespace, labels, showLabels, event } = this.#options;
    return [
      ...(event ? ['EVENT'] : []),
      ...(namespace ? ['NAMESPACE'] : []),
      ...columns.map((column) => String(column['name']).toUpperCase()),
      ...labels.map((label) => (label.split('/').at(-1) as string).toUpperCase()),
      ...(showLabels ? ['LABELS'] : []),
    ];
  }

  #row(row: Fields, cells: readonly string[], event: string): string[] {
    const { namespace, labels, showLabels } = this.#options;
    const metadata = row['object']?.metadata ?? {};
    return [
      ...(this.#options.event ? [event] : []),
      ...(namespace ? [metadata.namespace ?? ''] : []),
      ...cells,
      ...labels.map((label) => metadata.labels?.[label] ?? ''),
      ...(showLabels ? [labelsText(metadata.labels)] : []),
    ];
  }
}

export function labelsText(labels: Fields | undefined): string {
  const pairs = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? '<none>' : pairs.map(([key, value]) => `${key}=${value}`).join(',');
}

/** Only the first line of a cell is shown. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const end = text.search(/[\f\n\r]/);
  return end < 0 ? text : `${text.slice(0, end)}...`;
}

/** The time since a timestamp, as an AGE column shows it. */
export function age(timestamp: string | undefined | null, now: number): string {
  return timestamp ? humanDuration(now - Date.parse(timestamp)) : '<unknown>';
}
