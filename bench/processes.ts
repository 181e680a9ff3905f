// How fast processes as generators run: switches, deep calls, pipes, preemption. Run: npx tsx bench/processes.ts
import { performance } from 'node:perf_hooks';
import { type Context, Host, Network, Pipe } from '../server/host/index.ts';
import { Clock, PREEMPT, Random, type Steps, sleep } from '../server/sim/index.ts';
import { median, report } from './report.ts';

function machine(): { clock: Clock; init: Context } {
  const clock = new Clock(Date.UTC(2026, 10, 21));
  const host = new Host({
    hostname: 'bench',
    clock,
    random: new Random(1),
    network: new Network(),
    programs: new Map(),
  });
  return { clock, init: host.init };
}

function* deep(levels: number, work: () => Steps<void>): Steps<void> {
  if (levels === 0) yield* work();
  else yield* deep(levels - 1, work);
}

/** Microseconds for one wait and wake-up below `levels` generators. */
function switchCost(levels: number): number {
  const { clock, init } = machine();
  const rounds = 50_000;
  init.fork(
    function* () {
      yield* deep(levels, function* () {
        for (let i = 0; i < rounds; i++) yield* sleep(clock, 1);
      });
      return 0;
    },
    { args: ['x'] },
  );
  const start = performance.now();
  clock.advance(rounds + 10);
  return ((performance.now() - start) * 1000) / rounds;
}

/** Megabytes a second through a pipe of two processes, in pieces of 4 KiB. */
function pipeRate(): number {
  const { clock, init } = machine();
  const pipe = new Pipe();
  const piece = 'x'.repeat(4096);
  const pieces = 20_000;
  init.fork(
    function* (context) {
      for (let i = 0; i < pieces; i++) yield* context.write(1, piece);
      return 0;
    },
    { args: ['writer'], fds: new Map([[1, pipe.writer()]]) },
  );
  let bytes = 0;
  init.fork(
    function* (context) {
      for (;;) {
        const text = yield* context.read(0);
        if (text === '') return 0;
        bytes += text.length;
      }
    },
    { args: ['reader'], fds: new Map([[0, pipe.reader()]]) },
  );
  const start = performance.now();
  clock.runUntilQuiet(60_000, 10_000_000);
  if (bytes !== pieces * piece.length) throw new Error(`pipe: ${bytes} bytes arrived`);
  return bytes / 1e6 / ((performance.now() - start) / 1000);
}

/** Longest real time in ms between two clock events while 100 processes compute. */
function longestSlice(): number {
  const { clock, init } = machine();
  for (let i = 0; i < 100; i++) {
    init.fork(
      function* (context) {
        for (let n = 0; ; n++) if (context.process.spend() || n < 0) yield PREEMPT;
      },
      { args: ['loop'] },
    );
  }
  let longest = 0;
  for (let i = 0; i < 100_000; i++) {
    const start = performance.now();
    clock.step();
    longest = Math.max(longest, i > 1000 ? performance.now() - start : 0);
  }
  return longest;
}

report('processes as generators', [
  ['wait and wake-up', `${median(5, () => switchCost(0)).toFixed(2)} µs`],
  ['… below 20 generators', `${median(5, () => switchCost(20)).toFixed(2)} µs`],
  ['… below 100 generators', `${median(5, () => switchCost(100)).toFixed(2)} µs`],
  ['pipe between two processes', `${median(3, pipeRate).toFixed(0)} MB/s`],
  ['longest slice of 100 busy processes', `${longestSlice().toFixed(2)} ms`],
]);
