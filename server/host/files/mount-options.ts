import type { Mount } from './mounts.ts';

const KERNEL = 'nosuid,nodev,noexec,relatime';

/** What the kernel says of how a file system is mounted, where nobody asked for something else. */
const BY_TYPE: Readonly<Record<string, string>> = {
  cgroup: KERNEL,
  cgroup2: `${KERNEL},nsdelegate,memory_recursiveprot`,
  devpts: 'nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666',
  mqueue: KERNEL,
  proc: KERNEL,
  sysfs: KERNEL,
};

/** `rw,nosuid,nodev,noexec,relatime`, as in `/proc/mounts`. */
export function mountOptions({ fs, readOnly, options }: Mount): string {
  const mode = readOnly ? 'ro' : 'rw';
  const own = options ?? BY_TYPE[fs.type] ?? 'relatime';
  if (fs.type !== 'tmpfs' && fs.type !== 'devtmpfs') return `${mode},${own}`;
  return `${mode},${own},size=${Math.floor(fs.usage().bytes / 1024)}k,inode64`;
}
