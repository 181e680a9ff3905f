import type { Main } from '../../../host/index.ts';
import { isApiError } from '../../../objects/api-error.ts';
import { type KubeObject, timestamp } from '../../../objects/object.ts';
import type { Resource } from '../../client/client.ts';
import { RESOURCES } from '../../client/resources.ts';
import { logTime } from '../../klog.ts';
import { type Agent, startAgent } from '../agent.ts';

const GROUP = 'operator.tigera.io';
const resource = (plural: string, kind: string): Resource => ({
  group: GROUP,
  version: 'v1',
  plural,
  kind,
  namespaced: false,
});
const INSTALLATIONS = resource('installations', 'Installation');
const STATUSES = resource('tigerastatuses', 'TigeraStatus');
const NAMESPACE = 'calico-system';

/** What an installation is made of, told by the composition root: the objects for an address pool. */
export type CalicoObjects = (options: {
  namespace: string;
  pool: string | undefined;
  encapsulation: string | undefined;
}) => readonly KubeObjectLike[];

interface KubeObjectLike {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** tigera-operator: installs Calico as the Installation `default` asks for. */
export function tigeraOperator(objects: CalicoObjects): Main {
  return function* (context) {
    const stamp = (text: string) => `${logTime(context, text)}\t${text}\n`;
    const agent = yield* startAgent(context, {
      userAgent: 'operator',
      cannotStart: (message) =>
        stamp(`ERROR\tsetup\tunable to get client\t{"error": ${JSON.stringify(message)}}`),
    });
    if (!agent) return 1;
    yield* context.err(stamp('INFO\tsetup\tstarting manager'));
    const installations = agent.watch(INSTALLATIONS);
    const sets = agent.watch(RESOURCES.daemonsets);
    const queue = agent.queue(() => {
      const installation = installations.get('default');
      if (!installation) return;
      const [pool]: { cidr?: string; encapsulation?: string }[] =
        installation.spec?.calicoNetwork?.ipPools ?? [];
      install(agent, objects({ namespace: NAMESPACE, pool: pool?.cidr, encapsulation: pool?.encapsulation }));
      report(agent, sets.get(`${NAMESPACE}/calico-node`));
    });
    agent.onChange([INSTALLATIONS, RESOURCES.daemonsets], queue, 'default');
    yield* agent.run();
    return 0;
  };
}

function install(agent: Agent, objects: readonly KubeObjectLike[]): void {
  const namespace: KubeObjectLike = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
  for (const object of [namespace, ...objects]) {
    const found = (Object.values(RESOURCES) as Resource[]).find(({ kind, group, version }) => {
      const served = group === '' ? version : `${group}/${version}`;
      return kind === object.kind && served === object.apiVersion;
    });
    // The definitions of Calico's own kinds come with the operator.
    if (!found || object.kind === 'CustomResourceDefinition') continue;
    try {
      agent.client.create(found, object, object.metadata.namespace);
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists')) throw error;
    }
  }
}

/** What `kubectl get tigerastatus` shows. */
function report(agent: Agent, set: KubeObject | undefined): void {
  const wanted = set?.status?.desiredNumberScheduled ?? 0;
  const up = wanted > 0 && set?.status?.numberAvailable === wanted;
  const now = timestamp(agent.context.now);
  const condition = (type: string, on: boolean, reason: string, message = '') => ({
    type,
    status: on ? 'True' : 'False',
    reason,
    message,
    lastTransitionTime: now,
    observedGeneration: 1,
  });
  const status = {
    conditions: [
      condition('Available', up, up ? 'AllObjectsAvailable' : 'NotReady', up ? 'All objects available' : ''),
      condition('Progressing', !up, up ? 'AllObjectsAvailable' : 'ResourceNotReady'),
      condition('Degraded', false, 'AllObjectsAvailable'),
    ],
  };
  const name = 'calico';
  const known = agent.client.find(STATUSES, name);
  if (known?.status?.conditions?.[0]?.status === status.conditions[0]?.status) return;
  if (!known)
    agent.client.create(STATUSES, {
      apiVersion: `${GROUP}/v1`,
      kind: 'TigeraStatus',
      metadata: { name },
      spec: {},
    });
  agent.client.patch(STATUSES, name, { type: 'merge', body: { status }, subresource: 'status' });
}
