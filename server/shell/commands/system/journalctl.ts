import { type JournalEntry, unitName } from '../../../host/index.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import { type Call, Refusal, tool } from '../core/tool.ts';
import { explanationOf } from './journal-catalog.ts';
import { cursorOf, fieldsOf, JOURNAL_FORMATS, type JournalFormat, journalHost } from './journal-format.ts';
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
    'header verify F|field= N|fields D|directory= file= c|cursor= after-cursor= show-cursor output-fields=',
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
    const show = writer(call);
    const chosen = selected(call);
    const seen = nextPlace(journal.entries());
    const text = chosen.map(show).join('');
    if (options.has('f')) {
      yield* context.out(text);
      return yield* follow(call, seen, matcher(call), show);
    }
    const end =
      options.has('show-cursor') && chosen.length > 0
        ? `-- cursor: ${cursorOf(chosen.at(-1) as JournalEntry, journalHost(context.host))}\n`
        : '';
    yield* page(context, text === '' && !options.has('q') ? '-- No entries --\n' : text + end, {
      pager: !options.has('no-pager'),
    });
    return options.has('g') && chosen.length === 0 ? 1 : 0;
  },
});

/** The entries that are to be shown, in their order. */
function selected(call: Call): JournalEntry[] {
  const { options } = call;
  const shown = afterCursor(call).filter(matcher(call));
  const count = lineCount(call);
  const chosen =
    count === undefined
      ? shown
      : count.fromStart
        ? shown.slice(0, count.lines)
        : shown.slice(Math.max(0, shown.length - count.lines));
  return options.has('r') ? chosen.reverse() : chosen;
}

/** The entries from the cursor on, if one is given. */
function afterCursor(call: Call): readonly JournalEntry[] {
  const { options, context } = call;
  const entries = context.host.journal.entries();
  const name = options.last('cursor', 'after-cursor');
  if (name === undefined) return entries;
  const place = /;i=([0-9a-f]+);/.exec(`;${options.get(name)};`)?.[1];
  if (place === undefined) refuse('Failed to seek to cursor: Invalid argument');
  return entries.slice(Number.parseInt(place, 16) - (name === 'cursor' ? 1 : 0));
}

/** How an entry is written, as a whole line or several. */
function writer(call: Call): (entry: JournalEntry) => string {
  const { options, context } = call;
  const format = formatOf(call);
  const host = journalHost(context.host, { hostname: !options.has('no-hostname') });
  const explains = options.has('x') && /^short|^with-unit/.test(options.get('o') ?? 'short');
  return (entry) => `${format(entry, host)}\n${explains ? explanationOf(entry) : ''}`;
}

/** Options that keep the journal in order; undefined: it is only to be shown. */
function* maintenance(call: Call): Steps<number | undefined> {
  const { options, context } = call;
  const field = options.get('F');
  if (field !== undefined || options.has('N')) {
    const from = journalHost(context.host);
    const all = context.host.journal.entries().map((entry) => fieldsOf(entry, from));
    const values =
      field === undefined ? all.flatMap(Object.keys) : all.flatMap((fields) => fields[field] ?? []);
    yield* call.print([...new Set(values)].map((item) => `${item}\n`).join(''));
    return 0;
  }
  for (const refused of ['header', 'D', 'file'])
    if (options.has(refused)) refuse(`--${refused} is not simulated`);
  if (options.has('verify')) {
    const { machineId } = journalHost(context.host);
    yield* context.err(`PASS: /var/log/journal/${machineId}/system.journal\n`);
    return 0;
  }
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
    if (takesCount && /^(\+?\d+|all)$/.test(arg))
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

function lineCount(call: Call): { readonly lines: number; readonly fromStart: boolean } | undefined {
  const { options } = call;
  const given = options.get('n');
  if (given === 'all') return undefined;
  if (options.has('n')) {
    if (given !== undefined && !/^\+?\d+$/.test(given)) refuse(`Failed to parse lines '${given}'`);
    return { lines: Number(given ?? 10), fromStart: given?.startsWith('+') ?? false };
  }
  if (options.has('f') && !options.has('no-tail')) return { lines: 10, fromStart: false };
  return options.has('e') ? { lines: 1000, fromStart: false } : undefined;
}

function formatOf(call: Call): JournalFormat {
  const name = call.options.get('o') ?? 'short';
  if (name === 'help')
    throw new Refusal(
      Object.keys(JOURNAL_FORMATS)
        .map((one) => `${one}\n`)
        .join(''),
      0,
    );
  const format = JOURNAL_FORMATS[name] ?? refuse(`Unknown output format '${name}'.`);
  const wanted = call.options.all('output-fields').flatMap((list) => list.split(','));
  if (wanted.length === 0 || !/^(json|export|verbose)/.test(name)) return format;
  return (entry, host) => format(entry, { ...host, only: wanted });
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
  const fields = fieldMatcher(call);
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
    fields(entry);
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

/**
 * The matches of the command line: values of one field are alternatives, different fields must all hold, and `+` parts
 * alternatives. A path stands for the program.
 */
function fieldMatcher(call: Call): (entry: JournalEntry) => boolean {
  if (call.operands.length === 0) return () => true;
  const groups: Map<string, string[]>[] = [new Map()];
  for (const operand of call.operands) {
    if (operand === '+') {
      groups.push(new Map());
      continue;
    }
    const [, field, value = ''] = /^([A-Z_][A-Z0-9_]*)=(.*)$/s.exec(operand) ?? programMatch(call, operand);
    const group = groups.at(-1) as Map<string, string[]>;
    group.set(field as string, [...(group.get(field as string) ?? []), value]);
  }
  const from = journalHost(call.context.host);
  return (entry) => {
    const fields = fieldsOf(entry, from);
    return groups.some((group) =>
      [...group].every(([field, values]) => values.includes(fields[field] ?? '')),
    );
  };
}

function programMatch(call: Call, operand: string): [string, string, string] {
  if (!operand.includes('/')) return refuse(`Failed to add match '${operand}': Invalid argument`);
  if (!call.context.fs.exists(operand))
    return refuse(`Couldn't get file info of '${operand}': No such file or directory`);
  return [operand, '_COMM', operand.slice(operand.lastIndexOf('/') + 1).slice(0, 15)];
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
    yield* call.print(`${index} ${journal.bootId(boot)} ${systemdTime(first)} ${systemdTime(last)}\n`);
  }
  return 0;
}

function nextPlace(entries: readonly JournalEntry[]): number {
  return (entries.at(-1)?.place ?? -1) + 1;
}

function* follow(
  call: Call,
  from: number,
  matches: (e: JournalEntry) => boolean,
  show: (e: JournalEntry) => string,
): Steps<number> {
  const { journal } = call.context.host;
  for (let seen = from; ; ) {
    const entries = journal.entries();
    const fresh = entries.slice(entries.findLastIndex(({ place }) => place < seen) + 1);
    seen = nextPlace(entries);
    for (const entry of fresh.filter(matches)) yield* call.context.out(show(entry));
    if (fresh.length === 0) yield* waitOn([journal.appended]);
  }
}
