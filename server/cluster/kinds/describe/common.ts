import { goSort } from '../../../objects/go-sort.ts';
import { formatLabelSelector, since } from '../columns.ts';
import type { DescribeContext } from './context.ts';
import type { DescribeWriter } from './writer.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MAX_ANNOTATION = 140;

type Texts = Readonly<Record<string, string>> | undefined;

/** `Labels:  a=1` with the others below. Models kubectl printLabelsMultilineWithIndent. */
export function labelLines(w: DescribeWriter, title: string, labels: Texts, indent = ''): void {
  const keys = Object.keys(labels ?? {}).sort();
  w.write(0, `${indent}${title}:\t`);
  if (keys.length === 0) w.line(0, '<none>');
  keys.forEach((key, i) => {
    w.line(0, `${i > 0 ? `${indent}\t` : ''}${key}=${labels?.[key]}`);
  });
}

/** Models kubectl printAnnotationsMultilineWithIndent. */
export function annotationLines(w: DescribeWriter, title: string, annotations: Texts, indent = ''): void {
  const keys = Object.keys(annotations ?? {})
    .filter((key) => key !== LAST_APPLIED)
    .sort();
  w.write(0, `${indent}${title}:\t`);
  if (keys.length === 0) w.line(0, '<none>');
  keys.forEach((key, i) => {
    if (i > 0) w.write(0, `${indent}\t`);
    const value = (annotations?.[key] ?? '').replace(/\n$/, '');
    if (value.length + key.length + 2 <= MAX_ANNOTATION && !value.includes('\n')) {
      w.line(0, `${key}: ${value}`);
      return;
    }
    w.line(0, `${key}:`);
    for (const part of value.split('\n')) w.line(0, `${indent}\t  ${shorten(part, MAX_ANNOTATION - 2)}`);
  });
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}

/** Name, namespace, labels and annotations: how most descriptions begin. */
export function headLines(w: DescribeWriter, { metadata }: any): void {
  w.line(0, `Name:\t${metadata.name}`);
  if (metadata.namespace) w.line(0, `Namespace:\t${metadata.namespace}`);
  labelLines(w, 'Labels', metadata.labels);
  annotationLines(w, 'Annotations', metadata.annotations);
}

/** Models kubectl DescribeEvents. */
export function eventLines(w: DescribeWriter, object: any, context: DescribeContext): void {
  const events = context.events(object);
  if (!events) return;
  if (events.length === 0) {
    w.line(0, 'Events:\t<none>');
    return;
  }
  w.flush();
  w.line(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage');
  w.line(1, '----\t------\t----\t----\t-------');
  for (const event of sortedEvents(events)) {
    const from = event.source?.component || event.reportingComponent || '';
    w.line(
      1,
      `${event.type}\t${event.reason}\t${interval(event, context.now)}\t${from}\t${(event.message ?? '').trim()}`,
    );
  }
}

export function sortedEvents(events: readonly any[]): any[] {
  const time = ({ lastTimestamp }: any) => (lastTimestamp ? Date.parse(lastTimestamp) : 0);
  return goSort([...events], (a, b) => time(a) < time(b));
}

function interval({ eventTime, firstTimestamp, lastTimestamp, series, count = 0 }: any, now: number): string {
  const first = eventTime ? since(eventTime, now) : since(firstTimestamp, now);
  if (series) return `${since(series.lastObservedTime, now)} (x${series.count} over ${first})`;
  return count > 1 ? `${since(lastTimestamp, now)} (x${count} over ${first})` : first;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 1123 with a numeric zone: `Fri, 20 Nov 2026 23:56:12 +0000`. */
export function longTime(time: string | null | undefined): string {
  const date = new Date(time ? Date.parse(time) : Date.UTC(1, 0, 1) - 1900 * 365.2425 * 86_400_000);
  if (!time) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  const day = `${DAYS[date.getUTCDay()]}, ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]}`;
  return `${day} ${date.getUTCFullYear()} ${clock} +0000`;
}

/** Go's default form of a time: `2026-11-21 00:10:29 +0000 UTC`. */
export function goTime(time: string | null): string {
  if (!time) return '0001-01-01 00:00:00 +0000 UTC';
  return `${time.slice(0, 10)} ${time.slice(11, 19)} +0000 UTC`;
}

export function orNone(text: string | undefined): string {
  return text ? text : '<none>';
}

export function yesNo(value: boolean | undefined): string {
  return value ? 'True' : 'False';
}

/** `[a b]`, as Go prints a slice. */
export function goList(list: readonly unknown[] | undefined): string {
  return `[${(list ?? []).join(' ')}]`;
}

/** `Deployment/web`, or nothing without a controller. */
export function controllerOf({ metadata }: any): string | undefined {
  const owner = (metadata.ownerReferences ?? []).find(({ controller }: any) => controller);
  return owner ? `${owner.kind}/${owner.name}` : undefined;
}

/** The text of a label selector, for queries: empty selects everything. */
export function selectorText(selector: any): string {
  const text = formatLabelSelector(selector);
  return text === '<none>' ? '' : text;
}
