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
  MountTable,
  type Place,
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
  /** Where each mount goes once links are followed. */
  readonly targets: readonly string[];
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

function mountPoint(fs: Files, path: string, isFile: boolean): string {
  if (!fs.exists(path)) {
    if (isFile) {
      fs.mkdirAll(path.slice(0, path.lastIndexOf('/')) || '/', 0o755);
      fs.write(path, '');
    } else {
      fs.mkdirAll(path, 0o755);
    }
  }
  return fs.realpath(path);
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

const devices = new WeakMap<Host, Disk>();

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
  let dev = devices.get(host);
  if (!dev) {
    dev = deviceFs(host);
    devices.set(host, dev);
  }
  table.mount({ path: '/proc', fs: procFs(host, options.pids, options.cgroup), source: 'proc' });
  const parameters = parametersFs(host, options.sysctls);
  table.mount({ path: '/proc/sys', fs: parameters, source: 'proc', readOnly: !options.privileged });
  table.mount({ path: '/dev', fs: dev, source: 'tmpfs' });
  table.mount({ path: '/dev/pts', fs: devptsFs(host), source: 'devpts' });
  table.mount({ path: '/sys', fs: sysFs(host), source: 'sysfs', readOnly: true });
  table.mount({
    path: '/sys/fs/cgroup',
    fs: controlGroups(host, options.cgroup),
    source: 'cgroup',
    readOnly: true,
  });
  options.mounts.forEach(({ hostPath, readOnly }, i) => {
    const place = onHost(host, hostPath);
    const target = targets[i] as string;
    table.mount({ path: target, fs: place.mount.fs, root: place.ino, source: '/dev/vda1', readOnly });
    // What is mounted below comes along, as with `mount --rbind`.
    for (const lower of host.mounts.below(place.path)) {
      const path = `${target}${lower.path.slice(place.path === '/' ? 0 : place.path.length)}`;
      table.mount({ ...lower, path, readOnly: readOnly || lower.readOnly });
    }
  });
  return table;
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
    throw new RuntimeError(
      'Unknown',
      `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "${path}" to rootfs: no such file or directory: unknown`,
    );
  }
}
