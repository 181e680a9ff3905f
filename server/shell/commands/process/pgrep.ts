import { capable } from '../../../host/index.ts';
import { type Process, parseSignal, type Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { compileRegex } from './pattern.ts';
import { type ProcessView, visibleProcesses } from './view.ts';

const OPTIONS =
  'f|full x|exact u|euid= U|uid= P|parent= t|terminal= g|pgroup= s|session= n|newest o|oldest v|inverse i|ignore-case c|count';

function* chosen(call: Call): Steps<ProcessView[]> {
  const { options, context } = call;
  const [pattern, ...more] = call.operands;
  if (more.length > 0) {
    yield* context.err(
      `${call.name}: only one pattern can be provided\nTry \`${call.name} --help' for more information.\n`,
    );
    call.fail('', 2);
  }
  const filters = ['u', 'U', 'P', 't', 'g', 's'].some((name) => options.has(name));
  if (pattern === undefined && !filters) {
    yield* context.err(
      `${call.name}: no matching criteria specified\nTry \`${call.name} --help' for more information.\n`,
    );
    call.fail('', 2);
  }
  const matches =
    pattern === undefined ? () => true : compileRegex(call, pattern, options.has('x'), options.has('i'));
  const test = (view: ProcessView) =>
    matches(options.has('f') ? view.args : view.comm) &&
    among(options.get('u') ?? options.get('U'), view.user, String(view.uid)) &&
    among(options.get('P'), String(view.ppid)) &&
    among(options.get('t'), view.tty) &&
    among(options.get('g'), String(view.pgid)) &&
    among(options.get('s'), String(view.sid));
  const own = context.process;
  let found = visibleProcesses(context).filter(
    (view) => view.process !== own && test(view) !== options.has('v'),
  );
  if (options.has('n')) found = found.slice(-1);
  if (options.has('o')) found = found.slice(0, 1);
  return found;
}

function among(list: string | undefined, ...values: string[]): boolean {
  return list === undefined || list.split(',').some((item) => values.includes(item));
}

export const pgrep = tool({
  name: 'pgrep',
  summary: 'look up processes based on name and other attributes',
  usage: '[options] <pattern>',
  version: 'procps-ng 4.0.4',
  usageStatus: 2,
  options: `${OPTIONS} l|list-name a|list-full d|delimiter=`,
  *run(call) {
    const found = yield* chosen(call);
    const { options } = call;
    if (options.has('c')) {
      yield* call.print(`${found.length}\n`);
    } else if (found.length > 0) {
      const lines = found.map((v) =>
        options.has('a') ? `${v.pid} ${v.args}` : options.has('l') ? `${v.pid} ${v.comm}` : String(v.pid),
      );
      yield* call.print(`${lines.join(options.get('d') ?? '\n')}\n`);
    }
    return found.length > 0 ? 0 : 1;
  },
});

export const pkill = tool({
  name: 'pkill',
  summary: 'signal processes based on name and other attributes',
  usage: '[options] <pattern>',
  version: 'procps-ng 4.0.4',
  usageStatus: 2,
  options: `${OPTIONS} signal= e|echo`,
  prepare: (args) =>
    args.map((arg) => (/^-([A-Z]{3,}\d?|\d+)$/.test(arg) ? `--signal=${arg.slice(1)}` : arg)),
  *run(call) {
    const name = call.options.get('signal') ?? 'TERM';
    // Signal 0 only asks whether it could be sent.
    const signal =
      name === '0' ? undefined : (parseSignal(name) ?? call.fail(`Unknown signal "${name}".`, 2));
    const found = yield* chosen(call);
    let done = 0;
    for (const view of found) {
      if (!maySignal(call, view.process)) {
        yield* call.context.err(`pkill: killing pid ${view.pid} failed: Operation not permitted\n`);
        continue;
      }
      if (signal) view.process.signal(signal);
      done++;
      if (call.options.has('e')) yield* call.print(`${view.comm} killed (pid ${view.pid})\n`);
    }
    if (call.options.has('c')) yield* call.print(`${found.length}\n`);
    return done > 0 ? 0 : 1;
  },
});

/** kill(2): root, or the same user. */
function maySignal(call: Call, process: Process): boolean {
  const { credentials } = call.context;
  return capable(credentials, 'KILL') || credentials.uid === process.uid;
}
