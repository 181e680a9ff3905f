import { type JournalEntry, unitName } from '../../../host/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import { type Call, Refusal, tool } from '../core/tool.ts';
import { JOURNAL_FORMATS, type JournalFormat } from './journal-format.ts';
import { page } from './pager.ts';
import { parseMoment, systemdTime } from './time.ts';

const PRIORITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

export const journalctl = tool({
  name: 'journalctl',
  summary: 'query the journal',
  usage: '[OPTIONS...] [MATCHES...]',
  version: 'systemd 255',
  refusal: (message) => `journalctl: ${message}\n`,
  options: [
    'u|unit= n|lines? f|follow e|pager-end x|catalog r|reverse no-pager q|quiet a|all k|dmesg m|merge',
    'b|boot? S|since= U|until= p|priority= o|output= t|identifier= g|grep= l|full no-full no-tail no-hostname utc',
    'system user list-boots disk-usage case-sensitive? vacuum-size= vacuum-time= vacuum-files= rotate flush sync',
    'header verify F|field= N|fields D|directory= file= cursor= c= after-cursor= show-cursor output-fields= dmesg-only',
  ].join(' '),
  prepare: joinCounts,
  *run(call) {
    const { options, context } = call;
    const { journal } = context.host;
    if (!mayRead(call)) {
      yield* context.err(
        "Hint: You are currently not seeing messages from other users and the system.\n      Users in groups 'adm', 'systemd-journal' can see all messages.\n      Pass -q to turn off this notice.\nNo journal files were opened due to insufficient permissions.\n",
      );
      return 1;
    }
    if (options.has('list-boots')) return yield* listBoots(call);
    if (options.has('disk-usage')) {
      yield* call.print('Archived and active journals take up 8.0M in the file system.\n');
      return 0;
    }
    const done = yield* maintenance(call);
    if (done !== undefined) return done;
    const format = formatOf(call);
    const matches = matcher(call);
    const shown = journal.entries().filter(matches);
    const count = lineCount(call);
    const chosen = count === undefined ? shown : shown.slice(Math.max(0, shown.length - count));
    const seen = journal.entries().length;
    if (options.has('r')) chosen.reverse();
    const hostname = context.hostname;
    const text = chosen.map((entry) => `${format(entry, hostname)}\n`).join('');
    if (options.has('f')) {
      yield* context.out(text);
      return yield* follow(call, seen, matches, format);
    }
    yield* page(context, text === '' && !options.has('q') ? '-- No entries --\n' : text, {
      pager: !options.has('no-pager'),
    });
    return 0;
  },
});

/** Options that keep the journal in order; undefined: it is only to be shown. */
function* maintenance(call: Call): Steps<number | undefined> {
  const { options, context } = call;
  const field = options.get('F');
  if (field !== undefined) {
    const value = (entry: JournalEntry) =>
      ({ _SYSTEMD_UNIT: entry.unit, SYSLOG_IDENTIFIER: entry.identifier, _PID: String(entry.pid ?? '') })[
        field
      ];
    const values = new Set(context.host.journal.entries().flatMap((entry) => value(entry) ?? []));
    yield* call.print([...values].map((item) => `${item}\n`).join(''));
    return 0;
  }
  for (const refused of ['header', 'verify', 'N', 'D', 'file', 'cursor', 'after-cursor', 'show-cursor'])
    if (options.has(refused)) refuse(`--${refused} is not simulated`);
  if (options.has('vacuum-size', 'vacuum-time', 'vacuum-files')) {
    if (context.credentials.uid !== 0) refuse('Failed to vacuum: Permission denied');
    yield* context.err('Vacuuming done, freed 0B of archived journals from /var/log/journal.\n');
    return 0;
  }
  return options.has('rotate', 'flush', 'sync') ? 0 : undefined;
}

/** `-n20`, `-n 20` and `-n` alone: the count is optional, and may be a word of its own. */
function joinCounts(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1) ?? '';
    const takesCount = /^-[a-zA-Z]*n$/.test(before) || before === '--lines';
    if (takesCount && /^(\d+|all)$/.test(arg))
      joined[joined.length - 1] = `${before}${before === '--lines' ? '=' : ''}${arg}`;
    // The boot may stand apart from its option.
    else if (/^-[a-zA-Z]*b$/.test(before) && /^([+-]?\d+|all|[0-9a-f]{32}([+-]\d+)?)$/.test(arg))
      joined[joined.length - 1] = `${before}${arg}`;
    else joined.push(arg);
  }
  return joined;
}

/** systemd's tools do not put their name in front. */
function refuse(message: string): never {
  throw new Refusal(`${message}\n`);
}

function mayRead(call: Call): boolean {
  const { credentials } = call.context;
  const readers = ['adm', 'systemd-journal'].map((name) => call.context.host.users.group(name)?.gid);
  return (
    credentials.uid === 0 || readers.some((gid) => gid !== undefined && credentials.groups.includes(gid))
  );
}

function lineCount(call: Call): number | undefined {
  const { options } = call;
  const given = options.get('n');
  if (given === 'all') return undefined;
  if (options.has('n')) {
    if (given !== undefined && !/^\d+$/.test(given)) refuse(`Failed to parse lines '${given}'`);
    return Number(given ?? 10);
  }
  if (options.has('f') && !options.has('no-tail')) return 10;
  return options.has('e') ? 1000 : undefined;
}

function formatOf(call: Call): JournalFormat {
  const name = call.options.get('o') ?? 'short';
  return JOURNAL_FORMATS[name] ?? refuse(`Unknown output format '${name}'.`);
}

/** Operands that an earlier `prepare` took for counts never get here: `FIELD=value` and paths are left. */
function matcher(call: Call): (entry: JournalEntry) => boolean {
  const { options, context } = call;
  const units = options.all('u').map(unitName);
  const identifiers = options.all('t');
  const since = moment(call, 'S');
  const until = moment(call, 'U');
  const limit = priority(call);
  const grep = options.get('g');
  const pattern = grep === undefined ? undefined : grep === grep.toLowerCase() ? grep.toLowerCase() : grep;
  const boot = bootNumber(call);
  const fields = call.operands.map((operand) => fieldMatch(call, operand));
  const kernel = options.has('k');
  return (entry) =>
    (units.length === 0 || (entry.unit !== undefined && units.includes(entry.unit))) &&
    (identifiers.length === 0 || identifiers.includes(entry.identifier)) &&
    (since === undefined || entry.time >= since) &&
    (until === undefined || entry.time <= until) &&
    entry.priority <= limit &&
    (!kernel || entry.identifier === 'kernel') &&
    (boot === undefined || entry.boot === context.host.journal.boot + boot) &&
    (pattern === undefined || contains(entry.message, pattern)) &&
    fields.every((match) => match(entry));
}

function contains(message: string, pattern: string): boolean {
  return pattern === pattern.toLowerCase()
    ? message.toLowerCase().includes(pattern)
    : message.includes(pattern);
}

function moment(call: Call, option: 'S' | 'U'): number | undefined {
  const text = call.options.get(option);
  if (text === undefined) return undefined;
  return parseMoment(text, call.context.now) ?? refuse(`Failed to parse timestamp: ${text}`);
}

function priority(call: Call): number {
  const text = call.options.get('p');
  if (text === undefined) return 7;
  const name = text.slice(text.lastIndexOf('.') + 1);
  const number = /^[0-7]$/.test(name) ? Number(name) : PRIORITIES.indexOf(name);
  return number < 0 ? refuse(`Unknown log level ${text}`) : number;
}

/** 0 is this boot, -1 the one before. Undefined: all. */
function bootNumber(call: Call): number | undefined {
  if (!call.options.has('b')) return call.options.has('k') ? 0 : undefined;
  const text = call.options.get('b') ?? '0';
  const isKnown =
    /^-?\d+$/.test(text) && Number(text) <= 0 && Number(text) >= -call.context.host.journal.boot;
  return isKnown
    ? Number(text)
    : refuse(`Data from the specified boot (${text}) is not available: No such boot ID in journal`);
}

function fieldMatch(_call: Call, operand: string): (entry: JournalEntry) => boolean {
  const [name, value] = operand.split('=');
  switch (name) {
    case '_PID':
      return (entry) => String(entry.pid) === value;
    case '_SYSTEMD_UNIT':
      return (entry) => entry.unit === value;
    case 'SYSLOG_IDENTIFIER':
    case '_COMM':
      return (entry) => entry.identifier === value;
    case 'PRIORITY':
      return (entry) => String(entry.priority) === value;
    default:
      return refuse(`Failed to add match '${operand}': Invalid argument`);
  }
}

function* listBoots(call: Call): Steps<number> {
  const { journal } = call.context.host;
  const boots = new Map<number, { first: number; last: number }>();
  for (const { boot, time } of journal.entries()) {
    const known = boots.get(boot);
    boots.set(boot, { first: known?.first ?? time, last: time });
  }
  yield* call.print('IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY\n');
  for (const [boot, { first, last }] of boots) {
    const index = String(boot - journal.boot).padStart(3);
    const id = boot.toString(16).padStart(32, '4f1e8a7c9b2d40');
    yield* call.print(`${index} ${id} ${systemdTime(first)} ${systemdTime(last)}\n`);
  }
  return 0;
}

function* follow(
  call: Call,
  from: number,
  matches: (e: JournalEntry) => boolean,
  format: JournalFormat,
): Steps<number> {
  const { journal } = call.context.host;
  for (let seen = from; ; ) {
    const fresh = journal.entries().slice(seen);
    seen += fresh.length;
    for (const entry of fresh.filter(matches))
      yield* call.context.out(`${format(entry, call.context.hostname)}\n`);
    if (fresh.length === 0) yield* waitOn([journal.appended]);
  }
}
