import { expect, it } from 'vitest';
import type { Socket } from './sockets.ts';
import { readFilter } from './ss-filter.ts';

const listening: Socket = {
  protocol: 'TCP',
  state: 'LISTEN',
  address: '0.0.0.0',
  port: 22,
  six: false,
  pid: 1,
};
const connected: Socket = {
  ...listening,
  state: 'ESTAB',
  address: '172.30.1.3',
  port: 41_000,
  peer: { address: '10.96.0.1', port: 443 },
};

/** A filter, and which of the two it keeps. */
const CASES: readonly [filter: string, listens: boolean, connected: boolean][] = [
  ['state established', false, true],
  ['state listening', true, false],
  ['exclude established', true, false],
  ['state time-wait', false, false],
  ['sport = :22', true, false],
  ['sport = :ssh or dport = :443', true, true],
  ['state established ( dport = :https or sport = :22 )', false, true],
  ['not dport = :443', true, false],
  ['dport 443', false, true],
  ['dport >= :443 and sport gt :40000', false, true],
  ['dst 10.96.0.0/12', false, true],
  ['dst 10.96.0.1:443', false, true],
  ['dst 10.96.0.2', false, false],
  ['src 172.30.1.3 dst :443', false, true],
];

it.each(CASES)('ss %s', (text, listens, connects) => {
  const filter = readFilter(text.split(' '));
  const keeps = (socket: Socket) =>
    typeof filter !== 'string' && (filter.states?.includes(socket.state) ?? true) && filter.matches(socket);
  expect([keeps(listening), keeps(connected)]).toEqual([listens, connects]);
});

it.each(['foo', 'sport = :nix', '( sport = :22', 'sport = :22 )'])('refuses %s', (text) => {
  expect(readFilter(text.split(' '))).toContain('syntax error!');
});
