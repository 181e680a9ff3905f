/**
 * NaCl's secretbox: XSalsa20 with Poly1305, which node:crypto does not have. A box is the 16 bytes of the
 * authenticator, then the encrypted message.
 */

const AUTHENTICATOR = 16;
const SIGMA = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;

export function seal(message: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array {
  const stream = xsalsa20(message.length + 32, nonce, key);
  const box = new Uint8Array(AUTHENTICATOR + message.length);
  message.forEach((byte, i) => {
    box[AUTHENTICATOR + i] = byte ^ (stream[32 + i] as number);
  });
  box.set(poly1305(box.subarray(AUTHENTICATOR), stream.subarray(0, 32)));
  return box;
}

/** The message; undefined when the box was not made with this key. */
export function open(box: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | undefined {
  const encrypted = box.subarray(AUTHENTICATOR);
  const stream = xsalsa20(encrypted.length + 32, nonce, key);
  const expected = poly1305(encrypted, stream.subarray(0, 32));
  if (!expected.every((byte, i) => byte === box[i])) return undefined;
  return encrypted.map((byte, i) => byte ^ (stream[32 + i] as number));
}

/** The stream of a nonce of 24 bytes: the first 16 make a key of their own. */
function xsalsa20(length: number, nonce: Uint8Array, key: Uint8Array): Uint8Array {
  const first = salsa20(block(key, words(nonce.subarray(0, 16))), false);
  const subkey = bytes([first[0], first[5], first[10], first[15], ...first.slice(6, 10)] as number[]);
  const rest = words(nonce.subarray(16));
  const stream = new Uint8Array(Math.ceil(length / 64) * 64);
  for (let counter = 0; counter * 64 < length; counter++) {
    stream.set(bytes(salsa20(block(subkey, [...rest, counter, 0]), true)), counter * 64);
  }
  return stream.subarray(0, length);
}

function block(key: Uint8Array, input: readonly number[]): number[] {
  const k = words(key);
  return [SIGMA[0], ...k.slice(0, 4), SIGMA[1], ...input, SIGMA[2], ...k.slice(4), SIGMA[3]];
}

/** Twenty rounds; `adds`: the input is added at the end (Salsa20), or not (HSalsa20). */
function salsa20(input: readonly number[], adds: boolean): number[] {
  const x = [...input];
  for (let i = 0; i < 10; i++) {
    for (const [a, b, c, d] of COLUMNS) quarter(x, a, b, c, d);
    for (const [a, b, c, d] of ROWS) quarter(x, a, b, c, d);
  }
  return adds ? x.map((word, i) => (word + (input[i] as number)) | 0) : x;
}

type Quarter = readonly [number, number, number, number];

const COLUMNS: readonly Quarter[] = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
];
const ROWS: readonly Quarter[] = [
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
];

function quarter(x: number[], a: number, b: number, c: number, d: number): void {
  mix(x, b, a, d, 7);
  mix(x, c, b, a, 9);
  mix(x, d, c, b, 13);
  mix(x, a, d, c, 18);
}

function mix(x: number[], to: number, one: number, other: number, turn: number): void {
  const sum = ((x[one] as number) + (x[other] as number)) | 0;
  x[to] = (x[to] as number) ^ ((sum << turn) | (sum >>> (32 - turn)));
}

const PRIME = (1n << 130n) - 5n;
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

function poly1305(message: Uint8Array, key: Uint8Array): Uint8Array {
  const r = number(key.subarray(0, 16)) & CLAMP;
  let sum = 0n;
  for (let i = 0; i < message.length; i += 16) {
    const piece = message.subarray(i, i + 16);
    sum = ((sum + number(piece) + (1n << BigInt(8 * piece.length))) * r) % PRIME;
  }
  let tag = sum + number(key.subarray(16, 32));
  return Uint8Array.from({ length: 16 }, () => {
    const byte = Number(tag & 0xffn);
    tag >>= 8n;
    return byte;
  });
}

/** Little-endian. */
function number(piece: Uint8Array): bigint {
  return piece.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function words(piece: Uint8Array): number[] {
  const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
  return Array.from({ length: piece.length / 4 }, (_, i) => view.getInt32(4 * i, true));
}

function bytes(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((word, i) => {
    view.setInt32(4 * i, word, true);
  });
  return new Uint8Array(view.buffer);
}
