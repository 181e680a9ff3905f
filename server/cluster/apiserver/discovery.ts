import { createHash } from 'node:crypto';
import { bodyText, type HttpResponse } from '../../host/index.ts';
import { forward, isAnnounced, remoteGroups, remoteService } from './aggregate/api-services.ts';
import type { Call } from './call.ts';
import { withEtag } from './etag.ts';
import type { Served } from './served.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
/** Models apiserver/pkg/endpoints/discovery/aggregated ServeHTTPWithETag. */
const AGGREGATED_HEADERS = { 'cache-control': 'public', 'content-type': AGGREGATED, vary: 'Accept' };

/** `/api`, `/apis` and what lies below down to the versions, plain or aggregated. */
export function discoveryPath(call: Call): HttpResponse | undefined {
  const parts = call.info.path.split('/').filter((part) => part !== '');
  const aggregated = call.request.headers['accept']?.includes('as=APIGroupDiscoveryList') ?? false;
  if (parts[0] === 'api') {
    if (parts.length === 1) return aggregated ? aggregate(call, '') : json(coreVersions());
    return parts.length === 2 ? resourceList(call, '', parts[1] as string) : undefined;
  }
  if (parts[0] !== 'apis') return undefined;
  if (parts.length === 1) return aggregated ? aggregate(call, undefined) : json(groupList(call));
  if (parts.length === 2) return group(call, parts[1] as string);
  return parts.length === 3 ? resourceList(call, parts[1] as string, parts[2] as string) : undefined;
}

function json(value: unknown): HttpResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, value };
}

function coreVersions() {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '172.30.1.2:6443' }],
  };
}

/** `v2`, `v1`, `v1beta1`, `v1alpha1`, then other names. Models apimachinery/pkg/version CompareKubeAwareVersionStrings. */
function byMaturity(a: string, b: string): number {
  const [one, other] = [rankOf(a), rankOf(b)];
  const differs = one.findIndex((rank, i) => rank !== other[i]);
  if (differs >= 0) return (other[differs] as number) - (one[differs] as number);
  return a < b ? -1 : 1;
}

function rankOf(version: string): number[] {
  const [found, major = '', level = '', minor = ''] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  if (!found) return [0, 0, 0];
  return [level === '' ? 3 : level === 'beta' ? 2 : 1, Number(major), Number(minor)];
}

/** Groups in the order in which Kubernetes lists them, with the versions of each, the preferred first. */
function groups(call: Call): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { group, version, stored } of call.server.served.all()) {
    if (!isAnnounced(call, group, version)) continue;
    const versions = found.get(group) ?? [];
    if (!versions.includes(version)) {
      if (!stored) versions.push(version);
      else versions.unshift(version);
    }
    found.set(group, versions);
  }
  // Versions of custom resources go by their names, whichever is stored.
  for (const group of new Set(call.server.served.all().flatMap((one) => (one.custom ? [one.group] : [])))) {
    found.get(group)?.sort(byMaturity);
  }
  for (const { group, version } of remoteGroups(call)) {
    const versions = found.get(group) ?? [];
    if (!versions.includes(version)) versions.push(version);
    found.set(group, versions);
  }
  return new Map([...found].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)));
}

/** Models the group priorities of pkg/controlplane apiVersionPriorities. */
const ORDER = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

function rank(group: string): number {
  const at = ORDER.indexOf(group);
  return at < 0 ? ORDER.length : at;
}

function groupEntry(name: string, versions: readonly string[]) {
  const entries = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: entries, preferredVersion: entries[0] };
}

function groupList(call: Call) {
  const entries = [...groups(call)].filter(([name]) => name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: entries.map(([name, v]) => groupEntry(name, v)) };
}

function group(call: Call, name: string): HttpResponse | undefined {
  const versions = groups(call).get(name);
  return versions && json({ kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(name, versions) });
}

/** Kinds of subresources that are not those of their resource. */
export const SUBRESOURCE_KINDS: Readonly<Record<string, { group: string; version: string; kind: string }>> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction' },
  binding: { group: '', version: 'v1', kind: 'Binding' },
  token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
  'pods/attach': { group: '', version: 'v1', kind: 'PodAttachOptions' },
  'pods/exec': { group: '', version: 'v1', kind: 'PodExecOptions' },
  'pods/portforward': { group: '', version: 'v1', kind: 'PodPortForwardOptions' },
  'pods/proxy': { group: '', version: 'v1', kind: 'PodProxyOptions' },
  'services/proxy': { group: '', version: 'v1', kind: 'ServiceProxyOptions' },
  'nodes/proxy': { group: '', version: 'v1', kind: 'NodeProxyOptions' },
};

const SUBRESOURCE_VERBS: Readonly<Record<string, readonly string[]>> = {
  attach: ['create', 'get'],
  exec: ['create', 'get'],
  portforward: ['create', 'get'],
  proxy: ['create', 'delete', 'get', 'patch', 'update'],
  binding: ['create'],
  eviction: ['create'],
  token: ['create'],
  finalize: ['update'],
  log: ['get'],
};

/** Subresources that are streams to a node and what runs on it. */
export const CONNECTED: ReadonlySet<string> = new Set(['attach', 'exec', 'portforward', 'proxy']);

export function subresourceKind(served: Served, name: string) {
  const { group, version, kind } = served;
  const found = SUBRESOURCE_KINDS[`${served.resource}/${name}`] ?? SUBRESOURCE_KINDS[name];
  return found ?? { group, version, kind: kind.kind };
}

export function subresourceVerbs(name: string): readonly string[] {
  return SUBRESOURCE_VERBS[name] ?? ['get', 'patch', 'update'];
}

function resourceList(call: Call, group: string, version: string): HttpResponse | undefined {
  const all = call.server.served.all().filter((s) => s.group === group && s.version === version);
  if (all.length === 0) {
    const remote = remoteService(call, group, version);
    return remote && forward(call, remote);
  }
  const groupVersion = group === '' ? version : `${group}/${version}`;
  const resources = all
    .sort((a, b) => (a.resource < b.resource ? -1 : 1))
    .flatMap((served) => resourceEntries(served, call.server.gates.isOn('StorageVersionHash')));
  return json({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources });
}

function resourceEntries(served: Served, hashed: boolean) {
  const { kind, resource, namespaced } = served;
  const main = {
    name: resource,
    singularName: kind.singular,
    namespaced,
    kind: kind.kind,
    verbs: [...served.verbs].sort(),
    ...(kind.shortNames?.length ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories?.length ? { categories: kind.categories } : {}),
    // A custom resource has one only in the version that is stored.
    ...(served.verbs.has('delete') && (served.stored || !served.custom) && hashed
      ? { storageVersionHash: storageVersionHash(served) }
      : {}),
  };
  return [main, ...served.subresources.map((name) => subresourceEntry(served, name))];
}

/** Tells clients when objects begin to be stored in another version. Models apiserver/pkg/endpoints/discovery StorageVersionHash. */
function storageVersionHash({ kind }: Served): string {
  const digest = createHash('sha256').update(`${kind.group}/${kind.version}/${kind.kind}`).digest();
  return digest.subarray(0, 8).toString('base64');
}

function subresourceEntry(served: Served, name: string) {
  const { group, version, kind } = subresourceKind(served, name);
  const foreign = group !== served.group || version !== served.version;
  return {
    name: `${served.resource}/${name}`,
    singularName: '',
    namespaced: served.namespaced,
    ...(foreign ? { group, version } : {}),
    kind,
    verbs: subresourceVerbs(name),
  };
}

/** Everything in one document, for clients that ask so. */
function aggregate(call: Call, only: string | undefined): HttpResponse {
  const items = [...groups(call)]
    .filter(([name]) => (only === undefined ? name !== '' : name === only))
    .map(([name, versions]) => ({
      metadata: { ...(name ? { name } : {}), creationTimestamp: null },
      versions: versions.map((version) => aggregatedVersion(call, name, version)),
    }));
  const value = { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
  return withEtag(call, { status: 200, headers: AGGREGATED_HEADERS, value }) as HttpResponse;
}

function aggregatedVersion(call: Call, group: string, version: string) {
  if (remoteService(call, group, version)) return remoteVersion(call, group, version);
  const all = call.server.served.all().filter((s) => s.group === group && s.version === version);
  const resources = all.sort((a, b) => (a.resource < b.resource ? -1 : 1)).map(aggregatedResource);
  return { version, resources, freshness: 'Current' };
}

/** What another server says that it serves; stale when it does not answer. */
function remoteVersion(call: Call, group: string, version: string) {
  const { info, request } = call;
  const path = `/apis/${group}/${version}`;
  const asked = {
    ...call,
    info: { ...info, path },
    request: { ...request, method: 'GET', path, headers: {} },
  };
  try {
    const remote = remoteService(call, group, version);
    const response = remote && forward(asked, remote);
    const list = (response?.value ?? JSON.parse(response ? bodyText(response) : '{}')) as {
      resources?: any[];
    };
    const resources = (list.resources ?? [])
      .filter(({ name }) => !name.includes('/'))
      .map(({ name, kind, namespaced, singularName, verbs, shortNames }) => ({
        resource: name,
        responseKind: { group, version, kind },
        scope: namespaced ? 'Namespaced' : 'Cluster',
        singularResource: singularName,
        verbs,
        ...(shortNames?.length ? { shortNames } : {}),
      }));
    return { version, resources, freshness: 'Current' };
  } catch {
    // Clients are told that what they see may be old, and go on with the rest.
    return { version, resources: [], freshness: 'Stale' };
  }
}

function aggregatedResource(served: Served) {
  const { kind, resource, group, version, namespaced } = served;
  const subresources = served.subresources.map((name) => ({
    subresource: name,
    responseKind: subresourceKind(served, name),
    verbs: subresourceVerbs(name),
  }));
  return {
    resource,
    responseKind: { group, version, kind: kind.kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: [...served.verbs].sort(),
    ...(kind.shortNames?.length ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories?.length ? { categories: kind.categories } : {}),
    ...(subresources.length ? { subresources } : {}),
  };
}
