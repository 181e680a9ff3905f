import { expect, test } from 'vitest';
import { detailLog } from './detail.ts';

/** Which of the lines of these levels are heard. */
function heard(flags: Record<string, string>): string[] {
  const lines: string[] = [];
  const detail = detailLog(new Map(Object.entries(flags)), (_, source, text) =>
    lines.push(`${source} ${text}`),
  );
  for (const level of [2, 4])
    for (const file of ['schedule_one', 'queue']) detail?.(level, `${file}.go:1`, () => `${level}`);
  return lines;
}

test.each([
  [{}, []],
  [{ v: '2' }, ['schedule_one.go:1 2', 'queue.go:1 2']],
  [{ vmodule: 'schedule*=4' }, ['schedule_one.go:1 2', 'schedule_one.go:1 4']],
  [{ v: '2', vmodule: 'que?e=5' }, ['schedule_one.go:1 2', 'queue.go:1 2', 'queue.go:1 4']],
])('%j', (flags, lines) => expect(heard(flags)).toEqual(lines));
