import { createHash } from 'node:crypto';
import { encode, isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { quoteFile } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';
import { crcOfEach } from './sums.ts';

const KINDS: Record<string, readonly [string, number]> = {
  md5sum: ['MD5', 32],
  sha1sum: ['SHA1', 40],
  sha224sum: ['SHA224', 56],
  sha256sum: ['SHA256', 64],
  sha384sum: ['SHA384', 96],
  sha512sum: ['SHA512', 128],
  b2sum: ['BLAKE2b', 128],
};

/** What the library calls an algorithm that goes by another name. */
const HASHES: Readonly<Record<string, string>> = { BLAKE2b: 'blake2b512' };

/** What `cksum -a` calls the algorithms. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  md5: 'MD5',
  sha1: 'SHA1',
  sha224: 'SHA224',
  sha256: 'SHA256',
  sha384: 'SHA384',
  sha512: 'SHA512',
  blake2b: 'BLAKE2b',
};

export const cksum = tool({
  name: 'cksum',
  summary: 'compute and verify file checksums',
  usage: '[OPTION]... [FILE]...',
  options: 'a|algorithm= c|check l|length= tag untagged z|zero ignore-missing quiet status strict w|warn',
  *run(call: Call) {
    const { options } = call;
    const name = options.get('a') ?? 'crc';
    if (options.has('l')) call.fail('option -l is not available in this simulation');
    if (options.has('c')) return yield* checkAny(call);
    if (name === 'crc') {
      yield* crcOfEach(call);
      return undefined;
    }
    const algorithm = ALGORITHMS[name];
    if (!algorithm) call.fail(`algorithm ${name} is not available in this simulation`);
    return yield* compute(call, algorithm, !options.has('untagged'));
  },
});

/** `cksum -c`: lines that name their algorithm, or those of the one that is given. */
function* checkAny(call: Call): Steps<number | undefined> {
  const name = call.options.get('a');
  if (name !== undefined && !(name in ALGORITHMS))
    call.misuse('--check is not supported with --algorithm={bsd,sysv,crc}');
  const algorithm = name === undefined ? undefined : (ALGORITHMS[name] as string);
  const length = Object.values(KINDS).find(([one]) => one === algorithm)?.[1];
  return yield* check(call, algorithm, length ?? 0);
}

/** Options that say how sums are checked, in the order in which they are complained of. */
const ONLY_CHECKING = ['ignore-missing', 'status', 'w', 'quiet', 'strict'];

/** The tools that compute and check digests. */
export const DIGEST_COMMANDS: readonly Command[] = Object.entries(KINDS).map(([name, [algorithm, length]]) =>
  tool({
    name,
    summary: `compute and check ${algorithm} message digest`,
    usage: '[OPTION]... [FILE]...',
    options: 'b|binary c|check tag t|text z|zero ignore-missing quiet status strict w|warn',
    run(call) {
      if (call.options.has('c')) return check(call, algorithm, length);
      const needless = ONLY_CHECKING.find((option) => call.options.has(option));
      if (needless) {
        const spelled = needless === 'w' ? 'warn' : needless;
        call.misuse(`the --${spelled} option is meaningful only when verifying checksums`);
      }
      return compute(call, algorithm);
    },
  }),
);

function* digest(call: Call, path: string, algorithm: string): Steps<string> {
  const hash = createHash(HASHES[algorithm] ?? algorithm.toLowerCase());
  const input = call.open(path);
  for (;;) {
    const piece = yield* input.chunk();
    if (piece === '') break;
    hash.update(encode(piece));
  }
  if (path !== '-') input.close();
  return hash.digest('hex');
}

function* compute(call: Call, algorithm: string, tag = call.options.has('tag')): Steps<number | undefined> {
  const { options } = call;
  for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
    try {
      const sum = yield* digest(call, path, algorithm);
      const end = options.has('z') ? '\0' : '\n';
      yield* call.print(
        tag ? `${algorithm} (${path}) = ${sum}${end}` : `${sum} ${options.has('b') ? '*' : ' '}${path}${end}`,
      );
    } catch (error) {
      yield* call.complain(error, path);
    }
  }
  return undefined;
}

function* check(call: Call, given: string | undefined, length: number): Steps<number | undefined> {
  const { options } = call;
  for (const list of call.operands.length === 0 ? ['-'] : call.operands) {
    const input = yield* call.tryOpen(list);
    if (!input) continue;
    const counts = { good: 0, bad: 0, missing: 0, malformed: 0 };
    for (const line of yield* input.lines()) {
      const algorithm = given ?? Object.values(ALGORITHMS).find((one) => line.startsWith(`${one} (`));
      const match =
        algorithm === undefined
          ? null
          : ((length > 0 ? new RegExp(`^\\\\?([0-9a-fA-F]{${length}}) [ *]?(.+)$`).exec(line) : null) ??
            tagged(line, algorithm));
      if (!match || algorithm === undefined) counts.malformed++;
      else yield* checkOne(call, algorithm, match[1] as string, match[2] as string, counts);
    }
    const shown = list === '-' ? "'standard input'" : quoteFile(list).slice(1, -1);
    if (counts.good + counts.bad + counts.missing === 0) {
      yield* call.warn(`${shown}: no properly formatted checksum lines found`);
      continue;
    }
    if (options.has('status')) continue;
    const say = (count: number, one: string, many: string) =>
      count > 0 ? [`WARNING: ${count} ${count === 1 ? one : many}`] : [];
    for (const text of [
      ...say(counts.malformed, 'line is improperly formatted', 'lines are improperly formatted'),
      ...say(counts.missing, 'listed file could not be read', 'listed files could not be read'),
      ...say(counts.bad, 'computed checksum did NOT match', 'computed checksums did NOT match'),
    ])
      yield* call.warn(text, 0);
    if (counts.malformed > 0 && options.has('strict')) call.status = 1;
  }
  return undefined;
}

function tagged(line: string, algorithm: string): RegExpExecArray | null {
  const match = new RegExp(`^${algorithm} \\((.+)\\) = ([0-9a-f]+)$`).exec(line);
  if (match) [match[1], match[2]] = [match[2] as string, match[1] as string];
  return match;
}

function* checkOne(
  call: Call,
  algorithm: string,
  sum: string,
  path: string,
  counts: { good: number; bad: number; missing: number },
): Steps<void> {
  const { options } = call;
  try {
    const good = (yield* digest(call, path, algorithm)) === sum.toLowerCase();
    counts[good ? 'good' : 'bad']++;
    if (!good) call.status = 1;
    if (!options.has('status') && !(good && options.has('quiet')))
      yield* call.print(`${path}: ${good ? 'OK' : 'FAILED'}\n`);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (options.has('ignore-missing') && error.code === 'ENOENT') return;
    counts.missing++;
    yield* call.complain(error, path);
    if (!options.has('status')) yield* call.print(`${path}: FAILED open or read\n`);
  }
}
