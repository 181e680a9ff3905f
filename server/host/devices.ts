import type { Context } from './context.ts';
import { SystemError } from './errors.ts';
import type { Inode } from './files/filesystem.ts';
import type { Place } from './files/mounts.ts';
import { FunctionFile, type OpenFile, type OpenFlags } from './files/open-file.ts';
import type { Host } from './host.ts';

type OpenDevice = (host: Host, context: Context) => OpenFile;

const DEVICES: Record<string, OpenDevice> = {
  null: () => new FunctionFile('/dev/null', { read: () => '' }),
  zero: () => new FunctionFile('/dev/zero', { read: (limit) => '\0'.repeat(limit) }),
  full: () =>
    new FunctionFile('/dev/full', {
      read: (limit) => '\0'.repeat(limit),
      write: () => {
        throw new SystemError('ENOSPC');
      },
    }),
  tty: (_host, context) => {
    const file = [...context.fds.values()].find(
      (open) => open.terminal && open.terminal === context.terminal,
    );
    if (!file) throw new SystemError('ENODEV');
    return file;
  },
};

/** What stands behind the device, fifo and socket files of a host. */
export class Devices {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Opens a file that is neither regular nor a directory. */
  open(context: Context, place: Place, node: Inode, _flags: OpenFlags): OpenFile {
    const device = node.type === 'char' ? DEVICES[node.data] : undefined;
    if (!device) throw new SystemError('ENODEV', place.path);
    return device(this.#host, context);
  }
}
