import { ENGINE_SERVICE, type EngineRuntime, socketKey } from '../../cluster/client/cri.ts';
import { logTime } from '../../cluster/klog.ts';
import { type Context, isSystemError } from '../../host/index.ts';
import type { Command } from '../../shell/command.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import { Engine } from './engine.ts';

export const DOCKER_VERSION = '27.5.1';
export const DOCKER_SOCKET = '/run/docker.sock';

/** How often dockerd looks for containerd at its start, and for how long. */
const LOOK_MS = 250;
const LOOKS = 40;

/** The daemon: finds containerd, and answers on its socket. */
export const dockerd: Command = {
  name: 'dockerd',
  summary: 'a self-sufficient runtime for containers',
  paths: [],
  main,
};

function* main(context: Context): Steps<number> {
  const { host, process } = context;
  if (context.args.includes('--version') || context.args.includes('-v')) {
    yield* context.out(`Docker version ${DOCKER_VERSION}, build 27.5.1-0ubuntu3~24.04.2\n`);
    return 0;
  }
  // The proxies of ports come and go.
  process.handlers.set('CHLD', 'ignore');
  const say = (level: string, message: string) =>
    context.err(`time="${logTime(context, message, 9)}" level=${level} msg=${JSON.stringify(message)}\n`);
  yield* say('info', 'Starting up');
  const runtime = yield* findContainerd(context);
  if (!runtime) {
    yield* context.err(
      'failed to start daemon: failed to dial "/run/containerd/containerd.sock": failed to dial "/run/containerd/containerd.sock": context deadline exceeded: connection error: desc = "transport: error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"\n',
    );
    return 1;
  }
  yield* say('info', '[graphdriver] trying configured driver: overlay2');
  yield* say('info', 'Loading containers: start.');
  const engine = new Engine(context, runtime);
  yield* say('info', 'Loading containers: done.');
  const { unix } = host.network.network;
  const key = socketKey(host.hostname, DOCKER_SOCKET);
  unix.set(key, { protocol: 'TCP', address: DOCKER_SOCKET, port: 0, pid: process.pid, service: engine });
  makeSocket(context);
  process.onExit.push(() => {
    unix.delete(key);
    engine.close();
  });
  yield* say('info', 'Docker daemon');
  yield* say('info', 'Daemon has completed initialization');
  yield* say('info', 'API listen on /run/docker.sock');
  let stopped = false;
  for (const signal of ['TERM', 'INT'] as const)
    process.handlers.set(signal, () => {
      stopped = true;
    });
  while (!stopped) yield {};
  yield* say('info', "Processing signal 'terminated'");
  for (const container of engine.containers()) if (engine.isRunning(container)) engine.stop(container, 0);
  yield* say('info', 'Daemon shutdown complete');
  return 0;
}

function* findContainerd(context: Context): Steps<EngineRuntime | undefined> {
  const { unix } = context.host.network.network;
  const key = socketKey(context.host.hostname, ENGINE_SERVICE);
  for (let i = 0; i < LOOKS; i++) {
    const found = unix.get(key)?.service;
    if (found) return found as EngineRuntime;
    yield* waitOn([], context.now + LOOK_MS);
  }
  return undefined;
}

/** A socket's file, for root and the group of Docker. */
export function makeSocket({ host }: Context, path = DOCKER_SOCKET): void {
  const { fs } = host.init;
  try {
    if (fs.exists(path)) fs.unlink(path);
    fs.makeNode(path, 'socket', 0o660);
    fs.chmod(path, 0o660);
    fs.chown(path, 0, host.users.group('docker')?.gid ?? 0);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}
