import { describe, expect, it } from 'vitest';
import { Random } from '../sim/index.ts';
import { decode, encode } from './text.ts';

const random = new Random('text');
const bytesOf = (length: number, pick: () => number) => Uint8Array.from({ length }, pick);

describe('bytes as strings', () => {
  it.each<[what: string, bytes: readonly number[], text: string]>([
    ['ASCII', [0x61, 0x0a], 'a\n'],
    ['whole sequences', [0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80], 'é€😀'],
    ['a byte that begins nothing', [0x61, 0xff, 0x62], 'a\udcffb'],
    ['a sequence cut short', [0xe2, 0x82], '\udce2\udc82'],
    ['a sequence broken off by another', [0xe2, 0x82, 0xc3, 0xa9], '\udce2\udc82é'],
    ['an overlong form', [0xc0, 0x80, 0xe0, 0x80, 0x80], '\udcc0\udc80\udce0\udc80\udc80'],
    ['a surrogate', [0xed, 0xa0, 0x80], '\udced\udca0\udc80'],
    ['what is above Unicode', [0xf4, 0x90, 0x80, 0x80], '\udcf4\udc90\udc80\udc80'],
    ['an emoji beside a byte', [0xf0, 0x9f, 0x98, 0x80, 0x80], '😀\udc80'],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0xff], '\ufeff\udcff'],
  ])('%s', (_, bytes, text) => {
    expect(decode(Uint8Array.from(bytes))).toBe(text);
    expect([...encode(text)]).toEqual(bytes);
  });

  it.each<[what: string, pick: () => number]>([
    ['any bytes', () => random.below(256)],
    ['mostly text', () => (random.below(9) === 0 ? random.below(256) : 0x41 + random.below(26))],
    ['parts of sequences', () => random.pick([0x41, 0x80, 0xc3, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98])],
  ])('%s come back as they were', (_, pick) => {
    for (let i = 0; i < 50; i++) {
      const bytes = bytesOf(random.below(300), pick);
      expect([...encode(decode(bytes))]).toEqual([...bytes]);
    }
  });
});
