import { encode, isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { parseSize } from '../core/numbers.ts';
import { type Call, tool } from '../core/tool.ts';

const NEWLINE = 10;

export const cmp = tool({
  name: 'cmp',
  summary: 'compare two files byte by byte',
  usage: '[OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]',
  version: 'GNU diffutils 3.10',
  usageStatus: 2,
  options: 'b|print-bytes i|ignore-initial= l|verbose n|bytes= s|quiet|silent',
  *run(call: Call) {
    const { options } = call;
    const [one, two = '-', ...skips] = call.operands;
    if (one === undefined) call.misuse(`missing operand after '${call.name}'`);
    if (skips.length > 2) call.misuse(`extra operand '${skips[2]}'`);
    const limit = options.has('n') ? size(call, '--bytes', options.get('n') as string) : undefined;
    const [skip = '0', skipTwo = skip] = options.get('i')?.split(':') ?? skips;
    const sides: Uint8Array[] = [];
    for (const [path, text] of [
      [one, skip],
      [two, options.has('i') ? skipTwo : (skips[1] ?? '0')],
    ] as const) {
      const from = size(call, '--ignore-initial', text);
      const bytes = yield* bytesOf(call, path);
      if (!bytes) return 2;
      sides.push(bytes.subarray(from, limit === undefined ? undefined : from + limit));
    }
    const [a, b] = sides as [Uint8Array, Uint8Array];
    return yield* options.has('l') ? list(call, a, b, [one, two]) : first(call, a, b, [one, two]);
  },
});

function size(call: Call, option: string, text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) call.misuse(`invalid ${option} value '${text}'`);
  return bytes;
}

function* bytesOf(call: Call, path: string): Steps<Uint8Array | undefined> {
  try {
    return encode(yield* call.readFile(path));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (!call.options.has('s')) yield* call.warn(`${path}: ${error.message}`, 2);
    return undefined;
  }
}

function* first(call: Call, a: Uint8Array, b: Uint8Array, names: readonly [string, string]): Steps<number> {
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  let line = 1;
  while (at < shorter && a[at] === b[at]) if (a[at++] === NEWLINE) line++;
  yield* call.spend(at >> 6);
  if (at === a.length && at === b.length) return 0;
  if (call.options.has('s')) return 1;
  if (at < shorter) {
    const bytes = call.options.has('b') ? ` is ${shown(a[at] as number)} ${shown(b[at] as number)}` : '';
    yield* call.print(`${names[0]} ${names[1]} differ: byte ${at + 1}, line ${line}${bytes}\n`);
    return 1;
  }
  const whole = a[at - 1] === NEWLINE;
  const where = `${whole ? '' : 'in '}line ${line - (whole ? 1 : 0)}`;
  yield* ended(call, a.length < b.length ? names[0] : names[1], at, `, ${where}`);
  return 1;
}

/** All bytes that differ, by their octal values. */
function* list(call: Call, a: Uint8Array, b: Uint8Array, names: readonly [string, string]): Steps<number> {
  const shorter = Math.min(a.length, b.length);
  const width = String(Math.max(a.length, b.length)).length;
  let status = 0;
  for (let at = 0; at < shorter; at++) {
    const [x, y] = [a[at] as number, b[at] as number];
    if (x === y) continue;
    status = 1;
    const place = String(at + 1).padStart(width);
    if (call.options.has('b'))
      yield* call.print(`${place} ${octal(x)} ${printed(x).padEnd(4)} ${octal(y)} ${printed(y)}\n`);
    else yield* call.print(`${place} ${octal(x)} ${octal(y)}\n`);
    yield* call.spend(1);
  }
  if (a.length === b.length) return status;
  yield* ended(call, a.length < b.length ? names[0] : names[1], shorter, '');
  return 1;
}

function* ended(call: Call, name: string, at: number, line: string): Steps<void> {
  yield* call.context.err(
    `cmp: EOF on ${name}${at === 0 ? ' which is empty' : ` after byte ${at}${line}`}\n`,
  );
}

const octal = (byte: number) => byte.toString(8).padStart(3);
const shown = (byte: number) => `${octal(byte)} ${printed(byte)}`;

/** As `cat -v` prints it. */
function printed(byte: number): string {
  if (byte >= 128) return `M-${printed(byte - 128)}`;
  if (byte < 32) return `^${String.fromCharCode(byte + 64)}`;
  return byte === 127 ? '^?' : String.fromCharCode(byte);
}
