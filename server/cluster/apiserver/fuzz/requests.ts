import type { HttpRequest } from '../../../host/index.ts';
import { Random } from '../../../sim/index.ts';
import type { ApiServer } from '../api-server.ts';
import type { Served } from '../served.ts';
import { RandomValues } from './values.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const ODD_METHODS = ['HEAD', 'OPTIONS', 'CONNECT', 'get', '', 'X'.repeat(100)];
const PATCHES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
const TYPES = [
  'application/json',
  'application/yaml',
  'text/plain',
  'application/vnd.kubernetes.protobuf',
  '',
  'a;b;=c',
];
const NAMES = ['a', 'web', 'kubernetes', 'default', 'system:node', 'cluster-admin', 'flat.example.com'];
const OPTIONS = [
  'dryRun',
  'fieldManager',
  'fieldValidation',
  'force',
  'labelSelector',
  'fieldSelector',
  'limit',
  'continue',
  'watch',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'allowWatchBookmarks',
  'timeoutSeconds',
  'pretty',
  'gracePeriodSeconds',
  'propagationPolicy',
  'orphanDependents',
  'container',
  'tailLines',
  'command',
  'x',
] as const;
const TEXTS = [
  'All',
  'true',
  '1',
  '0',
  '-1',
  'Strict',
  'a=b',
  'a in (b',
  '!a',
  'metadata.name=web',
  'status.phase!=x',
  'abc',
  'Exact',
  'eyJ9',
  'Foreground',
  '%ff',
  '99999999999999999999',
  'NotOlderThan',
  'fuzz',
] as const;

/** Requests that a server may get from anybody: some right, most nearly right, some absurd. The same for a seed. */
export class RandomRequests {
  readonly #server: ApiServer;
  readonly #random: Random;
  readonly #values: RandomValues;
  #paths: string[] = [];

  constructor(server: ApiServer, seed: number) {
    this.#server = server;
    this.#random = new Random(`requests/${seed}`);
    this.#values = new RandomValues(this.#random);
  }

  next(): HttpRequest {
    const served = this.#random.pick(this.#server.served.all());
    const method = this.#values.chance(0.98) ? this.#random.pick(METHODS) : this.#random.pick(ODD_METHODS);
    const headers = this.#headers(method);
    const path = this.#path(served, method) + this.#query();
    if (method === 'GET') return { method, path, headers };
    const value = this.#body(served, headers['content-type'] ?? '');
    if (this.#values.chance(0.4)) return { method, path, headers, value: value as HttpRequest['value'] & {} };
    return { method, path, headers, body: this.#text(value) };
  }

  #headers(method: string): Record<string, string> {
    const headers: Record<string, string> = {};
    if (method === 'PATCH') headers['content-type'] = this.#random.pick(PATCHES);
    if (this.#values.chance(0.05)) headers['content-type'] = this.#random.pick(TYPES);
    if (this.#values.chance(0.05)) headers['accept'] = this.#random.pick(TYPES);
    if (this.#values.chance(0.1)) headers['accept'] = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    if (this.#values.chance(0.02)) headers['authorization'] = `Bearer ${this.#values.word()}`;
    if (this.#values.chance(0.02)) headers['impersonate-user'] = this.#values.word();
    return headers;
  }

  #path(served: Served, method: string): string {
    if (this.#values.chance(0.02)) return this.#oddPath();
    if (this.#paths.length > 0 && this.#values.chance(0.05)) return this.#random.pick(this.#paths);
    const root = served.group === '' ? `/api/${served.version}` : `/apis/${served.apiVersion}`;
    const space = served.namespaced && this.#values.chance(0.95) ? '/namespaces/default' : '';
    const collection = `${root}${space}/${served.resource}`;
    if (method === 'POST' && this.#values.chance(0.7)) return collection;
    const name = this.#name(served);
    const subresources = [...served.subresources, 'status', 'scale', 'nothing'];
    const path = `${collection}/${name}${this.#values.chance(0.3) ? `/${this.#random.pick(subresources)}` : ''}`;
    if (this.#paths.length < 100) this.#paths.push(path);
    return this.#values.chance(0.95) || method === 'DELETE' ? path : collection;
  }

  #name(served: Served): string {
    const known = this.#server.store.list(served, served.namespaced ? 'default' : '');
    if (known.length > 0 && this.#values.chance(0.8)) return this.#random.pick(known).metadata.name;
    return this.#values.chance(0.9)
      ? this.#random.pick(NAMES)
      : encodeURIComponent(wellFormed(this.#values.word()));
  }

  #oddPath(): string {
    const parts = [
      'api',
      'apis',
      'v1',
      'apps',
      '',
      '..',
      '%',
      '%2f',
      'namespaces',
      'proxy',
      'openapi',
      'v3',
      'livez',
      '한',
    ];
    return `/${Array.from({ length: this.#random.below(9) }, () => this.#random.pick(parts)).join('/')}`;
  }

  #query(): string {
    if (this.#values.chance(0.6)) return '';
    const count = 1 + this.#random.below(3);
    const one = () => {
      const text = this.#values.chance(0.9)
        ? this.#random.pick(TEXTS)
        : encodeURIComponent(wellFormed(this.#values.word()));
      return `${this.#random.pick(OPTIONS)}=${text}`;
    };
    return `?${Array.from({ length: count }, one).join('&')}`;
  }

  #body(served: Served, type: string): unknown {
    if (this.#values.chance(0.03)) return this.#values.any(6);
    if (type === 'application/json-patch+json' && this.#values.chance(0.95)) return this.#operations();
    const value = this.#values.object(served.type, 6);
    if (typeof value !== 'object' || value === null || Array.isArray(value) || this.#values.chance(0.05))
      return value;
    const given = (value as { metadata?: unknown }).metadata;
    const metadata = typeof given === 'object' && given !== null && this.#values.chance(0.3) ? given : {};
    const name = this.#random.pick(NAMES);
    const kind = { apiVersion: served.apiVersion, kind: served.kind.kind };
    return { ...value, ...kind, metadata: { ...metadata, name, namespace: undefined } };
  }

  #operations(): unknown {
    const paths = [
      '/spec',
      '/metadata/labels',
      '/metadata/name',
      '/spec/containers/0',
      '/-',
      '',
      '/__proto__/x',
      '/a~1b',
      'x',
    ];
    const ops = ['add', 'remove', 'replace', 'move', 'copy', 'test', 'x'];
    return Array.from({ length: this.#random.below(4) }, () => ({
      op: this.#random.pick(ops),
      path: this.#random.pick(paths),
      from: this.#random.pick(paths),
      value: this.#values.any(),
    }));
  }

  /** The body as it goes over the wire, sometimes cut, repeated or very deep. */
  #text(value: unknown): string {
    const text = JSON.stringify(value) ?? '';
    const kind = this.#random.below(40);
    if (kind === 0) return text.slice(0, this.#random.below(text.length + 1));
    if (kind === 1) return text + text;
    if (kind === 2) return '['.repeat(this.#random.below(20_000));
    if (kind === 3) return '{"a":'.repeat(5000) + '1' + '}'.repeat(5000);
    if (kind === 4) return `{"metadata":{"__proto__":{"polluted":true}},"__proto__":{"polluted":true}}`;
    return text;
  }
}

function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/g, '?');
}
