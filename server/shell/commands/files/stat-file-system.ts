import { isSystemError, type Stat } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { quoteFile } from '../core/quote.ts';
import type { Call } from '../core/tool.ts';

/** What `statfs` calls kinds of file systems, and their magic numbers. */
const KINDS: Readonly<Record<string, readonly [name: string, magic: number]>> = {
  ext4: ['ext2/ext3', 0xef53],
  tmpfs: ['tmpfs', 0x01021994],
  devtmpfs: ['tmpfs', 0x01021994],
  proc: ['proc', 0x9fa0],
  sysfs: ['sysfs', 0x62656572],
  cgroup2: ['cgroup2fs', 0x63677270],
  cgroup: ['cgroupfs', 0x27e0eb],
  devpts: ['devpts', 0x1cd1],
  overlay: ['overlayfs', 0x794c7630],
  mqueue: ['mqueue', 0x19800202],
  bpf: ['bpf_fs', 0xcafe4a11],
};

const BLOCK = 4096;
const ID = '7f4a1c9e3d524b86';

/** `stat -f`: the file system that a path lies on. */
export function* statFileSystems(call: Call, format: string, ends: string): Steps<undefined> {
  for (const path of call.operands) {
    try {
      yield* call.print(describe(call, format, path, call.context.fs.stat(path)) + ends);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      yield* call.warn(`cannot read file system information for ${quoteFile(path)}: ${error.message}`);
    }
  }
  return undefined;
}

export const WHOLE = `  File: "%n"
    ID: %-8i Namelen: %-7l Type: %T
Block size: %-10s Fundamental block size: %S
Blocks: Total: %-10b Free: %-10f Available: %a
Inodes: Total: %-10c Free: %d
`;

function describe(call: Call, format: string, path: string, found: Stat): string {
  const mount = call.context.mounts
    .list()
    .filter(({ path: at }) => at === '/' || found.path === at || found.path.startsWith(`${at}/`))
    .sort((a, b) => a.path.length - b.path.length)
    .at(-1);
  const { bytes = 0, usedBytes = 0, inodes = 0, usedInodes = 0 } = mount?.fs.usage() ?? {};
  const [name, magic] = KINDS[mount?.fs.type ?? ''] ?? [`UNKNOWN (0x0)`, 0];
  const free = String(Math.floor((bytes - usedBytes) / BLOCK));
  const fields: Readonly<Record<string, string>> = {
    '%': '%',
    a: free,
    b: String(Math.floor(bytes / BLOCK)),
    c: String(inodes),
    d: String(inodes - usedInodes),
    f: free,
    i: ID,
    l: '255',
    n: path,
    s: String(BLOCK),
    S: String(BLOCK),
    t: magic.toString(16),
    T: name,
  };
  return format.replace(/%(-?)(\d*)([a-zA-Z%])/g, (_, left: string, width: string, what: string) => {
    const text = fields[what] ?? '?';
    return left === '-' ? text.padEnd(Number(width)) : text.padStart(Number(width));
  });
}
