import { capable } from '../../../host/index.ts';
import { parseSignal, type Signal } from '../../../sim/index.ts';
import { tool } from '../core/tool.ts';
import { visibleProcesses } from './view.ts';

export const killall = tool({
  name: 'killall',
  summary: 'kill processes by name',
  usage: '[OPTION]... [--] NAME...',
  version: 'PSmisc 23.7',
  options:
    's|signal= e|exact I|ignore-case i|interactive l|list q|quiet r|regexp u|user= v|verbose w|wait g|process-group V',
  prepare: (args) =>
    args.map((arg, i) => (i === 0 && /^-([A-Z]{2,}\d?|\d+)$/.test(arg) ? `--signal=${arg.slice(1)}` : arg)),
  *run(call) {
    const { options, context } = call;
    if (options.has('i') || options.has('r')) call.fail('-i and -r are not simulated');
    if (call.operands.length === 0) call.misuse('no process name given');
    const text = options.get('s') ?? 'TERM';
    const signal: Signal | undefined =
      text === '0'
        ? undefined
        : (parseSignal(text) ?? call.fail(`${text}: unknown signal; killall -l lists signals.`));
    const same = (a: string, b: string) => (options.has('I') ? a.toLowerCase() === b.toLowerCase() : a === b);
    for (const name of call.operands) {
      const found = visibleProcesses(context).filter(
        (view) =>
          view.process !== context.process &&
          (name.includes('/') ? view.process.argv[0] === name : same(view.comm, name.slice(0, 15))) &&
          (options.get('u') === undefined || options.get('u') === view.user),
      );
      if (found.length === 0 && !options.has('q')) yield* context.err(`${name}: no process found\n`);
      for (const view of found) {
        if (!capable(context.credentials, 'KILL') && context.credentials.uid !== view.uid) {
          yield* context.err(`${name}(${view.pid}): Operation not permitted\n`);
          call.status = 1;
          continue;
        }
        if (signal) view.process.signal(signal);
        if (options.has('v'))
          yield* context.err(`Killed ${name}(${view.pid}) with signal ${text === 'TERM' ? 15 : text}\n`);
      }
      if (found.length === 0) call.status = 1;
    }
    return undefined;
  },
});

export const pidof = tool({
  name: 'pidof',
  summary: 'find the process ID of a running program',
  usage: '[options] [program [...]]',
  version: 'procps-ng 4.0.4',
  options: 's|single-shot c|check-root q w|with-workers x o|omit-pid= S|separator=',
  *run(call) {
    const { options, context } = call;
    const omitted = options.all('o').flatMap((list) => list.split(','));
    const pids = visibleProcesses(context)
      .filter((view) => {
        const file = view.process.argv[0] ?? '';
        return call.operands.some((name) => name === view.comm || name === file || file.endsWith(`/${name}`));
      })
      .map(({ pid }) => pid)
      .filter((pid) => !omitted.includes(String(pid)))
      .sort((a, b) => b - a);
    const shown = options.has('s') ? pids.slice(0, 1) : pids;
    if (shown.length > 0 && !options.has('q')) yield* call.print(`${shown.join(options.get('S') ?? ' ')}\n`);
    return shown.length > 0 ? 0 : 1;
  },
});
