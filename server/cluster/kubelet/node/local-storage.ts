import type { Files } from '../../../host/index.ts';
import type { ContainerRuntime } from '../../client/cri.ts';
import { logDirectory } from '../pods/container-config.ts';
import { appContainers, type Pod, quantity } from '../pods/pod.ts';
import { podDirectory } from '../pods/volumes.ts';

const LIMIT = 'ephemeral-storage';

/** Bytes below a path. */
function bytesBelow(fs: Files, path: string): number {
  const stat = fs.tryStat(path, false);
  if (stat?.type === 'file') return stat.size;
  if (stat?.type !== 'directory') return 0;
  return fs.list(path).reduce((sum, name) => sum + bytesBelow(fs, `${path}/${name}`), 0);
}

function volumeBytes(fs: Files, pod: Pod, name: string): number {
  return bytesBelow(fs, `${podDirectory(pod)}/volumes/kubernetes.io~empty-dir/${name}`);
}

/** On the node's disk, unlike those in memory. */
function emptyDirs({ spec }: Pod): any[] {
  return (spec.volumes ?? []).filter((volume: any) => volume.emptyDir);
}

/** What a container has written to its own files and to its log. */
export function containerBytes(fs: Files, runtime: ContainerRuntime, pod: Pod, name: string): number {
  const own = runtime
    .containersOf(pod.metadata.uid)
    .filter(({ config }) => config.name === name)
    .reduce((sum, { id }) => sum + bytesBelow(fs, runtime.writableLayer(id)), 0);
  return own + bytesBelow(fs, `${logDirectory(pod)}/${name}`);
}

/** What a pod has written to the node's disk. */
export function localBytes(fs: Files, runtime: ContainerRuntime, pod: Pod): number {
  const volumes = emptyDirs(pod).filter(({ emptyDir }) => emptyDir.medium !== 'Memory');
  return (
    volumes.reduce((sum, { name }) => sum + volumeBytes(fs, pod, name), 0) +
    appContainers(pod).reduce((sum, { name }) => sum + containerBytes(fs, runtime, pod, name), 0)
  );
}

/** Why a pod that has written more than it may is ended. Models pkg/kubelet/eviction/eviction_manager.go localStorageEviction. */
export function overLocalLimit(fs: Files, runtime: ContainerRuntime, pod: Pod): string | undefined {
  for (const { name, emptyDir } of emptyDirs(pod))
    if (emptyDir.sizeLimit !== undefined && volumeBytes(fs, pod, name) > quantity(emptyDir.sizeLimit))
      return `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit "${emptyDir.sizeLimit}". `;
  const limits = appContainers(pod).map(({ resources }) => resources?.limits?.[LIMIT]);
  const sum = limits.reduce((total, limit) => total + quantity(limit ?? 0), 0);
  if (sum === 0) return undefined;
  if (!limits.includes(undefined) && localBytes(fs, runtime, pod) > sum)
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${limits.length === 1 ? limits[0] : sum}. `;
  for (const [i, { name }] of appContainers(pod).entries())
    if (limits[i] !== undefined && containerBytes(fs, runtime, pod, name) > quantity(limits[i]))
      return `Container ${name} exceeded its local ephemeral storage limit "${limits[i]}". `;
  return undefined;
}
