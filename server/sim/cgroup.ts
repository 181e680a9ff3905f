/** How finely the use of CPU is remembered, and how many spans of it. */
const MARK_MS = 5000;
const MARKS = 14;

/**
 * A control group: where CPU time and memory of a set of processes are accounted and limited. The tree mirrors
 * `/sys/fs/cgroup` of a host.
 */
export class Cgroup {
  readonly path: string;
  readonly parent: Cgroup | undefined;
  readonly #now: () => number;
  /** CPU time used before each of the last few spans in which some was used, oldest first. */
  readonly #marks: { readonly atMs: number; readonly cpuMs: number }[] = [];
  readonly children = new Map<string, Cgroup>();
  /** CPU time used by this group and all below it, in ms. */
  cpuMs = 0;
  /** Its part of a busy CPU against its neighbours', as Docker and CRI count it. Without effect. */
  cpuShares: number | undefined;
  /** CPU cores this group may use at once; undefined is no limit. */
  cpuLimit: number | undefined;
  /** Processors that those of this group run on, by number; undefined are those of the group above. */
  cpus: readonly number[] | undefined;
  /** Processes this group and all below it may have; undefined is no limit. */
  pidsLimit: number | undefined;
  /** Processes that were not started because of it. */
  pidsRefused = 0;
  /** Bytes this group may use; undefined is no limit. */
  memoryLimit: number | undefined;
  /** How willingly its memory is swapped out, 0 to 100; and bytes of memory and swap together. Without effect. */
  swappiness = 60;
  swapLimit: number | undefined;
  /** Bytes in use by this group itself, children not counted. */
  memoryBytes = 0;
  /** Processes of this group that were killed because it was over its limit. */
  oomKills = 0;

  constructor(path: string, parent?: Cgroup, now: () => number = () => 0) {
    this.path = path;
    this.parent = parent;
    this.#now = now;
  }

  /** The group `name` below this one, made when it is not there. */
  child(name: string): Cgroup {
    let group = this.children.get(name);
    if (!group) {
      group = new Cgroup(this.path === '/' ? `/${name}` : `${this.path}/${name}`, this, this.#now);
      this.children.set(name, group);
    }
    return group;
  }

  remove(): void {
    this.parent?.children.delete(this.path.slice(this.path.lastIndexOf('/') + 1));
  }

  account(cpuMs: number): void {
    for (let group: Cgroup | undefined = this; group; group = group.parent) {
      group.#mark();
      group.cpuMs += cpuMs;
    }
  }

  /** CPU time that had been used at a moment of the last minute, in ms, to within `MARK_MS`. */
  cpuMsAt(timeMs: number): number {
    return this.#marks.find(({ atMs }) => atMs >= timeMs)?.cpuMs ?? this.cpuMs;
  }

  #mark(): void {
    const atMs = Math.floor(this.#now() / MARK_MS) * MARK_MS;
    if (this.#marks.at(-1)?.atMs === atMs) return;
    this.#marks.push({ atMs, cpuMs: this.cpuMs });
    if (this.#marks.length > MARKS) this.#marks.shift();
  }

  /** The tightest CPU limit on the way to the root, in cores. */
  cores(): number {
    let cores = Number.POSITIVE_INFINITY;
    for (let group: Cgroup | undefined = this; group; group = group.parent) {
      if (group.cpuLimit !== undefined) cores = Math.min(cores, group.cpuLimit);
      if (group.cpus !== undefined) cores = Math.min(cores, group.cpus.length);
    }
    return cores;
  }

  /** Those of a machine's processors that this group may run on. */
  cpusOf(cores: number): readonly number[] {
    for (const { cpus } of this.upwards()) if (cpus !== undefined) return cpus;
    return Array.from({ length: cores }, (_, cpu) => cpu);
  }

  /** The groups from here to the root. */
  *upwards(): Generator<Cgroup> {
    for (let group: Cgroup | undefined = this; group; group = group.parent) yield group;
  }

  /** The nearest group from here to the root that uses more memory than it may. */
  exceeded(): Cgroup | undefined {
    for (let group: Cgroup | undefined = this; group; group = group.parent) {
      if (group.memoryLimit !== undefined && group.totalMemory() > group.memoryLimit) return group;
    }
    return undefined;
  }

  /** Bytes in use by this group and all below it. */
  totalMemory(): number {
    let bytes = this.memoryBytes;
    for (const group of this.children.values()) bytes += group.totalMemory();
    return bytes;
  }
}

/** Processors as the kernel lists them: `0-2,5`. */
export function cpuList(cpus: readonly number[]): string {
  const spans: [first: number, last: number][] = [];
  for (const cpu of [...cpus].sort((a, b) => a - b)) {
    const span = spans.at(-1);
    if (span && span[1] === cpu - 1) span[1] = cpu;
    else spans.push([cpu, cpu]);
  }
  return spans.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

/** The same as bits, in hexadecimal digits. */
export function cpuMask(cpus: readonly number[]): string {
  return cpus.reduce((mask, cpu) => mask | (1n << BigInt(cpu)), 0n).toString(16);
}
