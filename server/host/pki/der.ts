/** ASN.1 in DER: as much as certificates, keys and signing requests need. */

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** A value read: its tag, its content, and all its bytes. */
export interface Node {
  readonly tag: number;
  readonly content: Buffer;
  readonly bytes: Buffer;
}

export class DerError extends Error {
  override name = 'DerError';
}

export function tlv(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tlv(TAG.sequence, Buffer.concat(parts));
}

export function setOf(...parts: readonly Uint8Array[]): Buffer {
  return tlv(TAG.set, Buffer.concat(parts));
}

/** `[number]`, constructed or primitive. */
export function context(number: number, content: Uint8Array, constructed = true): Buffer {
  return tlv((constructed ? 0xa0 : 0x80) | number, content);
}

export function integer(value: bigint | number | Uint8Array): Buffer {
  let bytes = value instanceof Uint8Array ? Buffer.from(value) : bigToBytes(BigInt(value));
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0 && ((bytes[start + 1] as number) & 0x80) === 0)
    start++;
  bytes = bytes.subarray(start);
  if (((bytes[0] ?? 0) & 0x80) !== 0) bytes = Buffer.concat([Buffer.from([0]), bytes]);
  return tlv(TAG.integer, bytes);
}

export function boolean(value: boolean): Buffer {
  return tlv(TAG.boolean, Buffer.from([value ? 0xff : 0]));
}

export function nothing(): Buffer {
  return tlv(TAG.null, Buffer.alloc(0));
}

export function octets(content: Uint8Array): Buffer {
  return tlv(TAG.octetString, content);
}

export function bits(content: Uint8Array, unused = 0): Buffer {
  return tlv(TAG.bitString, Buffer.concat([Buffer.from([unused]), content]));
}

export function utf8(text: string): Buffer {
  return tlv(TAG.utf8String, Buffer.from(text));
}

/** PrintableString where the characters allow it, as Go writes names; UTF8String otherwise. */
export function printable(text: string): Buffer {
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text) ? tlv(TAG.printableString, Buffer.from(text)) : utf8(text);
}

export function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  const out: number[] = [(first as number) * 40 + (second as number)];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    out.push(...groups);
  }
  return tlv(TAG.oid, Buffer.from(out));
}

/** UTCTime up to 2049, GeneralizedTime after. */
export function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return Number(text.slice(0, 4)) < 2050
    ? tlv(TAG.utcTime, Buffer.from(`${text.slice(2)}Z`))
    : tlv(TAG.generalizedTime, Buffer.from(`${text}Z`));
}

export function readNode(bytes: Buffer, offset = 0): Node {
  const tag = bytes[offset];
  let length = bytes[offset + 1];
  if (tag === undefined || length === undefined) throw new DerError('asn1: structure error: truncated');
  let start = offset + 2;
  if (length & 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 4 || start + count > bytes.length)
      throw new DerError('asn1: syntax error: length');
    length = bytes.readUIntBE(start, count);
    start += count;
  }
  if (start + length > bytes.length) throw new DerError('asn1: syntax error: data truncated');
  return {
    tag,
    content: bytes.subarray(start, start + length),
    bytes: bytes.subarray(offset, start + length),
  };
}

/** The values that a constructed value is made of. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (let offset = 0; offset < node.content.length; ) {
    const child = readNode(node.content, offset);
    found.push(child);
    offset += child.bytes.length;
  }
  return found;
}

export function readOid(node: Node): string {
  const arcs: number[] = [];
  let value = 0;
  for (const byte of node.content) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    arcs.push(value);
    value = 0;
  }
  const first = arcs.shift() ?? 0;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...arcs].join('.');
}

export function readInteger(node: Node): bigint {
  return node.content.length === 0 ? 0n : BigInt(`0x${node.content.toString('hex')}`);
}

export function readTime(node: Node): number {
  const text = node.content.toString('latin1');
  const full = node.tag === TAG.utcTime ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?/.exec(full) ?? [];
  if (year === undefined) throw new DerError('asn1: structure error: cannot parse time');
  return Date.UTC(+year, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second ?? 0));
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = bigToBytes(BigInt(length));
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

function bigToBytes(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}
