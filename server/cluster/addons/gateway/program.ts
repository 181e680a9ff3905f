import {
  type Context,
  isSystemError,
  type Main,
  OPENSSL_SUITES,
  type TlsServer,
} from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import { FlagError, type FlagKind, parseFlags } from '../../flags.ts';
import { text, tryListen } from '../../images/serve.ts';
import { type Agent, startAgent } from '../agent.ts';
import { Backends } from '../http/backends.ts';
import { GatewayProxy } from './answer.ts';
import type { GatewayView } from './attachment.ts';
import { GATEWAY_CLASSES, GATEWAYS, GRPC_ROUTES, HTTP_ROUTES, REFERENCE_GRANTS } from './resources.ts';
import { StatusWriter } from './status.ts';

const FLAGS: Readonly<Record<string, FlagKind>> = {
  config: 'string',
  gatewayclass: 'string',
  'gateway-api-experimental-features': 'bool',
  'gateway-ctlr-name': 'string',
  'health-disable': 'bool',
  'health-port': 'int',
  'leader-election-disable': 'bool',
  'leader-election-lock-name': 'string',
  'metrics-disable': 'bool',
  'metrics-port': 'int',
  'product-telemetry-disable': 'bool',
  service: 'string',
};

/** NGINX Gateway Fabric: gateways of its class become what its nginx answers. */
export const nginxGateway: Main = function* (context) {
  let flags: ReadonlyMap<string, string>;
  try {
    flags = parseFlags(context.args.slice(2), FLAGS);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    yield* context.err(`Error: ${error.message}\n`);
    return 1;
  }
  const says = (level: string, message: string) =>
    `{"level":"${level}","ts":"${new Date(context.now).toISOString().slice(0, 19)}Z","msg":${JSON.stringify(message)}}\n`;
  const agent = yield* startAgent(context, {
    userAgent: 'nginx-gateway-fabric',
    cannotStart: (message) => says('error', `failed to start control loop: ${message}`),
  });
  if (!agent) return 1;
  const fabric = new Fabric(agent, flags);
  const ready = () =>
    agent.informers.synced ? text(200, 'ok') : text(503, 'control plane is not yet ready');
  tryListen(context, { port: Number(flags.get('health-port') ?? 8081), http: ready });
  fabric.start();
  yield* context.err(says('info', 'Starting manager'));
  yield* agent.run();
  return 0;
};

class Fabric implements GatewayView {
  readonly #agent: Agent;
  readonly #className: string;
  readonly #controller: string;
  readonly #serviceName: string;
  readonly #backends: Backends;
  readonly #proxy: GatewayProxy;
  readonly #status: StatusWriter;
  readonly #open = new Map<number, () => void>();

  constructor(agent: Agent, flags: ReadonlyMap<string, string>) {
    this.#agent = agent;
    this.#className = flags.get('gatewayclass') ?? 'nginx';
    this.#controller = flags.get('gateway-ctlr-name') ?? '';
    this.#serviceName = flags.get('service') ?? '';
    this.#backends = new Backends(agent);
    this.#proxy = new GatewayProxy(agent, this, this.#backends, () => this.#routes());
    this.#status = new StatusWriter(agent, this, this.#controller);
    agent.watch(REFERENCE_GRANTS).addIndex('home', ({ metadata }) => [metadata.namespace ?? '']);
  }

  start(): void {
    const queue = this.#agent.queue(() => this.#sync());
    this.#agent.onChange(
      [
        ...[GATEWAY_CLASSES, GATEWAYS, HTTP_ROUTES, GRPC_ROUTES, REFERENCE_GRANTS],
        ...[RESOURCES.services, RESOURCES.secrets, RESOURCES.namespaces],
      ],
      queue,
      'all',
    );
    this.#agent.context.process.onExit.push(() => {
      for (const stop of this.#open.values()) stop();
    });
  }

  gateways(): readonly KubeObject[] {
    const gatewayClass = this.#agent.watch(GATEWAY_CLASSES).get(this.#className);
    if (gatewayClass?.spec?.controllerName !== this.#controller) return [];
    return [...this.#agent.watch(GATEWAYS).list()]
      .filter(({ spec }) => spec?.gatewayClassName === this.#className)
      .sort((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp));
  }

  namespaceLabels(name: string): Readonly<Record<string, string>> | undefined {
    return this.#agent.watch(RESOURCES.namespaces).get(name)?.metadata.labels;
  }

  service(namespace: string, name: string): KubeObject | undefined {
    return this.#backends.service(namespace, name);
  }

  secret(namespace: string, name: string): KubeObject | undefined {
    return this.#agent.watch(RESOURCES.secrets).get(`${namespace}/${name}`);
  }

  grants(namespace: string): Iterable<KubeObject> {
    return this.#agent.watch(REFERENCE_GRANTS).byIndex('home', namespace);
  }

  #routes(): KubeObject[] {
    return [...this.#agent.watch(HTTP_ROUTES).list()];
  }

  #sync(): void {
    for (const one of this.#agent.watch(GATEWAY_CLASSES).list()) {
      if (one.spec?.controllerName === this.#controller)
        this.#status.gatewayClass(one, one.metadata.name === this.#className);
    }
    const addresses = this.#addresses();
    const grpc = [...this.#agent.watch(GRPC_ROUTES).list()];
    const routes = [...this.#routes(), ...grpc];
    for (const gateway of this.gateways()) this.#status.gateway(gateway, routes, addresses);
    for (const route of this.#routes()) this.#status.route(HTTP_ROUTES, route);
    for (const route of grpc) this.#status.route(GRPC_ROUTES, route);
    this.#listen();
  }

  /** Where the gateways are reached: the load balancer's addresses, else the pod's own. */
  #addresses(): string[] {
    const { env } = this.#agent.context;
    const service = this.service(env.get('POD_NAMESPACE') ?? '', this.#serviceName);
    if (service?.spec?.type === 'LoadBalancer')
      return (service.status?.loadBalancer?.ingress ?? []).map((one: any) => one.ip ?? one.hostname);
    return [env.get('POD_IP') ?? ''].filter((address) => address !== '');
  }

  /** Opens the ports of all listeners, and closes those that nobody wants any more. */
  #listen(): void {
    const wanted = new Map<number, 'HTTP' | 'HTTPS'>();
    for (const { spec } of this.gateways())
      for (const { port, protocol } of spec?.listeners ?? [])
        if (protocol === 'HTTP' || protocol === 'HTTPS') wanted.set(port, protocol);
    for (const [port, stop] of this.#open) {
      if (wanted.has(port)) continue;
      stop();
      this.#open.delete(port);
    }
    for (const [port, protocol] of wanted) if (!this.#open.has(port)) this.#openPort(port, protocol);
  }

  #openPort(port: number, protocol: 'HTTP' | 'HTTPS'): void {
    const { network, process }: Context = this.#agent.context;
    const scheme = protocol === 'HTTPS' ? 'https' : 'http';
    try {
      const stop = network.listen({
        protocol: 'TCP',
        address: '0.0.0.0',
        port,
        pid: process.pid,
        http: (request) => this.#proxy.answer(port, scheme, request),
        ...(protocol === 'HTTPS' ? { tls: this.#tls(port) } : {}),
      });
      this.#open.set(port, stop);
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }

  #tls(port: number): TlsServer {
    const of = (name: string) => {
      for (const { spec, metadata } of this.gateways()) {
        for (const listener of spec?.listeners ?? []) {
          const ref = listener.tls?.certificateRefs?.[0];
          if (
            listener.port !== port ||
            !ref ||
            (listener.hostname && name !== '' && !fits(listener.hostname, name))
          )
            continue;
          const secret = this.secret(ref.namespace ?? metadata.namespace ?? '', ref.name);
          const data: string = secret?.['data']?.['tls.crt'] ?? '';
          return Buffer.from(data, 'base64').toString();
        }
      }
      return '';
    };
    return {
      get certificates() {
        return of('');
      },
      certificatesFor: of,
      suites: OPENSSL_SUITES,
    };
  }
}

function fits(pattern: string, name: string): boolean {
  return pattern === name || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1)));
}
