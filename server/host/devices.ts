import { charge } from '../sim/index.ts';
import type { Context } from './context.ts';
import { SystemError } from './errors.ts';
import type { FileSystem, Inode } from './files/filesystem.ts';
import type { Place } from './files/mounts.ts';
import { FunctionFile, type OpenFile, type OpenFlags, Pipe } from './files/open-file.ts';
import type { Host } from './host.ts';
import { decode, zeros } from './text.ts';

type OpenDevice = (host: Host, context: Context) => OpenFile;

/** What a piece of random bytes costs its reader. */
const RANDOM_STEPS = 16;

function random(host: Host): OpenFile {
  return new FunctionFile('/dev/urandom', {
    // One character a byte, so that a reader who asks for few gets few.
    read: (limit) => {
      charge(RANDOM_STEPS);
      const bytes = Uint8Array.from({ length: Math.min(limit, 4096) }, () => host.random.below(256));
      return decode(bytes);
    },
  });
}

const DEVICES: Record<string, OpenDevice> = {
  null: () => new FunctionFile('/dev/null', { read: () => '' }),
  zero: () => new FunctionFile('/dev/zero', { read: (limit) => zeros(limit) }),
  full: () =>
    new FunctionFile('/dev/full', {
      read: (limit) => zeros(limit),
      write: () => {
        throw new SystemError('ENOSPC');
      },
    }),
  random,
  urandom: random,
  kmsg: (host) =>
    new FunctionFile('/dev/kmsg', {
      write: (text) => {
        host.journal.append({
          identifier: 'kernel',
          pid: undefined,
          unit: undefined,
          message: text.trimEnd(),
        });
        return text.length;
      },
    }),
  tty: (_host, context) => {
    const { terminal } = context;
    // ENXIO, in the words that tools print for it.
    if (!terminal) throw new SystemError('ENODEV');
    return terminal.open();
  },
};

/** What stands behind the device, fifo and socket files of a host. */
export class Devices {
  readonly #host: Host;
  readonly #fifos = new WeakMap<FileSystem, Map<number, Pipe>>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Opens a file that is neither regular nor a directory. */
  open(context: Context, place: Place, node: Inode, flags: OpenFlags): OpenFile {
    if (node.type === 'fifo') return this.#openFifo(place, flags);
    const terminal = node.type === 'char' && this.#host.terminals.byName(node.data);
    if (terminal) return terminal.open();
    const device = node.type === 'char' ? DEVICES[node.data] : undefined;
    if (!device) throw new SystemError('ENODEV', place.path);
    return device(this.#host, context);
  }

  /** A reader who comes first waits for a writer, as its first `read` would find out. */
  #openFifo(place: Place, flags: OpenFlags): OpenFile {
    const { fs } = place.mount;
    const fifos = this.#fifos.get(fs) ?? new Map<number, Pipe>();
    this.#fifos.set(fs, fifos);
    const pipe = fifos.get(place.ino) ?? new Pipe({ named: true });
    fifos.set(place.ino, pipe);
    return flags.write ? pipe.writer() : pipe.reader();
  }
}
