import { quoted } from '../core.ts';
import { type Pod, podFullName, podKey } from './pod.ts';
import type { Waiting } from './status.ts';

const inQuotes = (text: string) => `"${quoted(text)}"`;

/** What a look at a pod did not achieve, each time that it does not. Models pkg/kubelet/container/sync_result.go Error. */
export function containerFailures(waiting: ReadonlyMap<string, Waiting>): string | undefined {
  const failures = [...waiting].map(
    ([name, { reason, message = '' }]) =>
      `failed to "StartContainer" for ${inQuotes(name)} with ${reason}: ${inQuotes(message)}`,
  );
  return failures.length > 1 ? `[${failures.join(', ')}]` : failures[0];
}

export function sandboxFailure(pod: Pod, why: string): string {
  const name = inQuotes(podFullName(pod));
  return `failed to "CreatePodSandbox" for ${name} with CreatePodSandboxError: ${inQuotes(`Failed to create sandbox for pod ${name}: ${why}`)}`;
}

/** What each layer says of it before: place and message. */
export function sandboxLines(pod: Pod, why: string): (readonly [place: string, message: string])[] {
  const err = `err=${inQuotes(why)}`;
  const about = `${err} pod="${podKey(pod)}"`;
  return [
    ['log.go:32', `"RunPodSandbox from runtime service failed" ${err}`],
    ['kuberuntime_sandbox.go:70', `"Failed to create sandbox for pod" ${about}`],
    ['kuberuntime_manager.go:1252', `"CreatePodSandbox for pod failed" ${about}`],
  ];
}

/** The same of an image that could not be pulled. */
export function pullLines(image: string, why: string): (readonly [place: string, message: string])[] {
  const about = `err=${inQuotes(why)} image="${image}"`;
  return [
    ['log.go:32', `"PullImage from image service failed" ${about}`],
    ['kuberuntime_image.go:55', `"Failed to pull image" ${about}`],
  ];
}

/** How the journal tells of the whole: place and message. */
export function syncLine(pod: Pod, failure: string): readonly [place: string, message: string] {
  const about = `err=${inQuotes(failure)} pod="${podKey(pod)}" podUID="${pod.metadata.uid}"`;
  return ['pod_workers.go:1301', `"Error syncing pod, skipping" ${about}`];
}
