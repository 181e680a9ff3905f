import { type Context, wasResumed } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { EventRecorder, referenceTo } from '../../client/events.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { Agent } from '../agent.ts';
import type { Backends } from '../http/backends.ts';

/** What the controller says of ingresses, in its log and as events. */
export class Reports {
  readonly #agent: Agent;
  readonly #backends: Backends;
  readonly #recorder: EventRecorder;
  readonly #told = new Set<string>();
  /** A restored controller reads what it had read before. */
  #isAgain: boolean;

  constructor(agent: Agent, backends: Backends) {
    this.#agent = agent;
    this.#backends = backends;
    this.#isAgain = wasResumed(agent.context);
    const { clock } = agent.context.process;
    const source = { component: 'nginx-ingress-controller' };
    this.#recorder = new EventRecorder({ client: agent.client, clock, source });
  }

  /** What the webhook decided. */
  judged({ metadata }: KubeObject, why: string | undefined): void {
    const name = `${metadata.namespace}/${metadata.name}`;
    if (why !== undefined) {
      const message = `"invalid ingress configuration" err=${JSON.stringify(why)} ingress="${name}"`;
      this.#agent.log('E', 'main.go:96', message);
      return;
    }
    this.#agent.log(
      'I',
      'admission.go:149',
      'processed ingress via admission controller {testedIngressLength:1 testedIngressTime:0.02s renderingIngressLength:1 renderingIngressTime:0s admissionTime:0.02s testedConfigurationSize:18.1kB}',
    );
    this.#agent.log(
      'I',
      'main.go:107',
      `"successfully validated configuration, accepting" ingress="${name}"`,
    );
  }

  /** Says once of every ingress whether it is looked after. */
  tell({ metadata, spec }: KubeObject, isOurs: boolean): void {
    const className = spec?.ingressClassName ?? '';
    const key = `${metadata.uid}/${className}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    const name = `${metadata.namespace}/${metadata.name}`;
    if (isOurs) {
      const shown = className || '_';
      const message = `"Found valid IngressClass" ingress="${name}" ingressclass="${shown}"`;
      this.#agent.log('I', 'store.go:440', message);
      return;
    }
    const why = className
      ? `no object matching key \\"${className}\\" in local store`
      : 'ingress does not contain a valid IngressClass';
    this.#agent.log(
      'I',
      'store.go:436',
      `"Ignoring ingress because of error while validating ingress class" ingress="${name}" error="${why}"`,
    );
  }

  /** Services that are not there, or that nobody stands behind, and certificates that are not there. */
  warn({ metadata: { namespace = '' }, spec }: KubeObject): void {
    const all = (spec?.rules ?? []).flatMap((rule: any) =>
      (rule.http?.paths ?? []).map((path: any) => path.backend?.service),
    );
    for (const service of [...all, spec?.defaultBackend?.service])
      if (service) this.#service(namespace, service);
    for (const { secretName } of spec?.tls ?? [])
      if (secretName) this.#certificate(`${namespace}/${secretName}`);
  }

  #service(namespace: string, { name, port }: any): void {
    const key = `${namespace}/${name}`;
    if (!this.#backends.service(namespace, name)) {
      const why = `no object matching key "${key}" in local store`;
      this.#agent.log('W', 'controller.go:1110', `Error obtaining Endpoints for Service "${key}": ${why}`);
    } else if (this.#backends.endpoints(namespace, name, port?.number || port?.name).length === 0) {
      this.#agent.log('W', 'controller.go:1216', `Service "${key}" does not have any active Endpoint.`);
    }
  }

  #certificate(key: string): void {
    const data = this.#agent.watch(RESOURCES.secrets).get(key)?.['data'];
    if (data?.['tls.crt'] && data['tls.key']) return;
    const why = data
      ? `secret "${key}" contains no keypair or CA certificate`
      : `no object matching key "${key}" in local store`;
    this.#agent.log('W', 'backend_ssl.go:47', `Error obtaining X.509 certificate: ${why}`);
    this.#agent.log(
      'W',
      'controller.go:1469',
      `Error getting SSL certificate "${key}": local SSL certificate ${key} was not found. Using default certificate`,
    );
  }

  /** The configuration that was read holds. */
  reloaded(): void {
    const { env } = this.#agent.context;
    const isAgain = this.#isAgain;
    this.#isAgain = false;
    const pod = this.#agent.client.find(RESOURCES.pods, env.get('POD_NAME') ?? '', env.get('POD_NAMESPACE'));
    if (!pod || isAgain) return;
    this.#event(pod, 'RELOAD', 'NGINX reload triggered due to a change in configuration');
  }

  announce(ingress: KubeObject): void {
    const key = `${ingress.metadata.uid}/${ingress.metadata.generation}/event`;
    if (this.#told.has(key) || wasSeen(this.#agent.context, ingress)) return;
    this.#told.add(key);
    this.#event(ingress, 'Sync', 'Scheduled for sync');
  }

  #event(object: KubeObject, reason: string, message: string): void {
    const about = referenceTo(object);
    this.#recorder.event(about, 'Normal', reason, message);
    this.#agent.log(
      'I',
      'event.go:377',
      `Event(v1.ObjectReference{Kind:"${about.kind}", Namespace:"${about.namespace}", Name:"${about.name}", UID:"${about.uid}", APIVersion:"${about.apiVersion}", ResourceVersion:"${object.metadata.resourceVersion}", FieldPath:""}): type: 'Normal' reason: '${reason}' ${message}`,
    );
  }
}

/** An ingress that a restored controller had announced before. */
function wasSeen(context: Context, ingress: KubeObject): boolean {
  return wasResumed(context) && Date.parse(ingress.metadata.creationTimestamp) < context.process.startedAt;
}
