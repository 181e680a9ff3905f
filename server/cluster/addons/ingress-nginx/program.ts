import { type Context, isSystemError, type Main, wasResumed } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import { FlagError } from '../../flags.ts';
import { text, tryListen } from '../../images/serve.ts';
import { Workers } from '../../images/workers.ts';
import { klogLine } from '../../klog.ts';
import { type Agent, startAgent } from '../agent.ts';
import { review, whyInvalid } from './admission.ts';
import { Nginx } from './answer.ts';
import { Certificates } from './certificates.ts';
import { nginxConf } from './config-file.ts';
import { Reports } from './reports.ts';
import { readSettings, type Settings } from './settings.ts';
import { addresses, publish } from './status.ts';

const VERSION = 'v1.12.1';
const HEALTH_PORT = 10_254;
/** Models statusUpdateInterval */
const STATUS_MS = 60_000;

/** The controller of ingress-nginx: ingresses of its class become what its nginx answers. */
export const ingressNginx: Main = function* (context) {
  if (context.args.includes('--version')) {
    yield* context.out(BANNER);
    return 0;
  }
  let settings: Settings;
  try {
    settings = readSettings(context);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    yield* context.err(`${error.message}\n`);
    return 255;
  }
  if (!wasResumed(context)) yield* context.err(BANNER);
  const agent = yield* startAgent(context, {
    userAgent: `nginx-ingress-controller/${VERSION}`,
    cannotStart: (message) =>
      klogLine(
        context,
        'F',
        'main.go:70',
        `Error while initiating a connection to the Kubernetes API server. Reason: ${message}`,
      ),
  });
  if (!agent) return 1;
  agent.log('I', 'main.go:205', `"Creating API client" host="${hostOf(context)}"`);
  agent.log('I', 'nginx.go:271', '"Starting NGINX Ingress controller"');
  const controller = new Controller(agent, settings);
  const problem = controller.listen();
  if (problem) {
    yield* context.err(problem);
    return 1;
  }
  const { cores } = context.host;
  for (const title of [MASTER, ...Array<string>(cores).fill(WORKER), 'nginx: cache manager process'])
    controller.workers.fork({ title });
  agent.log('I', 'nginx.go:317', '"Starting NGINX process"');
  if (settings.webhookPort !== undefined)
    agent.log('I', 'nginx.go:337', webhookStarted(context, settings.webhookPort));
  yield* agent.run();
  agent.log('I', 'sigterm.go:36', '"Received SIGTERM, shutting down"');
  return 0;
};

function hostOf({ env }: Context): string {
  return `https://${env.get('KUBERNETES_SERVICE_HOST')}:${env.get('KUBERNETES_SERVICE_PORT')}`;
}

function webhookStarted({ args }: Context, port: number): string {
  const path = (kind: string) =>
    args.find((arg) => arg.startsWith(`--validating-webhook-${kind}=`))?.split('=')[1] ?? '';
  return `"Starting validation webhook" address=":${port}" certPath="${path('certificate')}" keyPath="${path('key')}"`;
}

const MASTER = 'nginx: master process /usr/bin/nginx -c /etc/nginx/nginx.conf';
const WORKER = 'nginx: worker process';

const BANNER = `-------------------------------------------------------------------------------
NGINX Ingress controller
  Release:       ${VERSION}
  Build:         51c2b819690bbf1709b844dbf321a9acf6eda5a7
  Repository:    https://github.com/kubernetes/ingress-nginx
  nginx version: nginx/1.25.5

-------------------------------------------------------------------------------

`;

class Controller {
  readonly #agent: Agent;
  readonly #settings: Settings;
  readonly #nginx: Nginx;
  readonly workers: Workers;
  readonly #certificates: Certificates;
  readonly #reports: Reports;
  readonly #status: { add(key: string): void; addAfter(key: string, delayMs: number): void };
  #configured = false;

  constructor(agent: Agent, settings: Settings) {
    this.#agent = agent;
    this.#settings = settings;
    this.#nginx = new Nginx(agent, settings);
    this.workers = new Workers(agent.context);
    this.#certificates = new Certificates(agent, settings);
    this.#reports = new Reports(agent, this.#nginx.backends);
    this.#status = agent.queue(() => publish(agent, this.#ours(), addresses(agent, settings)));
    const sync = agent.queue(() => this.#sync());
    agent.onChange([RESOURCES.ingresses, RESOURCES.ingressclasses], sync, 'all');
    agent.onChange([RESOURCES.services], this.#status as typeof sync, 'all');
    sync.add('all');
  }

  /** Opens the ports of nginx, of the health checks and of the webhook; the log's line when one is taken. */
  listen(): string | undefined {
    const { context } = this.#agent;
    const { httpPort, httpsPort, webhookPort, webhookCertificate } = this.#settings;
    const ports = [
      { port: httpPort, holders: this.workers.pids, http: (r: any) => this.#nginx.answer(r, 'http') },
      {
        port: httpsPort,
        holders: this.workers.pids,
        http: (r: any) => this.#nginx.answer(r, 'https'),
        tls: this.#certificates.server((host) => this.#nginx.serverFor(host)),
      },
      { port: HEALTH_PORT, http: () => (this.#configured ? text(200, 'ok') : text(500, 'not ready')) },
    ];
    for (const options of ports) {
      const problem = tryListen(context, { ...options, lowPorts: true });
      if (problem) return emergency(context, options.port, problem);
    }
    if (webhookPort === undefined) return undefined;
    const http = (request: any) => review(request, (ingress) => this.#judge(ingress));
    const problem = tryListen(context, {
      port: webhookPort,
      http,
      tls: { certificates: webhookCertificate },
    });
    return problem && emergency(context, webhookPort, problem);
  }

  /** Ingresses that belong to this controller, oldest first. Models store.getIngress and ingressclass */
  #ours(): KubeObject[] {
    return [...this.#agent.watch(RESOURCES.ingresses).list()]
      .filter((ingress) => this.#isOurs(ingress))
      .sort(
        (a, b) =>
          a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp) ||
          a.metadata.name.localeCompare(b.metadata.name),
      );
  }

  #isOurs(ingress: KubeObject): boolean {
    const { namespace, ingressClass, withoutClass, controller } = this.#settings;
    if (namespace !== '' && ingress.metadata.namespace !== namespace) return false;
    const annotated = ingress.metadata.annotations?.['kubernetes.io/ingress.class'];
    if (annotated !== undefined) return annotated === ingressClass;
    const name = ingress.spec?.ingressClassName;
    if (name === undefined) return withoutClass;
    return this.#agent.watch(RESOURCES.ingressclasses).get(name)?.spec?.controller === controller;
  }

  #judge(ingress: KubeObject): string | undefined {
    if (!this.#isOurs(ingress)) return undefined;
    const why = whyInvalid(ingress, this.#ours());
    this.#reports.judged(ingress, why);
    return why;
  }

  #sync(): void {
    const { log } = this.#agent;
    const ours = this.#ours();
    for (const ingress of this.#agent.watch(RESOURCES.ingresses).list())
      this.#reports.tell(ingress, ours.includes(ingress));
    this.#configured = true;
    if (!this.#nginx.configure(ours)) return;
    log('I', 'controller.go:196', '"Configuration changes detected, backend reload required"');
    for (const ingress of ours) this.#reports.warn(ingress);
    this.#writeConfiguration(ours);
    log('I', 'controller.go:216', '"Backend successfully reloaded"');
    this.#reports.reloaded();
    for (const ingress of ours) this.#reports.announce(ingress);
    const { now } = this.#agent.context;
    const started = this.#agent.context.process.startedAt;
    const next = started + Math.ceil((now - started + 1) / STATUS_MS) * STATUS_MS;
    this.#status.addAfter('all', next - now);
  }

  /** For people to look at: what is answered comes from the ingresses themselves. */
  #writeConfiguration(ours: readonly KubeObject[]): void {
    const { fs } = this.#agent.context;
    const { httpPort, httpsPort } = this.#settings;
    try {
      fs.mkdirAll('/etc/nginx');
      this.#certificates.writeDefault();
      fs.write('/etc/nginx/nginx.conf', nginxConf(ours, { http: httpPort, https: httpsPort }));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#agent.log(
        'E',
        'controller.go:210',
        `Unexpected failure reloading the backend:\n${error.message}`,
      );
    }
  }
}

function emergency(context: Context, port: number, problem: string): string {
  const time = new Date(context.now).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  return `${time} [emerg] 22#22: bind() to 0.0.0.0:${port} failed (98: ${problem})\n`;
}
