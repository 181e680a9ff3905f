import { expect, it } from 'vitest';
import { calendarText, nextElapse, parseCalendar } from './calendar.ts';

/** A Saturday. */
const NOW = Date.UTC(2026, 10, 21, 22, 47, 30, 500);

it.each([
  ['daily', '*-*-* 00:00:00', '2026-11-22T00:00:00'],
  ['weekly', 'Mon *-*-* 00:00:00', '2026-11-23T00:00:00'],
  ['*:0/15', '*-*-* *:00/15:00', '2026-11-21T23:00:00'],
  ['minutely', '*-*-* *:*:00', '2026-11-21T22:48:00'],
  ['Mon..Fri 10:00', 'Mon..Fri *-*-* 10:00:00', '2026-11-23T10:00:00'],
  ['Sat,Sun 2026-*-* 23:30', 'Sat,Sun 2026-*-* 23:30:00', '2026-11-21T23:30:00'],
  ['*-*-01 04:05:06', '*-*-01 04:05:06', '2026-12-01T04:05:06'],
  ['2024-02-29', '2024-02-29 00:00:00', undefined],
  ['*-02-29 12:00', '*-02-29 12:00:00', '2028-02-29T12:00:00'],
  ['*:*:0/20', '*-*-* *:*:00/20', '2026-11-21T22:47:40'],
])('%s is %s', (text, normal, next) => {
  const calendar = parseCalendar(text);
  if (!calendar) throw new Error('not understood');
  expect(calendarText(calendar)).toBe(normal);
  const at = nextElapse(calendar, NOW);
  expect(at === undefined ? undefined : new Date(at).toISOString().slice(0, 19)).toBe(next);
});

it.each(['foo', '25:00', '*-13-01', '10', '', 'Mon..Foo 10:00', '*:0/0'])('%s is none', (text) => {
  expect(parseCalendar(text)).toBeUndefined();
});
