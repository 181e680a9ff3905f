import { parse } from 'yaml';
import type { KubeObject } from '../../../objects/object.ts';
import type { Resource } from '../../client/client.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { Agent } from '../agent.ts';
import { ADDRESS_POOLS, L2_ADVERTISEMENTS, NAMESPACE } from './pools.ts';

/** Which addresses there are to give, and who announces them. */
export interface Configuration {
  /** What tells of changes of the pools, and of who announces them. */
  readonly watches: { readonly pools: Resource; readonly advertisements: Resource };
  readonly pools: () => KubeObject[];
  readonly advertisements: () => KubeObject[];
  /** Nodes may say that they are not for balancers; old releases do not ask. */
  readonly heedsExclusion: boolean;
}

/** Of custom resources, or, with `--config`, of the ConfigMap that releases before 0.13 read. */
export function configurationOf(agent: Agent): Configuration {
  const map = agent.context.args.find((arg) => arg.startsWith('--config='))?.slice('--config='.length);
  if (map !== undefined) return ofConfigMap(agent, map);
  const own = (resource: Resource) =>
    [...agent.watch(resource).list()].filter(({ metadata }) => metadata.namespace === NAMESPACE);
  return {
    watches: { pools: ADDRESS_POOLS, advertisements: L2_ADVERTISEMENTS },
    pools: () => own(ADDRESS_POOLS),
    advertisements: () => own(L2_ADVERTISEMENTS),
    heedsExclusion: true,
  };
}

interface OldPool {
  readonly name: string;
  readonly protocol?: string;
  readonly addresses?: readonly string[];
  readonly 'auto-assign'?: boolean;
}

/** The pools of such a file that are whole; people write it by hand. */
function oldPools(text: string): OldPool[] {
  let pools: unknown;
  try {
    pools = parse(text)?.['address-pools'];
  } catch {
    return [];
  }
  if (!Array.isArray(pools)) return [];
  return pools.flatMap((pool) => {
    if (typeof pool?.name !== 'string') return [];
    const addresses = Array.isArray(pool.addresses) ? pool.addresses : [];
    return { ...pool, addresses: addresses.filter((one: unknown) => typeof one === 'string') };
  });
}

function ofConfigMap(agent: Agent, name: string): Configuration {
  const written = () =>
    oldPools(agent.watch(RESOURCES.configmaps).get(`${NAMESPACE}/${name}`)?.['data']?.config ?? '');
  const object = (kind: string, pool: OldPool, spec: object): KubeObject => ({
    apiVersion: 'metallb.io/v1beta1',
    kind,
    metadata: { name: pool.name, namespace: NAMESPACE, uid: pool.name } as KubeObject['metadata'],
    spec,
  });
  return {
    watches: { pools: RESOURCES.configmaps, advertisements: RESOURCES.configmaps },
    heedsExclusion: false,
    pools: () =>
      written().map((pool) =>
        object('IPAddressPool', pool, {
          addresses: pool.addresses ?? [],
          autoAssign: pool['auto-assign'] ?? true,
        }),
      ),
    advertisements: () =>
      written()
        .filter(({ protocol }) => protocol === 'layer2')
        .map((pool) => object('L2Advertisement', pool, { ipAddressPools: [pool.name] })),
  };
}
