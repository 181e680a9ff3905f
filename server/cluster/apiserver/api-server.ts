import type { HttpRequest, HttpResponse, HttpStream } from '../../host/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import type { KubeObject } from '../../objects/object.ts';
import { type Clock, Random } from '../../sim/index.ts';
import { type FeatureGates, featureGates } from '../feature-gates.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Log } from '../store/log.ts';
import { AdmissionChain } from './admission/chain.ts';
import type { AdmissionConfiguration } from './admission/configuration/configuration.ts';
import { enabledPlugins } from './admission/index.ts';
import { forward, remoteService } from './aggregate/api-services.ts';
import type { Audited, AuditLog } from './audit.ts';
import { type AuthenticationOptions, Authenticator } from './authenticate/authenticator.ts';
import { impersonated } from './authenticate/impersonate.ts';
import type { ServiceAccountTokens, TokenClaims } from './authenticate/service-account-tokens.ts';
import {
  ALWAYS_ALLOW,
  ALWAYS_DENY,
  type Authorizer,
  accessOf,
  forbiddenError,
  union,
} from './authorize/access.ts';
import { NodeAuthorizer } from './authorize/node.ts';
import { RbacAuthorizer } from './authorize/rbac.ts';
import type { PolicyRule } from './authorize/rules.ts';
import { annotate, type Call } from './call.ts';
import { CustomDefinitions } from './custom/definitions.ts';
import { internalError, pathNotFound } from './errors.ts';
import { EventExpiry } from './event-expiry.ts';
import { FlowSchemas } from './flow-schemas.ts';
import type { Dial, DialTarget, KubeletAccess } from './kubelets.ts';
import { RequestCounters } from './metrics.ts';
import { acceptedForm, asYaml, formatted } from './negotiate.ts';
import { ObjectStore } from './objects-store.ts';
import { pageNotFound, servePath } from './paths.ts';
import { type RequestInfo, requestInfo } from './request-info.ts';
import { serveResource } from './resource-requests.ts';
import { AuditIds, withHeaders } from './response-headers.ts';
import type { RuntimeConfig } from './runtime-config.ts';
import { ServedTable } from './served.ts';
import { STORAGE_HOOKS } from './storage/index.ts';
import type { NodePorts } from './storage/services.ts';
import { authenticated, LOOPBACK, type User } from './user.ts';
import { versionInfo } from './version.ts';

export interface ApiServerOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly kinds: readonly Kind[];
  /** Makes uids, generated names and the like differ from world to world. */
  readonly seed: string;
  readonly authentication: AuthenticationOptions;
  /** Its own version; default: the one that is simulated. */
  readonly version?: string;
  /** `--feature-gates`. Default: as v1.33 has them. */
  readonly gates?: FeatureGates;
  /** How the server reaches kubelets, pods and webhooks; undefined: nobody answers. */
  readonly dial?: Dial;
  /** How kubelets are reached, and whose certificate they must show. */
  readonly kubelets?: KubeletAccess;
  /** `--allow-privileged`. Default: true. */
  readonly allowsPrivileged?: boolean;
  /** `--advertise-address` and the port, under which pods find this server. */
  readonly advertise?: { readonly address: string; readonly port: number };
  /** `--service-cluster-ip-range`. */
  readonly serviceRange: string;
  /** `--service-node-port-range`. Default: 30000-32767. */
  readonly nodePorts?: NodePorts;
  /** `--default-not-ready-toleration-seconds`, `--default-unreachable-toleration-seconds`. */
  readonly tolerationSeconds?: { readonly notReady: number; readonly unreachable: number };
  /** `--audit-log-path` and `--audit-policy-file`. */
  readonly audit?: AuditLog;
  /** `--event-ttl`. Default: an hour. */
  readonly eventTtlMs?: number;
  /** `--enable-priority-and-fairness`. Default: true. */
  readonly fairness?: boolean;
  /** `--runtime-config`. */
  readonly runtimeConfig?: RuntimeConfig;
  /** `--enable-admission-plugins` and `--disable-admission-plugins`. */
  readonly enabledPlugins?: readonly string[];
  readonly disabledPlugins?: readonly string[];
  /** `--admission-control-config-file`. */
  readonly admission?: AdmissionConfiguration;
  /** `--authorization-mode`, in order. */
  readonly authorizationModes: readonly (AuthorizationMode | Authorizer)[];
}

export type AuthorizationMode = 'Node' | 'RBAC' | 'AlwaysAllow' | 'AlwaysDeny';

/**
 * kube-apiserver: every request goes the same way, and `handle` is its specification. Nothing here outlives a restart
 * but the log.
 */
export class ApiServer {
  readonly clock: Clock;
  readonly store: ObjectStore;
  readonly served: ServedTable;
  readonly admission: AdmissionChain;
  readonly hooks = STORAGE_HOOKS;
  readonly authorizer: Authorizer;
  readonly counters = new RequestCounters();
  readonly openWatches = new Set<HttpStream>();
  readonly version: ReturnType<typeof versionInfo>;
  readonly gates: FeatureGates;
  readonly #options: ApiServerOptions;
  readonly #authenticator: Authenticator;
  readonly #rbac: RbacAuthorizer;
  readonly #definitions: CustomDefinitions;
  readonly #expiry: EventExpiry;
  readonly #flows: FlowSchemas | undefined;
  readonly #auditIds: AuditIds;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.gates = options.gates ?? featureGates();
    this.version = versionInfo(options.version);
    this.clock = options.clock;
    this.store = new ObjectStore(options.log);
    this.#auditIds = new AuditIds(`${options.seed}/${options.clock.now}`);
    this.served = new ServedTable(options.kinds, options.runtimeConfig);
    this.admission = new AdmissionChain(enabledPlugins(options.enabledPlugins, options.disabledPlugins));
    this.#expiry = new EventExpiry(this.store, options.eventTtlMs);
    this.#definitions = new CustomDefinitions(this);
    this.#authenticator = new Authenticator(options.authentication, options.log);
    this.#rbac = new RbacAuthorizer(options.log);
    if (options.fairness ?? true) this.#flows = new FlowSchemas(options.log);
    this.authorizer = union(options.authorizationModes.map((mode) => this.#authorizerOf(mode)));
    const { serviceAccounts } = options.authentication;
    if (serviceAccounts) serviceAccounts.noteUse = (secret, labels) => this.#label(secret, labels);
  }

  #label({ metadata: { name, namespace } }: KubeObject, labels: Record<string, string>): void {
    const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
    const headers = { 'content-type': 'application/merge-patch+json' };
    this.handle({ method: 'PATCH', path, headers, value: { metadata: { labels } } }, LOOPBACK);
  }

  /** Answers a request. `as` is given by tests and by those who authenticated the client themselves. */
  handle(request: HttpRequest, as?: User): HttpResponse {
    const { audit } = this.#options;
    const info = requestInfo(request);
    const { now } = this.clock;
    const audited: Audited = { request, now, info, auditID: this.#auditIds.of(request), annotations: {} };
    const warnings: string[] = [];
    const response = this.#answer(audited, info, warnings, as);
    audit?.record(audited, response);
    const flow = audited.user && this.#flows?.headersOf(audited.user, info);
    return withHeaders(formatted(response, request, info.query), audited, flow, warnings);
  }

  #answer(audited: Audited, info: RequestInfo, warnings: string[], as?: User): HttpResponse {
    const { request, now } = audited;
    try {
      const known = as ? authenticated(as) : this.#authenticator.authenticate(request, now);
      audited.known = known;
      const user = impersonated(request, known, this.authorizer);
      audited.user = user;
      const { annotations } = audited;
      const call: Call = { server: this, request, info, user, now, warnings, annotations };
      this.#authorize(call);
      const form = call.info.isResource ? acceptedForm(request) : 'json';
      const response = this.#serve(call);
      this.counters.count(info, response.status);
      return form === 'yaml' ? asYaml(response) : response;
    } catch (error) {
      return failure(error);
    }
  }

  /** Draws that depend on nothing but the seed, the state of the store and their purpose. */
  randomFor(purpose: string): Random {
    return new Random(`${this.#options.seed}/${this.store.log.revision}/${purpose}`);
  }

  /** Ends every open watch: the server goes away. */
  close(): void {
    for (const watch of [...this.openWatches]) watch.close();
    this.#rbac.close();
    this.#flows?.close();
    this.#definitions.close();
  }

  /** Who a bearer token stands for. */
  userOfToken(token: string, now: number, audiences?: readonly string[]): User | undefined {
    return this.#authenticator.ofToken(token, now, audiences);
  }

  rulesFor(user: User, namespace: string): { rules: PolicyRule[]; errors: string[] } {
    return this.#rbac.rulesFor(user, namespace);
  }

  /** The rules of a role; undefined when there is no such role. */
  rulesOfRole(namespace: string, kind: string, name: string): readonly PolicyRule[] | undefined {
    const rules = this.#rbac.rulesOf({ namespace, roleRef: { kind, name } });
    return typeof rules === 'string' ? undefined : rules;
  }

  /** Sends a request to a kubelet, a pod or a webhook. Throws an Error in Go's words when nobody answers. */
  get kubelets(): KubeletAccess {
    return this.#options.kubelets ?? {};
  }

  get allowsPrivileged(): boolean {
    return this.#options.allowsPrivileged ?? true;
  }

  dial(target: DialTarget, request: HttpRequest): HttpResponse {
    if (this.#options.dial) return this.#options.dial(target, request);
    throw new Error(`dial tcp ${target.address}:${target.port}: connect: connection refused`);
  }

  get advertise(): { readonly address: string; readonly port: number } | undefined {
    return this.#options.advertise;
  }

  get authentication(): AuthenticationOptions {
    return this.#options.authentication;
  }

  get admissionConfiguration(): AdmissionConfiguration {
    return this.#options.admission ?? {};
  }

  get serviceRange(): string {
    return this.#options.serviceRange;
  }

  get nodePorts(): NodePorts | undefined {
    return this.#options.nodePorts;
  }

  get tolerationSeconds(): ApiServerOptions['tolerationSeconds'] {
    return this.#options.tolerationSeconds;
  }

  get issuer(): string {
    return this.#tokens?.issuer ?? '';
  }

  jwks(): unknown {
    return this.#tokens?.jwks() ?? { keys: [] };
  }

  get audiences(): readonly string[] {
    return this.#tokens?.audiences ?? [];
  }

  issueToken(claims: TokenClaims): string {
    if (!this.#tokens) throw internalError('this server signs no tokens');
    return this.#tokens.issue(claims);
  }

  get #tokens(): ServiceAccountTokens | undefined {
    return this.#options.authentication.serviceAccounts;
  }

  #expireEvents(now: number): void {
    const events = this.served.find('', 'v1', 'events');
    if (events) this.#expiry.sweep(events, now);
  }

  #authorizerOf(mode: AuthorizationMode | Authorizer): Authorizer {
    if (typeof mode === 'object') return mode;
    if (mode === 'RBAC') return this.#rbac;
    if (mode === 'Node')
      return new NodeAuthorizer(this.store.log, this.gates.isOn('AuthorizeNodeWithSelectors'));
    return mode === 'AlwaysAllow' ? ALWAYS_ALLOW : ALWAYS_DENY;
  }

  #authorize(call: Call): void {
    const access = accessOf(call);
    const { allowed, reason } = this.authorizer.decide(access);
    annotate(call, 'authorization.k8s.io/decision', allowed ? 'allow' : 'forbid');
    annotate(call, 'authorization.k8s.io/reason', reason ?? '');
    if (!allowed) throw forbiddenError(access, reason);
  }

  #serve(call: Call): HttpResponse {
    const { info } = call;
    if (!info.isResource) return servePath(call);
    const served = this.served.find(info.group, info.version, info.resource);
    if (!served || !this.served.isOffered(served)) {
      const remote = remoteService(call, info.group, info.version);
      if (remote) return forward(call, remote);
      // A version that is served knows that it has no such resource; of another nobody knows anything.
      if (this.served.hasGroupVersion(info.group, info.version)) throw pathNotFound();
      return pageNotFound();
    }
    if (served.resource === 'events') this.#expireEvents(call.now);
    return serveResource({ ...call, served });
  }
}

function failure(error: unknown): HttpResponse {
  if (!(error instanceof ApiError)) throw error;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  const retry = error.details?.retryAfterSeconds;
  if (retry) headers['retry-after'] = String(retry);
  return { status: error.code, headers, value: error.status() };
}
