import { decode, encode } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';

/** A character set: bytes to text and back. Undefined: a byte or a character that it does not have. */
interface Charset {
  decode(bytes: Uint8Array): { text: string; bad: number | undefined };
  encode(char: string): Uint8Array | undefined;
}

const utf8: Charset = {
  decode(bytes) {
    const text = decode(bytes);
    const at = text.search(/[\udc80-\udcff]/u);
    return { text, bad: at < 0 ? undefined : encode(text.slice(0, at)).length };
  },
  encode: (char) => encode(char),
};

function singleByte(most: number): Charset {
  return {
    decode(bytes) {
      const bad = bytes.findIndex((byte) => byte > most);
      return {
        text: Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''),
        bad: bad < 0 ? undefined : bad,
      };
    },
    encode(char) {
      const code = char.codePointAt(0) as number;
      return code <= most ? Uint8Array.of(code) : undefined;
    },
  };
}

function utf16(little: boolean): Charset {
  return {
    decode(bytes) {
      let text = '';
      for (let i = 0; i + 1 < bytes.length; i += 2) {
        const [a, b] = [bytes[i] as number, bytes[i + 1] as number];
        text += String.fromCharCode(little ? a + b * 256 : a * 256 + b);
      }
      return { text, bad: undefined };
    },
    encode(char) {
      const out: number[] = [];
      for (let i = 0; i < char.length; i++) {
        const code = char.charCodeAt(i);
        out.push(...(little ? [code & 255, code >> 8] : [code >> 8, code & 255]));
      }
      return Uint8Array.from(out);
    },
  };
}

const SETS: Readonly<Record<string, Charset>> = {
  UTF8: utf8,
  ASCII: singleByte(127),
  USASCII: singleByte(127),
  ANSI_X341968: singleByte(127),
  ISO88591: singleByte(255),
  LATIN1: singleByte(255),
  UTF16LE: utf16(true),
  UTF16BE: utf16(false),
};

export const iconv = tool({
  name: 'iconv',
  summary: 'convert text from one character encoding to another',
  usage: '[OPTION...] [FILE...]',
  version: 'Ubuntu GLIBC 2.39-0ubuntu8.3) 2.39',
  options: 'c f|from-code= t|to-code= l|list o|output= s|silent verbose',
  *run(call: Call) {
    const { options } = call;
    if (options.has('l')) {
      yield* call.print('ASCII//\nISO-8859-1//\nUTF-8//\nUTF-16BE//\nUTF-16LE//\n');
      return 0;
    }
    const [from, to] = [setOf(options.get('f')), setOf(options.get('t'))];
    for (const [set, name, which] of [
      [from, options.get('f'), 'from'],
      [to, options.get('t'), 'to'],
    ] as const)
      if (!set) {
        yield* call.context.err(
          `iconv: conversion ${which === 'from' ? 'from' : 'to'} \`${name}' is not supported\nTry \`iconv --help' or \`iconv --usage' for more information.\n`,
        );
        return 1;
      }
    return yield* convertAll(call, from as Charset, to as Charset);
  },
});

function setOf(name = 'UTF-8'): Charset | undefined {
  return SETS[
    name
      .replace(/\/\/.*$/, '')
      .replace(/[-_]/g, '')
      .toUpperCase()
  ];
}

function* convertAll(call: Call, from: Charset, to: Charset): Steps<number> {
  const { options, context } = call;
  let out = '';
  for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
    let bytes: Uint8Array;
    try {
      bytes = encode(yield* call.readFile(path));
    } catch {
      yield* context.err(`iconv: cannot open input file \`${path}': No such file or directory\n`);
      return 1;
    }
    const { text, bad } = from.decode(bytes);
    const made = convert(text, to, options.has('c'), options.get('t')?.includes('//TRANSLIT') ?? false);
    out += made.text;
    const wrong = made.bad ?? (options.has('c') ? undefined : bad);
    if (wrong === undefined) continue;
    yield* call.print(out);
    yield* call.flush();
    yield* context.err(`iconv: illegal input sequence at position ${wrong}\n`);
    return 1;
  }
  const target = options.get('o');
  if (target === undefined) yield* call.print(out);
  else context.fs.write(target, out);
  return 0;
}

function convert(
  text: string,
  to: Charset,
  drop: boolean,
  replace: boolean,
): { text: string; bad: number | undefined } {
  const bytes: number[] = [];
  let read = 0;
  for (const char of text) {
    const made = /[\udc80-\udcff]/u.test(char) ? undefined : to.encode(char);
    if (made) bytes.push(...made);
    else if (replace) bytes.push(63);
    else if (!drop) return { text: decode(Uint8Array.from(bytes)), bad: read };
    read += encode(char).length;
  }
  return { text: decode(Uint8Array.from(bytes)), bad: undefined };
}
