import { capable } from '../../../host/index.ts';
import { parseSignal, SIGNALS, type Signal } from '../../../sim/index.ts';
import { tool } from '../core/tool.ts';

export const kill = tool({
  name: 'kill',
  summary: 'send a signal to a process',
  usage: '[options] <pid> [...]',
  version: 'procps-ng 4.0.4',
  inOrder: true,
  options: 's|signal= l|list? L|table q|queue=',
  prepare: (args) =>
    args.map((arg, i) =>
      i === 0 && /^-([A-Z]+\d?|\d+)$/.test(arg) && !/^-[lLsq]$/.test(arg) ? `--signal=${arg.slice(1)}` : arg,
    ),
  *run(call) {
    const { options, context } = call;
    const names = Object.keys(SIGNALS) as Signal[];
    if (options.has('l')) {
      const given = options.get('l') ?? call.operands[0];
      const found = given === undefined ? undefined : parseSignal(given);
      if (given !== undefined && !found) call.fail(`unknown signal name ${given}`);
      if (found) yield* call.print(`${/^\d+$/.test(given as string) ? found : SIGNALS[found]}\n`);
      else yield* call.print(`${names.join(' ')}\n`);
      return 0;
    }
    if (call.operands.length === 0) call.misuse('not enough arguments');
    const text = options.get('s') ?? 'TERM';
    const signal = text === '0' ? undefined : (parseSignal(text) ?? call.fail(`unknown signal name ${text}`));
    for (const operand of call.operands) {
      if (!/^-?\d+$/.test(operand)) call.fail(`failed to parse argument: '${operand}'`);
      const pid = Number(operand);
      const group = pid < 0 ? context.process.namespace.members.get(-pid)?.group : undefined;
      const targets =
        group === undefined
          ? [context.process.namespace.members.get(pid)]
          : context.host.processes.list().filter((p) => p.group === group);
      for (const target of targets) {
        if (!target?.alive) yield* call.warn(`(${operand}): No such process`);
        else if (!capable(context.credentials, 'KILL') && context.credentials.uid !== target.uid)
          yield* call.warn(`(${operand}): Operation not permitted`);
        else if (signal) target.signal(signal);
      }
    }
    return undefined;
  },
});
