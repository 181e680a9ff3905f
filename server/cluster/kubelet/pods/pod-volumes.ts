import { quoted } from '../core.ts';
import { backoffText } from './crash-backoff.ts';
import { type Pod, podKey } from './pod.ts';
import { MountError, setUpVolumes, tearDownVolumes } from './volumes.ts';
import type { PodView } from './worker-host.ts';

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 122_000;

/** The volumes of one pod on its node, tried again for as long as one cannot be mounted. */
export class PodVolumes {
  /** Directory of each. */
  directories: ReadonlyMap<string, string> = new Map();
  readonly #view: PodView;
  #retryMs = FIRST_RETRY_MS;
  #isAnnounced = false;

  constructor(view: PodView) {
    this.#view = view;
  }

  /** Returns when to try again; undefined: all are there. */
  setUp(): number | undefined {
    const { kubelet, pod, podIp } = this.#view;
    const { now } = kubelet.clock;
    try {
      this.directories = setUpVolumes(kubelet.host.init.fs, pod, kubelet.sources(podIp));
      this.#retryMs = FIRST_RETRY_MS;
      return undefined;
    } catch (error) {
      if (!(error instanceof MountError)) throw error;
      this.#view.event('Warning', 'FailedMount', error.message);
      const retryMs = this.#retryMs;
      const [, kind = '', name] = /: (configmap|secret) "([^"]*)" not found$/.exec(error.message) ?? [];
      const source = SOURCES[kind];
      if (source)
        kubelet.log(
          'E',
          source.place,
          `Couldn't get ${source.kind} ${pod.metadata.namespace}/${name}: ${kind} "${name}" not found`,
        );
      kubelet.log('E', 'nestedpendingoperations.go:348', failure(pod, error.message, { now, retryMs }));
      this.#retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
      return now + retryMs;
    }
  }

  /** The pod comes to this node. Models pkg/kubelet/volumemanager/reconciler/reconciler_common.go. */
  announce(): void {
    const { kubelet, pod } = this.#view;
    if (this.#isAnnounced || kubelet.hollow) return;
    this.#isAnnounced = true;
    for (const { name } of pod.spec.volumes ?? []) {
      const text = `operationExecutor.VerifyControllerAttachedVolume started for volume "${name}" ${identity(pod, name)} `;
      kubelet.log('I', 'reconciler_common.go:251', `"${quoted(text)}" pod="${podKey(pod)}"`);
    }
  }

  tearDown(): void {
    const { kubelet, pod } = this.#view;
    tearDownVolumes(kubelet.host.init.fs, pod);
  }
}

/** Where in the kubelet it is told that what a volume is made of is not there. */
const SOURCES: Readonly<Record<string, { place: string; kind: string }>> = {
  configmap: { place: 'configmap.go:193', kind: 'configMap' },
  secret: { place: 'secret.go:189', kind: 'secret' },
};

const PLUGINS: Readonly<Record<string, string>> = {
  configMap: 'configmap',
  downwardAPI: 'downward-api',
  emptyDir: 'empty-dir',
  hostPath: 'host-path',
  projected: 'projected',
  secret: 'secret',
};

/** The name by which a kubelet's volume manager knows a volume of a pod. */
function uniqueVolumeName(pod: Pod, name: string): string {
  const volume = (pod.spec.volumes ?? []).find((one: { name: string }) => one.name === name) ?? {};
  const kind = Object.keys(volume).find((key) => key !== 'name') ?? '';
  return `kubernetes.io/${PLUGINS[kind] ?? 'local-volume'}/${pod.metadata.uid}-${name}`;
}

/** Models pkg/volume/util/nestedpendingoperations, which puts a volume that failed off for longer each time. */
function failure(pod: Pod, message: string, at: { now: number; retryMs: number }): string {
  const name = /volume "([^"]*)"/.exec(message)?.[1] ?? '';
  const unique = uniqueVolumeName(pod, name);
  const until = new Date(at.now + at.retryMs).toISOString().replace('T', ' ').replace('Z', '');
  return `Operation for "{volumeName:${unique} podName:${pod.metadata.uid} nodeName:}" failed. No retries permitted until ${until}000000 +0000 UTC (durationBeforeRetry ${backoffText(at.retryMs)}). Error: ${message.replace(`volume "${name}" `, `volume "${name}" ${identity(pod, name)} `)}`;
}

function identity(pod: Pod, name: string): string {
  return `(UniqueName: "${uniqueVolumeName(pod, name)}") pod "${pod.metadata.name}" (UID: "${pod.metadata.uid}")`;
}
