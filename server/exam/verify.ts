import type { Report } from '../../graders/report.ts';
import { bootWorld, forkWorld, type WorldBuilder } from './boot.ts';
import { type Lab, pointsOf } from './lab.ts';
import { runScript } from './shell-run.ts';
import { gradeTask, prepareTask, type TaskStart } from './task.ts';
import { loadTopology } from './topology.ts';
import type { Snapshot } from './world.ts';

/** One proof of a lab: a script, and the points it must get. */
export interface Proof {
  readonly name: string;
  readonly seed: string;
  readonly expected: number;
  readonly earned: number;
  readonly report: Report;
  /** What the script printed, when it failed. */
  readonly output: string;
}

export interface VerifyOptions {
  builder: WorldBuilder;
  labsDirectory: string;
  startMs: number;
  seeds: readonly string[];
}

/** Proves labs: the untouched world gets its baseline, the solution all points, every mistake its declared score. */
export class Verifier {
  readonly #options: VerifyOptions;
  readonly #booted = new Map<string, Snapshot>();

  constructor(options: VerifyOptions) {
    this.#options = options;
  }

  async verify(lab: Lab): Promise<Proof[]> {
    const all = pointsOf(lab);
    const proofs: Proof[] = [];
    for (const seed of this.#options.seeds) {
      const start = await this.#start(lab, seed);
      proofs.push(await this.#prove(start, seed, 'untouched', undefined, lab.baseline));
      proofs.push(await this.#prove(start, seed, 'solution', lab.solution, all));
      for (const [name, script] of lab.mistakeScripts) {
        proofs.push(await this.#prove(start, seed, name, script, lab.mistakes[name] as number));
      }
    }
    return proofs;
  }

  async #start(lab: Lab, seed: string): Promise<TaskStart> {
    const { builder, startMs } = this.#options;
    return prepareTask(builder, await this.#boot(lab.topology), lab, { seed, startMs });
  }

  async #boot(name: string): Promise<Snapshot> {
    const { builder, labsDirectory, startMs } = this.#options;
    let snapshot = this.#booted.get(name);
    if (!snapshot) {
      const world = await bootWorld(builder, loadTopology(labsDirectory, name), { seed: name, startMs });
      snapshot = world.snapshot();
      world.close();
      this.#booted.set(name, snapshot);
    }
    return snapshot;
  }

  async #prove(
    start: TaskStart,
    seed: string,
    name: string,
    script: string | undefined,
    expected: number,
  ): Promise<Proof> {
    const options = { seed: `${seed}/${name}`, startMs: this.#options.startMs };
    const world = await forkWorld(this.#options.builder, start.snapshot, options);
    let output = '';
    const say = (text: string) => {
      output += text;
    };
    if (script !== undefined) await runScript(world, script, { out: say, err: say });
    const report = await gradeTask(this.#options.builder, world.snapshot(), start, options);
    world.close();
    return { name, seed, expected, earned: report.earned, report, output };
  }
}
