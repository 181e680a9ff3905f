import { activatedBy, type Service } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { page } from './pager.ts';
import { ago, left, systemdTime } from './time.ts';

/** Columns that end flush with each other at the right. */
const RIGHT = new Set(['LEFT', 'PASSED']);

/** Columns of one table, and how many of its units there are. */
function* list(
  call: Call,
  header: readonly string[],
  rows: readonly string[][],
  what: string,
): Steps<number> {
  const { options } = call;
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => {
        const width = widths[i] as number;
        return RIGHT.has(header[i] as string) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join(' ')
      .trimEnd();
  const bare = options.has('no-legend');
  const lines = bare
    ? rows.map(line)
    : [line(header), ...rows.map(line), '', `${rows.length} ${what} listed.`];
  if (!bare && !options.has('a')) lines.push(`Pass --all to see loaded but inactive ${what}, too.`);
  yield* page(call.context, lines.map((text) => `${text}\n`).join(''), { pager: !options.has('no-pager') });
  return 0;
}

function unitsOf(call: Call, suffix: string, names: readonly string[]): Service[] {
  return call.context.host.systemd
    .services()
    .filter((unit) => unit.name.endsWith(suffix) && unit.unit.load === 'loaded')
    .filter((unit) => unit.active !== 'inactive' || call.options.has('a'))
    .filter(
      (unit) =>
        names.length === 0 || names.some((name) => unit.name === name || `${name}${suffix}` === unit.name),
    );
}

/** `systemctl list-timers`: the next to go off first. */
export function* listTimers(call: Call, names: readonly string[]): Steps<number> {
  const { host } = call.context;
  const { now } = host.clock;
  const timers = unitsOf(call, '.timer', names)
    .map((unit) => ({ unit, next: host.systemd.timers.next(unit.name) }))
    .sort((a, b) => (a.next ?? Number.POSITIVE_INFINITY) - (b.next ?? Number.POSITIVE_INFINITY));
  const rows = timers.map(({ unit, next }) => [
    next === undefined ? '-' : systemdTime(next),
    next === undefined ? '-' : left(next - now),
    unit.triggered === undefined ? '-' : systemdTime(unit.triggered),
    unit.triggered === undefined ? '-' : ago(now - unit.triggered),
    unit.name,
    activatedBy(unit),
  ]);
  return yield* list(call, ['NEXT', 'LEFT', 'LAST', 'PASSED', 'UNIT', 'ACTIVATES'], rows, 'timers');
}

/** Where a socket unit listens, and how. */
export function listensAt(socket: Service): { readonly at: string; readonly kind: string }[] {
  return (['ListenStream', 'ListenDatagram'] as const).flatMap((key) =>
    socket.unit.file.all('Socket', key).map((path) => ({
      at: path.replace('%t', '/run'),
      kind: key.replace('Listen', ''),
    })),
  );
}

export function* listSockets(call: Call, names: readonly string[]): Steps<number> {
  const rows = unitsOf(call, '.socket', names).flatMap((unit) =>
    listensAt(unit).map(({ at }) => [at, unit.name, unit.name.replace(/socket$/, 'service')]),
  );
  rows.sort((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1));
  return yield* list(call, ['LISTEN', 'UNIT', 'ACTIVATES'], rows, 'sockets');
}
