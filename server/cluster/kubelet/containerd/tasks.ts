import {
  type Context,
  type Credentials,
  type Executable,
  executable,
  findInPath,
  type Host,
  isSystemError,
  type MountTable,
  type NetworkNamespace,
  type SystemError,
  Users,
} from '../../../host/index.ts';
import { type Cgroup, ForkError, PidNamespace, type Process } from '../../../sim/index.ts';
import { type ContainerConfig, type Resources, RuntimeError } from '../../client/cri.ts';
import type { ImageConfig } from '../../images/index.ts';
import { confinementOf } from './capabilities.ts';
import type { ContainerIo } from './io.ts';
import type { Namespace } from './records.ts';
import { filesIn } from './rootfs.ts';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A sandbox as it runs: what its shim holds in memory. */
export interface LiveSandbox {
  readonly network: NetworkNamespace;
  readonly shim: Process;
  /** Shared by all containers, or undefined when each has its own. */
  readonly pids: PidNamespace | undefined;
  readonly cgroup: Cgroup;
}

/** A container as it runs. */
export interface LiveContainer {
  readonly process: Process;
  readonly io: ContainerIo;
  readonly mounts: MountTable;
  readonly network: NetworkNamespace;
  readonly credentials: Credentials;
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly cgroup: Cgroup;
  readonly hostname: string;
  readonly oomKillsBefore: number;
}

/** Starts a shim: the parent of a pod's processes, which outlives containerd. */
export function startShim(host: Host, sandboxId: string, namespace: Namespace): Process {
  const args = [
    '/usr/bin/containerd-shim-runc-v2',
    '-namespace',
    namespace,
    '-id',
    sandboxId,
    '-address',
    '/run/containerd/containerd.sock',
  ];
  const process = host.init.fork(idle, {
    args,
    cwd: '/',
    process: {
      newSession: true,
      cgroup: host.processes.cgroups.child('system.slice').child('containerd.service'),
    },
  });
  process.handlers.set('CHLD', 'ignore');
  process.exe = args[0] as string;
  process.oomScoreAdj = SANDBOX_OOM_SCORE_ADJ;
  return process;
}

function* idle(): Generator<object, number> {
  for (;;) yield {};
}

/** What the kernel is told of a sandbox's own process. Models containerd pkg/cri/sbserver defaultSandboxOOMAdj. */
const SANDBOX_OOM_SCORE_ADJ = -998;

/** Starts `/pause`, which holds the sandbox's namespaces. */
export function startPause(host: Host, id: string, sandbox: LiveSandbox, hostname: string): void {
  const found = host.programs.get('pause');
  if (!found) return;
  const shim = host.contextOf(sandbox.shim) as Context;
  const process = shim.fork(found.main, {
    args: ['/pause'],
    credentials: { uid: 65_535, gid: 65_535, groups: [65_535] },
    network: sandbox.network,
    hostname,
    process: {
      newSession: true,
      namespace: sandbox.pids ?? new PidNamespace(host.processes.root),
      cgroup: sandbox.cgroup.child(scopeOf(id)),
    },
  });
  Object.assign(process, { exe: '/pause', oomScoreAdj: SANDBOX_OOM_SCORE_ADJ });
}

/** The group of a container below that of its pod. */
export function scopeOf(id: string): string {
  return `cri-containerd-${id}.scope`;
}

export interface TaskOptions {
  id: string;
  config: ContainerConfig;
  imageConfig: ImageConfig;
  sandbox: LiveSandbox;
  hostname: string;
  mounts: MountTable;
  pids: PidNamespace;
  io: ContainerIo;
  isAlone: boolean;
  /** Run something else where the command does not exist: nodes that only pretend. */
  fallback: Executable['main'] | undefined;
}

/** Starts a container's process. Throws RuntimeError with runc's words when it cannot be. */
export function startTask(host: Host, options: TaskOptions): LiveContainer {
  const { config, imageConfig, sandbox, mounts, hostname } = options;
  const argv = argvOf(config, imageConfig);
  const credentials = credentialsOf(host, config, imageConfig, mounts);
  const env = environment(config, imageConfig, hostname, homeOf(mounts, credentials));
  const cwd = config.workingDir ?? imageConfig.workingDir ?? '/';
  if (!filesIn(mounts, credentials).isDirectory(cwd)) makeDirectory(mounts, cwd);
  const files = filesIn(mounts, credentials, cwd);
  const found = lookUp(host, files, argv, env, options.fallback);
  // The one container of an engine's sandbox is all there is in its group.
  const { cgroup: parent } = sandbox;
  const cgroup = options.isAlone ? parent : parent.child(scopeOf(options.id));
  limit(cgroup, config);
  const shim = host.contextOf(sandbox.shim) as Context;
  const process = forked(
    () =>
      shim.fork(found.main, {
        args: found.args,
        env,
        cwd,
        fds: options.io.fds,
        credentials,
        umask: 0o022,
        mounts,
        network: sandbox.network,
        hostname,
        process: { newSession: true, namespace: options.pids, cgroup },
      }),
    (why) => failure(`error starting init process: ${why}`),
  );
  process.exe = found.path;
  process.oomScoreAdj = config.oomScoreAdj ?? 0;
  giveTerminal(process, options.io);
  const { network } = sandbox;
  return {
    process,
    io: options.io,
    mounts,
    network,
    credentials,
    env,
    cwd,
    cgroup,
    hostname,
    oomKillsBefore: cgroup.oomKills,
  };
}

/** Lets a group use so much and no more. */
export function limit(
  cgroup: Cgroup,
  { cpuShares, cpuLimit, memoryLimit, cpus = cgroup.cpus, pidsLimit = cgroup.pidsLimit }: Resources,
): void {
  Object.assign(cgroup, { cpuShares, cpuLimit, memoryLimit, cpus, pidsLimit });
}

/** Runs another program in a container. Throws RuntimeError when it cannot be started. */
export function execTask(
  host: Host,
  live: LiveContainer,
  command: readonly string[],
  wiring: Pick<ContainerIo, 'fds' | 'master'>,
): Process {
  const files = filesIn(live.mounts, live.credentials, live.cwd);
  const found = lookUp(host, files, command, live.env, undefined, 'exec');
  const parent = host.contextOf(live.process)?.process.parent ?? host.init.process;
  const env = new Map(live.env);
  if (wiring.master) env.set('TERM', 'xterm');
  const process = forked(
    () =>
      (host.contextOf(parent) ?? host.init).fork(found.main, {
        args: found.args,
        env,
        cwd: live.cwd,
        fds: wiring.fds,
        credentials: live.credentials,
        umask: 0o022,
        mounts: live.mounts,
        network: live.network,
        hostname: live.hostname,
        process: { newSession: true, namespace: live.process.namespace, cgroup: live.cgroup },
      }),
    (why) => execFailure(host.random.hex(64), `error starting setns process: ${why}`),
  );
  process.exe = found.path;
  process.oomScoreAdj = live.process.oomScoreAdj;
  giveTerminal(process, wiring);
  return process;
}

/** The container as somebody else is in it. Throws RuntimeError. */
export function asUser(live: LiveContainer, user: string): LiveContainer {
  const files = filesIn(live.mounts, { uid: 0, gid: 0, groups: [0] });
  const users = new Users((path) => (files.isFile(path) ? files.read(path) : undefined));
  const [name = '', group] = user.split(':');
  const isNumber = /^\d+$/.test(name);
  const known = isNumber ? users.user(Number(name)) : users.user(name);
  if (!known && !isNumber)
    throw new RuntimeError('Unknown', `unable to find user ${name}: no matching entries in passwd file`);
  const ofGroup = group === undefined || /^\d+$/.test(group) ? group : users.group(group)?.gid;
  if (ofGroup === undefined && group !== undefined)
    throw new RuntimeError('Unknown', `unable to find group ${group}: no matching entries in group file`);
  const gid = ofGroup === undefined ? (known?.gid ?? 0) : Number(ofGroup);
  const more = known && group === undefined ? users.credentials(known).groups : [];
  const credentials: Credentials = {
    ...live.credentials,
    uid: known?.uid ?? Number(name),
    gid,
    groups: [...new Set([gid, ...more])].sort((a, b) => a - b),
  };
  return { ...live, credentials, env: new Map(live.env).set('HOME', known?.home ?? '/') };
}

/** A pod may have only so many processes. */
function forked(fork: () => Process, failed: (why: string) => RuntimeError): Process {
  try {
    return fork();
  } catch (error) {
    if (!(error instanceof ForkError)) throw error;
    throw failed(`fork/exec /proc/self/exe: ${error.message.toLowerCase()}`);
  }
}

/** Refuses a container of which neither the pod nor the image says what it runs. */
export function checkCommand(id: string, config: ContainerConfig, image: ImageConfig): void {
  if (argvOf(config, image).length > 0) return;
  throw new RuntimeError(
    'Unknown',
    `failed to generate container "${id}" spec: failed to generate spec: no command specified`,
  );
}

/** `command` and `args` of the pod over those of the image. */
export function argvOf(config: ContainerConfig, image: ImageConfig): readonly string[] {
  const { command, args } = config;
  if (command.length > 0) return [...command, ...args];
  return [...(image.entrypoint ?? []), ...(args.length > 0 ? args : (image.cmd ?? []))];
}

function giveTerminal(process: Process, { master }: Pick<ContainerIo, 'master'>): void {
  if (!master) return;
  process.terminal = master.terminal;
  master.terminal.session = process.session;
  master.terminal.foreground = process.group;
}

function credentialsOf(
  host: Host,
  config: ContainerConfig,
  image: ImageConfig,
  mounts: MountTable,
): Credentials {
  const root = filesIn(mounts, { uid: 0, gid: 0, groups: [0] });
  const users = new Users((path) => (root.isFile(path) ? root.read(path) : undefined));
  const [name = '', group] = (image.user ?? '0').split(':');
  const byImage = /^\d+$/.test(name) ? Number(name) : users.user(name)?.uid;
  if (config.runAsUser === undefined && byImage === undefined) {
    throw new RuntimeError(
      'Unknown',
      `failed to generate container "${config.name}" spec: failed to generate spec: unable to find user ${name}: no matching entries in passwd file`,
    );
  }
  const uid = config.runAsUser ?? byImage ?? 0;
  const known = users.user(uid);
  const ofImage = config.runAsUser === undefined && group !== undefined ? Number(group) : undefined;
  const gid = config.runAsGroup ?? ofImage ?? known?.gid ?? 0;
  // Those that the image's own files give the user; a user without a name there has none.
  const ofUser = known ? users.credentials(known).groups.slice(1) : [];
  const groups = [...new Set([gid, ...ofUser, ...config.supplementalGroups])].sort((a, b) => a - b);
  return { uid, gid, groups, confinement: confinementOf(host, config) };
}

function homeOf(mounts: MountTable, credentials: Credentials): string {
  const files = filesIn(mounts, { uid: 0, gid: 0, groups: [0] });
  const users = new Users((path) => (files.isFile(path) ? files.read(path) : undefined));
  return users.user(credentials.uid)?.home ?? '/';
}

function environment(
  config: ContainerConfig,
  image: ImageConfig,
  hostname: string,
  home: string,
): Map<string, string> {
  const env = new Map([
    ['PATH', DEFAULT_PATH],
    ['HOSTNAME', hostname],
  ]);
  if (config.tty) env.set('TERM', 'xterm');
  for (const [name, value] of Object.entries(image.env ?? {})) env.set(name, value);
  for (const [name, value] of config.env) env.set(name, value);
  if (!env.has('HOME')) env.set('HOME', home);
  return env;
}

function makeDirectory(mounts: MountTable, path: string): void {
  try {
    filesIn(mounts, { uid: 0, gid: 0, groups: [0] }).mkdirAll(path, 0o755);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const why = error.code === 'EEXIST' ? 'not a directory' : error.message.toLowerCase();
    throw failure(`error during container init: mkdir ${path}: ${why}`);
  }
}

function lookUp(
  host: Host,
  fs: ReturnType<typeof filesIn>,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
  fallback: Executable['main'] | undefined,
  how: 'start' | 'exec' = 'start',
): Executable {
  const file = argv[0] ?? '';
  try {
    return executable({ fs, host }, file, argv, env);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (fallback) return { main: fallback, args: argv, path: file };
    const path = findInPath({ fs, host }, file, env.get('PATH'));
    const why = notExecutable(fs, path, error);
    if (path !== undefined && why === undefined)
      return { main: brokenExec(`exec ${path}: ${error.message.toLowerCase()}`), args: argv, path };
    const reason = `exec: "${file}": ${why}`;
    throw how === 'start'
      ? failure(`error during container init: ${reason}`)
      : execFailure(host.random.hex(64), reason);
  }
}

/** Models Go os/exec LookPath, in whose words runc refuses a command; undefined where it finds nothing wrong. */
function notExecutable(
  fs: ReturnType<typeof filesIn>,
  path: string | undefined,
  { code, message }: SystemError,
): string | undefined {
  if (path === undefined) return 'executable file not found in $PATH';
  if (fs.isDirectory(path)) return 'is a directory';
  if (code === 'EACCES') return 'permission denied';
  return fs.exists(path) ? undefined : `stat ${path}: ${message.toLowerCase()}`;
}

/** What runc has begun as a container and cannot execute in the end: the container's own log tells. */
function brokenExec(why: string): Executable['main'] {
  return function* (context) {
    yield* context.err(`${why}\n`);
    return 255;
  };
}

function failure(why: string): RuntimeError {
  return new RuntimeError(
    'Unknown',
    `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${why}: unknown`,
  );
}

function execFailure(id: string, why: string): RuntimeError {
  return new RuntimeError(
    'Unknown',
    `failed to exec in container: failed to start exec "${id}": OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown`,
  );
}
