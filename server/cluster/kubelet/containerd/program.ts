import { isSystemError, type Main, type Program } from '../../../host/index.ts';
import { ENGINE_SERVICE, socketKey } from '../../client/cri.ts';
import { logTime } from '../../klog.ts';
import { configCommand } from './config-command.ts';
import { Containerd } from './containerd.ts';
import {
  CONTAINERD_VERSION,
  ContainerdConfigError,
  type ContainerdSettings,
  readContainerdSettings,
} from './settings.ts';
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
  const options = argumentsOf(context.args.slice(1));
  if (typeof options === 'string') {
    yield* context.err(options);
    return 1;
  }
  const { config, words } = options;
  if (words[0] === 'config') return yield* configCommand(context, config, words[1] ?? '');
  if (words[0] !== undefined) {
    yield* context.err(`No help topic for '${words[0]}'\n`);
    return 3;
  }
  let settings: ContainerdSettings;
  try {
    settings = readContainerdSettings(context.fs.isFile(config) ? context.fs.read(config) : '');
  } catch (error) {
    if (error instanceof ContainerdConfigError) {
      yield* context.err(`containerd: ${error.message}\n`);
      return 1;
    }
    if (!(error instanceof TomlError)) throw error;
    yield* context.err(`containerd: failed to load TOML: ${config}: ${error.place}: ${error.message}\n`);
    return 1;
  }
  const socket = settings.address;
  const { unix } = host.network.network;
  const key = socketKey(host.hostname, socket);
  if (unix.has(key)) {
    // Another one has the database.
    yield* say('warning', 'waiting for response from boltdb open');
    for (;;) yield {};
  }
  const hollow = context.env.get('HOLLOW_NODE') === 'true';
  const runtime = new Containerd({ host, hollow, settings });
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
  if (settings.isOld) yield* say('warning', OLD_VERSION);
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

const OLD_VERSION =
  'containerd config version `1` has been deprecated and will be removed in containerd v2.0, please switch to version `2`, see https://github.com/containerd/containerd/blob/main/docs/PLUGINS.md#version-header';

interface Arguments {
  readonly config: string;
  readonly words: readonly string[];
}

/** Flags and what follows them, or what is wrong with them. How much is logged (`-l`) is not to be seen here. */
function argumentsOf(args: readonly string[]): Arguments | string {
  let config = CONFIG;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const [, name, given] = /^--?([\w-]+)(?:=(.*))?$/.exec(arg) ?? [];
    if (name === undefined) return { config, words: args.slice(i) };
    if (!['c', 'config', 'l', 'log-level'].includes(name))
      return ['a', 'address', 'root', 'state'].includes(name)
        ? `containerd: ${arg}: not simulated here; ${CONFIG} has it\n`
        : `Incorrect Usage: flag provided but not defined: -${name}\n\ncontainerd: flag provided but not defined: -${name}\n`;
    const value = given ?? args[++i];
    if (value === undefined) return `containerd: flag needs an argument: ${arg}\n`;
    if (name.startsWith('c')) config = value;
  }
  return { config, words: [] };
}

const shim: Main = function* (context) {
  yield* context.err('containerd-shim-runc-v2: is started by containerd\n');
  return 1;
};

export const CONTAINERD: Program = { name: 'containerd', main };
export const CONTAINERD_SHIM: Program = { name: 'containerd-shim-runc-v2', main: shim };
