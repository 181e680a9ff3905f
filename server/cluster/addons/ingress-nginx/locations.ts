import { linearRegex, matchesPart } from '../../../objects/linear-regex.ts';
import type { KubeObject } from '../../../objects/object.ts';

export const PREFIX = 'nginx.ingress.kubernetes.io/';

/** Where requests of one path go. */
export interface Location {
  readonly ingress: KubeObject;
  readonly namespace: string;
  /** As written in the ingress; `/` for a default backend. */
  readonly path: string;
  readonly type: 'Exact' | 'Prefix' | 'ImplementationSpecific';
  readonly service: string;
  readonly port: number | string;
  readonly isRegex: boolean;
}

/** A name that requests are for, with its paths, those first that win. */
export interface Server {
  readonly host: string;
  readonly locations: readonly Location[];
  /** `namespace/name` of the secret with the certificate. */
  readonly secret: string | undefined;
  readonly hasTls: boolean;
}

export function annotation(ingress: KubeObject, name: string): string | undefined {
  return ingress.metadata.annotations?.[PREFIX + name];
}

export function isOn(ingress: KubeObject, name: string): boolean {
  return annotation(ingress, name) === 'true';
}

export function isCanary(ingress: KubeObject): boolean {
  return isOn(ingress, 'canary');
}

/** All servers of the valid ingresses, the catch-all `_` among them. Older ingresses come first. Models store and getServers */
export function servers(ingresses: readonly KubeObject[]): Map<string, Server> {
  const byHost = new Map<string, { locations: Location[]; secret?: string; hasTls: boolean }>();
  const at = (host: string) => {
    const known = byHost.get(host) ?? { locations: [], hasTls: false };
    byHost.set(host, known);
    return known;
  };
  at('_');
  for (const ingress of ingresses) {
    const { spec = {} } = ingress;
    const add = (host: string, location: Location) => {
      const { locations } = at(host);
      if (!locations.some((l) => l.path === location.path && l.type === location.type))
        locations.push(location);
    };
    for (const rule of spec.rules ?? []) {
      for (const path of rule.http?.paths ?? []) {
        const location = locationOf(ingress, path);
        if (location) add(rule.host || '_', location);
      }
      for (const alias of (annotation(ingress, 'server-alias') ?? '').split(',').map((name) => name.trim())) {
        for (const path of alias === '' ? [] : (rule.http?.paths ?? [])) {
          const location = locationOf(ingress, path);
          if (location) add(alias, location);
        }
      }
    }
    const fallback = spec.defaultBackend && locationOf(ingress, { path: '/', backend: spec.defaultBackend });
    const hosts: string[] = (spec.rules ?? []).flatMap((rule: any) => rule.host ?? []);
    if (fallback) for (const host of hosts.length > 0 ? hosts : ['_']) add(host, fallback);
    for (const tls of spec.tls ?? []) {
      for (const host of tls.hosts ?? []) {
        const server = at(host);
        server.hasTls = true;
        if (tls.secretName) server.secret ??= `${ingress.metadata.namespace}/${tls.secretName}`;
      }
    }
  }
  return new Map(
    [...byHost].map(([host, { locations, secret, hasTls }]) => [
      host,
      { host, locations: ordered(locations), secret, hasTls },
    ]),
  );
}

function locationOf(ingress: KubeObject, path: any): Location | undefined {
  const { service } = path.backend ?? {};
  if (!service) return undefined;
  return {
    ingress,
    namespace: ingress.metadata.namespace ?? '',
    path: path.path || '/',
    type: path.pathType ?? 'Prefix',
    service: service.name,
    port: service.port?.number || service.port?.name,
    isRegex: isOn(ingress, 'use-regex') || annotation(ingress, 'rewrite-target') !== undefined,
  };
}

/** Exact paths before others of the same length, longer ones before shorter. Models sortLocations */
function ordered(locations: readonly Location[]): Location[] {
  return [...locations].sort(
    (a, b) =>
      Number(b.type === 'Exact' && !b.isRegex) - Number(a.type === 'Exact' && !a.isRegex) ||
      b.path.length - a.path.length,
  );
}

/** The server for a name: its own, that of `*.` before its domain, or the catch-all. */
export function serverFor(all: ReadonlyMap<string, Server>, host: string): Server {
  const wildcard = `*.${host.slice(host.indexOf('.') + 1)}`;
  return (all.get(host) ?? all.get(wildcard) ?? all.get('_')) as Server;
}

export function locationFor(server: Server, path: string): Location | undefined {
  return server.locations.find((location) => leadsTo(location, path));
}

/** Whether a request's path belongs to a location. Models the nginx locations that the template writes */
function leadsTo({ path, type, isRegex }: Location, asked: string): boolean {
  if (isRegex) return matchesPart(`(?i)^${path}`, asked);
  if (type === 'Exact') return asked === path;
  if (type === 'ImplementationSpecific' || path === '/') return asked.startsWith(path);
  const bare = path.replace(/\/$/, '');
  return asked === bare || asked.startsWith(`${bare}/`);
}

/** The path that the backend is asked for: `rewrite-target` with what the groups of the path matched. */
export function rewritten({ ingress, path }: Location, asked: string): string {
  const target = annotation(ingress, 'rewrite-target');
  if (target === undefined) return asked;
  const matcher = linearRegex(`(?i)^${path}`).matcher(asked);
  if (!matcher.find()) return asked;
  return target.replace(/\$(\d)/g, (_, group: string) =>
    Number(group) <= matcher.groupCount() ? (matcher.group(Number(group)) ?? '') : '',
  );
}
