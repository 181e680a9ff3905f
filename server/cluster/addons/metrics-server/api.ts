import type { HttpRequest, HttpResponse } from '../../../host/index.ts';
import { ApiError } from '../../../objects/api-error.ts';
import { matches, parseSelector } from '../../../objects/label-selector.ts';
import { writtenWithoutKinds } from '../../../objects/list-items.ts';
import { type KubeObject, timestamp } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { Agent } from '../agent.ts';
import type { Figures } from './program.ts';
import type { Usage } from './scraper.ts';

const GROUP = 'metrics.k8s.io';
const VERSION = `${GROUP}/v1beta1`;

/** The API that shows the figures. Models metrics-server pkg/api */
export class Metrics {
  readonly #agent: Agent;
  readonly #figures: Figures;

  constructor(agent: Agent, figures: Figures) {
    this.#agent = agent;
    this.#figures = figures;
  }

  answer(request: HttpRequest): HttpResponse {
    const url = new URL(request.path, 'http://metrics');
    const parts = url.pathname.split('/').filter((part) => part !== '');
    try {
      return { status: 200, headers: JSON_TYPE, value: this.#route(parts, url.searchParams) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { status: error.code, headers: JSON_TYPE, value: error.status() };
    }
  }

  #route(parts: readonly string[], query: URLSearchParams): unknown {
    const [root, group, version, ...rest] = parts;
    if (root !== 'apis' || group !== GROUP || version !== 'v1beta1') throw missing();
    if (rest.length === 0) return RESOURCE_LIST;
    if (rest[0] === 'nodes' && rest.length <= 2) return this.#nodes(rest[1], query);
    if (rest[0] === 'pods' && rest.length === 1) return this.#pods(undefined, undefined, query);
    if (rest[0] === 'namespaces' && rest[2] === 'pods' && rest.length <= 4)
      return this.#pods(rest[1], rest[3], query);
    throw missing();
  }

  #nodes(name: string | undefined, query: URLSearchParams): unknown {
    const figures = this.#figures.current();
    const items = this.#selected(RESOURCES.nodes, query).flatMap((node) => {
      const found = figures.get(node.metadata.name);
      if (!found) return [];
      return [this.#item('NodeMetrics', node, found.time, { usage: shown(found.node) })];
    });
    if (name === undefined) return listOf('NodeMetrics', items);
    return items.find(({ metadata }) => metadata.name === name) ?? this.#missed('nodes', '', name);
  }

  #pods(namespace: string | undefined, name: string | undefined, query: URLSearchParams): unknown {
    const figures = this.#figures.current();
    const items = this.#selected(RESOURCES.pods, query).flatMap((pod) => {
      if (namespace !== undefined && pod.metadata.namespace !== namespace) return [];
      const node = figures.get(pod.spec?.nodeName ?? '');
      const found = node?.pods.get(`${pod.metadata.namespace}/${pod.metadata.name}`);
      if (!node || !found) return [];
      const containers = [...found].map(([container, usage]) => ({ name: container, usage: shown(usage) }));
      return [this.#item('PodMetrics', pod, node.time, { containers })];
    });
    if (name === undefined) return listOf('PodMetrics', items);
    return (
      items.find(({ metadata }) => metadata.name === name) ?? this.#missed('pods', namespace ?? '', name)
    );
  }

  #selected(resource: (typeof RESOURCES)['nodes' | 'pods'], query: URLSearchParams): KubeObject[] {
    const selector = parseSelector(query.get('labelSelector') ?? '');
    const fields = (query.get('fieldSelector') ?? '').split(',').filter((term) => term !== '');
    return [...this.#agent.watch(resource).list()].filter(
      (object) =>
        matches(selector, object.metadata.labels) && fields.every((term) => fieldMatches(object, term)),
    );
  }

  #item(kind: string, object: KubeObject, time: number, rest: object): KubeObject {
    const { name, namespace, labels } = object.metadata;
    const metadata = {
      name,
      ...(namespace ? { namespace } : {}),
      creationTimestamp: timestamp(this.#agent.context.now),
      ...(labels ? { labels } : {}),
    };
    const window = `${(this.#figures.windowMs / 1000).toFixed(3).replace(/\.?0+$/, '')}s`;
    return {
      kind,
      apiVersion: VERSION,
      metadata,
      timestamp: timestamp(time),
      window,
      ...rest,
    } as unknown as KubeObject;
  }

  /** Who is not there is missed as an object; who is there has no figures yet. Models metrics-server pkg/api. */
  #missed(plural: 'nodes' | 'pods', namespace: string, name: string): never {
    const isThere = [...this.#agent.watch(RESOURCES[plural]).list()].some(
      ({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace,
    );
    if (!isThere) throw notFound(plural === 'nodes' ? 'node' : 'pods', '', name);
    if (plural === 'nodes') throw notFound('nodemetrics', GROUP, name);
    throw notFound('podmetrics', GROUP, `${namespace}/${name}`);
  }
}

function listOf(kind: string, items: KubeObject[]): unknown {
  return { kind: `${kind}List`, apiVersion: VERSION, metadata: {}, items: writtenWithoutKinds(items) };
}

function notFound(kind: string, group: string, name: string): ApiError {
  const what = group === '' ? kind : `${kind}.${group}`;
  return new ApiError(404, 'NotFound', `${what} ${JSON.stringify(name)} not found`, { name, group, kind });
}

function fieldMatches(object: KubeObject, term: string): boolean {
  const [, field = '', operator, value] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? [];
  const actual =
    field === 'metadata.name'
      ? object.metadata.name
      : field === 'metadata.namespace'
        ? object.metadata.namespace
        : field === 'spec.nodeName'
          ? object.spec?.nodeName
          : undefined;
  return (actual === value) === (operator !== '!=');
}

/** As resource quantities: nanocores and kibibytes. */
function shown({ cores, bytes }: Usage): { cpu: string; memory: string } {
  const nanos = Math.round(cores * 1e9);
  return { cpu: nanos === 0 ? '0' : `${nanos}n`, memory: `${Math.round(bytes / 1024)}Ki` };
}

function missing(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource');
}

const JSON_TYPE = { 'content-type': 'application/json' };

const resource = (name: string, kind: string, namespaced: boolean) => ({
  name,
  singularName: '',
  namespaced,
  kind,
  verbs: ['get', 'list'],
});

const RESOURCE_LIST = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: VERSION,
  resources: [resource('nodes', 'NodeMetrics', false), resource('pods', 'PodMetrics', true)],
};
