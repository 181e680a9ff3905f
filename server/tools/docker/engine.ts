import {
  type ContainerConfig,
  type ContainerStatus,
  type EngineImageConfig,
  type EngineRuntime,
  RuntimeError,
  type SandboxConfig,
} from '../../cluster/client/cri.ts';
import type { Context, Files, Host } from '../../host/index.ts';
import { Users } from '../../host/index.ts';
import type { Timer } from '../../sim/index.ts';
import { type ContainerSpec, type EngineContainer, EngineError, type EngineNetwork } from './model.ts';
import { Networks } from './networks.ts';
import { PortForwards } from './ports.ts';
import { EngineStore } from './store.ts';

/** Between an end and the next start of a container that is to be restarted: doubled each time. */
const RESTART_MS = 100;
const RESTART_MAX_MS = 60_000;

/** dockerd: names, networks, ports, volumes and restarts around the containers that containerd runs. */
export class Engine {
  readonly runtime: EngineRuntime;
  readonly networks: Networks;
  readonly store: EngineStore;
  readonly host: Host;
  readonly #ports: PortForwards;
  readonly #timers = new Map<string, Timer>();
  #containers: EngineContainer[];
  #closed = false;

  constructor(context: Context, runtime: EngineRuntime) {
    this.host = context.host;
    this.runtime = runtime;
    this.store = new EngineStore(context.host.init.fs);
    this.networks = new Networks(this.store, context.host);
    this.#ports = new PortForwards(context);
    this.#containers = this.store.containers();
    for (const container of this.#containers) this.#resume(container);
  }

  close(): void {
    this.#closed = true;
    this.#ports.closeAll();
    this.networks.close();
    for (const timer of this.#timers.values()) this.host.clock.cancel(timer);
  }

  /** Newest first. */
  containers(): readonly EngineContainer[] {
    return this.#containers;
  }

  /** By name, or by the beginning of an id. Throws EngineError. */
  find(name: string): EngineContainer {
    const bare = name.replace(/^\//, '');
    const exact = this.#containers.find(({ id, spec }) => spec.name === bare || id === bare);
    if (exact) return exact;
    const found = bare === '' ? [] : this.#containers.filter(({ id }) => id.startsWith(bare));
    if (found.length > 1) throw new EngineError(`Multiple IDs found with provided prefix: ${bare}`);
    if (!found[0]) throw new EngineError(`No such container: ${name}`);
    return found[0];
  }

  status({ id }: EngineContainer): ContainerStatus | undefined {
    return this.runtime.container(id);
  }

  isRunning(container: EngineContainer): boolean {
    return this.status(container)?.state === 'running';
  }

  address({ id }: EngineContainer): string {
    return this.runtime.sandbox(id)?.ip ?? '';
  }

  imageConfig(name: string): EngineImageConfig {
    return this.runtime.imageConfig(name) ?? {};
  }

  create(spec: ContainerSpec): EngineContainer {
    const taken = this.#containers.find((other) => other.spec.name === spec.name);
    if (taken)
      throw new EngineError(
        `Conflict. The container name "/${spec.name}" is already in use by container "${taken.id}". You have to remove (or rename) that container to be able to reuse that name.`,
      );
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(spec.name))
      throw new EngineError(
        `Invalid container name (${spec.name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
      );
    const network = this.networks.find(spec.network);
    const config = this.imageConfig(spec.image);
    if (spec.command.length === 0 && !spec.entrypoint && !config.entrypoint && !config.cmd)
      throw new EngineError('no command specified');
    const container: EngineContainer = {
      id: this.host.random.hex(64),
      spec,
      createdAt: this.host.clock.now,
      stopped: false,
      restarts: 0,
    };
    for (const { type, name } of spec.mounts) if (type === 'volume') this.store.makeVolume(name);
    for (const { type, source } of spec.mounts)
      if (type !== 'volume' && !this.host.init.fs.exists(source)) this.host.init.fs.mkdirAll(source);
    this.store.save(container);
    this.#makeContainer(container, network, config);
    this.#containers = [container, ...this.#containers];
    return container;
  }

  start(container: EngineContainer): void {
    if (this.isRunning(container)) return;
    const { id, spec } = container;
    this.host.clock.cancel(this.#timers.get(id));
    if (this.runtime.sandbox(id)?.state !== 'ready') this.#rebuild(container);
    container.stopped = false;
    this.store.save(container);
    try {
      this.#ports.open(container, this.address(container));
      this.runtime.startContainer(id);
    } catch (error) {
      this.#ports.close(id);
      if (error instanceof RuntimeError) throw new EngineError(startWords(error.message));
      throw error;
    }
    this.#limit(id, spec);
    this.#watch(container);
  }

  /** Asks it to end; the caller waits for that. */
  stop(container: EngineContainer, graceMs: number): void {
    container.stopped = true;
    this.store.save(container);
    this.host.clock.cancel(this.#timers.get(container.id));
    this.runtime.stopContainer(container.id, graceMs);
  }

  remove(container: EngineContainer, options: { force: boolean; volumes: boolean }): void {
    const { id, spec } = container;
    if (this.isRunning(container) && !options.force)
      throw new EngineError(
        `cannot remove container "/${spec.name}": container is running: stop the container before removing or force remove`,
      );
    container.stopped = true;
    this.host.clock.cancel(this.#timers.get(id));
    this.#ports.close(id);
    this.runtime.removePodSandbox(id);
    this.store.remove(id);
    this.#containers = this.#containers.filter((other) => other !== container);
    if (options.volumes || spec.autoRemove)
      for (const { type, name } of spec.mounts)
        if (type === 'volume' && /^[0-9a-f]{64}$/.test(name)) this.store.removeVolume(name);
  }

  update(container: EngineContainer, change: Partial<ContainerSpec>): void {
    container.spec = { ...container.spec, ...change };
    this.store.save(container);
    const { cpus, memoryBytes } = container.spec;
    if (this.isRunning(container))
      this.runtime.updateContainerResources(container.id, { cpuLimit: cpus, memoryLimit: memoryBytes });
  }

  /** Whether somebody uses an image; its containers stand in the way of removing it. */
  users(reference: string): EngineContainer[] {
    return this.#containers.filter((container) => this.status(container)?.image === reference);
  }

  files(container: EngineContainer): Files {
    const files = this.runtime.filesOf(container.id);
    if (!files) throw new EngineError(`No such container: ${container.id}`);
    return files;
  }

  #makeContainer(container: EngineContainer, network: EngineNetwork, image: EngineImageConfig): void {
    const { id } = container;
    this.runtime.runPodSandbox(this.#sandboxConfig(container, network));
    const directory = this.store.directory(id);
    const { fs } = this.host.init;
    const address = this.address(container);
    const name = hostnameOf(container);
    fs.write(
      `${directory}/hosts`,
      [
        '127.0.0.1\tlocalhost',
        '::1\tlocalhost ip6-localhost ip6-loopback',
        ...container.spec.hosts.map(
          (item) => `${item.slice(item.indexOf(':') + 1)}\t${item.slice(0, item.indexOf(':'))}`,
        ),
        ...(address === '' ? [] : [`${address}\t${name}`]),
        ...this.networks.neighbours(container, this.#containers, (other) => this.address(other)),
        '',
      ].join('\n'),
    );
    this.runtime.createContainer(id, this.#containerConfig(container, image));
  }

  /** After a reboot, or a stop: the sandbox is gone, what was written is kept. */
  #rebuild(container: EngineContainer): void {
    const network = this.networks.find(container.spec.network);
    this.runtime.runPodSandbox(this.#sandboxConfig(container, network));
  }

  #sandboxConfig({ id, spec }: EngineContainer, network: EngineNetwork): SandboxConfig {
    const { fs } = this.host.init;
    const resolver = '/run/systemd/resolve/resolv.conf';
    return {
      metadata: { name: spec.name, namespace: 'moby', uid: id, attempt: 0 },
      hostname: spec.hostname ?? (network.driver === 'host' ? this.host.hostname : id.slice(0, 12)),
      logDirectory: this.store.directory(id),
      hostNetwork: network.driver === 'host',
      hostPid: false,
      sharePids: false,
      resolvConf: fs.isFile(resolver) ? fs.read(resolver) : 'nameserver 8.8.8.8\n',
      hostPorts: [],
      sysctls: {},
      cgroupParent: this.host.cgroupVersion === 1 ? `/docker/${id}` : `/system.slice/docker-${id}.scope`,
      engine: {
        id,
        network: network.driver === 'bridge' ? { name: network.name, subnet: network.subnet } : undefined,
      },
      labels: {},
      annotations: {},
    };
  }

  #containerConfig({ id, spec }: EngineContainer, image: EngineImageConfig): ContainerConfig {
    const [user, group] = (spec.user ?? '').split(':');
    const users = new Users(() => undefined);
    const uid =
      user === undefined || user === ''
        ? undefined
        : /^\d+$/.test(user)
          ? Number(user)
          : users.user(user)?.uid;
    return {
      name: spec.name,
      attempt: 0,
      image: spec.image,
      command: spec.entrypoint ?? (spec.command.length > 0 && !image.entrypoint ? spec.command : []),
      args: spec.entrypoint || image.entrypoint ? spec.command : [],
      env: spec.env,
      workingDir: spec.workingDir,
      mounts: [
        { hostPath: `${this.store.directory(id)}/hosts`, containerPath: '/etc/hosts', readOnly: false },
        ...spec.mounts.map(({ source, destination, readOnly, bytes }) => ({
          hostPath: source,
          containerPath: destination,
          readOnly,
          ...(bytes === undefined ? {} : { tmpfsBytes: bytes }),
        })),
      ],
      logPath: `${id}-json.log`,
      stdin: spec.stdin,
      stdinOnce: false,
      tty: spec.tty,
      runAsUser: uid,
      runAsGroup: group !== undefined && /^\d+$/.test(group) ? Number(group) : undefined,
      supplementalGroups: [],
      readOnlyRootFilesystem: spec.readOnly,
      privileged: spec.privileged,
      cpuLimit: spec.cpus,
      memoryLimit: spec.memoryBytes,
      labels: spec.labels,
      annotations: {},
    };
  }

  #limit(id: string, spec: ContainerSpec): void {
    const process = this.host.processes.get(this.runtime.container(id)?.pid ?? 0);
    if (!process) return;
    if (spec.swappiness !== undefined) process.cgroup.swappiness = spec.swappiness;
    process.cgroup.swapLimit = spec.memorySwapBytes;
  }

  #resume(container: EngineContainer): void {
    if (this.isRunning(container)) {
      this.#ports.open(container, this.address(container));
      this.#limit(container.id, container.spec);
      this.#watch(container);
      return;
    }
    const { restart } = container.spec;
    if (restart === 'always' || (restart === 'unless-stopped' && !container.stopped))
      this.#restartLater(container);
  }

  #watch(container: EngineContainer): void {
    const process = this.host.processes.get(this.status(container)?.pid ?? 0);
    if (!process) return;
    // containerd writes down the end first: it has waited longer.
    process.ended.subscribe(() => this.host.clock.after(0, () => this.#ended(container)));
  }

  #ended(container: EngineContainer): void {
    if (this.#closed || !this.#containers.includes(container) || this.isRunning(container)) return;
    const { id, spec } = container;
    this.#ports.close(id);
    if (spec.autoRemove) {
      this.remove(container, { force: true, volumes: true });
      return;
    }
    const failed = (this.status(container)?.exitCode ?? 0) !== 0;
    const again =
      spec.restart === 'always' ||
      spec.restart === 'unless-stopped' ||
      (spec.restart === 'on-failure' &&
        failed &&
        (spec.maximumRetries === 0 || container.restarts < spec.maximumRetries));
    if (again && !container.stopped) this.#restartLater(container);
    else this.#release(id);
  }

  /** What ended holds no address and no shim. */
  #release(id: string): void {
    this.runtime.stopPodSandbox(id);
  }

  #restartLater(container: EngineContainer): void {
    const delay = Math.min(RESTART_MAX_MS, RESTART_MS * 2 ** Math.min(10, container.restarts));
    this.#timers.set(
      container.id,
      this.host.clock.after(delay, () => {
        if (this.#closed || container.stopped) return;
        container.restarts++;
        try {
          this.start(container);
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
        }
      }),
    );
  }

  /** Whether a container waits to be started again. */
  isRestarting(container: EngineContainer): boolean {
    return (
      !container.stopped &&
      !this.isRunning(container) &&
      (this.#timers.get(container.id)?.at ?? 0) > this.host.clock.now
    );
  }
}

/** The name that a container knows itself by. */
export function hostnameOf({ id, spec }: EngineContainer): string {
  return spec.hostname ?? id.slice(0, 12);
}

/** dockerd's words around runc's. */
function startWords(message: string): string {
  return message.replace(/^failed to create containerd task: /, '');
}
