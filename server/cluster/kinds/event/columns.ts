import { NAME, since, text, wide } from '../columns.ts';
import type { Cell, Column, RowContext } from '../kind.ts';

export const COLUMNS: readonly Column[] = [
  text('Last Seen'),
  text('Type'),
  text('Reason'),
  text('Object'),
  wide('Subobject'),
  wide('Source'),
  text('Message'),
  wide('First Seen'),
  wide('Count'),
  { ...NAME, priority: 1 },
];

/** Models pkg/printers/internalversion printEvent. */
export function row(event: any, { now }: RowContext): Cell[] {
  const { involvedObject = {}, source = {}, series } = event;
  const first = event.firstTimestamp ?? event.eventTime;
  const last = series?.lastObservedTime ?? event.lastTimestamp;
  const kind = (involvedObject.kind ?? '').toLowerCase();
  const component = source.component || event.reportingComponent || '';
  const instance = source.host || event.reportingInstance || '';
  return [
    last ? since(last, now) : since(first, now),
    event.type ?? '',
    event.reason ?? '',
    involvedObject.name ? `${kind}/${involvedObject.name}` : kind,
    involvedObject.fieldPath ?? '',
    instance === '' ? component : `${component}, ${instance}`,
    (event.message ?? '').trim(),
    since(first, now),
    series ? series.count : event.count || 1,
    event.metadata.name,
  ];
}
