import { distrolessBase } from './bases/unix.ts';
import { type Footprint, type ImageFamily, type ImageFiles, PATH } from './image.ts';

/** An image that holds one program and nothing to look around with. */
export function single(
  repository: string,
  program: string,
  options: {
    tags: readonly string[];
    sizeBytes: number;
    path: string;
    command?: 'entrypoint' | 'cmd';
    footprint?: Footprint;
    files?: (into: ImageFiles) => void;
    programs?: ImageFamily['programs'];
  },
): ImageFamily {
  return {
    repository,
    tags: options.tags,
    sizeBytes: options.sizeBytes,
    config: () => ({ [options.command ?? 'entrypoint']: [options.path], env: { PATH } }),
    files(into) {
      distrolessBase(into);
      into.install(options.path, program);
      options.files?.(into);
    },
    ...(options.footprint ? { footprint: options.footprint } : {}),
    ...(options.programs ? { programs: options.programs } : {}),
  };
}
