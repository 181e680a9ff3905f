import { stringify } from 'yaml';
import type { Options } from '../../shell/options.ts';
import { TemplateError } from '../go-template/syntax.ts';
import { GoTemplate } from '../go-template/template.ts';
import { Fatal } from './connection.ts';

/** Keys in alphabetical order all the way down, as a Go map is printed. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]),
  );
}

export function json(value: unknown): string {
  return `${JSON.stringify(sorted(value), null, 2)}\n`;
}

/** A value as `-o` asks for; undefined where a table is wanted. */
export function formatted(
  options: Options,
  value: () => unknown,
  usual: 'json' | 'table',
): string | undefined {
  const format = options.get('o') ?? (options.has('template') ? 'go-template' : usual);
  switch (format) {
    case 'table':
      return undefined;
    case 'json':
      return json(value());
    case 'yaml':
      return stringify(sorted(value()), { lineWidth: 0 });
    case 'go-template':
      return `${filled(options.get('template') ?? '', value())}\n`;
    default:
      throw new Fatal(`unsupported output format: ${JSON.stringify(format)}`);
  }
}

function filled(template: string, value: unknown): string {
  try {
    return new GoTemplate(template, { name: 'tmplExecuteRawJSON' }).execute(sorted(value));
  } catch (error) {
    if (error instanceof TemplateError) throw new Fatal(`failed to template data: ${error.message}`);
    throw error;
  }
}
