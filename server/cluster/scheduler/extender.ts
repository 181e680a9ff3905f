import { bodyText, type HttpRequest, type HttpResponse } from '../../host/index.ts';
import type { Search } from './find-node.ts';
import { type Rejection, reject } from './framework.ts';
import type { NodeInfo } from './node-info.ts';
import type { Pod, PodInfo } from './pod-info.ts';
import type { Candidate } from './preemption.ts';

/** An entry of `extenders` of a KubeSchedulerConfiguration. */
export interface ExtenderConfig {
  readonly urlPrefix: string;
  readonly filterVerb?: string;
  readonly preemptVerb?: string;
  readonly prioritizeVerb?: string;
  readonly bindVerb?: string;
  readonly weight?: number;
  readonly enableHTTPS?: boolean;
  readonly tlsConfig?: {
    readonly insecure?: boolean;
    readonly serverName?: string;
    readonly caFile?: string;
    readonly caData?: string;
    readonly certFile?: string;
    readonly certData?: string;
    readonly keyFile?: string;
    readonly keyData?: string;
  };
  /** Nobody waits for it: who answers, answers at once. */
  readonly httpTimeout?: string;
  /** It knows the nodes, and is told their names alone. */
  readonly nodeCacheCapable?: boolean;
  readonly managedResources?: readonly { readonly name: string; readonly ignoredByScheduler?: boolean }[];
  /** Pods are scheduled without it when it fails. */
  readonly ignorable?: boolean;
}

/** Why an extender was of no use; the message is Go's. */
export class ExtenderError extends Error {
  override name = 'ExtenderError';
}

/** Sends a request to where an extender is. Throws an ExtenderError when nobody answers. */
export type Send = (request: HttpRequest) => HttpResponse;

/** What pods are waiting for that an extender has turned down: anything may help them. */
export const EXTENDER = 'scheduler-extender';

/** Its scores are from 0 to 10, those of plugins up to 100. */
const SCORE_FACTOR = 10;

/** A program that is asked about nodes over HTTP. Models pkg/scheduler/extender.go HTTPExtender */
export class Extender {
  readonly #config: ExtenderConfig;
  readonly #send: Send;

  constructor(config: ExtenderConfig, send: Send) {
    this.#config = config;
    this.#send = send;
  }

  get isIgnorable(): boolean {
    return this.#config.ignorable === true;
  }

  get binds(): boolean {
    return Boolean(this.#config.bindVerb);
  }

  get preempts(): boolean {
    return Boolean(this.#config.preemptVerb);
  }

  isInterestedIn({ spec }: Pod): boolean {
    const managed = (this.#config.managedResources ?? []).map(({ name }) => name);
    if (managed.length === 0) return true;
    const containers: any[] = [...spec.containers, ...(spec.initContainers ?? [])];
    return containers.some(({ resources: { requests = {}, limits = {} } = {} }: any) =>
      managed.some((name) => name in requests || name in limits),
    );
  }

  /** The nodes that it leaves, and why not the others. */
  filter(pod: Pod, nodes: readonly NodeInfo[]): { kept: NodeInfo[]; failed: Map<string, Rejection> } {
    const { filterVerb, nodeCacheCapable } = this.#config;
    if (!filterVerb) return { kept: [...nodes], failed: new Map() };
    const result = this.#ask(filterVerb, this.#argsOf(pod, nodes));
    if (result.error) throw new ExtenderError(result.error);
    const names: string[] =
      nodeCacheCapable && result.nodenames
        ? listIn(result.nodenames, 'ExtenderFilterResult.NodeNames of type []string')
        : listIn(result.nodes?.items, 'NodeList.items of type []v1.Node').map((one) => one?.metadata?.name);
    const kept = names.map((name) => {
      const node = nodes.find((one) => one.name === name);
      if (node) return node;
      const who = JSON.stringify(this.#config.urlPrefix);
      throw new ExtenderError(
        `extender ${who} claims a filtered node ${JSON.stringify(name)} which is not found in the input node list`,
      );
    });
    const failed = new Map<string, Rejection>();
    for (const [list, final] of [
      [result.failednodes, false],
      [result.failedandunresolvablenodes, true],
    ] as const)
      for (const [name, why] of Object.entries(list ?? {}))
        failed.set(name, reject(EXTENDER, String(why), final));
    return { kept, failed };
  }

  /** What it adds to the scores of nodes, in their order. */
  prioritize(pod: Pod, nodes: readonly NodeInfo[]): number[] {
    const { prioritizeVerb, weight = 1 } = this.#config;
    if (!prioritizeVerb) return nodes.map(() => 0);
    const list = listIn(this.#ask(prioritizeVerb, this.#argsOf(pod, nodes)), 'HostPriorityList');
    const scores = new Map(list.map(lowerKeys).map(({ host, score }) => [host, Number(score) || 0]));
    return nodes.map(({ name }) => (scores.get(name) ?? 0) * weight * SCORE_FACTOR);
  }

  bind({ metadata }: Pod, node: string): void {
    const { name, namespace, uid } = metadata;
    const args = { PodName: name, PodNamespace: namespace, PodUID: uid, Node: node };
    const { error } = this.#ask(this.#config.bindVerb ?? '', args);
    if (error) throw new ExtenderError(error);
  }

  /** What it leaves of nodes and the pods that would have to go from them. Models ProcessPreemption */
  preempt(
    pod: Pod,
    candidates: readonly Candidate[],
    nodes: (name: string) => NodeInfo | undefined,
  ): Candidate[] {
    const { preemptVerb = '', nodeCacheCapable } = this.#config;
    const listed = (of: (victim: PodInfo) => object) =>
      Object.fromEntries(
        candidates.map(({ node, victims, budgetViolations }) => [
          node.name,
          { Pods: victims.map(of), NumPDBViolations: budgetViolations },
        ]),
      );
    const args = nodeCacheCapable
      ? { NodeNameToVictims: null, NodeNameToMetaVictims: listed(({ uid }) => ({ UID: uid })) }
      : { NodeNameToVictims: listed((victim) => victim.pod), NodeNameToMetaVictims: null };
    const result = this.#ask(preemptVerb, { Pod: pod, ...args });
    return Object.entries(result.nodenametometavictims ?? {}).map(([name, given]) => {
      const node = nodes(name);
      if (!node) throw new ExtenderError(`nodeinfo not found for node name ${JSON.stringify(name)}`);
      const { pods, numpdbviolations = 0 } = lowerKeys(given ?? {});
      const victims = listIn(pods, 'MetaVictims.Pods').map((one) => this.#victim(node, lowerKeys(one).uid));
      return { node, victims, budgetViolations: numpdbviolations };
    });
  }

  #victim(node: NodeInfo, uid: string): PodInfo {
    const victim = node.pods.get(uid);
    if (victim) return victim;
    const who = `extender: ${this.#config.urlPrefix} claims to preempt pod (UID: ${uid}) on node: ${node.name}`;
    throw new ExtenderError(`${who}, but the pod is not found on that node`);
  }

  #argsOf(pod: Pod, nodes: readonly NodeInfo[]): object {
    if (this.#config.nodeCacheCapable)
      return { Pod: pod, Nodes: null, NodeNames: nodes.map(({ name }) => name) };
    return { Pod: pod, Nodes: { metadata: {}, items: nodes.map(({ node }) => node) }, NodeNames: null };
  }

  #ask(verb: string, args: object): any {
    const base = this.#config.urlPrefix.replace(/\/+$/, '');
    const url = `${base}/${verb}`;
    const headers = { 'content-type': 'application/json' };
    const path = `${new URL(base).pathname.replace(/\/$/, '')}/${verb}`;
    const response = this.#send({ method: 'POST', path, headers, value: args as never });
    if (response.status !== 200)
      throw new ExtenderError(`failed ${verb} with extender at URL ${url}, code ${response.status}`);
    const answer: any = response.value ?? decoded(bodyText(response));
    return Array.isArray(answer) ? answer : lowerKeys(answer);
  }
}

/** The nodes that are left when all have been asked. Models schedule_one.go findNodesThatPassExtenders */
export function throughExtenders(extenders: readonly Extender[], pod: Pod, found: Search): Search {
  if (extenders.length === 0) return found;
  let { feasible } = found;
  const plugins = new Set(found.plugins);
  const rejections = new Map(found.error.rejections);
  for (const extender of extenders) {
    if (feasible.length === 0) break;
    if (!extender.isInterestedIn(pod)) continue;
    try {
      const { kept, failed } = extender.filter(pod, feasible);
      for (const [node, rejection] of failed) rejections.set(node, rejection);
      if (kept.length < feasible.length) plugins.add(EXTENDER);
      feasible = kept;
    } catch (error) {
      if (!(error instanceof ExtenderError) || !extender.isIgnorable) throw error;
    }
  }
  return { ...found, feasible, plugins, error: { ...found.error, rejections } };
}

/** The candidates that extenders leave. Models framework/preemption/preemption.go callExtenders */
export function candidatesLeft(
  extenders: readonly Extender[],
  pod: Pod,
  candidates: readonly Candidate[],
  nodes: (name: string) => NodeInfo | undefined,
): readonly Candidate[] {
  let left = candidates;
  for (const extender of extenders) {
    if (left.length === 0) break;
    if (!extender.preempts || !extender.isInterestedIn(pod)) continue;
    try {
      left = extender.preempt(pod, left, nodes).filter(({ node, victims }) => {
        if (victims.length > 0) return true;
        if (extender.isIgnorable) return false;
        throw new ExtenderError(`expected at least one victim pod on node ${JSON.stringify(node.name)}`);
      });
    } catch (error) {
      if (!(error instanceof ExtenderError) || !extender.isIgnorable) throw error;
    }
  }
  return left;
}

/** Adds what extenders think of the nodes; one that fails has no say. Models schedule_one.go prioritizeNodes */
export function addScores(
  extenders: readonly Extender[],
  pod: Pod,
  nodes: NodeInfo[],
  totals: number[],
): number[] {
  for (const extender of extenders) {
    if (!extender.isInterestedIn(pod)) continue;
    try {
      extender.prioritize(pod, nodes).forEach((score, i) => {
        totals[i] = (totals[i] ?? 0) + score;
      });
    } catch (error) {
      if (!(error instanceof ExtenderError)) throw error;
    }
  }
  return totals;
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    const first = text.trimStart().charAt(0);
    throw new ExtenderError(
      first === '' ? 'EOF' : `invalid character '${first}' looking for beginning of value`,
    );
  }
}

/** Go's decoder does not care how a field's name is capitalized. */
function lowerKeys(value: unknown): any {
  return Object.fromEntries(Object.entries(value ?? {}).map(([key, one]) => [key.toLowerCase(), one]));
}

/** What is no list where one belongs is a mistake of the extender's. */
function listIn(value: unknown, place: string): any[] {
  if (Array.isArray(value)) return value;
  if (value === undefined || value === null) return [];
  throw new ExtenderError(`json: cannot unmarshal ${typeof value} into Go struct field ${place}`);
}
