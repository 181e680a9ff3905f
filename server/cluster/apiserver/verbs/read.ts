import { ApiError } from '../../../objects/api-error.ts';
import {
  type FieldSelector,
  FieldSelectorError,
  parseFieldSelector,
  requiresExactMatch,
} from '../../../objects/field-selector.ts';
import { matches, parseSelector, type Selector, SelectorError } from '../../../objects/label-selector.ts';
import { writtenWithoutKinds } from '../../../objects/list-items.ts';
import type { KubeList, KubeObject } from '../../../objects/object.ts';
import { CompactedError, type Stored } from '../../store/log.ts';
import { withAvailability } from '../aggregate/api-services.ts';
import type { ResourceCall } from '../call.ts';
import { badRequest, gone } from '../errors.ts';
import { present } from '../present.ts';
import { keyOfObject, type Served } from '../served.ts';
import { asOfNow } from '../standing-leases.ts';
import { checkListOptions, integer } from './list-options.ts';

/** The object of the request's path. */
export function get(call: ResourceCall): KubeObject {
  const { server, served, info } = call;
  const minimum = info.query.get('resourceVersion');
  if (minimum && minimum !== '0') checkNotAhead(call, minimum);
  return shownNow(call, server.store.get(served, info.namespace, info.name));
}

/** A stored object with what is computed only when somebody looks. */
function shownNow(call: ResourceCall, object: KubeObject): KubeObject {
  return present(call.served, withAvailability(call, asOfNow(call, object)));
}

export interface Selection {
  readonly labels: Selector;
  readonly fields: FieldSelector;
}

/** The selectors of a request; fields that the kind does not know are refused. */
export function selection({ info, served }: ResourceCall): Selection {
  const labels = info.query.get('labelSelector');
  const fields = info.query.get('fieldSelector');
  if (!labels && !fields) return EVERYTHING;
  try {
    const parsed = { labels: parseSelector(labels ?? ''), fields: parseFieldSelector(fields ?? '') };
    for (const { field } of parsed.fields) checkField(served, field);
    return parsed;
  } catch (error) {
    if (error instanceof SelectorError || error instanceof FieldSelectorError)
      throw badRequest(error.message);
    throw error;
  }
}

const EVERYTHING: Selection = { labels: [], fields: [] };

function checkField({ kind }: Served, field: string): void {
  if (field === 'metadata.name' || field === 'metadata.namespace') return;
  if (kind.fieldSelectors && Object.hasOwn(kind.fieldSelectors, field)) return;
  throw badRequest(`field label not supported: ${field}`);
}

export function selects({ labels, fields }: Selection, { kind }: Served, object: KubeObject): boolean {
  if (labels.length > 0 && !matches(labels, object.metadata.labels)) return false;
  for (const { field, value, equal } of fields) {
    if ((fieldValue(kind.fieldSelectors, object, field) === value) !== equal) return false;
  }
  return true;
}

function fieldValue(readers: Served['kind']['fieldSelectors'], object: KubeObject, field: string): string {
  if (field === 'metadata.name') return object.metadata.name;
  if (field === 'metadata.namespace') return object.metadata.namespace ?? '';
  return readers?.[field]?.(object) ?? '';
}

/** Stored objects of the request's resource and namespace that its selectors match. */
export function matching(call: ResourceCall): KubeObject[] {
  const { server, served, info } = call;
  const wanted = selection(call);
  const name = requiresExactMatch(wanted.fields, 'metadata.name');
  if (name !== undefined && (info.namespace !== '' || !served.namespaced)) {
    const found = server.store.find(served, info.namespace, name);
    return found && selects(wanted, served, found) ? [found] : [];
  }
  const objects = server.store.list(served, info.namespace);
  return wanted === EVERYTHING ? objects : objects.filter((object) => selects(wanted, served, object));
}

/** The list that the request asks for: all of it, or a page. */
export function list(call: ResourceCall): KubeList {
  const { info, served, server } = call;
  checkListOptions(info.query, false);
  const page = pageOf(call);
  if (!page) {
    const resourceVersion = String(server.store.log.revision);
    const found = matching(call);
    served.convert?.prepare?.(found);
    const items = found.map((object) => shownNow(call, object));
    return listOf(served, { resourceVersion }, items);
  }
  const wanted = selection(call);
  const all = listAt(call, page.revision).filter(({ value }) => selects(wanted, served, value));
  const from = page.start === '' ? 0 : all.findIndex(({ key }) => key > page.start);
  const rest = from < 0 ? [] : all.slice(from);
  const items = page.limit > 0 ? rest.slice(0, page.limit) : rest;
  served.convert?.prepare?.(items.map(({ value }) => value));
  const isNow = page.revision === server.store.log.revision;
  const show = (value: KubeObject) => (isNow ? shownNow(call, value) : present(served, value));
  const metadata: KubeList['metadata'] = { resourceVersion: String(page.revision) };
  if (items.length < rest.length) {
    metadata.continue = token(page.revision, (items.at(-1) as Stored).key);
    if (!info.query.get('labelSelector') && !info.query.get('fieldSelector')) {
      metadata.remainingItemCount = rest.length - items.length;
    }
  }
  return listOf(
    served,
    metadata,
    items.map(({ value }) => show(value)),
  );
}

/** Custom resources keep their kinds, as everything does that has no type of its own. */
function listOf(served: Served, metadata: KubeList['metadata'], items: KubeObject[]): KubeList {
  return {
    kind: `${served.kind.kind}List`,
    apiVersion: served.apiVersion,
    metadata,
    items: served.custom ? items : writtenWithoutKinds(items),
  };
}

function listAt(call: ResourceCall, revision: number): Stored[] {
  const { server, served, info } = call;
  const prefix = info.namespace === '' ? served.prefix : keyOfObject(served, info.namespace, '');
  const { log } = server.store;
  if (revision === log.revision) return log.list(prefix);
  try {
    return log.listAt(prefix, revision);
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error;
    throw gone(
      info.query.get('continue')
        ? 'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'
        : `too old resource version: ${revision} (${log.compacted})`,
    );
  }
}

interface Page {
  readonly revision: number;
  readonly start: string;
  readonly limit: number;
}

/** Undefined when everything is asked for as it is now. */
function pageOf(call: ResourceCall): Page | undefined {
  const { query } = call.info;
  const next = query.get('continue');
  const version = query.get('resourceVersion');
  const limit = integer(query, 'limit');
  if (next) return { ...readToken(next), limit };
  const match = query.get('resourceVersionMatch');
  if (version && version !== '0') checkNotAhead(call, version);
  const revision = match === 'Exact' ? Number(version) : call.server.store.log.revision;
  if (match !== 'Exact' && !(limit > 0)) return undefined;
  return { revision, start: '', limit };
}

function token(revision: number, start: string): string {
  return btoa(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: encodeURIComponent(start) }));
}

/** Models apiserver/pkg/storage DecodeContinue. */
function readToken(text: string): { revision: number; start: string } {
  const wrong = (why: string) => badRequest(`invalid continue token: continue key is not valid: ${why}`);
  const { v, rv, start } = decodedToken(text, wrong);
  if (v !== 'meta.k8s.io/v1') {
    throw wrong(`server does not recognize this encoded version ${JSON.stringify(String(v ?? ''))}`);
  }
  if (!Number.isInteger(rv) || rv === 0)
    throw wrong(`incorrect encoded start resourceVersion (version ${v})`);
  try {
    if (typeof start === 'string' && start !== '') return { revision: rv, start: decodeURIComponent(start) };
  } catch {
    // No key: told of below.
  }
  throw wrong(`encoded start key empty (version ${v})`);
}

function decodedToken(text: string, wrong: (why: string) => ApiError): any {
  const at = text.search(/[^A-Za-z0-9+/_=-]/);
  if (at >= 0) throw wrong(`illegal base64 data at input byte ${at}`);
  const json = Buffer.from(text, 'base64').toString();
  try {
    return Object(JSON.parse(json));
  } catch {
    const why = json === '' ? 'unexpected end of JSON input' : undefined;
    throw wrong(why ?? `invalid character '${json.charAt(0)}' looking for beginning of value`);
  }
}

/** A client may know of a revision that this server has not reached (after a restored backup). */
export function checkNotAhead({ server }: ResourceCall, version: string): void {
  if (!/^\d+$/.test(version)) {
    // The real server hands on an error of its storage that is no answer of the API.
    throw new ApiError(
      500,
      undefined,
      `resourceVersion: Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`,
    );
  }
  const current = server.store.log.revision;
  if (Number(version) <= current) return;
  throw new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${version}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}
