import type { Steps } from '../../../sim/index.ts';
import { type ContainerSpec, type Pod, podFullName } from './pod.ts';
import { type ProbeResult, type ProbeTarget, runHandler } from './probes.ts';

/** A hook of a container's life, run once: any answer of a server will do. Models pkg/kubelet/lifecycle/handlers.go Run */
export function* runHook(hook: any, target: ProbeTarget, timeoutMs: number): Steps<ProbeResult> {
  if (hook.tcpSocket) return { ok: false, output: 'Cannot run handler: invalid handler' };
  const result = yield* runHandler(hook, target, timeoutMs);
  return result.answered ? { ...result, ok: true } : result;
}

/** What the kubelet writes about a hook that failed. */
export function hookFailure(hook: any, { name }: ContainerSpec, pod: Pod, result: ProbeResult): string {
  const { output, exitCode } = result;
  const failed = `for Container "${name}" in Pod "${podFullName(pod)}" failed - error:`;
  if (hook.exec) {
    const command = (hook.exec.command ?? []).join(' ');
    const error = exitCode === undefined ? output : `command '${command}' exited with ${exitCode}: ${output}`;
    return `Exec lifecycle hook ([${command}]) ${failed} ${error}, message: ${JSON.stringify(output)}`;
  }
  return hook.httpGet ? `HTTP lifecycle hook (${hook.httpGet.path ?? ''}) ${failed} ${output}` : output;
}
