import type {
  ContainerConfig,
  ContainerRuntime,
  ContainerStatus,
  ImageStatus,
} from '../../cluster/client/cri.ts';
import { isoTime } from './format.ts';
import { annotationsOf, findContainer, findSandbox } from './selection.ts';

const RUNC = 'io.containerd.runc.v2';
const PERIOD_US = 100_000;

/** What `crictl inspect` prints: CRI's status, and containerd's own record of the container below `info`. */
export function inspectContainer(runtime: ContainerRuntime, id: string): unknown {
  const c = findContainer(runtime, id);
  const mounts = c.config.mounts.map(({ containerPath, hostPath, readOnly }) => ({
    containerPath,
    gidMappings: [],
    hostPath,
    propagation: 'PROPAGATION_PRIVATE',
    readonly: readOnly,
    recursiveReadOnly: false,
    selinuxRelabel: false,
    uidMappings: [],
  }));
  const status = {
    id: c.id,
    metadata: { attempt: c.config.attempt, name: c.config.name },
    state: `CONTAINER_${c.state.toUpperCase()}`,
    createdAt: isoTime(c.createdAt, c.id),
    startedAt: isoTime(c.startedAt, c.id),
    finishedAt: isoTime(c.finishedAt, c.id),
    exitCode: c.exitCode ?? 0,
    image: { annotations: {}, image: c.image, runtimeHandler: '', userSpecifiedImage: '' },
    imageId: c.imageId,
    imageRef: c.imageRef,
    reason: c.state === 'exited' ? c.reason : '',
    message: c.message,
    labels: c.config.labels,
    annotations: annotationsOf(c),
    mounts,
    logPath: c.logPath,
    resources: { linux: linuxResources(c.config) },
  };
  return { status, info: infoOf(runtime, c) };
}

function linuxResources({ cpuLimit, cpuShares, memoryLimit }: ContainerConfig) {
  return {
    cpuPeriod: String(PERIOD_US),
    cpuQuota: String(cpuLimit === undefined ? 0 : Math.round(cpuLimit * PERIOD_US)),
    cpuShares: String(cpuShares ?? 0),
    memoryLimitInBytes: String(memoryLimit ?? 0),
  };
}

function infoOf(runtime: ContainerRuntime, c: ContainerStatus) {
  const sandbox = runtime.sandbox(c.sandboxId)?.config;
  const { config } = c;
  const envs = config.env.map(([key, value]) => ({ key, value }));
  return {
    sandboxID: c.sandboxId,
    pid: c.pid ?? 0,
    removing: false,
    snapshotKey: c.id,
    snapshotter: 'overlayfs',
    runtimeType: RUNC,
    runtimeOptions: { systemd_cgroup: true },
    config: {
      metadata: { name: config.name, attempt: config.attempt },
      image: { image: c.imageId, user_specified_image: config.image },
      command: config.command,
      args: config.args,
      envs,
      working_dir: config.workingDir,
      mounts: config.mounts.map(({ containerPath, hostPath, readOnly }) => ({
        container_path: containerPath,
        host_path: hostPath,
        ...(readOnly ? { readonly: true } : {}),
      })),
      labels: config.labels,
      annotations: annotationsOf(c),
      log_path: config.logPath,
      linux: {
        resources: linuxResources(config),
        security_context: { privileged: config.privileged || undefined },
      },
    },
    runtimeSpec: {
      ociVersion: '1.2.0',
      process: {
        args: [...config.command, ...config.args],
        cwd: config.workingDir ?? '/',
        env: config.env.map(([name, value]) => `${name}=${value}`),
        user: { uid: config.runAsUser ?? 0, gid: config.runAsGroup ?? 0 },
      },
      root: { path: 'rootfs', ...(config.readOnlyRootFilesystem ? { readonly: true } : {}) },
      mounts: config.mounts.map((m) => ({
        destination: m.containerPath,
        type: 'bind',
        source: m.hostPath,
        options: ['rbind', 'rprivate', m.readOnly ? 'ro' : 'rw'],
      })),
      linux: {
        cgroupsPath: `${sandbox?.cgroupParent.split('/').at(-1)}:cri-containerd:${c.id}`,
        namespaces: namespaces(sandbox?.hostPid === true, sandbox?.sharePids === true),
      },
    },
  };
}

function namespaces(hostPid: boolean, sharePids: boolean): { type: string }[] {
  const own = hostPid || sharePids ? [] : ['pid'];
  return [...own, 'ipc', 'uts', 'mount', 'network', 'cgroup'].map((type) => ({ type }));
}

export function inspectPod(runtime: ContainerRuntime, id: string): unknown {
  const s = findSandbox(runtime, id);
  const { config } = s;
  const options = {
    ipc: 'POD',
    network: config.hostNetwork ? 'NODE' : 'POD',
    pid: config.hostPid ? 'NODE' : config.sharePids ? 'POD' : 'CONTAINER',
    targetId: '',
    usernsOptions: null,
  };
  return {
    status: {
      id: s.id,
      metadata: config.metadata,
      state: s.state === 'ready' ? 'SANDBOX_READY' : 'SANDBOX_NOTREADY',
      createdAt: isoTime(s.createdAt, s.id),
      labels: config.labels,
      annotations: config.annotations,
      network: { additionalIps: [], ip: s.ip },
      linux: { namespaces: { options } },
      runtimeHandler: '',
    },
    info: {
      runtimeType: RUNC,
      runtimeHandler: '',
      snapshotter: 'overlayfs',
      config: {
        metadata: config.metadata,
        hostname: config.hostname,
        log_directory: config.logDirectory,
        labels: config.labels,
        annotations: config.annotations,
        linux: { cgroup_parent: config.cgroupParent },
      },
    },
  };
}

export function inspectImage(image: ImageStatus): unknown {
  return {
    status: {
      id: image.id,
      pinned: image.pinned,
      repoDigests: image.repoDigests,
      repoTags: image.repoTags,
      size: String(image.size),
      spec: null,
      uid: image.uid === undefined ? null : { value: String(image.uid) },
      username: image.uid === undefined ? image.username : '',
    },
  };
}
