import { ApiError } from '../../../objects/api-error.ts';
import { relaxedJsonPath } from '../../../objects/jsonpath.ts';
import type { Steps } from '../../../sim/index.ts';
import { fileFlags, hasFiles, type Info, MISSING_RESOURCE, type Selection, select } from '../builder.ts';
import { ExitError, KubectlError, throwAll } from '../errors.ts';
import { goJson } from '../go-json.ts';
import type { Kubectl } from '../kubectl.ts';
import { FORMATS, formatPrinter, outputFormat, type Printer } from '../printers.ts';
import { sendRaw } from '../raw.ts';
import { type ApiResource, pathOf } from '../resources.ts';
import { TabWriter } from '../tab-writer.ts';
import { type Event, watch } from '../watch.ts';
import { CustomColumnsPrinter, customColumns } from './custom-columns.ts';
import { sortBy, UnsortableError } from './sort.ts';
import { age, TABLE_ACCEPT, TablePrinter } from './table.ts';

type Fields = Record<string, any>;

const ALL_FORMATS = [...FORMATS, 'custom-columns', 'custom-columns-file', 'wide'].sort();

/** Models kubectl/pkg/cmd/get/get.go. */
export function* get(k: Kubectl): Steps<void> {
  yield* validate(k);
  if (k.flags.string('raw') !== '') {
    yield* sendRaw(k, 'GET');
    return;
  }
  const { format, argument } = outputFormat(k);
  const human = format === '' || format === 'wide';
  const printer = human ? undefined : genericPrinter(k, format, argument);
  if (k.flags.bool('watch') || k.flags.bool('watch-only')) yield* getWatch(k, printer);
  else if (printer) yield* getGeneric(k, printer);
  else yield* getTables(k);
}

/** What is not printed by the server has a name and an age. */
function asTable(object: Fields, now: number): Fields {
  if (object['kind'] === 'Table') return object;
  const { name, creationTimestamp } = object['metadata'] ?? {};
  return {
    kind: 'Table',
    columnDefinitions: [{ name: 'Name', type: 'string', format: 'name' }, { name: 'Age' }],
    rows: [{ cells: [name, age(creationTimestamp, now)], object }],
  };
}

function* validate(k: Kubectl): Steps<void> {
  const { flags } = k;
  const raw = flags.string('raw');
  if (raw !== '') {
    if (k.args.length > 0) throw new KubectlError('arguments may not be passed when --raw is specified');
    const clash = ['watch', 'watch-only'].some((name) => flags.bool(name)) || flags.string('selector') !== '';
    if (clash)
      throw new KubectlError(
        '--raw may not be specified with other flags that filter the server request or alter the output',
      );
    if (flags.string('output') !== '') throw new KubectlError('--raw and --output are mutually exclusive');
    return;
  }
  const output = flags.string('output');
  if (flags.bool('show-labels') && output !== '' && output !== 'wide')
    throw new KubectlError(`--show-labels option cannot be used with ${output} printer`);
  if (flags.bool('output-watch-events') && !(flags.bool('watch') || flags.bool('watch-only')))
    throw new KubectlError('--output-watch-events option can only be used with --watch or --watch-only');
  if (k.args.length > 0 || hasFiles(k)) return;
  yield* k.err(
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n',
  );
  throw k.usage(
    'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).',
  );
}

function selectionOf(k: Kubectl): Selection {
  const { flags } = k;
  return {
    args: k.args,
    ...fileFlags(k),
    allowAll: true,
    allNamespaces: flags.bool('all-namespaces'),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    chunkSize: flags.int('chunk-size'),
    subresource: flags.string('subresource'),
    ignoreNotFound: flags.bool('ignore-not-found'),
    latest: true,
  };
}

function genericPrinter(k: Kubectl, format: string, argument: string): Printer | CustomColumnsPrinter {
  if (format.startsWith('custom-columns')) {
    if (format !== 'custom-columns' && format !== 'custom-columns-file') throw unknownFormat(k);
    return customColumns(k, format, argument);
  }
  const printer = formatPrinter(k, format, argument);
  if (!printer) throw unknownFormat(k);
  return printer;
}

function unknownFormat(k: Kubectl): KubectlError {
  return new KubectlError(
    `unable to match a printer suitable for the output format "${k.flags.string('output')}", allowed formats are: ${ALL_FORMATS.join(',')}`,
  );
}

/** Objects as they are: one alone, or a List. */
function* getGeneric(k: Kubectl, printer: Printer | CustomColumnsPrinter): Steps<void> {
  const { infos, errors, single } = yield* select(k, selectionOf(k));
  if (k.flags.bool('ignore-not-found') && infos.length === 0 && errors.length === 0) return;
  let objects = infos.map((info) => info.object as Fields);
  const field = k.flags.string('sort-by');
  if (field !== '') objects = yield* orFatal(k, OBJECTS, () => sortBy(field, objects, (object) => object));
  if (!(infos.length === 0 && errors.length > 0)) {
    const list = { apiVersion: 'v1', items: objects, kind: 'List', metadata: { resourceVersion: '' } };
    const object = single && objects.length === 1 ? (objects[0] as Fields) : list;
    yield* k.out(printObject(printer, object));
  }
  throwAll(errors);
}

function printObject(printer: Printer | CustomColumnsPrinter, object: Fields): string {
  if (!(printer instanceof CustomColumnsPrinter)) return printer.print(object);
  const writer = new TabWriter();
  printer.print(object, writer);
  return writer.flush();
}

function* getTables(k: Kubectl): Steps<void> {
  const field = k.flags.string('sort-by');
  const selected = yield* select(k, {
    ...selectionOf(k),
    ...(k.flags.bool('server-print') ? { table: field !== '' ? 'Object' : 'Metadata' } : {}),
  });
  const { errors } = selected;
  const infos = selected.infos.map((info) => ({ ...info, object: asTable(info.object as Fields, k.now) }));
  if (field !== '') {
    const sorted = yield* orFatal(k, ROWS, () => sortTables(k, field, infos));
    if (!sorted) infos.length = 0;
  }
  const several = new Set(infos.map((info) => `${info.resource.group}/${info.resource.kind}`)).size > 1;
  const out = new TabWriter();
  let text = '';
  let last: ApiResource | undefined;
  let printer: TablePrinter | undefined;
  for (const info of infos) {
    if (last !== info.resource) {
      text += out.flush();
      out.reset();
      printer = tablePrinter(k, info.resource, several);
      last = info.resource;
    }
    const separate = text !== '' && !out.pending && !k.flags.bool('no-headers');
    const before = out.pending;
    printer?.print(info.object as Fields, out);
    if (separate && !before && out.pending) text += '\n';
  }
  text += out.flush();
  yield* k.out(text);
  if (text === '' && !k.flags.bool('ignore-not-found') && errors.length === 0) yield* noResources(k, infos);
  throwAll(errors);
}

function* noResources(k: Kubectl, infos: readonly Info[]): Steps<void> {
  const namespaced = !k.flags.bool('all-namespaces') && infos.every((info) => info.resource.namespaced);
  yield* k.err(namespaced ? `No resources found in ${k.namespace} namespace.\n` : 'No resources found\n');
}

/**
 * Rows of all tables of a kind in the order of a field. A field that no row has is told of where there are several
 * tables; a single one is just not shown.
 */
function sortTables(k: Kubectl, field: string, infos: Info[]): boolean {
  // Several tables are looked at themselves, and seldom have the field.
  if (infos.length > 1 && k.flags.bool('server-print')) sortBy(field, infos, (info) => info.object as Fields);
  try {
    for (const info of infos) {
      const table = info.object as Fields;
      const rows = sortBy(field, (table['rows'] ?? []) as Fields[], (row) => row['object'] ?? {});
      info.object = { ...table, rows };
    }
    return true;
  } catch (error) {
    if (!(error instanceof KubectlError) || infos.length > 1) throw error;
    return false;
  }
}

/** Where sorting dies, and what it calls the things that it sorts. */
interface Sorting {
  readonly place: string;
  readonly type: string;
}

const OBJECTS: Sorting = { place: 'sorter.go:329', type: '*unstructured.Unstructured' };
const ROWS: Sorting = { place: 'sorter.go:375', type: '[][][]reflect.Value' };

function* orFatal<T>(k: Kubectl, { place, type }: Sorting, sort: () => T): Steps<T> {
  try {
    return sort();
  } catch (error) {
    if (!(error instanceof UnsortableError)) throw error;
    const field = relaxedJsonPath(k.flags.string('sort-by'));
    yield* k.klog('F', place, `Field ${field} in ${type} ${error.message}`);
    throw new ExitError(1);
  }
}

function tablePrinter(k: Kubectl, resource: ApiResource, several: boolean): TablePrinter {
  const { flags } = k;
  return new TablePrinter({
    wide: flags.string('output') === 'wide',
    noHeaders: flags.bool('no-headers'),
    namespace: flags.bool('all-namespaces') && resource.namespaced,
    kindOf: several || flags.bool('show-kind') ? resource : undefined,
    labels: flags.list('label-columns').map((label) => label.trim()),
    showLabels: flags.bool('show-labels'),
    event: flags.bool('output-watch-events'),
  });
}

interface WatchTarget {
  readonly resource: ApiResource;
  readonly namespace: string;
  readonly fieldSelector: string;
}

/** --watch and --watch-only. Models get.go watch. */
function* getWatch(k: Kubectl, printer: Printer | CustomColumnsPrinter | undefined): Steps<void> {
  const { flags } = k;
  if (flags.string('sort-by') !== '')
    yield* k.err('warning: --watch requested, --sort-by will be ignored for watch events received\n');
  const selection = { ...selectionOf(k), ...(printer ? {} : { table: 'Metadata' as const }) };
  const { infos, errors, lists } = yield* select(k, selection);
  throwAll(errors);
  const resources = new Set([...infos.map((info) => info.resource), ...lists.map((list) => list.resource)]);
  if (resources.size === 0) throw new KubectlError(MISSING_RESOURCE);
  if (resources.size > 1) throw new KubectlError('you may only specify a single resource type');
  const [resource] = [...resources] as [ApiResource];
  const listed = lists[0];
  const named = infos[0];
  const target: WatchTarget = {
    resource,
    namespace: listed ? listed.namespace : (named?.namespace ?? ''),
    fieldSelector: listed ? flags.string('field-selector') : `metadata.name=${named?.name}`,
  };
  const version = listed?.resourceVersion ?? named?.object?.['metadata']?.resourceVersion;
  const show = watchPrinter(k, resource, printer);
  if (!flags.bool('watch-only')) {
    for (const info of infos) {
      const event = { type: 'ADDED', object: info.object as Fields };
      yield* k.out(show(event));
    }
  }
  if (lists.length === 0 && infos.length > 1)
    throw new KubectlError('you may only watch a single resource or type of resource at a time');
  yield* follow(k, target, { version, show, human: printer === undefined });
}

function* follow(
  k: Kubectl,
  target: WatchTarget,
  options: { version: string; show: (event: Event) => string; human: boolean },
): Steps<void> {
  const watcher = yield* watch(k, pathOf(target.resource, target.namespace), {
    ...(options.human ? { accept: TABLE_ACCEPT } : {}),
    query: {
      labelSelector: k.flags.string('selector'),
      fieldSelector: target.fieldSelector,
      resourceVersion: options.version,
    },
  });
  try {
    for (;;) {
      const event = yield* watcher.next(k);
      if (!event) return;
      yield* k.out(options.show(event));
    }
  } catch (error) {
    if (error instanceof ApiError) throw new KubectlError(`unable to watch: ${error.message}`);
    throw error;
  } finally {
    watcher.close();
  }
}

/** Shows one event; tables keep their headers and column widths from event to event. */
function watchPrinter(
  k: Kubectl,
  resource: ApiResource,
  printer: Printer | CustomColumnsPrinter | undefined,
): (event: Event) => string {
  const events = k.flags.bool('output-watch-events');
  const writer = new TabWriter();
  if (!printer) {
    const tables = tablePrinter(k, resource, false);
    return ({ type, object }) => {
      tables.print(object, writer, type);
      return writer.flush();
    };
  }
  if (printer instanceof CustomColumnsPrinter) {
    return ({ object }) => {
      printer.print(object, writer);
      return writer.flush();
    };
  }
  const format = k.flags.string('output');
  if (!events || format === 'name') return ({ object }) => printer.print(object);
  if (format === 'json') return ({ type, object }) => `{"type":"${type}","object":${goJson(object)}}\n`;
  return ({ type, object }) => printer.print({ type, object });
}
