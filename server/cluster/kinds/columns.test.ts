import { expect, test } from 'vitest';
import { humanDuration } from '../../objects/human-duration.ts';
import { COLUMN_FIELDS, describeColumn } from './column-fields.ts';
import { ROWS } from './columns.cases.ts';
import { KINDS } from './index.ts';
import type { Kind } from './kind.ts';
import { objectType } from './schema/types.ts';

test('every stored kind has columns and a row of the same length', () => {
  for (const kind of KINDS) {
    if (kind.stored === false && kind.kind !== 'ComponentStatus') continue;
    expect(kind.columns, kind.kind).toBeDefined();
    expect(kind.row, kind.kind).toBeDefined();
  }
});

test.each(ROWS)('$kind: $says', ({ kind, object, cells }) => {
  const definition = KINDS.find((one) => one.kind === kind);
  const now = Date.parse('2026-01-01T01:00:00Z');
  const metadata = { name: 'x', creationTimestamp: '2026-01-01T00:00:00Z', ...object['metadata'] };
  const row = definition?.row?.({ ...object, metadata } as any, { now });
  expect(row).toHaveLength(definition?.columns?.length ?? 0);
  expect(row?.slice(0, cells.length)).toEqual(cells);
});

test.each([
  [119_000, '119s'],
  [120_000, '2m'],
  [125_000, '2m5s'],
  [700_000, '11m'],
  [3 * 3600_000 + 60_000, '3h1m'],
  [30 * 3600_000, '30h'],
  [50 * 3600_000, '2d2h'],
  [400 * 86400_000, '400d'],
  [800 * 86400_000, '2y70d'],
])('%i ms is %s', (ms, text) => expect(humanDuration(ms)).toBe(text));

test('a column is described by its field, or in our words', () => {
  const described = (kind: string, name: string) => {
    const found = KINDS.find((one) => one.kind === kind);
    const column = found?.columns?.find((one) => one.name === name);
    return found && column ? describeColumn(kind, objectType(found.schema), column) : undefined;
  };
  expect(described('Pod', 'Name')).toMatch(/^Name must be unique within a namespace/);
  expect(described('Node', 'Version')).toBe('Kubelet Version reported by the node.');
  expect(described('Pod', 'Ready')).toBe('How many of all are ready.');
});

test('every field that a column names is there', () => {
  for (const [kind, columns] of Object.entries(COLUMN_FIELDS)) {
    const found = KINDS.find((one) => one.kind === kind) as Kind;
    for (const name of Object.keys(columns)) {
      const column = found.columns?.find((one) => one.name === name);
      expect(column && describeColumn(kind, objectType(found.schema), column), `${kind} ${name}`).toMatch(
        /./,
      );
    }
  }
});
