import type { ContainerRuntime, ContainerStatus } from '../../cluster/client/cri.ts';
import { httpRequest, isSystemError } from '../../host/index.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import type { Call } from './call.ts';
import { Fatal } from './connection.ts';
import { inspectContainer, inspectPod } from './inspect.ts';
import { findSandbox } from './selection.ts';

type EventType = 'CREATED' | 'STARTED' | 'STOPPED' | 'DELETED';

interface Known {
  readonly state: string;
  readonly sandboxId: string;
}

/** What the containers and sandboxes of a node are, to be compared with what they become. */
function statesOf(runtime: ContainerRuntime): Map<string, Known> {
  const states = new Map<string, Known>();
  for (const { id, state } of runtime.sandboxes()) states.set(id, { state, sandboxId: id });
  for (const { id, state, sandboxId } of runtime.containers()) states.set(id, { state, sandboxId });
  return states;
}

/** The events between two states of one container or sandbox. */
function eventsBetween(before: string | undefined, after: string | undefined): EventType[] {
  if (before === after) return [];
  if (after === undefined) return ['DELETED'];
  const isNew = before === undefined ? (['CREATED'] as const) : [];
  if (after === 'created') return [...isNew];
  if (after === 'running' || after === 'ready') return [...isNew, 'STARTED'];
  return [...isNew, 'STOPPED'];
}

/** `crictl events`: a line of JSON for each thing that happens, until it is interrupted. */
export function* events({ context, runtime }: Call): Steps<number> {
  let before = statesOf(runtime);
  for (;;) {
    yield* waitOn([runtime.changed]);
    const after = statesOf(runtime);
    for (const id of new Set([...before.keys(), ...after.keys()])) {
      const { sandboxId = '' } = after.get(id) ?? before.get(id) ?? {};
      for (const type of eventsBetween(before.get(id)?.state, after.get(id)?.state))
        yield* context.out(`${JSON.stringify(eventOf(context.now, runtime, { id, sandboxId, type }))}\n`);
    }
    before = after;
  }
}

function eventOf(
  now: number,
  runtime: ContainerRuntime,
  { id, sandboxId, type }: { id: string; sandboxId: string; type: EventType },
): unknown {
  const statusOf = (value: unknown) => (value as { status: unknown }).status;
  const ofSandbox = runtime.containers().filter((one: ContainerStatus) => one.sandboxId === sandboxId);
  return {
    containerId: id,
    containerEventType: `CONTAINER_${type}_EVENT`,
    createdAt: String(Math.round(now * 1e6)),
    podSandboxStatus: runtime.sandbox(sandboxId) ? statusOf(inspectPod(runtime, sandboxId)) : null,
    containersStatuses: ofSandbox.map((one) => statusOf(inspectContainer(runtime, one.id))),
  };
}

/** `crictl port-forward POD-ID [LOCAL_PORT:]REMOTE_PORT`: listens until it is interrupted. */
export function* portForward({ context, runtime, args }: Call): Steps<number> {
  const [id = '', ...specs] = args;
  if (id === '' || specs.length === 0) throw new Fatal('ID and at least one port are required');
  const { ip, config, state } = findSandbox(runtime, id);
  if (state !== 'ready') throw new Fatal(`sandbox container "${id}" is not running`);
  const address = config.hostNetwork ? '127.0.0.1' : ip;
  const { network, process } = context;
  for (const spec of specs) {
    const [left = '', right = left] = spec.split(':');
    const [local, port] = [left === '' ? network.ephemeralPort() : Number(left), Number(right)];
    if (!(port > 0 && port < 65_536)) throw new Fatal(`invalid port: ${spec}`);
    const found = network.connect(address, port);
    const { accept } = found.ok ? found.listener : {};
    try {
      const stop = network.listen({
        protocol: 'TCP',
        address: '127.0.0.1',
        port: local,
        pid: process.pid,
        http: (request) => httpRequest(network, { address, port }, request),
        ...(accept ? { accept } : {}),
      });
      process.onExit.push(stop);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new Fatal(
        `unable to listen on port ${local}: listen tcp4 127.0.0.1:${local}: bind: ${error.message.toLowerCase()}`,
      );
    }
    yield* context.out(`Forwarding from 127.0.0.1:${local} -> ${port}\n`);
  }
  for (;;) yield {};
}

/** What containerd 1.7 does not know. */
export function unknownMethod(name: string, told: (error: string) => string): (call: Call) => Steps<number> {
  return function* () {
    throw new Fatal(told(`rpc error: code = Unimplemented desc = method ${name} not implemented`));
  };
}
