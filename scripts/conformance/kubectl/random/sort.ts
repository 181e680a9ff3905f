import type { Dice } from './dice.ts';

type Fields = Record<string, any>;

/** How objects of a kind are drawn. */
export interface Sort {
  readonly plural: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean;
  draw(dice: Dice, now: number): Fields;
  status?(dice: Dice, object: Fields, now: number): Fields;
}

const CONDITION_STATES = ['True', 'False', 'Unknown'];

/** Some of the conditions, each in any state. */
export function conditions(dice: Dice, types: readonly string[], now: number): Fields[] {
  return types
    .filter(() => dice.chance(60))
    .map((type) => ({
      type,
      status: dice.pick(CONDITION_STATES),
      reason: 'SomeReason',
      message: 'a message of\nseveral words',
      lastTransitionTime: dice.time(now),
    }));
}

const ACCESS = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];
export const access = (dice: Dice): string[] => [
  ...new Set([dice.pick(ACCESS.slice(0, 3)), ...dice.some(1, () => 'ReadOnlyMany')]),
];
