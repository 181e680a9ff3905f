import { describe, expect, it } from 'vitest';
import { simulate } from './run.ts';

/** Seeds that once found something. More are run by `npm run simulate`. */
const SEEDS: readonly (readonly [seed: string, what: string])[] = [
  ['2', 'a daemon set told nothing when a pod could not be made'],
  ['11', 'a deployment was looked at again and again when a pod was missing'],
  ['159', 'pods of a node that came back'],
];

describe('a control plane to which random things happen', () => {
  it.each(SEEDS)('holds with seed %s (%s)', (seed) => {
    expect(simulate(seed).problems).toEqual([]);
  });

  it('writes the same log with the same seed', () => {
    expect(simulate('3').digest).toBe(simulate('3').digest);
  });
});
