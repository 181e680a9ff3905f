import { afterEach, describe, expect, it, vi } from 'vitest';
import { report } from '../../graders/report.ts';
import type { Attempt, AttemptRecords } from './attempt.ts';
import { Attempts } from './attempts.ts';
import type { Catalog } from './catalog.ts';
import type { Worlds } from './worlds/worlds.ts';

function memory(): AttemptRecords {
  const saved = new Map<string, string>();
  const all = () => [...saved.values()].map((text) => JSON.parse(text) as Attempt);
  return {
    find: (id) => all().find((attempt) => attempt.id === id),
    save: (attempt) => void saved.set(attempt.id, JSON.stringify(attempt)),
    ofOwner: (owner) => all().filter((attempt) => attempt.owner === owner),
    running: () => all().filter((attempt) => attempt.endsMs !== undefined && !attempt.graded),
  };
}

const lab = (id: string, domain: string) => ({ id, domain });
const catalog = {
  labs: new Map([
    ['a', lab('a', 'storage')],
    ['b', lab('b', 'troubleshooting')],
  ]),
  exams: new Map([
    [
      'e',
      {
        id: 'e',
        minutes: 10,
        pass: 66,
        tasks: [
          { lab: { id: 'a' }, weight: 70 },
          { lab: { id: 'b' }, weight: 30 },
        ],
      },
    ],
  ]),
} as unknown as Catalog;

const full = report([
  { outcome: 'pass', says: '', expected: '', actual: '', why: undefined, points: 2, earned: 2 },
]);
const none = report([
  { outcome: 'fail', says: '', expected: '', actual: '', why: undefined, points: 2, earned: 0 },
]);

function setup() {
  vi.useFakeTimers({ now: 1_000_000 });
  const asleep: string[] = [];
  const worlds = {
    open: async () => ({ hosts: ['base'], host: 'base' }),
    grade: async (world: string) => (world.endsWith('-1') ? full : none),
    sleep: async (world: string) => void asleep.push(world),
  } as unknown as Worlds;
  const records = memory();
  let id = 0;
  const options = { catalog, records, worlds, nowMs: () => Date.now(), newId: () => `id${++id}` };
  return { records, asleep, make: () => new Attempts(options) };
}

afterEach(() => vi.useRealTimers());

describe('an exam', () => {
  it('is judged by its weights when it is submitted, and only once', async () => {
    const { make, asleep } = setup();
    const attempts = make();
    const attempt = attempts.startExam('me', 'e');
    await attempts.submit(attempt);
    const done = attempts.find(attempt.id) as Attempt;
    expect(done.graded).toBe(true);
    expect(attempts.examReport(done)).toMatchObject({ percent: 70, passed: true });
    expect(asleep).toEqual(['id1-1', 'id1-2']);
    await attempts.submit(done);
    expect(asleep.length).toBe(2);
  });

  it('ends by itself when time is up, also after the server was started anew', async () => {
    const { make } = setup();
    const first = make();
    const attempt = first.startExam('me', 'e');
    first.close();
    await vi.advanceTimersByTimeAsync(4 * 60_000);
    const second = make();
    second.resume();
    expect(second.isOver(second.find(attempt.id) as Attempt)).toBe(false);
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    const done = second.find(attempt.id) as Attempt;
    expect(done).toMatchObject({ graded: true, submittedMs: 1_000_000 + 600_000 });
    await expect(second.open(done, done.tasks[0] as never)).rejects.toThrow('the time is over');
  });

  it('is not checked before its end', async () => {
    const { make } = setup();
    const attempts = make();
    const attempt = attempts.startExam('me', 'e');
    await expect(attempts.check(attempt, attempt.tasks[0] as never)).rejects.toThrow(
      'judged when it is over',
    );
  });
});

it('keeps the last report of a practised lab', async () => {
  const { make } = setup();
  const attempts = make();
  const attempt = attempts.startLab('me', 'a');
  await attempts.check(attempt, attempt.tasks[0] as never);
  expect(attempts.find(attempt.id)?.tasks[0]).toMatchObject({ checks: 1, report: { percent: 100 } });
});
