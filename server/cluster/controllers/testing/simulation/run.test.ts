import { describe, expect, it } from 'vitest';
import { simulate } from './run.ts';

const STEPS = 24;
/** Seeds that once found something in so many steps. More are run by `npm run simulate`. */
const SEEDS: readonly [seed: string, what: string, steps?: number][] = [
  ['2', 'a daemon set told nothing when a pod could not be made'],
  ['11', 'a deployment was looked at again and again when a pod was missing'],
  ['159', 'pods of a node that came back'],
  ['578', 'budgets count the sets of a deployment once'],
  ['17606', 'a quota lets a rollout go on pod by pod, for an hour', 18],
  ['26129', 'a deployment in a namespace that goes, held up by the pod of a dead node', 18],
  ['96793', 'a cron job clears its old job away while it is looked at', 18],
];

describe('a control plane to which random things happen', { timeout: 120_000 }, () => {
  it.each(SEEDS)('holds with seed %s (%s)', (seed, _what, steps = STEPS) => {
    expect(simulate(seed, steps).problems).toEqual([]);
  });

  it('writes the same log with the same seed', () => {
    expect(simulate('3').digest).toBe(simulate('3').digest);
  });
});
