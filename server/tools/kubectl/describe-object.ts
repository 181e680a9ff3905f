import { eventLines, headLines } from '../../cluster/kinds/describe/common.ts';
import type { DescribeContext, Describer } from '../../cluster/kinds/describe/context.ts';
import { type DescribeWriter, described } from '../../cluster/kinds/describe/writer.ts';
import type { KubeObject } from '../../objects/object.ts';

const DESCRIBERS: Readonly<Record<string, Describer>> = {};

/** An object as `kubectl describe` shows it. */
export function describeObject(object: KubeObject, context: DescribeContext): string {
  const group = object.apiVersion.includes('/') ? (object.apiVersion.split('/')[0] as string) : '';
  const describer = DESCRIBERS[group === '' ? object.kind : `${object.kind}.${group}`];
  return describer ? describer(object, context) : generic(object, context);
}

/** Objects of kinds without a describer: their fields by name. Models describe.go genericDescriber. */
function generic(object: KubeObject, context: DescribeContext): string {
  return described((w) => {
    headLines(w, object);
    const {
      namespace: _n,
      name: _m,
      labels: _l,
      annotations: _a,
      managedFields: _f,
      ...metadata
    } = object.metadata;
    const fields: Record<string, unknown> = { ...object, metadata };
    content(w, 0, fields);
    eventLines(w, object, context);
  });
}

function content(w: DescribeWriter, level: number, fields: Record<string, unknown>): void {
  for (const key of Object.keys(fields).sort()) value(w, level, label(key), fields[key]);
}

function value(w: DescribeWriter, level: number, name: string, item: unknown): void {
  if (Array.isArray(item)) {
    w.line(level, `${name}:`);
    for (const part of item) {
      if (typeof part === 'object' && part !== null && !Array.isArray(part))
        content(w, level + 1, part as Record<string, unknown>);
      else w.line(level + 1, String(part ?? '<nil>'));
    }
  } else if (typeof item === 'object' && item !== null) {
    w.line(level, `${name}:`);
    content(w, level + 1, item as Record<string, unknown>);
  } else w.line(level, `${name}:\t${item ?? '<nil>'}`);
}

/** `creationTimestamp` as `Creation Timestamp`. Models describe.go smartLabelFor. */
function label(field: string): string {
  if (/[^a-zA-Z0-9]/.test(field)) return field;
  const words = field.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[A-Z]/g) ?? [field];
  return words
    .map((word) =>
      /^(id|api|uid|url)$/i.test(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join(' ');
}
