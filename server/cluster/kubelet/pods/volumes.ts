import { type Files, isSystemError } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { ConfigError, dataOf, fieldValue, type PodSources, resourceValue } from './environment.ts';
import { appContainers, initContainers, type Pod } from './pod.ts';

/** A volume that cannot be mounted (yet): the text of the FailedMount event. */
export class MountError extends Error {
  override name = 'MountError';
}

/** What volumes need beside what environments need. */
export interface VolumeSources extends PodSources {
  claim(namespace: string, name: string): KubeObject | undefined;
  persistentVolume(name: string): KubeObject | undefined;
  /** A token for the pod's service account. Throws what the API server says. */
  token(pod: Pod, audience: string | undefined, expirationSeconds: number): string;
}

const KUBELET_ROOT = '/var/lib/kubelet/';
const POD_ROOT = `${KUBELET_ROOT}pods`;

export function podDirectory(pod: Pod): string {
  return `${POD_ROOT}/${pod.metadata.uid}`;
}

/** Makes a pod's volumes on the host's disk, or brings them up to date. Returns the directory of each. */
export function setUpVolumes(fs: Files, pod: Pod, sources: VolumeSources): Map<string, string> {
  const paths = new Map<string, string>();
  const { fsGroup } = pod.spec.securityContext ?? {};
  for (const volume of pod.spec.volumes ?? []) {
    const path = setUp(fs, pod, volume, sources);
    if (fsGroup !== undefined && path.startsWith(KUBELET_ROOT)) own(fs, path, fsGroup, isWritable(volume));
    paths.set(volume.name, path);
  }
  return paths;
}

function isWritable(volume: any): boolean {
  return ['emptyDir', 'persistentVolumeClaim', 'ephemeral', 'nfs'].some((kind) => volume[kind] !== undefined);
}

// Models pkg/volume/volume_linux.go changeFilePermission
function own(fs: Files, path: string, group: number, writable: boolean): void {
  const stat = fs.tryStat(path, false);
  if (!stat || stat.type === 'symlink') return;
  const isDirectory = stat.type === 'directory';
  const mask = (writable ? 0o660 : 0o440) | (isDirectory ? 0o2110 : 0);
  if (stat.gid === group && (stat.mode & mask) === mask && (writable || !isDirectory)) return;
  fs.chown(path, stat.uid, group);
  fs.chmod(path, stat.mode | mask);
  if (isDirectory) for (const name of fs.list(path)) own(fs, `${path}/${name}`, group, writable);
}

export function tearDownVolumes(fs: Files, pod: Pod): void {
  fs.removeAll(podDirectory(pod));
}

function setUp(fs: Files, pod: Pod, volume: any, sources: VolumeSources): string {
  const at = (plugin: string) => `${podDirectory(pod)}/volumes/kubernetes.io~${plugin}/${volume.name}`;
  const failed = (why: string) =>
    new MountError(`MountVolume.SetUp failed for volume "${volume.name}" : ${why}`);
  try {
    if (volume.emptyDir) return directory(fs, at('empty-dir'), 0o777);
    if (volume.hostPath) return hostPath(fs, volume.hostPath, failed);
    if (volume.configMap)
      return project(
        fs,
        at('configmap'),
        configMapFiles(pod, volume.configMap, sources),
        volume.configMap.defaultMode,
      );
    if (volume.secret) {
      const source = { ...volume.secret, name: volume.secret.secretName };
      return project(fs, at('secret'), secretFiles(pod, source, sources), volume.secret.defaultMode);
    }
    if (volume.downwardAPI)
      return project(
        fs,
        at('downward-api'),
        downwardFiles(pod, volume.downwardAPI, sources),
        volume.downwardAPI.defaultMode,
      );
    if (volume.projected)
      return project(
        fs,
        at('projected'),
        projectedFiles(pod, volume.projected, sources),
        volume.projected.defaultMode,
      );
    const { nfs } = volume;
    if (nfs) return networkVolume(fs, `${nfs.server}${nfs.path}`.replaceAll('/', '~'));
    const claimName = volume.ephemeral
      ? `${pod.metadata.name}-${volume.name}`
      : volume.persistentVolumeClaim?.claimName;
    if (claimName) return claimPath(fs, pod, { name: volume.name, claimName }, sources, failed);
  } catch (error) {
    if (error instanceof ConfigError) throw failed(error.message);
    if (isSystemError(error)) {
      const open = volume.hostPath?.type === 'FileOrCreate' ? 'open ' : '';
      throw failed(`${open}${error.path ?? ''}: ${error.message.toLowerCase()}`);
    }
    throw error;
  }
  if (volume.csi)
    throw new MountError(
      `MountVolume.NewMounter initialization failed for volume "${volume.name}" : volume mode "Ephemeral" not supported by driver ${volume.csi.driver} (no CSIDriver object)`,
    );
  const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
  throw new MountError(
    `Unable to attach or mount volumes: unmounted volumes=[${volume.name}], unattached volumes=[], failed to process volumes=[${volume.name}]: failed to get Plugin from volumeSpec for volume "${volume.name}" err=no volume plugin matched: ${kind} volumes are not simulated`,
  );
}

function directory(fs: Files, path: string, mode: number): string {
  if (!fs.isDirectory(path)) {
    fs.mkdirAll(path, 0o755);
    fs.chmod(path, mode);
  }
  return path;
}

// Models pkg/volume/hostpath checkType
function hostPath(fs: Files, source: any, failed: (why: string) => MountError): string {
  const { path, type = '' } = source;
  const stat = fs.tryStat(path);
  const bad = (what: string) => failed(`hostPath type check failed: ${path} is not ${what}`);
  switch (type) {
    case 'Directory':
      if (stat?.type !== 'directory') throw bad('a directory');
      break;
    case 'File':
      if (stat?.type !== 'file') throw bad('a file');
      break;
    case 'Socket':
      if (stat?.type !== 'socket') throw bad('a socket file');
      break;
    case 'CharDevice':
      if (stat?.type !== 'char') throw bad('a character device');
      break;
    case 'BlockDevice':
      if (stat?.type !== 'block') throw bad('a block device');
      break;
    case 'FileOrCreate':
      if (stat?.type === 'directory') throw bad('a file');
      if (!stat) fs.write(path, '', 0o644);
      break;
    default:
      if (type === 'DirectoryOrCreate' && stat && stat.type !== 'directory') throw bad('a directory');
      // Without a type, containerd makes a directory where nothing is.
      if (!stat) fs.mkdirAll(path, 0o755);
  }
  return path;
}

interface ProjectedFile {
  readonly path: string;
  readonly text: string;
  readonly mode?: number;
}

/** Writes files so that all of them change at once: into a new directory that `..data` is then pointed to. */
function project(fs: Files, path: string, files: readonly ProjectedFile[], defaultMode = 0o644): string {
  if (!fs.isDirectory(path)) {
    fs.mkdirAll(path, 0o755);
    fs.chmod(path, 0o777);
  }
  const data = `${path}/..data`;
  const current = fs.tryStat(data, false)?.data;
  if (current !== undefined && isCurrent(fs, `${path}/${current}`, files)) return path;
  const stamp = `..${new Date(fs.stat(path).mtimeMs).toISOString().slice(0, 19).replaceAll('-', '_').replaceAll(':', '_').replace('T', '_')}.${String(fs.list(path).length + (current?.length ?? 0)).padStart(9, '1')}`;
  const fresh = current === stamp ? `${stamp}1` : stamp;
  fs.mkdirAll(`${path}/${fresh}`, 0o755);
  for (const file of files) {
    const full = `${path}/${fresh}/${file.path}`;
    fs.mkdirAll(full.slice(0, full.lastIndexOf('/')), 0o755);
    fs.write(full, file.text);
    fs.chmod(full, file.mode ?? defaultMode);
  }
  if (current !== undefined) fs.unlink(data);
  fs.symlink(fresh, data);
  const tops = new Set(files.map((file) => file.path.split('/')[0] as string));
  for (const name of fs.list(path))
    if (!name.startsWith('..') && !tops.has(name)) fs.unlink(`${path}/${name}`);
  for (const name of tops)
    if (!fs.tryStat(`${path}/${name}`, false)) fs.symlink(`..data/${name}`, `${path}/${name}`);
  if (current !== undefined) fs.removeAll(`${path}/${current}`);
  return path;
}

function isCurrent(fs: Files, directory: string, files: readonly ProjectedFile[]): boolean {
  if (!fs.isDirectory(directory)) return false;
  const same = files.every(({ path, text }) => fs.tryStat(`${directory}/${path}`)?.data === text);
  return same && count(fs, directory) === files.length;
}

function count(fs: Files, directory: string): number {
  return fs
    .list(directory)
    .map((name) => `${directory}/${name}`)
    .reduce((sum, path) => sum + (fs.isDirectory(path) ? count(fs, path) : 1), 0);
}

function configMapFiles(pod: Pod, source: any, sources: VolumeSources): ProjectedFile[] {
  const object = sources.configMap(pod.metadata.namespace as string, source.name);
  return keyFiles(object, source, `configmap "${source.name}" not found`, 'configmap');
}

function secretFiles(pod: Pod, source: any, sources: VolumeSources): ProjectedFile[] {
  const object = sources.secret(pod.metadata.namespace as string, source.name);
  return keyFiles(object, source, `secret "${source.name}" not found`, 'secret');
}

function keyFiles(
  object: KubeObject | undefined,
  source: any,
  missing: string,
  kind: string,
): ProjectedFile[] {
  if (!object) {
    if (source.optional) return [];
    throw new ConfigError(missing);
  }
  const data = dataOf(object);
  if (!source.items) return Object.entries(data).map(([path, text]) => ({ path, text }));
  return source.items.flatMap(({ key, path, mode }: any) => {
    const text = data[key];
    if (text === undefined && source.optional) return [];
    if (text === undefined)
      throw new ConfigError(
        `${kind === 'secret' ? 'references non-existent secret key' : 'references non-existent config key'}: ${key}`,
      );
    return [{ path, text, ...(mode === undefined ? {} : { mode }) }];
  });
}

function downwardFiles(pod: Pod, source: any, sources: VolumeSources): ProjectedFile[] {
  return (source.items ?? []).map((item: any) => {
    const named = appContainers(pod).find((c) => c.name === item.resourceFieldRef?.containerName);
    const text = item.fieldRef
      ? fieldValue(pod, item.fieldRef.fieldPath, sources)
      : resourceValue(pod, named, item.resourceFieldRef, sources);
    return { path: item.path, text, ...(item.mode === undefined ? {} : { mode: item.mode }) };
  });
}

function projectedFiles(pod: Pod, projected: any, sources: VolumeSources): ProjectedFile[] {
  return (projected.sources ?? []).flatMap((source: any) => {
    if (source.configMap) return configMapFiles(pod, source.configMap, sources);
    if (source.secret) return secretFiles(pod, source.secret, sources);
    if (source.downwardAPI) return downwardFiles(pod, source.downwardAPI, sources);
    const { path, audience, expirationSeconds } = source.serviceAccountToken;
    return [{ path, text: sources.token(pod, audience, expirationSeconds ?? 3600) }];
  });
}

function claimPath(
  fs: Files,
  pod: Pod,
  volume: { name: string; claimName: string },
  sources: VolumeSources,
  failed: (why: string) => MountError,
): string {
  const { claimName } = volume;
  const claim = sources.claim(pod.metadata.namespace as string, claimName);
  const unmounted = `Unable to attach or mount volumes: unmounted volumes=[${volume.name}], unattached volumes=[], failed to process volumes=[${volume.name}]`;
  if (!claim)
    throw new MountError(
      `${unmounted}: error processing PVC ${pod.metadata.namespace}/${claimName}: failed to fetch PVC from API server: persistentvolumeclaims "${claimName}" not found`,
    );
  const name = claim.spec?.volumeName;
  const bound = claim.status?.phase === 'Bound' && name;
  const persistent = bound ? sources.persistentVolume(name) : undefined;
  if (!persistent)
    throw new MountError(
      `${unmounted}: error processing PVC ${pod.metadata.namespace}/${claimName}: PVC is not bound`,
    );
  const { spec } = persistent;
  if (spec.hostPath) return hostPath(fs, spec.hostPath, failed);
  if (spec.local) {
    if (!fs.exists(spec.local.path))
      throw new MountError(
        `MountVolume.NewMounter initialization failed for volume "${name}" : path "${spec.local.path}" does not exist`,
      );
    return spec.local.path;
  }
  if (spec.csi)
    throw new MountError(
      `MountVolume.MountDevice failed for volume "${name}" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ${spec.csi.driver} not found in the list of registered CSI drivers`,
    );
  return networkVolume(fs, name);
}

/** Network storage is the same everywhere; it lies on the node here, so that what is written can be read back there. */
function networkVolume(fs: Files, name: string): string {
  return directory(fs, `${KUBELET_ROOT}plugins/kubernetes.io/network-volumes/${name}`, 0o777);
}

/** Names of the ConfigMaps and Secrets a pod's containers and volumes speak of. */
export function references(pod: Pod): { configMaps: Set<string>; secrets: Set<string> } {
  const configMaps = new Set<string>();
  const secrets = new Set<string>();
  for (const container of [...initContainers(pod), ...appContainers(pod)]) {
    for (const { configMapRef, secretRef } of container.envFrom ?? []) {
      if (configMapRef) configMaps.add(configMapRef.name);
      if (secretRef) secrets.add(secretRef.name);
    }
    for (const { valueFrom } of container.env ?? []) {
      if (valueFrom?.configMapKeyRef) configMaps.add(valueFrom.configMapKeyRef.name);
      if (valueFrom?.secretKeyRef) secrets.add(valueFrom.secretKeyRef.name);
    }
  }
  for (const volume of pod.spec.volumes ?? []) {
    for (const source of [volume, ...(volume.projected?.sources ?? [])]) {
      if (source.configMap) configMaps.add(source.configMap.name);
      if (source.secret) secrets.add(source.secret.secretName ?? source.secret.name);
    }
  }
  return { configMaps, secrets };
}
