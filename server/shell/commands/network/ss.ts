import { type Call, tool } from '../core/tool.ts';
import { displayWidth } from '../core/width.ts';
import { owners, type Socket, serviceName, socketsOf } from './sockets.ts';
import { readFilter } from './ss-filter.ts';

export const ss = tool({
  name: 'ss',
  summary: 'another utility to investigate sockets',
  usage: '[ OPTIONS ] [ FILTER ]',
  version: 'iproute2-6.1.0',
  usageStatus: 255,
  options:
    'n|numeric r|resolve a|all l|listening o|options e|extended m|memory p|processes i|info s|summary 4|ipv4 6|ipv6 t|tcp u|udp x|unix H|no-header',
  *run(call) {
    const { options } = call;
    if (options.has('s')) return yield* summary(call);
    const both = !options.has('t') && !options.has('u');
    const filter = readFilter(call.operands);
    if (typeof filter === 'string') return call.fail(filter, 255);
    const all = socketsOf(call.context);
    const rows = all
      .filter(({ protocol }) => both || options.has(protocol === 'UDP' ? 'u' : 't'))
      .filter(({ six }) => !options.has(six ? '4' : '6') || options.has('4') === options.has('6'))
      .filter((one) => (filter.states ?? statesOf(call)).includes(one.state) && filter.matches(one))
      .map((one) => cells(call, one, all));
    const hidden = new Set([
      ...(both || (options.has('t') && options.has('u')) ? [] : ['Netid']),
      ...(filter.states?.length === 1 ? ['State'] : []),
    ]);
    const columns = COLUMNS.filter(({ name }) => !hidden.has(name));
    const header = columns.map(({ name }) => name);
    const body = rows.map((row) => row.filter((_, i) => !hidden.has(COLUMNS[i]?.name ?? '')));
    for (const line of layOut(columns, options.has('H') ? body : [header, ...body], screenWidth(call)))
      yield* call.print(`${line}\n`);
    return 0;
  },
});

/** What is shown when no states are asked for: connections, or what listens, or all. */
function statesOf({ options }: Call): readonly Socket['state'][] {
  if (options.has('a')) return ['LISTEN', 'UNCONN', 'ESTAB'];
  return options.has('l') ? ['LISTEN', 'UNCONN'] : ['ESTAB'];
}

interface Column {
  readonly name: string;
  readonly right?: true;
  /** No blank before it. */
  readonly glued?: true;
}

const COLUMNS: readonly Column[] = [
  { name: 'Netid' },
  { name: 'State' },
  { name: 'Recv-Q' },
  { name: 'Send-Q' },
  { name: 'Local Address:', right: true },
  { name: 'Port', glued: true },
  { name: 'Peer Address:', right: true },
  { name: 'Port', glued: true },
  { name: 'Process', glued: true },
];

function cells(call: Call, socket: Socket, all: readonly Socket[]): string[] {
  const { options, context } = call;
  const { protocol, state, address, port, peer, six, listener } = socket;
  const found = options.has('p') ? owners(context, socket, all) : [];
  const users = found.map(({ name, pid, fd }) => `("${name}",pid=${pid},fd=${fd})`);
  // A socket for both families shows as `*`, one for IPv6 alone in brackets.
  const any = six && !peer ? (listener?.v6only ? '[::]' : '*') : '0.0.0.0';
  const shown = (one: string) =>
    one === '::' ? any : one.includes(':') ? `[${one}]` : peer && six ? `[::ffff:${one}]` : one;
  const named = (number: number) => (options.has('n') ? undefined : serviceName(number)) ?? String(number);
  return [
    protocol === 'UDP' ? 'udp' : 'tcp',
    state,
    '0',
    state === 'LISTEN' ? String(listener?.backlog ?? 4096) : '0',
    `${shown(address)}${listener?.device ? `%${listener.device}` : ''}:`,
    named(port),
    `${peer ? shown(peer.address) : any}:`,
    peer ? named(peer.port) : '*',
    users.length > 0 ? ` users:(${users.join(',')})` : '',
  ];
}

/** Undefined: not a terminal, so that columns are as narrow as they can be. */
function screenWidth({ context }: Call): number | undefined {
  return context.fds.get(1)?.terminal?.size.columns;
}

/** Models iproute2 misc/ss.c render_calc_width, render. */
function layOut(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  screen: number | undefined,
): string[] {
  const blank = (i: number) => (i === 0 || columns[i]?.glued ? 0 : 1);
  const widths = columns.map(
    (_, i) => Math.max(0, ...rows.map((row) => displayWidth(row[i] ?? ''))) + blank(i),
  );
  if (screen !== undefined) spread(widths, screen);
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const width = (widths[i] as number) - blank(i);
        return ' '.repeat(blank(i)) + (columns[i]?.right ? cell.padStart(width) : cell.padEnd(width));
      })
      .join(''),
  );
}

/** Gives what a line of the screen has left to the columns on it. */
function spread(widths: number[], screen: number): void {
  let first = 0;
  let length = 0;
  const close = (end: number) => {
    const count = end - first;
    const left = Math.max(0, screen - length);
    for (let i = end - 1, rest = left % count; i >= first; i--, rest--)
      widths[i] = (widths[i] as number) + Math.floor(left / count) + (rest > 0 ? 1 : 0);
    first = end;
    length = 0;
  };
  for (let i = 0; i < widths.length; i++) {
    if (i > first && length + (widths[i] as number) > screen) close(i);
    length += widths[i] as number;
  }
  close(widths.length);
}

function* summary(call: Call) {
  const found = socketsOf(call.context);
  const count = (protocol: string, six: boolean) =>
    found.filter((one) => one.protocol === protocol && one.six === six).length;
  const row = (name: string, four: number, six: number) =>
    `${name}\t  ${String(four + six).padEnd(9)} ${String(four).padEnd(9)} ${String(six).padEnd(9)}\n`;
  const [tcp4, tcp6] = [count('TCP', false), count('TCP', true)];
  const [udp4, udp6] = [count('UDP', false), count('UDP', true)];
  yield* call.print(
    `Total: ${found.length}\nTCP:   ${tcp4 + tcp6} (estab ${found.filter(({ state }) => state === 'ESTAB').length}, closed 0, orphaned 0, timewait 0)\n\n`,
  );
  yield* call.print(
    `Transport Total     IP        IPv6\n${row('RAW', 0, 0)}${row('UDP', udp4, udp6)}${row('TCP', tcp4, tcp6)}${row('INET', tcp4 + udp4, tcp6 + udp6)}${row('FRAG', 0, 0)}\n`,
  );
  return 0;
}
