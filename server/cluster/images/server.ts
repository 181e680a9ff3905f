import { type Context, type HttpHandler, isSystemError, type Listener, type Main } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { account, alpineBase, debianBase } from './bases/unix.ts';
import { type Footprint, type ImageFamily, type ImageFiles, PATH } from './image.ts';
import { log, type ServeOptions, tryListen, untilSignal } from './serve.ts';
import { becomeUser, Workers } from './workers.ts';

/** A server with an entry point script: what it asks for, says, and takes. */
export interface ServerSpec {
  readonly program: string;
  readonly port: number;
  /** Where it listens instead, when a flag or a variable says so. */
  readonly listensOn?: (context: Context) => number;
  /** What it answers over HTTP. */
  readonly http?: (context: Context) => HttpHandler;
  /** Its certificates (PEM), where it speaks TLS. */
  readonly tls?: (context: Context) => string | undefined;
  /** Ports that it has beside its first. */
  readonly also?: readonly number[];
  /** What a client of it talks to. Default: only that it listens is known. */
  readonly service?: (context: Context) => unknown;
  /** For protocols of text: takes what a client sends. */
  readonly accept?: (context: Context, service: unknown) => NonNullable<Listener['accept']>;
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
  /** Whom it goes on as when root has started it, and the directory that it keeps its data in. */
  readonly user?: string;
  readonly data?: (context: Context) => string;
  /** What it calls itself in `ps` once it runs, and the processes it forks. */
  readonly title?: (context: Context) => string;
  readonly workers?: (context: Context) => readonly string[];
  readonly backlog?: number;
  /** How it listens on IPv6: with a second socket, or with one for both. */
  readonly six?: 'also' | 'both';
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
    const blocked = takeOver(context, spec);
    if (blocked !== undefined) {
      yield* context.err(blocked);
      return 1;
    }
    const first = spec.prepares?.(context);
    if (first) {
      log(context, first.says, fd);
      yield* context.sleep(first.takesMs);
    }
    const workers = new Workers(context);
    const service = spec.service?.(context) ?? spec.program;
    const problem = listenOn(context, spec, { holders: workers.pids, service });
    if (problem) {
      yield* context.err(spec.taken(context));
      return 1;
    }
    if (spec.title) context.process.argv = [spec.title(context)];
    for (const title of spec.workers?.(context) ?? []) workers.fork({ title });
    log(context, spec.started(context), fd);
    yield* untilSignal(context);
    yield* workers.stop('TERM');
    if (spec.stopped) log(context, spec.stopped(context), fd);
    return 0;
  };
}

/** Opens its ports; says what stood in the way. */
function listenOn(
  context: Context,
  spec: ServerSpec,
  options: Required<Pick<ServeOptions, 'holders' | 'service'>>,
): string | undefined {
  const certificates = spec.tls?.(context);
  const first = {
    ...options,
    ...(certificates === undefined ? {} : { tls: { certificates } }),
    port: spec.listensOn?.(context) ?? spec.port,
    ...(spec.http ? { http: spec.http(context) } : {}),
    ...(spec.accept ? { accept: spec.accept(context, options.service) } : {}),
    ...(spec.backlog ? { backlog: spec.backlog } : {}),
    ...(spec.six === 'both' ? { address: '::' } : { alsoSix: spec.six === 'also' }),
  };
  for (const port of [first.port, ...(spec.also ?? [])]) {
    const problem = tryListen(context, port === first.port ? first : { ...options, port });
    if (problem) return problem;
  }
  return undefined;
}

/** Makes the data directory and goes on as the server's own user; says what stood in the way. */
function takeOver(context: Context, { data, user }: ServerSpec): string | undefined {
  const directory = data?.(context);
  try {
    if (directory !== undefined) context.fs.mkdirAll(directory);
    if (user === undefined || context.credentials.uid !== 0) return undefined;
    becomeUser(context, user, directory);
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return `mkdir: cannot create directory '${directory}': ${error.message}\n`;
  }
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
  /** The server's own user. */
  readonly account?: { readonly name: string; readonly id: number; readonly home: string };
  readonly workingDir?: string;
  readonly stopSignal?: 'INT' | 'QUIT';
  /** Programs beside the server, by their paths. */
  readonly tools?: Readonly<Record<string, string>>;
  readonly programs?: ImageFamily['programs'];
  /** What it is built on; Debian or Alpine, as the tag says, unless given. */
  readonly base?: (into: ImageFiles) => void;
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
      ...(image.stopSignal ? { stopSignal: image.stopSignal } : {}),
      ...(image.user ? { user: image.user } : {}),
      ...(image.workingDir ? { workingDir: image.workingDir } : {}),
    }),
    files(into) {
      if (image.base) image.base(into);
      else if (into.tag.includes('alpine')) alpineBase(into, '3.21.3');
      else debianBase(into, 'debian', '12 bookworm');
      into.install(image.path ?? `/usr/local/bin/${spec.program}`, spec.program);
      for (const [path, program] of Object.entries(image.tools ?? {})) into.install(path, program);
      // A command that begins with a dash is for the server.
      into.write(
        '/usr/local/bin/docker-entrypoint.sh',
        `#!/bin/sh\ncase "$1" in -*) set -- ${spec.program} "$@" ;; esac\nexec "$@"\n`,
        0o755,
      );
      if (image.account) account(into, image.account.name, image.account.id, image.account.home);
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
