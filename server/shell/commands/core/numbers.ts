import { quote } from './quote.ts';
import { Failure } from './tool.ts';

const POWERS = 'KMGTPEZYRQ';

/** `10`, `5K` (1024), `5kB` (1000), `5b` (512). Undefined when it is none of these. */
export function parseSize(text: string): number | undefined {
  const match =
    /^(\d+)(?:(b)|([kKMGTPEZYRQ])(iB|B|D)?)?$/.exec(text) ?? /^()()([kKMGTPEZYRQ])(iB|B)?$/.exec(text);
  if (!match) return undefined;
  const count = match[1] === '' ? 1 : Number(match[1]);
  if (match[2]) return count * 512;
  if (!match[3]) return count;
  const base = match[4] === 'B' || match[4] === 'D' ? 1000 : 1024;
  return count * base ** (POWERS.indexOf(match[3].toUpperCase()) + 1);
}

/** A size as C writes numbers: `0x10` and `010` too. */
export function parseOffset(text: string): number | undefined {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text.slice(2), 16);
  const octal = /^0([0-7]+)([a-zA-Z]*)$/.exec(text);
  return parseSize(octal ? `${Number.parseInt(octal[1] as string, 8)}${octal[2]}` : text);
}

/** A size of an option, or the tool's error `invalid <what>: 'x'`. */
export function demandSize(text: string, what: string, status = 1): number {
  const size = parseSize(text);
  if (size === undefined) throw new Failure(`invalid ${what}: ${quote(text)}`, status);
  return size;
}

/** A non-negative integer of an option. */
export function demandCount(text: string, what: string, status = 1): number {
  if (!/^\+?\d+$/.test(text)) throw new Failure(`invalid ${what}: ${quote(text)}`, status);
  return Number(text);
}

/** A size as `ls -h`, `du -h` and `df -h` show it: rounded up, one decimal below ten. */
export function humanSize(bytes: number, base = 1024): string {
  if (bytes < base) return String(bytes);
  let value = bytes;
  let power = -1;
  while (value >= base && power < POWERS.length - 1) {
    value /= base;
    power++;
  }
  let shown = value < 10 ? Math.ceil(value * 10 - 1e-9) / 10 : Math.ceil(value - 1e-9);
  if (shown >= base && power < POWERS.length - 1) {
    shown /= base;
    power++;
  }
  const letter = POWERS[power] as string;
  return `${shown < 10 ? shown.toFixed(1) : String(Math.ceil(shown))}${base === 1000 && letter === 'K' ? 'k' : letter}`;
}

/** Compares as the C locale does: by bytes, that is by code points. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return sortable(x) - sortable(y);
  }
  return a.length - b.length;
}

/** Puts surrogates behind the rest of the basic plane, where their bytes are; escaped bytes by their value. */
function sortable(unit: number): number {
  if (unit >= 0xdc80 && unit <= 0xdcff) return unit - 0xdc00 < 0xf0 ? 0x9000 : 0x20000;
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
