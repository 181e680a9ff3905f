import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { SpdyConnection } from './connection.ts';
import { DICTIONARY, HeaderReader, HeaderWriter } from './headers.ts';

test('the dictionary is that of SPDY/3', () => {
  expect(DICTIONARY).toHaveLength(1423);
  // Bytes 2 to 5 of a zlib text are the checksum of its dictionary.
  const text = deflateSync(Buffer.alloc(1), { dictionary: DICTIONARY });
  expect(text.readUInt32BE(2)).toBe(0xe3c6a7c2);
});

test('headers are read block after block', () => {
  const writer = new HeaderWriter();
  const reader = new HeaderReader();
  const blocks = [
    { streamtype: 'error', port: '80' },
    { streamtype: 'data', port: '80', requestid: '1' },
    {},
  ];
  for (const headers of blocks) expect(reader.read(writer.write(headers))).toEqual(headers);
});

function control(type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(0x80030000 + type);
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

test('a stream is answered, its data arrives however it is cut, a ping comes back', () => {
  const seen: unknown[] = [];
  const written: Buffer[] = [];
  const connection = new SpdyConnection((bytes) => written.push(bytes), {
    stream: (id, headers) => seen.push([id, headers]),
    data: (id, bytes) => seen.push([id, bytes.toString()]),
    end: (id) => seen.push([id, 'end']),
  });
  const opened = Buffer.concat([
    Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    new HeaderWriter().write({ StreamType: 'data' }),
  ]);
  const data = Buffer.concat([Buffer.from([0, 0, 0, 1, 1, 0, 0, 2]), Buffer.from('hi')]);
  const bytes = Buffer.concat([control(1, opened), data, control(6, Buffer.from([0, 0, 0, 1]))]);
  for (const byte of bytes) connection.feed(Buffer.from([byte]));
  expect(seen).toEqual([
    [1, { streamtype: 'data' }],
    [1, 'hi'],
    [1, 'end'],
  ]);
  expect(written.map((frame) => frame.readUInt16BE(2))).toEqual([2, 6]);
  expect(() => connection.feed(Buffer.from([0, 0, 0, 1, 0, 255, 255, 255]))).toThrow('too large');
});
