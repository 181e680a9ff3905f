import { array, assert, boolean, nat, oneof, property } from 'fast-check';
import { expect, test } from 'vitest';
import { DueHeap } from './heap.ts';

test('gives what is due in the order of time, equals in the order they came, also after some were dropped', () => {
  // A number is pushed as a time; `true` takes one, `false` drops all odd times.
  const operations = array(oneof(nat(20), boolean()), { maxLength: 200 });
  assert(
    property(operations, (todo) => {
      const heap = new DueHeap<{ at: number; sequence: number }>();
      let model: { at: number; sequence: number }[] = [];
      for (const [sequence, operation] of todo.entries()) {
        if (typeof operation === 'number') {
          heap.push({ at: operation, sequence });
          model.push({ at: operation, sequence });
          model.sort((a, b) => a.at - b.at || a.sequence - b.sequence);
        } else if (operation) {
          expect(heap.pop()).toEqual(model.shift());
        } else {
          heap.keep(({ at }) => at % 2 === 0);
          model = model.filter(({ at }) => at % 2 === 0);
        }
        expect(heap.top).toEqual(model[0]);
        expect(heap.size).toBe(model.length);
      }
    }),
  );
});
