import { capable, isSystemError } from '../../../host/index.ts';
import { quote } from '../core/quote.ts';
import { tool } from '../core/tool.ts';
import { execRest } from '../shell/env.ts';

export const chroot = tool({
  name: 'chroot',
  summary: 'run command or interactive shell with special root directory',
  usage: ['[OPTION]... NEWROOT [COMMAND [ARG]...]', 'OPTION'],
  options: '',
  inOrder: true,
  usageStatus: 125,
  paths: ['/usr/sbin/chroot'],
  *run(call) {
    const { context } = call;
    const [root, ...command] = call.operands;
    if (root === undefined) return call.misuse('missing operand');
    const refused = (why: string) => call.fail(`cannot change root directory to ${quote(root)}: ${why}`, 125);
    if (!capable(context.credentials, 'SYS_CHROOT')) refused('Operation not permitted');
    try {
      context.mounts = context.mounts.rooted(context.fs.realpath(root));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      refused(error.message);
    }
    context.cwd = '/';
    const shell = context.env.get('SHELL') || '/bin/sh';
    return yield* execRest(call, command.length > 0 ? command : [shell, '-i'], 'failed to run command ');
  },
});
