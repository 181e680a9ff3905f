import type { ContainerStatus } from '../../client/cri.ts';
import { appContainers, type ContainerSpec, initContainers, isSidecar, type Pod } from './pod.ts';

/**
 * True when nothing of a pod will be started any more: what still runs are sidecars. Models pkg/kubelet/kubelet_pods.go
 * getPhase, where Succeeded and Failed are the end.
 */
export function isOver(pod: Pod, latest: (name: string) => ContainerStatus | undefined): boolean {
  const policy = pod.spec.restartPolicy ?? 'Always';
  if (policy === 'Always') return false;
  const ended = ({ name }: ContainerSpec) => {
    const last = latest(name);
    return last?.state === 'exited' ? last : undefined;
  };
  const failed = (container: ContainerSpec) => (ended(container)?.exitCode ?? 0) !== 0;
  if (policy === 'Never' && initContainers(pod).some((c) => !isSidecar(c) && failed(c))) return true;
  return appContainers(pod).every((c) => ended(c) && (policy === 'Never' || !failed(c)));
}
