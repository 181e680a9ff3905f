/**
 * Bytes as strings. Everything that flows through files, pipes, arguments and terminals is a JavaScript string holding
 * decoded UTF-8; a byte that is not valid UTF-8 travels as the lone surrogate U+DC80…U+DCFF (Python's surrogateescape).
 * So text tools work on plain strings, and binary data survives. Only tools that count or show bytes (`wc -c`, `xxd`,
 * `base64`, `head -c`) call `encode` and `decode`.
 */

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const ASCII = /^[\x00-\x7f]*$/;

/** From here on the engine's count of bytes is many times as fast as a pattern. */
const LONG = 256;

/** True when every character is one byte. */
export function isAscii(text: string): boolean {
  return text.length < LONG ? ASCII.test(text) : Buffer.byteLength(text) === text.length;
}

/** The bytes that `text` stands for. */
export function encode(text: string): Uint8Array {
  if (!hasEscapedByte(text)) return encoder.encode(text);
  const out = new Uint8Array(3 * text.length);
  let at = 0;
  for (let from = 0; from < text.length; ) {
    const code = text.charCodeAt(from);
    if (isEscapedByte(code)) {
      out[at++] = code - ESCAPE;
      from++;
      continue;
    }
    let to = from + 1;
    while (to < text.length && !isEscapedByte(text.charCodeAt(to))) to++;
    // The second half of a pair looks like an escaped byte.
    if (isHighSurrogate(text.charCodeAt(to - 1)) && to < text.length) to++;
    at += encoder.encodeInto(text.slice(from, to), out.subarray(at)).written;
    from = to;
  }
  return out.slice(0, at);
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

/** Where escaped bytes begin among the code units. */
const ESCAPE = 0xdc00;

function isEscapedByte(code: number): boolean {
  return code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

/** Valid stretches are decoded as they are, so that only the bytes between them take time of their own. */
function decodeLossless(bytes: Uint8Array): string {
  const pieces: string[] = [];
  let valid = 0;
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    if (length > 0) {
      i += length;
      continue;
    }
    if (i > valid) pieces.push(strictDecoder.decode(bytes.subarray(valid, i)));
    pieces.push(String.fromCharCode(ESCAPE + (bytes[i] as number)));
    valid = ++i;
  }
  pieces.push(strictDecoder.decode(bytes.subarray(valid)));
  return pieces.join('');
}

/** What the second byte may be where it may not be anything: no overlong forms, no surrogates, nothing above U+10FFFF. */
const SECOND: Readonly<Record<number, readonly [least: number, most: number]>> = {
  224: [0xa0, 0xbf],
  237: [0x80, 0x9f],
  240: [0x90, 0xbf],
  244: [0x80, 0x8f],
};
const CONTINUATION = [0x80, 0xbf] as const;

/** Bytes of the valid sequence that begins at `at`; 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i] ?? 0;
    const [least, most] = i === 1 ? (SECOND[first] ?? CONTINUATION) : CONTINUATION;
    if (byte < least || byte > most) return 0;
  }
  return length;
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
