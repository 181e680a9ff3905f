import { ApiError, isApiError } from '../../objects/api-error.ts';
import { matches, parseSelector, type Selector, SelectorError } from '../../objects/label-selector.ts';
import type { Steps } from '../../sim/index.ts';
import type { RequestOptions } from './api.ts';
import { decodeDocument, fileInfo, quote } from './decode.ts';
import { asOne, ConnectionError, KubectlError, messageOf, throwAll } from './errors.ts';
import { TABLE_ACCEPT } from './get/table.ts';
import type { Kubectl } from './kubectl.ts';
import { documents } from './manifest.ts';
import { type FileNames, readSources } from './manifest-files.ts';
import { type ApiResource, groupVersion, pathOf, qualified, splitResources } from './resources.ts';

type Fields = Record<string, any>;

/** An object that the command line names, from a file or from the server. */
export interface Info {
  readonly resource: ApiResource;
  readonly namespace: string;
  readonly name: string;
  /** The file it came from; '' when it was named. */
  readonly source: string;
  /** As in the file, or as the server holds it once it was fetched. */
  object: Fields | undefined;
}

/** What the command line selects. Models cli-runtime's resource.Builder. */
export interface Selection extends FileNames {
  readonly args?: readonly string[];
  /** A type alone means all of its objects. */
  readonly allowAll?: boolean;
  readonly allNamespaces?: boolean;
  /** Instead of the run's. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** --all */
  readonly selectAll?: boolean;
  /** Objects are not fetched from the server. */
  readonly local?: boolean;
  /** Named and listed objects are fetched. Default: true. */
  readonly fetch?: boolean;
  readonly subresource?: string;
  /** Objects of files are fetched again from the server. */
  readonly latest?: boolean;
  readonly ignoreNotFound?: boolean;
  readonly chunkSize?: number;
  /** Ask for Tables: rows instead of objects, with so much of each object. */
  readonly table?: 'Object' | 'Metadata';
  /** Checks that apply and create make before they decode a document. */
  readonly validate?: boolean;
}

export interface Listed {
  readonly resource: ApiResource;
  readonly namespace: string;
  readonly resourceVersion: string;
}

export interface Selected {
  readonly infos: Info[];
  /** What went wrong on the way; the others were found. */
  readonly errors: unknown[];
  /** One object was asked for by name. */
  readonly single: boolean;
  /** The collections that were listed. */
  readonly lists: readonly Listed[];
}

export const MISSING_RESOURCE = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

/** -f, -R and -k of a command. */
export function fileFlags(k: Kubectl): FileNames {
  const filenames = k.flags.list('filename');
  const kustomize = k.flags.has('kustomize') ? k.flags.string('kustomize') : '';
  const recursive = k.flags.has('recursive') && k.flags.bool('recursive');
  return { filenames, recursive, kustomize };
}

/** True when a manifest is given. */
export function hasFiles(k: Kubectl): boolean {
  return (
    k.flags.list('filename').length > 0 || (k.flags.has('kustomize') && k.flags.string('kustomize') !== '')
  );
}

/** -l picks among the objects of files too. */
export function byLabels(k: Kubectl, infos: readonly Info[]): Info[] {
  let selector: Selector;
  try {
    selector = parseSelector(k.flags.string('selector'));
  } catch (error) {
    if (error instanceof SelectorError) throw new KubectlError(error.message);
    throw error;
  }
  return infos.filter((info) => matches(selector, info.object?.['metadata']?.labels));
}

/** Like `select`, but the first failure ends it. */
export function* selectAll(k: Kubectl, selection: Selection): Steps<Info[]> {
  const { infos, errors } = yield* select(k, selection);
  throwAll(errors);
  return infos;
}

export function* select(k: Kubectl, selection: Selection): Steps<Selected> {
  const { args = [], labelSelector = '', fieldSelector = '', filenames = [], kustomize = '' } = selection;
  if (kustomize !== '' && filenames.length > 0)
    throw new KubectlError('only one of -f or -k can be specified');
  if (kustomize !== '' && selection.recursive)
    throw new KubectlError("the -k flag can't be used with -f or -R");
  const { types, names, tuples } = yield* parseArguments(k, args);
  if (selection.subresource && names.length === 0 && tuples.length === 0 && types.length > 0)
    throw new KubectlError('subresource cannot be used when bulk resources are specified');
  if (filenames.length > 0 || kustomize !== '') {
    if (types.length > 0 && names.length === 0 && tuples.length === 0)
      throw new KubectlError(
        'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
      );
    if (types.length > 0 || names.length > 0)
      throw new KubectlError(
        'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
      );
    if (tuples.length > 0)
      throw new KubectlError('resource/name arguments cannot be provided when a path is specified');
    return yield* fromFiles(k, selection);
  }
  const everything = selection.allowAll && types.length > 0 && names.length === 0 && tuples.length === 0;
  if (selection.selectAll && labelSelector !== '')
    throw new KubectlError(`setting 'all' parameter but found a non empty selector. `);
  if (labelSelector !== '' || fieldSelector !== '' || selection.selectAll || everything) {
    if (names.length > 0) throw new KubectlError('name cannot be provided when a selector is specified');
    if (tuples.length > 0)
      throw new KubectlError(
        'selectors and the all flag cannot be used when passing resource/name arguments',
      );
    if (types.length === 0)
      throw new KubectlError('at least one resource must be specified to use a selector');
    return yield* bySelector(k, types, selection);
  }
  if (tuples.length > 0) return yield* byName(k, tuples, selection);
  if (names.length > 0) {
    if (types.length > 1) throw new KubectlError('you must specify only one resource');
    return yield* byName(
      k,
      names.map((name) => ({ type: types[0] as string, name })),
      selection,
    );
  }
  if (types.length > 0) {
    for (const type of types) yield* k.resource(type);
    throw new KubectlError('resource(s) were provided, but no name was specified');
  }
  throw new KubectlError(MISSING_RESOURCE);
}

interface Tuple {
  readonly type: string;
  readonly name: string;
}

function* parseArguments(k: Kubectl, args: readonly string[]) {
  const slashes = args.filter((arg) => arg.includes('/')).length;
  if (slashes > 0 && slashes < args.length) {
    throw new KubectlError(
      "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
    );
  }
  if (slashes > 0) return { types: [], names: [], tuples: args.map(parseTuple) };
  if (args.length === 0) return { types: [], names: [], tuples: [] };
  const [first = '', ...names] = args;
  const types = yield* expandCategories(k, splitResources(first));
  return { types, names, tuples: [] as Tuple[] };
}

function parseTuple(argument: string): Tuple {
  const parts = argument.split('/');
  if (parts.length !== 2)
    throw new KubectlError('arguments in resource/name form may not have more than one slash');
  const [type = '', name = ''] = parts;
  if (type === '' || name === '' || type.includes(','))
    throw new KubectlError('arguments in resource/name form must have a single resource and name');
  return { type, name };
}

/** `all` and other categories stand for the resources that say so. */
function* expandCategories(k: Kubectl, types: readonly string[]): Steps<string[]> {
  const out: string[] = [];
  for (const type of types) {
    const members = yield* categoryMembers(k, type);
    if (members.length > 0) out.push(...members);
    else out.push(type);
  }
  return out;
}

function* categoryMembers(k: Kubectl, name: string): Steps<string[]> {
  try {
    const list = yield* k.resources.all();
    const members = list.filter((resource) => resource.categories.includes(name));
    return [...new Set(members.map(qualified))];
  } catch (error) {
    // The look-up of the name itself tells of it.
    if (!(error instanceof ConnectionError)) throw error;
    return [];
  }
}

function* byName(k: Kubectl, tuples: readonly Tuple[], selection: Selection): Steps<Selected> {
  const infos: Info[] = [];
  const errors: unknown[] = [];
  const wanted: { resource: ApiResource; name: string }[] = [];
  for (const { type, name } of tuples) {
    const resource = yield* k.resource(type);
    if (selection.allNamespaces && resource.namespaced)
      throw new KubectlError('a resource cannot be retrieved by name across all namespaces');
    wanted.push({ resource, name });
  }
  for (const { resource, name } of wanted) {
    const namespace = resource.namespaced ? k.namespace : '';
    const info: Info = { resource, namespace, name, source: '', object: undefined };
    try {
      if (selection.fetch !== false)
        info.object = yield* fetch(k, info, selection.subresource, selection.table);
      infos.push(info);
    } catch (error) {
      if (!(selection.ignoreNotFound && isApiError(error, 'NotFound'))) errors.push(error);
    }
  }
  return { infos, errors, single: tuples.length === 1, lists: [] };
}

export function* fetch(
  k: Kubectl,
  info: Info,
  subresource = '',
  table?: 'Object' | 'Metadata',
): Steps<Fields> {
  return yield* k.api.get(pathOf(info.resource, info.namespace, info.name, subresource), tableQuery(table));
}

function tableQuery(table: 'Object' | 'Metadata' | undefined): Pick<RequestOptions, 'accept' | 'query'> {
  if (!table) return {};
  return { accept: TABLE_ACCEPT, ...(table === 'Object' ? { query: { includeObject: 'Object' } } : {}) };
}

function* bySelector(k: Kubectl, types: readonly string[], selection: Selection): Steps<Selected> {
  const infos: Info[] = [];
  const errors: unknown[] = [];
  const lists: Listed[] = [];
  const resources: ApiResource[] = [];
  for (const type of types) resources.push(yield* k.resource(type));
  for (const resource of resources) {
    const own = selection.namespace ?? k.namespace;
    const namespace = selection.allNamespaces || !resource.namespaced ? '' : own;
    try {
      const list = yield* listAll(k, resource, { ...selection, namespace });
      lists.push({ resource, namespace, resourceVersion: list['metadata']?.resourceVersion ?? '' });
      if (selection.table) {
        infos.push({ resource, namespace, name: '', source: '', object: list });
        continue;
      }
      for (const item of list.items) {
        infos.push({
          resource,
          namespace: item.metadata.namespace ?? '',
          name: item.metadata.name,
          source: '',
          object: item,
        });
      }
    } catch (error) {
      errors.push(error);
    }
  }
  return { infos, errors, single: false, lists };
}

/** One page; the server's complaint is told with the selectors. Models resource.EnhanceListError. */
function* listPage(
  k: Kubectl,
  resource: ApiResource,
  options: Pick<Selection, 'labelSelector' | 'fieldSelector'> & { namespace: string },
  request: RequestOptions,
): Steps<Fields> {
  try {
    return yield* k.api.get<Fields>(pathOf(resource, options.namespace), request);
  } catch (error) {
    if (!isApiError(error, 'BadRequest') && !isApiError(error, 'NotFound')) throw error;
    const { labelSelector = '', fieldSelector = '' } = options;
    const subject = `${resource.group}/${resource.version}, Resource=${resource.name}`;
    const text =
      labelSelector === '' && fieldSelector === ''
        ? `Unable to list ${quote(subject)}: ${error.message}`
        : `Unable to find ${quote(subject)} that match label selector ${quote(labelSelector)}, field selector ${quote(fieldSelector)}: ${error.message}`;
    throw new ApiError(error.code, error.reason, text, error.details);
  }
}

/** All objects of a collection, page by page. Items get their apiVersion and kind. */
export function* listAll(
  k: Kubectl,
  resource: ApiResource,
  options: Pick<Selection, 'labelSelector' | 'fieldSelector' | 'chunkSize' | 'table'> & { namespace: string },
): Steps<Fields & { items: Fields[] }> {
  const items: Fields[] = [];
  const rows: Fields[] = [];
  const asTable = tableQuery(options.table);
  let next: string | undefined;
  let list: Fields;
  do {
    list = yield* listPage(k, resource, options, {
      ...asTable,
      query: {
        ...asTable.query,
        labelSelector: options.labelSelector,
        fieldSelector: options.fieldSelector,
        limit: options.chunkSize && options.chunkSize > 0 ? options.chunkSize : undefined,
        continue: next,
      },
    });
    const head = { apiVersion: groupVersion(resource), kind: resource.kind };
    for (const item of list['items'] ?? []) items.push(item.kind ? item : { ...head, ...item });
    rows.push(...(list['rows'] ?? []));
    next = list['metadata']?.continue;
  } while (next);
  return { ...list, items, ...(options.table ? { rows } : {}) } as Fields & { items: Fields[] };
}

function* fromFiles(k: Kubectl, selection: Selection): Steps<Selected> {
  const infos: Info[] = [];
  const errors: unknown[] = [];
  const sources = yield* readSources(k, selection);
  if (sources[0] && !selection.local) yield* reachServer(k, sources[0].source, selection.validate ?? false);
  for (const { text, source } of sources) {
    const iterator = documents(text, source);
    for (;;) {
      try {
        const { value, done } = iterator.next();
        if (done) break;
        for (const object of yield* decodeDocument(k, value, source, selection)) {
          infos.push(yield* fileInfo(k, object, source, selection));
        }
      } catch (error) {
        errors.push(error);
        if (messageOf(error).startsWith('error parsing')) break;
      }
    }
  }
  const unread = asOne(errors);
  const missing: unknown[] = [];
  if (selection.latest) yield* fetchLatest(k, infos, missing, selection);
  const single = infos.length === 1 && sources.length === 1 && (selection.filenames ?? [])[0] !== '-';
  return { infos, errors: [...missing, ...unread], single, lists: [] };
}

/** Where nobody answers, the schema for the validation is missed first, and then the list of resources. */
function* reachServer(k: Kubectl, source: string, validate: boolean): Steps<void> {
  const ignored = !validate || k.fieldValidation() === 'Ignore';
  try {
    if (ignored) yield* k.resources.all();
    else yield* k.api.reach('/openapi/v2?timeout=32s');
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    throw new KubectlError(
      ignored
        ? `unable to recognize ${quote(source)}: ${error.asUrlError()}`
        : `error validating ${quote(source)}: error validating data: failed to download openapi: ${error.asUrlError()}; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  }
}

function* fetchLatest(k: Kubectl, infos: Info[], errors: unknown[], selection: Selection): Steps<void> {
  for (const info of [...infos]) {
    try {
      info.object = yield* fetch(k, info, selection.subresource, selection.table);
    } catch (error) {
      infos.splice(infos.indexOf(info), 1);
      if (!(selection.ignoreNotFound && isApiError(error, 'NotFound'))) errors.push(error);
    }
  }
}
