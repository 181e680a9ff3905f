/**
 * Quantities (`500m`, `1Gi`, `1e3`). A quantity is a sign, digits and an exponent; values are kept exactly as BigInt
 * nano-units only where a number would lose precision. Models apimachinery/pkg/api/resource Quantity.
 */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Quantity {
  /** In units of 10^-9; finer values are rounded up, as Kubernetes does. */
  readonly nanos: bigint;
  readonly format: QuantityFormat;
}

const BINARY: Record<string, bigint> = {
  Ki: 1n << 10n,
  Mi: 1n << 20n,
  Gi: 1n << 30n,
  Ti: 1n << 40n,
  Pi: 1n << 50n,
  Ei: 1n << 60n,
};
const DECIMAL: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?([A-Za-z]*[-+]?\d*)$/;
const NANO = 1_000_000_000n;
const MILLI = NANO / 1000n;
/** The largest magnitude: 2^63 - 1. */
const MAX = ((1n << 63n) - 1n) * NANO;

export const QUANTITY_ERROR =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const cache = new Map<string, Quantity | undefined>();

/** Undefined when the text is not a quantity. */
export function parseQuantity(text: string | number): Quantity | undefined {
  const key = String(text);
  if (cache.has(key)) return cache.get(key);
  const quantity = parse(key);
  if (cache.size > 4096) cache.clear();
  cache.set(key, quantity);
  return quantity;
}

function parse(text: string): Quantity | undefined {
  const match = PATTERN.exec(text);
  if (!match || text.length > 200) return undefined;
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const scale = suffixScale(suffix);
  if (!scale) return undefined;
  const digits = BigInt(`${whole}${fraction}` || '0') * scale.factor;
  const magnitude = shift(digits, scale.exponent - fraction.length + 9);
  const capped = magnitude > MAX ? MAX : magnitude;
  return { nanos: sign === '-' ? -capped : capped, format: scale.format };
}

function suffixScale(
  suffix: string,
): { factor: bigint; exponent: number; format: QuantityFormat } | undefined {
  const binary = BINARY[suffix];
  if (binary !== undefined) return { factor: binary, exponent: 0, format: 'BinarySI' };
  const exponent = DECIMAL[suffix];
  if (exponent !== undefined) return { factor: 1n, exponent, format: 'DecimalSI' };
  const scientific = /^[eE]([-+]?\d{1,3})$/.exec(suffix);
  if (!scientific) return undefined;
  return { factor: 1n, exponent: Number(scientific[1]), format: 'DecimalExponent' };
}

/** `value * 10^exponent`, rounded up (away from zero). */
function shift(value: bigint, exponent: number): bigint {
  if (exponent >= 0) return value * 10n ** BigInt(Math.min(exponent, 60));
  const divisor = 10n ** BigInt(-exponent);
  return (value + divisor - 1n) / divisor;
}

/** The canonical text: no fraction, the largest suffix that keeps the value whole. */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0';
  const sign = nanos < 0n ? '-' : '';
  const magnitude = nanos < 0n ? -nanos : nanos;
  if (format === 'BinarySI' && magnitude >= 1024n * NANO && magnitude % NANO === 0n)
    return sign + binaryText(magnitude / NANO);
  return sign + decimalText(magnitude, format === 'DecimalExponent');
}

function binaryText(units: bigint): string {
  let value = units;
  let power = 0;
  const names = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
  while (power < 6 && value % 1024n === 0n) {
    value /= 1024n;
    power++;
  }
  return `${value}${names[power]}`;
}

function decimalText(nanos: bigint, exponential: boolean): string {
  let value = nanos;
  let exponent = -9;
  while (exponent < 18 && value % 1000n === 0n) {
    value /= 1000n;
    exponent += 3;
  }
  if (exponential) return exponent === 0 ? `${value}` : `${value}e${exponent}`;
  const suffix = Object.entries(DECIMAL).find(([, e]) => e === exponent)?.[0] ?? '';
  return `${value}${suffix}`;
}

const canonical = new Map<string, string>();

/** The canonical form of a quantity's text; undefined when it is none. */
export function canonicalQuantity(text: string | number): string | undefined {
  const key = String(text);
  const known = canonical.get(key);
  if (known !== undefined) return known;
  const quantity = parseQuantity(key);
  if (!quantity) return undefined;
  const result = formatQuantity(quantity);
  if (canonical.size > 4096) canonical.clear();
  canonical.set(key, result);
  return result;
}

/** The canonical form of an amount in a list of resources: those are kept to thousandths, rounded up. */
export function canonicalResource(text: string | number): string | undefined {
  const quantity = parseQuantity(text);
  if (!quantity || quantity.nanos % MILLI === 0n) return canonicalQuantity(text);
  const { nanos, format } = quantity;
  const magnitude = (nanos < 0n ? -nanos : nanos) / MILLI + 1n;
  return formatQuantity({ nanos: (nanos < 0n ? -magnitude : magnitude) * MILLI, format });
}

/** A quantity as a number of whole units (cores, bytes), fractions kept. 0 when absent or malformed. */
export function quantityValue(text: string | number | undefined): number {
  if (text === undefined) return 0;
  const quantity = parseQuantity(text);
  return quantity ? Number(quantity.nanos) / 1e9 : 0;
}

/** Thousandths, rounded up: what the scheduler counts CPU in. */
export function milliValue(text: string | number | undefined): number {
  const quantity = text === undefined ? undefined : parseQuantity(text);
  if (!quantity) return 0;
  return Number((quantity.nanos + 999_999n) / 1_000_000n);
}

/** Whole units, rounded up: what the scheduler counts memory in. */
export function wholeValue(text: string | number | undefined): number {
  const quantity = text === undefined ? undefined : parseQuantity(text);
  return quantity ? Number((quantity.nanos + NANO - 1n) / NANO) : 0;
}

const ZERO: Quantity = { nanos: 0n, format: 'DecimalSI' };

/** Negative, zero or positive, as `a` is less than, equal to or more than `b`. */
export function compareQuantities(a: string | number, b: string | number): number {
  const left = (parseQuantity(a) ?? ZERO).nanos;
  const right = (parseQuantity(b) ?? ZERO).nanos;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The sum, in the format of the first that is not zero. */
export function addQuantities(a: string | number, b: string | number): string {
  return combine(a, b, 1n);
}

/** The same for many, written as text only once. */
export function sumQuantities(amounts: Iterable<string | number>): string {
  let sum = ZERO;
  for (const amount of amounts) {
    const { nanos, format } = parseQuantity(amount) ?? ZERO;
    sum = { nanos: sum.nanos + nanos, format: sum.nanos === 0n ? format : sum.format };
  }
  return formatQuantity(sum);
}

export function subtractQuantities(a: string | number, b: string | number): string {
  return combine(a, b, -1n);
}

function combine(a: string | number, b: string | number, sign: bigint): string {
  const left = parseQuantity(a) ?? ZERO;
  const right = parseQuantity(b) ?? ZERO;
  const format = left.nanos === 0n ? right.format : left.format;
  return formatQuantity({ nanos: left.nanos + sign * right.nanos, format });
}

/** `count` of `unit` as a quantity's text, e.g. `quantityOf(1500, 'm')`. */
export function quantityOf(value: number, unit: 'm' | '' | 'bytes' = ''): string {
  const nanos = unit === 'm' ? BigInt(Math.round(value)) * 1_000_000n : BigInt(Math.round(value * 1e9));
  return formatQuantity({ nanos, format: unit === 'bytes' ? 'BinarySI' : 'DecimalSI' });
}
