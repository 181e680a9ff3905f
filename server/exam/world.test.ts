import { expect, test } from 'vitest';
import { loadTopology } from './topology.ts';
import { World } from './world.ts';

test('a fork does not draw the ids again that its snapshot has, even with the same seed', () => {
  const options = { topology: loadTopology('labs', 'three-nodes'), seed: 'same', startMs: 1_000_000 };
  const world = new World(options);
  const ids = new Set(Array.from({ length: 100 }, () => world.random.hex(64)));
  const fork = () => new World({ ...options, from: world.snapshot() }).random.hex(64);
  expect(ids.has(fork())).toBe(false);
  expect(fork()).toBe(fork());
});
