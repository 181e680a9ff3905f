import { type Files, isSystemError } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { type Call, DockerError, type Verb } from './call.ts';
import { listing } from './format.ts';
import { imageDetails } from './images.ts';
import { inspector, tryContainer, tryNetwork, volumeDetails } from './inspect.ts';
import { type EngineContainer, EngineError } from './model.ts';

function* copy(call: Call): Steps<number> {
  const { context, engine, args } = call;
  const [from = '', to = ''] = args;
  const side = (text: string): { container: EngineContainer | undefined; path: string } => {
    const [, name, path] = /^([A-Za-z0-9][\w.-]*):(.*)$/.exec(text) ?? [];
    return name === undefined
      ? { container: undefined, path: text }
      : { container: engine.find(name), path: path ?? '' };
  };
  const [source, target] = [side(from), side(to)];
  if (!source.container === !target.container)
    throw new DockerError(
      source.container
        ? 'copying between containers is not supported'
        : 'must specify at least one container source',
    );
  const read = source.container ? engine.files(source.container) : context.fs;
  const write = target.container ? engine.files(target.container) : context.fs;
  try {
    const bytes = copyTree(read, source.path, write, target.path);
    const where = target.container ? to : `${target.path}`;
    yield* context.err(
      `Successfully copied ${bytes < 1024 ? '1.54kB' : `${(bytes / 1000).toFixed(2)}kB`} to ${where}\n`,
    );
    return 0;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const named = source.container ?? target.container;
    throw new DockerError(
      source.container && !read.exists(source.path)
        ? `Error response from daemon: Could not find the file ${source.path} in container ${named?.spec.name}`
        : `${error.path ?? source.path}: ${error.message.toLowerCase()}`,
    );
  }
}

function copyTree(from: Files, path: string, into: Files, target: string): number {
  const node = from.stat(path);
  const name = path.replace(/\/$/, '').slice(path.replace(/\/$/, '').lastIndexOf('/') + 1);
  const place = into.isDirectory(target || '.') ? `${(target || '.').replace(/\/$/, '')}/${name}` : target;
  if (node.type !== 'directory') {
    into.write(place, from.read(path));
    into.chmod(place, node.mode & 0o7777);
    return node.size;
  }
  into.mkdirAll(place);
  return from
    .list(path)
    .reduce((sum, child) => sum + copyTree(from, `${path}/${child}`, into, `${place}/${child}`), 0);
}

const NETWORK_COLUMNS = { ID: 'NETWORK ID', Name: 'NAME', Driver: 'DRIVER', Scope: 'SCOPE' };

export const RESOURCE_VERBS: readonly Verb[] = [
  {
    names: ['inspect'],
    summary: 'Return low-level information on Docker objects',
    usage: '[OPTIONS] NAME|ID [NAME|ID...]',
    options: 'f|format= s|size type=',
    least: 1,
    run: inspector(
      [tryContainer, imageDetails, tryNetwork, volumeDetails],
      (name) => `Error: No such object: ${name}`,
    ),
  },
  {
    names: ['container inspect'],
    summary: 'Display detailed information on one or more containers',
    usage: '[OPTIONS] CONTAINER [CONTAINER...]',
    options: 'f|format= s|size',
    least: 1,
    run: inspector([tryContainer], (name) => `Error response from daemon: No such container: ${name}`),
  },
  {
    names: ['cp', 'container cp'],
    summary: 'Copy files/folders between a container and the local filesystem',
    usage:
      '[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n        docker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH',
    options: 'a|archive L|follow-link q|quiet',
    least: 2,
    most: 2,
    run: copy,
  },
  {
    names: ['network ls', 'network list'],
    summary: 'List networks',
    usage: '[OPTIONS]',
    options: 'q|quiet no-trunc f|filter= format=',
    most: 0,
    *run({ context, engine, options }) {
      const rows = engine.networks.all().map((network) => ({
        ID: options.has('no-trunc') ? network.id : network.id.slice(0, 12),
        Name: network.name,
        Driver: network.driver,
        Scope: 'local',
      }));
      yield* context.out(
        options.has('q')
          ? rows.map(({ ID }) => `${ID}\n`).join('')
          : listing(rows, NETWORK_COLUMNS, options.get('format')),
      );
      return 0;
    },
  },
  {
    names: ['network create'],
    summary: 'Create a network',
    usage: '[OPTIONS] NETWORK',
    options: 'd|driver= subnet= gateway= label= internal attachable',
    least: 1,
    most: 1,
    *run({ context, engine, options, args }) {
      const driver = options.get('d') ?? 'bridge';
      if (driver !== 'bridge')
        throw new EngineError(`could not find plugin ${driver} in v1 plugin registry: plugin not found`);
      yield* context.out(`${engine.networks.create(args[0] ?? '', options.get('subnet')).id}\n`);
      return 0;
    },
  },
  {
    names: ['network rm', 'network remove'],
    summary: 'Remove one or more networks',
    usage: 'NETWORK [NETWORK...]',
    options: 'f|force',
    least: 1,
    *run({ context, engine, args }) {
      for (const name of args) {
        engine.networks.remove(name, engine.containers(), (container) => engine.isRunning(container));
        yield* context.out(`${name}\n`);
      }
      return 0;
    },
  },
  {
    names: ['network inspect'],
    summary: 'Display detailed information on one or more networks',
    usage: '[OPTIONS] NETWORK [NETWORK...]',
    options: 'f|format= v|verbose',
    least: 1,
    run: inspector([tryNetwork], (name) => `Error response from daemon: network ${name} not found`),
  },
  ...Object.entries({
    connect: 'Connect a container to a network',
    disconnect: 'Disconnect a container from a network',
  }).map(
    ([name, summary]): Verb => ({
      names: [`network ${name}`],
      summary,
      usage: '[OPTIONS] NETWORK CONTAINER',
      options: 'f|force alias= ip=',
      least: 2,
      most: 2,
      *run() {
        throw new DockerError(`docker network ${name} is not simulated: choose the network with --network`);
      },
    }),
  ),
  {
    names: ['volume ls', 'volume list'],
    summary: 'List volumes',
    usage: '[OPTIONS]',
    options: 'q|quiet f|filter= format=',
    most: 0,
    *run({ context, engine, options }) {
      const rows = engine.store.volumes().map(({ name }) => ({ Driver: 'local', Name: name }));
      yield* context.out(
        options.has('q')
          ? rows.map(({ Name }) => `${Name}\n`).join('')
          : listing(rows, { Driver: 'DRIVER', Name: 'VOLUME NAME' }, options.get('format')),
      );
      return 0;
    },
  },
  {
    names: ['volume create'],
    summary: 'Create a volume',
    usage: '[OPTIONS] [VOLUME]',
    options: 'd|driver= label= o|opt=',
    most: 1,
    *run({ context, engine, options, args }) {
      const driver = options.get('d') ?? 'local';
      if (driver !== 'local')
        throw new EngineError(
          `create ${args[0] ?? ''}: error looking up volume plugin ${driver}: plugin "${driver}" not found`,
        );
      const name = args[0] ?? engine.host.random.hex(64);
      engine.store.makeVolume(name);
      yield* context.out(`${name}\n`);
      return 0;
    },
  },
  {
    names: ['volume rm', 'volume remove'],
    summary: 'Remove one or more volumes',
    usage: '[OPTIONS] VOLUME [VOLUME...]',
    options: 'f|force',
    least: 1,
    *run({ context, engine, args }) {
      for (const name of args) {
        if (!engine.store.volumes().some((volume) => volume.name === name))
          throw new EngineError(`get ${name}: no such volume`);
        const users = engine
          .containers()
          .filter(({ spec }) => spec.mounts.some((mount) => mount.name === name));
        if (users.length > 0)
          throw new EngineError(
            `remove ${name}: volume is in use - [${users.map(({ id }) => id).join(', ')}]`,
          );
        engine.store.removeVolume(name);
        yield* context.out(`${name}\n`);
      }
      return 0;
    },
  },
  {
    names: ['volume inspect'],
    summary: 'Display detailed information on one or more volumes',
    usage: '[OPTIONS] VOLUME [VOLUME...]',
    options: 'f|format=',
    least: 1,
    run: inspector([volumeDetails], (name) => `Error response from daemon: get ${name}: no such volume`),
  },
  {
    names: ['volume prune'],
    summary: 'Remove unused local volumes',
    usage: '[OPTIONS]',
    options: 'a|all f|force filter=',
    most: 0,
    *run({ context, engine, options }) {
      const used = new Set(engine.containers().flatMap(({ spec }) => spec.mounts.map(({ name }) => name)));
      const gone = engine.store
        .volumes()
        .filter(({ name }) => !used.has(name) && (options.has('a') || /^[0-9a-f]{64}$/.test(name)));
      for (const { name } of gone) engine.store.removeVolume(name);
      if (gone.length > 0)
        yield* context.out(`Deleted Volumes:\n${gone.map(({ name }) => `${name}\n`).join('')}\n`);
      yield* context.out('Total reclaimed space: 0B\n');
      return 0;
    },
  },
];
