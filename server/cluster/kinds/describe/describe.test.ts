import { expect, test } from 'vitest';
import { CASES } from './describe.cases.ts';
import { smartLabel } from './generic.ts';
import { describerOf } from './index.ts';

const now = Date.parse('2026-01-01T01:00:00Z');

test.each(CASES)('$says', ({ group, object, lists, events, text }) => {
  const context = {
    now,
    list: ({ plural }: { plural: string }) => lists?.[plural] ?? [],
    get: ({ plural }: { plural: string }, _: string, name: string) => {
      const found = lists?.[plural]?.find((one) => one.metadata.name === name);
      if (!found) throw new Error(`${plural} "${name}" not found`);
      return found;
    },
    events: () => events ?? [],
  };
  expect(describerOf(group, object.kind)(object, context as any)).toBe(text.slice(1));
});

test.each([
  ['creationTimestamp', 'Creation Timestamp'],
  ['uid', 'UID'],
  ['apiVersion', 'API Version'],
  ['podIPs', 'Pod I Ps'],
  ['x_y', 'x_y'],
])('%s is shown as %s', (field, label) => expect(smartLabel(field)).toBe(label));
