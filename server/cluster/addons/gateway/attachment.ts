import { matches, selectorOf } from '../../../objects/label-selector.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { GROUP } from './resources.ts';
import { filterProblem } from './rules.ts';

/** The cluster as far as references between gateways, routes and services are concerned. */
export interface GatewayView {
  gateways(): readonly KubeObject[];
  namespaceLabels(name: string): Readonly<Record<string, string>> | undefined;
  service(namespace: string, name: string): KubeObject | undefined;
  secret(namespace: string, name: string): KubeObject | undefined;
  grants(namespace: string): Iterable<KubeObject>;
}

export interface Verdict {
  readonly ok: boolean;
  readonly reason: string;
  readonly message: string;
}

/** A route's wish to belong to a gateway, and what comes of it. */
export interface Attachment {
  readonly parentRef: any;
  readonly gateway: KubeObject;
  /** Listeners that take the route. */
  readonly listeners: readonly any[];
  readonly accepted: Verdict;
}

const ACCEPTED: Verdict = { ok: true, reason: 'Accepted', message: 'The route is accepted' };

/** What comes of each of a route's references to our gateways. Models static/state/graph bindRouteToListeners */
export function attachments(view: GatewayView, route: KubeObject): Attachment[] {
  return (route.spec?.parentRefs ?? []).flatMap((parentRef: any) => {
    const namespace = parentRef.namespace ?? route.metadata.namespace;
    const gateway = view
      .gateways()
      .find(({ metadata }) => metadata.name === parentRef.name && metadata.namespace === namespace);
    if (!gateway || (parentRef.kind ?? 'Gateway') !== 'Gateway') return [];
    return [{ parentRef, gateway, ...attach(view, route, gateway, parentRef) }];
  });
}

function attach(view: GatewayView, route: KubeObject, gateway: KubeObject, parentRef: any) {
  const refuse = (reason: string, message: string) => ({
    listeners: [],
    accepted: { ok: false, reason, message },
  });
  const named = (gateway.spec?.listeners ?? []).filter(
    (listener: any) =>
      (parentRef.sectionName === undefined || listener.name === parentRef.sectionName) &&
      (parentRef.port === undefined || listener.port === parentRef.port),
  );
  if (named.length === 0) return refuse('NoMatchingParent', 'Listener is not found for this parent ref');
  const allowed = named.filter((listener: any) => isAllowed(view, listener, route, gateway));
  if (allowed.length === 0) return refuse('NotAllowedByListeners', 'Route is not allowed by any listener');
  const listeners = allowed.filter((listener: any) => hostnamesOf(listener, route).length > 0);
  if (listeners.length === 0)
    return refuse('NoMatchingListenerHostname', 'Listener hostname does not match the route hostnames');
  return { listeners, accepted: ACCEPTED };
}

function isAllowed(view: GatewayView, listener: any, route: KubeObject, gateway: KubeObject): boolean {
  if (!['HTTP', 'HTTPS'].includes(listener.protocol)) return false;
  const kinds: any[] = listener.allowedRoutes?.kinds ?? [];
  if (kinds.length > 0 && !kinds.some(({ kind }) => kind === route.kind)) return false;
  const { from = 'Same', selector } = listener.allowedRoutes?.namespaces ?? {};
  if (from === 'All') return true;
  if (from === 'Same') return route.metadata.namespace === gateway.metadata.namespace;
  const labels = view.namespaceLabels(route.metadata.namespace ?? '');
  return labels !== undefined && matches(selectorOf(selector ?? {}) ?? [], labels);
}

/** The names for which a listener hands requests to a route; '' is any. */
export function hostnamesOf(listener: any, route: KubeObject): string[] {
  const own: string | undefined = listener.hostname;
  const wanted: string[] = route.spec?.hostnames ?? [];
  if (wanted.length === 0) return [own ?? ''];
  if (own === undefined) return wanted;
  return wanted.flatMap((name) => {
    if (name === own || covers(own, name)) return name;
    return covers(name, own) ? own : [];
  });
}

/** Whether a name with `*.` stands for another. */
export function covers(pattern: string, name: string): boolean {
  return pattern.startsWith('*.') && name.endsWith(pattern.slice(1));
}

/** The rules of a route that are dropped, and why. */
export function droppedRules(route: KubeObject): string[] {
  return (route.spec?.rules ?? []).flatMap((rule: any, i: number) => filterProblem(rule, i) ?? []);
}

/** Whether the services that a route names can be had. Models validateBackendRef */
export function resolvedRefs(view: GatewayView, route: KubeObject): Verdict {
  for (const [i, rule] of (route.spec?.rules ?? []).entries()) {
    for (const [j, ref] of (rule.backendRefs ?? []).entries()) {
      const wrong = backendProblem(view, route, ref, `spec.rules[${i}].backendRefs[${j}]`);
      if (wrong) return wrong;
    }
  }
  return { ok: true, reason: 'ResolvedRefs', message: 'All references are resolved' };
}

export function backendProblem(
  view: GatewayView,
  route: KubeObject,
  ref: any,
  path: string,
): Verdict | undefined {
  const refuse = (reason: string, message: string) => ({ ok: false, reason, message });
  if (ref.filters?.length > 0)
    return refuse(
      'UnsupportedValue',
      `${path}.filters: Too many: ${ref.filters.length}: must have at most 0 items`,
    );
  if ((ref.kind ?? 'Service') !== 'Service')
    return refuse(
      'InvalidKind',
      `${path}.kind: Unsupported value: "${ref.kind}": supported values: "Service"`,
    );
  const namespace = ref.namespace ?? route.metadata.namespace;
  if (namespace !== route.metadata.namespace && !isGranted(view, route, { kind: 'Service', ...ref }))
    return refuse(
      'RefNotPermitted',
      `${path}.namespace: Forbidden: Backend ref to Service ${namespace}/${ref.name} not permitted by any ReferenceGrant`,
    );
  const service = view.service(namespace, ref.name);
  if (!service) return refuse('BackendNotFound', `${path}.name: Not found: "${ref.name}"`);
  if (ref.port === undefined)
    return refuse('UnsupportedValue', `${path}.port: Required value: port cannot be nil`);
  if (!(service.spec?.ports ?? []).some((port: any) => port.port === ref.port))
    return refuse(
      'BackendNotFound',
      `${path}.port: Not found: no matching port for Service ${ref.name} and port ${ref.port}`,
    );
  return undefined;
}

/** Models refAllowedFrom */
function isGranted(view: GatewayView, from: KubeObject, to: any): boolean {
  for (const { spec } of view.grants(to.namespace)) {
    const source = (spec?.from ?? []).some(
      (one: any) =>
        one.group === GROUP && one.kind === from.kind && one.namespace === from.metadata.namespace,
    );
    const target = (spec?.to ?? []).some(
      (one: any) => one.kind === to.kind && (one.name === undefined || one.name === to.name),
    );
    if (source && target) return true;
  }
  return false;
}

/** What is wrong with a listener's certificate; undefined when nothing is. */
export function certificateProblem(
  view: GatewayView,
  gateway: KubeObject,
  listener: any,
): Verdict | undefined {
  if (listener.protocol !== 'HTTPS') return undefined;
  const ref = listener.tls?.certificateRefs?.[0];
  const refuse = (message: string) => ({ ok: false, reason: 'InvalidCertificateRef', message });
  if (!ref)
    return refuse(
      'tls.certificateRefs: Required value: certificateRefs must be defined for TLS mode terminate',
    );
  const namespace = ref.namespace ?? gateway.metadata.namespace;
  if (namespace !== gateway.metadata.namespace && !isGranted(view, gateway, { kind: 'Secret', ...ref }))
    return {
      ok: false,
      reason: 'RefNotPermitted',
      message: `Certificate ref to secret ${namespace}/${ref.name} not permitted by any ReferenceGrant`,
    };
  const key = `tls.certificateRefs[0]: Invalid value: {"Namespace":"${namespace}","Name":"${ref.name}"}`;
  const secret = view.secret(namespace, ref.name);
  if (!secret) return refuse(`${key}: secret does not exist`);
  if (secret['type'] !== 'kubernetes.io/tls')
    return refuse(`${key}: secret type must be "kubernetes.io/tls" not "${secret['type']}"`);
  return undefined;
}
