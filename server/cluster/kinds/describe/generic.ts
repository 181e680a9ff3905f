import { annotationLines, eventLines, labelLines } from './common.ts';
import type { DescribeContext } from './context.ts';
import { type DescribeWriter, described } from './writer.ts';

const SKIPPED = new Set([
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.labels',
  '.metadata.annotations',
  '.metadata.managedFields',
]);

/** Any object, field by field. Models kubectl pkg/describe genericDescriber. */
export function describeGeneric(object: any, context: DescribeContext): string {
  const { metadata } = object;
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
    labelLines(w, 'Labels', metadata.labels);
    annotationLines(w, 'Annotations', metadata.annotations);
    contentLines(w, 0, object, '');
    eventLines(w, object, context);
  });
}

function contentLines(w: DescribeWriter, level: number, content: any, prefix: string): void {
  for (const field of Object.keys(content).sort()) {
    const value = content[field];
    const path = `${prefix}.${field}`;
    if (SKIPPED.has(path) || value === undefined) continue;
    const label = smartLabel(field);
    if (Array.isArray(value)) {
      w.line(level, `${label}:`);
      for (const child of value) {
        if (isMap(child)) contentLines(w, level + 1, child, path);
        else w.line(level + 1, goText(child));
      }
    } else if (isMap(value)) {
      w.line(level, `${label}:`);
      contentLines(w, level + 1, value, path);
    } else w.line(level, `${label}:\t${goText(value)}`);
  }
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function goText(value: unknown): string {
  if (value === null) return '<nil>';
  return Array.isArray(value) ? `[${value.map(goText).join(' ')}]` : `${value}`;
}

const ACRONYMS = new Set(['API', 'URL', 'UID', 'OSB', 'GUID']);

/** `creationTimestamp` as `Creation Timestamp`. Models kubectl pkg/describe smartLabelFor. */
export function smartLabel(field: string): string {
  if (/[^\p{L}-]/u.test(field)) return field;
  const parts = field.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}|[^\p{L}]+/gu) ?? [field];
  return parts
    .map((part) =>
      ACRONYMS.has(part.toUpperCase()) ? part.toUpperCase() : part.slice(0, 1).toUpperCase() + part.slice(1),
    )
    .join(' ');
}
