/** A port of a container that the host's addresses lead to. */
export interface PublishedPort {
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp';
}

export interface MountPoint {
  readonly type: 'bind' | 'volume' | 'tmpfs';
  /** Name of the volume; '' for binds. */
  readonly name: string;
  readonly source: string;
  readonly destination: string;
  readonly readOnly: boolean;
  /** Size of what lies in memory. */
  readonly bytes?: number;
}

export type RestartPolicy = 'no' | 'always' | 'unless-stopped' | 'on-failure';

/** What a container was created with. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly entrypoint: readonly string[] | undefined;
  readonly command: readonly string[];
  readonly env: readonly (readonly [string, string])[];
  readonly workingDir: string | undefined;
  readonly user: string | undefined;
  readonly hostname: string | undefined;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly autoRemove: boolean;
  readonly privileged: boolean;
  readonly readOnly: boolean;
  readonly network: string;
  readonly ports: readonly PublishedPort[];
  readonly mounts: readonly MountPoint[];
  readonly labels: Readonly<Record<string, string>>;
  readonly hosts: readonly string[];
  readonly cpus: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly memorySwapBytes: number | undefined;
  readonly swappiness: number | undefined;
  readonly restart: RestartPolicy;
  readonly maximumRetries: number;
}

/** A container as dockerd keeps it on the disk; its process is containerd's. */
export interface EngineContainer {
  readonly id: string;
  spec: ContainerSpec;
  readonly createdAt: number;
  /** Stopped by somebody, so that it is not started again. */
  stopped: boolean;
  restarts: number;
}

export interface EngineNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: 'bridge' | 'host' | 'null';
  readonly subnet: string;
  readonly createdAt: number;
}

export interface EngineVolume {
  readonly name: string;
  readonly createdAt: number;
}

/** What dockerd refuses: `Error response from daemon: …`. */
export class EngineError extends Error {
  override name = 'EngineError';
}
