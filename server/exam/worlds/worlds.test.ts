import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FromWorker, ToWorker } from './protocol.ts';
import { CALL_MS, PATIENCE } from './watchdog.ts';
import { type WorkerPort, Worlds } from './worlds.ts';

/** A worker that answers everything at once, until it hangs or dies. */
class FakeWorker implements WorkerPort {
  hangs = false;
  terminated = false;
  readonly asked: ToWorker[] = [];
  #listener: (message: FromWorker) => void = () => {};
  #exit: () => void = () => {};

  postMessage(message: ToWorker): void {
    if (this.hangs) return;
    this.asked.push(message);
    if ('areYouThere' in message) this.say({ event: 'here' });
    else if ('ask' in message) this.say({ reply: message.id, value: { hosts: ['base'], host: 'base' } });
  }
  onMessage(listener: (message: FromWorker) => void): void {
    this.#listener = listener;
  }
  onExit(listener: () => void): void {
    this.#exit = listener;
  }
  terminate(): void {
    this.terminated = true;
    this.#exit();
  }
  say(message: FromWorker): void {
    this.#listener(message);
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setup(count: number) {
  const workers: FakeWorker[] = [];
  const start = () => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker;
  };
  return { workers, worlds: new Worlds(start, count) };
}

test('a worker that hangs is replaced; its terminals end, its worlds open again, and others notice nothing', async () => {
  const { workers, worlds } = setup(2);
  await worlds.open('one', 'lab');
  await worlds.open('two', 'lab');
  const ends: string[] = [];
  const watch = (world: string) =>
    worlds.terminal(
      world,
      '1',
      'base',
      { columns: 80, rows: 24 },
      {
        output: () => {},
        ended: (crashed) => void ends.push(`${world} ${crashed}`),
      },
    );
  await watch('one');
  await watch('two');
  const [first, second] = workers as [FakeWorker, FakeWorker];
  first.hangs = true;
  const grading = expect(worlds.grade('one')).rejects.toThrow('the worker ended');
  vi.advanceTimersByTime(CALL_MS * PATIENCE);
  expect(first.terminated).toBe(false);
  vi.advanceTimersByTime(CALL_MS);
  expect([first.terminated, second.terminated]).toEqual([true, false]);
  await grading;
  expect(ends).toEqual(['one true']);
  expect(await worlds.open('one', 'lab')).toEqual({ hosts: ['base'], host: 'base' });
  expect(workers[2]?.asked).toMatchObject([{ ask: 'open', world: 'one' }]);
  worlds.close();
});

test('worlds are spread over the workers', async () => {
  const { workers, worlds } = setup(2);
  for (const world of ['a', 'b', 'c', 'd']) await worlds.open(world, 'lab');
  expect(workers.map(({ asked }) => asked.length)).toEqual([2, 2]);
  worlds.close();
});
