import type { Context, OpenFile } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { socketsOf } from '../network/sockets.ts';
import { type ProcessView, visibleProcesses } from './view.ts';

/** One line of lsof: an open file or socket of a process. */
interface Entry {
  readonly view: ProcessView;
  readonly fd: string;
  readonly type: string;
  readonly device: string;
  readonly size: string;
  readonly node: string;
  readonly name: string;
  readonly ports?: readonly number[];
  readonly protocol?: string;
}

function fileEntries(context: Context, view: ProcessView): Entry[] {
  const seen = context.host.contextOf(view.process);
  if (!seen) return [];
  const entry = (fd: string, type: string, name: string): Entry => {
    const stat = name.startsWith('/') ? seen.fs.tryStat(name) : undefined;
    const size = stat?.type === 'file' ? String(stat.size) : stat?.type === 'directory' ? '4096' : '0t0';
    return { view, fd, type, device: '252,1', size, node: String(stat?.ino ?? 1), name };
  };
  return [
    entry('cwd', 'DIR', seen.cwd),
    entry('rtd', 'DIR', '/'),
    entry('txt', 'REG', view.process.argv[0] ?? ''),
    ...[...seen.fds].map(([fd, file]) => entry(`${fd}${modeOf(file)}`, typeOf(file), file.name)),
  ];
}

function modeOf(file: OpenFile): string {
  if (file.terminal) return 'u';
  return file.readable && file.writable ? 'u' : file.writable ? 'w' : 'r';
}

function typeOf(file: OpenFile): string {
  if (file.terminal || file.name.startsWith('/dev/')) return 'CHR';
  if (file.name.startsWith('pipe:')) return 'FIFO';
  return file.inode()?.type === 'directory' ? 'DIR' : 'REG';
}

function socketEntries(context: Context, view: ProcessView): Entry[] {
  const own = view.process.pid;
  return socketsOf(context)
    .filter(({ pid, listener }) => pid === own || listener?.holders?.has(own))
    .map(({ protocol, state, address, port, peer, six }, i) => {
      const any = address === '0.0.0.0' || address === '::';
      const local = `${any ? '*' : address}:${port}`;
      const shown = peer ? `${local}->${peer.address}:${peer.port} (ESTABLISHED)` : local;
      return {
        view,
        fd: `${6 + i}u`,
        type: six ? 'IPv6' : 'IPv4',
        device: String(20_000 + port),
        size: '0t0',
        node: protocol,
        name: state === 'LISTEN' ? `${shown} (LISTEN)` : shown,
        ports: [port, ...(peer ? [peer.port] : [])],
        protocol,
      };
    });
}

export const lsof = tool({
  name: 'lsof',
  summary: 'list open files',
  usage: '[options] [names]',
  version: 'lsof 4.95.0',
  options: 'i? n P p= u= c= t a l w F? s? d= g= T? D= +D= r? U',
  prepare: (args) => args.flatMap((arg) => (arg === '+D' || arg === '+d' ? ['-D'] : [arg])),
  *run(call) {
    const { options, context, operands } = call;
    if (options.has('F') || options.has('r')) call.fail('-F and -r are not simulated');
    const address = options.has('i')
      ? (options.get('i') ?? operands.find((word) => /^(tcp|udp)?:?\d+$/i.test(word)) ?? '')
      : undefined;
    const names = operands.filter((word) => word !== address);
    const found = visibleProcesses(context)
      .filter((view) => mayLook(context, view) && wanted(call, view))
      .flatMap((view) => [
        ...(address === undefined ? fileEntries(context, view) : []),
        ...socketEntries(context, view),
      ])
      .filter((entry) => address === undefined || matches(entry, address))
      .filter(
        (entry) =>
          names.length === 0 || names.some((name) => under(context, entry.name, name, options.has('D'))),
      )
      .filter((entry) => names.length === 0 || entry.name.startsWith('/'));
    if (options.has('t')) {
      const pids = [...new Set(found.map(({ view }) => view.pid))];
      if (pids.length > 0) yield* call.print(`${pids.join('\n')}\n`);
      return pids.length > 0 ? 0 : 1;
    }
    yield* show(call, found);
    return found.length > 0 ? 0 : 1;
  },
});

function wanted({ options }: Call, view: ProcessView): boolean {
  const pids = options.get('p')?.split(',');
  const users = options.get('u')?.split(',');
  const command = options.get('c');
  return (
    (!pids || pids.includes(String(view.pid))) &&
    (!users || users.includes(view.user) || users.includes(String(view.uid))) &&
    (command === undefined || view.comm.startsWith(command))
  );
}

function mayLook({ credentials }: Context, view: ProcessView): boolean {
  return credentials.uid === 0 || credentials.uid === view.uid;
}

/** `:6443`, `tcp`, `TCP:80`, `@10.0.0.1:80`. */
function matches({ ports, protocol }: Entry, address: string): boolean {
  const [, kind = '', number] = /^(?:4|6)?(tcp|udp)?(?:@[^:]*)?(?::(\d+))?$/i.exec(address) ?? [];
  if (!ports) return false;
  return (
    (kind === '' || kind.toUpperCase() === protocol) &&
    (number === undefined || ports.includes(Number(number)))
  );
}

function under(context: Context, path: string, name: string, below: boolean): boolean {
  const real = context.fs.exists(name) ? context.fs.realpath(name) : name;
  return path === real || (below && path.startsWith(`${real}/`));
}

function* show(call: Call, found: readonly Entry[]): Steps<void> {
  if (found.length === 0) return;
  const rows = found.map(({ view, fd, type, device, size, node, name }) => [
    view.comm.slice(0, 9),
    String(view.pid),
    view.user.slice(0, 8),
    fd,
    type,
    device,
    size,
    node,
    name,
  ]);
  const head = ['COMMAND', 'PID', 'USER', 'FD', 'TYPE', 'DEVICE', 'SIZE/OFF', 'NODE', 'NAME'];
  const left = [true, false, false, false, false, false, false, false, true];
  const widths = head.map((title, i) =>
    Math.max(title.length, i === 0 ? 9 : 0, ...rows.map((row) => (row[i] ?? '').length)),
  );
  for (const row of [head, ...rows])
    yield* call.print(
      `${row.map((cell, i) => (i === row.length - 1 ? cell : left[i] ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' ')}\n`,
    );
}

export const fuser = tool({
  name: 'fuser',
  summary: 'identify processes using files or sockets',
  usage: '[-fIMuvw] [-a|-s] [-4|-6] [-c|-m|-n SPACE] [-k [-i] [-SIGNAL]] NAME...',
  version: 'PSmisc 23.7',
  options:
    'a|all k|kill i|interactive m|mount n|namespace= s|silent u|user v|verbose l|list-signals 4|ipv4 6|ipv6 M|ismountpoint w',
  *run(call) {
    const { options, context, operands } = call;
    if (operands.length === 0) call.misuse('No process specification given');
    if (options.has('i')) call.fail('-i is not simulated');
    let any = false;
    for (const name of operands) {
      const space = options.get('n') ?? /\/(tcp|udp)$/.exec(name)?.[1];
      const port = Number(name.replace(/\/(tcp|udp)$/, ''));
      const views = visibleProcesses(context).filter((view) =>
        space === undefined || space === 'file'
          ? mayLook(context, view) &&
            fileEntries(context, view).some((entry) => under(context, entry.name, name, options.has('m')))
          : socketEntries(context, view).some(
              (entry) => entry.ports?.[0] === port && entry.protocol === space.toUpperCase(),
            ),
      );
      if (views.length === 0) {
        if (space === undefined && !context.fs.exists(name))
          yield* call.warn(`Specified filename ${name} does not exist.`);
        continue;
      }
      any = true;
      const shown = space === undefined ? name : `${port}/${space}`;
      yield* call.flush();
      if (!options.has('s')) {
        yield* context.err(
          `${options.has('v') ? `${''.padEnd(21)}USER        PID ACCESS COMMAND\n` : ''}${`${shown}:`.padEnd(21)}`,
        );
        for (const view of views) {
          if (options.has('v'))
            yield* context.err(
              `${view.user.padEnd(9)}${String(view.pid).padStart(6)} ${space === undefined ? 'f....' : 'F....'}  ${view.comm}\n`,
            );
          else yield* context.out(` ${String(view.pid).padStart(5)}`);
        }
        if (!options.has('v')) yield* context.err('\n');
      }
      if (options.has('k')) for (const view of views) if (mayLook(context, view)) view.process.signal('KILL');
    }
    return any ? 0 : 1;
  },
});
