import type { Files } from '../../../host/index.ts';
import type { ContainerStatus } from '../../client/cri.ts';
import { logDirectory } from './container-config.ts';
import type { ContainerSpec, Pod } from './pod.ts';
import { podDirectory } from './volumes.ts';

const LINKS = '/var/log/containers';
const FILE_LIMIT = 4096;
const LOG_LIMIT = 2048;
const LOG_LINES = 80;

function linkOf(pod: Pod, status: ContainerStatus): string {
  const { name, namespace } = pod.metadata;
  return `${LINKS}/${name}_${namespace}_${status.config.name}-${status.id}.log`;
}

export function linkLog(fs: Files, pod: Pod, status: ContainerStatus): void {
  fs.mkdirAll(LINKS, 0o755);
  const link = linkOf(pod, status);
  if (!fs.tryStat(link, false)) fs.symlink(status.logPath, link);
}

export function removeLog(fs: Files, pod: Pod, status: ContainerStatus): void {
  fs.removeAll(status.logPath);
  fs.removeAll(linkOf(pod, status));
}

/** All logs of a pod that is gone, and the links to them. */
export function removeLogs(fs: Files, pod: Pod): void {
  fs.removeAll(logDirectory(pod));
  if (!fs.isDirectory(LINKS)) return;
  const mine = `${pod.metadata.name}_${pod.metadata.namespace}_`;
  for (const name of fs.list(LINKS))
    if (name.startsWith(mine) && !fs.exists(`${LINKS}/${name}`)) fs.unlink(`${LINKS}/${name}`);
}

/** What a container leaves behind as its last words. Models pkg/kubelet/kuberuntime getTerminationMessage. */
export function terminationMessage(
  fs: Files,
  pod: Pod,
  container: ContainerSpec,
  status: ContainerStatus,
  isLatest: boolean,
): string {
  const file = `${podDirectory(pod)}/containers/${container.name}/termination`;
  const text = isLatest && fs.isFile(file) ? fs.read(file) : '';
  const toLogs = container.terminationMessagePolicy === 'FallbackToLogsOnError' && status.exitCode !== 0;
  if (text !== '' || !toLogs) return text.slice(0, FILE_LIMIT);
  const log = fs.isFile(status.logPath) ? fs.read(status.logPath) : '';
  const lines = log.split('\n').slice(-LOG_LINES - 1);
  return lines
    .map((line) => line.split(' ').slice(3).join(' '))
    .join('\n')
    .slice(-LOG_LIMIT);
}
