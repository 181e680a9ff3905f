import { type Steps, waitOn } from '../../sim/index.ts';
import type { Call } from './call.ts';
import { bytesText, listing, short, table } from './format.ts';
import type { EngineContainer } from './model.ts';

/** What a container has written to its log. */
export function* logs(call: Call): Steps<number> {
  const { context, engine, options, args } = call;
  const container = engine.find(args[0] ?? '');
  const path = engine.status(container)?.logPath ?? '';
  const { fs } = engine.host.init;
  let printed = 0;
  let tail = options.get('n');
  for (;;) {
    const text = fs.isFile(path) ? fs.read(path) : '';
    let lines = text
      .slice(printed)
      .split('\n')
      .filter((line) => line !== '');
    printed = text.length;
    if (tail !== undefined && tail !== 'all') lines = Number(tail) === 0 ? [] : lines.slice(-Number(tail));
    tail = undefined;
    for (const line of lines) {
      const [time = '', stream = '', , ...rest] = line.split(' ');
      const since = options.get('since');
      if (since !== undefined && Date.parse(time) < sinceMs(since, context.now)) continue;
      const shown = `${options.has('t') ? `${time} ` : ''}${rest.join(' ')}\n`;
      yield* stream === 'stderr' && !container.spec.tty ? context.err(shown) : context.out(shown);
    }
    if (!options.has('f') || !engine.isRunning(container)) return 0;
    const process = engine.host.processes.get(engine.status(container)?.pid ?? 0);
    yield* waitOn([fs.changed(path), ...(process ? [process.ended] : [])]);
  }
}

function sinceMs(text: string, now: number): number {
  const [, number, unit] = /^(\d+)([smh])$/.exec(text) ?? [];
  if (number === undefined) return Date.parse(text) || 0;
  return now - Number(number) * ({ s: 1000, m: 60_000, h: 3_600_000 }[unit ?? 's'] ?? 1000);
}

const STATS_COLUMNS = [
  'CONTAINER ID',
  'NAME',
  'CPU %',
  'MEM USAGE / LIMIT',
  'MEM %',
  'NET I/O',
  'BLOCK I/O',
  'PIDS',
];
const STATS_MS = 1000;

/** What containers use at the moment. */
export function* stats(call: Call): Steps<number> {
  const { context, engine, options, args } = call;
  const before = new Map<string, number>();
  const chosen = () =>
    args.length > 0
      ? args.map((name) => engine.find(name))
      : engine.containers().filter((container) => options.has('a') || engine.isRunning(container));
  for (const { id } of chosen()) before.set(id, engine.runtime.stats(id)?.cpuMs ?? 0);
  for (;;) {
    yield* context.sleep(STATS_MS);
    const rows = chosen().map((container) => statsRow(call, container, before));
    const format = options.get('format');
    const text =
      format === undefined
        ? table([STATS_COLUMNS, ...rows])
        : listing(
            rows.map((row) => ({
              Container: row[0] ?? '',
              ID: row[0] ?? '',
              Name: row[1] ?? '',
              CPUPerc: row[2] ?? '',
              MemUsage: row[3] ?? '',
              MemPerc: row[4] ?? '',
              NetIO: row[5] ?? '',
              BlockIO: row[6] ?? '',
              PIDs: row[7] ?? '',
            })),
            {
              Container: 'CONTAINER',
              ID: 'CONTAINER ID',
              Name: 'NAME',
              CPUPerc: 'CPU %',
              MemUsage: 'MEM USAGE / LIMIT',
              MemPerc: 'MEM %',
              NetIO: 'NET I/O',
              BlockIO: 'BLOCK I/O',
              PIDs: 'PIDS',
            },
            format,
          );
    yield* context.out(options.has('no-stream') ? text : `\x1b[H\x1b[J${text}`);
    if (options.has('no-stream')) return 0;
  }
}

function statsRow({ engine }: Call, container: EngineContainer, before: Map<string, number>): string[] {
  const { id, spec } = container;
  const now = engine.runtime.stats(id);
  const limit = spec.memoryBytes ?? engine.host.memoryBytes;
  const used = now?.memoryBytes ?? 0;
  const cpu = ((now?.cpuMs ?? 0) - (before.get(id) ?? 0)) / (STATS_MS / 100);
  before.set(id, now?.cpuMs ?? 0);
  const pids = engine.host.processes.get(engine.status(container)?.pid ?? 0)?.namespace.members.size ?? 0;
  return [
    short(id),
    spec.name,
    `${cpu.toFixed(2)}%`,
    `${bytesText(used, 1024, 4)} / ${bytesText(limit, 1024, 4)}`,
    `${((used * 100) / limit).toFixed(2)}%`,
    '0B / 0B',
    '0B / 0B',
    String(pids),
  ];
}
