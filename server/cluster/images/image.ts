import { createHash } from 'node:crypto';
import { binary, Disk, type Files, type FrozenDisk, filesOn, type Program } from '../../host/index.ts';
import { Clock } from '../../sim/index.ts';

/** What an image says of the process that it is for. */
export interface ImageConfig {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Name or number, as in `USER`. */
  readonly user?: string;
  readonly workingDir?: string;
  readonly stopSignal?: 'TERM' | 'QUIT' | 'WINCH' | 'INT';
  /** `80/tcp`. */
  readonly ports?: readonly string[];
}

/** Writes an image's files; `install` puts programs that exist in this world at paths and skips the others. */
export interface ImageFiles {
  readonly fs: Files;
  readonly tag: string;
  write(path: string, text: string, mode?: number): void;
  install(path: string, program: string): void;
  has(program: string): boolean;
}

/** What a container takes while it has nothing to do. */
export interface Footprint {
  readonly memoryBytes: number;
  /** CPU cores. */
  readonly cores: number;
}

/** The usual search path, as images set it. */
export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export const MEBI = 1024 ** 2;

/** A shell that sleeps, or any small program. */
export const SMALL: Footprint = { memoryBytes: 1.2 * MEBI, cores: 0 };

/** A repository of images that behave alike. One file each. */
export interface ImageFamily {
  /** As on Docker Hub: `nginx`, `curlimages/curl`, or with a registry: `registry.k8s.io/pause`. */
  readonly repository: string;
  /** Tags that exist. `latest` need not be listed first. */
  readonly tags: readonly string[];
  /** Compressed size of an image in bytes; about, when it ends in three zeros. */
  readonly sizeBytes: number;
  config(tag: string): ImageConfig;
  files(into: ImageFiles): void;
  /** What its program takes merely by running. */
  readonly footprint?: Footprint;
  /** Programs that exist nowhere but in these images. */
  readonly programs?: readonly Program[];
}

/** An image that can be run. */
export interface Image {
  /** `docker.io/library/nginx:1.27`. */
  readonly reference: string;
  /** `docker.io/library/nginx`. */
  readonly repository: string;
  readonly tag: string;
  readonly family: ImageFamily;
  readonly sizeBytes: number;
  /** `sha256:…` of the configuration, what `crictl images` calls the image's id. */
  readonly id: string;
  /** `sha256:…` of the manifest, what a digest reference names. */
  readonly digest: string;
  readonly config: ImageConfig;
  /** Set where it was built on the machine: the image it began with, and directories of changes on the host's disk. */
  readonly made?: { readonly base: string; readonly layers: readonly string[] };
}

export function makeImage(repository: string, tag: string, family: ImageFamily): Image {
  const reference = `${repository}:${tag}`;
  return {
    reference,
    repository,
    tag,
    family,
    sizeBytes: sizeOf(reference, family.sizeBytes),
    id: `sha256:${hash(`config ${reference}`)}`,
    digest: `sha256:${hash(`manifest ${reference}`)}`,
    config: family.config(tag),
  };
}

/** Where a family knows its size only in round figures, each of its images is a little larger or smaller. */
function sizeOf(reference: string, about: number): number {
  if (about % 1000 !== 0) return about;
  const share = Number.parseInt(hash(`size ${reference}`).slice(0, 8), 16) / 2 ** 32;
  return Math.round(about * (0.97 + 0.06 * share));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** When all images were built. */
const BUILT = Date.UTC(2026, 3, 22, 21, 35, 47);

const disks = new WeakMap<ReadonlyMap<string, Program>, Map<string, FrozenDisk>>();

/** The files of an image, shared by all containers of all worlds with the same programs. */
export function imageDisk(image: Image, programs: ReadonlyMap<string, Program>): FrozenDisk {
  let byImage = disks.get(programs);
  if (!byImage) {
    byImage = new Map();
    disks.set(programs, byImage);
  }
  let disk = byImage.get(image.reference);
  if (!disk) {
    disk = buildDisk(image, programs);
    byImage.set(image.reference, disk);
  }
  return disk;
}

/** Tags that are the version of the program inside, which says so of itself. */
const RELEASE = /^v\d+\.\d+\.\d+$/;

function buildDisk(image: Image, programs: ReadonlyMap<string, Program>): FrozenDisk {
  const disk = new Disk({ clock: new Clock(BUILT), type: 'overlay' });
  const fs = filesOn(disk);
  for (const path of ['/dev', '/etc', '/proc', '/sys']) fs.mkdirAll(path, 0o755);
  for (const path of ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf']) fs.write(path, '');
  const write = (path: string, text: string, mode = 0o644) => {
    fs.mkdirAll(path.slice(0, path.lastIndexOf('/')) || '/');
    fs.write(path, text);
    fs.chmod(path, mode);
  };
  image.family.files({
    fs,
    tag: image.tag,
    write,
    has: (program) => programs.has(program),
    install: (path, program) => {
      if (programs.has(program))
        write(path, binary(program, RELEASE.test(image.tag) ? image.tag : ''), 0o755);
    },
  });
  return disk.freeze();
}
