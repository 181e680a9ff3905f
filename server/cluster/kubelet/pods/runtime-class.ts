import { RuntimeError } from '../../client/cri.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { KubeletCore } from '../core.ts';
import type { Pod } from './pod.ts';

/** Which of containerd's runtimes a pod's class asks for. Models pkg/kubelet/runtimeclass LookupRuntimeHandler. */
export function runtimeHandlerOf(core: KubeletCore, { spec }: Pod): string {
  const name: string | undefined = spec.runtimeClassName;
  if (!name) return '';
  const found = core.attempt(() => core.client?.find<any>(RESOURCES.runtimeclasses, name));
  if (found) return found.handler;
  throw new RuntimeError('Unknown', `failed to lookup runtimeClass: RuntimeClass "${name}" not found`);
}
