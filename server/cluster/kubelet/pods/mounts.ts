import type { Files } from '../../../host/index.ts';
import type { MountConfig } from '../../client/cri.ts';
import { ConfigError, expand } from './environment.ts';
import { appContainers, type ContainerSpec, initContainers, isSidecar, type Pod, quantity } from './pod.ts';
import { podDirectory } from './volumes.ts';

/** What the mounts of a container are made from, beside its spec. */
export interface MountSources {
  /** The directory of each volume. */
  readonly volumes: ReadonlyMap<string, string>;
  readonly env: readonly (readonly [string, string])[];
  /** Allocatable of the node. */
  readonly nodeMemory: number;
}

/** The mounts of a container: its volumes, `/etc/hosts`, the termination message. */
export function mountsOf(
  fs: Files,
  pod: Pod,
  container: ContainerSpec,
  { volumes, env, nodeMemory }: MountSources,
): MountConfig[] {
  const known = new Map(env);
  const mounts = (container.volumeMounts ?? []).map((mount: any, i: number): MountConfig => {
    const base = volumes.get(mount.name);
    if (base === undefined) throw new ConfigError(`mount "${mount.name}" not found`);
    const sub = mount.subPathExpr ? expandedSubPath(mount.subPathExpr, known) : (mount.subPath ?? '');
    const { mountPath, readOnly } = mount;
    const volume = (pod.spec.volumes ?? []).find(({ name }: any) => name === mount.name) ?? {};
    const tmpfsBytes = memoryOf(pod, volume, nodeMemory);
    const held = `${podDirectory(pod)}/volume-subpaths/${mount.name}/${container.name}/${i}`;
    return {
      hostPath:
        sub === '' ? base : subPath(fs, `${base}/${sub}`, isWrittenByKubelet(volume) ? held : undefined),
      containerPath: mountPath.startsWith('/') ? mountPath : `/${mountPath}`,
      readOnly: readOnly === true || isWrittenByKubelet(volume),
      ...(tmpfsBytes === undefined ? {} : { tmpfsBytes }),
    };
  });
  if (!mounts.some((mount: MountConfig) => mount.containerPath === '/etc/hosts')) {
    const hosts = `${podDirectory(pod)}/etc-hosts`;
    mounts.push({ hostPath: hosts, containerPath: '/etc/hosts', readOnly: false });
  }
  return [...mounts, terminationLog(fs, pod, container)];
}

function terminationLog(fs: Files, pod: Pod, container: ContainerSpec): MountConfig {
  const message = `${podDirectory(pod)}/containers/${container.name}/termination`;
  fs.mkdirAll(message.slice(0, message.lastIndexOf('/')), 0o755);
  fs.write(message, '', 0o666);
  return {
    hostPath: message,
    containerPath: container.terminationMessagePath ?? '/dev/termination-log',
    readOnly: false,
  };
}

/** What containers can only read, whatever they ask for. */
function isWrittenByKubelet({ configMap, secret, projected, downwardAPI }: any): boolean {
  return [configMap, secret, projected, downwardAPI].some((source) => source !== undefined);
}

/**
 * The size of a volume that lies in memory: what the pod may use, less where the volume says so. Models
 * pkg/volume/emptydir calculateEmptyDirMemorySize, which secrets and their like are wrapped in too.
 */
function memoryOf(pod: Pod, volume: any, nodeMemory: number): number | undefined {
  const isKept = volume.configMap || !isWrittenByKubelet(volume);
  if (isKept && volume.emptyDir?.medium !== 'Memory') return undefined;
  const most = memoryLimitOf(pod) ?? nodeMemory;
  const { sizeLimit } = volume.emptyDir ?? {};
  return sizeLimit === undefined ? most : Math.min(most, quantity(sizeLimit) || most);
}

/** The sum of the limits there are; nothing where no container has one. */
function memoryLimitOf(pod: Pod): number | undefined {
  const limits = [...appContainers(pod), ...initContainers(pod).filter(isSidecar)]
    .map(({ resources }) => resources?.limits?.memory)
    .filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : limits.reduce((sum, limit) => sum + quantity(limit), 0);
}

// Models pkg/kubelet/container/helpers.go ExpandContainerVolumeMounts
function expandedSubPath(expression: string, env: ReadonlyMap<string, string>): string {
  const missing = new Set<string>();
  const sub = expand(expression, (name) => {
    if (!env.get(name)) missing.add(name);
    return env.get(name);
  });
  if (missing.size > 0) throw new ConfigError(`missing value for ${[...missing].sort().join(', ')}`);
  if (sub.startsWith('/'))
    throw new ConfigError(`error SubPath ${JSON.stringify(sub)} must not be an absolute path`);
  if (sub.split('/').includes('..'))
    throw new ConfigError(`unable to provision SubPath ${JSON.stringify(sub)}`);
  return sub;
}

/**
 * What is mounted of a volume. A file that the kubelet writes stays, at `held`, what it was when the container began,
 * for updates are new files. Models pkg/volume/util/subpath doBindSubPath
 */
function subPath(fs: Files, path: string, held: string | undefined): string {
  if (!fs.exists(path)) fs.mkdirAll(path, 0o755);
  if (held === undefined || fs.isDirectory(path)) return path;
  fs.mkdirAll(held.slice(0, held.lastIndexOf('/')), 0o755);
  if (fs.exists(held)) fs.unlink(held);
  fs.link(fs.realpath(path), held);
  return held;
}

// Models pkg/kubelet/kubelet_pods.go managedHostsFileContent
export function writeHostsFile(fs: Files, pod: Pod, ip: string): void {
  const path = `${podDirectory(pod)}/etc-hosts`;
  fs.mkdirAll(podDirectory(pod), 0o750);
  const aliases = (pod.spec.hostAliases ?? []).map(
    ({ ip: address, hostnames }: any) => `${address}\t${(hostnames as string[]).join('\t')}\n`,
  );
  const added = aliases.length > 0 ? `\n# Entries added by HostAliases.\n${aliases.join('')}` : '';
  if (pod.spec.hostNetwork) {
    const host = fs.isFile('/etc/hosts') ? fs.read('/etc/hosts') : '';
    fs.write(path, `# Kubernetes-managed hosts file (host network).\n${host}${added}`);
    return;
  }
  const { hostname, subdomain } = pod.spec;
  const name = hostname ?? pod.metadata.name;
  const domain = subdomain ? `${name}.${subdomain}.${pod.metadata.namespace}.svc.cluster.local\t` : '';
  fs.write(
    path,
    `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n${ip}\t${domain}${name}\n${added}`,
  );
}
