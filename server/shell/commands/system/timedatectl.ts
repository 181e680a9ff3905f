import type { Steps } from '../../../sim/index.ts';
import { formatDate, zone, zoneOf } from '../../dates.ts';
import { type Call, tool } from '../core/tool.ts';
import { systemdTime } from './time.ts';

const ZONES = '/usr/share/zoneinfo';

export const timedatectl = tool({
  name: 'timedatectl',
  summary: 'query or change system time and date settings',
  usage: '[OPTIONS...] COMMAND ...',
  version: 'systemd 255',
  options: 'no-pager a|all p|property= value no-ask-password adjust-system-clock monitor',
  refusal: (message) => `timedatectl: ${message}\n`,
  *run(call) {
    const [verb = 'status', ...args] = call.operands;
    const act = VERBS[verb];
    if (act) return yield* act(call, args);
    yield* call.context.err(`Unknown command verb '${verb}'.\n`);
    return 1;
  },
});

/** The name of the machine's zone. */
function zoneName({ context }: Call): string {
  const link = context.fs.tryStat('/etc/localtime', false);
  return (link?.type === 'symlink' && /zoneinfo\/(.+)$/.exec(link.data)?.[1]) || 'Etc/UTC';
}

function zoneNames(): string[] {
  return [...new Set(['Etc/UTC', 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort();
}

function* status(call: Call): Steps<number> {
  const { now } = call.context;
  const where = zoneOf({ env: new Map(), fs: call.context.fs });
  const local = (format: string) => formatDate(format, now, where);
  const rows = [
    ['Local time', local('%a %Y-%m-%d %H:%M:%S %Z')],
    ['Universal time', systemdTime(now)],
    ['RTC time', systemdTime(now).replace(/ UTC$/, '')],
    ['Time zone', `${zoneName(call)} (${local('%Z, %z')})`],
    ['System clock synchronized', 'yes'],
    ['NTP service', 'active'],
    ['RTC in local TZ', 'no'],
  ];
  for (const [title, value] of rows) yield* call.print(`${(title as string).padStart(25)}: ${value}\n`);
  return 0;
}

function* show(call: Call): Steps<number> {
  const { options, context } = call;
  const values: Readonly<Record<string, string>> = {
    Timezone: zoneName(call),
    LocalRTC: 'no',
    CanNTP: 'yes',
    NTP: 'yes',
    NTPSynchronized: 'yes',
    TimeUSec: systemdTime(context.now),
    RTCTimeUSec: systemdTime(context.now),
  };
  const wanted = options.all('p').flatMap((list) => list.split(','));
  for (const [name, value] of Object.entries(values))
    if (wanted.length === 0 || wanted.includes(name))
      yield* call.print(options.has('value') ? `${value}\n` : `${name}=${value}\n`);
  return 0;
}

function* setZone(call: Call, [name]: readonly string[]): Steps<number> {
  const { context } = call;
  if (name === undefined) {
    yield* context.err('Too few arguments.\n');
    return 1;
  }
  if (context.credentials.uid !== 0) {
    yield* context.err('Failed to set time zone: Interactive authentication required.\n');
    return 1;
  }
  if (!zoneNames().includes(name)) {
    yield* context.err(`Failed to set time zone: Invalid or not installed time zone '${name}'\n`);
    return 1;
  }
  const { fs } = context.host.init;
  const file = `${ZONES}/${name}`;
  if (!fs.exists(file)) {
    fs.mkdirAll(file.slice(0, file.lastIndexOf('/')));
    fs.write(file, `TZif2\n${formatDate('%Z', context.now, zone(name))}\n`);
  }
  if (fs.tryStat('/etc/localtime', false)) fs.unlink('/etc/localtime');
  fs.symlink(file, '/etc/localtime');
  fs.write('/etc/timezone', `${name}\n`);
  return 0;
}

type Verb = (call: Call, args: readonly string[]) => Steps<number>;

/** The clock is that of the exam, and is kept right. */
function* automatic(call: Call): Steps<number> {
  yield* call.context.err('Failed to set time: Automatic time synchronization is enabled\n');
  return 1;
}

const VERBS: Readonly<Record<string, Verb>> = {
  status,
  show,
  'set-timezone': setZone,
  *'list-timezones'(call) {
    yield* call.print(`${zoneNames().join('\n')}\n`);
    return 0;
  },
  'set-time': automatic,
  *'set-ntp'(call, [value = '']) {
    if (/^(yes|true|1|on)$/.test(value)) return 0;
    yield* call.context.err('Failed to set ntp: NTP not supported\n');
    return 1;
  },
};
