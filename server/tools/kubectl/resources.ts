import { RESOURCES } from '../../cluster/client/resources.ts';
import { klogLine } from '../../cluster/klog.ts';
import { isSystemError } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import type { Api } from './api.ts';
import { ConnectionError, KubectlError } from './errors.ts';

/** A resource that the server offers. */
export interface ApiResource {
  /** '' is the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural. */
  readonly name: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

/** A resource that commands with typed clients know without asking the server. */
export function builtIn(name: keyof typeof RESOURCES): ApiResource {
  const { plural, ...facts } = RESOURCES[name];
  const rest = { shortNames: [], categories: [], verbs: [], subresources: [] };
  return { ...facts, ...rest, name: plural, singular: facts.kind.toLowerCase() };
}

/** `apps/v1` */
export function groupVersion(resource: { group: string; version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** `deployments.apps`, as messages name a resource. */
export function qualified(resource: ApiResource): string {
  return resource.group === '' ? resource.name : `${resource.name}.${resource.group}`;
}

/** `Deployment.apps`, as Go prints a GroupKind. */
export function groupKind({ kind, group }: ApiResource): string {
  return group === '' ? kind : `${kind}.${group}`;
}

/** `deployment.apps`, as `created` and `deleted` lines name a kind. */
export function kindName(kind: string, group: string): string {
  const lower = kind.toLowerCase();
  return group === '' ? lower : `${lower}.${group}`;
}

/** The URL path of a collection or an object. */
export function pathOf(resource: ApiResource, namespace: string, name = '', subresource = ''): string {
  if (/[/%]/.test(namespace)) {
    const why = [...'/%']
      .filter((char) => namespace.includes(char))
      .map((char) => `may not contain '${char}'`);
    throw new KubectlError(`invalid namespace ${JSON.stringify(namespace)}: [${why.join(' ')}]`, {
      plain: true,
    });
  }
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${groupVersion(resource)}`;
  const space = resource.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const tail =
    name === '' ? '' : `/${encodeURIComponent(name)}${subresource === '' ? '' : `/${subresource}`}`;
  return `${root}${space}/${resource.name}${tail}`;
}

const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

/** How long a cached list of resources is good for. */
const CACHE_MS = 6 * 3_600_000;

/** Parsed lists by the text of their cache file, or by the served value. */
const PARSED = new WeakMap<object, readonly ApiResource[]>();

/** A name is looked up as a kind, then as a resource, each once more with fresh lists. */
const MAPPING_ATTEMPTS = 4;
/** Of those who look a name up in one way only. */
export const LOOKUP_ATTEMPTS = 2;

/** What the server offers, and how names on the command line map to it. Models discovery and the RESTMappers. */
export class Resources {
  readonly #api: Api;
  readonly #cacheFile: string;
  #list: readonly ApiResource[] | undefined;
  /** True when the list came from the server in this run. */
  #fresh = false;

  constructor(api: Api, cacheDirectory: string) {
    this.#api = api;
    const host = api.config.server.replace(/^https?:\/\//, '').replace(/[^\w.-]/g, '_');
    this.#cacheFile = `${cacheDirectory}/discovery/${host}/resources.json`;
  }

  /** A server that nobody can talk to is asked so often. */
  *all(attempts = 1): Steps<readonly ApiResource[]> {
    this.#list ??= this.#cached();
    this.#list ??= yield* this.#fetch(attempts);
    return this.#list;
  }

  /** What was asked for until now. */
  get known(): readonly ApiResource[] {
    return this.#list ?? [];
  }

  /** From the server, not from the cache. */
  *refresh(): Steps<readonly ApiResource[]> {
    this.#list = yield* this.#fetch(1);
    return this.#list;
  }

  /** `pods`, `po`, `pod`, `deployments.apps`, `deployments.v1.apps`; undefined: no such resource. */
  *find(name: string, attempts = MAPPING_ATTEMPTS): Steps<ApiResource | undefined> {
    const found = match(yield* this.all(attempts), name);
    if (found || this.#fresh) return found;
    return match(yield* this.refresh(), name);
  }

  *ofKind(apiVersion: string, kind: string): Steps<ApiResource | undefined> {
    const search = (list: readonly ApiResource[]) =>
      list.find((resource) => resource.kind === kind && groupVersion(resource) === apiVersion);
    const found = search(yield* this.all());
    if (found || this.#fresh) return found;
    return search(yield* this.refresh());
  }

  #cached(): readonly ApiResource[] | undefined {
    const { fs, now } = this.#api.context;
    const stat = fs.tryStat(this.#cacheFile);
    if (!stat || now - stat.mtimeMs > CACHE_MS || !fs.can(this.#cacheFile, 'read')) return undefined;
    try {
      return JSON.parse(stat.data) as ApiResource[];
    } catch {
      return undefined;
    }
  }

  #store(list: readonly ApiResource[]): void {
    const { fs } = this.#api.context;
    const text = JSON.stringify(list);
    try {
      if (fs.tryStat(this.#cacheFile)?.data === text) {
        fs.utimes(this.#cacheFile, this.#api.context.now);
        return;
      }
      fs.mkdirAll(this.#cacheFile.replace(/\/[^/]*$/, ''), 0o750);
      fs.write(this.#cacheFile, text, 0o660);
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }

  *#fetch(attempts: number): Steps<readonly ApiResource[]> {
    const core = yield* this.#groupList('/api', attempts);
    const groups = yield* this.#groupList('/apis', attempts);
    const list = [...(yield* this.#resourcesOf(core)), ...(yield* this.#resourcesOf(groups))];
    this.#fresh = true;
    this.#store(list);
    return list;
  }

  /** Each connection that fails is told of. Models client-go's memory cache. */
  *#groupList(path: '/api' | '/apis', attempts: number): Steps<any> {
    for (let attempt = 1; ; attempt++) {
      try {
        return yield* this.#api.get(path, { accept: AGGREGATED, query: { timeout: '32s' } });
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error;
        const text = `couldn't get current server API group list: ${error.asUrlError()}`;
        yield* this.#api.context.err(
          klogLine(
            this.#api.context,
            'E',
            'memcache.go:265',
            `"Unhandled Error" err=${JSON.stringify(text)}`,
          ),
        );
        if (attempt === attempts) throw error;
      }
    }
  }

  *#resourcesOf(value: any): Steps<readonly ApiResource[]> {
    if (value?.kind === 'APIGroupDiscoveryList') {
      const known = PARSED.get(value.items);
      if (known) return known;
      const list = (value.items as any[]).flatMap(aggregated);
      PARSED.set(value.items, list);
      return list;
    }
    const versions: string[] = value?.versions ?? [];
    const out: ApiResource[] = [];
    for (const version of versions) out.push(...plain(yield* this.#api.get(`/api/${version}`)));
    for (const group of value?.groups ?? []) {
      for (const { groupVersion: gv } of group.versions) {
        out.push(...plain(yield* this.#api.get(`/apis/${gv}`)));
      }
    }
    return out;
  }
}

function aggregated(group: any): ApiResource[] {
  return (group.versions as any[]).flatMap((version) =>
    (version.resources ?? []).map(
      (resource: any): ApiResource => ({
        group: group.metadata?.name ?? '',
        version: version.version,
        name: resource.resource,
        singular: resource.singularResource ?? '',
        kind: resource.responseKind?.kind ?? '',
        namespaced: resource.scope === 'Namespaced',
        shortNames: resource.shortNames ?? [],
        categories: resource.categories ?? [],
        verbs: resource.verbs ?? [],
        subresources: (resource.subresources ?? []).map((sub: any) => sub.subresource),
      }),
    ),
  );
}

function plain(list: any): ApiResource[] {
  const [group, version] = list.groupVersion.includes('/')
    ? list.groupVersion.split('/')
    : ['', list.groupVersion];
  const entries = list.resources as any[];
  return entries
    .filter((entry) => !entry.name.includes('/'))
    .map((entry) => ({
      group,
      version,
      name: entry.name,
      singular: entry.singularName || entry.kind.toLowerCase(),
      kind: entry.kind,
      namespaced: entry.namespaced,
      shortNames: entry.shortNames ?? [],
      categories: entry.categories ?? [],
      verbs: entry.verbs,
      subresources: entries
        .filter((other) => other.name.startsWith(`${entry.name}/`))
        .map((other) => other.name.slice(entry.name.length + 1)),
    }));
}

/** Full names first, then singular and short ones; the first group in the server's order wins. */
function match(list: readonly ApiResource[], argument: string): ApiResource | undefined {
  const [name = '', ...rest] = argument.split('.');
  if (name === '') return undefined;
  const lower = name.toLowerCase();
  const named = (resource: ApiResource) => resource.name === lower || resource.singular === lower;
  const short = (resource: ApiResource) => resource.shortNames.includes(name);
  const group = rest.join('.');
  const [version = '', ...tail] = rest;
  for (const fits of [named, short]) {
    const found = list.filter(fits);
    if (found.length === 0) continue;
    if (rest.length === 0) return preferred(found);
    const exact =
      (tail.length > 0
        ? found.find((r) => r.version === version && r.group === tail.join('.'))
        : undefined) ??
      found.find((r) => r.group === group) ??
      found.find((r) => r.group.startsWith(group));
    if (exact) return exact;
  }
  return undefined;
}

/** Of several versions of a group, the server's first. */
function preferred(found: readonly ApiResource[]): ApiResource | undefined {
  return found[0];
}

/** `a,b` as its parts, each once. */
export function splitResources(argument: string): string[] {
  return [...new Set(argument.split(','))];
}
