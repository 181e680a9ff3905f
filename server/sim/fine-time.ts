/**
 * Digits below the millisecond, which the virtual clock has not and real programs show: made up from the moment and from
 * what happened in it, so that a time reads the same wherever it is shown.
 */
export function belowMs(ms: number, what: string, digits: number): string {
  let hash = Math.trunc(ms % 2_147_483_647);
  for (let i = 0; i < what.length; i++) hash = Math.imul(hash ^ what.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return String(((hash ^ (hash >>> 15)) >>> 0) % 10 ** digits).padStart(digits, '0');
}

/** RFC 3339 with that many digits of a second, at least three: `2026-11-21T09:46:30.123456Z`. */
export function fineTime(ms: number, what: string, digits = 6): string {
  return `${new Date(ms).toISOString().slice(0, 23)}${belowMs(ms, what, digits - 3)}Z`;
}

/** As Go's RFC3339Nano writes it: nanoseconds without zeros at the end. */
export function nanoTime(ms: number, what: string): string {
  return fineTime(ms, what, 9).replace(/0+Z$/, 'Z');
}
