/**
 * Bytes as strings. Everything that flows through files, pipes, arguments and terminals is a JavaScript string holding
 * decoded UTF-8; a byte that is not valid UTF-8 travels as the lone surrogate U+DC80…U+DCFF (Python's surrogateescape).
 * So text tools work on plain strings, and binary data survives. Only tools that count or show bytes (`wc -c`, `xxd`,
 * `base64`, `head -c`) call `encode` and `decode`.
 */

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const ASCII = /^[\x00-\x7f]*$/;

/** True when every character is one byte. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** The bytes that `text` stands for. */
export function encode(text: string): Uint8Array {
  if (!hasEscapedByte(text)) return encoder.encode(text);
  const out: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (code >= 0xdc80 && code <= 0xdcff) out.push(code - 0xdc00);
    else out.push(...encoder.encode(char));
  }
  return Uint8Array.from(out);
}

/** The string that stands for `bytes`; invalid bytes are kept as lone surrogates. */
export function decode(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return decodeLossless(bytes);
  }
}

/** Number of bytes of `text`. */
export function byteLength(text: string): number {
  if (isAscii(text)) return text.length;
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (code < 0x80 || (code >= 0xdc80 && code <= 0xdcff)) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else bytes += code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function hasEscapedByte(text: string): boolean {
  return /[\udc80-\udcff]/u.test(text);
}

function decodeLossless(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes[i] as number);
    const piece = bytes.subarray(i, i + length);
    try {
      if (length === 0 || piece.length < length) throw new Error('cut short');
      out += strictDecoder.decode(piece);
      i += length;
    } catch {
      out += String.fromCharCode(0xdc00 + (bytes[i] as number));
      i++;
    }
  }
  return out;
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/** Below this a run of zero bytes is text like any other. */
const RUN_BYTES = 4096;
const LONGEST_KEPT = 1 << 22;
const runs = new Map<number, string>();

/** A run of zero bytes: the same string for the same length, so that comparing costs nothing. */
export function zeros(length: number): string {
  if (length > LONGEST_KEPT) return '\0'.repeat(length);
  let run = runs.get(length);
  if (run === undefined) {
    run = '\0'.repeat(length);
    if (runs.size >= 8) runs.clear();
    runs.set(length, run);
  }
  return run;
}

/** Whether `text` is a long run of zero bytes and nothing else. */
export function isZeros(text: string): boolean {
  const { length } = text;
  if (length < RUN_BYTES || text.charCodeAt(0) !== 0 || text.charCodeAt(length - 1) !== 0) return false;
  return text === zeros(length);
}
