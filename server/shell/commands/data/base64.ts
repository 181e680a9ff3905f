import { Buffer } from 'node:buffer';
import { decode, encode } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { quote } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

export const base64 = tool({
  name: 'base64',
  summary: 'base64 encode/decode data and print to standard output',
  usage: '[OPTION]... [FILE]',
  options: 'd|decode i|ignore-garbage w|wrap=',
  run: (call) => run(call, CODINGS['base64'] as Coding),
});

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const HEX_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUV';

export const base32 = tool({
  name: 'base32',
  summary: 'base32 encode/decode data and print to standard output',
  usage: '[OPTION]... [FILE]',
  options: 'd|decode i|ignore-garbage w|wrap=',
  run: (call) => run(call, CODINGS['base32'] as Coding),
});

/** What basenc's options encode as. */
const CODINGS: Readonly<Record<string, Coding>> = {
  base64: { encode: (bytes) => Buffer.from(bytes).toString('base64'), decode: decodeBase64 },
  base64url: {
    encode: (bytes) => Buffer.from(bytes).toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
    decode: (text) => decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/')),
  },
  base32: { encode: encodeBase32, decode: decodeBase32 },
  base32hex: {
    encode: (bytes) => exchange(encodeBase32(bytes), ALPHABET, HEX_ALPHABET),
    decode: (text) => decodeBase32(exchange(text, HEX_ALPHABET, ALPHABET)),
  },
  base16: {
    encode: (bytes) => Buffer.from(bytes).toString('hex').toUpperCase(),
    decode: (text) => {
      const good = /^(?:[0-9A-F]{2})*/.exec(text)?.[0] ?? '';
      return { bytes: Uint8Array.from(Buffer.from(good, 'hex')), valid: good === text };
    },
  },
  base2msbf: bits((byte) => byte),
  base2lsbf: bits((byte) => [...byte].reverse().join('')),
};

function exchange(text: string, from: string, to: string): string {
  return Array.from(
    text,
    (char) => to[from.indexOf(char)] ?? (from.includes(char) ? '' : char === '=' ? '=' : '!'),
  ).join('');
}

/** Every byte as eight digits in one order or the other. */
function bits(order: (byte: string) => string): Coding {
  return {
    encode: (bytes) => Array.from(bytes, (byte) => order(byte.toString(2).padStart(8, '0'))).join(''),
    decode: (text) => {
      const good = /^(?:[01]{8})*/.exec(text)?.[0] ?? '';
      const bytes = (good.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(order(byte), 2));
      return { bytes: Uint8Array.from(bytes), valid: good === text };
    },
  };
}

export const basenc = tool({
  name: 'basenc',
  summary: 'encode/decode data and print to standard output',
  usage: '[OPTION]... [FILE]',
  options:
    'd|decode i|ignore-garbage w|wrap= base64 base64url base32 base32hex base16 base2msbf base2lsbf z85',
  run: (call: Call) => {
    const name = call.options.last(...Object.keys(CODINGS), 'z85');
    if (name === undefined) call.misuse('missing encoding type');
    const coding = CODINGS[name];
    if (!coding) call.fail(`option --${name} is not available in this simulation`);
    return run(call, coding);
  },
});

interface Coding {
  encode(bytes: Uint8Array): string;
  /** The bytes, and whether the text was right to its end. */
  decode(text: string): { bytes: Uint8Array; valid: boolean };
}

function* run(call: Call, coding: Coding): Steps<number | undefined> {
  const { options, operands } = call;
  if (operands.length > 1) call.misuse(`extra operand ${quote(operands[1] as string)}`);
  const wrap = options.get('w') ?? '76';
  if (!/^\d+$/.test(wrap)) call.fail(`invalid wrap size: ${quote(wrap)}`);
  const text = yield* call.readFile(operands[0] ?? '-');
  if (options.has('d')) {
    return yield* decoded(call, coding, text);
  }
  return yield* encoded(call, coding, encode(text), Number(wrap));
}

/** Characters in which the groups of every coding are whole, and how much is dealt with at once. */
const GROUP = 120;
const PIECE = GROUP * 256;

function* decoded(call: Call, coding: Coding, text: string): Steps<undefined> {
  const garbage = call.options.has('i') ? /[^A-Za-z0-9+/=]/g : /\n/g;
  let left = '';
  for (let at = 0; at < text.length; at += PIECE) {
    yield* call.spend(PIECE >> 8);
    left += text.slice(at, at + PIECE).replace(garbage, '');
    const isLast = at + PIECE >= text.length;
    const cut = isLast ? left.length : left.length - (left.length % GROUP);
    const { bytes, valid } = coding.decode(left.slice(0, cut));
    left = left.slice(cut);
    yield* call.print(decode(bytes));
    if (valid) continue;
    yield* call.warn('invalid input');
    return undefined;
  }
  return undefined;
}

function* encoded(call: Call, coding: Coding, bytes: Uint8Array, width: number): Steps<undefined> {
  let line = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    yield* call.spend(PIECE >> 8);
    line += coding.encode(bytes.subarray(at, at + PIECE));
    const lines: string[] = [];
    let cut = 0;
    for (; width > 0 && line.length - cut > width; cut += width)
      lines.push(`${line.slice(cut, cut + width)}\n`);
    yield* call.print(width > 0 ? lines.join('') : line);
    line = width > 0 ? line.slice(cut) : '';
  }
  if (line !== '') yield* call.print(`${line}\n`);
  return undefined;
}

function decodeBase64(text: string): { bytes: Uint8Array; valid: boolean } {
  const good = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(text)?.[0] ?? '';
  const rest = text.slice(good.length);
  const tail = /^[A-Za-z0-9+/]{2,3}/.exec(rest)?.[0] ?? '';
  return { bytes: Uint8Array.from(Buffer.from(good + tail, 'base64')), valid: rest === '' };
}

function encodeBase32(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 5) {
    const block = bytes.slice(i, i + 5);
    let bits = 0n;
    for (let k = 0; k < 5; k++) bits = (bits << 8n) | BigInt(block[k] ?? 0);
    const used = Math.ceil((block.length * 8) / 5);
    for (let k = 0; k < 8; k++) out += k < used ? ALPHABET[Number((bits >> BigInt(35 - 5 * k)) & 31n)] : '=';
  }
  return out;
}

function decodeBase32(text: string): { bytes: Uint8Array; valid: boolean } {
  const out: number[] = [];
  const clean = text.replace(/=+$/, '');
  let bits = 0;
  let held = 0;
  for (const char of clean) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) return { bytes: Uint8Array.from(out), valid: false };
    held = (held << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.push((held >> bits) & 255);
    held &= (1 << bits) - 1;
  }
  return { bytes: Uint8Array.from(out), valid: text.length % 8 === 0 };
}
