import { bootWorld, forkWorld, type MakeOptions, type WorldBuilder } from '../boot.ts';
import { type Catalog, labOf } from '../catalog.ts';
import type { Lab } from '../lab.ts';
import type { SavedWorld, WorldRecords } from '../records.ts';
import { prepareTask, type TaskStart } from '../task.ts';
import { loadTopology } from '../topology.ts';
import type { Snapshot, World } from '../world.ts';

export interface OpeningOptions {
  builder: WorldBuilder;
  labsDirectory: string;
  catalog: Catalog;
  records: WorldRecords;
  /** Changes with the product, so that worlds are not forked from what another version booted. */
  buildId: string;
  /** The wall's time: worlds start at it. */
  nowMs: () => number;
}

/** How long a cluster claims to have been up when a task begins. */
const CLUSTER_AGE_MS = 30 * 60_000;

/** Makes worlds: boots topologies and prepares tasks once, forks them, and wakes those that were saved. */
export class Opening {
  readonly #options: OpeningOptions;
  readonly #booted = new Map<string, Promise<Snapshot>>();
  readonly #starts = new Map<string, Promise<TaskStart>>();

  constructor(options: OpeningOptions) {
    this.#options = options;
  }

  /** The state that every attempt at a lab begins in. */
  start(labId: string): Promise<TaskStart> {
    const lab = labOf(this.#options.catalog, labId);
    const id = this.#startId(lab);
    let start = this.#starts.get(id);
    if (!start) {
      start = this.#findOrPrepare(lab, id);
      start.catch(() => this.#starts.delete(id));
      this.#starts.set(id, start);
    }
    return start;
  }

  /** The world of that id as it was saved, or a new one at the start of the lab. */
  async open(id: string, labId: string): Promise<{ world: World; start: TaskStart }> {
    const saved = this.#options.records.wakeWorld(id);
    if (saved) return this.#wake(id, saved, labOf(this.#options.catalog, labId));
    return this.create(id, labId);
  }

  /** A new world at the start of the lab, instead of the old one if there is one. */
  async create(id: string, labId: string): Promise<{ world: World; start: TaskStart }> {
    const { builder, records } = this.#options;
    const start = await this.start(labId);
    const options = this.#makeOptions(id);
    records.createWorld(id, this.#startId(start.lab), Math.max(options.startMs, start.snapshot.now));
    return { world: await forkWorld(builder, start.snapshot, options), start };
  }

  async #wake(id: string, saved: SavedWorld, lab: Lab): Promise<{ world: World; start: TaskStart }> {
    const { records, builder } = this.#options;
    const stored = records.start(saved.startId);
    if (!stored) throw new Error(`the start of world ${id} is gone`);
    const start = { ...stored, lab };
    const world = await forkWorld(
      builder,
      stored.snapshot,
      { ...this.#makeOptions(`${id}/${saved.wakes}`), startMs: saved.now },
      saved,
    );
    return { world, start };
  }

  #makeOptions(seed: string): MakeOptions {
    return {
      seed,
      startMs: this.#options.nowMs(),
      onCrash: (host, error) => {
        console.error(`examlet: a program on ${host.hostname} crashed:`, error);
      },
    };
  }

  async #findOrPrepare(lab: Lab, id: string): Promise<TaskStart> {
    const { records, builder } = this.#options;
    const stored = records.start(id);
    if (stored) return { ...stored, lab };
    const start = await prepareTask(builder, await this.#boot(lab.topology), lab, {
      ...this.#makeOptions(id),
      // Setup takes virtual time as well.
      startMs: this.#options.nowMs() - CLUSTER_AGE_MS / 2,
    });
    records.saveStart(id, { snapshot: start.snapshot, baseline: start.baseline });
    return start;
  }

  #boot(name: string): Promise<Snapshot> {
    const known = this.#booted.get(name);
    if (known) return known;
    const { builder, labsDirectory } = this.#options;
    const topology = loadTopology(labsDirectory, name);
    // Started in the past, so that the boot's own time does not put worlds ahead of the wall.
    const options = { ...this.#makeOptions(name), startMs: this.#options.nowMs() - CLUSTER_AGE_MS };
    const booted = bootWorld(builder, topology, options).then((world) => {
      const snapshot = world.snapshot();
      world.close();
      return snapshot;
    });
    booted.catch(() => this.#booted.delete(name));
    this.#booted.set(name, booted);
    return booted;
  }

  #startId(lab: Lab): string {
    return `${lab.id}@${this.#options.buildId}-${lab.version}`;
  }
}
