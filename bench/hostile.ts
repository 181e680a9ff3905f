// What a hostile candidate types, in the product's own worker with its database, while somebody else in the same worker
// types too: their echo, the prompt's return, the memory. Run: npm run build && npx tsx bench/hostile.ts [PART-OF-LINE|FIRST]
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { WORKER_LIMITS } from '../server/cli/serve.ts';
import type { Ask, FromWorker } from '../server/exam/worlds/protocol.ts';
import { HOSTILE, type Hostile, OUTSIDE } from './hostile-lines.ts';
import { report } from './report.ts';

const LAB = 'tainted-nodes';
/** How long a line runs before it is told to stop, and how long it may take to. */
const RUN_MS = 1500;
const STOP_MS = 15_000;
const BETWEEN_KEYS_MS = 8;
const ECHO_LIMIT_MS = 50;
const RSS_LIMIT_MB = 1500;
const KEPT_OUTPUT = 20_000;
const DEFAULT_OUT = ['\x03', '\x03\x04', '\x1c', '\x03'];

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const megabytes = () => process.memoryUsage().rss / 2 ** 20;
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** The worker as the web process has it. */
class Product {
  readonly #directory = mkdtempSync(join(tmpdir(), 'hostile-'));
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (message: FromWorker) => void>();
  readonly #screens = new Map<string, (data: string) => void>();
  #asked = 0;
  failure: string | undefined;

  constructor() {
    this.#worker = new Worker(join(import.meta.dirname, '..', 'dist', 'worker.js'), {
      workerData: { database: join(this.#directory, 'examlet.db') },
      resourceLimits: WORKER_LIMITS,
    });
    this.#worker.on('error', (error) => {
      this.failure = error.message;
    });
    this.#worker.on('message', (message: FromWorker) => {
      if ('reply' in message) this.#waiting.get(message.reply)?.(message);
      else if (message.event === 'output') this.#screens.get(message.world)?.(message.data);
    });
  }

  ask(ask: Ask): Promise<void> {
    const id = ++this.#asked;
    this.#worker.postMessage({ ...ask, id });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (message) => ('error' in message ? reject(new Error(message.error)) : resolve()));
    });
  }

  input(world: string, data: string): void {
    this.#worker.postMessage({ tell: 'input', world, terminal: 't', data });
  }

  async sit(world: string, screen: (data: string) => void): Promise<void> {
    this.#screens.set(world, screen);
    await this.ask({ ask: 'open', world, lab: LAB });
    await this.ask({ ask: 'terminal', world, terminal: 't', host: 'base', size: { columns: 80, rows: 24 } });
  }

  async leave(world: string): Promise<void> {
    await this.ask({ ask: 'close', world });
    this.#screens.delete(world);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** The other candidate: types a letter and takes it back, over and over, and tells how long each key took to show. */
class Neighbour {
  readonly #product: Product;
  #seen: () => void = () => {};
  #key = '\x7f';

  constructor(product: Product) {
    this.#product = product;
  }

  async sit(): Promise<void> {
    await this.#product.sit('neighbour', () => this.#seen());
    await pause(1000);
  }

  /** CPU time is the measure on a machine that others use, wall time on one of our own: the lesser is taken. */
  async stroke(): Promise<number> {
    const [wall, cpu] = [performance.now(), cpuMs()];
    const echo = new Promise<void>((resolve) => {
      this.#seen = resolve;
    });
    this.#key = this.#key === 'x' ? '\x7f' : 'x';
    this.#product.input('neighbour', this.#key);
    await Promise.race([echo, pause(STOP_MS)]);
    return Math.min(performance.now() - wall, cpuMs() - cpu);
  }
}

/** A terminal at which something hostile is typed. */
class Seat {
  readonly #product: Product;
  readonly #world: string;
  shown = '';

  constructor(product: Product, world: string) {
    this.#product = product;
    this.#world = world;
  }

  async sit(): Promise<void> {
    await this.#product.sit(this.#world, (data) => {
      this.shown = (this.shown + data).slice(-KEPT_OUTPUT);
    });
    await this.answers(STOP_MS);
  }

  type(keys: string): void {
    this.#product.input(this.#world, keys);
  }

  async until(what: RegExp, ms: number): Promise<boolean> {
    const end = performance.now() + ms;
    while (performance.now() < end) {
      if (what.test(this.shown)) return true;
      await pause(20);
    }
    return false;
  }

  /** Whether a shell answers: the line is such that its echo is not its answer. */
  answers(ms: number): Promise<boolean> {
    this.shown = '';
    this.type('echo al""ive\r');
    return this.until(/\balive/, ms);
  }

  leave(): Promise<void> {
    return this.#product.leave(this.#world);
  }
}

interface Outcome {
  readonly p99: number;
  readonly worst: number;
  readonly stopMs: number | undefined;
  readonly rss: number;
}

async function stop(seat: Seat, { out = DEFAULT_OUT, after }: Hostile): Promise<number | undefined> {
  const started = performance.now();
  for (const keys of ['', ...out, '', '']) {
    if (keys !== '') seat.type(keys);
    await pause(50);
    if (!(await seat.answers(STOP_MS / 5))) continue;
    const ms = performance.now() - started;
    if (after) seat.type(`${after}\r`);
    return ms;
  }
  return undefined;
}

async function tryLine(
  product: Product,
  neighbour: Neighbour,
  hostile: Hostile,
  index: number,
): Promise<Outcome> {
  const seat = new Seat(product, `hostile${index}`);
  await seat.sit();
  seat.type(`${hostile.line}\r`);
  const delays: number[] = [];
  let rss = 0;
  const end = performance.now() + RUN_MS;
  while (performance.now() < end) {
    await pause(BETWEEN_KEYS_MS);
    delays.push(await neighbour.stroke());
    rss = Math.max(rss, megabytes());
  }
  const stopMs = await stop(seat, hostile);
  rss = Math.max(rss, megabytes());
  await seat.leave();
  delays.sort((a, b) => a - b);
  return { p99: delays[Math.floor(delays.length * 0.99)] ?? 0, worst: delays.at(-1) ?? 0, stopMs, rss };
}

function complaint({ p99, stopMs, rss }: Outcome): string {
  const said: string[] = [];
  if (p99 > ECHO_LIMIT_MS) said.push(`echo ${p99.toFixed(0)} ms`);
  if (stopMs === undefined) said.push('no prompt');
  if (rss > RSS_LIMIT_MB) said.push(`${rss.toFixed(0)} MB`);
  return said.join(', ');
}

/** Whether something of the real machine is shown. */
async function reached(product: Product): Promise<string[]> {
  const secrets = [hostname(), process.cwd(), String(process.pid), 'npm_', 'node_modules/'].filter(
    (s) => s.length > 3,
  );
  const found: string[] = [];
  for (const [i, line] of OUTSIDE.entries()) {
    const seat = new Seat(product, `outside${i}`);
    await seat.sit();
    seat.shown = '';
    seat.type(
      `clear; (${line}) > /tmp/seen 2>&1; grep -cF ${secrets.map((s) => `-e '${s}'`).join(' ')} /tmp/seen; echo do""ne\r`,
    );
    if (!(await seat.until(/\bdone/, STOP_MS))) found.push(`does not end: ${line}`);
    else if (!/^0\r?$/m.test(seat.shown)) found.push(`shows the machine: ${line}\n${seat.shown.slice(-300)}`);
    await seat.leave();
  }
  return found;
}

const product = new Product();
const neighbour = new Neighbour(product);
await neighbour.sit();
const part = process.argv[2] ?? '';
const chosen = HOSTILE.filter(({ line }, i) =>
  /^\d+$/.test(part) ? i >= Number(part) : line.includes(part),
);
const outcomes: Outcome[] = [];
let failures = 0;
for (const [i, hostile] of chosen.entries()) {
  const outcome = await tryLine(product, neighbour, hostile, i);
  outcomes.push(outcome);
  const wrong = complaint(outcome);
  if (wrong) failures++;
  const { p99, worst, stopMs, rss } = outcome;
  const figures = `p99 ${p99.toFixed(1)} worst ${worst.toFixed(0)} stop ${stopMs?.toFixed(0) ?? '-'} rss ${rss.toFixed(0)}`;
  console.log(`${wrong ? `FAILS (${wrong})` : 'ok'}  ${figures}  ${hostile.line.slice(0, 70)}`);
  if (product.failure) break;
}
const outside = part === '' && !product.failure ? await reached(product) : [];
for (const what of outside) console.log(`FAILS  ${what}`);
if (product.failure) console.log(`the worker died: ${product.failure}`);
const most = (of: (outcome: Outcome) => number) => Math.max(...outcomes.map(of));
report(`${chosen.length} hostile lines beside somebody who types`, [
  ['echo, worst p99', `${most(({ p99 }) => p99).toFixed(1)} ms`],
  ['prompt back after', `${most(({ stopMs }) => stopMs ?? Number.POSITIVE_INFINITY).toFixed(0)} ms`],
  ['memory of the server', `${most(({ rss }) => rss).toFixed(0)} MB`],
  ['failures', String(failures + outside.length)],
]);
await product.close();
process.exitCode = failures + outside.length > 0 || product.failure ? 1 : 0;
