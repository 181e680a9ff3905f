import { createHash } from 'node:crypto';
import { type Context, isSystemError, type Main, wasResumed } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { WaitQueue, waitOn } from '../../../sim/index.ts';
import { clientInCluster } from '../../client/http-client.ts';
import { Informers } from '../../client/informer.ts';
import { RESOURCES } from '../../client/resources.ts';
import { checkBlocks } from './check.ts';
import { CorefileError, parseCorefile, type ServerBlock } from './corefile.ts';
import type { ClusterView } from './kubernetes.ts';
import { upstreams } from './plugins/forward.ts';
import { CoreDnsServer } from './server.ts';

const VERSION = 'CoreDNS-1.12.0\nlinux/amd64, go1.23.3, 51e11f1\n';
/** The reload plugin looks every 30 seconds, give or take some. */
const RELOAD_MS = 30_000;

/** After a restore: until the API server and kube-proxy's rules are there again. */
const RESUME_MS = 40;

/** coredns: answers for the names of the cluster as its Corefile says. */
export const coredns: Main = function* (context) {
  const at = context.args.findIndex((arg) => arg === '-conf' || arg === '--conf');
  const path = at >= 0 ? (context.args[at + 1] ?? 'Corefile') : 'Corefile';
  let blocks: ServerBlock[];
  try {
    blocks = parseCorefile(context.fs.read(path), path);
    checkBlocks(blocks, path);
  } catch (error) {
    if (error instanceof CorefileError) yield* context.out(`${error.message}\n`);
    else if (isSystemError(error))
      yield* context.out(`loading Caddyfile via flag: open ${path}: ${error.message.toLowerCase()}\n`);
    else throw error;
    return 1;
  }
  const say = (text: string) => {
    try {
      context.fd(1).write(text);
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  };
  const looped = loop(blocks, context);
  if (looped) {
    yield* context.out(
      `[FATAL] plugin/loop: Loop (127.0.0.1:47892 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 4547991504243258144.3688648895315093531."\n`,
    );
    return 1;
  }
  const wake = new WaitQueue();
  if (wasResumed(context)) yield* context.sleep(RESUME_MS);
  const cluster = new Cluster(context, wake, say);
  const ports = new Ports(context, cluster, say);
  const refused = startError(ports, blocks);
  if (refused) {
    yield* context.out(`${refused}\n`);
    return 1;
  }
  announce(context, path, blocks, say);
  let stopped = false;
  for (const signal of ['TERM', 'INT'] as const) {
    context.process.handlers.set(signal, () => {
      stopped = true;
    });
  }
  let current = context.fs.read(path);
  let reloadAt: number | undefined;
  const directory = path.slice(0, path.lastIndexOf('/')) || '/';
  while (!stopped) {
    cluster.pump();
    if (reloadAt !== undefined && context.now >= reloadAt) {
      reloadAt = undefined;
      const text = context.fs.isFile(path) ? context.fs.read(path) : current;
      if (text !== current) reload(context, path, text, ports, say);
      current = text;
    }
    const text = context.fs.isFile(path) ? context.fs.read(path) : current;
    if (text !== current && reloadAt === undefined && has(blocks, 'reload'))
      reloadAt = context.now + RELOAD_MS;
    const due = [cluster.nextDue, reloadAt].filter((t) => t !== undefined);
    yield* waitOn([wake, context.fs.changed(directory)], due.length > 0 ? Math.min(...due) : undefined);
  }
  say('[INFO] SIGTERM: Shutting down servers then terminating\n');
  if (has(blocks, 'health')) {
    say('[INFO] plugin/health: Going into lameduck mode for 5s\n');
    yield* context.sleep(5000);
  }
  return 0;
};

/** Why the server cannot begin to serve. */
function startError(ports: Ports, blocks: readonly ServerBlock[]): string | undefined {
  try {
    const taken = ports.set(blocks);
    return taken && `Listen: listen tcp :53: bind: ${taken.toLowerCase()}`;
  } catch (error) {
    if (error instanceof CorefileError) return error.message;
    throw error;
  }
}

function has(blocks: readonly ServerBlock[], name: string): boolean {
  return blocks.some((block) => block.directives.some((d) => d.name === name));
}

/** True when the server would ask itself. */
function loop(blocks: readonly ServerBlock[], context: Context): boolean {
  if (!has(blocks, 'loop')) return false;
  const forwards = blocks.flatMap((block) => block.directives.filter((d) => d.name === 'forward'));
  return forwards.some((directive) =>
    upstreams(directive, context).some(({ address }) => address.startsWith('127.')),
  );
}

function announce(
  context: Context,
  path: string,
  blocks: readonly ServerBlock[],
  say: (text: string) => void,
): void {
  for (const block of blocks) say(`${block.key}\n`);
  if (has(blocks, 'reload'))
    say(`[INFO] plugin/reload: Running configuration SHA512 = ${sha(context.fs.read(path))}\n`);
  say(VERSION);
}

function reload(
  context: Context,
  path: string,
  text: string,
  ports: Ports,
  say: (text: string) => void,
): void {
  say('[INFO] Reloading\n');
  try {
    const blocks = parseCorefile(text, path);
    checkBlocks(blocks, path);
    ports.set(blocks);
    say(
      `[INFO] plugin/reload: Running configuration SHA512 = ${sha(context.fs.read(path))}\n[INFO] Reloading complete\n`,
    );
  } catch (error) {
    if (!(error instanceof CorefileError)) throw error;
    say(
      `[ERROR] Restart failed: ${error.message}\n[ERROR] plugin/reload: Corefile changed but reload failed: ${error.message}\n`,
    );
  }
}

/** What the prometheus plugin counts. */
function metrics(servers: readonly CoreDnsServer[]): string {
  const counts = new Map<string, number>();
  for (const server of servers)
    for (const [labels, count] of server.counts) counts.set(labels, (counts.get(labels) ?? 0) + count);
  const requests = [...counts].map(([labels, count]) => `coredns_dns_responses_total{${labels}} ${count}\n`);
  return `# HELP coredns_build_info A metric with a constant '1' value labeled by version, revision, and goversion from which CoreDNS was built.\n# TYPE coredns_build_info gauge\ncoredns_build_info{goversion="go1.23.3",revision="51e11f1",version="1.12.0"} 1\n# HELP coredns_dns_responses_total Counter of response status codes.\n# TYPE coredns_dns_responses_total counter\n${requests.join('')}`;
}

function sha(text: string): string {
  return createHash('sha512').update(text).digest('hex');
}

/** Services, endpoints and namespaces of the cluster, for the kubernetes plugin. */
class Cluster implements ClusterView {
  readonly #context: Context;
  readonly #wake: WaitQueue;
  readonly #say: (text: string) => void;
  #informers: Informers | undefined;
  #changedAt: number;
  #warned = false;
  #knowsPods = false;

  constructor(context: Context, wake: WaitQueue, say: (text: string) => void) {
    this.#context = context;
    this.#wake = wake;
    this.#say = say;
    this.#changedAt = context.now;
    context.process.onExit.push(() => this.#informers?.close());
  }

  /** Starts to watch what these blocks need. */
  watchFor(blocks: readonly ServerBlock[]): void {
    if (!has(blocks, 'kubernetes')) return;
    this.#informers ??= this.#start();
    if (this.#knowsPods || !blocks.some(verifiesPods)) return;
    this.#knowsPods = true;
    this.#informers.for(RESOURCES.pods).addIndex('ip', (pod) => [pod.status?.podIP ?? '']);
  }

  #start(): Informers {
    const client = clientInCluster(this.#context, 'coredns/1.12.0');
    const onError = (resource: { kind: string }, error: unknown) => {
      if (!this.#warned)
        this.#say('[WARNING] plugin/kubernetes: starting server with unsynced Kubernetes API\n');
      this.#warned = true;
      this.#say(
        `[ERROR] plugin/kubernetes: Failed to watch: failed to list *v1.${resource.kind}: ${(error as Error).message}\n`,
      );
    };
    const { clock } = this.#context.process;
    const informers = new Informers({ client, clock, wake: this.#wake, onError });
    for (const resource of [RESOURCES.services, RESOURCES.namespaces]) informers.for(resource);
    informers
      .for(RESOURCES.endpointslices)
      .addIndex('service', (slice) => [
        `${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`,
      ]);
    return informers;
  }

  pump(): void {
    this.#changedAt = this.#context.now;
    this.#informers?.pump();
  }

  get nextDue(): number | undefined {
    return this.#informers?.nextDue;
  }

  get changedAt(): number {
    return this.#changedAt;
  }

  get synced(): boolean {
    return this.#informers?.synced ?? true;
  }

  service(namespace: string, name: string): KubeObject | undefined {
    return this.#informers?.for(RESOURCES.services).get(`${namespace}/${name}`);
  }

  namespace(name: string): boolean {
    return this.#informers?.for(RESOURCES.namespaces).get(name) !== undefined;
  }

  podAt(address: string): KubeObject | undefined {
    if (!this.#knowsPods) return undefined;
    return [...(this.#informers?.for(RESOURCES.pods).byIndex('ip', address) ?? [])][0];
  }

  slices(namespace: string, service: string): Iterable<KubeObject> {
    return this.#informers?.for(RESOURCES.endpointslices).byIndex('service', `${namespace}/${service}`) ?? [];
  }

  services(): Iterable<KubeObject> {
    return this.#informers?.for(RESOURCES.services).list() ?? [];
  }

  allSlices(): Iterable<KubeObject> {
    return this.#informers?.for(RESOURCES.endpointslices).list() ?? [];
  }
}

function verifiesPods({ directives }: ServerBlock): boolean {
  return directives.some(
    ({ name, block }) =>
      name === 'kubernetes' && block.some(([word, how]) => word === 'pods' && how === 'verified'),
  );
}

/** The listening sockets: DNS over UDP and TCP, health, readiness, metrics. */
class Ports {
  readonly #context: Context;
  readonly #cluster: Cluster;
  readonly #say: (text: string) => void;
  #stops: (() => void)[] = [];

  constructor(context: Context, cluster: Cluster, say: (text: string) => void) {
    this.#context = context;
    this.#cluster = cluster;
    this.#say = say;
    context.process.onExit.push(() => this.#close());
  }

  /** Serves these blocks instead of those before; the error text when a port is taken. Throws CorefileError. */
  set(blocks: readonly ServerBlock[]): string | undefined {
    const servers = [...new Set(blocks.map((block) => block.port))].map((port) => {
      const own = blocks.filter((block) => block.port === port);
      return { port, service: new CoreDnsServer(this.#context, own, this.#cluster, this.#say) };
    });
    this.#cluster.watchFor(blocks);
    this.#close();
    try {
      for (const { port, service } of servers)
        for (const protocol of ['UDP', 'TCP'] as const) this.#listen(port, { protocol, service });
      const ok = { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'OK' };
      if (has(blocks, 'health')) this.#listen(8080, { protocol: 'TCP', http: () => ok });
      if (has(blocks, 'ready'))
        this.#listen(8181, {
          protocol: 'TCP',
          http: () => (this.#cluster.synced ? ok : { ...ok, status: 503, body: 'kubernetes' }),
        });
      if (has(blocks, 'prometheus'))
        this.#listen(9153, {
          protocol: 'TCP',
          http: () => ({ ...ok, body: metrics(servers.map(({ service }) => service)) }),
        });
      return undefined;
    } catch (error) {
      if (isSystemError(error)) return error.message;
      throw error;
    }
  }

  #listen(
    port: number,
    what: {
      protocol: 'UDP' | 'TCP';
      service?: unknown;
      http?: () => { status: number; headers: Record<string, string>; body: string };
    },
  ): void {
    const { network, process } = this.#context;
    this.#stops.push(network.listen({ address: '0.0.0.0', port, pid: process.pid, ...what }));
  }

  #close(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }
}
