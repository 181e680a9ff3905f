import { httpRequest, isSystemError, type NetworkNamespace } from '../../../host/index.ts';
import type { Clock } from '../../../sim/index.ts';
import { type Steps, sleep, waitOn } from '../../../sim/index.ts';
import type { ContainerRuntime } from '../../client/cri.ts';
import { RuntimeError } from '../../client/cri.ts';
import { dialError } from '../../client/tls.ts';
import type { ContainerSpec } from './pod.ts';

/** The outcome of one probe. */
export interface ProbeResult {
  readonly ok: boolean;
  /** What went wrong, as in the Unhealthy event after the colon. */
  readonly output: string;
  /** It could not be found out: says nothing of the container. */
  readonly unknown?: boolean;
  /** A server has answered, with whatever status. */
  readonly answered?: boolean;
  /** Of a command that has ended. */
  readonly exitCode?: number;
}

export interface ProbeTarget {
  /** Throws RuntimeError while there is none. */
  readonly runtime: () => ContainerRuntime;
  readonly containerId: string;
  readonly container: ContainerSpec;
  readonly podIp: string;
  /** Where the kubelet dials from. */
  readonly network: NetworkNamespace;
  readonly clock: Clock;
}

/** A handler of a probe or a lifecycle hook, run once. Models pkg/kubelet/prober. */
export function* runHandler(handler: any, target: ProbeTarget, timeoutMs: number): Steps<ProbeResult> {
  if (handler.exec) return yield* runExec(handler.exec.command ?? [], target, timeoutMs);
  const port = portOf((handler.httpGet ?? handler.tcpSocket)?.port ?? 0, target);
  if (port === undefined) {
    const output = `strconv.Atoi: parsing "${(handler.httpGet ?? handler.tcpSocket).port}": invalid syntax`;
    return { ok: false, output, unknown: true };
  }
  if (handler.httpGet) return httpGet(handler.httpGet, port, target);
  if (handler.tcpSocket) return dial(handler.tcpSocket.host || target.podIp, port, target);
  if (handler.grpc) return grpcHealth(handler.grpc, target, timeoutMs);
  if (handler.sleep) {
    yield* sleep(target.clock, handler.sleep.seconds * 1000);
    return { ok: true, output: '' };
  }
  return { ok: true, output: '' };
}

/** Undefined for a name that no port of the container has. */
function portOf(port: number | string, { container }: ProbeTarget): number | undefined {
  if (typeof port === 'number') return port;
  const named = container.ports?.find((p: any) => p.name === port)?.containerPort;
  return named ?? (/^\d+$/.test(port) ? Number(port) : undefined);
}

function* runExec(command: readonly string[], target: ProbeTarget, timeoutMs: number): Steps<ProbeResult> {
  const { runtime, clock } = target;
  const deadline = clock.now + timeoutMs;
  try {
    const session = runtime().exec(target.containerId, { command, stdin: false, tty: false });
    let output = '';
    for (;;) {
      for (let frame = session.stream.receive(); frame; frame = session.stream.receive()) {
        if (frame.channel < 3 && output.length < 10_240) output += frame.data;
      }
      const { exitCode } = session;
      if (exitCode !== undefined) return { ok: exitCode === 0, output: output.trimEnd(), exitCode };
      if (clock.now >= deadline) {
        session.stream.close();
        return {
          ok: false,
          output: `command timed out: "${command.join(' ')}" timed out after ${timeoutMs / 1000}s`,
        };
      }
      yield* waitOn([session.stream.ready, session.ended], deadline);
    }
  } catch (error) {
    if (error instanceof RuntimeError) return { ok: false, output: error.shown, unknown: true };
    throw error;
  }
}

/** Models pkg/probe/grpc/grpc.go: what is no gRPC server, or one behind TLS, never becomes a connection. */
function grpcHealth(action: any, target: ProbeTarget, timeoutMs: number): ProbeResult {
  const { podIp } = target;
  const found = target.network.connect(podIp, action.port);
  const answers = found.ok && !found.listener.tls ? found.listener.grpcHealth : undefined;
  if (!answers) {
    const output = `timeout: failed to connect service "${podIp}:${action.port}" within ${timeoutMs / 1000}s: context deadline exceeded`;
    return { ok: false, output };
  }
  const state = answers(action.service ?? '');
  if (state === 'SERVING') return { ok: true, output: '' };
  const output = state
    ? `service unhealthy (responded with "${state}")`
    : 'error: health rpc probe failed: rpc error: code = NotFound desc = unknown service';
  return { ok: false, output };
}

function httpGet(action: any, port: number, target: ProbeTarget): ProbeResult {
  const address = action.host || target.podIp;
  const scheme = (action.scheme ?? 'HTTP').toLowerCase();
  const path = action.path ?? '/';
  const url = `${scheme}://${address}:${port}${path.startsWith('/') ? path : `/${path}`}`;
  const custom = Object.fromEntries(
    (action.httpHeaders ?? []).map((h: any) => [h.name.toLowerCase(), h.value]),
  );
  const failed = (why: string) => ({ ok: false, output: `Get "${url}": ${why}` });
  const found = target.network.connect(address, port);
  if (found.ok && scheme === 'https' && !found.listener.tls)
    return failed('http: server gave HTTP response to HTTPS client');
  // Whoever speaks TLS says so to those who do not.
  if (found.ok && scheme === 'http' && found.listener.tls)
    return { ok: false, output: 'HTTP probe failed with statuscode: 400' };
  try {
    const response = httpRequest(
      target.network,
      { address, port },
      {
        method: 'GET',
        path,
        headers: { host: `${address}:${port}`, 'user-agent': 'kube-probe/1.33', accept: '*/*', ...custom },
      },
    );
    const ok = response.status >= 200 && response.status < 400;
    const output = ok ? '' : `HTTP probe failed with statuscode: ${response.status}`;
    return { ok, output, answered: true };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const why = error.code === 'ECONNRESET' ? 'EOF' : dialed(error.code, address, port);
    return failed(why);
  }
}

function dialed(code: string, address: string, port: number): string {
  if (code === 'ECONNREFUSED') return dialError(address, port, 'refused');
  if (code === 'ETIMEDOUT')
    return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  return dialError(address, port, code === 'ENETUNREACH' ? 'unreachable' : 'no-route');
}

function dial(address: string, port: number, target: ProbeTarget): ProbeResult {
  const found = target.network.connect(address, port);
  return found.ok ? { ok: true, output: '' } : { ok: false, output: dialError(address, port, found.failure) };
}

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

export interface ProbeWatch {
  readonly kind: ProbeKind;
  readonly probe: any;
  readonly target: ProbeTarget;
  /** Virtual ms at which the container started. */
  readonly startedAt: number;
  /** When the kubelet took up the pod: probes come every period from then on. */
  readonly addedAt: number;
  readonly running: () => boolean;
  /** Each failure in words, and each change of the verdict. */
  readonly onFailure: (what: string) => void;
  readonly onVerdict: (ok: boolean) => void;
}

/** Every so many quiet seconds a host's own components are looked at again: their end is noticed anyway. */
const STABLE_PERIOD_MS = 60_000;
const STABLE_AFTER = 10;

/** Until the kubelet looks at its containers again and finds that one is running: it is asked at once if it is ready. */
const NOTICED_MS = 500;

/** When a container is first asked. Models pkg/kubelet/prober worker.run, UpdatePodStatus. */
function firstProbe({ kind, probe, startedAt, addedAt }: ProbeWatch, now: number, period: number): number {
  const delay = (probe.initialDelaySeconds ?? 0) * 1000;
  if (kind === 'readiness' && delay === 0) return Math.max(now, startedAt + NOTICED_MS);
  const from = Math.max(now, startedAt + delay);
  return addedAt + Math.ceil((from - addedAt) / period) * period;
}

/** Probes a container for as long as it runs. */
export function* watchProbe(watch: ProbeWatch): Steps<void> {
  const { probe, target, addedAt } = watch;
  const { clock } = target;
  const period = (probe.periodSeconds ?? 10) * 1000;
  let successes = 0;
  let failures = 0;
  let verdict: boolean | undefined;
  yield* sleep(clock, firstProbe(watch, clock.now, period) - clock.now);
  while (watch.running()) {
    const result = yield* runHandler(probe, target, (probe.timeoutSeconds ?? 1) * 1000);
    if (!watch.running()) return;
    if (result.ok) {
      successes++;
      failures = 0;
    } else if (result.unknown) {
      watch.onFailure(`probe errored and resulted in unknown state: ${result.output}`);
    } else {
      failures++;
      successes = 0;
      watch.onFailure(`probe failed: ${result.output}`);
    }
    const reached = result.ok
      ? successes >= (probe.successThreshold ?? 1)
      : failures >= (probe.failureThreshold ?? 3);
    if (reached && verdict !== result.ok) {
      verdict = result.ok;
      watch.onVerdict(result.ok);
      if (watch.kind === 'startup' || (watch.kind === 'liveness' && !result.ok)) return;
    }
    const local = probe.httpGet?.host !== undefined && successes > STABLE_AFTER;
    if (local && period < STABLE_PERIOD_MS) yield* sleep(clock, STABLE_PERIOD_MS);
    else yield* sleep(clock, period - ((clock.now - addedAt) % period));
  }
}
