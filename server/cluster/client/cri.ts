import type { Duplex, Files } from '../../host/index.ts';
import type { WaitQueue } from '../../sim/index.ts';

export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock';

/** Where containerd writes down which images kubelets and crictl have: a list of their names. */
export const IMAGES_FILE = '/var/lib/containerd/io.containerd.metadata.v1.bolt/images.json';

/** Key of a unix socket among all of a world; `/var/run` is `/run`. */
export function socketKey(hostname: string, path = CONTAINERD_SOCKET): string {
  return `${hostname}:${path.replace(/^\/var\/run\//, '/run/')}`;
}

/** A call that the runtime refused: gRPC code and message. */
export class RuntimeError extends Error {
  override name = 'RuntimeError';
  readonly code:
    | 'NotFound'
    | 'Unknown'
    | 'Internal'
    | 'InvalidArgument'
    | 'FailedPrecondition'
    | 'Unavailable';

  constructor(code: RuntimeError['code'], message: string) {
    super(message);
    this.code = code;
  }

  /** As gRPC clients show it. */
  get shown(): string {
    return `rpc error: code = ${this.code} desc = ${this.message}`;
  }
}

export interface PodIdentity {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly attempt: number;
}

/** What a control group may use: its part of a busy CPU; cores, bytes and processes, where undefined is no limit. */
export interface Resources {
  readonly cpuShares?: number | undefined;
  readonly cpuLimit: number | undefined;
  readonly memoryLimit: number | undefined;
  /** Processors by number. Left as they are where nothing is said. */
  readonly cpus?: readonly number[] | undefined;
  /** Left as it is where nothing is said. */
  readonly pidsLimit?: number | undefined;
}

export interface SandboxConfig {
  readonly metadata: PodIdentity;
  readonly hostname: string;
  readonly logDirectory: string;
  readonly hostNetwork: boolean;
  readonly hostPid: boolean;
  readonly sharePids: boolean;
  /** Text of `/etc/resolv.conf` for its containers. */
  readonly resolvConf: string;
  readonly hostPorts: readonly {
    hostPort: number;
    containerPort: number;
    protocol: string;
    hostIp: string;
  }[];
  readonly sysctls: Readonly<Record<string, string>>;
  readonly cgroupParent: string;
  /** Which of the configured runtimes; '' is the default one. */
  readonly runtimeHandler?: string;
  /** Of the group of all its containers. */
  readonly resources?: Resources;
  /** For an engine that speaks to containerd itself, as dockerd does: no pause container, a network of its own. */
  readonly engine?: EngineSandbox;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What an engine decides of a sandbox: its one container has the same id. */
export interface EngineSandbox {
  readonly id: string;
  /** The bridge network it joins; undefined: none but loopback. */
  readonly network: { readonly name: string; readonly subnet: string } | undefined;
}

export interface SandboxStatus {
  readonly id: string;
  readonly config: SandboxConfig;
  readonly state: 'ready' | 'notready';
  readonly createdAt: number;
  /** '' for pods on the host's network, and once stopped. */
  readonly ip: string;
}

export interface MountConfig {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
  /** The size of what lies in memory: it is mounted as a tmpfs. */
  readonly tmpfsBytes?: number;
}

/** What a container's processes are confined to, where that is not the runtime's default. */
export interface ContainerSecurity {
  /** Names of capabilities, with or without `CAP_`. */
  readonly add: readonly string[];
  readonly drop: readonly string[];
  readonly noNewPrivileges: boolean;
  /** The runtime's default profile is applied, or that of a file; undefined: none. */
  readonly seccomp: 'RuntimeDefault' | { readonly file: string } | undefined;
  /** The AppArmor profile that must be loaded on the host; `unconfined`, or undefined for the runtime's own. */
  readonly appArmor: string | undefined;
}

export interface ContainerConfig extends Resources {
  readonly name: string;
  readonly attempt: number;
  /** The image as the pod names it. */
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly workingDir: string | undefined;
  readonly mounts: readonly MountConfig[];
  /** Below the sandbox's log directory. */
  readonly logPath: string;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  readonly runAsUser: number | undefined;
  readonly runAsGroup: number | undefined;
  readonly supplementalGroups: readonly number[];
  readonly readOnlyRootFilesystem: boolean;
  readonly privileged: boolean;
  /** How willingly the kernel kills it when the node's memory runs out. Default: 0. */
  readonly oomScoreAdj?: number;
  readonly security?: ContainerSecurity;
  /** The container of the sandbox whose processes it sees; undefined: only its own. */
  readonly pidTarget?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export type ContainerState = 'created' | 'running' | 'exited';

export interface ContainerStatus {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  readonly state: ContainerState;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly exitCode: number | undefined;
  /** `Completed`, `Error`, `OOMKilled`, `StartError`, `ContainerStatusUnknown`. */
  readonly reason: string;
  readonly message: string;
  /** `docker.io/library/nginx:latest`. */
  readonly image: string;
  /** `docker.io/library/nginx@sha256:…`. */
  readonly imageRef: string;
  readonly imageId: string;
  readonly logPath: string;
  readonly pid: number | undefined;
}

/** Unpacked, an image is about two and a half times its archive. */
export const UNPACKED = 2.6;

export interface ImageStatus {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly size: number;
  /** Numeric user of the image, undefined when it is a name. */
  readonly uid: number | undefined;
  readonly username: string;
  /** Sandboxes need it: nobody removes it to make room. */
  readonly pinned: boolean;
}

/** An account at a registry. */
export interface RegistryAuth {
  readonly username: string;
  readonly password: string;
}

/** An image on its way to the node. */
export interface Pull {
  readonly done: boolean;
  /** Set when it failed, as gRPC clients show it. */
  readonly error: string | undefined;
  /** Notified when it is over. */
  readonly finished: WaitQueue;
}

/** What `crictl info` tells of a runtime's configuration. */
export interface RuntimeSettings {
  readonly address: string;
  readonly sandboxImage: string;
  readonly systemdCgroup: boolean;
  readonly configPath: string;
  readonly logLineBytes: number;
  readonly cni: { readonly conf: string; readonly bin: string };
}

export interface RuntimeStatus {
  readonly settings?: RuntimeSettings;
  readonly networkReady: boolean;
  readonly networkMessage: string;
}

export interface ExecOptions {
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
  /** `name`, `1000:1000`; undefined: who the container runs as. */
  readonly user?: string | undefined;
}

/** A program run in a container. Frames as on the streaming protocol; `exitCode` once it has ended. */
export interface ExecSession {
  readonly stream: Duplex;
  readonly exitCode: number | undefined;
  readonly ended: WaitQueue;
}

export interface ContainerStats {
  readonly cpuMs: number;
  readonly memoryBytes: number;
  /** CPU time that had been used at a moment of the last minute. */
  cpuMsAt(timeMs: number): number;
}

/** How many bytes the logs of a host's containers may get, and who is told when one has more. */
export interface LogLimit {
  limit: number;
  readonly full: WaitQueue;
}

/** What stands behind containerd's socket: the calls of CRI that kubelet and crictl make. All answer at once. */
export interface ContainerRuntime {
  /** Notified whenever a container or sandbox changed its state. */
  readonly changed: WaitQueue;
  /** Uids of pods whose containers or sandboxes changed since the last call. */
  takeChangedPods(): string[];
  version(): { name: string; version: string; apiVersion: string };
  status(): RuntimeStatus;
  updateRuntimeConfig(podCidr: string): void;
  runPodSandbox(config: SandboxConfig): string;
  stopPodSandbox(id: string): void;
  removePodSandbox(id: string): void;
  sandboxes(): SandboxStatus[];
  sandboxesOf(podUid: string): SandboxStatus[];
  sandbox(id: string): SandboxStatus | undefined;
  createContainer(sandboxId: string, config: ContainerConfig): string;
  startContainer(id: string): void;
  /** Sends the stop signal now and SIGKILL after the grace period; `changed` tells when it has ended. */
  stopContainer(id: string, graceMs: number): void;
  removeContainer(id: string): void;
  containers(): ContainerStatus[];
  containersOf(podUid: string): ContainerStatus[];
  container(id: string): ContainerStatus | undefined;
  updateContainerResources(id: string, resources: Resources): void;
  updatePodSandboxResources(id: string, resources: Resources): void;
  exec(id: string, options: ExecOptions): ExecSession;
  attach(id: string): Duplex;
  /** Reads a file as a container sees it; undefined when it cannot. */
  readFile(id: string, path: string): string | undefined;
  stats(id: string): ContainerStats | undefined;
  /** Where on the host's disk lies what a container has written. */
  writableLayer(id: string): string;
  readonly logs: LogLimit;
  /** What a container says from now on goes to a new file: the old one was put aside. */
  reopenContainerLog(id: string): void;
  pullImage(name: string, auth?: RegistryAuth): Pull;
  image(name: string): ImageStatus | undefined;
  images(): ImageStatus[];
  removeImage(name: string): void;
}

/** What an image says of the process that it is for; see `cluster/images`. */
export interface EngineImageConfig {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDir?: string;
  readonly stopSignal?: 'TERM' | 'QUIT' | 'WINCH' | 'INT';
  readonly ports?: readonly string[];
}

/** The registries of the outside world, as an engine speaks to them. */
export interface Registries {
  /** Why one does not take an account; undefined when it does. */
  loginProblem(server: string, account: RegistryAuth): string | undefined;
  /** Hands an image over; it is kept for this machine. */
  push(name: string): void;
}

/** containerd as an engine uses it that makes images: what dockerd needs beyond CRI. */
export interface EngineRuntime extends ContainerRuntime {
  imageConfig(name: string): EngineImageConfig | undefined;
  /** Gives an image one more name. Throws RuntimeError when there is no such image. */
  tagImage(name: string, target: string): void;
  readonly registries: Registries;
  /** Makes an image of a container's files. Returns its id. */
  commit(containerId: string, target: string, config: EngineImageConfig): string;
  /** A container's files, as root sees them, whether it runs or not. */
  filesOf(containerId: string): Files | undefined;
}

/** Where containerd offers itself to engines. */
export const ENGINE_SERVICE = `${CONTAINERD_SOCKET}#moby`;
