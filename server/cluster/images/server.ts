import type { Context, Main } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { alpineBase, debianBase } from './bases/unix.ts';
import { type Footprint, type ImageFamily, type ImageFiles, PATH } from './image.ts';
import { log, tryListen, untilSignal } from './serve.ts';

/** A server with an entry point script: what it asks for, says, and takes. */
export interface ServerSpec {
  readonly program: string;
  readonly port: number;
  /** What a client of it talks to. Default: only that it listens is known. */
  readonly service?: (context: Context) => unknown;
  /** Why it does not start at all: its words, after which it exits with 1. */
  readonly refusal?: (context: Context) => string | undefined;
  /** How long it takes to start, with what it says at first. */
  readonly prepares?: (context: Context) => { says: string; takesMs: number } | undefined;
  readonly started: (context: Context) => string;
  readonly stopped?: (context: Context) => string;
  /** What it says when its port is taken, before it exits with 1. */
  readonly taken: (context: Context) => string;
  /** Where it writes its log. */
  readonly fd?: 1 | 2;
}

/** The program of a server that is started by its name, whatever flags follow. */
export function serverProgram(spec: ServerSpec): Main {
  return function* (context) {
    const { fd = 1 } = spec;
    const refusal = spec.refusal?.(context);
    if (refusal !== undefined) {
      yield* context.write(fd === 1 ? 2 : fd, refusal);
      return 1;
    }
    const first = spec.prepares?.(context);
    if (first) {
      log(context, first.says, fd);
      yield* context.sleep(first.takesMs);
    }
    const service = spec.service?.(context) ?? spec.program;
    const problem = tryListen(context, { port: spec.port, service });
    if (problem) {
      yield* context.err(spec.taken(context));
      return 1;
    }
    log(context, spec.started(context), fd);
    yield* untilSignal(context);
    if (spec.stopped) log(context, spec.stopped(context), fd);
    return 0;
  };
}

/** True when one of these variables is set and not empty. */
export function hasAny(context: Context, names: readonly string[]): boolean {
  return names.some((name) => (context.env.get(name) ?? '') !== '');
}

export interface ServerImage {
  readonly repository: string;
  readonly tags: Iterable<string>;
  readonly sizeBytes: number;
  readonly footprint: Footprint;
  readonly spec: ServerSpec;
  readonly path?: string;
  readonly env?: (tag: string) => Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDir?: string;
  /** Programs beside the server, by their paths. */
  readonly tools?: Readonly<Record<string, string>>;
  readonly programs?: ImageFamily['programs'];
  readonly files?: (into: ImageFiles) => void;
}

/** An image of a server as Docker's official ones are: an entry point script that becomes the command. */
export function serverImage(image: ServerImage): ImageFamily {
  const { spec } = image;
  return {
    repository: image.repository,
    tags: [...image.tags],
    sizeBytes: image.sizeBytes,
    footprint: image.footprint,
    config: (tag) => ({
      entrypoint: ['docker-entrypoint.sh'],
      cmd: [spec.program],
      env: { PATH, ...image.env?.(tag) },
      ports: [`${spec.port}/tcp`],
      ...(image.user ? { user: image.user } : {}),
      ...(image.workingDir ? { workingDir: image.workingDir } : {}),
    }),
    files(into) {
      if (into.tag.includes('alpine')) alpineBase(into, '3.21.3');
      else debianBase(into, 'debian', '12 bookworm');
      into.install(image.path ?? `/usr/local/bin/${spec.program}`, spec.program);
      for (const [path, program] of Object.entries(image.tools ?? {})) into.install(path, program);
      // A command that begins with a dash is for the server.
      into.write(
        '/usr/local/bin/docker-entrypoint.sh',
        `#!/bin/sh\ncase "$1" in -*) set -- ${spec.program} "$@" ;; esac\nexec "$@"\n`,
        0o755,
      );
      image.files?.(into);
    },
    programs: [{ name: spec.program, main: serverProgram(spec) }, ...(image.programs ?? [])],
  };
}

/** `2026-11-21 09:00:00`. */
export function dateTime(context: Context): string {
  return new Date(context.now).toISOString().slice(0, 19).replace('T', ' ');
}

/** Nothing to do but to wait until somebody says stop. */
export function* waitForever(context: Context): Steps<number> {
  yield* untilSignal(context);
  return 0;
}
