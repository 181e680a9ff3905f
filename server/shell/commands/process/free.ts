import { memoryInUse, swapBytes } from '../../../host/index.ts';
import { isApplet } from '../core/applet.ts';
import { tool } from '../core/tool.ts';

const UNITS: Record<string, number> = {
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  bytes: 1,
  kibi: 1024,
  mebi: 1024 ** 2,
  gibi: 1024 ** 3,
  kilo: 1000,
  mega: 1e6,
  giga: 1e9,
};

export const free = tool({
  name: 'free',
  summary: 'display amount of free and used memory in the system',
  usage: '[options]',
  version: 'procps-ng 4.0.4',
  options: 'b|bytes k|kibi m|mebi g|gibi kilo mega giga h|human si w|wide t|total l|lohi s|seconds= c|count=',
  *run(call) {
    const { host } = call.context;
    const chosen = call.options.last('b', 'k', 'm', 'g', 'kilo', 'mega', 'giga') ?? 'k';
    const show = (bytes: number) =>
      call.options.has('h')
        ? human(bytes, call.options.has('si') ? 1000 : 1024)
        : String(Math.floor(bytes / (UNITS[chosen] as number)));
    const total = host.memoryBytes;
    const used = memoryInUse(host);
    const swap = swapBytes(host);
    const cache = Math.floor((total - used) / 3);
    const rows: [string, number[]][] = [
      ['Mem:', [total, used, total - used - cache, 1024 ** 2, cache, total - used]],
      ['Swap:', [swap, 0, swap]],
    ];
    if (call.options.has('t')) rows.push(['Total:', [total + swap, used, total + swap - used - cache]]);
    const wide = call.options.has('w');
    const names = [
      'total',
      'used',
      'free',
      'shared',
      ...(wide ? ['buffers', 'cache'] : ['buff/cache']),
      'available',
    ];
    if (isApplet(call.context, 'free')) {
      const line = (name: string, cells: readonly string[]) =>
        `${name.padEnd(7)}${cells.map((cell, i) => cell.padStart(i === 0 ? 12 : 11)).join(' ')}\n`;
      yield* call.print(line('', names));
      for (const [name, cells] of rows) yield* call.print(line(name, cells.map(show)));
      return 0;
    }
    const repeats = Number(call.options.get('c') ?? (call.options.has('s') ? Number.POSITIVE_INFINITY : 1));
    for (let i = 0; i < repeats; i++) {
      if (i > 0) yield* call.context.sleep(1000 * Number(call.options.get('s') ?? 1));
      yield* call.print(`${' '.repeat(8)}${names.map((name) => name.padStart(12)).join('')}\n`);
      for (const [name, cells] of rows) {
        const shown =
          wide && name === 'Mem:'
            ? [
                ...cells.slice(0, 4),
                24 * 1024 ** 2,
                (cells[4] as number) - 24 * 1024 ** 2,
                cells[5] as number,
              ]
            : cells;
        yield* call.print(`${name.padEnd(8)}${shown.map((cell) => show(cell).padStart(12)).join('')}\n`);
      }
      if (repeats > 1) yield* call.print('\n');
      yield* call.flush();
    }
    return 0;
  },
});

/** `3.8Gi`, `512Mi`, `0B`: three digits at the most. */
function human(bytes: number, base: number): string {
  const suffix = base === 1024 ? 'i' : '';
  const letters = 'BKMGT';
  let value = bytes;
  let power = 0;
  // Four digits are one too many: 1023 MiB are shown as 1.0Gi.
  while (value >= (power === 0 ? base : 1000) && power < letters.length - 1) {
    value /= base;
    power++;
  }
  if (power === 0) return `${value}B`;
  const exact = value.toFixed(1);
  return `${exact.length > 3 ? Math.trunc(value) : exact}${letters[power]}${suffix}`;
}
