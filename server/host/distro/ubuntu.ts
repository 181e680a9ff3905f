import type { Clock } from '../../sim/index.ts';
import { ROOT } from '../credentials.ts';
import { SystemError } from '../errors.ts';
import { Disk, type FrozenDisk } from '../files/disk.ts';
import { Files } from '../files/files.ts';
import { MountTable } from '../files/mounts.ts';
import { publicRoots } from '../network/public-ca.ts';
import { registerBase } from '../packages/index.ts';
import { binary } from '../program.ts';
import { UBUNTU_DIRECTORIES, UBUNTU_FILES, UBUNTU_LINKS } from './ubuntu-files.ts';

/** A program to be installed, and where. */
export interface Installed {
  readonly program: string;
  readonly paths: readonly string[];
}

/** Root's view of a disk that no host has mounted: how images and base disks are written. */
export function filesOn(disk: Disk): Files {
  return new Files({
    mounts: new MountTable(disk),
    credentials: ROOT,
    cwd: '/',
    umask: 0o022,
    openSpecial: (place) => {
      throw new SystemError('ENODEV', place.path);
    },
  });
}

/** A freshly installed Ubuntu 24.04 server disk with these programs. Host names and keys come on top. */
export function ubuntuDisk(clock: Clock, installed: readonly Installed[]): FrozenDisk {
  const disk = new Disk({ clock });
  const fs = filesOn(disk);
  for (const [path, mode] of UBUNTU_DIRECTORIES) {
    fs.mkdirAll(path);
    fs.chmod(path, mode);
  }
  for (const [path, target] of UBUNTU_LINKS) fs.symlink(target, path);
  for (const [path, { text, mode, owner }] of Object.entries(UBUNTU_FILES)) {
    fs.mkdirAll(path.slice(0, path.lastIndexOf('/')) || '/');
    fs.write(path, text);
    fs.chmod(path, mode ?? 0o644);
    if (owner !== undefined) fs.chown(path, owner, owner);
  }
  fs.mkdirAll('/etc/ssl/certs');
  fs.write('/etc/ssl/certs/ca-certificates.crt', publicRoots());
  for (const { program, paths } of installed) {
    for (const path of paths) installBinary(fs, path, program);
  }
  for (const [path, owner] of [
    ['/home/candidate', 1000],
    ['/home/candidate/.ssh', 1000],
  ] as const)
    fs.chown(path, owner, owner);
  registerBase(fs, 'ubuntu', 'server');
  return disk.freeze();
}

/** Puts an executable that runs `program` at `path`. */
export function installBinary(fs: Files, path: string, program: string): void {
  fs.mkdirAll(path.slice(0, path.lastIndexOf('/')));
  fs.write(path, binary(program));
  fs.chmod(path, path.endsWith('/sudo') || path.endsWith('/su') || path.endsWith('/mount') ? 0o4755 : 0o755);
}
