import type { KubeList, KubeObject, WatchEvent } from '../../objects/object.ts';
import { describeColumn } from '../kinds/column-fields.ts';
import { CREATED_COLUMNS, createdRow } from '../kinds/columns.ts';
import type { Column, Kind } from '../kinds/kind.ts';
import type { ResourceCall } from './call.ts';
import type { Served } from './served.ts';

/** True when the client asks for a Table; the version it wants. */
export function wantsTable(accept: string | undefined): boolean {
  if (!accept?.includes('as=Table')) return false;
  const first = accept.split(',').find((part) => /;\s*as=|application\/json\s*$/.test(part)) ?? '';
  return first.includes('as=Table') && first.includes('g=meta.k8s.io');
}

/** What a Table of a kind shows. */
export interface TableView {
  readonly columns: readonly Column[];
  readonly row: NonNullable<Kind['row']>;
}

function viewOf({ kind: { columns, row } }: Served): TableView {
  return { columns: columns ?? CREATED_COLUMNS, row: row ?? createdRow };
}

function definitions({ kind, type: typeOfKind }: Served, columns: readonly Column[]) {
  return columns.map((column) => {
    const { name, type, format = '', priority = 0 } = column;
    const description = describeColumn(kind.kind, typeOfKind, column);
    return { name, type, format, description, priority };
  });
}

function row(call: ResourceCall, object: KubeObject, view: TableView, now = call.now) {
  const include = call.info.query.get('includeObject') ?? 'Metadata';
  const cells = view.row(object, { now });
  if (include === 'None') return { cells, object: null };
  if (include === 'Object') return { cells, object };
  const { metadata } = object;
  return { cells, object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata } };
}

const TABLE = { kind: 'Table', apiVersion: 'meta.k8s.io/v1' };

export function tableOfList(call: ResourceCall, list: KubeList) {
  const view = viewOf(call.served);
  return {
    ...TABLE,
    metadata: list.metadata,
    columnDefinitions: definitions(call.served, view.columns),
    rows: list.items.map((object) => row(call, object, view)),
  };
}

export function tableOfObject(call: ResourceCall, object: KubeObject, view = viewOf(call.served)) {
  return {
    ...TABLE,
    metadata: { resourceVersion: object.metadata.resourceVersion },
    columnDefinitions: definitions(call.served, view.columns),
    rows: [row(call, object, view)],
  };
}

/** Shows a watch's events as Tables; only the first carries the column definitions. */
export function tableEvents(call: ResourceCall): (event: WatchEvent) => unknown {
  let first = true;
  return (event) => {
    if (event.type === 'ERROR') return event;
    const table = {
      ...tableOfObject(call, event.object),
      // Ages are those at the event, not at the start of the watch.
      rows: [row(call, event.object, viewOf(call.served), call.server.clock.now)],
    };
    const shown = first ? table : { ...table, columnDefinitions: null };
    first = false;
    return { type: event.type, object: shown };
  };
}
