import {
  type Credentials,
  controlGroups,
  Disk,
  deviceFs,
  devptsFs,
  Files,
  type FrozenDisk,
  filesOn,
  type Host,
  type Mount,
  MountTable,
  type Place,
  partOf,
  procFs,
  SystemError,
  sysFs,
} from '../../../host/index.ts';
import type { Cgroup, PidNamespace } from '../../../sim/index.ts';
import type { MountConfig } from '../../client/cri.ts';
import { RuntimeError } from '../../client/cri.ts';
import type { Image } from '../../images/index.ts';
import { layeredDisk } from './layers.ts';
import { OverlayFs } from './overlay.ts';
import { parametersFs } from './parameters.ts';
import { upperPath } from './records.ts';

interface Skeleton {
  readonly disk: FrozenDisk;
  readonly targets: readonly Target[];
}

/** Where a mount goes once links are followed, and whether the image has something of the wrong kind there. */
interface Target {
  readonly path: string;
  readonly isOther: boolean;
}

const skeletons = new WeakMap<FrozenDisk, Map<string, Skeleton>>();

/** An image with the mount points it lacks, shared by all containers that mount the same. */
function withMountPoints(host: Host, image: FrozenDisk, mounts: readonly MountConfig[]): Skeleton {
  const isFile = mounts.map(({ hostPath }) => host.init.fs.tryStat(hostPath)?.type !== 'directory');
  const key = mounts.map(({ containerPath }, i) => `${containerPath}${isFile[i] ? '' : '/'}`).join('\n');
  let known = skeletons.get(image);
  if (!known) {
    known = new Map();
    skeletons.set(image, known);
  }
  let skeleton = known.get(key);
  if (!skeleton) {
    const disk = new Disk({ clock: host.clock, base: image, type: 'overlay' });
    const fs = filesOn(disk);
    const targets = mounts.map(({ containerPath }, i) => mountPoint(fs, containerPath, isFile[i] === true));
    skeleton = { disk: disk.freeze(), targets };
    known.set(key, skeleton);
  }
  return skeleton;
}

function mountPoint(fs: Files, path: string, isFile: boolean): Target {
  if (!fs.exists(path)) {
    if (isFile) {
      fs.mkdirAll(path.slice(0, path.lastIndexOf('/')) || '/', 0o755);
      fs.write(path, '');
    } else {
      fs.mkdirAll(path, 0o755);
    }
  }
  return { path: fs.realpath(path), isOther: fs.isDirectory(path) === isFile };
}

export interface RootOptions {
  containerId: string;
  image: Image;
  mounts: readonly MountConfig[];
  readOnly: boolean;
  pids: PidNamespace;
  privileged: boolean;
  /** Kernel parameters of its sandbox. */
  sysctls: Readonly<Record<string, string>>;
  /** The group its processes are in, as far as it may know: the root of what it sees. */
  cgroup: () => Cgroup;
}

/** What containers of a host have in common beside their files. */
interface Fixtures {
  readonly dev: Disk;
  /** Mounted over what a container is not to see of the machine. */
  readonly masks: readonly (readonly [path: string, fs: Disk])[];
}

const DEV_OPTIONS = 'nosuid,mode=755';
const HIDDEN = ['/proc/acpi', '/proc/scsi', '/sys/firmware'];
const fixtures = new WeakMap<Host, Fixtures>();

function fixturesOf(host: Host): Fixtures {
  let known = fixtures.get(host);
  if (!known) {
    const { clock, memoryBytes } = host;
    const masks = HIDDEN.map(
      (path) => [path, new Disk({ clock, type: 'tmpfs', bytes: memoryBytes / 2 })] as const,
    );
    known = { dev: deviceFs(host), masks };
    fixtures.set(host, known);
  }
  return known;
}

/** The file systems that a container sees. Throws when something to be mounted is not there. */
export function containerMounts(host: Host, options: RootOptions): MountTable {
  const { disk, targets } = withMountPoints(host, layeredDisk(host, options.image), options.mounts);
  const upper = upperPath(options.containerId);
  const root = new OverlayFs(
    disk,
    {
      disk: host.disk,
      find: () => host.init.fs.tryStat(upper)?.ino,
      make: () => {
        host.init.fs.mkdirAll(upper, 0o755);
        return host.init.fs.stat(upper).ino;
      },
    },
    options.readOnly,
  );
  const table = new MountTable(root, 'overlay');
  const { dev, masks } = fixturesOf(host);
  table.mount({ path: '/proc', fs: procFs(host, options.pids, options.cgroup), source: 'proc' });
  const parameters = parametersFs(host, options.sysctls);
  table.mount({ path: '/proc/sys', fs: parameters, source: 'proc', readOnly: !options.privileged });
  table.mount({ path: '/dev', fs: dev, source: 'tmpfs', options: DEV_OPTIONS });
  table.mount({ path: '/dev/pts', fs: devptsFs(host), source: 'devpts' });
  const queue = partOf(dev, inoOf(dev, 'mqueue'), { type: 'mqueue' });
  table.mount({ path: '/dev/mqueue', fs: queue, source: 'mqueue' });
  table.mount({ path: '/sys', fs: sysFs(host), source: 'sysfs', readOnly: !options.privileged });
  table.mount({
    path: '/sys/fs/cgroup',
    fs: controlGroups(host, options.cgroup),
    source: 'cgroup',
    readOnly: !options.privileged,
  });
  for (const [i, config] of ordered(options.mounts)) {
    const { hostPath, readOnly, tmpfsBytes } = config;
    const place = onHost(host, hostPath);
    const { path: target, isOther } = targets[i] as Target;
    if (isOther && !isCovered(config, options.mounts))
      throw mismatch(config, options, host.init.fs.isDirectory(hostPath));
    const source = place.mount.fs === host.disk ? '/dev/vda1' : place.mount.source;
    const shown = { path: target, fs: place.mount.fs, root: place.ino, source, readOnly };
    table.mount(tmpfsBytes === undefined ? shown : inMemory(shown, tmpfsBytes));
    // What is mounted below comes along, as with `mount --rbind`.
    for (const lower of host.mounts.below(place.path)) {
      const path = `${target}${lower.path.slice(place.path === '/' ? 0 : place.path.length)}`;
      table.mount({ ...lower, path, readOnly: readOnly || lower.readOnly });
    }
  }
  if (options.privileged) return table;
  for (const [path, fs] of masks) table.mount({ path, fs, source: 'tmpfs', readOnly: true });
  for (const path of ['/proc/kcore', '/proc/keys', '/proc/timer_list'])
    table.mount({ path, fs: dev, root: inoOf(dev, 'null'), source: 'tmpfs', options: DEV_OPTIONS });
  return table;
}

/** What the image has there lies below another mount. */
function isCovered({ containerPath }: MountConfig, mounts: readonly MountConfig[]): boolean {
  return mounts.some((other) => containerPath.startsWith(`${other.containerPath.replace(/\/+$/, '')}/`));
}

// Models runc libcontainer/rootfs_linux.go createMountpoint
function mismatch(
  { hostPath, containerPath }: MountConfig,
  { containerId }: RootOptions,
  isDirectory: boolean,
): RuntimeError {
  const path = `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${containerId}/rootfs${containerPath}`;
  const why = isDirectory
    ? `cannot create subdirectories in "${path}": not a directory`
    : `create target of file bind-mount: open ${path}: is a directory`;
  return initFailure(
    `error mounting "${hostPath}" to rootfs at "${containerPath}": create mountpoint for ${containerPath} mount: ${why}`,
  );
}

function initFailure(why: string): RuntimeError {
  return new RuntimeError(
    'Unknown',
    `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${why}: unknown`,
  );
}

/** Those with fewer parts first, so that none hides another. Models containerd pkg/cri/opts orderedMounts. */
function ordered(mounts: readonly MountConfig[]): [number, MountConfig][] {
  const parts = ({ containerPath }: MountConfig) => containerPath.replace(/\/+$/, '').split('/').length;
  return [...mounts.entries()].sort(([, a], [, b]) => parts(a) - parts(b));
}

function inMemory(mount: Mount, bytes: number): Mount {
  const fs = partOf(mount.fs, mount.root, { type: 'tmpfs', bytes });
  return { ...mount, fs, source: mount.path === '/dev/shm' ? 'shm' : 'tmpfs' };
}

function inoOf(disk: Disk, name: string): number {
  return disk.lookup(disk.root, name) as number;
}

/** A container's files as somebody in it sees them. */
export function filesIn(mounts: MountTable, credentials: Credentials, cwd = '/'): Files {
  return new Files({
    mounts,
    credentials,
    cwd,
    umask: 0o022,
    openSpecial: (place) => {
      throw new SystemError('ENODEV', place.path);
    },
  });
}

function onHost(host: Host, path: string): Place {
  try {
    return host.mounts.resolve(path, { cwd: '/' });
  } catch {
    throw initFailure(`error mounting "${path}" to rootfs: no such file or directory`);
  }
}
