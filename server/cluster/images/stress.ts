import type { Main } from '../../host/index.ts';
import { alpineBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';
import { untilSignal } from './serve.ts';

/** Uses memory and CPU as its arguments say, for as long as they say. */
const stress: Main = function* (context) {
  const value = (name: string) => {
    const at = context.args.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
    if (at < 0) return undefined;
    const arg = context.args[at] as string;
    return arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : context.args[at + 1];
  };
  const units: Record<string, number> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
  const amount = /^(\d+)([BKMG]?)$/.exec(value('vm-bytes') ?? '256M');
  const workers = Number(value('vm') ?? 0);
  const bytes = workers * Number(amount?.[1] ?? 0) * (units[amount?.[2] || 'B'] ?? 1);
  yield* context.out(
    `stress: info: [${context.process.nspid}] dispatching hogs: ${value('cpu') ?? 0} cpu, ${value('io') ?? 0} io, ${workers} vm, 0 hdd\n`,
  );
  const { cgroup } = context.process;
  cgroup.memoryBytes += bytes;
  context.process.onExit.push(() => {
    cgroup.memoryBytes -= bytes;
  });
  const exceeded = cgroup.exceeded();
  if (exceeded) {
    yield* context.sleep(200);
    exceeded.oomKills++;
    context.process.signal('KILL');
    yield* context.sleep(1);
  }
  const seconds = Number(
    /^(\d+)/.exec(value('timeout') ?? value('t') ?? '')?.[1] ?? Number.POSITIVE_INFINITY,
  );
  if (Number.isFinite(seconds)) yield* context.sleep(seconds * 1000);
  else yield* untilSignal(context);
  return 0;
};

export const STRESS: readonly ImageFamily[] = [
  {
    repository: 'polinux/stress',
    tags: ['latest', '1.0.4'],
    sizeBytes: 4_041_495,
    config: () => ({ cmd: ['/usr/local/bin/stress'], env: { PATH } }),
    files(into) {
      alpineBase(into, '3.18.0');
      into.install('/usr/local/bin/stress', 'stress');
      into.install('/usr/bin/stress', 'stress');
    },
    programs: [{ name: 'stress', main: stress }],
  },
];
