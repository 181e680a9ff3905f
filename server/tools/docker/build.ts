import type { EngineImageConfig } from '../../cluster/client/cri.ts';
import { isSystemError } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { carry } from '../session.ts';
import { copyInto, expand, treeBytes } from './build-context.ts';
import { type Call, DockerError, type Verb } from './call.ts';
import { execForm, type Instruction, parseDockerfile, substituted, words } from './dockerfile.ts';
import type { Engine } from './engine.ts';
import { bytesText, NAMELESS, short } from './format.ts';
import type { ContainerSpec, EngineContainer } from './model.ts';
import { fetch, pull } from './pull.ts';

/** The notice of a client that has no BuildKit, as Ubuntu's docker.io has none. */
const NOTICE = `DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            Install the buildx component to build images with BuildKit:
            https://docs.docker.com/go/buildx/

`;

/** One stage of a build: a container that grows, and the configuration that will be the image's. */
interface Stage {
  readonly name: string;
  readonly container: EngineContainer;
  config: EngineImageConfig;
  readonly values: Map<string, string>;
  shell: readonly string[];
}

class Build {
  readonly #call: Call;
  readonly #context: string;
  readonly #stages: Stage[] = [];
  /** What `ARG` may be given, and what it was. */
  readonly #arguments: ReadonlyMap<string, string>;
  readonly #globals = new Map<string, string>();

  constructor(call: Call, context: string) {
    this.#call = call;
    this.#context = context;
    this.#arguments = new Map(
      call.options
        .all('build-arg')
        .map((item): [string, string] => [
          item.slice(0, item.indexOf('=')),
          item.slice(item.indexOf('=') + 1),
        ]),
    );
  }

  /** Runs all instructions; the id of the image. */
  *run(instructions: readonly Instruction[]): Steps<string> {
    const { context, engine, options } = this.#call;
    const say = (text: string) => (options.has('q') ? nothing() : context.out(`${text}\n`));
    try {
      for (const [i, instruction] of instructions.entries()) {
        yield* say(
          `Step ${i + 1}/${instructions.length} : ${instruction.keyword} ${flagText(instruction)}${instruction.text}`,
        );
        yield* this.#step(instruction, say);
        if (i < instructions.length - 1) yield* say(` ---> ${this.#layerId(instruction)}`);
      }
      const id = this.#commit();
      yield* say(` ---> ${short(id)}`);
      return id;
    } finally {
      for (const { container } of this.#stages) engine.remove(container, { force: true, volumes: true });
      if (engine.runtime.image(SCRATCH)) engine.runtime.removeImage(SCRATCH);
    }
  }

  /** Makes the image of the last stage, with all its names; its id. */
  #commit(): string {
    const { engine, options } = this.#call;
    const last = this.#stages.at(-1);
    if (!last) throw new DockerError('Error response from daemon: no build stage in current context');
    const [tag, ...more] = options.all('t');
    const reference = fullName(tag ?? nameless(engine));
    const id = engine.runtime.commit(last.container.id, reference, last.config);
    engine.host.init.fs.write(`/var/lib/docker/image/overlay2/${id.slice(7)}`, '{}');
    for (const name of more) engine.runtime.tagImage(reference, name);
    return id;
  }

  *#step(instruction: Instruction, say: (text: string) => Steps<void>): Steps<void> {
    const { keyword } = instruction;
    if (keyword === 'FROM') yield* this.#from(instruction);
    else if (keyword === 'ARG' && this.#stages.length === 0) this.#argument(instruction.text, this.#globals);
    else {
      const stage = this.#stages.at(-1) as Stage;
      if (keyword === 'COPY' || keyword === 'ADD') {
        this.#copy(stage, instruction);
        return;
      }
      // Whatever does not copy is committed from a container of its own.
      const container = short(this.#call.engine.host.random.hex(64));
      yield* say(` ---> Running in ${container}`);
      if (keyword === 'RUN') yield* this.#execute(stage, instruction);
      else this.#configure(stage, instruction);
      yield* say(` ---> Removed intermediate container ${container}`);
    }
  }

  /** What is there after an instruction: the base, which for `scratch` is nothing, or a layer on it. */
  #layerId({ keyword }: Instruction): string {
    const { engine } = this.#call;
    if (keyword !== 'FROM') return short(engine.host.random.hex(64));
    const base = this.#stages.at(-1)?.container.spec.image ?? '';
    return base === SCRATCH ? '' : short(engine.runtime.image(base)?.id ?? '');
  }

  *#from({ text }: Instruction): Steps<void> {
    const { context, engine } = this.#call;
    const [, image = '', name] = /^(\S+)(?:\s+as\s+(\S+))?$/i.exec(substituted(text, this.#globals)) ?? [];
    const earlier = this.#stages.find((stage) => stage.name === image);
    if (earlier)
      throw new DockerError('Error response from daemon: building a stage on another is not simulated');
    const base = image === 'scratch' ? SCRATCH : image;
    // To who builds it is no image, so nothing is said of it.
    if (image === 'scratch') yield* fetch(engine, base);
    else if (!engine.runtime.image(base)) yield* pull(context, engine, base, this.#call.options.has('q'));
    const config = image === 'scratch' ? {} : engine.imageConfig(base);
    const values = new Map(Object.entries(config.env ?? {}));
    const container = engine.create(buildSpec(base, engine.host.random.hex(10)));
    this.#stages.push({
      name: name ?? String(this.#stages.length),
      container,
      config,
      values,
      shell: ['/bin/sh', '-c'],
    });
  }

  #argument(text: string, values: Map<string, string>): void {
    const [name = '', ...rest] = text.split('=');
    const given =
      this.#arguments.get(name) ??
      this.#globals.get(name) ??
      (rest.length > 0 ? words(rest.join('='))[0] : undefined);
    if (given !== undefined) values.set(name, given);
  }

  *#execute(stage: Stage, { text }: Instruction): Steps<void> {
    const { context, engine } = this.#call;
    const command = execForm(text) ?? [...stage.shell, text];
    const cwd = stage.config.workingDir ?? '/';
    const env = [...stage.values].map(([name, value]) => `${name}=${value}`);
    if (!engine.isRunning(stage.container)) engine.start(stage.container);
    const session = engine.runtime.exec(stage.container.id, {
      command: ['env', '-C', cwd, ...env, ...command],
      stdin: false,
      tty: false,
    });
    const code = yield* carry(context, session.stream, false);
    if (code !== 0)
      throw new DockerError(`The command '${command.join(' ')}' returned a non-zero code: ${code}`, code);
  }

  #copy(stage: Stage, { keyword, flags, text }: Instruction): void {
    const { engine } = this.#call;
    const all = execForm(text) ?? words(substituted(text, stage.values));
    const target = all.at(-1) ?? '';
    const sources = all.slice(0, -1);
    if (sources.length === 0)
      throw new DockerError(
        `Error response from daemon: ${keyword} requires at least two arguments, but only one was provided. Destination could not be determined.`,
      );
    if (sources.some((source) => /^https?:/.test(source)))
      throw new DockerError('Error response from daemon: ADD of a URL is not simulated');
    const from = flags.get('from');
    const other =
      from === undefined
        ? undefined
        : this.#stages.find(({ name }, i) => name === from || String(i) === from);
    if (from !== undefined && !other)
      throw new DockerError(
        `Error response from daemon: invalid from flag value ${from}: pull access denied for ${from}`,
      );
    const read = other ? engine.files(other.container) : engine.host.init.fs;
    const root = other ? '' : this.#context;
    const into = engine.files(stage.container);
    const base = target.startsWith('/')
      ? target
      : `${stage.config.workingDir ?? ''}/${target.replace(/^\.\/?/, '')}`;
    for (const source of sources.flatMap((item) => expand(read, root, item))) {
      const path = `${root}/${source.replace(/^\.?\//, '')}`.replace(/\/\.?$/, '') || '/';
      if (!read.exists(path))
        throw new DockerError(
          `${keyword} failed: file not found in build context or excluded by .dockerignore: stat ${source.replace(/^\.\//, '')}: file does not exist`,
        );
      const intoDirectory =
        base.endsWith('/') || sources.length > 1 || into.isDirectory(base) || read.isDirectory(path);
      const name = path.slice(path.lastIndexOf('/') + 1);
      copyInto(
        read,
        path,
        into,
        read.isDirectory(path) || !intoDirectory ? base : `${base.replace(/\/$/, '')}/${name}`,
      );
    }
  }

  #configure(stage: Stage, { keyword, text: raw }: Instruction): void {
    const text = substituted(raw, stage.values);
    const form = execForm(raw);
    const change = (config: Partial<EngineImageConfig>) => {
      stage.config = { ...stage.config, ...config };
    };
    switch (keyword) {
      case 'ENV': {
        for (const [name, value] of assignments(text)) stage.values.set(name, value);
        change({ env: { ...stage.config.env, ...Object.fromEntries(assignments(text)) } });
        return;
      }
      case 'ARG':
        this.#argument(text, stage.values);
        return;
      case 'WORKDIR': {
        const path = text.startsWith('/') ? text : `${stage.config.workingDir ?? ''}/${text}`;
        this.#call.engine.files(stage.container).mkdirAll(path, 0o755);
        change({ workingDir: path });
        return;
      }
      case 'USER':
        change({ user: text });
        return;
      case 'EXPOSE':
        change({
          ports: [
            ...(stage.config.ports ?? []),
            ...words(text).map((port) => (port.includes('/') ? port : `${port}/tcp`)),
          ],
        });
        return;
      case 'ENTRYPOINT': {
        const { cmd: _reset, ...rest } = stage.config;
        stage.config = { ...rest, entrypoint: form ?? [...stage.shell, raw] };
        return;
      }
      case 'CMD':
        change({ cmd: form ?? [...stage.shell, raw] });
        return;
      case 'SHELL':
        stage.shell = form ?? stage.shell;
        return;
      case 'ONBUILD':
      case 'HEALTHCHECK':
        throw new DockerError(`Error response from daemon: ${keyword} is not simulated`);
      default:
        // LABEL, MAINTAINER, VOLUME, STOPSIGNAL say something of the image that nothing here asks for.
        return;
    }
  }
}

function* nothing(): Steps<void> {}

/** An image that has nothing in it. */
const SCRATCH = 'scratch.invalid/nothing:latest';

function flagText({ flags }: Instruction): string {
  return [...flags].map(([name, value]) => `--${name}${value === '' ? '' : `=${value}`} `).join('');
}

function assignments(text: string): [string, string][] {
  if (!/^\w+=/.test(text)) {
    const space = text.search(/\s/);
    return [[text.slice(0, space), text.slice(space + 1).trim()]];
  }
  return words(text).map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
}

/** The container in which a stage is built: it only waits. */
function buildSpec(image: string, name: string): ContainerSpec {
  return {
    name: `build_${name}`,
    image,
    entrypoint: ['sleep'],
    command: ['infinity'],
    env: [],
    workingDir: undefined,
    user: '0',
    hostname: undefined,
    tty: false,
    stdin: false,
    autoRemove: false,
    privileged: false,
    readOnly: false,
    network: 'bridge',
    ports: [],
    mounts: [],
    labels: {},
    hosts: [],
    cpus: undefined,
    memoryBytes: undefined,
    memorySwapBytes: undefined,
    swappiness: undefined,
    restart: 'no',
    maximumRetries: 0,
  };
}

/** Those of the stages up to the one that is wanted. */
function upTo(target: string | undefined, instructions: readonly Instruction[]): readonly Instruction[] {
  if (target === undefined) return instructions;
  const starts = [...instructions.keys()].filter((i) => instructions[i]?.keyword === 'FROM');
  const stage = starts.findIndex((i, n) => {
    const name = /\sas\s+(\S+)$/i.exec(instructions[i]?.text ?? '')?.[1] ?? String(n);
    return name.toLowerCase() === target.toLowerCase();
  });
  if (stage < 0)
    throw new DockerError(`Error response from daemon: target stage "${target}" could not be found`);
  return instructions.slice(0, starts[stage + 1]);
}

/** An image that nobody gave a name is kept under one that is not shown. */
function nameless({ host }: Engine): string {
  return `${NAMELESS}${host.random.hex(12)}`;
}

/** `docker.io/library/app:1` for `app:1`. */
export function fullName(name: string): string {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const path = /[.:]|^localhost$/.test(first) ? name : `docker.io/${slash < 0 ? 'library/' : ''}${name}`;
  return path.slice(path.lastIndexOf('/') + 1).includes(':') ? path : `${path}:latest`;
}

function* build(call: Call): Steps<number> {
  const { context, options, args } = call;
  const [directory = ''] = args;
  const root = context.fs.exists(directory) ? context.fs.realpath(directory) : undefined;
  if (directory === '-') throw new DockerError('docker build - is not simulated');
  if (root === undefined || !context.fs.isDirectory(root))
    throw new DockerError(`unable to prepare context: path "${directory}" not found`);
  for (const tag of options.all('t'))
    if (!/^[a-z0-9./:_-]+(:[\w.-]+)?$/.test(tag) || /[A-Z]/.test(tag.split(':')[0] ?? ''))
      throw new DockerError(
        `invalid argument "${tag}" for "-t, --tag" flag: invalid reference format: repository name must be lowercase`,
        125,
      );
  const file = options.get('f') ?? `${root}/Dockerfile`;
  let text: string;
  try {
    text = context.fs.read(file);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new DockerError(
      `unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat ${file.startsWith('/') ? file : `${context.cwd}/${file}`}: no such file or directory`,
    );
  }
  yield* context.err(NOTICE);
  const bytes = treeBytes(context.fs, root);
  if (!options.has('q'))
    yield* context.out(
      `Sending build context to Docker daemon  ${bytesText(Math.max(2048, bytes + 1024), 1000, 4)}\n`,
    );
  const instructions = upTo(options.get('target'), parseDockerfile(text, 'Dockerfile'));
  const id = yield* new Build(call, root).run(instructions);
  if (options.has('q')) {
    yield* context.out(`${id}\n`);
    return 0;
  }
  yield* context.out(`Successfully built ${short(id)}\n`);
  for (const tag of options.all('t'))
    yield* context.out(`Successfully tagged ${fullName(tag).replace(/^docker\.io\/(library\/)?/, '')}\n`);
  return 0;
}

function* commit(call: Call): Steps<number> {
  const { context, engine, args } = call;
  const [name = '', target] = args;
  const container = engine.find(name);
  const reference = fullName(target ?? nameless(engine));
  const id = engine.runtime.commit(container.id, reference, engine.imageConfig(container.spec.image));
  yield* context.out(`${id}\n`);
  return 0;
}

export const BUILD_VERBS: readonly Verb[] = [
  {
    names: ['build', 'image build', 'builder build'],
    summary: 'Build an image from a Dockerfile',
    usage: '[OPTIONS] PATH | URL | -',
    options:
      't|tag= f|file= build-arg= target= q|quiet no-cache rm? force-rm pull label= progress= platform= network=',
    least: 1,
    most: 1,
    run: build,
  },
  {
    names: ['commit', 'container commit'],
    summary: "Create a new image from a container's changes",
    usage: '[OPTIONS] CONTAINER [REPOSITORY[:TAG]]',
    options: 'a|author= m|message= p|pause',
    least: 1,
    most: 2,
    run: commit,
  },
];
