import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { parseOptions } from '../../options.ts';
import { type Call, tool } from '../core/tool.ts';
import { More } from './pager.ts';
import { Leave } from './terminal.ts';

const OPTIONS =
  'd|silent f|logical l|no-pause c|print-over p|clean-print e|exit-on-eof s|squeeze u|plain n|lines= t= b=';

/** Numbers with a dash or a plus, and `+/PATTERN`, as options of their own. */
const withoutOldForms = (args: readonly string[]) =>
  args.map((arg) =>
    arg
      .replace(/^-(?=\d+$)/, '-n')
      .replace(/^\+\//, '-t')
      .replace(/^\+(?=\d+$)/, '-b'),
  );

export const more: Command = tool({
  name: 'more',
  summary: 'display the contents of a file in a terminal',
  usage: '[options] <file>...',
  version: 'util-linux 2.39.3',
  options: OPTIONS,
  prepare: withoutOldForms,
  run,
});

function* run(call: Call): Steps<number> {
  const { context } = call;
  if (call.operands.length === 0 && context.isTerminal(0)) {
    yield* context.err("more: bad usage\nTry 'more --help' for more information.\n");
    return 1;
  }
  const standing = (context.env.get('MORE') ?? '').split(' ').filter((word) => word !== '');
  const own = parseOptions(withoutOldForms(standing), OPTIONS);
  const pager = new More(call, {
    has: (name) => call.options.has(name) || own.has(name),
    get: (name) => call.options.get(name) ?? own.get(name),
  });
  const terminal = context.isTerminal(1) ? context.fds.get(1)?.terminal : undefined;
  const modes = terminal?.setModes({ icanon: false, echo: false });
  try {
    yield* pager.showAll();
  } catch (error) {
    if (!(error instanceof Leave)) throw error;
    if (terminal) yield* pager.leave();
    else yield* pager.terminal.flush();
  } finally {
    if (modes) terminal?.setModes(modes);
  }
  return 0;
}
