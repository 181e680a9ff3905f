import type { Context, HttpResponse } from '../../host/index.ts';
import { SystemError } from '../../host/index.ts';
import { byPolicy, type ServicePort } from './rules.ts';
import type { Settings } from './settings.ts';

/** What a proxy tells about itself over HTTP: health, metrics, and the nodes' ports that load balancers ask. */
export class HealthServers {
  readonly #context: Context;
  readonly #settings: Settings;
  /** By the port that a service asks for. */
  readonly #balancers = new Map<number, { stop: () => void; port: ServicePort }>();
  #syncedAt: number | undefined;

  constructor(context: Context, settings: Settings) {
    this.#context = context;
    this.#settings = settings;
    context.process.onExit.push(() => {
      for (const { stop } of this.#balancers.values()) stop();
    });
  }

  /** Returns what could not be listened on. */
  start(): string[] {
    const { health, metrics } = this.#settings;
    return [
      this.#listen(health, (path) => (path === '/healthz' || path === '/livez' ? this.#health() : missing())),
      this.#listen(metrics, (path) => this.#metrics(path)),
    ].flatMap((result) => (typeof result === 'string' ? [result] : []));
  }

  synced(ports: readonly ServicePort[]): void {
    this.#syncedAt = this.#context.now;
    const wanted = new Map(ports.flatMap((port) => (port.healthPort ? [[port.healthPort, port]] : [])));
    for (const [number, { stop }] of this.#balancers) {
      if (wanted.has(number)) continue;
      stop();
      this.#balancers.delete(number);
    }
    for (const [number, port] of wanted) this.#serve(number, port);
  }

  #serve(number: number, port: ServicePort): void {
    const known = this.#balancers.get(number);
    if (known) {
      known.port = port;
      return;
    }
    const stop = this.#listen({ address: '::', port: number }, () => this.#localEndpoints(number));
    if (typeof stop === 'function') this.#balancers.set(number, { stop, port });
  }

  /** Models pkg/proxy/healthcheck hcHandler.ServeHTTP */
  #localEndpoints(number: number): HttpResponse {
    const port = this.#balancers.get(number)?.port;
    if (!port) return missing();
    const count = byPolicy(port, this.#settings.node).external.length;
    const [namespace, name] = (port.name.split(':')[0] as string).split('/');
    return {
      status: count > 0 ? 200 : 503,
      headers: {
        'content-type': 'application/json',
        'x-load-balancing-endpoint-weight': String(count),
        'x-content-type-options': 'nosniff',
      },
      body: `{\n\t"service": {\n\t\t"namespace": "${namespace}",\n\t\t"name": "${name}"\n\t},\n\t"localEndpoints": ${count},\n\t"serviceProxyHealthy": true\n}`,
    };
  }

  #health(): HttpResponse {
    const at = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
    const { now } = this.#context;
    return {
      status: this.#syncedAt === undefined ? 503 : 200,
      headers: { 'content-type': 'application/json' },
      body: `{"lastUpdated": "${at(this.#syncedAt ?? now)}","currentTime": "${at(now)}", "nodeEligible": true}`,
    };
  }

  #metrics(path: string): HttpResponse {
    if (path === '/proxyMode') return plain(this.#settings.mode);
    if (path === '/healthz') return plain('ok');
    if (path !== '/metrics') return missing();
    const seconds = (this.#syncedAt ?? 0) / 1000;
    return plain(
      `# HELP kubeproxy_sync_proxy_rules_last_timestamp_seconds [ALPHA] The last time proxy rules were successfully synced\n# TYPE kubeproxy_sync_proxy_rules_last_timestamp_seconds gauge\nkubeproxy_sync_proxy_rules_last_timestamp_seconds ${seconds}\n`,
    );
  }

  #listen(
    { address, port }: { address: string; port: number },
    answer: (path: string) => HttpResponse,
  ): (() => void) | string {
    const { network, process } = this.#context;
    try {
      const stop = network.listen({
        protocol: 'TCP',
        address,
        port,
        pid: process.pid,
        http: (request) => answer(request.path.split('?')[0] as string),
      });
      process.onExit.push(stop);
      return stop;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return `listen tcp ${address === '::' ? '' : address}:${port}: bind: ${error.message.toLowerCase()}`;
    }
  }
}

function plain(body: string): HttpResponse {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

function missing(): HttpResponse {
  return { ...plain('404 page not found\n'), status: 404 };
}
