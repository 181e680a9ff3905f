import { describe, expect, it } from 'vitest';
import { NodeZones } from './node-zones.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

function node(name: string, ready: boolean, zone?: string) {
  const labels = zone ? { 'topology.kubernetes.io/zone': zone } : {};
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'Unknown' }];
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status: { conditions } } as any;
}

/** `up` and `down` nodes of a zone, named by their place. */
function fill(zones: NodeZones, zone: string, up: number, down: number) {
  for (let i = 0; i < up + down; i++) zones.set(node(`${zone}${i}`, i >= down, zone));
}

describe('how many nodes of a zone are marked for eviction', () => {
  // Times at which the first three nodes that are down may be marked; undefined: not at all.
  const cases: [string, { up: number; down: number }, (number | undefined)[]][] = [
    ['one every ten seconds', { up: 6, down: 3 }, [0, 10_000, 20_000]],
    ['two of three are not many yet', { up: 1, down: 2 }, [0, 10_000]],
    [
      'none of a small zone that fails for the most part',
      { up: 2, down: 3 },
      [undefined, undefined, undefined],
    ],
    ['one every hundred seconds of a large one', { up: 20, down: 31 }, [0, 100_000, 200_000]],
    ['a zone that is gone for good, while another lives', { up: 0, down: 3 }, [0, 10_000, 20_000]],
  ];
  it.each(cases)('%s', (_, { up, down }, times) => {
    const zones = new NodeZones(DEFAULT_SETTINGS);
    zones.set(node('other', true, 'other'));
    fill(zones, 'a', up, down);
    let now = 0;
    const marked = times.map((_, i) => {
      const wait = zones.mark(`a${i}`, now);
      if (wait === undefined) return undefined;
      now += wait;
      if (wait > 0) expect(zones.mark(`a${i}`, now)).toBe(0);
      return now;
    });
    expect(marked).toEqual(times);
  });
});

it('with every node down nobody is marked, and all are looked at again when that begins and ends', () => {
  const zones = new NodeZones(DEFAULT_SETTINGS);
  fill(zones, 'a', 1, 1);
  fill(zones, 'b', 0, 1);
  const down = zones.set(node('a1', false, 'a'));
  expect([down.allDown, [...down.concerns], zones.mark('b0', 0)]).toEqual([
    true,
    ['a0', 'a1', 'b0'],
    undefined,
  ]);
  const up = zones.set(node('a1', true, 'a'));
  expect([up.allDown, [...up.concerns], zones.mark('b0', 0)]).toEqual([false, ['a0', 'b0'], 0]);
});
