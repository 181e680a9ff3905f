import { type Context, capable } from '../../../host/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { execRest } from '../shell/env.ts';

/** Namespaces by their letters, and as they are called below `/proc/<pid>/ns`. */
const NAMESPACES = {
  m: 'mnt',
  u: 'uts',
  i: 'ipc',
  n: 'net',
  p: 'pid',
  C: 'cgroup',
  U: 'user',
  T: 'time',
} as const;

type Letter = keyof typeof NAMESPACES;

export const nsenter = tool({
  name: 'nsenter',
  summary: 'run a program with namespaces of other processes',
  usage: '[options] [<program> [<argument>...]]',
  version: 'util-linux 2.39.3',
  options: 'a|all t|target= m|mount u|uts i|ipc n|net p|pid C|cgroup U|user T|time F|no-fork r|root w|wd',
  inOrder: true,
  *run(call) {
    const { context, options } = call;
    const letters = (Object.keys(NAMESPACES) as Letter[]).filter(
      (letter) => options.has(letter) || options.has('a'),
    );
    const target = targetOf(call, letters);
    const words = call.operands.length > 0 ? call.operands : [context.env.get('SHELL') || '/bin/sh'];
    if (target && letters.includes('p') && !options.has('F')) {
      const { namespace } = target.process;
      enter(context, target, letters);
      yield* call.flush();
      return yield* context.run(words[0] as string, words, { process: { namespace } });
    }
    if (target) enter(context, target, letters);
    return yield* execRest(call, words, 'failed to execute ');
  },
});

/** The process whose namespaces are entered; none is needed where none are. */
function targetOf(call: Call, letters: readonly Letter[]): Context | undefined {
  const { context, options } = call;
  const pid = options.get('t');
  if (pid === undefined) {
    const [letter] = letters;
    if (letter !== undefined)
      call.fail(`neither filename nor target pid supplied for ns/${NAMESPACES[letter]}`);
    return undefined;
  }
  if (!/^\d+$/.test(pid)) call.fail(`failed to parse pid: '${pid}'`);
  const process = context.process.namespace.members.get(Number(pid));
  const target = process && context.host.contextOf(process);
  const [letter = 'm'] = letters;
  const path = `/proc/${pid}/ns/${NAMESPACES[letter]}`;
  if (!target) return call.fail(`cannot open ${path}: No such file or directory`);
  if (!capable(context.credentials, 'SYS_PTRACE')) call.fail(`cannot open ${path}: Permission denied`);
  return target;
}

function enter(context: Context, target: Context, letters: readonly Letter[]): void {
  if (letters.includes('m')) {
    context.mounts = target.mounts;
    context.cwd = '/';
  }
  if (letters.includes('n')) context.network = target.network;
  if (letters.includes('u')) context.joinHostname(target);
}
