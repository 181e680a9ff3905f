import { binary, Disk, Files, type FrozenDisk, MountTable, ROOT, SystemError } from '../host/index.ts';
import type { Command } from '../shell/command.ts';
import { Clock } from '../sim/index.ts';

const DIRECTORIES = [
  '/etc',
  '/root',
  '/home/candidate',
  '/usr/bin',
  '/usr/sbin',
  '/var/log',
  '/var/lib',
  '/run',
  '/dev',
];

const PASSWD = `root:x:0:0:root:/root:/bin/bash
candidate:x:1000:1000::/home/candidate:/bin/bash
`;

/** A disk with little more than the programs on it. */
export function bareDisk(commands: readonly Command[], nowMs: number): FrozenDisk {
  const disk = new Disk({ clock: new Clock(nowMs) });
  const fs = filesAsRoot(new MountTable(disk));
  for (const path of DIRECTORIES) fs.mkdirAll(path, 0o755);
  fs.mkdir('/tmp', 0o777);
  fs.chmod('/tmp', 0o1777);
  for (const name of ['bin', 'sbin']) fs.symlink(`usr/${name}`, `/${name}`);
  fs.write('/etc/passwd', PASSWD);
  fs.write('/etc/group', 'root:x:0:\ncandidate:x:1000:\n');
  for (const device of ['null', 'zero', 'full', 'tty']) fs.makeNode(`/dev/${device}`, 'char', 0o666, device);
  for (const command of commands) {
    for (const path of command.paths ?? [`/usr/bin/${command.name}`]) {
      fs.mkdirAll(path.slice(0, path.lastIndexOf('/')), 0o755);
      fs.write(path, binary(command.name), 0o755);
      fs.chmod(path, 0o755);
    }
  }
  fs.chown('/home/candidate', 1000, 1000);
  return disk.freeze();
}

/** The files of a mount table as root sees them, for the simulation's own use. */
export function filesAsRoot(mounts: MountTable): Files {
  return new Files({
    mounts,
    credentials: ROOT,
    cwd: '/',
    umask: 0o022,
    openSpecial: (place) => {
      throw new SystemError('ENODEV', place.path);
    },
  });
}
