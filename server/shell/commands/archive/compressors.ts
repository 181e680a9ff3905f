import { decode, encode, isSystemError, type Stat } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { type Call, Refusal, tool } from '../core/tool.ts';
import { bunzip2Bytes, bzip2Bytes } from './bzip2.ts';
import { unxzBytes, unzstdBytes, xzBytes, zstdBytes } from './stored.ts';

/** Unpacked, at most so many bytes: a small file may hold a great many. */
const MAX_BYTES = 8 * 1024 * 1024;

/** A way to pack files, and what its tool says about them. */
export interface Compressor {
  readonly name: string;
  readonly suffix: string;
  readonly pack: (call: Call, data: Uint8Array) => Steps<Uint8Array>;
  readonly unpack: (call: Call, data: Uint8Array) => Steps<Uint8Array | undefined>;
  readonly options: string;
  readonly version: string;
  readonly summary: string;
  /** The status of complaints about files that are left alone. */
  readonly skips: number;
  /** Files are kept unless `--rm` is given. */
  readonly keeps?: boolean;
  readonly words: Words;
}

interface Words {
  readonly missing: (path: string, error: string) => string;
  readonly directory: (path: string) => string;
  readonly exists: (target: string) => string;
  readonly already?: (path: string) => string;
  readonly badSuffix?: (path: string) => string;
  readonly badFormat: (path: string) => string;
  readonly terminal: string;
  /** `-v`, or always, once a file is done. */
  readonly done?: (call: Call, one: Done) => string;
  /** Options that are not known, with what follows them. */
  readonly misuse: (message: string) => string;
}

interface Done {
  readonly path: string;
  readonly target: string;
  readonly expands: boolean;
  /** Sizes of what was read and what was written. */
  readonly from: number;
  readonly to: number;
}

const rest = (call: Call) => (bytes: number) => call.spend(bytes >> 2);

export const BZIP2: Compressor = {
  name: 'bzip2',
  suffix: '.bz2',
  pack: (call, data) => bzip2Bytes(data, rest(call)),
  unpack: (call, data) => bunzip2Bytes(data, MAX_BYTES, rest(call)),
  options:
    'd|decompress z|compress k|keep f|force t|test c|stdout q|quiet v|verbose s|small 1|fast 2 3 4 5 6 7 8 9|best',
  version: 'bzip2 1.0.8',
  summary: 'a block-sorting file compressor',
  skips: 1,
  words: {
    missing: (path, error) => `bzip2: Can't open input file ${path}: ${error}.`,
    directory: (path) => `bzip2: Input file ${path} is a directory.`,
    exists: (target) => `bzip2: Output file ${target} already exists.`,
    already: (path) => `bzip2: Input file ${path} already has .bz2 suffix.`,
    badFormat: (path) => `bzip2: ${path} is not a bzip2 file.`,
    terminal: "bzip2: I won't write compressed data to a terminal.\nbzip2: For help, type: `bzip2 --help'.",
    done: bzip2Done,
    misuse: (message) =>
      message.replace(
        /^(?:invalid option -- '(.*)'|unrecognized option '(.*)')$/,
        (_, letter, word) => `Bad flag \`${letter ? `-${letter}` : word}'`,
      ),
  },
};

function bzip2Done(call: Call, { path, expands, from, to }: Done): string {
  if (call.options.has('t')) return `  ${path}: ok`;
  if (expands) return `  ${path}: done`;
  if (from === 0) return `  ${path}:  no data compressed.`;
  const ratio = (from / to).toFixed(3).padStart(6);
  const bits = ((to * 8) / from).toFixed(3).padStart(6);
  const saved = (100 * (1 - to / from)).toFixed(2).padStart(5);
  return `  ${path}:  ${ratio}:1, ${bits} bits/byte, ${saved}% saved, ${from} in, ${to} out.`;
}

function sizeText(bytes: number): string {
  return bytes < 10_000
    ? `${bytes} B`
    : bytes < 10_240_000
      ? `${(bytes / 1024).toFixed(1)} KiB`
      : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

export const XZ: Compressor = {
  name: 'xz',
  suffix: '.xz',
  *pack(_, data) {
    return xzBytes(data);
  },
  *unpack(_, data) {
    return unxzBytes(data);
  },
  options:
    'd|decompress|uncompress z|compress k|keep f|force t|test l|list c|stdout|to-stdout q|quiet v|verbose 0|fast 1 2 3 4 5 6 7 8 9|best e|extreme T|threads=',
  version: 'xz (XZ Utils) 5.4.5',
  summary: 'compress or decompress .xz files',
  skips: 2,
  words: {
    missing: (path, error) => `xz: ${path}: ${error}`,
    directory: (path) => `xz: ${path}: Is a directory, skipping`,
    exists: (target) => `xz: ${target}: File exists`,
    already: (path) => `xz: ${path}: File already has \`.xz' suffix, skipping`,
    badSuffix: (path) => `xz: ${path}: Filename has an unknown suffix, skipping`,
    badFormat: (path) => `xz: ${path}: File format not recognized`,
    terminal:
      "xz: Compressed data cannot be written to a terminal\nxz: Try `xz --help' for more information.",
    done: (_, { path, expands, from, to }) => {
      const [packed, plain] = expands ? [from, to] : [to, from];
      return `${path}: ${sizeText(packed)} / ${sizeText(plain)} = ${(packed / plain).toFixed(3)}`;
    },
    misuse: (message) => `${message}\nxz: Try \`xz --help' for more information.`,
  },
};

export const ZSTD: Compressor = {
  name: 'zstd',
  suffix: '.zst',
  *pack(_, data) {
    return zstdBytes(data);
  },
  *unpack(_, data) {
    return unzstdBytes(data);
  },
  options:
    'd|decompress|uncompress z|compress k|keep f|force t|test c|stdout q|quiet v|verbose rm o= 1 2 3 4 5 6 7 8 9 T|threads=',
  version: 'zstd 1.5.5',
  summary: 'compress or decompress .zst files',
  skips: 1,
  keeps: true,
  words: {
    missing: (path, error) => `zstd: can't stat ${path} : ${error} -- ignored `,
    directory: (path) => `zstd: ${path} is a directory -- ignored `,
    exists: (target) => `zstd: ${target} already exists; overwrite (y/n) ? Not overwritten  \n `,
    badSuffix: (path) =>
      `zstd: ${path}: unknown suffix (.zst/.tzst/.gz/.tgz/.lzma/.xz/.txz/.lz4/.tlz4 expected). Can't derive the output file name. Specify it with -o dstFileName. Ignoring.`,
    badFormat: (path) => `zstd: ${path}: unsupported format `,
    terminal: 'stdout is a terminal, aborting',
    done: (call, { path, target, expands, from, to }) => {
      if (expands || call.options.has('t')) return `${path.padEnd(20)}: ${to} bytes `;
      const percent = ((to / Math.max(1, from)) * 100).toFixed(2).padStart(6);
      return `${path.padEnd(21)}:${percent}%   (${String(from).padStart(6)} B => ${String(to).padStart(6)} B, ${target}) `;
    },
    misuse: () => 'Incorrect parameters',
  },
};

/** A name of the tool: what it does when no option says otherwise. */
function named(name: string, format: Compressor, does: 'pack' | 'unpack' | 'show'): Command {
  return tool({
    name,
    summary: format.summary,
    usage: '[OPTION]... [FILE]...',
    version: format.version,
    options: format.options,
    refusal: (message) => `${format.name}: ${format.words.misuse(message)}\n`,
    run: (call) => run(call, format, does !== 'pack', does === 'show'),
  });
}

function* run(call: Call, format: Compressor, byName: boolean, shows: boolean): Steps<number | undefined> {
  const { options, context } = call;
  const mode = options.last('d', 'z', 't', 'l');
  const job: Job = {
    format,
    expands: mode === undefined ? byName : mode !== 'z',
    shows: shows || options.has('c'),
  };
  if (options.has('l')) return yield* list(call);
  for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
    if (path !== '-') {
      yield* one(call, job, path);
      continue;
    }
    if (!job.expands && context.isTerminal(1) && !options.has('f'))
      throw new Refusal(`${format.words.terminal}\n`, 1);
    const made = yield* convert(call, job, yield* call.stdin.rest(), '(stdin)');
    if (made && !options.has('t')) yield* call.print(decode(made));
  }
  return undefined;
}

interface Job {
  readonly format: Compressor;
  readonly expands: boolean;
  readonly shows: boolean;
}

function* say(call: Call, text: string, status: number): Steps<void> {
  yield* call.flush();
  // bzip2 and xz go by the name that they were called by.
  const said = text.replace(/^(bzip2|xz): /, `${call.name}: `);
  if (!call.options.has('q')) yield* call.context.err(`${said}\n`);
  call.status = Math.max(call.status, status);
}

function* convert(
  call: Call,
  { format, expands }: Job,
  text: string,
  path: string,
): Steps<Uint8Array | undefined> {
  const data = encode(text);
  yield* call.spend(data.length >> 8);
  if (!expands) return yield* format.pack(call, data);
  const made = yield* format.unpack(call, data);
  if (!made) yield* say(call, format.words.badFormat(path), format.name === 'bzip2' ? 2 : 1);
  return made;
}

function* one(call: Call, job: Job, path: string): Steps<void> {
  const { fs } = call.context;
  const { words, skips } = job.format;
  let text: string;
  let stat: Stat;
  try {
    stat = fs.stat(path);
    if (stat.type === 'directory') return yield* say(call, words.directory(path), skips);
    text = fs.read(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return yield* say(call, words.missing(path, error.message), 1);
  }
  // xz looks into a file before it minds its name.
  if (job.expands && job.format.name === 'xz' && !unxzBytes(encode(text)))
    return yield* say(call, words.badFormat(path), 1);
  const target = yield* targetOf(call, job, path);
  if (target === undefined) return;
  const made = yield* convert(call, job, text, path);
  if (!made) return;
  const done: Done = { path, target, expands: job.expands, from: encode(text).length, to: made.length };
  const tells = job.format.keeps ? !call.options.has('q') && !job.shows : call.options.has('v');
  if (call.options.has('t') || job.shows) {
    if (job.shows && !call.options.has('t')) yield* call.print(decode(made));
  } else {
    fs.write(target, decode(made), stat.mode);
    fs.utimes(target, stat.mtimeMs);
    const stays = job.format.keeps ? !call.options.has('rm') : call.options.has('k');
    if (!stays) fs.unlink(path);
  }
  if (tells && words.done) yield* say(call, words.done(call, done), 0);
}

/** Where the result goes; undefined: the file is left alone, which has been said. */
function* targetOf(call: Call, { format, expands, shows }: Job, path: string): Steps<string | undefined> {
  const { options, context } = call;
  const { suffix, words, skips } = format;
  const has = path.endsWith(suffix) || path.endsWith(`.t${suffix.slice(1)}`);
  if (shows || options.has('t')) return '';
  let target = options.get('o') ?? (expands ? plainName(path, suffix) : path + suffix);
  if (!expands && has && words.already) {
    yield* say(call, words.already(path), skips);
    return undefined;
  }
  if (expands && !has && !options.has('o')) {
    if (words.badSuffix) {
      yield* say(call, words.badSuffix(path), skips);
      return undefined;
    }
    target = `${path}.out`;
    yield* say(call, `${format.name}: Can't guess original name for ${path} -- using ${target}`, 0);
  }
  if (context.fs.exists(target) && !options.has('f')) {
    yield* say(call, words.exists(target), 1);
    return undefined;
  }
  return target;
}

function plainName(path: string, suffix: string): string {
  const short = `.t${suffix.slice(1)}`;
  return path.endsWith(short) ? `${path.slice(0, -short.length)}.tar` : path.slice(0, -suffix.length);
}

/** `xz -l` */
function* list(call: Call): Steps<number> {
  yield* call.print('Strms  Blocks   Compressed Uncompressed  Ratio  Check   Filename\n');
  for (const path of call.operands) {
    const packed = encode(call.context.fs.read(path));
    const plain = unxzBytes(packed);
    if (!plain) {
      yield* say(call, XZ.words.badFormat(path), 1);
      continue;
    }
    const cells = [
      '1'.padStart(5),
      String(plain.length === 0 ? 0 : 1).padStart(7),
      sizeText(packed.length).padStart(12),
      sizeText(plain.length).padStart(12),
      (plain.length === 0 ? '---' : (packed.length / plain.length).toFixed(3)).padStart(6),
    ];
    yield* call.print(`${cells.join(' ')}  CRC32   ${path}\n`);
  }
  return call.status;
}

/** bzip2, xz and zstd under all their names. */
export const COMPRESSOR_COMMANDS: readonly Command[] = [
  named('bzip2', BZIP2, 'pack'),
  named('bunzip2', BZIP2, 'unpack'),
  named('bzcat', BZIP2, 'show'),
  named('xz', XZ, 'pack'),
  named('unxz', XZ, 'unpack'),
  named('xzcat', XZ, 'show'),
  named('zstd', ZSTD, 'pack'),
  named('unzstd', ZSTD, 'unpack'),
  named('zstdcat', ZSTD, 'show'),
];
