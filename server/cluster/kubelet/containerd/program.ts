import { isSystemError, type Main, type Program } from '../../../host/index.ts';
import { ENGINE_SERVICE, CONTAINERD_SOCKET as SOCKET, socketKey } from '../../client/cri.ts';
import { CONTAINERD_VERSION, Containerd } from './containerd.ts';

const main: Main = function* (context) {
  const { host, process } = context;
  const stamp = () => `${new Date(context.now).toISOString().slice(0, 23)}000000Z`;
  const say = (level: string, message: string) =>
    context.err(`time="${stamp()}" level=${level} msg=${JSON.stringify(message)}\n`);
  if (context.args.includes('--version') || context.args.includes('-v')) {
    yield* context.out(
      `containerd github.com/containerd/containerd ${CONTAINERD_VERSION} 05044ec0a9a75232cad458027ca83437aae3f4da\n`,
    );
    return 0;
  }
  const problem = configProblem(context.fs.isFile(CONFIG) ? context.fs.read(CONFIG) : '');
  if (problem) {
    yield* context.err(`containerd: failed to load TOML: ${CONFIG}: ${problem}\n`);
    return 1;
  }
  const runtime = new Containerd({ host, hollow: context.env.get('HOLLOW_NODE') === 'true' });
  const { unix } = host.network.network;
  const key = socketKey(host.hostname);
  unix.set(key, { protocol: 'TCP', address: SOCKET, port: 0, pid: process.pid, service: runtime });
  // Made when an engine first asks for it: most hosts have none.
  let moby: Containerd | undefined;
  const engineKey = socketKey(host.hostname, ENGINE_SERVICE);
  unix.set(engineKey, {
    protocol: 'TCP',
    address: SOCKET,
    port: 0,
    pid: process.pid,
    get service() {
      moby ??= new Containerd({ host, hollow: false, namespace: 'moby' });
      return moby;
    },
  });
  try {
    context.fs.mkdirAll('/run/containerd', 0o711);
    if (!context.fs.exists(SOCKET)) context.fs.makeNode(SOCKET, 'socket', 0o660);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
  process.onExit.push(() => {
    unix.delete(key);
    unix.delete(engineKey);
    runtime.close();
    moby?.close();
    host.init.fs.removeAll(SOCKET);
  });
  let stopped = false;
  for (const signal of ['TERM', 'INT'] as const) {
    process.handlers.set(signal, () => {
      stopped = true;
    });
  }
  yield* say('info', `starting containerd version=${CONTAINERD_VERSION}`);
  yield* say('info', `serving... address=${SOCKET}`);
  yield* say('info', 'containerd successfully booted in 0.031742s');
  while (!stopped) yield {};
  yield* say('info', 'Stop CRI service');
  return 0;
};

const CONFIG = '/etc/containerd/config.toml';

/** The first line that is no TOML, as containerd complains of it. */
function configProblem(text: string): string | undefined {
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = (lines[i] as string).trim();
    if (
      line === '' ||
      line.startsWith('#') ||
      /^\[\[?[^[\]]+\]\]?$/.test(line) ||
      /^("[^"]+"|[\w.-]+)\s*=\s*\S/.test(line)
    )
      continue;
    if (/^["'\][{}\w./:-].*[,\]]?$/.test(line) && /[\],"]$/.test(line)) continue;
    return `(${i + 1}, 1): unexpected token`;
  }
  return undefined;
}

const shim: Main = function* (context) {
  yield* context.err('containerd-shim-runc-v2: is started by containerd\n');
  return 1;
};

export const CONTAINERD: Program = { name: 'containerd', main };
export const CONTAINERD_SHIM: Program = { name: 'containerd-shim-runc-v2', main: shim };
