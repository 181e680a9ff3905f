import { gunzipSync, gzipSync } from 'node:zlib';
import { decode, encode, isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { type Call, tool } from '../core/tool.ts';

const OPTIONS =
  'a|ascii c|stdout|to-stdout d|decompress|uncompress f|force h k|keep l|list n|no-name N|name q|quiet r|recursive rsyncable S|suffix= t|test v|verbose 1|fast 2 3 4 5 6 7 8 9|best';

function gzipNamed(name: string): Command {
  return tool({
    name,
    summary: name === 'gzip' ? 'compress files' : 'expand files',
    usage: '[OPTION]... [FILE]...',
    version: 'gzip 1.12',
    options: OPTIONS,
    run: (call) => run(call, name !== 'gzip' || call.options.has('d', 't', 'l'), name === 'zcat'),
  });
}

export const gzip = gzipNamed('gzip');
export const gunzip = gzipNamed('gunzip');
export const zcat = gzipNamed('zcat');

/** All three go by the name of gzip in their messages. */
function* complain(call: Call, text: string, status: number): Steps<void> {
  yield* call.flush();
  yield* call.context.err(`gzip: ${text}\n`);
  call.status = Math.max(call.status, status);
}

/** Unzipped, at most so many bytes: a small file may hold a great many. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The bytes of a gzip file; undefined when it is none. */
export function gunzipBytes(data: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(data, { maxOutputLength: MAX_BYTES });
  } catch {
    return undefined;
  }
}

/** The same bytes always give the same file: no time is stored in it. */
export function gzipBytes(data: Uint8Array, level = 6): Uint8Array {
  return gzipSync(data, { level });
}

function* run(call: Call, expand: boolean, toStdout: boolean): Steps<number | undefined> {
  const { options, context } = call;
  const level = Number(options.last('1', '2', '3', '4', '5', '6', '7', '8', '9') ?? 6);
  const stdout = toStdout || options.has('c');
  if (call.operands.length === 0) {
    if (!expand && context.isTerminal(1) && !options.has('f')) {
      yield* context.err(
        `gzip: compressed data not written to a terminal. Use -f to force compression.\nFor help, type: ${call.name} -h\n`,
      );
      return 1;
    }
    yield* convert(call, yield* call.stdin.rest(), 'stdin', expand, level);
    return undefined;
  }
  for (const path of call.operands) {
    if (path === '-') yield* convert(call, yield* call.stdin.rest(), 'stdin', expand, level);
    else yield* one(call, path, expand, stdout, level);
  }
  return undefined;
}

function* convert(call: Call, text: string, name: string, expand: boolean, level: number): Steps<boolean> {
  const data = encode(text);
  const made = expand ? gunzipBytes(data) : gzipBytes(data, level);
  yield* call.spend(data.length >> 10);
  // `zcat -f` shows what is not packed as it is.
  if (made === undefined && call.options.has('f') && (call.name === 'zcat' || call.options.has('c'))) {
    yield* call.print(text);
    return true;
  }
  if (made === undefined) {
    yield* call.flush();
    yield* call.context.err(
      `\ngzip: ${name}: ${data.length === 0 ? 'unexpected end of file' : 'not in gzip format'}\n`,
    );
    call.status = 1;
    return false;
  }
  if (!call.options.has('t')) yield* call.print(decode(made));
  return true;
}

function* one(call: Call, given: string, expand: boolean, stdout: boolean, level: number): Steps<void> {
  const { fs } = call.context;
  const suffix = call.options.get('S') ?? '.gz';
  const path =
    expand && !fs.exists(given) && !given.endsWith(suffix) && fs.exists(given + suffix)
      ? given + suffix
      : given;
  const say = (text: string, status = 1) => complain(call, text, status);
  try {
    const stat = fs.stat(path);
    if (stat.type === 'directory') return yield* say(`${path} is a directory -- ignored`, 2);
    const text = fs.read(path);
    if (stdout || call.options.has('t')) {
      yield* convert(call, text, path, expand, level);
      return;
    }
    if (expand && !/(\.gz|\.tgz|-gz|\.z)$/i.test(path) && !path.endsWith(suffix))
      return yield* say(`${path}: unknown suffix -- ignored`, 2);
    if (!expand && path.endsWith(suffix))
      return yield* say(`${path} already has ${suffix} suffix -- unchanged`, 2);
    const target = expand
      ? path.endsWith('.tgz')
        ? path.replace(/\.tgz$/, '.tar')
        : path.slice(0, -suffix.length)
      : path + suffix;
    const data = encode(text);
    const made = expand ? gunzipBytes(data) : gzipBytes(data, level);
    if (!made) {
      yield* call.flush();
      yield* call.context.err(`\ngzip: ${path}: not in gzip format\n`);
      call.status = 1;
      return;
    }
    if (fs.exists(target) && !call.options.has('f')) {
      yield* call.context.err(`gzip: ${target} already exists;`);
      let answer: string | undefined = 'n';
      if (call.context.isTerminal(0)) {
        yield* call.context.err(' do you wish to overwrite (y or n)? ');
        answer = yield* call.stdin.line();
      }
      if (!/^y/i.test(answer ?? '')) {
        yield* call.context.err('\tnot overwritten\n');
        call.status = 2;
        return;
      }
    }
    fs.write(target, decode(made), stat.mode);
    fs.utimes(target, stat.mtimeMs);
    if (!call.options.has('k')) fs.unlink(path);
    const ratio =
      data.length === 0
        ? 0
        : (1 - (expand ? data.length / Math.max(1, made.length) : made.length / data.length)) * 100;
    if (call.options.has('v'))
      yield* call.context.err(
        `${path}:\t${ratio.toFixed(1).padStart(5)}% -- ${call.options.has('k') ? 'created' : 'replaced with'} ${target}\n`,
      );
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* say(
      `${expand && error.code === 'ENOENT' && !given.endsWith(suffix) ? given + suffix : path}: ${error.message}`,
    );
  }
}
