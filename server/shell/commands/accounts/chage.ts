import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { Users } from '../core/users.ts';
import { AccountFiles, SHADOW } from './database.ts';

const DAY = 86_400_000;
/** What an empty field of `/etc/shadow` stands for, and where each stands. */
const FIELDS = { d: 2, m: 3, M: 4, W: 5, I: 6, E: 7 } as const;

export const chage = tool({
  name: 'chage',
  summary: 'change user password expiry information',
  usage: '[options] LOGIN',
  version: 'shadow 4.13',
  usageStatus: 2,
  options: 'd|lastday= E|expiredate= I|inactive= l|list m|mindays= M|maxdays= W|warndays= i|iso8601 R|root=',
  *run(call: Call) {
    const { context, options, operands } = call;
    const [name] = operands;
    if (name === undefined || operands.length > 1) call.misuse('');
    if (options.has('R')) call.fail('--root is not simulated');
    const own = Users.of(context).user(context.credentials.uid)?.name;
    if (context.credentials.uid !== 0 && !(options.has('l') && name === own)) call.fail('Permission denied.');
    const files = new AccountFiles(context.fs);
    const fields = files.lines(SHADOW).find(([first]) => first === name) ?? shadowless(call, name as string);
    if (options.has('l')) {
      yield* list(call, fields);
      return 0;
    }
    const changes = options.given.filter((option) => option.name in FIELDS);
    if (changes.length === 0) call.fail('asking for each value is not simulated: use options');
    files.edit(SHADOW, name as string, (before) => {
      const next = [...before, ...Array.from({ length: 9 - before.length }, () => '')];
      for (const { name: option, value = '' } of changes)
        next[FIELDS[option as keyof typeof FIELDS]] = parse(call, option, value);
      return next;
    });
    return 0;
  },
});

function shadowless(call: Call, name: string): never {
  return call.fail(`user '${name}' does not exist in /etc/passwd`);
}

/** A day since 1970, as a number or a date, or a count of days; -1 takes it away. */
function parse(call: Call, option: string, value: string): string {
  if (value === '-1') return '';
  if (/^\d+$/.test(value)) return value;
  const time = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  if (!'dE'.includes(option) || Number.isNaN(time)) {
    const what = 'dE'.includes(option) ? `invalid date '${value}'` : `invalid numeric argument '${value}'`;
    return call.fail(what, 2);
  }
  return String(time / DAY);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function* list(call: Call, fields: readonly string[]): Steps<void> {
  const iso = call.options.has('i');
  const date = (day: number) => {
    const text = new Date(day * DAY).toISOString().slice(0, 10);
    const [year, month, at] = text.split('-');
    return iso ? text : `${MONTHS[Number(month) - 1]} ${at}, ${year}`;
  };
  const number = (at: number, empty = -1) => (fields[at] ? Number(fields[at]) : empty);
  const [changed, max, inactive, expires] = [number(2), number(4, 99_999), number(6), number(7)];
  const never = max < 0 || max >= 10_000 || changed < 0;
  const rows: [string, string][] = [
    [
      'Last password change\t\t\t\t\t',
      changed === 0 ? 'password must be changed' : changed < 0 ? 'never' : date(changed),
    ],
    [
      'Password expires\t\t\t\t\t',
      changed === 0 ? 'password must be changed' : never ? 'never' : date(changed + max),
    ],
    ['Password inactive\t\t\t\t\t', never || inactive < 0 ? 'never' : date(changed + max + inactive)],
    ['Account expires\t\t\t\t\t\t', expires < 0 ? 'never' : date(expires)],
    ['Minimum number of days between password change\t\t', String(number(3))],
    ['Maximum number of days between password change\t\t', String(max)],
    ['Number of days of warning before password expires\t', String(number(5))],
  ];
  for (const [what, value] of rows) yield* call.print(`${what}: ${value}\n`);
}
