const REFLECTED = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

const FORWARD = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** CRC-32 as zip and xz have it. */
export function crc32(data: Uint8Array): number {
  let crc = -1;
  for (const byte of data) crc = (REFLECTED[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** CRC-32 with its bits the other way round, as bzip2 has it. */
export function forwardCrc32(data: Uint8Array): number {
  let crc = -1;
  for (const byte of data) crc = (crc << 8) ^ (FORWARD[((crc >>> 24) ^ byte) & 255] as number);
  return ~crc >>> 0;
}
