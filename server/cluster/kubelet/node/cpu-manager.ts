import type { Files } from '../../../host/index.ts';
import { cpuList } from '../../../sim/index.ts';
import type { ContainerRuntime } from '../../client/cri.ts';
import { cpusIn } from '../config-checks.ts';
import { containerResources } from '../pods/cgroups.ts';
import {
  appContainers,
  type ContainerSpec,
  initContainers,
  isSidecar,
  type Pod,
  qosOf,
  quantity,
} from '../pods/pod.ts';
import type { PodView } from '../pods/worker-host.ts';

const STATE = '/var/lib/kubelet/cpu_manager_state';

interface CpuSettings {
  readonly cpuManagerPolicy: string;
  readonly reserved: readonly Readonly<Record<string, string>>[];
  /** The configuration as it was given. */
  readonly effective: any;
}

/** Why the manager of processors cannot be made. Models pkg/kubelet/cm/cpumanager/cpu_manager.go NewManager */
export function cpuManagerProblem(settings: CpuSettings): string | undefined {
  const { cpuManagerPolicy: policy } = settings;
  if (policy === 'none') return undefined;
  if (policy !== 'static') return `unknown policy: "${policy}"`;
  return reservedCpus(settings) > 0
    ? undefined
    : '[cpumanager] the static policy requires systemreserved.cpu + kubereserved.cpu to be greater than zero';
}

/** Why it cannot go on from what it has written down. Models pkg/kubelet/cm/cpumanager/state/state_checkpoint.go */
export function cpuStateProblem(fs: Files, { cpuManagerPolicy: policy }: CpuSettings): string | undefined {
  const [, before] = fs.isFile(STATE) ? (/"policyName":"(\w+)"/.exec(fs.read(STATE)) ?? []) : [];
  return before === undefined || before === policy
    ? undefined
    : `start cpu manager error: could not restore state from checkpoint: configured policy "${policy}" differs from state checkpoint policy "${before}", please drain this node and delete the CPU manager checkpoint file "${STATE}" before restarting Kubelet`;
}

function reservedCpus({ reserved }: CpuSettings): number {
  return reserved.reduce((sum, { cpu = '0' }) => sum + quantity(cpu), 0);
}

/** Processors of each container of a pod that has some for itself, by its name. */
type Exclusive = Readonly<Record<string, readonly number[]>>;

/**
 * Gives containers of guaranteed pods that ask for whole processors some of their own; the others share what is left.
 * Models pkg/kubelet/cm/cpumanager policy_static.go
 */
export class CpuManager {
  readonly isStatic: boolean;
  readonly #fs: Files;
  readonly #cores: number;
  /** Never anybody's own. */
  readonly #reserved: readonly number[];
  readonly #owners = new Map<string, Exclusive>();

  constructor(fs: Files, settings: CpuSettings, cores: number) {
    this.#fs = fs;
    this.#cores = cores;
    this.isStatic = settings.cpuManagerPolicy === 'static';
    const named = cpusIn(settings.effective.reservedSystemCPUs ?? '');
    this.#reserved = named ?? this.#all.slice(0, Math.ceil(reservedCpus(settings)));
    const entries = fs.isFile(STATE) ? entriesIn(fs.read(STATE)) : {};
    for (const [uid, own] of Object.entries(entries)) this.#owners.set(uid, own);
    this.#write();
  }

  /** On which a container may run; undefined: on all. */
  cpusOf(pod: Pod, { name }: ContainerSpec): readonly number[] | undefined {
    return this.isStatic ? (this.#owners.get(pod.metadata.uid)?.[name] ?? this.#shared) : undefined;
  }

  /** Takes processors for a pod that begins; returns why it cannot have them. What pods that are gone had is free. */
  allocate(pod: Pod, isThere: (uid: string) => boolean): string | undefined {
    if (!this.isStatic || this.#owners.has(pod.metadata.uid)) return undefined;
    for (const uid of this.#owners.keys()) if (!isThere(uid)) this.#owners.delete(uid);
    const free = this.#shared.filter((cpu) => !this.#reserved.includes(cpu));
    const own: Record<string, readonly number[]> = {};
    // What an init container had is there again for those after it.
    let reusable: readonly number[] = [];
    for (const container of [...initContainers(pod), ...appContainers(pod)]) {
      const wanted = wholeCpus(pod, container);
      if (wanted === 0) continue;
      const from = [...reusable, ...free.filter((cpu) => !reusable.includes(cpu))];
      if (from.length < wanted)
        return `not enough cpus available to satisfy request: requested=${wanted}, available=${from.length}`;
      const taken = from.slice(0, wanted);
      own[container.name] = taken;
      for (const cpu of taken) if (free.includes(cpu)) free.splice(free.indexOf(cpu), 1);
      const passes = initContainers(pod).includes(container) && !isSidecar(container);
      reusable = passes
        ? [...new Set([...reusable, ...taken])]
        : reusable.filter((cpu) => !taken.includes(cpu));
    }
    if (Object.keys(own).length > 0) this.#owners.set(pod.metadata.uid, own);
    this.#write();
    return undefined;
  }

  release(uid: string): void {
    if (this.#owners.delete(uid)) this.#write();
  }

  /** Those who share processors hear which are left. */
  share(runtime: ContainerRuntime | undefined, pods: Iterable<Pick<PodView, 'pod' | 'containers'>>): void {
    if (!this.isStatic) return;
    for (const { pod, containers } of pods)
      for (const { id, state, config } of containers) {
        const spec = [...appContainers(pod), ...initContainers(pod)].find(({ name }) => name === config.name);
        if (state !== 'running' || !spec) continue;
        runtime?.updateContainerResources(id, { ...containerResources(spec), cpus: this.cpusOf(pod, spec) });
      }
  }

  get #all(): number[] {
    return Array.from({ length: this.#cores }, (_, cpu) => cpu);
  }

  get #shared(): number[] {
    const taken = new Set([...this.#owners.values()].flatMap((own) => Object.values(own).flat()));
    return this.#all.filter((cpu) => !taken.has(cpu));
  }

  #write(): void {
    const entries = Object.fromEntries(
      [...this.#owners].map(([uid, own]) => [
        uid,
        Object.fromEntries(Object.entries(own).map(([name, cpus]) => [name, cpuList(cpus)])),
      ]),
    );
    const state = {
      policyName: this.isStatic ? 'static' : 'none',
      defaultCpuSet: this.isStatic ? cpuList(this.#shared) : '',
      ...(this.#owners.size > 0 ? { entries } : {}),
    };
    const text = JSON.stringify({ ...state, checksum: checksum(JSON.stringify(state)) });
    if (this.#fs.isFile(STATE) && this.#fs.read(STATE) === text) return;
    this.#fs.mkdirAll(STATE.slice(0, STATE.lastIndexOf('/')));
    this.#fs.write(STATE, text, 0o600);
  }
}

/** Processors that a container has for itself alone. */
function wholeCpus(pod: Pod, { resources }: ContainerSpec): number {
  const cpus = quantity(resources?.requests?.cpu ?? 0);
  return qosOf(pod) === 'Guaranteed' && Number.isInteger(cpus) ? cpus : 0;
}

function entriesIn(text: string): Record<string, Exclusive> {
  try {
    const { entries = {} } = JSON.parse(text);
    return Object.fromEntries(
      Object.entries<Record<string, string>>(entries).map(([uid, own]) => [
        uid,
        Object.fromEntries(Object.entries(own).map(([name, cpus]) => [name, cpusIn(cpus) ?? []])),
      ]),
    );
  } catch {
    return {};
  }
}

/** What the kubelet writes with the policy none; others are a sum of our own. */
const NONE_CHECKSUM = 1_353_318_690;

function checksum(text: string): number {
  if (text.includes('"none"')) return NONE_CHECKSUM;
  let sum = 0x811c9dc5;
  for (const byte of Buffer.from(text)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum;
}
