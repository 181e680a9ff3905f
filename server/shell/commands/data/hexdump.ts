import { encode } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { parseOffset } from '../core/numbers.ts';
import { type Call, tool } from '../core/tool.ts';
import { type Format, fitted, readFormat, showBlock, showEnd } from './hexdump-format.ts';

/** A block larger than this shows nothing that a person could read. */
const MAX_BLOCK = 65_536;

/** The options as the formats that they stand for. */
const usual = (cells: string) => ['"%07.7_Ax\\n"', `"%07.7_ax " ${cells} "\\n"`];
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  usual: usual('8/2 "%04x "'),
  x: usual('8/2 "   %04x "'),
  d: usual('8/2 "  %05u "'),
  o: usual('8/2 " %06o "'),
  b: usual('16/1 "%03o "'),
  c: usual('16/1 "%3_c "'),
  X: usual('16/1 " %02x "'),
  C: ['"%08.8_Ax\\n"', '"%08.8_ax  " 8/1 "%02x " "  " 8/1 "%02x "', '"  |" 16/1 "%_p" "|\\n"'],
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
    if (call.options.has('L')) call.fail('option -L is not available in this simulation');
    const formats = yield* formatsOf(call);
    const bytes = yield* input(call);
    if (!bytes) {
      yield* call.warn('all input file arguments failed');
      return undefined;
    }
    const size = fitted(formats);
    if (size > MAX_BLOCK) call.fail('cannot allocate memory');
    if (size > 0) yield* dump(call, bytes, formats, size);
    return undefined;
  },
});

function* formatsOf(call: Call): Steps<Format[]> {
  const out: Format[] = [];
  for (const { name, value = '' } of call.options.given) {
    if (name === 'e') out.push(readFormat(value));
    else if (name === 'f')
      for (const line of (yield* call.readFile(value)).split('\n'))
        if (line.trim() !== '' && !line.trim().startsWith('#')) out.push(readFormat(line));
    out.push(...(FORMATS[name] ?? []).map(readFormat));
  }
  if (out.length > 0) return out;
  return (FORMATS[call.context.args[0]?.endsWith('hd') ? 'C' : 'usual'] ?? []).map(readFormat);
}

function* input(call: Call): Steps<{ bytes: Uint8Array; start: number } | undefined> {
  const inputs = yield* call.inputs();
  if (inputs.length === 0) return undefined;
  let text = '';
  for (const one of inputs) text += yield* one.rest();
  const start = parseOffset(call.options.get('s') ?? '0') ?? 0;
  const most = call.options.get('n');
  const end = most === undefined ? undefined : start + (parseOffset(most) ?? 0);
  return { bytes: encode(text).slice(start, end), start };
}

/** Block by block; those like the one before are a star. Models hexdump-display.c display and get. */
function* dump(
  call: Call,
  { bytes, start }: { bytes: Uint8Array; start: number },
  formats: readonly Format[],
  size: number,
): Steps<void> {
  let last = '';
  let starred = false;
  for (let at = 0; at < bytes.length; at += size) {
    const known = bytes.subarray(at, at + size);
    const key = known.join();
    if (key === last && !call.options.has('v')) {
      if (!starred) yield* call.print('*\n');
      starred = true;
      continue;
    }
    starred = false;
    last = key;
    const block = new Uint8Array(size);
    block.set(known);
    for (const format of formats) yield* call.print(showBlock(format, block, start + at, known.length));
    yield* call.spend(1 + (size >> 4));
  }
  if (bytes.length > 0) yield* call.print(showEnd(formats, start + bytes.length));
}
