import type { Listener } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { COULD_NOT_RESOLVE, CurlError } from './curl-error.ts';
import { dial, lookUp } from './dial.ts';
import type { Place } from './web.ts';

/** When a connection must stand, and when the whole transfer must be over, in virtual ms. */
export interface Deadlines {
  readonly startedAt: number;
  readonly connect: number;
  readonly transfer: number;
}

export interface Reached {
  readonly listener: Listener;
  readonly from: string;
  readonly address: string;
  readonly lookedUpAt: number;
}

/** Makes the connection that a URL needs. Throws CurlError. */
export function* connectTo(call: Call, place: Place, deadlines: Deadlines): Steps<Reached> {
  const { options, context } = call;
  const socket = options.get('unix-socket');
  if (socket !== undefined) {
    const listener = context.network.network.unix.get(`${context.host.hostname}:${socket}`);
    if (!listener)
      throw new CurlError(
        7,
        `Failed to connect to ${place.host} port ${place.port} after 0 ms: Couldn't connect to server`,
      );
    return { listener, from: '', address: socket, lookedUpAt: context.now };
  }
  checkInterface(call);
  const started = context.now;
  const { host, port } = yield* target(call, place);
  const address = yield* addressOf(call, { host, port }, deadlines);
  const lookedUpAt = context.now;
  yield* note(call, `  Trying ${address.includes(':') ? `[${address}]` : address}:${port}...`);
  const found = yield* dial(context, address, port, deadlines.connect);
  if (found.ok) {
    yield* note(call, `Connected to ${host} (${address}) port ${port}`);
    return { listener: found.listener, from: found.from, address, lookedUpAt };
  }
  const took = context.now - started;
  const failed = `Failed to connect to ${host} port ${port} after ${took} ms`;
  if (found.why === 'deadline')
    throw new CurlError(
      28,
      deadlines.connect === deadlines.transfer
        ? `Connection timed out after ${took + 1} milliseconds`
        : `Failed to connect to ${host} port ${port} after ${took + 1} ms: Timeout was reached`,
    );
  yield* note(call, `connect to ${address} port ${port} failed: ${REASONS[found.why]}`);
  throw new CurlError(found.why === 'timeout' ? 28 : 7, `${failed}: Couldn't connect to server`);
}

const REASONS = {
  refused: 'Connection refused',
  timeout: 'Connection timed out',
  unreachable: 'Network is unreachable',
  'no-route': 'No route to host',
} as const;

type Target = Pick<Place, 'host' | 'port'>;

/** Where `--connect-to` sends a request for a host and port; each part that is left out stands for any, or for the same. */
function* target(call: Call, place: Place): Steps<Target> {
  const own = { host: place.host.replace(/^\[|\]$/g, ''), port: place.port };
  for (const entry of call.options.all('connect-to')) {
    const [, host, port, newHost, newPort] =
      /^(\[[^\]]*\]|[^:]*):(\d*):(\[[^\]]*\]|[^:]*):(\d*)$/.exec(entry) ?? [];
    if (host === undefined || (host !== '' && host !== place.host)) continue;
    if (port !== '' && Number(port) !== place.port) continue;
    if (newHost) yield* note(call, `Connecting to hostname: ${newHost}`);
    if (newPort) yield* note(call, `Connecting to port: ${newPort}`);
    return { host: newHost?.replace(/^\[|\]$/g, '') || own.host, port: Number(newPort || own.port) };
  }
  return own;
}

/** `--interface`: a device or an address of this machine, that connections are made from. */
function checkInterface({ options, context }: Call): void {
  const name = options.get('interface')?.replace(/^(if|host)!/, '');
  const isKnown =
    name === undefined ||
    context.network.has(name) ||
    context.network.allInterfaces().some((one) => one.name === name && one.up);
  if (!isKnown) throw new CurlError(45, `Couldn't bind to interface '${name}'`);
}

function* addressOf(call: Call, { host, port }: Target, deadlines: Deadlines): Steps<string> {
  const { options, context } = call;
  for (const entry of options.all('resolve').reverse()) {
    const [, name, number, address] = /^[+-]?([^:]+):(\d+):\[?([^,\]]+)/.exec(entry) ?? [];
    if ((name === host || name === '*') && Number(number) === port && address) return address;
  }
  const found = yield* lookUp(context, host, deadlines.connect);
  if (found.ok) {
    if (found.address !== host)
      yield* note(call, `Host ${host}:${port} was resolved.\n* IPv6: (none)\n* IPv4: ${found.address}`);
    return found.address;
  }
  if (found.why === 'deadline')
    throw new CurlError(
      28,
      `Resolving timed out after ${context.now - deadlines.startedAt + 1} milliseconds`,
    );
  throw new CurlError(COULD_NOT_RESOLVE, `Could not resolve host: ${host}`);
}

/** What `-v` tells beside the request and its answer. */
export function* note(call: Call, text: string): Steps<void> {
  if (call.options.has('v')) yield* call.context.err(`* ${text}\n`);
}
