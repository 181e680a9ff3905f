import type { KubeObject } from '../../../objects/object.ts';
import { type Steps, sleep, waitOn } from '../../../sim/index.ts';
import type { Client } from '../../client/client.ts';
import { RESOURCES } from '../../client/resources.ts';
import { isRefusal, type KubeletCore, requestFailure } from '../core.ts';
import { NodeLease } from './lease.ts';
import { extendedResources, type NodeView, newNode, nodeStatus, type Pressure } from './node-status.ts';
import { tellStatusFailure } from './unreached.ts';

const RETRY_MS = 1000;
const RETRY_MAX_MS = 7000;
const UPDATE_RETRY_MS = 10_000;

/** Events about conditions that became true, and that ceased to be. */
const TRANSITIONS: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  Ready: ['NodeReady', 'NodeNotReady'],
  MemoryPressure: ['NodeHasInsufficientMemory', 'NodeHasSufficientMemory'],
  PIDPressure: ['NodeHasInsufficientPID', 'NodeHasSufficientPID'],
  DiskPressure: ['NodeHasDiskPressure', 'NodeHasNoDiskPressure'],
};

/** The kubelet's Node: registers it, keeps its lease and its status. Models pkg/kubelet/kubelet_node_status.go. */
export class NodeAgent {
  /** As the API holds it; undefined until it is registered. */
  node: KubeObject | undefined;
  /** Set by those who watch over the node's resources. */
  pressure: Pressure = { memory: false, disk: false, pid: false };
  /** The machine is about to go down. */
  isShuttingDown = false;
  readonly #core: KubeletCore;
  readonly #lease: NodeLease;
  readonly #seen: (node: KubeObject) => void;

  readonly #unreached: () => void;

  /** `seen` is told of every state of the node, `unreached` each time that its own cannot be told. */
  constructor(core: KubeletCore, seen: (node: KubeObject) => void, unreached: () => void) {
    this.#core = core;
    this.#unreached = unreached;
    this.#lease = new NodeLease(core);
    this.#seen = seen;
  }

  close(): void {
    this.#lease.close();
  }

  /** Tries again for as long as nobody answers. */
  *register(client: Client): Steps<void> {
    const core = this.#core;
    const { nodeName } = core.options;
    let delay = RETRY_MS;
    const tell = (place: string, message: string) => {
      if (!core.resumed) core.log('I', place, `"${message}" node="${nodeName}"`);
    };
    tell('kubelet_node_status.go:75', 'Attempting to register node');
    for (;;) {
      try {
        this.node = this.#registerOnce(client);
        break;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        core.log(
          'E',
          'kubelet_node_status.go:107',
          `"Unable to register node with API server" err="${requestFailure(core.options, 'Post /api/v1/nodes', error)}" node="${nodeName}"`,
        );
      }
      yield* sleep(core.clock, delay);
      delay = Math.min(delay * 2, RETRY_MAX_MS);
    }
    tell('kubelet_node_status.go:78', 'Successfully registered node');
    core.tasks.spawn(this.#lease.keep(client, () => this.node));
    core.tasks.spawn(this.#tellUnreached());
    const selection = { fieldSelector: `metadata.name=${nodeName}` };
    const seen = (node: KubeObject) => this.#take(node);
    core.informer(client, RESOURCES.nodes, { selection }).on({ added: seen, updated: seen });
  }

  /** For as long as the server does not answer, at every time that the status is due. */
  *#tellUnreached(): Steps<void> {
    const { clock } = this.#core;
    for (;;) {
      while (this.#lease.failure === undefined) yield* waitOn([this.#lease.failed]);
      if (this.node) tellStatusFailure(this.#core, this.node, this.#lease.failure);
      this.#unreached();
      yield* sleep(clock, UPDATE_RETRY_MS);
    }
  }

  #take(node: KubeObject): void {
    this.node = node;
    this.#seen(node);
    this.update();
  }

  #registerOnce(client: Client): KubeObject {
    const { nodeName } = this.#core.options;
    const existing = client.find(RESOURCES.nodes, nodeName);
    if (existing && this.#core.resumed) return existing;
    const started = (node: KubeObject) => {
      this.event(node, 'Starting', 'Starting kubelet.');
      for (const reason of ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID']) {
        this.event(node, reason, `Node ${nodeName} status is now: ${reason}`);
      }
      this.event(node, 'NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
      return node;
    };
    if (!existing) return started(client.create(RESOURCES.nodes, newNode(this.#view())));
    const body = { status: nodeStatus(this.#view(), existing) };
    const { bootID } = body.status.nodeInfo;
    const known = existing.status?.nodeInfo?.bootID;
    if (known && known !== bootID)
      this.event(existing, 'Rebooted', `Node ${nodeName} has been rebooted, boot id: ${bootID}`, 'Warning');
    const patch = { type: 'merge' as const, body, subresource: 'status' };
    const node = started(client.patch(RESOURCES.nodes, nodeName, patch));
    this.#tellChanges(node, existing.status?.conditions ?? [], ['Ready']);
    return node;
  }

  #view(): NodeView {
    const { nodeName: name, address, version, settings } = this.#core.options;
    const { host, clock } = this.#core;
    const runtime = this.#core.findRuntime();
    const { pressure, isShuttingDown } = this;
    const { now } = clock;
    const runtimeDownMs = now - (this.#core.runtimeLostAt ?? now);
    return {
      host,
      name,
      address,
      version,
      settings,
      runtime,
      runtimeDownMs,
      now,
      pressure,
      isShuttingDown,
    };
  }

  /** Writes the node's status when something but the time in it changed. */
  update(): void {
    const core = this.#core;
    if (!core.client || !this.node) return;
    const status = nodeStatus(this.#view(), this.node);
    const essence = (conditions: any[]) =>
      JSON.stringify(conditions.map(({ type, status: s, message }) => [type, s, message]));
    const old: any[] = this.node.status?.conditions ?? [];
    if (essence(old) === essence(status.conditions) && !this.#hasNews()) return;
    try {
      const { name } = this.node.metadata;
      const patch = { type: 'merge' as const, body: { status }, subresource: 'status' };
      this.node = core.client.patch(RESOURCES.nodes, name, patch);
      this.#tellChanges(this.node, old);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (this.#lease.failure === undefined) tellStatusFailure(core, this.node, error);
      core.later(UPDATE_RETRY_MS, () => this.update());
    }
  }

  /** Somebody has changed what the node has. */
  #hasNews(): boolean {
    const wanted = extendedResources(this.node).allocatable;
    const { allocatable } = this.node?.status ?? {};
    return Object.entries(wanted).some(([name, amount]) => (allocatable?.[name] ?? null) !== amount);
  }

  #tellChanges(node: KubeObject, old: readonly any[], types = Object.keys(TRANSITIONS)): void {
    const statusIn = (conditions: readonly any[], type: string) =>
      conditions.find((condition) => condition.type === type)?.status;
    for (const type of types) {
      const is = statusIn(node.status.conditions, type);
      if (statusIn(old, type) === is) continue;
      const [yes, no] = TRANSITIONS[type] as readonly [string, string];
      const reason = is === 'True' ? yes : no;
      this.event(node, reason, `Node ${node.metadata.name} status is now: ${reason}`);
    }
  }

  event(node: KubeObject, reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal'): void {
    const about = { kind: 'Node', name: node.metadata.name, uid: node.metadata.name };
    this.#core.recorder?.event(about, type, reason, message);
  }
}
