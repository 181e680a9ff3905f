import type { Filter, NetworkNamespace } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { Agent } from '../agent.ts';
import { type PolicyView, whyDenied } from './evaluate.ts';

const FILTER = 'network-policies';

/**
 * Enforces network policies for the pods of an agent's node. Policies count for new connections as soon as the agent has
 * heard of them, and no longer than it runs.
 */
export class PolicyEnforcer {
  readonly #agent: Agent;

  constructor(agent: Agent) {
    this.#agent = agent;
    agent.watch(RESOURCES.pods).addIndex('address', addressesOf);
    agent.watch(RESOURCES.networkpolicies);
    agent.watch(RESOURCES.namespaces);
  }

  /** Puts the rules into the kernel; to be called once the caches are filled. */
  start(): void {
    const { filters } = this.#agent.context.network.host;
    filters.set(FILTER, enforce(this.view(), this.#agent.context.network.host));
    this.#agent.context.process.onExit.push(() => filters.delete(FILTER));
  }

  view(): PolicyView {
    const pods = this.#agent.watch(RESOURCES.pods);
    const policies = this.#agent.watch(RESOURCES.networkpolicies);
    const namespaces = this.#agent.watch(RESOURCES.namespaces);
    return {
      policies: (namespace) => policies.byNamespace(namespace),
      podAt: (address) => [...pods.byIndex('address', address)][0],
      namespaceLabels: (name) => namespaces.get(name)?.metadata.labels,
    };
  }
}

/** The node's part: what leaves its own pods, and what comes to them. A node always reaches the pods it runs. */
function enforce(view: PolicyView, host: NetworkNamespace): Filter {
  return (connection) => {
    const { from, to } = connection;
    const leaves = from.host === host && from !== host;
    const arrives = to.host === host && to !== host;
    if (arrives && from === host) return undefined;
    return (
      (leaves ? whyDenied(view, connection, 'egress') : undefined) ??
      (arrives ? whyDenied(view, connection, 'ingress') : undefined)
    );
  };
}

function addressesOf(pod: KubeObject): string[] {
  const over = ['Succeeded', 'Failed'].includes(pod.status?.phase);
  if (over || pod.spec?.hostNetwork || !pod.status?.podIP) return [];
  return [pod.status.podIP as string];
}
