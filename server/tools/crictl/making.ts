import { parse as parseYaml } from 'yaml';
import {
  type ContainerConfig,
  type ContainerRuntime,
  RuntimeError,
  type SandboxConfig,
} from '../../cluster/client/cri.ts';
import { type Context, isSystemError } from '../../host/index.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import type { Call } from './call.ts';
import { Fatal } from './connection.ts';
import { findContainer, findSandbox } from './selection.ts';

/** Reads a sandbox's or container's configuration, JSON or YAML. Throws Fatal. */
function load(context: Context, path: string, what: string): any {
  let text: string;
  try {
    text = context.fs.read(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const why = error.message.toLowerCase();
    throw new Fatal(`load ${what}: config at ${path} not found: open ${path}: ${why}`);
  }
  try {
    const value: unknown = parseYaml(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below, as for what is no object.
  }
  throw new Fatal(`load ${what}: yaml: cannot decode ${path}`);
}

/** `PodSandboxConfig` of CRI, as people write it. */
function sandboxOf(context: Context, path: string): SandboxConfig {
  const config = load(context, path, 'podSandboxConfig');
  const { name = '', namespace = '', uid = '', attempt = 0 } = config.metadata ?? {};
  if (name === '' || namespace === '' || uid === '')
    throw new Fatal(
      'run pod sandbox: rpc error: code = InvalidArgument desc = sandbox metadata must have a name, a namespace and a uid',
    );
  const options = config.linux?.security_context?.namespace_options ?? {};
  const dns = config.dns_config;
  return {
    metadata: { name, namespace, uid, attempt },
    hostname: config.hostname ?? name,
    logDirectory: config.log_directory ?? `/var/log/pods/${namespace}_${name}_${uid}`,
    hostNetwork: options.network === 2,
    hostPid: options.pid === 2,
    sharePids: options.pid === 0,
    resolvConf: dns
      ? `search ${(dns.searches ?? []).join(' ')}\n${(dns.servers ?? []).map((one: string) => `nameserver ${one}\n`).join('')}`
      : context.fs.isFile('/etc/resolv.conf')
        ? context.fs.read('/etc/resolv.conf')
        : '',
    hostPorts: (config.port_mappings ?? []).map((p: any) => ({
      hostPort: p.host_port ?? 0,
      containerPort: p.container_port,
      protocol: 'TCP',
      hostIp: p.host_ip ?? '',
    })),
    sysctls: config.linux?.sysctls ?? {},
    cgroupParent: config.linux?.cgroup_parent || 'system.slice',
    labels: { ...config.labels },
    annotations: { ...config.annotations },
  };
}

/** `ContainerConfig` of CRI. */
function containerOf(context: Context, path: string): ContainerConfig {
  const config = load(context, path, 'containerConfig');
  const name = config.metadata?.name ?? '';
  const image = config.image?.image ?? '';
  if (name === '') throw new Fatal('creating container: metadata.name is not set');
  if (image === '') throw new Fatal('creating container: image.Image is not set');
  const security = config.linux?.security_context ?? {};
  const resources = config.linux?.resources ?? {};
  return {
    name,
    attempt: config.metadata.attempt ?? 0,
    image,
    command: config.command ?? [],
    args: config.args ?? [],
    env: (config.envs ?? []).map(({ key, value }: any) => [key, String(value)] as const),
    workingDir: config.working_dir,
    mounts: (config.mounts ?? []).map((mount: any) => ({
      hostPath: mount.host_path,
      containerPath: mount.container_path,
      readOnly: mount.readonly === true,
    })),
    logPath: config.log_path ?? `${name}.log`,
    stdin: config.stdin === true,
    stdinOnce: config.stdin_once === true,
    tty: config.tty === true,
    runAsUser: security.run_as_user?.value,
    runAsGroup: security.run_as_group?.value,
    supplementalGroups: security.supplemental_groups ?? [],
    readOnlyRootFilesystem: security.readonly_rootfs === true,
    privileged: security.privileged === true,
    cpuLimit: resources.cpu_quota > 0 ? resources.cpu_quota / (resources.cpu_period ?? 100_000) : undefined,
    cpuShares: resources.cpu_shares,
    memoryLimit: resources.memory_limit_in_bytes || undefined,
    labels: { ...config.labels },
    annotations: { ...config.annotations },
  };
}

/** Says what was being made when the runtime refuses. */
function made(what: string, make: () => string): string {
  try {
    return make();
  } catch (error) {
    if (error instanceof RuntimeError) throw new Fatal(`${what}: ${error.shown}`);
    throw error;
  }
}

/** Fetches an image unless it is there. Throws Fatal. */
function* fetch(runtime: ContainerRuntime, image: string): Steps<void> {
  if (runtime.image(image)) return;
  const pull = runtime.pullImage(image);
  while (!pull.done) yield* waitOn([pull.finished]);
  if (pull.error !== undefined) throw new Fatal(`pulling image: ${pull.error}`);
}

function need(args: readonly string[], count: number): void {
  if (args.length !== count) throw new Fatal(`required ${count} arguments, got ${args.length}`);
}

export function runSandbox({ context, runtime, options, args }: Call): string {
  need(args, 1);
  const runtimeHandler = options.get('runtime');
  const config = sandboxOf(context, args[0] as string);
  return made('run pod sandbox', () =>
    runtime.runPodSandbox({ ...config, ...(runtimeHandler ? { runtimeHandler } : {}) }),
  );
}

/** `create POD CONTAINER-CONFIG POD-CONFIG` */
export function* create({ context, runtime, options, args }: Call): Steps<string> {
  need(args, 3);
  const [pod = '', container = '', sandbox = ''] = args;
  const config = containerOf(context, container);
  sandboxOf(context, sandbox);
  if (options.has('with-pull')) yield* fetch(runtime, config.image);
  return made('creating container', () => runtime.createContainer(findSandbox(runtime, pod).id, config));
}

/** `run CONTAINER-CONFIG POD-CONFIG`: a sandbox, the image, a container in one. */
export function* run({ context, runtime, options, args }: Call): Steps<string> {
  need(args, 2);
  const [container = '', sandbox = ''] = args;
  const config = containerOf(context, container);
  const pod = runtime.runPodSandbox(sandboxOf(context, sandbox));
  if (!options.has('no-pull')) yield* fetch(runtime, config.image);
  const id = runtime.createContainer(pod, config);
  runtime.startContainer(id);
  return id;
}

/** `update`: other limits for containers that run. */
export function update({ runtime, options }: Call, id: string): string {
  const found = findContainer(runtime, id);
  const { cpuLimit, cpuShares, memoryLimit } = found.config;
  const number = (name: string) => (options.has(name) ? Number(options.get(name)) : undefined);
  const quota = number('cpu-quota');
  runtime.updateContainerResources(found.id, {
    cpuLimit: quota === undefined ? cpuLimit : quota / (number('cpu-period') ?? 100_000),
    cpuShares: number('cpu-share') ?? cpuShares,
    memoryLimit: number('memory') ?? memoryLimit,
  });
  return id;
}

/** `imagefsinfo`: what images take of the disk. */
export function imageFsInfo({ context, runtime }: Call): unknown {
  const bytes = runtime.images().reduce((sum, { size }) => sum + size, 0);
  return {
    status: {
      containerFilesystems: [],
      imageFilesystems: [
        {
          fsId: { mountpoint: '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs' },
          inodesUsed: { value: String(runtime.images().length * 1000) },
          timestamp: `${context.now}000000`,
          usedBytes: { value: String(bytes) },
        },
      ],
    },
  };
}
