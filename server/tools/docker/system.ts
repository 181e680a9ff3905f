import type { Steps } from '../../sim/index.ts';
import type { Call, Verb } from './call.ts';
import { DOCKER_VERSION } from './dockerd.ts';
import { bytesText, fill, table } from './format.ts';
import { diskBytes } from './images.ts';

function* info(call: Call): Steps<number> {
  const { context, engine, options } = call;
  const { host } = engine;
  const containers = engine.containers();
  const running = containers.filter((container) => engine.isRunning(container)).length;
  const values = {
    ID: 'b1f7a6c0-2d4e-4c9a-8f3b-5e7d9a1c3b5f',
    Containers: containers.length,
    ContainersRunning: running,
    ContainersPaused: 0,
    ContainersStopped: containers.length - running,
    Images: engine.runtime.images().length,
    Driver: 'overlay2',
    CgroupDriver: host.cgroupVersion === 1 ? 'cgroupfs' : 'systemd',
    CgroupVersion: String(host.cgroupVersion),
    ServerVersion: DOCKER_VERSION,
    OperatingSystem: 'Ubuntu 24.04.1 LTS',
    NCPU: host.cores,
    MemTotal: host.memoryBytes,
    Name: host.hostname,
    DockerRootDir: '/var/lib/docker',
  };
  const format = options.get('f');
  yield* context.out(
    format !== undefined
      ? `${fill(format === 'json' ? '{{json .}}' : format, values)}\n`
      : `Client:
 Version:    ${DOCKER_VERSION}
 Context:    default
 Debug Mode: false

Server:
 Containers: ${values.Containers}
  Running: ${running}
  Paused: 0
  Stopped: ${values.ContainersStopped}
 Images: ${values.Images}
 Server Version: ${DOCKER_VERSION}
 Storage Driver: overlay2
  Backing Filesystem: extfs
 Logging Driver: json-file
 Cgroup Driver: ${values.CgroupDriver}
 Cgroup Version: ${values.CgroupVersion}
 Plugins:
  Volume: local
  Network: bridge host null
 Swarm: inactive
 Runtimes: io.containerd.runc.v2 runc
 Default Runtime: runc
 Kernel Version: 6.8.0-51-generic
 Operating System: Ubuntu 24.04.1 LTS
 OSType: linux
 Architecture: x86_64
 CPUs: ${host.cores}
 Total Memory: ${bytesText(host.memoryBytes, 1024, 4)}
 Name: ${host.hostname}
 ID: ${values.ID}
 Docker Root Dir: /var/lib/docker
 Debug Mode: false
 Live Restore Enabled: false

`,
  );
  return 0;
}

function* version(call: Call): Steps<number> {
  const format = call.options.get('f');
  const values = {
    Client: { Version: DOCKER_VERSION, ApiVersion: '1.47', Os: 'linux', Arch: 'amd64' },
    Server: { Version: DOCKER_VERSION, ApiVersion: '1.47', Os: 'linux', Arch: 'amd64' },
  };
  const part = (title: string, api: string) => `${title}
 Version:           ${DOCKER_VERSION}
 API version:       ${api}
 Go version:        go1.22.2
 Git commit:        27.5.1-0ubuntu3~24.04.2
 Built:             Mon Jun  2 11:51:53 2025
 OS/Arch:           linux/amd64
`;
  yield* call.context.out(
    format !== undefined
      ? `${fill(format === 'json' ? '{{json .}}' : format, values)}\n`
      : `${part('Client:', '1.47')} Context:           default\n\n${part('Server:\n Engine:', '1.47 (minimum version 1.24)').replace('Server:\n Engine:\n', 'Server:\n Engine:\n').replaceAll('\n Ver', '\n  Ver')}`,
  );
  return 0;
}

function* diskUsage(call: Call): Steps<number> {
  const { engine, context } = call;
  const images = engine.runtime.images();
  const used = images.filter(({ repoTags }) => engine.users(repoTags[0] ?? '').length > 0);
  const bytes = images.reduce((sum, image) => sum + diskBytes(image), 0);
  const free = bytes - used.reduce((sum, image) => sum + diskBytes(image), 0);
  const percent = bytes === 0 ? 0 : Math.floor((free * 100) / bytes);
  const containers = engine.containers();
  const running = containers.filter((container) => engine.isRunning(container)).length;
  const volumes = engine.store.volumes();
  yield* context.out(
    table([
      ['TYPE', 'TOTAL', 'ACTIVE', 'SIZE', 'RECLAIMABLE'],
      [
        'Images',
        String(images.length),
        String(used.length),
        bytesText(bytes, 1000, 4),
        `${bytesText(free, 1000, 4)} (${percent}%)`,
      ],
      ['Containers', String(containers.length), String(running), '0B', '0B'],
      ['Local Volumes', String(volumes.length), '0', '0B', '0B'],
      ['Build Cache', '0', '0', '0B', '0B'],
    ]),
  );
  return 0;
}

export const SYSTEM_VERBS: readonly Verb[] = [
  {
    names: ['info', 'system info'],
    summary: 'Display system-wide information',
    usage: '[OPTIONS]',
    options: 'f|format=',
    most: 0,
    run: info,
  },
  {
    names: ['version'],
    summary: 'Show the Docker version information',
    usage: '[OPTIONS]',
    options: 'f|format=',
    most: 0,
    run: version,
  },
  {
    names: ['system df'],
    summary: 'Show docker disk usage',
    usage: '[OPTIONS]',
    options: 'v|verbose format=',
    most: 0,
    run: diskUsage,
  },
  {
    names: ['system prune'],
    summary: 'Remove unused data',
    usage: '[OPTIONS]',
    options: 'a|all f|force volumes filter=',
    most: 0,
    *run({ context, engine }) {
      const gone = engine.containers().filter((container) => !engine.isRunning(container));
      for (const container of gone) engine.remove(container, { force: true, volumes: false });
      if (gone.length > 0)
        yield* context.out(`Deleted Containers:\n${gone.map(({ id }) => `${id}\n`).join('')}\n`);
      yield* context.out('Total reclaimed space: 0B\n');
      return 0;
    },
  },
];
