import { createHash } from 'node:crypto';
import type { KubeObject } from '../../../objects/object.ts';
import type { Resource } from '../../client/client.ts';
import type { Agent } from '../agent.ts';

const GROUP = 'crd.projectcalico.org';
const resource = (plural: string, kind: string): Resource => ({
  group: GROUP,
  version: 'v1',
  plural,
  kind,
  namespaced: false,
});

export const IP_POOLS = resource('ippools', 'IPPool');
export const BLOCK_AFFINITIES = resource('blockaffinities', 'BlockAffinity');

const BLOCK_SIZE = 64;
/** As many blocks as a node's pods may need: the plugin that hands out addresses cannot ask for more. */
const BLOCKS_PER_NODE = 2;
/** Where the plugin finds the node's blocks, a line each. */
export const BLOCKS_FILE = '/var/lib/calico/blocks';

/** How packets between nodes are wrapped: `Always`, `CrossSubnet`, `Never`. */
export interface Modes {
  readonly ipipMode: string;
  readonly vxlanMode: string;
}

/** The pool that pods' addresses come from, made when there is none. Models node/pkg/lifecycle/startup configureIPPools */
export function ensurePool(agent: Agent, cidr: string, modes: Modes): string {
  const pools = agent.client.list(IP_POOLS).items;
  const first = pools[0]?.spec?.cidr;
  if (first) return first as string;
  const spec = {
    allowedUses: ['Workload', 'Tunnel'],
    blockSize: 26,
    cidr,
    ...modes,
    natOutgoing: true,
    nodeSelector: 'all()',
  };
  const metadata = { name: 'default-ipv4-ippool' };
  agent.client.create(IP_POOLS, { apiVersion: `${GROUP}/v1`, kind: 'IPPool', metadata, spec });
  return cidr;
}

/** The blocks of a node, claimed when it has none. */
export function claimBlocks(agent: Agent, node: string, pool: string): string[] {
  const known = agent.client.list(BLOCK_AFFINITIES).items;
  const own = blocksOf(known, node);
  if (own.length >= BLOCKS_PER_NODE) return own;
  const taken = new Set(known.map(({ spec }) => spec?.cidr as string));
  const claimed = freeBlocks(pool, node, taken, BLOCKS_PER_NODE - own.length);
  for (const cidr of claimed) {
    const name = `${node}-${cidr.replace(/[./]/g, '-')}`;
    const spec = { cidr, deleted: 'false', node, state: 'confirmed', type: 'host' };
    const object = { apiVersion: `${GROUP}/v1`, kind: 'BlockAffinity', metadata: { name }, spec };
    agent.client.create(BLOCK_AFFINITIES, object);
  }
  return [...own, ...claimed].sort((a, b) => firstValue(a) - firstValue(b));
}

export function blocksOf(affinities: Iterable<KubeObject>, node: string): string[] {
  const own = [...affinities].filter(({ spec }) => spec?.node === node);
  return own.map(({ spec }) => spec.cidr as string).sort((a, b) => firstValue(a) - firstValue(b));
}

/** Free blocks of a pool, beginning somewhere that depends on the node. */
function freeBlocks(pool: string, node: string, taken: ReadonlySet<string>, wanted: number): string[] {
  const [base = '', length = '16'] = pool.split('/');
  const first = firstValue(base);
  const count = Math.max(1, 2 ** (32 - Number(length)) / BLOCK_SIZE);
  const start = createHash('sha256').update(node).digest().readUInt32BE(0) % count;
  const found: string[] = [];
  for (let step = 0; step < count && found.length < wanted; step++) {
    const value = first + ((start + step) % count) * BLOCK_SIZE;
    const cidr = `${[24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')}/26`;
    if (!taken.has(cidr)) found.push(cidr);
  }
  return found;
}

/** The first address of a network, as a number. */
function firstValue(cidr: string): number {
  const [address = ''] = cidr.split('/');
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
