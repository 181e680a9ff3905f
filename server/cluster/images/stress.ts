import type { Main } from '../../host/index.ts';
import { PREEMPT } from '../../sim/index.ts';
import { klogLine } from '../klog.ts';
import { mirrors } from './app.ts';
import { alpineBase, distrolessBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';
import { allocate, untilSignal } from './serve.ts';

/** Options with a value, by their long and short names. */
const OPTIONS: Readonly<Record<string, string>> = {
  c: 'cpu',
  i: 'io',
  m: 'vm',
  d: 'hdd',
  t: 'timeout',
};
const VALUED = [
  'cpu',
  'io',
  'vm',
  'hdd',
  'timeout',
  'backoff',
  'vm-bytes',
  'vm-stride',
  'vm-hang',
  'hdd-bytes',
];
const BARE = ['v', 'verbose', 'q', 'quiet', 'n', 'dry-run', 'vm-keep'];
const UNITS: Readonly<Record<string, number>> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, y: 31_536_000 };

/** Values by long name; a string is what the program says of a mistake. */
function parse(args: readonly string[]): Map<string, string> | string {
  const values = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const [, dashes, name = '', , inline] = /^(--?)([^=]+)(=(.*))?$/.exec(args[i] as string) ?? [];
    const long = dashes === '-' ? (OPTIONS[name] ?? name) : name;
    if (dashes === undefined || (!VALUED.includes(long) && !BARE.includes(long)))
      return `stress: FAIL: [1] (244) unrecognized option: ${args[i]}\n`;
    if (BARE.includes(long)) continue;
    const value = inline ?? args[++i];
    if (value === undefined) return `stress: FAIL: [1] (240) missing argument to option '${args[i - 1]}'\n`;
    if (!/^\d+[A-Za-z]?$/.test(value))
      return `stress: FAIL: [1] (416) argument to option must be a number: ${value}\n`;
    values.set(long, value);
  }
  return values;
}

/** Uses memory and CPU as its arguments say, for as long as they say. */
const stress: Main = function* (context) {
  const values = parse(context.args.slice(1));
  if (typeof values === 'string') {
    yield* context.err(values);
    return 1;
  }
  const count = (name: string) => Number.parseInt(values.get(name) ?? '0', 10);
  const me = context.process.nspid;
  if (values.size === 0) {
    yield* context.out(
      "`stress' imposes certain types of compute stress on your system\n\nUsage: stress [OPTION [ARG]] ...\n",
    );
    return 0;
  }
  yield* context.out(
    `stress: info: [${me}] dispatching hogs: ${count('cpu')} cpu, ${count('io')} io, ${count('vm')} vm, ${count('hdd')} hdd\n`,
  );
  for (let i = 0; i < count('cpu'); i++) context.fork(burn, { args: [...context.args] });
  const [, amount = '256', unit = 'B'] = /^(\d+)([BKMG]?)/i.exec(values.get('vm-bytes') ?? '256M') ?? [];
  const bytes = count('vm') * Number(amount) * (UNITS[unit.toUpperCase()] ?? 1);
  if (bytes > 0) yield* allocate(context, bytes);
  const timeout = values.get('timeout');
  if (timeout === undefined) {
    yield* untilSignal(context);
    return 0;
  }
  const seconds = Number.parseInt(timeout, 10) * (SECONDS[timeout.slice(-1)] ?? 1);
  yield* context.sleep(seconds * 1000);
  for (const child of [...context.process.children]) child.signal('KILL');
  yield* context.out(`stress: info: [${me}] successful run completed in ${seconds}s\n`);
  return 0;
};

/** Nothing but computing. */
const burn: Main = function* (context) {
  for (;;) if (context.process.spend(1000)) yield PREEMPT;
};

const STRESS: ImageFamily = {
  repository: 'polinux/stress',
  tags: ['latest', '1.0.4'],
  sizeBytes: 4_041_495,
  config: () => ({ cmd: ['/usr/local/bin/stress'], env: { PATH } }),
  files(into) {
    alpineBase(into, '3.18.0');
    into.install('/usr/local/bin/stress', 'stress');
  },
  programs: [{ name: 'stress', main: stress }],
};

/** The program of Kubernetes' pages on CPU requests and limits: `-cpus 2 -mem-total 150Mi`, in Go's flags. */
const vishStress: Main = function* (context) {
  const value = (name: string, or: string) => {
    const at = context.args.findIndex((arg) => arg === `-${name}` || arg === `--${name}`);
    const glued = context.args.find((arg) => arg.replace(/^--?/, '').startsWith(`${name}=`));
    return glued?.split('=')[1] ?? (at < 0 ? or : (context.args[at + 1] ?? or));
  };
  const say = (line: number, message: string) =>
    context.err(klogLine(context, 'I', `main.go:${line}`, message));
  const [total, chunk] = [value('mem-total', '0'), value('mem-alloc-size', '4Ki')];
  const pause = value('mem-alloc-sleep', '1ms');
  yield* say(
    26,
    `Allocating "${total}" memory, in "${chunk}" chunks, with a ${pause} sleep between allocations`,
  );
  const cpus = Number(value('cpus', '0'));
  for (let i = 0; i < cpus; i++) {
    yield* say(39, 'Spawning a thread to consume CPU');
    context.fork(burn, { args: [...context.args] });
  }
  const [, amount = '0', unit = ''] = /^(\d+)([KMG]?)i?$/.exec(total) ?? [];
  const bytes = Number(amount) * (UNITS[unit || 'B'] ?? 1);
  if (bytes > 0) yield* allocate(context, bytes);
  yield* say(29, `Allocated "${total}" memory`);
  yield* untilSignal(context);
  return 2;
};

const VISH: ImageFamily = {
  repository: 'vish/stress',
  tags: ['latest'],
  sizeBytes: 1_558_000,
  config: () => ({ entrypoint: ['/stress', '-logtostderr'], env: { PATH } }),
  files(into) {
    distrolessBase(into);
    into.install('/stress', 'vish-stress');
  },
  programs: [{ name: 'vish-stress', main: vishStress }],
};

const NAMESAKES = mirrors({ ...STRESS, config: () => ({ entrypoint: ['stress'], env: { PATH } }) }, [
  'progrium/stress',
  'containerstack/cpustress',
]).map((family) => ({ ...family, tags: ['latest'] }));

export const STRESSES: readonly ImageFamily[] = [STRESS, VISH, ...NAMESAKES];
