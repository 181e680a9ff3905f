import type { Steps } from '../../../sim/index.ts';
import { quote } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

/** Largest number that is taken apart; GNU's goes on with Pollard's method. */
const MOST = 2n ** 64n;

export const factor = tool({
  name: 'factor',
  summary: 'factor numbers',
  usage: '[OPTION] [NUMBER]...',
  options: 'h|exponents',
  *run(call: Call) {
    let numbers: readonly string[] = call.operands;
    if (numbers.length === 0) numbers = (yield* call.stdin.rest()).split(/\s+/).filter((word) => word !== '');
    for (const text of numbers) yield* one(call, text);
    return undefined;
  },
});

function* one(call: Call, text: string): Steps<void> {
  const word = text.trim().replace(/^\+/, '');
  if (!/^\d+$/.test(word)) {
    yield* call.warn(`${quote(text)} is not a valid positive integer`);
    return;
  }
  const value = BigInt(word);
  if (value >= MOST) {
    yield* call.warn(`${quote(text)} is too large in this simulation`);
    return;
  }
  const found = yield* factors(call, value);
  const shown = call.options.has('h') ? powers(found) : found.map(String);
  yield* call.print(`${value}:${shown.map((part) => ` ${part}`).join('')}\n`);
}

function* factors(call: Call, value: bigint): Steps<bigint[]> {
  const out: bigint[] = [];
  let rest = value;
  for (const prime of [2n, 3n])
    while (rest > 1n && rest % prime === 0n) {
      out.push(prime);
      rest /= prime;
    }
  const stack = rest > 1n ? [rest] : [];
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    if (isPrime(part)) {
      out.push(part);
      continue;
    }
    const divisor = yield* divisorOf(call, part);
    stack.push(divisor, part / divisor);
  }
  return out.sort((a, b) => (a < b ? -1 : 1));
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** Miller and Rabin's test; these bases decide every number below 2^64. */
function isPrime(value: bigint): boolean {
  const bases = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n];
  if (bases.includes(value)) return true;
  if (value % 2n === 0n) return false;
  let odd = value - 1n;
  let twos = 0;
  for (; odd % 2n === 0n; odd /= 2n) twos++;
  return bases.every((base) => {
    let x = power(base, odd, value);
    if (x === 1n || x === value - 1n) return true;
    for (let i = 1; i < twos; i++) {
      x = (x * x) % value;
      if (x === value - 1n) return true;
    }
    return false;
  });
}

const greatest = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a, b];
  while (y > 0n) [x, y] = [y, x % y];
  return x;
};

/** Pollard's rho. */
function* divisorOf(call: Call, value: bigint): Steps<bigint> {
  for (let shift = 1n; ; shift++) {
    let [slow, fast, found] = [2n, 2n, 1n];
    const next = (x: bigint) => (x * x + shift) % value;
    while (found === 1n) {
      slow = next(slow);
      fast = next(next(fast));
      found = greatest(slow > fast ? slow - fast : fast - slow, value);
      yield* call.spend(1);
    }
    if (found !== value) return found;
  }
}

function powers(found: readonly bigint[]): string[] {
  const counts = new Map<bigint, number>();
  for (const prime of found) counts.set(prime, (counts.get(prime) ?? 0) + 1);
  return [...counts].map(([prime, count]) => (count === 1 ? String(prime) : `${prime}^${count}`));
}
