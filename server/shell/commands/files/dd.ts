import { byteLength, decode, encode, isSystemError, isZeros, type OpenFile } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { writeAll } from '../core/child.ts';
import { parseSize } from '../core/numbers.ts';
import { quote, quoteFile } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

const FLAGS = new Set([
  'append',
  'sync',
  'dsync',
  'direct',
  'nonblock',
  'fullblock',
  'excl',
  'nocreat',
  'notrunc',
  'noerror',
  'fsync',
  'fdatasync',
  'lcase',
  'ucase',
  'swab',
  'none',
]);

/** The most that is read at once. */
const PIECE_BYTES = 1 << 20;
/** The most that is held of a block; larger ones go through piece by piece where nothing is done with them. */
const BUFFER_BYTES = 1 << 26;
const CONVERSIONS = [
  'ascii',
  'ebcdic',
  'ibm',
  'block',
  'unblock',
  'lcase',
  'ucase',
  'swab',
  'sync',
  'sparse',
];

/** `name=value` operands, read. */
interface Settings {
  readonly words: ReadonlyMap<string, string>;
  readonly conv: ReadonlySet<string>;
  readonly block: { readonly input: number; readonly output: number };
  readonly count: number | undefined;
  readonly skip: number;
  readonly seek: number;
}

export const dd = tool({
  name: 'dd',
  summary: 'convert and copy a file',
  usage: ['[OPERAND]...', 'OPTION'],
  *run(call: Call) {
    const settings = read(call);
    const source = open(call, settings.words.get('if'), 0, settings);
    const target = open(call, settings.words.get('of'), 1, settings);
    const counts = { inFull: 0, inPart: 0, outFull: 0, outPart: 0, bytes: 0 };
    const started = call.context.now;
    let failed = false;
    try {
      yield* copy(call, { source, target, settings, counts });
    } catch (error) {
      if (!isSystemError(error) || error.code === 'EPIPE') throw error;
      failed = true;
      yield* call.warn(
        `error writing ${quoteFile(settings.words.get('of') ?? 'standard output')}: ${error.message}`,
      );
    }
    const status = settings.words.get('status');
    const seconds = Math.max((call.context.now - started) / 1000, 0.0001);
    if (status !== 'none')
      yield* call.context.err(
        `${counts.inFull}+${counts.inPart} records in\n${counts.outFull}+${counts.outPart} records out\n${status === 'noxfer' ? '' : transferred(counts.bytes, seconds)}`,
      );
    source.release();
    target.release();
    return failed ? 1 : 0;
  },
});

function read(call: Call): Settings {
  const words = new Map<string, string>();
  for (const operand of call.operands) {
    const equals = operand.indexOf('=');
    const name = operand.slice(0, Math.max(equals, 0));
    if (!/^(if|of|bs|ibs|obs|cbs|count|skip|seek|iseek|oseek|conv|iflag|oflag|status)$/.test(name))
      call.misuse(`unrecognized operand ${quote(operand)}`);
    words.set(name, operand.slice(equals + 1));
  }
  const size = (name: string, usual: number): number => {
    const text = words.get(name);
    if (text === undefined) return usual;
    const parts = text.split('x').map((part) => parseSize(part.replace(/c$/, '').replace(/w$/, '')));
    if (parts.includes(undefined)) call.fail(`invalid number: ${quote(text)}`);
    return (parts as number[]).reduce((product, part) => product * part, 1);
  };
  const both = size('bs', 512);
  const list = (name: string) => (words.get(name) ?? '').split(',').filter((word) => word !== '');
  for (const name of ['conv', 'iflag', 'oflag'])
    for (const word of list(name))
      if (!FLAGS.has(word))
        call.misuse(
          `invalid ${name === 'conv' ? 'conversion' : name === 'iflag' ? 'input flag' : 'output flag'}: ${quote(word)}`,
        );
  const status = words.get('status');
  if (status !== undefined && !['none', 'noxfer', 'progress'].includes(status))
    call.misuse(`invalid status level: ${quote(status)}`);
  return {
    words,
    conv: new Set(list('conv')),
    block: { input: size('ibs', both), output: size('obs', both) },
    count: words.has('count') ? size('count', 0) : undefined,
    skip: size(words.has('iseek') ? 'iseek' : 'skip', 0),
    seek: size(words.has('oseek') ? 'oseek' : 'seek', 0),
  };
}

function open(call: Call, path: string | undefined, fd: 0 | 1, { conv, seek }: Settings): OpenFile {
  const { context } = call;
  if (path === undefined) return context.fd(fd).retain();
  try {
    if (fd === 0) return context.fs.open(path, { read: true }).retain();
    const file = context.fs.open(path, {
      write: true,
      create: !conv.has('nocreat'),
      truncate: !conv.has('notrunc') && seek === 0,
      exclusive: conv.has('excl'),
    });
    return file.retain();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return call.fail(`failed to open ${quoteFile(path)}: ${error.message}`);
  }
}

interface Copy {
  readonly source: OpenFile;
  readonly target: OpenFile;
  readonly settings: Settings;
  readonly counts: { inFull: number; inPart: number; outFull: number; outPart: number; bytes: number };
}

/** Blocks as they are read; a short one is written as it came. */
function* copy(call: Call, { source, target, settings, counts }: Copy): Steps<void> {
  const { conv } = settings;
  const rest = yield* skipped(call, source, settings);
  const after = yield* seeked(call, target, settings);
  yield* blocks(call, { source, target, settings, counts }, rest);
  if (conv.has('notrunc')) yield* writeAll(call, target, decode(after.slice(counts.bytes)));
}

function* blocks(call: Call, { source, target, settings, counts }: Copy, first: string): Steps<void> {
  const { block, count, conv } = settings;
  let rest = first;
  for (let done = 0; count === undefined || done < count; done++) {
    if (
      block.input > BUFFER_BYTES &&
      block.output === block.input &&
      !CONVERSIONS.some((one) => conv.has(one))
    ) {
      const bytes = yield* through(call, { source, target, block: block.input }, rest);
      if (bytes === 0) return;
      rest = '';
      counts.bytes += bytes;
      counts[bytes === block.input ? 'inFull' : 'inPart']++;
      counts[bytes === block.input ? 'outFull' : 'outPart']++;
      continue;
    }
    for (let held = byteLength(rest); held < block.input; ) {
      const piece = yield* call.readSome(source, Math.min(block.input, PIECE_BYTES));
      if (piece === '') break;
      rest += piece;
      held += byteLength(piece);
      if (held > BUFFER_BYTES && block.input > BUFFER_BYTES)
        call.fail(
          `memory exhausted by input buffer of size ${block.input} bytes (${human(block.input, 1024)})`,
        );
      yield* call.spend(1 + (piece.length >> 12));
    }
    if (isZeros(rest) && rest.length === block.input && block.output === block.input) {
      // What is only counted need not be looked at.
      counts.inFull++;
      yield* writeAll(call, target, rest);
      counts.outFull++;
      counts.bytes += rest.length;
      rest = '';
      yield* call.spend(1 + (block.input >> 10));
      continue;
    }
    const bytes = encode(rest);
    if (bytes.length === 0) return;
    const taken = bytes.slice(0, block.input);
    rest = decode(bytes.slice(block.input));
    counts[taken.length === block.input ? 'inFull' : 'inPart']++;
    const text = converted(decode(taken), conv, block.input);
    yield* writeAll(call, target, text);
    counts.bytes += byteLength(text);
    counts[byteLength(text) === block.output ? 'outFull' : 'outPart']++;
    yield* call.spend(1 + (taken.length >> 10));
  }
}

/** Copies a large block; tells how many bytes there were. */
function* through(
  call: Call,
  { source, target, block }: { source: OpenFile; target: OpenFile; block: number },
  first: string,
): Steps<number> {
  let copied = byteLength(first);
  yield* writeAll(call, target, first);
  while (copied < block) {
    const piece = yield* call.readSome(source, Math.min(block - copied, PIECE_BYTES));
    if (piece === '') break;
    copied += byteLength(piece);
    yield* writeAll(call, target, piece);
    yield* call.spend(1 + (piece.length >> 12));
  }
  return copied;
}

function* skipped(call: Call, source: OpenFile, { block, skip }: Settings): Steps<string> {
  let left = skip * block.input;
  while (left > 0) {
    const piece = encode(yield* call.readSome(source, Math.min(left, 65_536)));
    if (piece.length === 0) return '';
    if (piece.length > left) return decode(piece.slice(left));
    left -= piece.length;
    yield* call.spend(1);
  }
  return '';
}

/** What lies before the place that is written to is kept, or is zeros. Gives what lies behind it. */
function* seeked(call: Call, target: OpenFile, { block, seek, words }: Settings): Steps<Uint8Array> {
  const path = words.get('of');
  if (seek === 0 || path === undefined) return new Uint8Array();
  const { fs } = call.context;
  const old = fs.exists(path) ? encode(fs.read(path)) : new Uint8Array();
  const length = seek * block.output;
  const kept = new Uint8Array(length);
  kept.set(old.slice(0, length));
  fs.write(path, '');
  yield* writeAll(call, target, decode(kept));
  return old.slice(length);
}

function converted(text: string, conv: ReadonlySet<string>, size: number): string {
  let out = conv.has('ucase') ? text.toUpperCase() : conv.has('lcase') ? text.toLowerCase() : text;
  if (conv.has('swab')) out = out.replace(/([\s\S])([\s\S])/g, '$2$1');
  return conv.has('sync') ? out + '\0'.repeat(Math.max(0, size - byteLength(out))) : out;
}

/** `1048576 bytes (1.0 MB, 1.0 MiB) copied, 0.01 s, 105 MB/s`. */
function transferred(bytes: number, seconds: number): string {
  const si = human(bytes, 1000);
  const iec = human(bytes, 1024);
  const sizes = bytes < 1000 ? '' : bytes < 1024 ? ` (${si})` : ` (${si}, ${iec})`;
  const time = Number(seconds.toPrecision(6)).toString();
  return `${bytes} byte${bytes === 1 ? '' : 's'}${sizes} copied, ${time} s, ${human(bytes / seconds, 1000)}/s\n`;
}

function human(value: number, base: number): string {
  const letters = base === 1000 ? ['', 'k', 'M', 'G', 'T'] : ['', 'Ki', 'Mi', 'Gi', 'Ti'];
  let power = 0;
  let rest = value;
  while (rest >= base && power < letters.length - 1) {
    rest /= base;
    power++;
  }
  const shown = rest < 10 && power > 0 ? rest.toFixed(1) : String(Math.round(rest));
  return `${shown} ${letters[power]}B`;
}
