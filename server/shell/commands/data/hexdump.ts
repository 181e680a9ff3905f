import { encode } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { parseSize } from '../core/numbers.ts';
import { type Call, tool } from '../core/tool.ts';

const hex = (value: number, width: number) => value.toString(16).padStart(width, '0');
const CONTROL: Readonly<Record<number, string>> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};

const byteChar = (byte: number): string =>
  CONTROL[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'));

/** How the options show a line of up to 16 bytes: bytes a field, its text, and the columns of a whole line. */
const LAYOUTS: Readonly<Record<string, { size: number; show: (value: number) => string; width: number }>> = {
  usual: { size: 2, show: (value) => ` ${hex(value, 4)}`, width: 40 },
  x: { size: 2, show: (value) => `    ${hex(value, 4)}`, width: 64 },
  d: { size: 2, show: (value) => `   ${String(value).padStart(5, '0')}`, width: 64 },
  o: { size: 2, show: (value) => `  ${value.toString(8).padStart(6, '0')}`, width: 64 },
  b: { size: 1, show: (value) => ` ${value.toString(8).padStart(3, '0')}`, width: 64 },
  c: { size: 1, show: (value) => byteChar(value).padStart(4), width: 64 },
};

/** Models util-linux hexdump; `hd` is `hexdump -C`. */
export const hexdump = tool({
  name: 'hexdump',
  summary: 'display file contents in hexadecimal, decimal, octal, or ascii',
  usage: '[options] <file>...',
  version: 'util-linux 2.39.3',
  options:
    'b|one-byte-octal c|one-byte-char C|canonical d|two-bytes-decimal e|format= f|format-file= L|color? n|length= o|two-bytes-octal s|skip= v|no-squeezing x|two-bytes-hex X|one-byte-hex',
  paths: ['/usr/bin/hexdump', '/usr/bin/hd'],
  *run(call: Call) {
    const { options } = call;
    for (const name of ['e', 'f', 'L', 'X'])
      if (options.has(name)) call.fail(`option -${name} is not available in this simulation`);
    const bytes = yield* input(call);
    if (!bytes) {
      yield* call.warn('all input file arguments failed');
      return undefined;
    }
    const asked = options.given
      .map((option) => option.name)
      .filter((name) => name in LAYOUTS || name === 'C');
    const kinds = asked.length === 0 ? [call.context.args[0]?.endsWith('hd') ? 'C' : 'usual'] : asked;
    yield* dump(call, bytes, kinds);
    return undefined;
  },
});

function* input(call: Call): Steps<{ bytes: Uint8Array; start: number } | undefined> {
  const inputs = yield* call.inputs();
  if (inputs.length === 0) return undefined;
  let text = '';
  for (const one of inputs) text += yield* one.rest();
  const start = parseSize(call.options.get('s') ?? '0') ?? 0;
  const most = call.options.get('n');
  const end = most === undefined ? undefined : start + (parseSize(most) ?? 0);
  return { bytes: encode(text).slice(start, end), start };
}

function* dump(
  call: Call,
  { bytes, start }: { bytes: Uint8Array; start: number },
  kinds: readonly string[],
): Steps<void> {
  let last = '';
  let starred = false;
  const canonical = kinds.at(-1) === 'C';
  const address = (at: number) => hex(at, canonical ? 8 : 7);
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.slice(at, at + 16);
    const key = row.join();
    if (key === last && row.length === 16 && !call.options.has('v')) {
      if (!starred) yield* call.print('*\n');
      starred = true;
      continue;
    }
    starred = false;
    last = key;
    for (const kind of kinds)
      yield* call.print(kind === 'C' ? canonicalLine(start + at, row) : plainLine(start + at, row, kind));
    yield* call.spend(1);
  }
  if (bytes.length > 0) yield* call.print(`${address(start + bytes.length)}\n`);
}

function canonicalLine(at: number, row: Uint8Array): string {
  const half = (from: number) =>
    Array.from({ length: 8 }, (_, i) => {
      const byte = row[from + i];
      return byte === undefined ? '  ' : hex(byte, 2);
    }).join(' ');
  const text = Array.from(row, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join(
    '',
  );
  return `${hex(at, 8)}  ${half(0)}  ${half(8)}  |${text}|\n`;
}

function plainLine(at: number, row: Uint8Array, kind: string): string {
  const { size, show, width } = LAYOUTS[kind] as {
    size: number;
    show: (value: number) => string;
    width: number;
  };
  let cells = '';
  for (let i = 0; i < row.length; i += size)
    cells += show(size === 1 ? (row[i] as number) : (row[i] as number) + (row[i + 1] ?? 0) * 256);
  return `${hex(at, 7)}${cells.padEnd(width)}\n`;
}
