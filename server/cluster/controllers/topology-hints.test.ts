import { expect, it } from 'vitest';
import { shareOut } from './topology-hints.ts';

function node(zone: string | undefined, cpu: string, role?: string): any {
  const labels = {
    ...(zone ? { 'topology.kubernetes.io/zone': zone } : {}),
    ...(role ? { [`node-role.kubernetes.io/${role}`]: '' } : {}),
  };
  const conditions = [{ type: 'Ready', status: 'True' }];
  return { metadata: { labels }, status: { allocatable: { cpu }, conditions } };
}

const TWO = [node('a', '2'), node('b', '2'), node(undefined, '2', 'control-plane')];
const NO_ZONE = 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes';

it.each<[string, (string | undefined)[], any[], string | string[]]>([
  ['where they stand', ['a', 'b', 'a', 'b'], TWO, ['a', 'b', 'a', 'b']],
  ['even where all stand in one zone', ['a', 'a', 'a', 'a'], TWO, ['b', 'b', 'a', 'a']],
  ['by CPUs', ['a', 'b', 'a', 'b'], [node('a', '6'), node('b', '2')], ['a', 'a', 'a', 'b']],
  ['too few', ['a'], TWO, 'Insufficient number of endpoints (1 endpoints, 2 zones)'],
  [
    'too uneven',
    ['a', 'b', 'a'],
    TWO,
    'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (3 endpoints, 2 zones)',
  ],
  ['a node without a zone', ['a', 'b'], [...TWO, node(undefined, '2')], NO_ZONE],
  ['one zone', ['a', 'a'], [node('a', '2')], NO_ZONE],
  [
    'an endpoint without a zone',
    ['a', 'b', 'a', undefined],
    TWO,
    'One or more endpoints do not have a zone specified',
  ],
])('endpoints are shared out to zones: %s', (_, zones, nodes, expected) => {
  const hints = shareOut(zones, nodes);
  expect('zones' in hints ? hints.zones : hints.why).toEqual(expected);
});
