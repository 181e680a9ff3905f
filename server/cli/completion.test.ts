import { beforeAll, expect, test } from 'vitest';
import { bootWorld } from '../exam/boot.ts';
import { openTerminal, type Terminal } from '../exam/terminal.ts';
import { loadTopology } from '../exam/topology.ts';
import type { World } from '../exam/world.ts';
import { worldBuilder } from './builder.ts';

let world: World;
let terminal: Terminal;

/** What the terminal shows after some keys and three seconds. */
function type(keys: string): string {
  terminal.master.input(keys);
  world.clock.advance(3000);
  return (terminal.master.take() ?? '').replaceAll('\x1b[J', '');
}

beforeAll(async () => {
  const topology = loadTopology('labs', 'three-nodes');
  world = await bootWorld(worldBuilder, topology, { seed: 'completion', startMs: Date.UTC(2026, 10, 21, 9) });
  terminal = openTerminal(world, topology.candidate.host, { columns: 100, rows: 30 });
  type('');
});

test.each([
  ['k get po\t\t', /k get po(\r\n|d)/],
  ['kubectl get pods -n kube-s\t', /kubectl get pods -n kube-system $/],
  ['k get deployments -n kube-system cor\t', /k get deployments -n kube-system coredns $/],
  ['kubectl describe node \t\t', /controlplane +node01 +node02/],
  ['kubectl describe pod -n kube-system etcd\t', /describe pod -n kube-system etcd-controlplane $/],
  ['kubectl conf\t', /kubectl config $/],
  ['kubectl create \t\t', /clusterrole +ingress +quota +serviceaccount\r\n/],
])('%j completes', (keys, shown) => {
  const text = type(keys);
  type('\x03');
  expect(text).toMatch(shown);
  // Descriptions are for other shells.
  expect(text).not.toMatch(/Create an?|\(aka|-- /);
});
