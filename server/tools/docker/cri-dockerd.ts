import { type ContainerRuntime, ENGINE_SERVICE, socketKey } from '../../cluster/client/cri.ts';
import type { Context } from '../../host/index.ts';
import type { Command } from '../../shell/command.ts';
import { OptionError, type Options, parseOptions } from '../../shell/options.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import { DOCKER_SOCKET, DOCKER_VERSION, makeSocket } from './dockerd.ts';

const SOCKET = '/run/cri-dockerd.sock';

/** How long cri-dockerd looks for dockerd at its start. */
const LOOK_MS = 500;
const LOOKS = 20;

const FLAGS = [
  'container-runtime-endpoint= docker-endpoint= network-plugin= pod-infra-container-image= log-level= version buildinfo',
  'cni-bin-dir= cni-cache-dir= cni-conf-dir= cri-dockerd-root-directory= hairpin-mode= image-pull-progress-deadline=',
  'ipv6-dual-stack network-plugin-mtu= pod-cidr= runtime-cgroups= streaming-bind-addr= h|help',
].join(' ');

/** What has an effect; the others are refused. */
const KNOWN = new Set([
  'container-runtime-endpoint',
  'network-plugin',
  'pod-infra-container-image',
  'log-level',
]);

/** The CRI of a host whose engine is Docker. */
export const criDockerd: Command = {
  name: 'cri-dockerd',
  summary: 'CRI that connects to the Docker Daemon',
  paths: [],
  main,
};

function* main(context: Context): Steps<number> {
  const version = versionOf(context);
  let options: Options;
  try {
    options = parseOptions(context.args.slice(1), FLAGS);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    yield* context.err(
      `Error: ${error.message.replace(/^unrecognized option '(.*)'$/, 'unknown flag: $1')}\n`,
    );
    return 1;
  }
  if (options.has('version') || options.has('buildinfo')) {
    yield* context.out(`cri-dockerd ${version} (HEAD)\n`);
    return 0;
  }
  if (options.has('h')) {
    yield* context.out('CRI that connects to the Docker Daemon\n\nUsage:\n  cri-dockerd [flags]\n');
    return 0;
  }
  const refused = options.given.find(({ name }) => !KNOWN.has(name));
  if (refused) {
    yield* context.err(`Error: ${refused.shown}: not simulated\n`);
    return 1;
  }
  return yield* serve(context, options, version);
}

function versionOf({ fs }: Context): string {
  const text = fs.isFile('/usr/bin/cri-dockerd') ? fs.read('/usr/bin/cri-dockerd') : '';
  return /\b(\d+\.\d+\.\d+)\b/.exec(text)?.[1] ?? '0.3.16';
}

function* serve(context: Context, options: Options, version: string): Steps<number> {
  const { host, process } = context;
  const say = (level: string, message: string) =>
    context.err(
      `time="${new Date(context.now).toISOString().slice(0, 19)}Z" level=${level} msg=${JSON.stringify(message)}\n`,
    );
  const endpoint = options.get('container-runtime-endpoint') ?? `unix://${SOCKET}`;
  const path = endpoint.startsWith('fd://') ? SOCKET : endpoint.replace(/^unix:\/\//, '');
  yield* say('info', `Starting cri-dockerd ${version} (HEAD)`);
  yield* say('info', 'Connecting to docker on the Endpoint unix:///var/run/docker.sock');
  yield* say('info', 'Start docker client with request timeout 0s');
  const runtime = yield* findEngine(context);
  if (!runtime) {
    yield* say(
      'fatal',
      'failed to get docker version from dockerd: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    );
    return 1;
  }
  yield* say('info', 'Hairpin mode is set to none');
  const plugin = options.get('network-plugin') ?? 'cni';
  yield* say('info', `Loaded network plugin ${plugin}`);
  yield* say('info', `Docker cri networking managed by network plugin ${plugin}`);
  yield* say('info', `Setting cgroupDriver ${host.cgroupVersion === 2 ? 'systemd' : 'cgroupfs'}`);
  const { unix } = host.network.network;
  const key = socketKey(host.hostname, path);
  unix.set(key, { protocol: 'TCP', address: path, port: 0, pid: process.pid, service: asDocker(runtime) });
  makeSocket(context, path);
  process.onExit.push(() => unix.delete(key));
  yield* say('info', 'Starting the GRPC backend for the Docker CRI interface.');
  yield* say('info', 'Start cri-dockerd grpc backend');
  let stopped = false;
  for (const signal of ['TERM', 'INT'] as const)
    process.handlers.set(signal, () => {
      stopped = true;
    });
  while (!stopped) yield {};
  return 0;
}

/** dockerd has to answer; its containers are containerd's. */
function* findEngine(context: Context): Steps<ContainerRuntime | undefined> {
  const { hostname, network } = context.host;
  const { unix } = network.network;
  for (let i = 0; i < LOOKS; i++) {
    if (unix.has(socketKey(hostname, DOCKER_SOCKET)))
      return unix.get(socketKey(hostname, ENGINE_SERVICE))?.service as ContainerRuntime | undefined;
    yield* waitOn([], context.now + LOOK_MS);
  }
  return undefined;
}

/** The same runtime, which says that it is Docker. */
function asDocker(runtime: ContainerRuntime): ContainerRuntime {
  const version = () => ({ name: 'docker', version: DOCKER_VERSION, apiVersion: 'v1' });
  return new Proxy(runtime, {
    get(target, name) {
      if (name === 'version') return version;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
