import type { Listener } from '../../host/index.ts';
import {
  type Duplex,
  type HttpRequest,
  type HttpResponse,
  isSystemError,
  type Stream,
  SystemError,
} from '../../host/index.ts';
import { type Steps, WaitQueue, waitOn } from '../../sim/index.ts';
import { type Info, selectAll } from './builder.ts';
import { KubectlError, messageOf } from './errors.ts';
import { parseResponse, requestText } from './http-text.ts';
import type { Kubectl } from './kubectl.ts';
import { attachableOf, podTimeout } from './pods.ts';
import { openNow, openRemote } from './remote.ts';
import { builtIn, pathOf } from './resources.ts';

type Fields = Record<string, any>;

interface Forwarded {
  readonly local: number;
  readonly remote: number;
}

interface Connection {
  readonly stream: Stream;
  duplex: Duplex | undefined;
  readonly local: number;
  readonly remote: number;
}

/** Models kubectl/pkg/cmd/portforward/portforward.go. */
export function* portForward(k: Kubectl): Steps<void> {
  if (k.args.length < 2) throw k.usage('TYPE/NAME and list of ports are required for port-forward');
  const [target = '', ...specs] = k.args;
  const timeoutMs = podTimeout(k);
  const args = [target.includes('/') ? target : `pods/${target}`];
  const [info] = (yield* selectAll(k, { args })) as [Info];
  const pod = yield* attachableOf(k, info, timeoutMs);
  const phase = pod['status']?.phase;
  if (phase !== 'Running')
    throw new KubectlError(`unable to forward port because pod is not running. Current status=${phase}`);
  const ports = specs.map((spec) => parsePort(k, spec, info, pod));
  yield* serve(k, pod, ports);
}

/** `8080:80`, `80`, `:80`, or names; a service's port becomes that of its pod. */
function parsePort(k: Kubectl, spec: string, info: Info, pod: Fields): Forwarded {
  const [left = '', right] = spec.split(':');
  const remoteText = right ?? left;
  const remote = remotePort(remoteText, info, pod);
  if (remote <= 0) throw new KubectlError('remote port must be > 0');
  const localText = right === undefined ? String(numberOf(left) ?? remote) : left;
  if (localText !== '' && numberOf(localText) === undefined)
    throw new KubectlError(
      `error parsing local port '${localText}': strconv.ParseUint: parsing ${JSON.stringify(localText)}: invalid syntax`,
    );
  for (const [side, number] of [
    ['local', Number(localText)],
    ['remote', remote],
  ] as const)
    if (number > 65_535)
      throw new KubectlError(
        `error parsing ${side} port '${number}': strconv.ParseUint: parsing "${number}": value out of range`,
      );
  const local = localText === '' || localText === '0' ? k.context.network.ephemeralPort() : Number(localText);
  return { local, remote };
}

function numberOf(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function remotePort(text: string, { resource, object }: Info, pod: Fields): number {
  const number = numberOf(text);
  const containers: Fields[] = pod['spec'].containers ?? [];
  const named = (name: string): number => {
    for (const container of containers)
      for (const port of container['ports'] ?? []) if (port.name === name) return port.containerPort;
    throw new KubectlError(`Pod '${pod['metadata'].name}' does not have a named port '${name}'`);
  };
  if (resource.kind !== 'Service') return number ?? named(text);
  const ports: Fields[] = object?.['spec'].ports ?? [];
  const port = ports.find((p) => (number === undefined ? p['name'] === text : p['port'] === number));
  if (!port) {
    if (number === undefined)
      throw new KubectlError(`Service '${object?.['metadata'].name}' does not have a named port '${text}'`);
    throw new KubectlError(`Service ${object?.['metadata'].name} does not have a service port ${number}`);
  }
  const { targetPort } = port;
  if (typeof targetPort === 'number') return targetPort;
  return targetPort ? (numberOf(String(targetPort)) ?? named(String(targetPort))) : port['port'];
}

/** The connection that carries all others stands before anybody listens. */
function* reach(k: Kubectl, path: string): Steps<void> {
  try {
    (yield* openRemote(k, path, [])).close();
  } catch (error) {
    throw new KubectlError(`error upgrading connection: ${messageOf(error)}`);
  }
}

/** Addresses to listen on, in order: `localhost` is one of each family. Models portforward.go parseAddresses. */
function listenAddresses(names: readonly string[]): string[] {
  const strange = names.find((name) => name !== 'localhost' && !/^[\d.]+$|:/.test(name));
  if (strange !== undefined) throw new KubectlError(`${strange} is not a valid IP`);
  const all = names.flatMap((name) => (name === 'localhost' ? ['127.0.0.1', '::1'] : [name]));
  return [...new Set(all)].sort();
}

function* serve(k: Kubectl, pod: Fields, ports: readonly Forwarded[]): Steps<void> {
  const addresses = listenAddresses(k.flags.list('address'));
  const arrived = new WaitQueue();
  const connections = new Set<Connection>();
  const stops: (() => void)[] = [];
  const handled: Handled[] = [];
  const { name, namespace } = pod['metadata'];
  const path = pathOf(builtIn('pods'), namespace, name, 'portforward');
  yield* reach(k, path);
  const listen = (address: string, { local, remote }: Forwarded) => {
    const listener: Listener = {
      protocol: 'TCP',
      address,
      port: local,
      pid: k.context.process.pid,
      http: (request) => {
        const { response, failure } = forwardRequest(k, `${path}?port=${remote}`, request);
        handled.push({ local, remote, failure });
        arrived.notify();
        if (!response) throw new SystemError('ECONNRESET');
        return response;
      },
      accept: (stream) => {
        connections.add({ stream, duplex: undefined, local, remote });
        arrived.notify();
      },
    };
    stops.push(k.context.network.listen(listener));
  };
  k.context.process.onExit.push(() => {
    for (const stop of stops) stop();
  });
  for (const port of ports) {
    for (const address of addresses) {
      try {
        // The loopback of hosts here has no IPv6: what asks for localhost comes to the other address.
        if (address !== '::1') listen(address, port);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        yield* k.err(
          `Unable to listen on port ${port.local}: Listeners failed to create with the following errors: [unable to create listener: Error listen tcp4 ${address}:${port.local}: bind: ${error.message.toLowerCase()}]\n`,
        );
        throw new KubectlError(
          `unable to listen on any of the requested ports: [{${port.local} ${port.remote}}]`,
        );
      }
      const shown = address.includes(':') ? `[${address}]` : address;
      yield* k.out(`Forwarding from ${shown}:${port.local} -> ${port.remote}\n`);
    }
  }
  for (;;) {
    for (const done of handled.splice(0)) {
      yield* k.out(`Handling connection for ${done.local}\n`);
      if (done.failure !== undefined) yield* lost(k, done, done.failure);
    }
    for (const connection of connections) yield* move(k, pod, connections, connection);
    const queues = [...connections].flatMap(({ stream, duplex }) => [
      stream.readable,
      ...(duplex ? [duplex.ready] : []),
    ]);
    yield* waitOn([arrived, ...queues]);
  }
}

interface Handled {
  readonly local: number;
  readonly remote: number;
  readonly failure: string | undefined;
}

/** One request over a connection of its own, for clients that speak in whole requests. */
function forwardRequest(
  k: Kubectl,
  path: string,
  request: HttpRequest,
): { response?: HttpResponse; failure?: string } {
  const upgrade = openNow(k, path);
  upgrade.send(0, requestText(request));
  let text = '';
  for (let frame = upgrade.receive(); frame; frame = upgrade.receive()) {
    if (frame.channel !== 0) return { failure: frame.data };
    text += frame.data;
  }
  upgrade.close();
  const response = parseResponse(text);
  return response ? { response } : {};
}

/** A connection that the pod refuses ends them all. Models client-go/tools/portforward handleConnection. */
function* lost(k: Kubectl, at: { local: number; remote: number }, why: string): Steps<never> {
  const message = `an error occurred forwarding ${at.local} -> ${at.remote}: ${why}`;
  yield* k.klog('E', 'portforward.go:424', `"Unhandled Error" err=${JSON.stringify(message)}`);
  throw new KubectlError('lost connection to pod');
}

/** Opens a new connection to the pod, or carries what waits on either side. */
function* move(k: Kubectl, pod: Fields, all: Set<Connection>, connection: Connection): Steps<void> {
  const { stream, local, remote } = connection;
  const { name, namespace } = pod['metadata'];
  if (!connection.duplex) {
    yield* k.out(`Handling connection for ${local}\n`);
    const resource = builtIn('pods');
    connection.duplex = yield* openRemote(k, pathOf(resource, namespace, name, 'portforward'), [
      ['port', String(remote)],
    ]);
  }
  const { duplex } = connection;
  for (;;) {
    const piece = stream.read(32_768);
    if (piece === undefined) break;
    duplex.send(0, piece);
    if (piece === '') break;
  }
  for (;;) {
    const frame = duplex.receive();
    if (!frame) break;
    if (frame.channel !== 0) {
      stream.close();
      yield* lost(k, connection, frame.data);
    } else stream.write(frame.data);
  }
  if (!duplex.ended) return;
  stream.end();
  all.delete(connection);
}
