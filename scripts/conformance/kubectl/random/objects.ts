import { CLUSTER } from './cluster.ts';
import type { Dice } from './dice.ts';
import { NETWORK } from './network.ts';
import { SETTINGS } from './settings.ts';
import type { Sort } from './sort.ts';
import { WORKLOADS } from './workloads.ts';

type Fields = Record<string, any>;

/** An object of a random state: what is created, and what its status is said to be afterwards. */
export interface Drawn {
  readonly plural: string;
  readonly root: string;
  readonly namespaced: boolean;
  readonly object: Fields;
  readonly status: Fields | undefined;
  /** It is deleted, and stays for a finalizer's sake. */
  readonly deleted: boolean;
}

export const SORTS: readonly Sort[] = [...WORKLOADS, ...NETWORK, ...SETTINGS, ...CLUSTER];

/** Objects of every kind for a seed. Those without a namespace carry the seed in their name. */
export function drawState(dice: Dice, options: { seed: number; namespace: string; now: number }): Drawn[] {
  const { seed, namespace, now } = options;
  return SORTS.flatMap((sort) =>
    Array.from({ length: sort.plural === 'pods' ? 3 : 1 }, (_, index) => {
      const deleted = dice.chance(12);
      const metadata = {
        name: `${sort.namespaced ? '' : `s${seed}-`}${dice.word()}-${index}`,
        ...(sort.namespaced ? { namespace } : {}),
        labels: { ...dice.labels(), seed: String(seed) },
        ...dice.maybe(40, () => ({
          annotations: { 'example.com/a': 'b', 'example.com/long': 'w '.repeat(dice.int(90)) },
        })),
        ...(deleted ? { finalizers: ['example.com/stays'] } : {}),
      };
      const { plural, apiVersion, kind, namespaced } = sort;
      const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
      const object: Fields = { apiVersion, kind, metadata, ...sort.draw(dice, now) };
      if (object['involvedObject']) object['involvedObject'].namespace = namespace;
      return { plural, root, namespaced, object, status: sort.status?.(dice, object, now), deleted };
    }),
  );
}
