import { distrolessBase } from './bases/unix.ts';
import type { Footprint, ImageConfig, ImageFamily, ImageFiles } from './image.ts';
import { PATH } from './image.ts';
import { type ServerSpec, serverProgram } from './server.ts';

/** An image around one server, whatever starts it. */
export interface AppImage {
  /** Every place that it is published at. */
  readonly homes: readonly string[];
  readonly tags: Iterable<string>;
  readonly sizeBytes: number;
  readonly footprint: Footprint;
  readonly spec: ServerSpec;
  /** Where the program lies. */
  readonly path: string;
  /** What starts it, and more. */
  readonly config: (tag: string) => ImageConfig;
  /** Without one there is nothing to look around with. */
  readonly base?: (into: ImageFiles) => void;
  readonly files?: (into: ImageFiles) => void;
  readonly programs?: ImageFamily['programs'];
}

export function appImages(image: AppImage): ImageFamily[] {
  const { spec } = image;
  const tags = [...image.tags];
  const programs = [{ name: spec.program, main: serverProgram(spec) }, ...(image.programs ?? [])];
  return image.homes.map((repository, i) => ({
    repository,
    tags,
    sizeBytes: image.sizeBytes,
    footprint: image.footprint,
    config: (tag) => {
      const config = image.config(tag);
      const ports = [spec.port, ...(spec.also ?? [])].map((port) => `${port}/tcp`);
      return { ports, ...config, env: { PATH, ...config.env } };
    },
    files(into) {
      (image.base ?? distrolessBase)(into);
      into.install(image.path, spec.program);
      image.files?.(into);
    },
    ...(i === 0 ? { programs } : {}),
  }));
}

/** The same images under further names: copies of a registry. */
export function mirrors(family: ImageFamily, homes: readonly string[]): ImageFamily[] {
  return homes.map((repository) => ({ ...family, repository, programs: [] }));
}
