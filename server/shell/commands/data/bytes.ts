import { decode, encode, isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { demandCount } from '../core/numbers.ts';
import { quote } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';

const hex = (value: number, width: number) => value.toString(16).padStart(width, '0');
const printable = (byte: number) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.');

export const xxd = tool({
  name: 'xxd',
  summary: 'make a hex dump or do the reverse',
  usage: '[options] [infile [outfile]]',
  version: 'xxd 2023-10-25',
  options: 'a b C c= d e g= i l= o= p r s= u',
  prepare: (args) => args.map((arg) => arg.replace(/^-(ps|plain)$/, '-p')),
  *run(call: Call) {
    const { options } = call;
    const text = yield* hexInput(call);
    if (options.has('r')) {
      yield* call.print(decode(fromHex(text, options.has('p'))));
      return 0;
    }
    const bytes = encode(text);
    const seek = Number(options.get('s') ?? 0);
    const start = seek < 0 ? Math.max(0, bytes.length + seek) : seek;
    const data = bytes.slice(start, options.has('l') ? start + Number(options.get('l')) : undefined);
    const plain = options.has('p');
    if (options.has('i') && !plain) {
      const source = cSource(data, call.operands[0], Number(options.get('c') ?? 12), options.has('C'));
      yield* call.print(source);
      return 0;
    }
    const bits = options.has('b') && !plain;
    const little = options.has('e') && !plain && !bits;
    const columns = Number(options.get('c') ?? (plain ? 30 : bits ? 6 : 16));
    if (columns > 256 && !plain) call.fail('invalid number of columns (max. 256).');
    const group = Number(options.get('g') ?? (bits ? 1 : little ? 4 : 2)) || columns;
    const size = bits ? 8 : 2;
    const shift = start + Number(options.get('o') ?? 0);
    let nulls = 0;
    for (let at = 0; at < data.length; at += columns) {
      const row = [...data.slice(at, at + columns)];
      const digits = row.map((byte) => {
        if (bits) return byte.toString(2).padStart(8, '0');
        return options.has('u') ? hex(byte, 2).toUpperCase() : hex(byte, 2);
      });
      if (plain) {
        yield* call.print(`${digits.join('')}\n`);
        continue;
      }
      // Of rows of zeros the first is shown, then a star, and always the last.
      nulls = options.has('a') && row.every((byte) => byte === 0) ? nulls + 1 : 0;
      if (nulls > 1 && at + columns < data.length) {
        if (nulls === 2) yield* call.print('*\n');
        continue;
      }
      const ordered = little ? swapped(digits, group) : digits;
      const cells = ordered.map((pair, i) => (i % group === group - 1 ? `${pair} ` : pair)).join('');
      const width = columns * size + Math.ceil(columns / group);
      const place = options.has('d') ? String(shift + at).padStart(8, '0') : hex(shift + at, 8);
      yield* call.print(`${place}: ${cells.padEnd(width)} ${row.map(printable).join('')}\n`);
      yield* call.spend(1);
    }
    return 0;
  },
});

function* hexInput(call: Call): Steps<string> {
  try {
    return yield* call.readFile(call.operands[0] ?? '-');
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return call.fail(`${call.operands[0]}: ${error.message}`, 2);
  }
}

/** The bytes of each group the other way round; those that are missing are blank. */
function swapped(digits: readonly string[], group: number): string[] {
  const out: string[] = [];
  for (let at = 0; at < digits.length; at += group) {
    const word = digits.slice(at, at + group);
    out.push(...Array.from({ length: group - word.length }, () => '  '), ...word.reverse());
  }
  return out;
}

/** The bytes as an array in C. */
function cSource(data: Uint8Array, path: string | undefined, columns: number, capitals: boolean): string {
  const bytes = [...data].map((byte) => `0x${hex(byte, 2)}`);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += columns)
    lines.push(`  ${bytes.slice(at, at + columns).join(', ')}`);
  const body = `${lines.join(',\n')}\n`;
  if (path === undefined || path === '-') return body;
  const name = path.replace(/[^A-Za-z0-9]/g, '_').replace(/^(?=\d)/, '__');
  const [array, length] = capitals
    ? [name.toUpperCase(), `${name.toUpperCase()}_LEN`]
    : [name, `${name}_len`];
  return `unsigned char ${array}[] = {\n${body}};\nunsigned int ${length} = ${data.length};\n`;
}

function fromHex(text: string, plain: boolean): Uint8Array {
  const digits = plain
    ? text.replace(/[^0-9a-fA-F]/g, '')
    : text
        .split('\n')
        .map((line) => (/^[0-9a-f]+:\s((?:[0-9a-f]{2,} ?)*)/i.exec(line)?.[1] ?? '').replace(/ /g, ''))
        .join('');
  return Uint8Array.from((digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
}

export const strings = tool({
  name: 'strings',
  summary: 'print the sequences of printable characters in files',
  usage: '[option(s)] [file(s)]',
  version: 'GNU Binutils 2.42',
  options: 'a|all d|data f|print-file-name n|bytes= t|radix= w',
  prepare: (args) => args.map((arg) => arg.replace(/^-(\d+)$/, '-n$1')),
  *run(call) {
    const least = Number(call.options.get('n') ?? 4);
    for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
      let text: string;
      try {
        text = yield* call.readFile(path);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        yield* call.context.err(`strings: '${path}': No such file\n`);
        call.status = 1;
        continue;
      }
      for (const match of text.matchAll(/[\t -~]+/g)) {
        if (match[0].length >= least)
          yield* call.print(`${call.options.has('f') ? `${path}: ` : ''}${match[0]}\n`);
      }
    }
    return undefined;
  },
});

export const shuf = tool({
  name: 'shuf',
  summary: 'generate random permutations',
  usage: ['[OPTION]... [FILE]', '-e [OPTION]... [ARG]...', '-i LO-HI [OPTION]...'],
  options: 'e|echo i|input-range= n|head-count= o|output= random-source= r|repeat z|zero-terminated',
  *run(call: Call) {
    const { options } = call;
    const counts = options.all('n').map((count) => demandCount(count, 'line count'));
    const separator = options.has('z') ? '\0' : '\n';
    const lines = yield* shuffled(call, separator);
    const most = Math.min(...counts, options.has('r') ? Number.POSITIVE_INFINITY : lines.length);
    if (most > 0 && options.has('r') && lines.length === 0) call.fail('no lines to repeat');
    const out = options.get('o');
    let kept = '';
    for (let i = 0; i < most; i++) {
      const line = options.has('r') ? lines[call.context.host.random.below(lines.length)] : lines[i];
      if (out === undefined) yield* call.print(`${line}${separator}`);
      else kept += `${line}${separator}`;
      yield* call.spend(1);
    }
    if (out !== undefined) call.context.fs.write(out, kept);
    return 0;
  },
});

function* shuffled(call: Call, separator: string): Steps<string[]> {
  const { options } = call;
  if (options.has('random-source')) call.fail('option --random-source is not available in this simulation');
  const range = options.get('i');
  let lines: string[];
  if (range !== undefined) {
    const [, low, high] = (/^(\d+)-(\d+)$/.exec(range) ?? []).map(Number);
    if (low === undefined || high === undefined || low > high + 1)
      throw new Failure(`invalid input range: ${quote(range)}`);
    lines = Array.from({ length: Math.min(high - low, 1_000_000) + 1 }, (_, i) => String(low + i));
  } else if (options.has('e')) lines = [...call.operands];
  else lines = yield* call.open(call.operands[0] ?? '-').lines(separator);
  const { random } = call.context.host;
  for (let i = lines.length - 1; i > 0; i--) {
    if (i % 64 === 0) yield* call.spend(16);
    const j = random.below(i + 1);
    [lines[i], lines[j]] = [lines[j] as string, lines[i] as string];
  }
  return lines;
}
