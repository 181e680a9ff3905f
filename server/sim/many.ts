/** Puts items behind others, however many: the engine takes no more than some hundred thousand arguments of a call. */
export function append<T>(target: T[], items: Iterable<T>): void {
  for (const item of items) target.push(item);
}

const FEW = 10_000;

/** Puts items in the place of `count` others. */
export function replaceAt<T>(target: T[], at: number, count: number, items: readonly T[]): void {
  if (items.length < FEW) {
    target.splice(at, count, ...items);
    return;
  }
  const rest = target.slice(at + count);
  target.length = Math.min(at, target.length);
  append(target, items);
  append(target, rest);
}

/** The greatest of many numbers, `least` at the least. */
export function greatest(numbers: Iterable<number>, least = Number.NEGATIVE_INFINITY): number {
  let most = least;
  for (const number of numbers) if (number > most) most = number;
  return most;
}
