import { capable, isSystemError, type Mount, mountOptions } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';

export function mountsOf({ context }: Call): readonly Mount[] {
  return context.mounts
    .list()
    .filter((mount, i, all) => all.findLastIndex(({ path }) => path === mount.path) === i);
}

export const mount = tool({
  name: 'mount',
  summary: 'mount a filesystem',
  usage: [
    '[-lhV]',
    '-a [options]',
    '[options] [--source] <source> | [--target] <directory>',
    '[options] <source> <directory>',
    '<operation> <mountpoint> [<target>]',
  ],
  version: 'util-linux 2.39.3',
  options:
    'a|all t|types= o|options= r|read-only w|rw|read-write bind rbind B R v|verbose n|no-mtab f|fake l|show-labels m|mkdir? source= target= make-private make-shared make-rprivate make-rshared L|label= U|uuid= M|move i T|fstab= F|fork',
  *run(call) {
    const { options, operands, context } = call;
    if (operands.length === 0 && !options.has('a')) {
      const types = options.get('t')?.split(',');
      for (const entry of mountsOf(call))
        if (!types || types.includes(entry.fs.type))
          yield* call.print(
            `${entry.source} on ${entry.path} type ${entry.fs.type} (${mountOptions(entry)})\n`,
          );
      return 0;
    }
    if (!capable(context.credentials, 'SYS_ADMIN')) {
      const where = operands.at(-1) ?? '';
      call.fail(
        `${where}: must be superuser to use mount.\n       dmesg(1) may have more information after failed mount system call.`,
        32,
      );
    }
    if (options.has('make-private', 'make-shared', 'make-rprivate', 'make-rshared')) return 0;
    if (options.has('a')) return yield* mountAll(call);
    const given = (options.get('o') ?? '').split(',');
    if (given.includes('remount')) return yield* remount(call, operands.at(-1) as string, given);
    const [source = '', target] = operands.length === 1 ? fromFstab(call, operands[0] as string) : operands;
    return yield* attach(call, source, target ?? '', {
      type: options.get('t'),
      bind: options.has('bind', 'rbind', 'B', 'R') || given.includes('bind') || given.includes('rbind'),
      readOnly: options.has('r') || given.includes('ro'),
    });
  },
});

interface Wanted {
  readonly type: string | undefined;
  readonly bind: boolean;
  readonly readOnly: boolean;
}

function* attach(call: Call, source: string, target: string, wanted: Wanted): Steps<number> {
  const { context } = call;
  const { fs, host } = context;
  if (!fs.isDirectory(target) && !(wanted.bind && fs.exists(target)))
    call.fail(
      `${target}: mount point ${fs.exists(target) ? 'is not a directory' : 'does not exist'}.\n       dmesg(1) may have more information after failed mount system call.`,
      32,
    );
  const path = fs.realpath(target);
  if (wanted.bind) {
    if (!fs.exists(source))
      call.fail(
        `${target}: special device ${source} does not exist.\n       dmesg(1) may have more information after failed mount system call.`,
        32,
      );
    host.attachMount({ path, kind: 'bind', source: fs.realpath(source), readOnly: wanted.readOnly });
    return 0;
  }
  if (wanted.type === 'tmpfs') {
    host.attachMount({ path, kind: 'tmpfs', source, readOnly: wanted.readOnly });
    return 0;
  }
  if (wanted.type === 'nfs' || wanted.type === 'nfs4' || /^[\w.-]+:\//.test(source))
    call.fail(
      `${target}: bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program.\n       dmesg(1) may have more information after failed mount system call.`,
      32,
    );
  if (wanted.type !== undefined && !['ext4', 'xfs', 'auto'].includes(wanted.type))
    call.fail(
      `${target}: unknown filesystem type '${wanted.type}'.\n       dmesg(1) may have more information after failed mount system call.`,
      32,
    );
  if (!fs.exists(source))
    call.fail(
      `${target}: special device ${source} does not exist.\n       dmesg(1) may have more information after failed mount system call.`,
      32,
    );
  if (mountsOf(call).some((entry) => entry.source === source))
    call.fail(
      `${target}: ${source} already mounted on ${mountsOf(call).find((entry) => entry.source === source)?.path}.\n       dmesg(1) may have more information after failed mount system call.`,
      32,
    );
  return yield* wrongType(call, source, target);
}

function* wrongType(call: Call, source: string, target: string): Steps<number> {
  yield* call.warn(
    `${target}: wrong fs type, bad option, bad superblock on ${source}, missing codepage or helper program, or other error.\n       dmesg(1) may have more information after failed mount system call.`,
    32,
  );
  return 32;
}

function fromFstab(call: Call, name: string): [string, string] {
  const row = fstab(call).find(([source, target]) => source === name || target === name);
  if (!row) return call.fail(`${name}: can't find in /etc/fstab.`, 1);
  return [row[0] as string, row[1] as string];
}

export function fstab({ context }: Call): string[][] {
  const { fs } = context;
  if (!fs.isFile('/etc/fstab')) return [];
  return fs
    .read('/etc/fstab')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/));
}

function* mountAll(call: Call): Steps<number> {
  for (const [source = '', target = '', type, options = ''] of fstab(call)) {
    if (type === 'swap' || options.includes('noauto') || target === 'none') continue;
    if (mountsOf(call).some((entry) => entry.path === target)) continue;
    const given = options.split(',');
    yield* attach(call, source, target, {
      type,
      bind: given.includes('bind'),
      readOnly: given.includes('ro'),
    });
  }
  return call.status;
}

function* remount(call: Call, target: string, given: readonly string[]): Steps<number> {
  const found = mountsOf(call).find((entry) => entry.path === target || entry.source === target);
  if (!found)
    call.fail(
      `${target}: mount point not mounted or bad option.\n       dmesg(1) may have more information after failed mount system call.`,
      32,
    );
  if (given.includes('ro') && target === '/') {
    yield* call.warn(
      `${target}: mount point is busy.\n       dmesg(1) may have more information after failed mount system call.`,
      32,
    );
  }
  return call.status;
}

export const umount = tool({
  name: 'umount',
  summary: 'unmount filesystems',
  usage: ['[-hV]', '-a [options]', '[options] <source> | <directory>'],
  version: 'util-linux 2.39.3',
  options: 'a|all f|force l|lazy R|recursive r|read-only t|types= v|verbose q|quiet n c d i',
  *run(call) {
    const { operands, context } = call;
    if (operands.length === 0) call.misuse('bad usage');
    for (const name of operands) {
      let path = name;
      try {
        path = context.fs.realpath(name);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        yield* call.warn(`${name}: no mount point specified.`, 32);
        continue;
      }
      const found = mountsOf(call).find((entry) => entry.path === path || entry.source === name);
      if (!found) yield* call.warn(`${name}: not mounted.`, 32);
      else if (!capable(context.credentials, 'SYS_ADMIN'))
        yield* call.warn(`${name}: must be superuser to unmount.`, 32);
      else if (!context.host.detachMount(found.path)) yield* call.warn(`${name}: target is busy.`, 32);
    }
    return undefined;
  },
});

export const findmnt = tool({
  name: 'findmnt',
  summary: 'find a filesystem',
  usage: '[options] [<device> | <mountpoint>]',
  version: 'util-linux 2.39.3',
  options:
    's|fstab m|mtab k|kernel t|types= n|noheadings o|output= l|list r|raw J|json T|target= M|mountpoint= S|source= D|df a|all v x|verify P|pairs u',
  *run(call) {
    const { options, operands } = call;
    if (options.has('J', 'P', 'x')) call.fail('-J, -P and -x are not simulated');
    const wanted = operands[0] ?? options.get('M') ?? options.get('S') ?? options.get('T');
    const all = mountsOf(call).filter(
      (entry) => wanted === undefined || entry.path === wanted || entry.source === wanted,
    );
    const types = options.get('t')?.split(',');
    const chosen = all.filter((entry) => !types || types.includes(entry.fs.type));
    const value: Readonly<Record<string, (entry: Mount) => string>> = {
      TARGET: (entry) =>
        wanted === undefined && !options.has('l', 'r') && entry.path !== '/'
          ? `${chosen.at(-1) === entry ? '└─' : '├─'}${entry.path}`
          : entry.path,
      SOURCE: (entry) => entry.source,
      FSTYPE: ({ fs }) => fs.type,
      OPTIONS: mountOptions,
    };
    const columns = (
      options.get('o')?.toUpperCase().split(',') ?? ['TARGET', 'SOURCE', 'FSTYPE', 'OPTIONS']
    ).map((name) => {
      if (!value[name]) call.fail(`unknown column: ${name}`);
      return name;
    });
    const rows = chosen.map((entry) => columns.map((name) => value[name]?.(entry) ?? ''));
    const lines = options.has('n') ? rows : [columns, ...rows];
    const widths = columns.map((_, i) => Math.max(...lines.map((row) => (row[i] ?? '').length)));
    if (rows.length > 0)
      for (const row of lines)
        yield* call.print(
          `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join(' ')}\n`,
        );
    return rows.length > 0 ? 0 : 1;
  },
});
