import {
  type HttpHandler,
  holdConnection,
  isSystemError,
  type Stream,
  SystemError,
  statusText,
} from '../../../host/index.ts';
import { type Steps, WaitQueue, waitOn } from '../../../sim/index.ts';
import { BANNER, isApplet } from '../core/applet.ts';
import { type Call, tool } from '../core/tool.ts';
import { type Dialled, dial, lookUp } from './dial.ts';
import { serviceName } from './sockets.ts';
import { headerLines } from './web.ts';

const USAGE = `usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]
	  [-m minttl] [-O length] [-P proxy_username] [-p source_port]
	  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]
	  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]
	  [destination] [port]
`;
const APPLET_USAGE = `${BANNER}

Usage: nc [OPTIONS] HOST PORT  - connect
nc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen
`;
const REASONS = {
  refused: 'Connection refused',
  timeout: 'Connection timed out',
  unreachable: 'Network is unreachable',
  'no-route': 'No route to host',
  deadline: 'Operation timed out',
};

export const nc = tool({
  name: 'nc',
  summary: 'arbitrary TCP and UDP connections and listens',
  usage: '[-klnuvz] [-w timeout] [destination] [port]',
  version: 'OpenBSD netcat (Debian patchlevel 1.226-1ubuntu2)',
  paths: ['/usr/bin/nc', '/usr/bin/netcat'],
  refusal: (message) => `nc: ${message}\n${USAGE}`,
  options: 'z v w= l k n u 4 6 p= q= N C d D i= s= U x= X= e= t',
  *run(call) {
    const { options, context } = call;
    for (const refused of ['U', 'x', 'X', 'e', 's']) {
      if (options.has(refused)) {
        yield* context.err(`nc: invalid option -- '${refused}'\n${USAGE}`);
        return 1;
      }
    }
    if (options.has('l')) return yield* serve(call);
    const [host, ports] = call.operands;
    if (ports === undefined && isApplet(context, 'nc')) {
      yield* context.err(APPLET_USAGE);
      return 1;
    }
    if (host === undefined || ports === undefined) {
      yield* context.err(host === undefined ? USAGE : 'nc: missing port number\n');
      return 1;
    }
    const range = /^(\d+)(?:-(\d+))?$/.exec(ports);
    if (!range) call.fail(`port number invalid: ${ports}`);
    const [from, to] = [Number(range?.[1]), Number(range?.[2] ?? range?.[1])];
    let status = 1;
    for (let port = from; port <= Math.min(to, 65_535); port++)
      if ((yield* connect(call, host, port)) === 0) status = 0;
    return status;
  },
});

function* connect(call: Call, host: string, port: number): Steps<number> {
  const { options, context } = call;
  const applied = isApplet(context, 'nc');
  const seconds = Number(options.get('w') ?? Number.POSITIVE_INFINITY);
  const deadline = context.now + seconds * 1000;
  const name = yield* lookUp(context, host, deadline);
  if (!name.ok) {
    yield* context.err(
      applied
        ? `nc: bad address '${host}'\n`
        : `nc: getaddrinfo for host "${host}" port ${port}: ${name.why === 'not-found' ? 'Name or service not known' : 'Temporary failure in name resolution'}\n`,
    );
    return 1;
  }
  if (options.has('u')) return yield* send(call, name.address, port);
  const found = yield* dial(context, name.address, port, deadline);
  const shown = host === name.address ? host : `${host} (${name.address})`;
  if (!found.ok) {
    if (applied) {
      yield* context.err(
        found.why === 'deadline'
          ? 'nc: timed out\n'
          : `nc: ${host} (${name.address}:${port}): ${REASONS[found.why]}\n`,
      );
    } else if (options.has('v')) {
      const why =
        found.why === 'deadline' ? 'timed out: Operation now in progress' : `failed: ${REASONS[found.why]}`;
      yield* context.err(`nc: connect to ${shown} port ${port} (tcp) ${why}\n`);
    }
    return 1;
  }
  if (options.has('v'))
    yield* context.err(
      applied
        ? `${host} (${name.address}:${port}) open\n`
        : `Connection to ${host === name.address ? host : shown} ${port} port [tcp/${serviceName(port) ?? '*'}] succeeded!\n`,
    );
  return options.has('z') ? 0 : yield* talk(call, found);
}

/** What a look at a port sends one after the other, to hear whether it is closed. */
const PROBES_MS = 4000;

/** Datagrams: only a host that says so tells that nobody takes them. */
function* send(call: Call, address: string, port: number): Steps<number> {
  const { options, context } = call;
  const found = context.network.connect(address, port, 'UDP');
  const isClosed = !found.ok && found.failure !== 'timeout';
  const applied = isApplet(context, 'nc');
  if (options.has('z') || options.has('v')) {
    if (!applied && options.has('v')) yield* context.sleep(isClosed ? 1 : PROBES_MS);
    if (isClosed) return 1;
    if (options.has('v'))
      yield* context.err(
        applied
          ? `${address} (${address}:${port}) open\n`
          : `Connection to ${address} ${port} port [udp/${serviceName(port) ?? '*'}] succeeded!\n`,
      );
    if (options.has('z')) return 0;
  }
  if (found.ok && found.listener.accept) return yield* talk(call, { ...found, asked: { address, port } });
  while ((yield* context.read(0)) !== '') if (isClosed) return 1;
  const seconds = options.get('w') ?? options.get('q');
  if (seconds === undefined) yield* waitOn([new WaitQueue()]);
  else yield* context.sleep(Number(seconds) * 1000);
  return 0;
}

/** Speaks with who has answered, until one side ends. */
export function* talk(call: Call, found: Dialled & { ok: true }): Steps<number> {
  const { context } = call;
  const { accept, http } = found.listener;
  if (accept) {
    const [mine, theirs] = streamPair();
    const localPort = context.network.ephemeralPort();
    holdConnection(context, { asked: found.asked, found, localPort, isOpen: () => true });
    accept(theirs, { address: found.from, port: localPort });
    return yield* converse(call, mine);
  }
  return http ? yield* speak(call, http, found.from) : 0;
}

/** What is typed at a web server: a request by hand. */
function* speak(call: Call, http: HttpHandler, from: string): Steps<number> {
  const { context } = call;
  let text = '';
  while (!/\r?\n\r?\n/.test(text)) {
    const piece = yield* context.read(0);
    if (piece === '') break;
    text += piece;
  }
  const [head = '', body = ''] = text.split(/\r?\n\r?\n/, 2);
  const [first = '', ...lines] = head.split(/\r?\n/);
  const [, method, path] = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(first) ?? [];
  if (method === undefined || path === undefined) {
    yield* context.out(
      'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request',
    );
    return 0;
  }
  const headers = Object.fromEntries(
    lines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.replace(/^[^:]*:\s*/, '')]),
  );
  const request = {
    method,
    path,
    headers,
    ...(body === '' ? {} : { body }),
    peer: { address: from, port: context.network.ephemeralPort(), certificates: [] },
  };
  const response = http(request);
  const out = response.body ?? (response.value === undefined ? '' : `${JSON.stringify(response.value)}\n`);
  yield* context.out(
    `HTTP/1.1 ${response.status} ${statusText(response.status)}\r\n${headerLines(context, response).join('\r\n')}\r\n\r\n${out}`,
  );
  return 0;
}

function* serve(call: Call): Steps<number> {
  const { options, context } = call;
  const port = Number(options.get('p') ?? call.operands.at(-1));
  if (!(port > 0 && port < 65_536)) {
    yield* context.err(USAGE);
    return 1;
  }
  const arrived: { stream: Stream; peer: { address: string; port: number } }[] = [];
  const news = new WaitQueue();
  const accept = (stream: Stream, peer: { address: string; port: number }) => {
    arrived.push({ stream, peer });
    news.notify();
  };
  try {
    if (!context.mayListen(port)) throw new SystemError('EACCES');
    const stop = context.network.listen({
      protocol: options.has('u') ? 'UDP' : 'TCP',
      address: '0.0.0.0',
      port,
      pid: context.process.pid,
      accept,
    });
    context.process.onExit.push(stop);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* context.err(`nc: ${isApplet(context, 'nc') ? 'bind: ' : ''}${error.message}\n`);
    return 1;
  }
  if (options.has('v'))
    yield* context.err(`${options.has('u') ? 'Bound' : 'Listening'} on 0.0.0.0 ${port}\n`);
  do {
    while (arrived.length === 0) yield* waitOn([news]);
    const next = arrived.shift();
    if (!next) continue;
    if (options.has('v'))
      yield* context.err(`Connection received on ${next.peer.address} ${next.peer.port}\n`);
    yield* converse(call, next.stream);
  } while (options.has('k'));
  return 0;
}

/** Carries standard input there and what comes back to standard output, until the other side ends. */
function* converse(call: Call, stream: Stream): Steps<number> {
  const { context } = call;
  const input = context.fd(0);
  let open = !call.options.has('d');
  /** What the other side had no room for. */
  let held = '';
  context.process.onExit.push(() => stream.close());
  for (;;) {
    const typed = open && held === '' ? input.read(4096) : undefined;
    if (typed === '') {
      open = false;
      stream.end();
    } else held += typed ?? '';
    held = held.slice(stream.write(held));
    yield* call.spend(1);
    const came = stream.read(65_536);
    if (came === '') break;
    if (came !== undefined) yield* context.out(came);
    else if (typed === undefined)
      yield* waitOn([
        stream.readable,
        ...(held !== '' ? [stream.writable] : []),
        ...(open && held === '' && input.readable ? [input.readable] : []),
      ]);
  }
  stream.close();
  return 0;
}

/** Both ends of a connection inside one network. */
export function streamPair(): [Stream, Stream] {
  const lanes = [new Lane(), new Lane()] as const;
  const end = (from: Lane, to: Lane): Stream => ({
    readable: from.changed,
    read: (limit) => from.take(limit),
    write: (text) => to.put(text),
    writable: to.changed,
    end: () => to.finish(),
    close: () => {
      to.finish();
      from.finish();
    },
  });
  return [end(lanes[0], lanes[1]), end(lanes[1], lanes[0])];
}

/** Bytes that one side may be ahead of the other. */
const ROOM = 128 * 1024;

class Lane {
  readonly changed = new WaitQueue();
  #text = '';
  #ended = false;

  /** Takes as much as there is room for; what comes after the end is lost. */
  put(text: string): number {
    const taken = this.#ended ? text : text.slice(0, Math.max(0, ROOM - this.#text.length));
    if (taken === '') return 0;
    if (!this.#ended) this.#text += taken;
    this.changed.notify();
    return taken.length;
  }

  take(limit: number): string | undefined {
    if (this.#text === '') return this.#ended ? '' : undefined;
    const piece = this.#text.slice(0, limit);
    this.#text = this.#text.slice(limit);
    this.changed.notify();
    return piece;
  }

  finish(): void {
    this.#ended = true;
    this.changed.notify();
  }
}
