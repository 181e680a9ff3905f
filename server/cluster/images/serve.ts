import {
  type Context,
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  isSystemError,
  killForMemory,
  type Listener,
  type Protocol,
  SystemError,
  type TlsServer,
} from '../../host/index.ts';
import type { Signal, Steps, WaitQueue } from '../../sim/index.ts';

/** Waits until one of the signals comes, at no cost. Returns it. */
export function untilSignal(context: Context, signals?: readonly Signal[]): Steps<Signal>;
/** The same, or until that queue is notified: undefined. */
export function untilSignal(
  context: Context,
  signals: readonly Signal[],
  or: { orOn: WaitQueue },
): Steps<Signal | undefined>;
export function* untilSignal(
  context: Context,
  signals: readonly Signal[] = ['TERM', 'INT', 'QUIT'],
  or?: { orOn: WaitQueue },
): Steps<Signal | undefined> {
  let got: Signal | undefined;
  for (const signal of signals) {
    context.process.handlers.set(signal, (which) => {
      got = which;
    });
  }
  while (got === undefined) {
    const wake = yield or ? { on: [or.orOn] } : {};
    if (wake === 'event' && or) break;
  }
  return got;
}

export interface ServeOptions {
  port: number;
  address?: string;
  protocol?: Protocol;
  http?: (request: HttpRequest) => HttpResponse;
  accept?: NonNullable<Listener['accept']>;
  service?: unknown;
  tls?: TlsServer;
  backlog?: number;
  /** Who holds the sockets, too. */
  holders?: ReadonlySet<number>;
  /** A second socket, for IPv6. */
  alsoSix?: boolean;
  /** The program's file has the capability to listen on low ports (`setcap cap_net_bind_service=+ep`). */
  lowPorts?: boolean;
}

/** Listens for as long as the process lives. Throws EADDRINUSE, EACCES. */
export function listen(context: Context, options: ServeOptions): void {
  if (!context.mayListen(options.port, options.lowPorts)) throw new SystemError('EACCES');
  const listener: Listener = {
    protocol: options.protocol ?? 'TCP',
    address: options.address ?? '0.0.0.0',
    port: options.port,
    pid: context.process.pid,
    ...(options.http ? { http: counted(context, options.http) } : {}),
    ...(options.accept ? { accept: options.accept } : {}),
    ...(options.service === undefined ? {} : { service: options.service }),
    ...(options.tls ? { tls: options.tls } : {}),
    ...(options.backlog === undefined ? {} : { backlog: options.backlog }),
    ...(options.holders ? { holders: options.holders } : {}),
  };
  context.process.onExit.push(context.network.listen(listener));
  if (options.alsoSix)
    context.process.onExit.push(context.network.listen({ ...listener, address: '::', v6only: true }));
}

/** A handler whose use of the CPU is seen. */
function counted(context: Context, http: HttpHandler): HttpHandler {
  return (request) => {
    context.process.cgroup.account(REQUEST_CPU_MS);
    return http(request);
  };
}

/** Uses a CPU for that long, longer where the container's limit or the host's other programs slow it down. */
export function* work(context: Context, cpuMs: number): Steps<void> {
  const { cgroup } = context.process;
  const { processes, cores } = context.host;
  const share = Math.max(1, 1 / cgroup.cores(), (processes.busy + 1) / cores);
  yield* context.sleep(cpuMs * share);
  cgroup.account(cpuMs);
}

/** Takes memory until the process ends; past the limit of its group the kernel kills it. */
export function* allocate(context: Context, bytes: number): Steps<void> {
  const { process } = context;
  const { cgroup } = process;
  cgroup.memoryBytes += bytes;
  process.memoryBytes += bytes;
  context.host.processes.grown.notify();
  process.onExit.push(() => {
    cgroup.memoryBytes -= bytes;
  });
  const exceeded = cgroup.exceeded();
  if (!exceeded) return;
  yield* context.sleep(OOM_MS);
  killForMemory(context.host, process, exceeded);
  yield* context.sleep(1);
}

/** Until memory that was asked for is touched. */
const OOM_MS = 200;

/** What answering a request costs a server. */
const REQUEST_CPU_MS = 0.2;

/** Listens, or says why not: the system call's error text. */
export function tryListen(context: Context, options: ServeOptions): string | undefined {
  try {
    listen(context, options);
    return undefined;
  } catch (error) {
    if (isSystemError(error)) return error.message;
    throw error;
  }
}

/** Writes to standard output without waiting: what a server logs while it answers. */
export function log(context: Context, text: string, fd: 1 | 2 = 1): void {
  try {
    context.fd(fd).write(text);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

export function text(status: number, body: string, headers: Record<string, string> = {}): HttpResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

export function html(status: number, body: string, headers: Record<string, string> = {}): HttpResponse {
  return { status, headers: { 'content-type': 'text/html', ...headers }, body };
}

/** `/index.html` of `/index.html?a=b`, percent decoded. */
export function pathOf(request: HttpRequest): string {
  const path = request.path.split('?')[0] as string;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
