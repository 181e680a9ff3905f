import { parse } from 'yaml';
import { EvidenceError } from '../../graders/evidence.ts';
import { bodyText, type Host, type HttpResponse, httpRequest, isSystemError } from '../host/index.ts';
import type { KubeObject } from '../objects/object.ts';
import type { World } from './world.ts';

/** A resource as the API server's discovery lists it. */
export interface ServedResource {
  readonly path: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly group: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
}

const ADMIN = '/etc/kubernetes/admin.conf';

/** The certificate of kubernetes-admin in a world, to be kept before a candidate can touch it. */
export function adminCertificate(world: World): string | undefined {
  const { fs } = controlPlane(world).init;
  if (!fs.isFile(ADMIN)) return undefined;
  const config = parse(fs.read(ADMIN)) as { users?: { user?: Record<string, string> }[] };
  const data = config.users?.[0]?.user?.['client-certificate-data'];
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8');
}

/** The host that the API server runs on. */
export function controlPlane(world: World): Host {
  const spec = world.topology.hosts.find((host) => host.role === 'control-plane');
  if (!spec) throw new EvidenceError('there is no control plane');
  return world.host(spec.name);
}

/** Reads a world's API as its administrator, through the network as everybody does. */
export class ApiReader {
  readonly #world: World;
  readonly #certificates: readonly string[];
  #resources: readonly ServedResource[] | undefined;

  constructor(world: World, certificate: string | undefined) {
    this.#world = world;
    this.#certificates = certificate === undefined ? [] : [certificate];
  }

  /** The answer's body; undefined for NotFound. Throws `EvidenceError` when there is no other answer. */
  get(path: string): unknown {
    return this.#answer(this.#send('GET', path));
  }

  post(path: string, body: unknown): unknown {
    return this.#answer(this.#send('POST', path, body));
  }

  /** True when the API server answers. */
  get answers(): boolean {
    try {
      return this.#send('GET', '/readyz').status === 200;
    } catch {
      return false;
    }
  }

  /** The resource meant by a plural, singular, kind or short name, with `.group` where one is given. */
  resource(name: string): ServedResource {
    this.#resources ??= this.#discover();
    const [word, ...rest] = name.toLowerCase().split('.');
    const group = rest.length === 0 ? undefined : rest.join('.');
    const found = this.#resources.find(
      (resource) =>
        (group === undefined || resource.group === group) &&
        (resource.plural === word ||
          resource.singular === word ||
          resource.kind.toLowerCase() === word ||
          resource.shortNames.includes(word as string)),
    );
    if (!found) throw new EvidenceError(`the server doesn't have a resource type "${name}"`);
    return found;
  }

  find(kind: string, name: string, namespace: string | undefined): KubeObject | undefined {
    const resource = this.resource(kind);
    return this.get(`${this.#collection(resource, namespace)}/${name}`) as KubeObject | undefined;
  }

  list(kind: string, namespace: string | undefined, selector: string | undefined): KubeObject[] {
    const resource = this.resource(kind);
    const query = selector === undefined ? '' : `?labelSelector=${encodeURIComponent(selector)}`;
    const path = namespace === undefined ? resource.path : this.#collection(resource, namespace);
    return (this.get(`${path}${query}`) as { items: KubeObject[] } | undefined)?.items ?? [];
  }

  #collection(resource: ServedResource, namespace: string | undefined): string {
    if (!resource.namespaced) return resource.path;
    const base = resource.path.slice(0, -resource.plural.length);
    return `${base}namespaces/${namespace ?? 'default'}/${resource.plural}`;
  }

  #discover(): ServedResource[] {
    const groups = this.get('/apis') as
      | { groups?: { preferredVersion: { groupVersion: string } }[] }
      | undefined;
    const versions = (groups?.groups ?? []).map((group) => group.preferredVersion.groupVersion);
    return ['v1', ...versions].flatMap((groupVersion) => this.#resourcesOf(groupVersion));
  }

  #resourcesOf(groupVersion: string): ServedResource[] {
    const base = groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`;
    const list = this.get(base) as
      | {
          resources?: {
            name: string;
            singularName: string;
            kind: string;
            shortNames?: string[];
            namespaced: boolean;
          }[];
        }
      | undefined;
    return (list?.resources ?? [])
      .filter((resource) => !resource.name.includes('/'))
      .map((resource) => ({
        path: `${base}/${resource.name}`,
        plural: resource.name,
        singular: resource.singularName || resource.kind.toLowerCase(),
        kind: resource.kind,
        group: groupVersion.includes('/') ? (groupVersion.split('/')[0] as string) : '',
        shortNames: resource.shortNames ?? [],
        namespaced: resource.namespaced,
      }));
  }

  #send(method: string, path: string, body?: unknown): HttpResponse {
    const host = controlPlane(this.#world);
    const address = host.network.primaryAddress() ?? '127.0.0.1';
    const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'examlet' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const request = { method, path, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    try {
      return httpRequest(host.network, { address, port: 6443, certificates: this.#certificates }, request);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new EvidenceError(`the API server does not answer: ${error.message}`);
    }
  }

  #answer(response: HttpResponse): unknown {
    const value = response.value ?? parseJson(bodyText(response));
    if (response.status === 404) return undefined;
    if (response.status < 400) return value;
    const message = (value as { message?: string } | undefined)?.message ?? `status ${response.status}`;
    throw new EvidenceError(`the API server refuses: ${message}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
