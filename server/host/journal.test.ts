import { expect, it } from 'vitest';
import { Clock } from '../sim/index.ts';
import { Disk } from './files/disk.ts';
import { filesOn } from './index.ts';
import { Journal } from './journal.ts';

it('forgets the older half when it grows beyond its size, and counts on', () => {
  const files = filesOn(new Disk({ clock: new Clock(0) }));
  const journal = new Journal(files, () => 0);
  const message = 'x'.repeat(1000);
  const COUNT = 9000;
  for (let i = 0; i < COUNT; i++)
    journal.append({ identifier: 'a', pid: 1, unit: 'a.service', message: `${i} ${message}` });
  const entries = journal.entries();
  expect(entries.length).toBeLessThan(COUNT);
  expect(entries.length).toBeGreaterThan(COUNT / 3);
  expect(entries.at(-1)?.message).toBe(`${COUNT - 1} ${message}`);
  for (const { place, message: text } of [entries[0], entries.at(-1)] as typeof entries)
    expect(text.startsWith(`${place} `)).toBe(true);
  expect(new Journal(files, () => 0).entries().at(-1)?.place).toBe(COUNT - 1);
});
