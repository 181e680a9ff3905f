import { tool } from '../core/tool.ts';

/** Options that `diff -y` has under the same letter. */
const SAME = ['i', 'E', 'Z', 'b', 'W', 'B', 'a', 'd', 't'];

/** Models diffutils sdiff: two files beside each other, which diff shows. */
export const sdiff = tool({
  name: 'sdiff',
  summary: 'side-by-side merge of differences between FILE1 and FILE2',
  usage: '[OPTION]... FILE1 FILE2',
  version: 'GNU diffutils 3.10',
  usageStatus: 2,
  options:
    'o|output= i|ignore-case E|ignore-tab-expansion Z|ignore-trailing-space b|ignore-space-change W|ignore-all-space B|ignore-blank-lines I|ignore-matching-lines= strip-trailing-cr a|text w|width= l|left-column s|suppress-common-lines t|expand-tabs d|minimal H|speed-large-files diff-program=',
  *run(call) {
    const { options, operands, context } = call;
    if (options.has('o')) call.fail('-o asks which side to take, which is not simulated', 2);
    const [one, two, extra] = operands;
    if (one === undefined) return call.misuse(`missing operand after '${call.name}'`);
    if (two === undefined) return call.misuse(`missing operand after '${one}'`);
    if (extra !== undefined) call.misuse(`extra operand '${extra}'`);
    const args = options.given.flatMap(({ name, value = '' }) => {
      if (name === 'w') return ['-W', value];
      if (name === 'I') return ['-I', value];
      if (name === 'l') return ['--left-column'];
      if (name === 's') return ['--suppress-common-lines'];
      if (name === 'strip-trailing-cr') return ['--strip-trailing-cr'];
      return SAME.includes(name) ? [`-${name === 'W' ? 'w' : name}`] : [];
    });
    return yield* context.run('diff', ['diff', '-y', ...args, '--', one, two]);
  },
});
