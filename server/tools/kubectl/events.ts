import { goSort } from '../../objects/go-sort.ts';
import type { Steps } from '../../sim/index.ts';
import { listAll } from './builder.ts';
import { KubectlError } from './errors.ts';
import { age } from './get/table.ts';
import type { Kubectl } from './kubectl.ts';
import { outputFormat, printerFor } from './printers.ts';
import { builtIn, pathOf } from './resources.ts';
import { TabWriter } from './tab-writer.ts';
import { watch } from './watch.ts';

type Fields = Record<string, any>;

/** Models kubectl/pkg/cmd/events/events.go. */
export function* events(k: Kubectl): Steps<void> {
  const { flags } = k;
  const types = flags.list('types');
  for (const type of types) {
    if (!/^(normal|warning)$/i.test(type)) throw new KubectlError('valid --types are Normal or Warning');
  }
  const target = yield* targetOf(k);
  const resource = builtIn('events');
  const all = flags.bool('all-namespaces');
  const namespace = all ? '' : k.namespace;
  const selectors: string[] = [];
  if (target) {
    selectors.push(`involvedObject.kind=${target.kind}`, `involvedObject.name=${target.name}`);
    if (target.apiVersion) selectors.push(`involvedObject.apiVersion=${target.apiVersion}`);
  }
  const fieldSelector = selectors.join(',');
  const wanted = (event: Fields) =>
    types.length === 0 || types.some((t) => t.toLowerCase() === String(event['type']).toLowerCase());
  const list = yield* listAll(k, resource, { namespace, fieldSelector, chunkSize: flags.int('chunk-size') });
  const items = goSort(list.items.filter(wanted), (a, b) => lastSeen(a) < lastSeen(b));
  const custom = outputFormat(k).format !== '';
  const follow = flags.bool('watch');
  if (items.length === 0 && !follow) {
    yield* k.err(all ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`);
    return;
  }
  const writer = new TabWriter();
  let headers = !flags.bool('no-headers');
  const show = function* (event: Fields): Steps<void> {
    if (headers)
      writer.write(
        `${[...(all ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'].join('\t')}\n`,
      );
    headers = false;
    writer.write(rowOf(event, all, k.now));
  };
  if (custom && !follow) {
    const printer = printerFor(k, '');
    // A list has no name.
    if (outputFormat(k).format === 'name') return;
    yield* k.out(
      printer.print(
        { kind: 'EventList', apiVersion: 'v1', metadata: {}, items: items.map(withTimes) },
        { typed: true },
      ),
    );
    return;
  }
  for (const event of items) yield* show(event);
  yield* k.out(writer.flush());
  if (!follow) return;
  const watcher = yield* watch(k, pathOf(resource, namespace), {
    query: { fieldSelector, resourceVersion: list['metadata'].resourceVersion },
  });
  try {
    for (;;) {
      const event = yield* watcher.next(k);
      if (!event) return;
      if (event.type === 'DELETED' || !wanted(event.object)) continue;
      yield* show(event.object);
      yield* k.out(writer.flush());
    }
  } finally {
    watcher.close();
  }
}

const NO_TIMES = { eventTime: null, firstTimestamp: null, lastTimestamp: null };

/** An object with the times that Go writes of events even where there are none. */
export function withTimes(object: Fields): Fields {
  return object['involvedObject'] ? { ...NO_TIMES, ...object } : object;
}

function* targetOf(k: Kubectl): Steps<{ kind: string; name: string; apiVersion: string } | undefined> {
  const text = k.flags.string('for');
  if (text === '') return undefined;
  const [type = '', name = '', ...more] = text.split('/');
  if (type === '' || name === '' || more.length > 0)
    throw new KubectlError('--for must be in resource/name form');
  const resource = yield* k.resourceOrNoMatch(type);
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  return { kind: resource.kind, name, apiVersion };
}

function lastSeen(event: Fields): number {
  const text =
    event['series']?.lastObservedTime ??
    event['lastTimestamp'] ??
    event['eventTime'] ??
    event['firstTimestamp'] ??
    event['metadata'].creationTimestamp;
  return text ? Date.parse(text) : 0;
}

/** How long ago, and how often, an event was seen. */
export function seen(event: Fields, now: number): string {
  const first = event['firstTimestamp'] ?? event['eventTime'];
  if (event['series'])
    return `${age(event['series'].lastObservedTime, now)} (x${event['series'].count} over ${age(event['eventTime'] ?? first, now)})`;
  if ((event['count'] ?? 0) > 1)
    return `${age(event['lastTimestamp'], now)} (x${event['count']} over ${age(first, now)})`;
  return age(first, now);
}

function rowOf(event: Fields, namespaced: boolean, now: number): string {
  const { kind, name } = event['involvedObject'] ?? {};
  const cells = [
    ...(namespaced ? [event['metadata'].namespace] : []),
    seen(event, now),
    event['type'],
    event['reason'],
    `${kind}/${name}`,
    String(event['message'] ?? '').trim(),
  ];
  return `${cells.map((cell) => cell ?? '').join('\t')}\n`;
}
