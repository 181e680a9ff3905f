import { decode } from '../../host/index.ts';

/** Which dialect of backslash escapes: `$'…'` and `@E`, `echo -e`, the format of `printf`, `printf %b`. */
export type EscapeStyle = 'ansi' | 'echo' | 'printf' | 'b';

const SIMPLE: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** Replaces backslash escapes. `stop`: `\c` was met, nothing more is to be printed. */
export function decodeEscapes(text: string, style: EscapeStyle): { text: string; stop: boolean } {
  if (!text.includes('\\')) return { text, stop: false };
  let out = '';
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) out += decode(Uint8Array.from(bytes));
    bytes = [];
  };
  for (let i = 0; i < text.length; ) {
    const char = text[i] as string;
    if (char !== '\\' || i + 1 >= text.length) {
      flush();
      out += char;
      i++;
      continue;
    }
    const found = readEscape(text, i, style);
    i = found.end;
    if (found.stop) {
      flush();
      return { text: out, stop: true };
    }
    if (found.byte !== undefined) {
      if (found.byte < 0x80) flush();
      bytes.push(found.byte);
      if (found.byte < 0x80) flush();
    } else {
      flush();
      out += found.text;
    }
  }
  flush();
  return { text: out, stop: false };
}

interface Escape {
  end: number;
  text: string;
  byte?: number;
  stop?: boolean;
}

function readEscape(text: string, at: number, style: EscapeStyle): Escape {
  const char = text[at + 1] as string;
  const simple = SIMPLE[char];
  if (simple !== undefined) return { end: at + 2, text: simple };
  if (char === 'e' || char === 'E') return { end: at + 2, text: '\x1b' };
  if (char === 'c' && (style === 'echo' || style === 'b')) return { end: at + 2, text: '', stop: true };
  if (char === 'c' && style === 'ansi') {
    const control = text[at + 2];
    if (control === undefined) return { end: at + 2, text: '\\c' };
    return { end: at + 3, text: String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f) };
  }
  if (char === 'x') {
    const hex = /^[0-9A-Fa-f]{1,2}/.exec(text.slice(at + 2, at + 4))?.[0];
    if (hex) return { end: at + 2 + hex.length, text: '', byte: Number.parseInt(hex, 16) };
  }
  if (char === 'u' || char === 'U') {
    const hex = new RegExp(`^[0-9A-Fa-f]{1,${char === 'u' ? 4 : 8}}`).exec(text.slice(at + 2))?.[0];
    if (hex) return { end: at + 2 + hex.length, text: codePoint(Number.parseInt(hex, 16)) };
  }
  const octal = octalAt(text, at, style);
  if (octal) return octal;
  if ((char === '"' || char === "'" || char === '?') && style !== 'echo' && style !== 'b') {
    return { end: at + 2, text: char };
  }
  return { end: at + 2, text: `\\${char}` };
}

function octalAt(text: string, at: number, style: EscapeStyle): Escape | undefined {
  const leadingZero = style === 'echo' || (style === 'b' && text[at + 1] === '0');
  const digits = (leadingZero ? /^0([0-7]{0,3})/ : /^([0-7]{1,3})/).exec(text.slice(at + 1, at + 5));
  if (!digits) return undefined;
  return {
    end: at + 1 + digits[0].length,
    text: '',
    byte: Number.parseInt(digits[1] === '' ? '0' : (digits[1] as string), 8) & 0xff,
  };
}

function codePoint(code: number): string {
  return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : '\ufffd';
}
