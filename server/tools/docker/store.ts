import type { Files } from '../../host/index.ts';
import type { EngineContainer, EngineNetwork, EngineVolume } from './model.ts';

const ROOT = '/var/lib/docker';
const NETWORKS = `${ROOT}/network/files/networks.json`;

/** What dockerd keeps on the disk. */
export class EngineStore {
  readonly #fs: Files;

  constructor(fs: Files) {
    this.#fs = fs;
    for (const directory of [
      'containers',
      'volumes',
      'image',
      'overlay2',
      'network/files',
      'buildkit',
      'plugins',
      'swarm',
      'tmp',
      'runtimes',
    ])
      fs.mkdirAll(`${ROOT}/${directory}`, 0o710);
  }

  containers(): EngineContainer[] {
    return this.#fs
      .list(`${ROOT}/containers`)
      .map((id) => `${ROOT}/containers/${id}/config.v2.json`)
      .filter((file) => this.#fs.isFile(file))
      .map((file) => JSON.parse(this.#fs.read(file)) as EngineContainer)
      .sort((a, b) => b.createdAt - a.createdAt);
  }

  save(container: EngineContainer): void {
    const directory = this.directory(container.id);
    this.#fs.mkdirAll(directory, 0o710);
    this.#fs.write(`${directory}/config.v2.json`, JSON.stringify(container), 0o600);
  }

  remove(id: string): void {
    this.#fs.removeAll(this.directory(id));
  }

  directory(id: string): string {
    return `${ROOT}/containers/${id}`;
  }

  /** The networks that were made; the three that are always there are the engine's. */
  networks(): EngineNetwork[] {
    return this.#fs.isFile(NETWORKS) ? (JSON.parse(this.#fs.read(NETWORKS)) as EngineNetwork[]) : [];
  }

  saveNetworks(networks: readonly EngineNetwork[]): void {
    this.#fs.write(NETWORKS, JSON.stringify(networks), 0o600);
  }

  volumes(): EngineVolume[] {
    return this.#fs
      .list(`${ROOT}/volumes`)
      .filter((name) => this.#fs.isDirectory(this.volumePath(name)))
      .map((name) => ({ name, createdAt: this.#fs.stat(this.volumePath(name)).mtimeMs }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Where a volume's files lie; made when it is not there. */
  makeVolume(name: string): string {
    const path = this.volumePath(name);
    this.#fs.mkdirAll(path, 0o755);
    return path;
  }

  removeVolume(name: string): void {
    this.#fs.removeAll(`${ROOT}/volumes/${name}`);
  }

  volumePath(name: string): string {
    return `${ROOT}/volumes/${name}/_data`;
  }
}
