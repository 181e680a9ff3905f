import { calendarText, nextElapse, parseCalendar, parseTimeSpan } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, Refusal, tool } from '../core/tool.ts';
import { left, systemdTime, timeSpan } from './time.ts';

type Verb = (call: Call, args: readonly string[]) => Steps<number>;

/** systemd's time of the boot is steady: nothing here measures it. */
const BOOT = { kernelMs: 1834, userspaceMs: 6521 };

const row = (name: string, text: string) => `${`${name}:`.padStart(16)} ${text}\n`;

/** Does it for every expression, with a blank line between them. */
function each(
  explain: (call: Call, text: string) => string | undefined,
  failed: (text: string) => string,
): Verb {
  return function* (call, args) {
    if (args.length === 0) throw new Refusal('Too few arguments.\n', 1);
    let status = 0;
    for (const [i, text] of args.entries()) {
      const said = explain(call, text);
      if (said === undefined) {
        yield* call.context.err(failed(text));
        status = 1;
      } else yield* call.print(`${i > 0 ? '\n' : ''}${said}`);
    }
    return status;
  };
}

function calendarRows(call: Call, text: string): string | undefined {
  const calendar = parseCalendar(text);
  if (!calendar) return undefined;
  const normal = calendarText(calendar);
  const times: number[] = [];
  for (let i = 0; i < Number(call.options.get('iterations') ?? 1); i++) {
    const at = nextElapse(calendar, times.at(-1) ?? call.context.now);
    if (at !== undefined) times.push(at);
  }
  const rows = [...(normal === text ? [] : [row('Original form', text)]), row('Normalized form', normal)];
  if (times.length === 0) rows.push(row('Next elapse', 'never'));
  for (const [i, at] of times.entries())
    rows.push(
      row(i === 0 ? 'Next elapse' : `Iteration #${i + 1}`, systemdTime(at)),
      row('From now', `${left(at - call.context.now)} left`),
    );
  return rows.join('');
}

function timespanRows(_: Call, text: string): string | undefined {
  const ms = parseTimeSpan(text);
  if (ms === undefined) return undefined;
  return `Original: ${text}\n      μs: ${Math.round(ms * 1000)}\n   Human: ${timeSpan(ms)}\n`;
}

/** What is wrong with units, by file or name. */
function* verify(call: Call, args: readonly string[]): Steps<number> {
  const { systemd } = call.context.host;
  let status = 0;
  for (const arg of args) {
    const name = arg.slice(arg.lastIndexOf('/') + 1);
    const unit = systemd.load(name);
    const problems = unit.file.problems.map((problem) => `${problem}\n`);
    if (unit.load === 'not-found')
      problems.push(`Failed to prepare filename ${arg}: No such file or directory\n`);
    if (unit.load === 'bad-setting')
      problems.push(
        `${name}: ${name.endsWith('.timer') ? 'Timer unit lacks value setting' : 'Service has no ExecStart=, ExecStop=, or SuccessAction='}. Refusing.\n`,
      );
    const command = unit.file
      .get('Service', 'ExecStart')
      ?.replace(/^[-@:+!]+/, '')
      .split(/\s+/)[0];
    if (command?.startsWith('/') && !call.context.fs.exists(command)) {
      problems.push(`${name}: Command ${command} is not executable: No such file or directory\n`);
    }
    if (problems.length > 0) status = 1;
    yield* call.context.err(problems.join(''));
  }
  return status;
}

const VERBS: Readonly<Record<string, Verb>> = {
  *time(call) {
    const { kernelMs, userspaceMs } = BOOT;
    yield* call.print(
      `Startup finished in ${timeSpan(kernelMs)} (kernel) + ${timeSpan(userspaceMs)} (userspace) = ${timeSpan(kernelMs + userspaceMs)}\ngraphical.target reached after ${timeSpan(userspaceMs)} in userspace.\n`,
    );
    return 0;
  },
  calendar: each(
    calendarRows,
    (text) => `Failed to parse calendar specification '${text}': Invalid argument\n`,
  ),
  timespan: each(timespanRows, (text) => `Failed to parse time span '${text}': Invalid argument\n`),
  verify,
};

export const systemdAnalyze = tool({
  name: 'systemd-analyze',
  summary: 'analyze and debug the system manager',
  usage: '[OPTIONS...] COMMAND ...',
  version: 'systemd 255',
  options: 'iterations= no-pager man?',
  refusal: (message) => `systemd-analyze: ${message}\n`,
  *run(call) {
    const [name = 'time', ...args] = call.operands;
    const verb = VERBS[name];
    if (!verb) throw new Refusal(`Unknown command verb '${name}'.\n`, 1);
    return yield* verb(call, args);
  },
});

/** No machine here is a real one. */
export const systemdDetectVirt = tool({
  name: 'systemd-detect-virt',
  summary: 'detect execution in a virtualized environment',
  usage: '[OPTIONS...]',
  version: 'systemd 255',
  options: 'c|container v|vm r|chroot q|quiet private-users list',
  *run(call) {
    const { options } = call;
    const found = options.has('c', 'r') ? 'none' : 'kvm';
    if (!options.has('q', 'r')) yield* call.print(`${found}\n`);
    return found === 'none' ? 1 : 0;
  },
});
