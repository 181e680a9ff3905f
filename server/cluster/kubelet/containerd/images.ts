import { type Host, resolverTrouble } from '../../../host/index.ts';
import { WaitQueue } from '../../../sim/index.ts';
import {
  type ImageStatus,
  type Pull,
  type Registries,
  type RegistryAuth,
  RuntimeError,
  UNPACKED,
} from '../../client/cri.ts';
import {
  ANYTHING,
  IMAGES,
  type Image,
  loginProblem,
  PullError,
  parseReference,
  Registry,
  unreachedRegistry,
} from '../../images/index.ts';
import { layeredDisk } from './layers.ts';
import type { MadeImage, Records } from './records.ts';

/** Virtual time that pulls take, over a fast line to a near registry: to begin with, and for each MB. */
const PULL_BASE_MS = 200;
const PULL_MS_PER_MB = 3;
const PULL_MAX_MS = 1500;
const PULL_SPREAD_MS = 100;

/** All registries, the same for every world. */
const REGISTRY = new Registry(IMAGES);
const SHELL_IMAGES = ['busybox', 'alpine', 'debian', 'ubuntu'];
/** Those of a hollow node: they know every image. */
const EVERYTHING = new Registry(
  IMAGES.filter(
    ({ repository }) => SHELL_IMAGES.includes(repository) || /^registry\.k8s\.io|flannel/.test(repository),
  ),
  ANYTHING,
);

interface Resolved {
  readonly image: Image | undefined;
  readonly error: string | undefined;
}

type Pulling = { -readonly [name in keyof Pull]: Pull[name] };

/** The images of a node: those on its disk, and those on their way to it. */
export class Images implements Registries {
  readonly #host: Host;
  readonly #hollow: boolean;
  readonly #registry: Registry;
  readonly #records: Records;
  readonly #pulls = new Map<string, Pulling>();
  readonly #pinned: string | undefined;
  #closed = false;

  constructor(host: Host, records: Records, hollow: boolean, sandboxImage: string | undefined) {
    this.#pinned = sandboxImage && parseReference(sandboxImage)?.full;
    this.#host = host;
    this.#records = records;
    this.#hollow = hollow;
    this.#registry = hollow ? EVERYTHING : REGISTRY;
    this.#occupy();
  }

  close(): void {
    this.#closed = true;
    for (const pull of this.#pulls.values()) {
      pull.done = true;
      pull.error = 'rpc error: code = Unavailable desc = error reading from server: EOF';
      pull.finished.notify();
    }
  }

  pull(name: string, auth?: RegistryAuth): Pull {
    const key = [parseReference(name)?.full ?? name, auth?.username, auth?.password].join(' ');
    const running = this.#pulls.get(key);
    if (running) return running;
    const pull: Pulling = { done: false, error: undefined, finished: new WaitQueue() };
    const { image, error } = this.#resolved(() => this.#fetched(name, auth));
    const present = image !== undefined && this.#records.images.has(image.reference);
    const takes = this.#hollow ? 0 : pullTime(present ? undefined : image, this.#host.random.next());
    const finish = () => {
      if (this.#closed) return;
      this.#pulls.delete(key);
      pull.done = true;
      pull.error = error ?? (image && (this.#roomProblem(image) ?? this.#unpackProblem(image)));
      if (image && pull.error === undefined) this.#keep(image);
      pull.finished.notify();
    };
    if (takes === 0) finish();
    else {
      this.#pulls.set(key, pull);
      this.#host.clock.after(takes, finish);
    }
    return pull;
  }

  /** The image of sandboxes is fetched when the first of them needs it. Throws RuntimeError. */
  needSandboxImage(name: string): void {
    const { image, error } = this.#resolve(name);
    if (image) {
      this.#keep(image);
      return;
    }
    const [, code = 'Unknown', why = error] =
      /^rpc error: code = (\w+) desc = (.*)$/s.exec(error ?? '') ?? [];
    const message = `failed to get sandbox image "${name}": failed to pull image "${name}": ${why}`;
    throw new RuntimeError(code === 'NotFound' ? 'NotFound' : 'Unknown', message);
  }

  status(name: string): ImageStatus | undefined {
    const image = this.local(name);
    return image && imageStatus(image, this.#pinned);
  }

  list(): ImageStatus[] {
    return [...this.#records.images].sort().map((name) => imageStatus(this.known(name), this.#pinned));
  }

  remove(name: string): void {
    const image = this.local(name);
    if (!image || !this.#records.images.delete(image.reference)) {
      throw new RuntimeError('NotFound', `failed to resolve image "${name}": not found`);
    }
    this.#records.made.delete(image.reference);
    this.#save();
  }

  /** The image of that name, if it is on the node. `sha256:…` names one by its id. */
  local(name: string): Image | undefined {
    if (/^(sha256:)?[0-9a-f]{12,64}$/.test(name)) {
      const id = name.replace(/^sha256:/, '');
      const found = [...this.#records.images].map((image) => this.known(image));
      return found.find((image) => image.id.startsWith(`sha256:${id}`));
    }
    const { image } = this.#resolve(name);
    return image && this.#records.images.has(image.reference) ? image : undefined;
  }

  /** An image that something on the node was made from, though its name may have been removed since. */
  known(name: string): Image {
    const made = this.#records.made.get(parseReference(name)?.full ?? name);
    return made ? this.#madeImage(made) : this.#registry.resolve(name);
  }

  /** Gives an image one more name. */
  tag(name: string, target: string): void {
    const image = this.local(name);
    const reference = parseReference(target)?.full;
    if (!image) throw new RuntimeError('NotFound', `No such image: ${name}`);
    if (!reference) throw new RuntimeError('InvalidArgument', `invalid reference format`);
    this.add({
      reference,
      id: image.id,
      base: image.made?.base ?? image.reference,
      layers: image.made?.layers ?? [],
      config: image.config,
      sizeBytes: image.sizeBytes,
    });
  }

  loginProblem(server: string, account: RegistryAuth): string | undefined {
    return loginProblem(server, account);
  }

  /** Keeps an image that was made here, so that it can be pulled again when it was removed. */
  push(name: string): void {
    const made = this.#records.made.get(this.local(name)?.reference ?? '');
    if (!made) return;
    this.#records.pushed.set(made.reference, made);
    this.#records.savePushed();
  }

  /** Makes an image of another one and what was changed. Returns its id. */
  derive(
    name: string,
    made: {
      id: string;
      reference: string;
      config: MadeImage['config'];
      layer: { path: string; bytes: number } | undefined;
    },
  ): string {
    const from = this.known(name);
    const { reference, config, layer } = made;
    const id = `sha256:${made.id}`;
    this.add({
      reference,
      id,
      config,
      base: from.made?.base ?? from.reference,
      layers: [...(from.made?.layers ?? []), ...(layer ? [layer.path] : [])],
      sizeBytes: from.sizeBytes + Math.round((layer?.bytes ?? 0) / UNPACKED),
    });
    return id;
  }

  /** An image that was made here. */
  add(made: MadeImage): void {
    this.#records.images.add(made.reference);
    this.#records.made.set(made.reference, made);
    this.#save();
  }

  #madeImage(made: MadeImage): Image {
    const base = this.#registry.resolve(made.base);
    const { repository = '', tag = '' } = parseReference(made.reference) ?? {};
    const { reference, id, config, sizeBytes } = made;
    return { ...base, reference, repository, tag, id, config, sizeBytes, made };
  }

  #save(): void {
    this.#records.saveImages();
    this.#occupy();
  }

  /** Layers take their place on the disk. */
  #occupy(): void {
    if (this.#hollow) return;
    const bytes = this.list().reduce((sum, { size }) => sum + size, 0);
    this.#host.disk.occupy(`images ${this.#records.namespace}`, bytes);
  }

  /** From a registry, unless it was made here. */
  #fetched(name: string, auth: RegistryAuth | undefined): Image {
    const reference = parseReference(name);
    const full = reference?.full ?? name;
    const made = this.#records.made.get(full);
    if (made) return this.#madeImage(made);
    const pushed = this.#records.pushed.get(full);
    if (pushed) return this.#madeImage(pushed);
    const trouble = (host: string) => resolverTrouble(this.#host.init, host);
    const unreached = reference && !this.#hollow && unreachedRegistry(reference, trouble);
    if (unreached) throw unreached;
    return this.#registry.fetch(name, auth);
  }

  #resolve(name: string): Resolved {
    return this.#resolved(() => this.known(name));
  }

  #resolved(find: () => Image): Resolved {
    try {
      return { image: find(), error: undefined };
    } catch (error) {
      if (error instanceof PullError) return { image: undefined, error: error.shown };
      throw error;
    }
  }

  #roomProblem({ reference, sizeBytes, digest }: Image): string | undefined {
    const { bytes, usedBytes } = this.#host.disk.usage();
    if (this.#hollow || this.#records.images.has(reference) || usedBytes + sizeBytes <= bytes)
      return undefined;
    const layer = `/var/lib/containerd/io.containerd.content.v1.content/ingest/${digest.slice(-64)}/data`;
    return `rpc error: code = Unknown desc = failed to pull and unpack image "${reference}": failed to copy: write ${layer}: no space left on device`;
  }

  /** What goes wrong as an image's files are put together is told of that image: the node goes on. */
  #unpackProblem(image: Image): string | undefined {
    try {
      layeredDisk(this.#host, image);
      return undefined;
    } catch (error) {
      const layer = `failed to extract layer ${image.digest}: ${(error as Error).message}`;
      return `rpc error: code = Unknown desc = failed to pull and unpack image "${image.reference}": ${layer}: unknown`;
    }
  }

  #keep(image: Image): void {
    if (this.#records.images.has(image.reference)) return;
    const pushed = this.#records.pushed.get(image.reference);
    if (pushed) this.#records.made.set(image.reference, pushed);
    this.#records.images.add(image.reference);
    this.#save();
  }
}

function pullTime(image: Image | undefined, chance: number): number {
  const size = image ? image.sizeBytes / 1e6 : 0;
  return Math.round(PULL_BASE_MS + Math.min(PULL_MAX_MS, size * PULL_MS_PER_MB) + chance * PULL_SPREAD_MS);
}

function imageStatus(image: Image, pinned: string | undefined): ImageStatus {
  const user = (image.config.user ?? '').split(':')[0] as string;
  return {
    id: image.id,
    repoTags: [image.reference],
    // Only a registry gives digests.
    repoDigests: image.made ? [] : [`${image.repository}@${image.digest}`],
    size: image.sizeBytes,
    uid: /^\d+$/.test(user) ? Number(user) : user === '' ? 0 : undefined,
    username: user,
    pinned: image.reference === pinned,
  };
}
