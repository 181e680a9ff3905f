import type { HttpRequest } from '../../host/index.ts';

/** What a request asks for, as far as its method and path tell. Models apiserver/pkg/endpoints/request RequestInfo. */
export interface RequestInfo {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly isResource: boolean;
  /** Of resources the API verb, else the method in lower case. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** What follows the subresource: the path behind `proxy`. */
  readonly rest: readonly string[];
  /** See `whatOf`: asked for many times on a request's way. */
  readonly what: string;
}

/** What is asked for, whatever its name: requests that rules treat alike have the same. */
export function whatOf(asked: Omit<RequestInfo, 'what' | 'version' | 'query' | 'name' | 'rest'>): string {
  const { verb, isResource, path, group, resource, subresource, namespace } = asked;
  return isResource ? `${verb} ${group}/${resource}/${subresource} ${namespace}` : `${verb} ${path}`;
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Of a path that is no resource's. */
const NOTHING = {
  isResource: false,
  group: '',
  version: '',
  namespace: '',
  resource: '',
  subresource: '',
  name: '',
  rest: [],
};

/** Most requests of programs have no parameters, and are asked for them many times. */
class NoQuery extends URLSearchParams {
  override get(): null {
    return null;
  }
  override getAll(): string[] {
    return [];
  }
  override has(): boolean {
    return false;
  }
}

const NO_QUERY = new NoQuery();

/** What was found out about requests lately: programs ask for the same collections again and again. */
const known = new Map<string, RequestInfo>();
const MAX_KNOWN = 1000;
const MAX_KEY = 200;
/** Each of these is asked for once. */
const FROM_REVISION = '&resourceVersion=';

export function requestInfo(request: HttpRequest): RequestInfo {
  const key = `${request.method} ${request.path}`;
  const found = known.get(key);
  if (found) return found;
  const info = parseRequest(request);
  if (key.length > MAX_KEY || key.includes(FROM_REVISION)) return info;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, info);
  return info;
}

function parseRequest({ method, path: whole }: HttpRequest): RequestInfo {
  const mark = whole.indexOf('?');
  const path = mark < 0 ? whole : whole.slice(0, mark);
  const query = mark < 0 ? NO_QUERY : new URLSearchParams(whole.slice(mark + 1));
  const parts = partsOf(path);
  const core = parts[0] === 'api';
  if ((!core && parts[0] !== 'apis') || parts.length < (core ? 3 : 4))
    return withWhat({ ...NOTHING, path, query, verb: method.toLowerCase() });
  const group = core ? '' : (parts[1] as string);
  const version = parts[core ? 1 : 2] as string;
  const named = parts.slice(core ? 2 : 3);
  if (named[0] === 'watch' && named.length > 1 && method === 'GET') return oldWatch(path, parts, query);
  const all = path.includes('%') ? named.map(decodePart) : named;
  const namespace = all[0] === 'namespaces' ? (all[1] ?? '') : '';
  const own = all[0] !== 'namespaces' || all.length <= 2 || NAMESPACE_SUBRESOURCES.has(all[2] as string);
  const [resource = '', name = '', subresource = '', ...rest] = own ? all : all.slice(2);
  const verb = verbOf(method, name, query);
  return withWhat({
    path,
    query,
    isResource: true,
    verb,
    group,
    version,
    namespace,
    resource,
    subresource,
    name,
    rest,
  });
}

function withWhat(info: Omit<RequestInfo, 'what'>): RequestInfo {
  return { ...info, what: whatOf(info) };
}

/** The deprecated `/api/v1/watch/…`: a watch of the collection, of one object by its name. */
function oldWatch(path: string, parts: readonly string[], query: URLSearchParams): RequestInfo {
  const without = parts.filter((_, i) => i !== (parts[0] === 'api' ? 2 : 3)).join('/');
  const info = parseRequest({ method: 'GET', path: `/${without}`, headers: {} });
  const asked = new URLSearchParams(query.toString());
  asked.set('watch', 'true');
  if (info.name !== '') asked.set('fieldSelector', `metadata.name=${info.name}`);
  return withWhat({ ...info, path, query: asked, verb: 'watch' });
}

const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

function verbOf(method: string, name: string, query: URLSearchParams): string {
  const verb = VERBS[method] ?? '';
  if (verb === 'get' && name === '') return isTrue(query.get('watch')) ? 'watch' : 'list';
  if (verb === 'get' && isTrue(query.get('watch')) && query.get('fieldSelector')) return 'watch';
  return verb === 'delete' && name === '' ? 'deletecollection' : verb;
}

/** What the parameters of a request mean. Models apimachinery/pkg/runtime Convert_Slice_string_To_bool. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}

/** What stands between slashes, but for nothing. */
function partsOf(path: string): string[] {
  const parts = path.split('/');
  if (!path.includes('//') && parts[0] === '' && parts.at(-1) !== '') {
    parts.shift();
    return parts;
  }
  return parts.filter((part) => part !== '');
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
