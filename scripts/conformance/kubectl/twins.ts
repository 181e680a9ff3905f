import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Snapshot } from '../../../server/exam/world.ts';
import { decode } from '../../../server/host/index.ts';
import { PacedWorld, type Ran } from './paced-world.ts';
import { runReal } from './real-shell.ts';
import { settledFork } from './state.ts';

/** Without what npm adds: `plugin list` tells of every folder. */
const MACHINE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Seconds after which a command line is taken for stuck. */
const LIMIT_SECONDS = 60;

export interface Twins {
  readonly real: Ran;
  readonly ours: Ran;
  /** Seconds by which the world's clock lags behind the wall's: it gives way when the machine is busy. */
  readonly lag: number;
}

/**
 * The real kubectl on this machine and ours in a world, each in a directory of the same name with the same files and
 * kubeconfig. With `apart`, each has a world of its own, and what they change does not meet.
 */
export class TwinShells {
  readonly home = mkdtempSync(join(tmpdir(), 'examlet-twins-'));
  readonly #kubectl: string;
  #served!: PacedWorld;
  #ours!: PacedWorld;

  constructor(kubectl: string) {
    this.#kubectl = kubectl;
  }

  static async start(
    snapshot: Snapshot,
    options: { kubectl: string; files: string; apart: boolean },
  ): Promise<TwinShells> {
    const twins = new TwinShells(options.kubectl);
    const fork = async () => new PacedWorld(await settledFork(snapshot));
    twins.#served = await fork();
    twins.#ours = options.apart ? await fork() : twins.#served;
    const port = await twins.#served.serve();
    twins.#provide(twins.#ours.listen(port), options.files);
    return twins;
  }

  #provide(kubeconfig: string, files: string): void {
    mkdirSync(join(this.home, '.kube'));
    cpSync(files, join(this.home, 'work'), { recursive: true });
    writeFileSync(join(this.home, '.kube', 'config'), kubeconfig, { mode: 0o600 });
    this.#ours.write(join(this.home, '.kube', 'config'), kubeconfig);
    const names = readdirSync(files, { recursive: true, withFileTypes: true });
    for (const entry of names.filter((name) => name.isFile())) {
      const path = join(entry.parentPath, entry.name);
      this.#ours.write(join(this.home, 'work', path.slice(files.length + 1)), decode(readFileSync(path)));
    }
  }

  /** The world whose API the real kubectl talks to. */
  get served(): PacedWorld {
    return this.#served;
  }

  /** The worlds of both sides; one alone where they share it. */
  get worlds(): readonly PacedWorld[] {
    return [...new Set([this.#served, this.#ours])];
  }

  /** Nobody answers the real kubectl any more. */
  async cutOff(): Promise<void> {
    await this.#served.stopServing();
  }

  /** Runs one line by both. */
  async run(line: string): Promise<Twins> {
    const [real, ours] = await Promise.all([this.runOne('real', line), this.runOne('ours', line)]);
    return { real, ours, lag: Math.abs(Date.now() - this.#ours.world.clock.now) / 1000 };
  }

  /** Runs one line by one of them. */
  runOne(side: 'real' | 'ours', line: string): Promise<Ran> {
    const script = `export HOME=${this.home} EDITOR=cat; cd ${join(this.home, 'work')}; ${line}`;
    if (side === 'real') return this.#real(`export PATH=${this.#kubectl}:$PATH; ${script}`);
    return this.#ours.run(`timeout ${LIMIT_SECONDS} bash -c ${quoted(script)}`);
  }

  #real(script: string): Promise<Ran> {
    return runReal(script, LIMIT_SECONDS, { env: { PATH: MACHINE_PATH, LANG: 'C.UTF-8' } });
  }

  async close(): Promise<void> {
    await this.#served.close();
    if (this.#ours !== this.#served) await this.#ours.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
