import type { Context, HttpRequest, Main } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { StartError } from '../../client/program-start.ts';
import { RESOURCES } from '../../client/resources.ts';
import { FlagError } from '../../flags.ts';
import { text, tryListen } from '../../images/serve.ts';
import { klogLine } from '../../klog.ts';
import { selfSigned } from '../../self-signed.ts';
import { type Agent, startAgent } from '../agent.ts';
import { Metrics } from './api.ts';
import { type NodeFigures, ScrapeError, scrape } from './scraper.ts';
import { readSettings, type Settings } from './settings.ts';

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** metrics-server: what nodes and pods use, behind the API metrics.k8s.io. */
export const metricsServer: Main = function* (context) {
  let settings: Settings;
  try {
    settings = readSettings(context);
  } catch (error) {
    if (!(error instanceof FlagError) && !(error instanceof StartError)) throw error;
    yield* context.err(`Error: ${error.message}\n`);
    return 1;
  }
  const agent = yield* startAgent(context, {
    userAgent: 'metrics-server/v0.7.2',
    cannotStart: (message) =>
      klogLine(context, 'E', 'run.go:72', `"command failed" err=${JSON.stringify(message)}`),
  });
  if (!agent) return 1;
  const figures = new Figures(agent, settings);
  const metrics = new Metrics(agent, figures);
  const certificate = selfSigned(context, 'localhost', ['127.0.0.1']);
  const problem = tryListen(context, {
    port: settings.port,
    tls: {
      get certificates() {
        return certificate();
      },
    },
    http: (request) => answer(request, figures, metrics),
  });
  if (problem) {
    const why = `failed to create listener: failed to listen on 0.0.0.0:${settings.port}: listen tcp 0.0.0.0:${settings.port}: bind: ${problem.toLowerCase()}`;
    yield* context.err(klogLine(context, 'E', 'run.go:72', `"command failed" err="${why}"`));
    return 1;
  }
  agent.log('I', 'serving.go:374', 'Generated self-signed cert (/tmp/apiserver.crt, /tmp/apiserver.key)');
  agent.log('I', 'handler.go:275', 'Adding GroupVersion metrics.k8s.io v1beta1 to ResourceManager');
  agent.log('I', 'secure_serving.go:213', `Serving securely on [::]:${settings.port}`);
  yield* agent.run();
  return 0;
};

function answer(request: HttpRequest, figures: Figures, metrics: Metrics) {
  const path = request.path.split('?')[0] as string;
  if (path === '/livez' || path === '/healthz') return text(200, 'ok');
  if (path === '/readyz') {
    if (figures.isReady) return text(200, 'ok');
    return text(
      500,
      '[+]ping ok\n[+]log ok\n[+]poststarthook/max-in-flight-filter ok\n[-]metric-storage-ready failed: reason withheld\n[+]metric-informer-sync ok\n[+]metadata-informer-sync ok\n[+]shutdown ok\nreadyz check failed\n',
    );
  }
  return metrics.answer(request);
}

/** The figures of all nodes. They are read when somebody asks and those at hand are older than the resolution. */
export class Figures {
  readonly #agent: Agent;
  readonly #settings: Settings;
  #nodes = new Map<string, NodeFigures>();
  #readAt: number | undefined;

  constructor(agent: Agent, settings: Settings) {
    this.#agent = agent;
    this.#settings = settings;
    agent.watch(RESOURCES.nodes);
    agent.watch(RESOURCES.pods);
  }

  get windowMs(): number {
    return this.#settings.resolutionMs;
  }

  /** Once there are figures, nothing is read for the sake of a probe. */
  get isReady(): boolean {
    return this.#nodes.size > 0 || this.current().size > 0;
  }

  /** By node. */
  current(): ReadonlyMap<string, NodeFigures> {
    const { context, informers } = this.#agent;
    const due = Math.floor(context.now / this.windowMs);
    if (this.#readAt === due || !informers.synced) return this.#nodes;
    this.#readAt = due;
    this.#nodes = new Map();
    for (const node of this.#agent.watch(RESOURCES.nodes).list()) this.#read(context, node);
    if (this.#nodes.size === 0)
      this.#agent.log(
        'I',
        'server.go:191',
        '"Failed probe" probe="metric-storage-ready" err="no metrics to serve"',
      );
    return this.#nodes;
  }

  #read(context: Context, node: KubeObject): void {
    const { name } = node.metadata;
    try {
      this.#nodes.set(name, scrape(context, this.#settings, node, context.fs.read(TOKEN).trim()));
    } catch (error) {
      if (!(error instanceof ScrapeError)) throw error;
      this.#agent.log('E', 'scraper.go:149', `"Failed to scrape node" err="${error.message}" node="${name}"`);
    }
  }
}
