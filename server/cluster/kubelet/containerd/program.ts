import { isSystemError, type Main, type Program } from '../../../host/index.ts';
import { ENGINE_SERVICE, socketKey } from '../../client/cri.ts';
import { logTime } from '../../klog.ts';
import { Containerd } from './containerd.ts';
import { CONTAINERD_VERSION, type ContainerdSettings, readContainerdSettings } from './settings.ts';
import { TomlError } from './toml.ts';

const main: Main = function* (context) {
  const { host, process } = context;
  process.oomScoreAdj = -999;
  const say = (level: string, message: string) =>
    context.err(`time="${logTime(context, message, 9)}" level=${level} msg=${JSON.stringify(message)}\n`);
  if (context.args.includes('--version') || context.args.includes('-v')) {
    yield* context.out(
      `containerd github.com/containerd/containerd ${CONTAINERD_VERSION} 05044ec0a9a75232cad458027ca83437aae3f4da\n`,
    );
    return 0;
  }
  let settings: ContainerdSettings;
  try {
    settings = readContainerdSettings(context.fs.isFile(CONFIG) ? context.fs.read(CONFIG) : '');
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    yield* context.err(`containerd: failed to load TOML: ${CONFIG}: ${error.place}: ${error.message}\n`);
    return 1;
  }
  const socket = settings.address;
  const hollow = context.env.get('HOLLOW_NODE') === 'true';
  const runtime = new Containerd({ host, hollow, settings });
  const { unix } = host.network.network;
  const key = socketKey(host.hostname, socket);
  const listener = { protocol: 'TCP', address: socket, port: 0, pid: process.pid } as const;
  unix.set(key, settings.cri ? { ...listener, service: runtime } : listener);
  // Where exec and attach are carried, on a port that the kernel picks.
  const streaming = { protocol: 'TCP', address: '127.0.0.1', port: context.network.ephemeralPort() } as const;
  if (settings.cri) process.onExit.push(context.network.listen({ ...streaming, pid: process.pid }));
  // Made when an engine first asks for it: most hosts have none.
  let moby: Containerd | undefined;
  const engineKey = socketKey(host.hostname, ENGINE_SERVICE);
  unix.set(engineKey, {
    ...listener,
    get service() {
      moby ??= new Containerd({ host, hollow: false, namespace: 'moby' });
      return moby;
    },
  });
  try {
    context.fs.mkdirAll('/run/containerd', 0o711);
    if (!context.fs.exists(socket)) context.fs.makeNode(socket, 'socket', 0o660);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
  process.onExit.push(() => {
    unix.delete(key);
    unix.delete(engineKey);
    runtime.close();
    moby?.close();
    host.init.fs.removeAll(socket);
  });
  let stopped = false;
  for (const signal of ['TERM', 'INT'] as const) {
    process.handlers.set(signal, () => {
      stopped = true;
    });
  }
  yield* say('info', `starting containerd version=${CONTAINERD_VERSION}`);
  if (settings.problem !== undefined)
    yield* context.err(
      `time="${logTime(context, settings.problem, 9)}" level=warning msg="failed to load plugin io.containerd.grpc.v1.cri" error=${JSON.stringify(settings.problem)}\n`,
    );
  yield* say('info', `serving... address=${socket}`);
  yield* say('info', 'containerd successfully booted in 0.031742s');
  while (!stopped) yield {};
  yield* say('info', 'Stop CRI service');
  return 0;
};

const CONFIG = '/etc/containerd/config.toml';

const shim: Main = function* (context) {
  yield* context.err('containerd-shim-runc-v2: is started by containerd\n');
  return 1;
};

export const CONTAINERD: Program = { name: 'containerd', main };
export const CONTAINERD_SHIM: Program = { name: 'containerd-shim-runc-v2', main: shim };
