import {
  type HttpRequest,
  type HttpResponse,
  httpRequest,
  isSystemError,
  resolveName,
} from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import type { Client } from '../../client/client.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { Agent } from '../agent.ts';

/** Where a proxy may send a request. */
export interface Backend {
  readonly address: string;
  readonly port: number;
}

/** The services of a cluster as a proxy sees them: straight to the pods, without kube-proxy. */
export class Backends {
  readonly #agent: Agent;
  readonly #turns = new Map<string, number>();

  constructor(agent: Agent) {
    this.#agent = agent;
    agent.watch(RESOURCES.services);
    agent
      .watch(RESOURCES.endpointslices)
      .addIndex('service', (slice) => [
        `${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`,
      ]);
  }

  get client(): Client {
    return this.#agent.client;
  }

  service(namespace: string, name: string): KubeObject | undefined {
    return this.#agent.watch(RESOURCES.services).get(`${namespace}/${name}`);
  }

  /** The port of a service by its number or name. */
  port(service: KubeObject, wanted: number | string): any {
    return (service.spec?.ports ?? []).find((port: any) => port.port === wanted || port.name === wanted);
  }

  /** Where ready pods listen behind a service's port. */
  endpoints(namespace: string, name: string, wanted: number | string): Backend[] {
    const service = this.service(namespace, name);
    if (!service) return [];
    const port = this.port(service, wanted);
    if (service.spec.type === 'ExternalName') return this.#external(service.spec.externalName, wanted);
    if (!port) return [];
    const slices = this.#agent.watch(RESOURCES.endpointslices).byIndex('service', `${namespace}/${name}`);
    return [...slices].flatMap((slice) => {
      const target = (slice['ports'] ?? []).find((p: any) => (p.name ?? '') === (port.name ?? ''))?.port;
      if (target === undefined) return [];
      const ready = (slice['endpoints'] ?? []).filter((e: any) => e.conditions?.ready !== false);
      return ready.flatMap((e: any) => e.addresses.map((address: string) => ({ address, port: target })));
    });
  }

  #external(name: string, port: number | string): Backend[] {
    const found = resolveName(this.#agent.context, name);
    return found.ok ? [{ address: found.addresses[0] as string, port: Number(port) }] : [];
  }

  /** One of the backends, each in its turn. */
  next(key: string, backends: readonly Backend[]): Backend | undefined {
    const turn = this.#turns.get(key) ?? 0;
    this.#turns.set(key, turn + 1);
    return backends[turn % backends.length];
  }

  /** Passes a request on; a failure to reach the backend is told as such. */
  send(backend: Backend, request: HttpRequest): HttpResponse | 'refused' | 'timeout' {
    try {
      return httpRequest(this.#agent.context.network, backend, request);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return error.code === 'ETIMEDOUT' ? 'timeout' : 'refused';
    }
  }
}
