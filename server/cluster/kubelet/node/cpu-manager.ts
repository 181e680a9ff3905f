import type { Files } from '../../../host/index.ts';
import { quantity } from '../pods/pod.ts';

const STATE = '/var/lib/kubelet/cpu_manager_state';

interface CpuSettings {
  readonly cpuManagerPolicy: string;
  readonly reserved: readonly Readonly<Record<string, string>>[];
}

/** Why the manager of processors cannot be made. Models pkg/kubelet/cm/cpumanager/cpu_manager.go NewManager */
export function cpuManagerProblem({ cpuManagerPolicy: policy, reserved }: CpuSettings): string | undefined {
  if (policy === 'none') return undefined;
  if (policy !== 'static') return `unknown policy: "${policy}"`;
  const kept = reserved.reduce((sum, { cpu = '0' }) => sum + quantity(cpu), 0);
  return kept > 0
    ? undefined
    : '[cpumanager] the static policy requires systemreserved.cpu + kubereserved.cpu to be greater than zero';
}

/** Why it cannot go on from what it has written down. Models pkg/kubelet/cm/cpumanager/state/state_checkpoint.go */
export function cpuStateProblem(fs: Files, { cpuManagerPolicy: policy }: CpuSettings): string | undefined {
  const [, before] = fs.isFile(STATE) ? (/"policyName":"(\w+)"/.exec(fs.read(STATE)) ?? []) : [];
  if (before !== undefined && before !== policy)
    return `start cpu manager error: could not restore state from checkpoint: configured policy "${policy}" differs from state checkpoint policy "${before}", please drain this node and delete the CPU manager checkpoint file "${STATE}" before restarting Kubelet`;
  return policy === 'none' ? undefined : `start cpu manager error: policy "${policy}" is not simulated`;
}
