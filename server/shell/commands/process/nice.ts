import { capable } from '../../../host/index.ts';
import type { Process } from '../../../sim/index.ts';
import { quote } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';
import { Users } from '../core/users.ts';
import { execRest } from '../shell/env.ts';

const bounded = (niceness: number) => Math.min(19, Math.max(-20, niceness));

/** What a niceness is asked for with: `10`, `+10`, `-5`. */
function parse(text: string): number | undefined {
  return /^\s*[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

export const nice = tool({
  name: 'nice',
  summary: 'run a program with modified scheduling priority',
  usage: '[OPTION] [COMMAND [ARG]...]',
  options: 'n|adjustment=',
  inOrder: true,
  usageStatus: 125,
  prepare: (args) => args.map((arg, i) => (i === 0 ? arg.replace(/^-([+-]?\d+)$/, '-n$1') : arg)),
  *run(call) {
    const { process, credentials } = call.context;
    const given = call.options.get('n');
    const adjustment = given === undefined ? 10 : parse(given);
    if (adjustment === undefined) call.fail(`invalid adjustment ${quote(given as string)}`, 125);
    if (call.operands.length === 0) {
      if (given !== undefined) call.misuse('a command must be given with an adjustment');
      yield* call.print(`${process.niceness}\n`);
      return 0;
    }
    const wanted = bounded(process.niceness + (adjustment as number));
    if (wanted < process.niceness && !capable(credentials, 'SYS_NICE')) {
      yield* call.warn('cannot set niceness: Permission denied', 0);
    } else process.niceness = wanted;
    return yield* execRest(call, call.operands);
  },
});

export const renice = tool({
  name: 'renice',
  summary: 'alter the priority of running processes',
  usage: [
    '[-n|--priority|--relative] <priority> [-p|--pid] <pid>...',
    '[-n|--priority|--relative] <priority> -g|--pgrp <pgid>...',
    '[-n|--priority|--relative] <priority> -u|--user <user>...',
  ],
  options: 'n= priority= relative= p|pid g|pgrp u|user',
  version: 'util-linux 2.39.3',
  *run(call) {
    const { options } = call;
    const words = [...call.operands];
    const text = options.get('n') ?? options.get('priority') ?? options.get('relative') ?? words.shift();
    if (text === undefined || words.length === 0) call.misuse('not enough arguments');
    const priority = parse(text as string) ?? call.misuse(`invalid priority '${text}'`);
    let status = 0;
    for (const word of words) {
      const change = { word, priority, relative: options.has('relative') };
      if (!(yield* setPriority(call, change))) status = 1;
    }
    return status;
  },
});

function* setPriority(call: Call, change: { word: string; priority: number; relative: boolean }) {
  const { options, context } = call;
  const { word, priority } = change;
  const what = options.has('u') ? 'user ID' : options.has('g') ? 'process group ID' : 'process ID';
  const targets = targetsOf(call, word);
  const [first] = targets;
  if (!first) {
    yield* call.warn(`failed to get priority for ${word} (${what}): No such process`);
    return false;
  }
  const before = first.niceness;
  const wanted = bounded(change.relative ? before + priority : priority);
  const { uid } = context.credentials;
  const denied = targets.some((target) => uid !== 0 && (target.uid !== uid || wanted < target.niceness));
  if (denied) {
    yield* call.warn(`failed to set priority for ${word} (${what}): Permission denied`);
    return false;
  }
  for (const target of targets) target.niceness = wanted;
  yield* call.print(`${word} (${what}) old priority ${before}, new priority ${wanted}\n`);
  return true;
}

function targetsOf({ options, context }: Call, word: string): Process[] {
  const members = [...context.process.namespace.members.values()];
  if (options.has('u')) {
    const uid = /^\d+$/.test(word) ? Number(word) : Users.of(context).user(word)?.uid;
    return members.filter((process) => process.uid === uid);
  }
  const target = context.process.namespace.members.get(Number(word));
  if (!options.has('g')) return target ? [target] : [];
  return members.filter((process) => process.group === target?.group);
}
