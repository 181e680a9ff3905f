import { expect, test } from 'vitest';
import { decodeObject } from '../../objects/decode.ts';
import { FieldErrors } from '../../objects/field-error.ts';
import type { FieldType, ObjectType } from '../../objects/schema.ts';
import { describerOf } from './describe/index.ts';
import { KINDS } from './index.ts';
import type { Kind } from './kind.ts';
import { objectType } from './schema/types.ts';

/** An object that has every field of its type, each as empty as can be, down to a depth. */
function sparse(type: ObjectType, depth: number): any {
  const object: any = {};
  if (depth === 0) return object;
  for (const field of type.fields.values()) object[field.name] = emptyOf(field.type, depth - 1);
  return object;
}

function emptyOf(type: FieldType, depth: number): unknown {
  if (type.is === 'object') return sparse(type.type, depth);
  if (type.is === 'array') return [emptyOf(type.items, depth)];
  if (type.is === 'map') return { a: emptyOf(type.values, depth) };
  if (type.is === 'boolean') return false;
  if (type.is === 'time' || type.is === 'micro-time') return '2026-01-01T00:00:00Z';
  if (type.is === 'quantity') return '0';
  return type.is === 'integer' || type.is === 'number' || type.is === 'int-or-string' ? 0 : '';
}

function exercise(kind: Kind, object: any): void {
  const context: any = { now: 0, list: () => [], get: () => ({ metadata: { name: 'x' } }), events: () => [] };
  kind.setDefaults?.(object, { now: 0 });
  const old = structuredClone(object);
  kind.prepareForCreate?.(object);
  kind.validate?.(object, new FieldErrors());
  kind.prepareForUpdate?.(object, old);
  kind.validateUpdate?.(object, old, new FieldErrors());
  expect(kind.row?.(object, { now: 0 }) ?? []).toHaveLength(kind.columns?.length ?? 0);
  for (const read of Object.values(kind.fieldSelectors ?? {})) expect(typeof read(object)).toBe('string');
  if (kind.stored !== false) describerOf(kind.group, kind.kind)(object, context);
}

test.each(KINDS.map((kind) => [kind.kind, kind] as const))('%s takes any decoded object', (_, kind) => {
  const type = objectType(kind.schema);
  for (const depth of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const { value } = decodeObject({ ...sparse(type, depth), metadata: { name: 'x', namespace: 'd' } }, type);
    exercise(kind, value);
  }
});
