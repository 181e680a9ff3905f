import { type KubeObject, timestamp } from '../../../objects/object.ts';
import type { Resource } from '../../client/client.ts';
import type { Agent } from '../agent.ts';
import {
  attachments,
  certificateProblem,
  droppedRules,
  type GatewayView,
  resolvedRefs,
  type Verdict,
} from './attachment.ts';
import { GATEWAY_CLASSES, GATEWAYS, GROUP } from './resources.ts';

/** Writes what became of classes, gateways and routes into their statuses. Models internal/mode/static/status */
export class StatusWriter {
  readonly #agent: Agent;
  readonly #view: GatewayView;
  readonly #controller: string;

  constructor(agent: Agent, view: GatewayView, controller: string) {
    this.#agent = agent;
    this.#view = view;
    this.#controller = controller;
  }

  gatewayClass(object: KubeObject, ours: boolean): void {
    const taken = 'The resource is ignored due to a conflicting GatewayClass resource';
    const accepted = ours
      ? { ok: true, reason: 'Accepted', message: 'GatewayClass is accepted' }
      : { ok: false, reason: 'GatewayClassConflict', message: taken };
    const supported = {
      ok: true,
      reason: 'SupportedVersion',
      message: 'Gateway API CRD versions are supported',
    };
    const conditions = [
      this.#condition(object, object, 'Accepted', accepted),
      this.#condition(object, object, 'SupportedVersion', supported),
    ];
    this.#write(GATEWAY_CLASSES, object, { conditions });
  }

  gateway(object: KubeObject, routes: readonly KubeObject[], addresses: readonly string[]): void {
    const known: any[] = object.status?.listeners ?? [];
    const attached = routes.flatMap((route) => attachments(this.#view, route));
    const listeners = (object.spec?.listeners ?? []).map((listener: any) => {
      const before = known.find(({ name }) => name === listener.name) ?? {};
      const takers = attached.filter(
        (one) =>
          one.gateway.metadata.uid === object.metadata.uid &&
          one.listeners.some(({ name }) => name === listener.name),
      );
      return {
        name: listener.name,
        attachedRoutes: takers.length,
        supportedKinds: supportedKinds(listener),
        conditions: this.#listenerConditions(object, listener, before),
      };
    });
    const valid = listeners.filter((listener: any) =>
      listener.conditions.some(({ type, status }: any) => type === 'Programmed' && status === 'True'),
    );
    const accepted: Verdict =
      valid.length === listeners.length
        ? { ok: true, reason: 'Accepted', message: 'Gateway is accepted' }
        : valid.length > 0
          ? { ok: true, reason: 'ListenersNotValid', message: 'Gateway has at least one valid listener' }
          : { ok: false, reason: 'ListenersNotValid', message: 'Gateway has no valid listeners' };
    const programmed: Verdict = accepted.ok
      ? { ok: true, reason: 'Programmed', message: 'Gateway is programmed' }
      : { ok: false, reason: 'Invalid', message: accepted.message };
    this.#write(GATEWAYS, object, {
      addresses: addresses.map((value) => ({ type: 'IPAddress', value })),
      conditions: [
        this.#condition(object, object, 'Accepted', accepted),
        this.#condition(object, object, 'Programmed', programmed),
      ],
      listeners,
    });
  }

  #listenerConditions(gateway: KubeObject, listener: any, before: any): object[] {
    const protocol = ['HTTP', 'HTTPS'].includes(listener.protocol);
    const certificate = certificateProblem(this.#view, gateway, listener);
    const unsupported: Verdict = {
      ok: false,
      reason: 'UnsupportedProtocol',
      message: `protocol: Unsupported value: "${listener.protocol}": supported values: "HTTP", "HTTPS"`,
    };
    const wrong = protocol ? certificate : unsupported;
    const good = (reason: string, message: string): Verdict => ({ ok: true, reason, message });
    const verdicts: [string, Verdict][] = [
      ['Accepted', wrong ?? good('Accepted', 'Listener is accepted')],
      ['Programmed', wrong ? { ...wrong, reason: 'Invalid' } : good('Programmed', 'Listener is programmed')],
      ['ResolvedRefs', certificate ?? good('ResolvedRefs', 'All references are resolved')],
      ['Conflicted', { ok: false, reason: 'NoConflicts', message: 'No conflicts' }],
    ];
    return verdicts.map(([type, verdict]) => this.#condition(gateway, { status: before }, type, verdict));
  }

  route(resource: Resource, object: KubeObject): void {
    const known: any[] = object.status?.parents ?? [];
    const resolved = resolvedRefs(this.#view, object);
    const dropped = droppedRules(object);
    const why = dropped.join(', ');
    const isLost = dropped.length > 0 && dropped.length === object.spec?.rules?.length;
    const lost: Verdict = { ok: false, reason: 'UnsupportedValue', message: `All rules are invalid: ${why}` };
    const some: Verdict = { ok: true, reason: 'UnsupportedValue', message: `Dropped Rule(s): ${why}` };
    const parents = attachments(this.#view, object).map(({ parentRef, accepted }) => {
      const reference = {
        group: GROUP,
        kind: 'Gateway',
        ...parentRef,
        namespace: parentRef.namespace ?? object.metadata.namespace,
      };
      const before = known.find(
        ({ parentRef: one }) => one.name === reference.name && one.sectionName === reference.sectionName,
      );
      const conditions = [
        this.#condition(
          object,
          { status: before ?? {} },
          'Accepted',
          accepted.ok && isLost ? lost : accepted,
        ),
        this.#condition(object, { status: before ?? {} }, 'ResolvedRefs', resolved),
        ...(dropped.length > 0 && !isLost
          ? [this.#condition(object, { status: before ?? {} }, 'PartiallyInvalid', some)]
          : []),
      ];
      return { conditions, controllerName: this.#controller, parentRef: reference };
    });
    const others = known.filter(({ controllerName }) => controllerName !== this.#controller);
    this.#write(resource, object, { parents: [...others, ...parents] });
  }

  #condition(object: KubeObject, before: { status?: any }, type: string, { ok, reason, message }: Verdict) {
    const status = ok ? 'True' : 'False';
    const known = (before.status?.conditions ?? []).find((one: any) => one.type === type);
    const same = known?.status === status;
    return {
      lastTransitionTime: same ? known.lastTransitionTime : timestamp(this.#agent.context.now),
      message,
      observedGeneration: object.metadata.generation ?? 1,
      reason,
      status,
      type,
    };
  }

  #write(resource: typeof GATEWAYS, object: KubeObject, status: object): void {
    if (sameStatus(object.status, status)) return;
    const { name, namespace } = object.metadata;
    this.#agent.client.patch(
      resource,
      name,
      { type: 'merge', body: { status }, subresource: 'status' },
      namespace,
    );
  }
}

/** The kinds of routes that a listener takes, of those that there are. */
function supportedKinds({ allowedRoutes }: any): object[] {
  const wanted: { kind: string }[] = allowedRoutes?.kinds ?? [];
  return ['HTTPRoute', 'GRPCRoute']
    .filter((kind) => wanted.length === 0 || wanted.some((one) => one.kind === kind))
    .map((kind) => ({ group: GROUP, kind }));
}

/** Equal but for the order of fields. */
function sameStatus(a: unknown, b: unknown): boolean {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : value !== null && typeof value === 'object'
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([x], [y]) => (x < y ? -1 : 1))
              .map(([key, one]) => [key, sorted(one)]),
          )
        : value;
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}
