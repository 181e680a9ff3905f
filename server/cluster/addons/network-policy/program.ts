import { type Filter, type Main, wasResumed } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { WaitQueue, waitOn } from '../../../sim/index.ts';
import type { Client } from '../../client/client.ts';
import { clientInCluster } from '../../client/http-client.ts';
import { Informer } from '../../client/informer.ts';
import { RESOURCES } from '../../client/resources.ts';
import { klogLine } from '../../klog.ts';
import { type PolicyView, whyDenied } from './evaluate.ts';

const RESUME_MS = 40;
const FILTER = 'network-policies';

/**
 * The agent that enforces network policies for the pods of its node, beside a CNI that does not. Policies count for
 * new connections as soon as the agent has heard of them, and no longer than it runs.
 */
export const networkPolicyAgent: Main = function* (context) {
  const say = (severity: 'I' | 'E', source: string, message: string) =>
    context.err(klogLine(context, severity, source, message));
  if (wasResumed(context)) yield* context.sleep(RESUME_MS);
  let client: Client;
  try {
    client = clientInCluster(context, 'kube-network-policies');
  } catch (error) {
    yield* say('E', 'main.go:108', (error as Error).message);
    return 1;
  }
  const { clock } = context.process;
  const wake = new WaitQueue();
  const make = (resource: (typeof RESOURCES)[keyof typeof RESOURCES]) =>
    new Informer({ client, clock, wake, resource });
  const pods = make(RESOURCES.pods);
  pods.addIndex('address', (pod) => addressesOf(pod));
  const policies = make(RESOURCES.networkpolicies);
  const namespaces = make(RESOURCES.namespaces);
  const informers = [pods, policies, namespaces];
  const view: PolicyView = {
    policies: (namespace) => policies.byNamespace(namespace),
    podAt: (address) => [...pods.byIndex('address', address)][0],
    namespaceLabels: (name) => namespaces.get(name)?.metadata.labels,
  };
  const { filters } = context.network.host;
  context.process.onExit.push(() => {
    filters.delete(FILTER);
    for (const informer of informers) informer.close();
  });
  let stopped = false;
  for (const signal of ['TERM', 'INT'] as const) {
    context.process.handlers.set(signal, () => {
      stopped = true;
      wake.notify();
    });
  }
  yield* say('I', 'controller.go:301', 'Waiting for informer caches to sync');
  while (!stopped) {
    for (const informer of informers) informer.pump();
    if (informers.every(({ synced }) => synced) && !filters.has(FILTER)) {
      filters.set(FILTER, enforce(view, context.network.host));
      yield* say('I', 'controller.go:319', 'Syncing nftables rules');
    }
    const due = informers.flatMap(({ nextDue }) => nextDue ?? []);
    yield* waitOn([wake], due.length > 0 ? Math.min(...due) : undefined);
  }
  return 0;
};

/** The node's part: what leaves its own pods, and what comes to them. A node always reaches the pods it runs. */
function enforce(view: PolicyView, host: Parameters<Filter>[0]['from']): Filter {
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
