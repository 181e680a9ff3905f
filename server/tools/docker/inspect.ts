import type { Call, Verb } from './call.ts';
import { fill, stamp } from './format.ts';
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
    Created: stamp(container.createdAt, container.id),
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
      StartedAt: stamp(status?.startedAt, container.id),
      FinishedAt: stamp(running ? undefined : status?.finishedAt, container.id),
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
    Created: stamp(network.createdAt, network.id),
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

export function volumeDetails({ engine }: Call, name: string): unknown {
  const found = engine.store.volumes().find((volume) => volume.name === name);
  return (
    found && {
      CreatedAt: stamp(found.createdAt, found.name),
      Driver: 'local',
      Labels: null,
      Mountpoint: engine.store.volumePath(name),
      Name: name,
      Options: null,
      Scope: 'local',
    }
  );
}

export type Look = (call: Call, name: string) => unknown;

export const tryContainer: Look = (call, name) => {
  try {
    return containerDetails(call, call.engine.find(name));
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
};
export const tryNetwork: Look = (call, name) => {
  try {
    return networkDetails(call, call.engine.networks.find(name));
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
};

/** Shows objects as JSON or as a template says; those that are not there are told after the others. */
export function inspector(looks: readonly Look[], missing: (name: string) => string): Verb['run'] {
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
