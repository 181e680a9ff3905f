import { isApiError } from '../../objects/api-error.ts';
import type { Steps } from '../../sim/index.ts';
import { select } from './builder.ts';
import { clientVersion, skewWarning } from './client-version.ts';
import { ConnectionError, KubectlError, messageOf, throwAll } from './errors.ts';
import { withTimes } from './events.ts';
import { goJson } from './go-json.ts';
import type { Kubectl } from './kubectl.ts';
import { formatPrinter, type Printer } from './printers.ts';
import { type ApiResource, groupVersion, qualified } from './resources.ts';
import { inStructOrder } from './struct-order.ts';
import { tabulate } from './tab-writer.ts';
import { toYaml } from './yaml.ts';

type Fields = Record<string, any>;

/** Models kubectl/pkg/cmd/apiresources/apiresources.go. */
export function* apiResources(k: Kubectl): Steps<void> {
  const { flags } = k;
  const output = flags.string('output');
  if (k.args.length > 0) throw k.usage(`unexpected arguments: [${k.args.join(' ')}]`);
  if (!['', 'wide', 'name'].includes(output)) throw new KubectlError(`--output ${output} is not available`);
  const sort = flags.string('sort-by');
  if (!['', 'name', 'kind'].includes(sort)) throw new KubectlError('--sort-by accepts only name or kind');
  let failure: unknown;
  let every: ApiResource[] = [];
  try {
    every = onePerGroup(flags.bool('cached') ? yield* k.resources.all() : yield* k.resources.refresh());
  } catch (error) {
    failure = error;
  }
  const list = every.filter((resource) => wanted(k, resource));
  const ordered = inOrder(list, sort);
  if (output === 'name') {
    yield* k.out(ordered.map((resource) => `${qualified(resource)}\n`).join(''));
    if (failure !== undefined) throw failure;
    return;
  }
  const wide = output === 'wide';
  const rows = ordered.map((resource) => row(resource, wide));
  const head = [
    'NAME',
    'SHORTNAMES',
    'APIVERSION',
    'NAMESPACED',
    'KIND',
    ...(wide ? ['VERBS', 'CATEGORIES'] : []),
  ];
  const lines = flags.bool('no-headers') ? rows : [head, ...rows];
  yield* k.out(tabulate(lines.map((cells) => `${cells.join('\t')}\n`).join('')));
  if (failure !== undefined) throw failure;
}

/** By group and name, by name, or by kind. */
export function inOrder(list: readonly ApiResource[], sort: string): ApiResource[] {
  return [...list].sort((a, b) => {
    if (sort === 'kind') return a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0;
    if (sort === '' && a.group !== b.group) return a.group < b.group ? -1 : 1;
    return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
  });
}

/** Of the versions of a group, the one that the server prefers. */
export function onePerGroup(list: readonly ApiResource[]): ApiResource[] {
  const seen = new Map<string, ApiResource>();
  for (const resource of list) if (!seen.has(qualified(resource))) seen.set(qualified(resource), resource);
  return [...seen.values()];
}

function row(resource: ApiResource, wide: boolean): string[] {
  return [
    resource.name,
    resource.shortNames.join(','),
    groupVersion(resource),
    String(resource.namespaced),
    resource.kind,
    ...(wide ? [[...resource.verbs].sort().join(','), resource.categories.join(',')] : []),
  ];
}

function wanted(k: Kubectl, resource: ApiResource): boolean {
  const { flags } = k;
  if (resource.verbs.length === 0) return false;
  if (flags.changed('api-group') && flags.string('api-group') !== resource.group) return false;
  if (flags.changed('namespaced') && flags.bool('namespaced') !== resource.namespaced) return false;
  if (!flags.list('verbs').every((verb) => resource.verbs.includes(verb))) return false;
  return flags.list('categories').every((category) => resource.categories.includes(category));
}

export function* apiVersions(k: Kubectl): Steps<void> {
  if (k.args.length > 0) throw k.usage(`unexpected arguments: [${k.args.join(' ')}]`);
  const list = yield* servedVersions(k);
  const versions = [...new Set(list.map(groupVersion))].sort();
  yield* k.out(versions.map((version) => `${version}\n`).join(''));
}

function* servedVersions(k: Kubectl): Steps<readonly ApiResource[]> {
  try {
    return yield* k.resources.refresh();
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    throw new KubectlError(`couldn't get available api versions from server: ${error.asUrlError()}`);
  }
}

const KUSTOMIZE_VERSION = 'v5.6.0';

export function* version(k: Kubectl): Steps<void> {
  if (k.args.length > 0) throw new KubectlError(`extra arguments: [${k.args.join(' ')}]`);
  const output = k.flags.string('output');
  if (!['', 'yaml', 'json'].includes(output)) throw new KubectlError("--output must be 'yaml' or 'json'");
  const info: Fields = { clientVersion: clientVersion(k.context), kustomizeVersion: KUSTOMIZE_VERSION };
  let failure: unknown;
  if (!k.flags.bool('client')) {
    try {
      info['serverVersion'] = yield* k.api.get('/version', { query: { timeout: '32s' } });
    } catch (error) {
      failure = error;
    }
  }
  if (output === 'json') yield* k.out(`${goJson(info, { indent: '  ', sorted: false })}\n`);
  else if (output === 'yaml') yield* k.out(`${toYaml(info)}\n`);
  else {
    yield* k.out(
      `Client Version: ${clientVersion(k.context).gitVersion}\nKustomize Version: ${KUSTOMIZE_VERSION}\n`,
    );
    if (info['serverVersion']) yield* k.out(`Server Version: ${info['serverVersion'].gitVersion}\n`);
  }
  if (info['serverVersion']) yield* k.err(skewWarning(info['clientVersion'], info['serverVersion']));
  if (failure !== undefined) throw failure;
}

/** For terminals. */
const COLORS = { green: '\x1b[0;32m', yellow: '\x1b[0;33m', off: '\x1b[0m' };

/** Models kubectl/pkg/cmd/clusterinfo. */
export function* clusterInfo(k: Kubectl): Steps<void> {
  try {
    yield* clusterServices(k);
  } finally {
    yield* k.out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
  }
}

function* clusterServices(k: Kubectl): Steps<void> {
  const server = k.config.server;
  const { infos, errors } = yield* select(k, {
    args: ['services'],
    labelSelector: 'kubernetes.io/cluster-service=true',
    namespace: k.namespaceGiven ? k.namespace : 'kube-system',
  });
  throwAll(errors);
  const line = (what: string, where: string) =>
    k.context.isTerminal(1)
      ? `${COLORS.green}${what}${COLORS.off} is running at ${COLORS.yellow}${where}${COLORS.off}\n`
      : `${what} is running at ${where}\n`;
  yield* k.out(line('Kubernetes control plane', server));
  for (const { object } of infos) {
    const service = object as Fields;
    const { labels = {}, name, namespace } = service.metadata;
    const shown = labels['kubernetes.io/name'] || name;
    const port = service.spec.ports?.[0];
    const scheme = port?.name === 'https' || port?.port === 443 ? 'https:' : '';
    const tail = port?.name ? `:${port.name}` : '';
    const link = `${server}/api/v1/namespaces/${namespace}/services/${scheme}${name}${tail}/proxy`;
    yield* k.out(line(shown, link));
  }
}

/** What `cluster-info dump` collects, by file name. */
const DUMPED: readonly [string, string, string][] = [
  ['events', '/api/v1', 'events'],
  ['replication-controllers', '/api/v1', 'replicationcontrollers'],
  ['services', '/api/v1', 'services'],
  ['daemonsets', '/apis/apps/v1', 'daemonsets'],
  ['deployments', '/apis/apps/v1', 'deployments'],
  ['replicasets', '/apis/apps/v1', 'replicasets'],
  ['pods', '/api/v1', 'pods'],
];

export function* clusterInfoDump(k: Kubectl): Steps<void> {
  const { flags } = k;
  const directory = flags.string('output-directory');
  const printer = formatPrinter(k, flags.string('output') === 'yaml' ? 'yaml' : 'json', '') as Printer;
  // Typed lists: only the list itself says of which kind it is.
  const untyped = (item: Fields) => {
    const { kind: _kind, apiVersion: _apiVersion, ...rest } = inStructOrder(withTimes(item));
    return rest;
  };
  const text = (list: Fields) =>
    printer.print({ ...list, items: list['items'].map(untyped) }, { typed: true });
  const write = function* (path: string, content: string): Steps<void> {
    if (directory === '' || directory === '-') {
      yield* k.out(content);
      return;
    }
    const full = `${directory}/${path}`;
    k.context.fs.mkdirAll(full.replace(/\/[^/]*$/, ''));
    k.context.fs.write(full, content);
  };
  yield* write('nodes.json', text(yield* k.api.get('/api/v1/nodes')));
  const all = flags.bool('all-namespaces')
    ? (yield* k.api.get('/api/v1/namespaces')).items.map((item: Fields) => item['metadata'].name)
    : flags.list('namespaces').length > 0
      ? flags.list('namespaces')
      : ['kube-system', k.namespace];
  for (const namespace of all) {
    for (const [file, root, plural] of DUMPED) {
      const list = yield* k.api.get(`${root}/namespaces/${namespace}/${plural}`);
      yield* write(`${namespace}/${file}.json`, text(list));
      if (plural !== 'pods') continue;
      for (const pod of list.items) yield* dumpLogs(k, pod, write);
    }
  }
  if (directory !== '' && directory !== '-') yield* k.out(`Cluster info dumped to ${directory}\n`);
}

function* dumpLogs(k: Kubectl, pod: Fields, write: (path: string, text: string) => Steps<void>): Steps<void> {
  const { name, namespace } = pod['metadata'];
  for (const container of [...(pod['spec'].initContainers ?? []), ...pod['spec'].containers]) {
    const head = `==== START logs for container ${container.name} of pod ${namespace}/${name} ====\n`;
    let body: string;
    try {
      const response = yield* k.api.request('GET', `/api/v1/namespaces/${namespace}/pods/${name}/log`, {
        query: { container: container.name },
        raw: true,
      });
      body = response.body ?? '';
    } catch (error) {
      const why = isApiError(error, 'BadRequest')
        ? `the server rejected our request for an unknown reason (get pods ${name})`
        : messageOf(error);
      body = `Request log error: ${why}\n`;
    }
    yield* write(
      `${namespace}/${name}/logs.txt`,
      `${head}${body}==== END logs for container ${container.name} of pod ${namespace}/${name} ====\n`,
    );
  }
}
