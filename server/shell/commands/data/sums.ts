import { encode } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';

/** BSD's checksum rotates, System V's adds up. */
function bsd(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = ((sum >> 1) + ((sum & 1) << 15) + byte) & 0xffff;
  return sum;
}

function sysv(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  const folded = (sum & 0xffff) + Math.floor((sum % 2 ** 32) / 65536);
  return (folded & 0xffff) + (folded >> 16);
}

export const sum = tool({
  name: 'sum',
  summary: 'checksum and count the blocks in a file',
  usage: '[OPTION]... [FILE]...',
  options: 'r s|sysv',
  *run(call) {
    const old = call.options.last('r', 's') === 's';
    yield* each(call, (bytes, name) => {
      const shown = name === '' ? '' : ` ${name}`;
      if (old) return `${sysv(bytes)} ${Math.ceil(bytes.length / 512)}${shown}`;
      const blocks = String(Math.ceil(bytes.length / 1024)).padStart(5);
      return `${String(bsd(bytes)).padStart(5, '0')} ${blocks}${shown}`;
    });
    return undefined;
  },
});

const TABLE = Array.from({ length: 256 }, (_, i) => {
  let crc = i << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

/** The CRC of POSIX: the length is part of what is summed. */
export function posixCrc(bytes: Uint8Array): number {
  let crc = 0;
  const add = (byte: number) => {
    crc = (crc << 8) ^ (TABLE[((crc >>> 24) ^ byte) & 0xff] as number);
  };
  for (const byte of bytes) add(byte);
  for (let length = bytes.length; length > 0; length = Math.floor(length / 256)) add(length & 0xff);
  return ~crc >>> 0;
}

/** `cksum` without `-a`; the other algorithms are in digests.ts. */
export function* crcOfEach(call: Call): Steps<void> {
  yield* each(call, (bytes, name) => `${posixCrc(bytes)} ${bytes.length}${name === '' ? '' : ` ${name}`}`);
}

/** One line for every operand; standard input has no name. */
function* each(call: Call, line: (bytes: Uint8Array, name: string) => string): Steps<void> {
  const paths = call.operands.length === 0 ? [''] : call.operands;
  for (const path of paths) {
    const input = yield* call.tryOpen(path || '-');
    if (!input) continue;
    try {
      const bytes = encode(yield* input.rest());
      yield* call.spend(bytes.length >> 8);
      yield* call.print(`${line(bytes, path)}\n`);
    } catch (error) {
      yield* call.complain(error, path);
    }
  }
}
