import {
  type Connected,
  connectError,
  type Listener,
  OpenFile,
  Pipe,
  resolveName,
  type Stream,
} from '../../host/index.ts';
import { type Steps, WaitQueue } from '../../sim/index.ts';
import { RedirectError } from './flow.ts';
import type { Shell } from './shell.ts';
import { HttpConversation } from './socket-http.ts';

/** One round trip, and how long Linux tries to connect to somebody who does not answer (tcp_syn_retries = 6). */
const ROUND_TRIP_MS = 1;
const SYN_MS = 130_000;

/** Services that have a name in /etc/services. */
const SERVICES: Readonly<Record<string, number>> = { ssh: 22, domain: 53, http: 80, https: 443 };

/** Opens `/dev/tcp/HOST/PORT` and `/dev/udp/HOST/PORT`. Models lib/sh/netopen.c. */
export function* openSocket(
  shell: Shell,
  protocol: 'tcp' | 'udp',
  host: string,
  service: string,
): Steps<OpenFile> {
  const { context } = shell;
  const fail = (why: string, reason: string) =>
    new RedirectError(`${why}\n${shell.prefix}/dev/${protocol}/${host}/${service}: ${reason}`);
  const port = /^\d+$/.test(service) ? Number(service) % 65_536 : SERVICES[service];
  if (port === undefined)
    throw fail(`${service}: Servname not supported for ai_socktype`, 'Invalid argument');
  const found = resolveName(context, host);
  if (!found.ok) {
    const why =
      found.why === 'not-found' ? 'Name or service not known' : 'Temporary failure in name resolution';
    throw fail(`${host}: ${why}`, 'Invalid argument');
  }
  const address = found.addresses[0] as string;
  const to = context.network.connect(address, port, protocol === 'tcp' ? 'TCP' : 'UDP');
  // Nobody has to be there for a datagram to be sent.
  if (protocol === 'udp') {
    if (!to.ok && to.failure === 'unreachable')
      throw fail('connect: Network is unreachable', 'Network is unreachable');
    return new SilentSocket();
  }
  yield* context.sleep(!to.ok && to.failure === 'timeout' ? SYN_MS : ROUND_TRIP_MS);
  if (to.ok) return connected(shell, to);
  const { message } = connectError(to.failure);
  throw fail(`connect: ${message}`, message);
}

function connected(shell: Shell, { listener, from }: Extract<Connected, { ok: true }>): OpenFile {
  const peer = { address: from, port: shell.context.network.ephemeralPort() };
  if (listener.accept) return rawSocket(listener.accept, peer);
  if (listener.http) return new HttpConversation(socketName(), listener, peer);
  return new SilentSocket();
}

let sockets = 50_000;

/** The name of a new socket, as /proc/PID/fd shows it. */
function socketName(): string {
  return `socket:[${++sockets}]`;
}

/** Takes everything and never answers. */
class SilentSocket extends OpenFile {
  readonly name = socketName();
  override readonly readable = new WaitQueue();

  read(): undefined {
    return undefined;
  }

  write(text: string): number {
    return text.length;
  }
}

/** A connection whose other side is taken by a program: two pipes, one in each direction. */
function rawSocket(
  accept: NonNullable<Listener['accept']>,
  peer: { address: string; port: number },
): OpenFile {
  const sent = new Pipe();
  const received = new Pipe();
  const ours = new RawSocket(received.reader().retain(), sent.writer().retain(), received, sent);
  accept(streamOf(sent, received), peer);
  return ours;
}

/** The listener's side. */
function streamOf(incoming: Pipe, outgoing: Pipe): Stream {
  const reader = incoming.reader().retain();
  const writer = outgoing.writer().retain();
  let ended = false;
  let closed = false;
  const end = () => {
    if (!ended) writer.release();
    ended = true;
  };
  return {
    readable: incoming.readable,
    writable: outgoing.writable,
    read: (limit) => (closed ? '' : reader.read(limit)),
    write: (text) => (ended ? 0 : writer.write(text)),
    end,
    close: () => {
      end();
      if (!closed) reader.release();
      closed = true;
    },
  };
}

class RawSocket extends OpenFile {
  readonly name = socketName();
  override readonly readable: WaitQueue;
  override readonly writable: WaitQueue;
  readonly #in: OpenFile;
  readonly #out: OpenFile;

  constructor(input: OpenFile, output: OpenFile, received: Pipe, sent: Pipe) {
    super();
    this.#in = input;
    this.#out = output;
    this.readable = received.readable;
    this.writable = sent.writable;
  }

  read(limit: number): string | undefined {
    return this.#in.read(limit);
  }

  write(text: string): number {
    return this.#out.write(text);
  }

  protected override close(): void {
    this.#in.release();
    this.#out.release();
  }
}
