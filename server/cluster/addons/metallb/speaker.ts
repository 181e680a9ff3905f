import { createHash } from 'node:crypto';
import type { Main } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { EventRecorder } from '../../client/events.ts';
import { RESOURCES } from '../../client/resources.ts';
import { type Agent, startAgent } from '../agent.ts';
import { type Configuration, configurationOf } from './configuration.ts';
import { holds, isBalanced, NAMESPACE, selected, shownAddresses } from './pools.ts';

/** The one that leads to other machines. */
const DEVICE = 'eth0';
const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

/**
 * MetalLB's speaker: one node of those that may tells the wire that a balancer's address is its own. The node does not
 * have the address: kube-proxy's rules take what comes for it. Models metallb speaker/layer2_controller.go
 */
export const metallbSpeaker: Main = function* (context) {
  const agent = yield* startAgent(context, {
    userAgent: 'metallb-speaker',
    cannotStart: (message) => `{"level":"error","op":"startup","error":${JSON.stringify(message)}}\n`,
  });
  if (!agent) return 1;
  const { announced } = context.network.host;
  const own = new Set<string>();
  context.process.onExit.push(() => {
    for (const address of own) announced.delete(address);
  });
  const source = { component: 'metallb-speaker' };
  const recorder = new EventRecorder({ client: agent.client, clock: context.process.clock, source });
  const node = context.env.get('METALLB_NODE_NAME') ?? context.hostname;
  const configuration = configurationOf(agent);
  const queue = agent.queue(() => {
    const mine = new Map(
      announcements(agent, configuration).flatMap(({ address, on, service }) =>
        on === node ? [[address, service]] : [],
      ),
    );
    for (const address of [...own].filter((one) => !mine.has(one))) {
      own.delete(address);
      announced.delete(address);
    }
    for (const [address, service] of mine) {
      if (own.has(address)) continue;
      own.add(address);
      announced.add(address);
      recorder.event(
        service,
        'Normal',
        'nodeAssigned',
        `announcing from node "${node}" with protocol "layer2"`,
      );
    }
  });
  const { services, nodes, pods, endpointslices } = RESOURCES;
  agent.onChange(
    [services, nodes, pods, endpointslices, ...Object.values(configuration.watches)],
    queue,
    'all',
  );
  yield* context.err('{"level":"info","msg":"MetalLB speaker starting"}\n');
  yield* agent.run();
  return 0;
};

interface Announcement {
  readonly address: string;
  readonly service: KubeObject;
  /** The node that answers for it. */
  readonly on: string;
}

/** All addresses and who answers for them: every speaker comes to the same result. */
function announcements(agent: Agent, configuration: Configuration): Announcement[] {
  const speakers = nodesWithSpeakers(agent, configuration);
  return [...agent.watch(RESOURCES.services).list()].flatMap((service) => {
    if (!isBalanced(service)) return [];
    return shownAddresses(service).flatMap((address) => {
      const [on] = candidates({ agent, configuration, speakers }, service, address).sort(
        (a, b) => order(a, address) - order(b, address),
      );
      return on === undefined ? [] : [{ address, service, on }];
    });
  });
}

function nodesWithSpeakers(agent: Agent, { heedsExclusion }: Configuration): KubeObject[] {
  const nodes = agent.watch(RESOURCES.nodes);
  const running = [...agent.watch(RESOURCES.pods).list()].filter(
    ({ metadata, status }) =>
      metadata.namespace === NAMESPACE &&
      metadata.labels?.['component'] === 'speaker' &&
      status?.phase === 'Running',
  );
  return running.flatMap(({ spec }) => {
    const node = nodes.get(spec.nodeName);
    const isReady = node?.status?.conditions?.some(
      ({ type, status }: { type: string; status: string }) => type === 'Ready' && status === 'True',
    );
    const isExcluded = heedsExclusion && node?.metadata.labels?.[EXCLUDED] !== undefined;
    return node && isReady && !isExcluded ? [node] : [];
  });
}

/** The nodes that an advertisement lets answer for an address of a service that has endpoints. */
function candidates(
  {
    agent,
    configuration,
    speakers,
  }: { agent: Agent; configuration: Configuration; speakers: readonly KubeObject[] },
  service: KubeObject,
  address: string,
): string[] {
  const pool = configuration.pools().find((one) => holds(one, address));
  const advertisements = configuration.advertisements().filter(({ spec = {} }) => {
    const { ipAddressPools: names = [], ipAddressPoolSelectors: selectors = [], interfaces } = spec;
    if (!pool || (interfaces?.length > 0 && !interfaces.includes(DEVICE))) return false;
    if (names.length === 0 && selectors.length === 0) return true;
    return names.includes(pool.metadata.name) || (selectors.length > 0 && selected(selectors, pool));
  });
  const ready = readyNodes(agent, service);
  const isLocal = service.spec.externalTrafficPolicy === 'Local';
  if (ready.size === 0) return [];
  return speakers
    .filter((node) => advertisements.some(({ spec }) => selected(spec?.nodeSelectors, node)))
    .map(({ metadata }) => metadata.name)
    .filter((name) => !isLocal || ready.has(name));
}

/** Nodes with endpoints that are ready. */
function readyNodes(agent: Agent, { metadata }: KubeObject): Set<string> {
  const slices = [...agent.watch(RESOURCES.endpointslices).list()].filter(
    (slice) =>
      slice.metadata.namespace === metadata.namespace &&
      slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name,
  );
  interface Endpoint {
    readonly nodeName?: string;
    readonly conditions?: { readonly ready?: boolean };
  }
  return new Set(
    slices.flatMap((slice) =>
      ((slice['endpoints'] ?? []) as Endpoint[]).flatMap(({ nodeName = '', conditions }) =>
        conditions?.ready === false ? [] : [nodeName],
      ),
    ),
  );
}

/** Nodes share addresses out by lot, each address its own. */
function order(node: string, address: string): number {
  return createHash('sha256').update(`${node}#${address}`).digest().readUInt32BE(0);
}
