import { isSystemError } from '../../../host/index.ts';
import { demandSize } from '../core/numbers.ts';
import { quote, quoteName } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';

export const shred = tool({
  name: 'shred',
  summary: 'overwrite the specified files repeatedly, to make it harder to recover the data',
  usage: '[OPTION]... FILE...',
  options: 'f|force n|iterations= random-source= s|size= u remove? v|verbose x|exact z|zero',
  *run(call: Call) {
    const { options, operands, context } = call;
    if (operands.length === 0) call.misuse('missing file operand');
    const given = options.get('n') ?? '3';
    if (!/^\d+$/.test(given)) call.fail(`invalid number of passes: ${quote(given)}`);
    const size =
      options.get('s') === undefined ? undefined : demandSize(options.get('s') as string, 'file size');
    for (const path of operands) {
      try {
        const stat = context.fs.stat(path);
        if (stat.type === 'directory')
          throw new Failure(`${quoteName(path)}: failed to open for writing: Is a directory`);
        context.fs.access(path, 'write');
        yield* overwrite(call, path, { passes: Number(given), size: size ?? blocksOf(call, stat.size) });
        if (options.has('u', 'remove')) yield* remove(call, path);
      } catch (error) {
        if (error instanceof Failure) yield* call.warn(error.message);
        else if (isSystemError(error))
          yield* call.warn(`${quoteName(path)}: failed to open for writing: ${error.message}`);
        else throw error;
      }
    }
    return undefined;
  },
});

const BLOCK = 4096;

/** Whole blocks, but with `--exact`. */
function blocksOf({ options }: Call, bytes: number): number {
  return options.has('x') ? bytes : Math.ceil(bytes / BLOCK) * BLOCK;
}

function* overwrite(call: Call, path: string, { passes, size }: { passes: number; size: number }) {
  const { options, context } = call;
  const all = passes + (options.has('z') ? 1 : 0);
  for (let pass = 1; pass <= all; pass++) {
    const isZero = options.has('z') && pass === all;
    if (options.has('v'))
      yield* context.err(`shred: ${path}: pass ${pass}/${all} (${isZero ? '000000' : 'random'})...\n`);
    yield* call.spend(size >> 8);
  }
  const { random } = context.host;
  const bytes = options.has('z')
    ? '\0'.repeat(size)
    : Array.from({ length: size }, () => String.fromCharCode(random.below(128))).join('');
  if (all > 0) context.fs.write(path, bytes);
}

/** The name is shortened step by step before the file goes. */
function* remove(call: Call, path: string) {
  const { options, context } = call;
  const slash = path.lastIndexOf('/') + 1;
  let old = path;
  if (options.has('v')) yield* context.err(`shred: ${path}: removing\n`);
  for (let length = path.length - slash; length > 0; length--) {
    const next = path.slice(0, slash) + '0'.repeat(length);
    if (context.fs.exists(next)) continue;
    context.fs.rename(old, next);
    if (options.has('v')) yield* context.err(`shred: ${old}: renamed to ${next}\n`);
    old = next;
  }
  context.fs.unlink(old);
  if (options.has('v')) yield* context.err(`shred: ${path}: removed\n`);
}
