import { type Context, loadAverage, memoryInUse, type OpenFile } from '../../../host/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { type ProcessView, visibleProcesses } from '../process/view.ts';
import { type Look, lookAt } from './top-view.ts';

const DELAY_SECONDS = 5;
const BUFFERS_KIB = 24_576;
const SHARED_KIB = 1024;
const HEADER = '  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND';

/** busybox's top: what it shows, once or again and again until a key ends it. */
export function* topApplet(call: Call): Steps<number> {
  const { context, options } = call;
  const seconds = Number(options.get('d') ?? DELAY_SECONDS);
  if (!Number.isFinite(seconds) || seconds < 0) call.fail(`invalid number '${options.get('d')}'`);
  const isBatch = options.has('b') || !context.isTerminal(1);
  const count = Number(options.get('n') ?? Number.POSITIVE_INFINITY);
  const tty = context.fd(1);
  const modes = isBatch ? undefined : tty.terminal?.setModes({ icanon: false, echo: false });
  let before: Look | undefined;
  try {
    for (let i = 0; i < count; i++) {
      if (i > 0 && (yield* ended(context, isBatch ? undefined : tty, seconds * 1000))) break;
      const lines = screenOf(context, before);
      before = lookAt(context);
      yield* call.print(isBatch ? `${lines.join('\n')}\n` : painted(lines, tty));
      yield* call.flush();
    }
  } finally {
    if (modes) tty.terminal?.setModes(modes);
  }
  if (!isBatch) yield* context.out('\n');
  return 0;
}

/** Waits for the next look. True: a key has ended it. */
function* ended(context: Context, tty: OpenFile | undefined, ms: number): Steps<boolean> {
  const until = context.now + ms;
  while (context.now < until) {
    const key = tty?.read(1);
    if (key !== undefined) return key === '' || key === 'q' || key === '\x03';
    yield* waitOn(tty?.readable ? [tty.readable] : [], until);
  }
  return false;
}

function painted(lines: readonly string[], tty: OpenFile): string {
  const { columns, rows } = tty.terminal?.size ?? { columns: 80, rows: 24 };
  const shown = lines.slice(0, rows - 1).map((line) => {
    const cut = line.slice(0, columns);
    return line === HEADER ? `\x1b[7m${cut.padEnd(columns)}\x1b[m` : cut;
  });
  return `\x1b[H\x1b[J${shown.join('\n')}`;
}

/** Models busybox procps/top.c. */
function screenOf(context: Context, before: Look | undefined): string[] {
  const { host } = context;
  const total = Math.floor(host.memoryBytes / 1024);
  const free = Math.floor((host.memoryBytes - memoryInUse(host)) / 1024);
  const cached = Math.floor(free / 3);
  const views = visibleProcesses(context);
  const ms = before && context.now > before.at ? context.now - before.at : undefined;
  const shareOf = (view: ProcessView): number =>
    ms === undefined
      ? 0
      : (100 * (view.cpuMs - (before?.cpuMs.get(view.process.pid) ?? 0))) / (ms * host.cores);
  const rows = views.map((view) => ({ view, share: shareOf(view) }));
  rows.sort((a, b) => b.share - a.share || b.view.vszKib - a.view.vszKib || a.view.pid - b.view.pid);
  const busy = Math.min(
    100,
    rows.reduce((sum, { share }) => sum + share, 0),
  );
  const percent = (value: number) => `${String(Math.round(value)).padStart(3)}%`;
  const load = loadAverage(host).map((value) => value.toFixed(2));
  const running = views.filter(({ stat }) => stat.startsWith('R')).length;
  return [
    `Mem: ${total - free + cached}K used, ${free - cached}K free, ${SHARED_KIB}K shrd, ${BUFFERS_KIB}K buff, ${cached}K cached`,
    `CPU: ${percent(busy)} usr   0% sys   0% nic ${percent(100 - busy)} idle   0% io   0% irq   0% sirq`,
    `Load average: ${load.join(' ')} ${Math.max(1, running)}/${views.length} ${context.process.nspid}`,
    HEADER,
    ...rows.map(({ view, share }) => row(view, share, total)),
  ];
}

function row(view: ProcessView, share: number, totalKib: number): string {
  const { pid, ppid, user, stat, vszKib, args } = view;
  const percent = (value: number) => `${String(Math.floor(value)).padStart(4)}%`;
  const size = vszKib >= 100_000 ? `${Math.floor(vszKib / 1024)}m` : String(vszKib);
  const left = `${String(pid).padStart(5)} ${String(ppid).padStart(5)} ${user.slice(0, 8).padEnd(8)}`;
  return `${left} ${(stat[0] ?? 'S').padEnd(3)} ${size.padStart(6)}${percent((100 * vszKib) / totalKib)}${'0'.padStart(4)}${percent(share)} ${args}`;
}
