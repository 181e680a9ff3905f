import { type Files, isSystemError } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { type Call, DockerError, type Verb } from './call.ts';
import { fill, listing, stamp } from './format.ts';
import { imageDetails } from './images.ts';
import { type EngineContainer, EngineError, type EngineNetwork } from './model.ts';

/** What `docker inspect` shows of a container. */
function containerDetails(call: Call, container: EngineContainer): unknown {
  const { engine } = call;
  const { id, spec } = container;
  const status = engine.status(container);
  const image = engine.imageConfig(spec.image);
  const running = status?.state === 'running';
  const entrypoint = spec.entrypoint ?? image.entrypoint ?? null;
  const command = spec.command.length > 0 || spec.entrypoint ? spec.command : (image.cmd ?? []);
  const [path = '', ...args] = [...(entrypoint ?? []), ...command];
  const address = engine.address(container);
  const network = engine.networks.find(spec.network);
  const gateway = network.subnet.replace(/\d+\/\d+$/, '1');
  const ports = Object.fromEntries([
    ...(image.ports ?? []).map((port) => [port, null] as const),
    ...spec.ports.map(
      (port) =>
        [
          `${port.containerPort}/${port.protocol}`,
          [{ HostIp: port.hostIp, HostPort: String(port.hostPort) }],
        ] as const,
    ),
  ]);
  return {
    Id: id,
    Created: stamp(container.createdAt),
    Path: path,
    Args: args,
    State: {
      Status: engine.isRestarting(container) ? 'restarting' : (status?.state ?? 'created'),
      Running: running,
      Paused: false,
      Restarting: engine.isRestarting(container),
      OOMKilled: status?.reason === 'OOMKilled',
      Dead: false,
      Pid: running ? (status?.pid ?? 0) : 0,
      ExitCode: running ? 0 : (status?.exitCode ?? 0),
      Error: '',
      StartedAt: stamp(status?.startedAt),
      FinishedAt: stamp(running ? undefined : status?.finishedAt),
    },
    Image: status?.imageId ?? '',
    ResolvConfPath: `/var/lib/docker/containers/${id}/resolv.conf`,
    HostsPath: `/var/lib/docker/containers/${id}/hosts`,
    LogPath: `/var/lib/docker/containers/${id}/${id}-json.log`,
    Name: `/${spec.name}`,
    RestartCount: container.restarts,
    Driver: 'overlay2',
    Platform: 'linux',
    HostConfig: {
      Binds: spec.mounts.map(({ source, destination, name }) => `${name || source}:${destination}`),
      NetworkMode: spec.network,
      PortBindings: Object.fromEntries(
        spec.ports.map((port) => [
          `${port.containerPort}/${port.protocol}`,
          [{ HostIp: port.hostIp === '0.0.0.0' ? '' : port.hostIp, HostPort: String(port.hostPort) }],
        ]),
      ),
      RestartPolicy: { Name: spec.restart, MaximumRetryCount: spec.maximumRetries },
      AutoRemove: spec.autoRemove,
      Memory: spec.memoryBytes ?? 0,
      MemorySwap: spec.memorySwapBytes ?? 0,
      MemorySwappiness: spec.swappiness ?? null,
      NanoCpus: Math.round((spec.cpus ?? 0) * 1e9),
      Privileged: spec.privileged,
      ReadonlyRootfs: spec.readOnly,
      LogConfig: { Type: 'json-file', Config: {} },
    },
    Mounts: spec.mounts.map(({ type, name, source, destination, readOnly }) => ({
      Type: type,
      ...(name === '' ? {} : { Name: name }),
      Source: source,
      Destination: destination,
      ...(type === 'volume' ? { Driver: 'local' } : {}),
      Mode: readOnly ? 'ro' : '',
      RW: !readOnly,
      Propagation: type === 'bind' ? 'rprivate' : '',
    })),
    Config: {
      Hostname: spec.hostname ?? id.slice(0, 12),
      User: spec.user ?? image.user ?? '',
      Tty: spec.tty,
      OpenStdin: spec.stdin,
      Env: [
        ...spec.env.map(([name, value]) => `${name}=${value}`),
        ...Object.entries(image.env ?? {}).map(([name, value]) => `${name}=${value}`),
      ],
      Cmd: command,
      Image: spec.image,
      WorkingDir: spec.workingDir ?? image.workingDir ?? '',
      Entrypoint: entrypoint,
      Labels: spec.labels,
    },
    NetworkSettings: {
      Ports: running ? ports : {},
      Gateway: running && address !== '' ? gateway : '',
      IPAddress: running && network.name === 'bridge' ? address : '',
      IPPrefixLen: running && address !== '' ? 16 : 0,
      MacAddress: running && address !== '' ? macOf(address) : '',
      Networks: {
        [network.name]: {
          NetworkID: network.id,
          Gateway: running && address !== '' ? gateway : '',
          IPAddress: running ? address : '',
          IPPrefixLen: running && address !== '' ? 16 : 0,
          MacAddress: running && address !== '' ? macOf(address) : '',
        },
      },
    },
  };
}

function macOf(address: string): string {
  return `02:42:${address
    .split('.')
    .map((octet) => Number(octet).toString(16).padStart(2, '0'))
    .join(':')}`;
}

function networkDetails(call: Call, network: EngineNetwork): unknown {
  const { engine } = call;
  const members = engine.containers().filter((c) => c.spec.network === network.name && engine.isRunning(c));
  return {
    Name: network.name,
    Id: network.id,
    Created: stamp(network.createdAt),
    Scope: 'local',
    Driver: network.driver,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config:
        network.subnet === ''
          ? null
          : [{ Subnet: network.subnet, Gateway: network.subnet.replace(/\d+\/\d+$/, '1') }],
    },
    Internal: false,
    Containers: Object.fromEntries(
      members.map((c) => [
        c.id,
        { Name: c.spec.name, MacAddress: macOf(engine.address(c)), IPv4Address: `${engine.address(c)}/16` },
      ]),
    ),
    Options: {},
    Labels: {},
  };
}

function volumeDetails({ engine }: Call, name: string): unknown {
  const found = engine.store.volumes().find((volume) => volume.name === name);
  return (
    found && {
      CreatedAt: stamp(found.createdAt),
      Driver: 'local',
      Labels: null,
      Mountpoint: engine.store.volumePath(name),
      Name: name,
      Options: null,
      Scope: 'local',
    }
  );
}

type Look = (call: Call, name: string) => unknown;

const tryContainer: Look = (call, name) => {
  try {
    return containerDetails(call, call.engine.find(name));
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
};
const tryNetwork: Look = (call, name) => {
  try {
    return networkDetails(call, call.engine.networks.find(name));
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
};

/** Shows objects as JSON or as a template says; those that are not there are told after the others. */
function inspector(looks: readonly Look[], missing: (name: string) => string): Verb['run'] {
  return function* (call) {
    const format = call.options.get('f');
    const found: unknown[] = [];
    const errors: string[] = [];
    for (const name of call.args) {
      const value = looks.map((look) => look(call, name)).find((candidate) => candidate !== undefined);
      if (value === undefined) errors.push(missing(name));
      else found.push(value);
    }
    const text =
      format === undefined
        ? `${JSON.stringify(found, undefined, 4)}\n`
        : found.map((value) => `${fill(format === 'json' ? '{{json .}}' : format, value)}\n`).join('');
    yield* call.context.out(text);
    for (const line of errors) yield* call.context.err(`${line}\n`);
    return errors.length > 0 ? 1 : 0;
  };
}

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
  ...['connect', 'disconnect'].map(
    (name): Verb => ({
      names: [`network ${name}`],
      summary: 'Not simulated',
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
