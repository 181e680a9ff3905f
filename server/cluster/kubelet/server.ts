import {
  type Context,
  type Duplex,
  type HttpRequest,
  type HttpResponse,
  isSystemError,
  lastFrames,
} from '../../host/index.ts';
import {
  type ContainerRuntime,
  type ContainerStatus,
  type ExecOptions,
  RuntimeError,
} from '../client/cri.ts';
import { listenAddress } from '../flags.ts';
import { http2Problem, tlsSpoken } from '../tls-settings.ts';
import { type AccessOptions, refusal } from './access.ts';
import type { KubeletSettings } from './config.ts';
import { CHANNEL, internalFailure } from './containerd/io.ts';
import type { Kubelet } from './kubelet.ts';
import { LogStream, readLog } from './logs.ts';
import { servingCertificate } from './node/serving-certificate.ts';
import { attemptsOf } from './pods/status.ts';
import { portForward } from './port-forward.ts';
import { configz, systemLog } from './server-pages.ts';
import { resourceMetrics, statsSummary } from './stats.ts';

/** What a port offers. */
type Offer = 'all' | 'read-only' | 'health';
/** Models pkg/kubelet/server InstallDebuggingDisabledHandlers */
const DEBUGGING = ['run', 'exec', 'attach', 'portForward', 'containerLogs', 'runningpods', 'logs', 'debug'];
/** What everybody may see where there is a port for that. */
const READ_ONLY = ['pods', 'stats', 'metrics'];

/** The kubelet's own API on port 10250: logs, exec, attach, port-forward, figures. */
export class KubeletServer {
  readonly #context: Context;
  readonly #settings: KubeletSettings;
  readonly #kubelet: Kubelet;
  readonly #access: AccessOptions;

  constructor(access: AccessOptions, kubelet: Kubelet) {
    this.#context = access.context;
    this.#settings = access.settings;
    this.#kubelet = kubelet;
    this.#access = access;
  }

  /** Listens; returns why it cannot. */
  start(): string | undefined {
    const { network, process } = this.#context;
    const unservable = this.#unservable();
    if (unservable) return unservable;
    const context = this.#context;
    const settings = this.#settings;
    const tls = {
      get certificates() {
        return servingCertificate(context, settings);
      },
      ...tlsSpoken(settings.serving),
    };
    const listen = (address: string, port: number, what: Offer) => {
      const stop = network.listen({
        protocol: 'TCP',
        address,
        port,
        pid: process.pid,
        http: (request) => this.#handle(request, what),
        ...(what === 'all' ? { tls } : {}),
      });
      process.onExit.push(stop);
    };
    try {
      listen(listenAddress('0.0.0.0'), this.#settings.port, 'all');
      const { healthzAddress, healthzPort, readOnlyPort } = this.#settings;
      if (healthzPort > 0) listen(listenAddress(healthzAddress), healthzPort, 'health');
      if (readOnlyPort > 0) listen(listenAddress('0.0.0.0'), readOnlyPort, 'read-only');
      return undefined;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return `listen tcp 0.0.0.0:${this.#settings.port}: bind: ${error.message.toLowerCase()}`;
    }
  }

  /** Why nothing can be served with what the settings name. */
  #unservable(): string | undefined {
    const { fs } = this.#context;
    const { certFile, keyFile } = this.#settings.serving;
    const missing = [certFile, keyFile].find((path) => path !== undefined && !fs.isFile(path));
    if (missing !== undefined) return `open ${missing}: no such file or directory`;
    return http2Problem(this.#settings.serving);
  }

  #handle(request: HttpRequest, what: Offer): HttpResponse {
    const url = new URL(request.path, 'http://kubelet');
    if (url.pathname === '/healthz') return plain(200, 'ok');
    const [, verb = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
    if (what === 'health' || (what === 'read-only' && !READ_ONLY.includes(verb))) return NOT_FOUND;
    const refused = what === 'all' ? refusal(request, this.#access) : undefined;
    if (refused) return refused;
    if (!this.#settings.debugging && DEBUGGING.includes(verb))
      return plain(405, 'Debug endpoints are disabled.\n');
    try {
      return this.#route(verb, rest, url.searchParams);
    } catch (error) {
      if (error instanceof RuntimeError) return plain(500, error.message);
      throw error;
    }
  }

  #route(verb: string, rest: readonly string[], query: URLSearchParams): HttpResponse {
    const runtime = this.#kubelet.findRuntime();
    if (verb === 'pods')
      return {
        status: 200,
        headers: JSON_TYPE,
        value: { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: this.#kubelet.pods() },
      };
    if (verb === 'configz') return { status: 200, headers: JSON_TYPE, value: configz(this.#settings) };
    if (verb === 'logs' && this.#settings.systemLogs)
      return systemLog(this.#context.host.init.fs, rest.join('/'));
    if (!runtime) return plain(500, 'container runtime is down');
    switch (verb) {
      case 'containerLogs':
        return this.#logs(runtime, rest, query);
      case 'exec':
        return this.#exec(runtime, rest, query);
      case 'attach':
        return this.#attach(runtime, rest);
      case 'portForward':
        return this.#portForward(rest, query);
      case 'stats':
        return {
          status: 200,
          headers: JSON_TYPE,
          value: statsSummary(this.#context, this.#kubelet.pods(), runtime),
        };
      case 'metrics':
        return plain(200, resourceMetrics(this.#context, this.#kubelet.pods(), runtime, query.get('at')));
      default:
        return NOT_FOUND;
    }
  }

  #find(runtime: ContainerRuntime, [namespace = '', name = '', container = '']: readonly string[]) {
    const pod = this.#kubelet.podNamed(namespace, name);
    if (!pod) return plain(404, `pod "${name}" does not exist`);
    const [latest, before] = attemptsOf(runtime.containersOf(pod.metadata.uid), container);
    const all = [
      ...(pod.spec.containers ?? []),
      ...(pod.spec.initContainers ?? []),
      ...(pod.spec.ephemeralContainers ?? []),
    ];
    if (!all.some((c: { name: string }) => c.name === container))
      return plain(404, `container "${container}" not found in pod "${name}"`);
    return { pod, latest, before };
  }

  #logs(runtime: ContainerRuntime, rest: readonly string[], query: URLSearchParams): HttpResponse {
    const found = this.#find(runtime, rest);
    if ('status' in found) return found;
    const [, name, container] = rest;
    const previous = query.get('previous') === 'true';
    const wanted: ContainerStatus | undefined = previous
      ? found.latest?.state === 'exited' && !found.before
        ? found.latest
        : found.before
      : found.latest;
    if (!wanted) {
      if (previous)
        return plain(400, `previous terminated container "${container}" in pod "${name}" not found`);
      const state = found.pod.status?.containerStatuses
        ?.concat(found.pod.status?.initContainerStatuses ?? [])
        .find((s: any) => s?.name === container)?.state?.waiting;
      const why: Record<string, string> = {
        ErrImagePull: "image can't be pulled",
        ImagePullBackOff: 'trying and failing to pull image',
      };
      const reason = state?.reason ?? 'ContainerCreating';
      return plain(
        400,
        `container "${container}" in pod "${name}" is waiting to start: ${why[reason] ?? reason}`,
      );
    }
    const { fs } = this.#context.host.init;
    if (!fs.isFile(wanted.logPath)) return plain(200, '');
    const number = (key: string) => (query.has(key) ? Number(query.get(key)) : undefined);
    const seconds = number('sinceSeconds');
    const sinceTime = query.get('sinceTime');
    const options = {
      follow: query.get('follow') === 'true',
      tailLines: number('tailLines'),
      sinceMs:
        seconds === undefined
          ? sinceTime
            ? Date.parse(sinceTime)
            : undefined
          : this.#context.now - seconds * 1000,
      timestamps: query.get('timestamps') === 'true',
      limitBytes: number('limitBytes'),
      stream: (query.get('stream') ?? 'All') as 'All',
    };
    if (!options.follow) return plain(200, readLog(fs.read(wanted.logPath), options));
    const running = () => runtime.container(wanted.id)?.state === 'running';
    return {
      status: 200,
      headers: TEXT_TYPE,
      stream: new LogStream(this.#context.host, wanted.logPath, options, running, runtime.changed),
    };
  }

  #exec(runtime: ContainerRuntime, rest: readonly string[], query: URLSearchParams): HttpResponse {
    const flag = (...names: string[]) => names.some((name) => ['1', 'true'].includes(query.get(name) ?? ''));
    const command = query.getAll('command');
    const options = { command, stdin: flag('stdin', 'input'), tty: flag('tty') };
    return this.#join(
      runtime,
      rest,
      (id) => execStream(runtime, id, options),
      `container not found ("${rest[2]}")`,
    );
  }

  #attach(runtime: ContainerRuntime, rest: readonly string[]): HttpResponse {
    const [namespace, name, container] = rest;
    const missing = `container ${container} not found in pod ${name}_${namespace}`;
    return this.#join(runtime, rest, (id) => runtime.attach(id), missing);
  }

  /** A stream with a container that runs. Models pkg/kubelet/server getExec, getAttach. */
  #join(
    runtime: ContainerRuntime,
    rest: readonly string[],
    open: (id: string) => Duplex,
    missing: string,
  ): HttpResponse {
    const [namespace = '', name = '', container = ''] = rest;
    const pod = this.#kubelet.podNamed(namespace, name);
    if (!pod) return plain(404, NO_POD);
    const [latest] = attemptsOf(runtime.containersOf(pod.metadata.uid), container);
    if (latest?.state !== 'running') return plain(500, missing);
    return { status: 101, headers: {}, upgrade: open(latest.id) };
  }

  #portForward([namespace = '', name = '']: readonly string[], query: URLSearchParams): HttpResponse {
    const pod = this.#kubelet.podNamed(namespace, name);
    if (!pod) return plain(404, NO_POD);
    const address = pod.spec.hostNetwork ? this.#kubelet.hostIp : (pod.status?.podIP ?? '');
    return {
      status: 101,
      headers: {},
      upgrade: portForward(this.#context, address, Number(query.get('port'))),
    };
  }
}

/** A command that cannot be started says so on a connection that already stands, as containerd's does. */
function execStream(runtime: ContainerRuntime, id: string, options: ExecOptions): Duplex {
  try {
    return runtime.exec(id, options).stream;
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const why = internalFailure(`error executing command in container: ${error.message}`);
    return lastFrames([{ channel: CHANNEL.error, data: why }]);
  }
}

const NO_POD = 'pod does not exist';
const TEXT_TYPE = { 'content-type': 'text/plain' };
const JSON_TYPE = { 'content-type': 'application/json' };
const NOT_FOUND = plain(404, '404 page not found\n');

function plain(status: number, body: string): HttpResponse {
  return { status, headers: TEXT_TYPE, body };
}
