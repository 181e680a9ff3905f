const WORDS = 'web api db cache worker front batch proxy queue store auth mail'.split(' ');

/** Chance that a seed decides. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 up to, but not, `below`. */
  int(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  }

  chance(percent: number): boolean {
    return this.int(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)] as T;
  }

  /** The value, or nothing at all: `{...dice.maybe(50, () => ({ a: 1 }))}`. */
  maybe<T extends object>(percent: number, value: () => T): T | Record<string, never> {
    return this.chance(percent) ? value() : {};
  }

  /** As many as chance has it, made one by one. */
  some<T>(most: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.int(most + 1) }, (_, index) => make(index));
  }

  word(): string {
    return this.pick(WORDS);
  }

  labels(most = 3): Record<string, string> {
    const keys = ['app', 'tier', 'example.com/part', 'version'];
    return Object.fromEntries(this.some(most, () => [this.pick(keys), this.chance(10) ? '' : this.word()]));
  }

  selector(): object {
    return {
      ...this.maybe(70, () => ({ matchLabels: { app: this.word() } })),
      ...this.maybe(40, () => ({
        matchExpressions: [
          this.chance(50)
            ? { key: 'tier', operator: this.pick(['In', 'NotIn']), values: [this.word(), 'zz'] }
            : { key: 'tier', operator: this.pick(['Exists', 'DoesNotExist']) },
        ],
      })),
    };
  }

  quantity(): string {
    return this.pick(['100m', '1', '1500m', '2500', '0']);
  }

  /** Some time in the last days. */
  time(nowMs: number): string {
    const ago = this.pick([5 * 60, 3600, 26 * 3600, 9 * 86_400, 700 * 86_400]) * 1000 + this.int(60) * 1000;
    return `${new Date(nowMs - ago).toISOString().slice(0, 19)}Z`;
  }
}
