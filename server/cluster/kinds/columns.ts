import { humanDuration } from '../../objects/human-duration.ts';
import type { LabelSelector } from '../../objects/label-selector.ts';
import type { KubeObject } from '../../objects/object.ts';
import type { Cell, Column, RowContext } from './kind.ts';

export const NAME: Column = { name: 'Name', type: 'string', format: 'name' };
export const AGE: Column = { name: 'Age', type: 'string' };
export const CREATED_AT: Column = { name: 'Created At', type: 'date' };

export function text(name: string): Column {
  return { name, type: 'string' };
}

export function integer(name: string): Column {
  return { name, type: 'integer' };
}

export function boolean(name: string): Column {
  return { name, type: 'boolean' };
}

/** A column that only `-o wide` shows. */
export function wide(name: string, type: Column['type'] = 'string'): Column {
  return { name, type, priority: 1 };
}

/** The age of an object, or `<unknown>`. */
export function age(object: KubeObject, context: RowContext): string {
  return since(object.metadata.creationTimestamp, context.now);
}

/** How long ago a timestamp was. Models pkg/printers/internalversion translateTimestampSince. */
export function since(time: string | null | undefined, now: number): string {
  if (!time) return '<unknown>';
  return humanDuration(now - Date.parse(time));
}

/** The columns of kinds without a printer of their own. */
export const CREATED_COLUMNS: readonly Column[] = [NAME, CREATED_AT];

export function createdRow(object: KubeObject): Cell[] {
  return [object.metadata.name, object.metadata.creationTimestamp];
}

/** `a=b,c=d`, or `<none>`. Models apimachinery/pkg/labels FormatLabels. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined | null): string {
  const pairs = Object.keys(labels ?? {})
    .sort()
    .map((key) => `${key}=${labels?.[key]}`);
  return pairs.length > 0 ? pairs.join(',') : '<none>';
}

/** `a=b,c in (d,e),!f`, or `<none>`. Models apimachinery/pkg/apis/meta/v1 FormatLabelSelector. */
export function formatLabelSelector(selector: LabelSelector | undefined | null): string {
  const terms = [
    ...Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...(selector?.matchExpressions ?? []).map((one) => ({ key: one.key, text: formatExpression(one) })),
  ];
  terms.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return terms.length > 0 ? terms.map(({ text }) => text).join(',') : '<none>';
}

function formatExpression(expression: { key: string; operator: string; values?: readonly string[] }): string {
  const { key, operator, values = [] } = expression;
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort().join(',')})`;
}

/** Names and images of containers, each as one cell. */
export function containerCells(
  containers: readonly { name: string; image?: string }[] = [],
): [string, string] {
  return [containers.map(({ name }) => name).join(','), containers.map(({ image }) => image ?? '').join(',')];
}

/** `a,b,c + 2 more...`, or `<unset>`. */
export function listWithMore(list: readonly string[], max = 3): string {
  if (list.length === 0) return '<unset>';
  const shown = list.slice(0, max).join(',');
  return list.length > max ? `${shown} + ${list.length - max} more...` : shown;
}
