import type { Host } from '../../../host/index.ts';
import type { Process, Steps } from '../../../sim/index.ts';
import { cpuList, cpuMask, waitOn } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { quote } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';
import { execRest } from '../shell/env.ts';

const UTIL_LINUX = 'util-linux 2.39.3';

export const stdbuf = tool({
  name: 'stdbuf',
  summary: 'run a command with modified buffering operations for its standard streams',
  usage: 'OPTION... COMMAND',
  options: 'i|input= o|output= e|error=',
  usageStatus: 125,
  inOrder: true,
  *run(call: Call) {
    const { options, operands } = call;
    for (const { name, value = '' } of options.given) {
      if (name === 'i' && value === 'L') call.misuse('line buffering stdin is meaningless');
      if (!/^(L|\d+([KMG]B?)?)$/.test(value)) call.fail(`invalid mode ${quote(value)}`, 125);
    }
    if (operands.length === 0) call.misuse('missing operand');
    if (options.given.length === 0) call.misuse('you must specify a buffering mode option');
    // Programs here write at once what they have: there is nothing to change.
    return yield* execRest(call, operands, 'failed to run command ');
  },
});

/** Tools that set how a process is scheduled, which nothing here minds, and show what they were told. */
export const taskset = tool({
  name: 'taskset',
  summary: 'show or change the CPU affinity of a process',
  usage: '[options] [mask | cpu-list] [pid|cmd [args...]]',
  version: UTIL_LINUX,
  options: 'a|all-tasks p|pid c|cpu-list',
  inOrder: true,
  *run(call: Call) {
    const { options, operands, context } = call;
    const [mask, ...rest] = operands;
    if (mask === undefined) call.misuse('bad usage');
    const isList = options.has('c');
    if (options.has('p')) {
      const pid = rest[0] ?? mask;
      const asked = context.process.namespace.members.get(Number(pid));
      if (!asked) call.fail(`failed to get pid ${pid}'s affinity: No such process`);
      const cpus = asked.cgroup.cpusOf(context.host.cores);
      const all = isList ? cpuList(cpus) : cpuMask(cpus);
      const name = isList ? 'affinity list' : 'affinity mask';
      yield* call.print(`pid ${pid}'s current ${name}: ${all}\n`);
      if (rest[0] !== undefined) yield* call.print(`pid ${pid}'s new ${name}: ${mask}\n`);
      return 0;
    }
    const isValid = isList ? /^\d+([-,]\d+)*$/.test(mask) : /^(0x)?[0-9a-f]+$/i.test(mask);
    if (!isValid) call.fail(`failed to parse CPU ${isList ? 'list' : 'mask'}: ${mask}`);
    if (rest.length === 0) call.misuse('bad usage');
    return yield* execRest(call, rest, 'failed to execute ');
  },
});

export const ionice = tool({
  name: 'ionice',
  summary: 'show or change the I/O-scheduling class and priority of a process',
  usage: ['[options] -p <pid>...', '[options] <command>'],
  version: UTIL_LINUX,
  options: 'c|class= n|classdata= p|pid P|pgid t|ignore u|uid',
  inOrder: true,
  *run(call: Call) {
    const { options, operands } = call;
    const kind = options.get('c');
    if (kind !== undefined && !/^([0-3]|none|realtime|best-effort|idle)$/.test(kind))
      call.fail(`unknown scheduling class: '${kind}'`);
    if (options.has('p') || operands.length === 0) {
      if (kind === undefined) yield* call.print('none: prio 0\n');
      return 0;
    }
    return yield* execRest(call, operands, 'failed to execute ');
  },
});

export const chrt = tool({
  name: 'chrt',
  summary: 'show or change the real-time scheduling attributes of a process',
  usage: ['[options] <priority> <command> [<arg>...]', '[options] --pid <priority> <pid>'],
  version: UTIL_LINUX,
  options: 'b|batch d|deadline f|fifo i|idle o|other r|rr a|all-tasks m|max p|pid v|verbose',
  inOrder: true,
  *run(call: Call) {
    const { options, operands } = call;
    if (options.has('m')) {
      const rows = [
        ['OTHER', '0/0'],
        ['FIFO', '1/99'],
        ['RR', '1/99'],
        ['BATCH', '0/0'],
        ['IDLE', '0/0'],
        ['DEADLINE', '0/0'],
      ];
      yield* call.print(rows.map(([name, range]) => `SCHED_${name} min/max priority\t: ${range}\n`).join(''));
      return 0;
    }
    if (options.has('p')) {
      const pid = operands.at(-1) ?? call.misuse('bad usage');
      if (!call.context.process.namespace.members.has(Number(pid)))
        call.fail(`failed to get pid ${pid}'s policy: No such process`);
      if (operands.length === 1)
        yield* call.print(
          `pid ${pid}'s current scheduling policy: SCHED_OTHER\npid ${pid}'s current scheduling priority: 0\n`,
        );
      return 0;
    }
    const [priority = '', ...rest] = operands;
    if (rest.length === 0) call.misuse('bad usage');
    if (!/^\d+$/.test(priority)) call.fail(`invalid priority argument: '${priority}'`);
    return yield* execRest(call, rest, 'failed to execute ');
  },
});

/** Who holds the locks of a machine's files; a lock ends with the process that holds it. */
const locks = new WeakMap<Host, Map<string, { readonly process: Process; readonly shared: boolean }[]>>();

export const flock = tool({
  name: 'flock',
  summary: 'manage locks from shell scripts',
  usage: [
    '[options] <file>|<directory> <command> [<argument>...]',
    '[options] <file>|<directory> -c <command>',
    '[options] <file descriptor number>',
  ],
  version: UTIL_LINUX,
  options:
    's|shared x|e|exclusive u|unlock n|nb|nonblock w|wait|timeout= E|conflict-exit-code= o|close c|command= F|no-fork verbose',
  inOrder: true,
  usageStatus: 64,
  *run(call: Call) {
    const { options, operands, context } = call;
    const [target, ...words] = operands;
    if (target === undefined) call.misuse('not enough arguments');
    const command =
      options.get('c') === undefined ? commandOf(words) : ['/bin/sh', '-c', options.get('c') as string];
    if (command.length === 0 && !/^\d+$/.test(target)) call.fail(`bad file descriptor: '${target}'`, 64);
    // A lock on a descriptor outlives flock: it is the shell's, which has the file open.
    const holder = command.length > 0 ? context.process : (context.process.parent ?? context.process);
    const key = keyOf(call, target, command.length === 0);
    const held = heldBy(context.host);
    if (options.has('u')) {
      held.set(
        key,
        (held.get(key) ?? []).filter((lock) => lock.process !== holder),
      );
      return 0;
    }
    const shared = options.has('s');
    const status = yield* acquire(
      call,
      () =>
        (held.get(key) ?? []).find(
          (lock) => lock.process.alive && lock.process !== holder && !(lock.shared && shared),
        )?.process,
    );
    if (status !== 0) return status;
    const others = (held.get(key) ?? []).filter((lock) => lock.process.alive && lock.process !== holder);
    held.set(key, [...others, { process: holder, shared }]);
    return command.length === 0 ? 0 : yield* execRest(call, command);
  },
});

/** `flock FILE -c 'a line'` is a line for the shell. */
function commandOf(words: readonly string[]): string[] {
  return words[0] === '-c' || words[0] === '--command' ? ['/bin/sh', '-c', ...words.slice(1)] : [...words];
}

function heldBy(host: Host) {
  let held = locks.get(host);
  if (!held) {
    held = new Map();
    locks.set(host, held);
  }
  return held;
}

function keyOf(call: Call, target: string, isDescriptor: boolean): string {
  const { context } = call;
  if (isDescriptor) {
    const file = context.fds.get(Number(target));
    if (!file) call.fail(`${target}: Bad file descriptor`, 65);
    return `${file.inode()?.ino ?? target}`;
  }
  if (!context.fs.exists(target)) context.fs.write(target, '');
  return `${context.fs.stat(target).ino}`;
}

/** Waits until nobody is in the way, as long as the options allow. */
function* acquire(call: Call, blocker: () => Process | undefined): Steps<number> {
  const { options, context } = call;
  const conflict = Number(options.get('E') ?? 1);
  const given = options.get('w');
  if (given !== undefined && !/^\d+(\.\d+)?$/.test(given)) call.fail(`invalid timeout value: '${given}'`, 64);
  const until = given === undefined ? Number.POSITIVE_INFINITY : context.now + Number(given) * 1000;
  for (;;) {
    const other = blocker();
    if (!other) return 0;
    if (options.has('n') || context.now >= until) return conflict;
    yield* waitOn([other.ended], Number.isFinite(until) ? until : undefined);
  }
}

/** Processes and how they are run. */
export const WRAPPER_COMMANDS: readonly Command[] = [chrt, flock, ionice, stdbuf, taskset];
