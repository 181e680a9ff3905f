import type { Steps } from '../../../sim/index.ts';
import { isApplet } from '../core/applet.ts';
import { type Call, tool } from '../core/tool.ts';
import { psApplet } from './ps-applet.ts';
import { COLUMNS, type PsColumn } from './ps-columns.ts';
import { type ProcessView, visibleProcesses } from './view.ts';

/** What a command line of ps asks for. */
interface Request {
  select: (view: ProcessView) => boolean;
  columns: { column: PsColumn; header: string }[];
  sort: { column: PsColumn; descending: boolean }[];
  headers: boolean;
  forest: boolean;
  wide: boolean;
}

export const ps = tool({
  name: 'ps',
  summary: 'report a snapshot of the current processes',
  usage: '[options]',
  version: 'procps-ng 4.0.4',
  options: [
    'A e a d f F l j w H C= G= g= p|pid= s= t|tty= U= u|user= o|format= O= N|deselect no-headers no-heading headers',
    'sort= forest ppid= cols= width= M T L',
    'bsd-a bsd-x bsd-u bsd-f bsd-h bsd-j bsd-l bsd-w bsd-e bsd-o= bsd-p= bsd-U= bsd-t= bsd-k=',
  ].join(' '),
  prepare: separateBsd,
  *run(call) {
    if (isApplet(call.context, 'ps') && !call.options.has('o')) return yield* psApplet(call);
    const request = readRequest(call);
    const own = visibleProcesses(call.context);
    const chosen = own.filter(request.select);
    for (const { column, descending } of [...request.sort].reverse()) {
      chosen.sort(
        (a, b) =>
          compare(column.value(a, call.context), column.value(b, call.context)) * (descending ? -1 : 1),
      );
    }
    yield* print(
      call,
      request,
      request.forest ? inTrees(chosen) : chosen.map((view) => ({ view, depth: 0 })),
    );
    return chosen.length > 0 ? 0 : 1;
  },
});

/** BSD options come without a dash (`ps aux`, `ps axo pid,comm`): each letter becomes a long option for getopt. */
function separateBsd(args: readonly string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const before = args[i - 1] ?? '';
    const isValue =
      /^-[A-Za-z]*[CGgpstUuoO]$/.test(before) ||
      /^--(pid|tty|user|format|sort|ppid|cols|width)$/.test(before);
    if (isValue || !/^[a-zA-Z]+$/.test(arg)) {
      out.push(arg);
      continue;
    }
    for (const letter of arg)
      out.push('opUtk'.includes(letter) ? `--bsd-${letter}=${args[++i] ?? ''}` : `--bsd-${letter}`);
  }
  return out;
}

function readRequest(call: Call): Request {
  const { options } = call;
  const bsd = (letter: string) => options.has(`bsd-${letter}`);
  return {
    select: selection(call),
    columns: columnsOf(call),
    sort: (options.get('sort') ?? options.get('bsd-k') ?? '')
      .split(',')
      .filter(Boolean)
      .map((key) => sortKey(call, key)),
    headers: !options.has('no-headers') && !options.has('no-heading') && !bsd('h'),
    forest: options.has('forest') || options.has('H') || bsd('f'),
    wide: options.count('w') > 0 || bsd('w') || !call.context.isTerminal(1),
  };
}

const HELP =
  "\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).";

function selection(call: Call): (view: ProcessView) => boolean {
  const { options, context } = call;
  const list = (...names: string[]) =>
    names
      .flatMap((name) => options.all(name))
      .flatMap((text) => text.split(/[ ,]+/))
      .filter(Boolean);
  const tests: ((view: ProcessView) => boolean)[] = [];
  const pids = [...list('p', 'bsd-p'), ...call.operands];
  for (const pid of pids) if (!/^\d+$/.test(pid)) call.fail(`error: process ID list syntax error${HELP}`);
  if (pids.length > 0) tests.push((view) => pids.includes(String(view.pid)));
  const parents = list('ppid');
  if (parents.length > 0) tests.push((view) => parents.includes(String(view.ppid)));
  const names = list('C');
  if (names.length > 0) tests.push((view) => names.includes(view.comm));
  const users = list('u', 'U', 'bsd-U');
  if (users.length > 0) tests.push((view) => users.includes(view.user) || users.includes(String(view.uid)));
  const terminals = list('t', 'bsd-t');
  if (terminals.length > 0) tests.push((view) => terminals.includes(view.tty));
  const sessions = list('s', 'g');
  if (sessions.length > 0) tests.push((view) => sessions.includes(String(view.sid)));
  const all = options.has('A') || options.has('e');
  const bsdAll = options.has('bsd-a') && options.has('bsd-x');
  // busybox's ps knows no selection: it shows everybody.
  if (all || bsdAll || isApplet(context, 'ps')) return () => true;
  if (options.has('bsd-x')) tests.push((view) => view.uid === context.credentials.uid);
  if (options.has('bsd-a') || options.has('a'))
    tests.push((view) => view.tty !== '?' && (options.has('bsd-a') || view.pid !== view.sid));
  if (options.has('d')) tests.push((view) => view.pid !== view.sid);
  if (tests.length === 0) tests.push(ownTerminal(call));
  const chosen = (view: ProcessView) => tests.some((test) => test(view));
  return options.has('N') ? (view) => !chosen(view) : chosen;
}

function ownTerminal(call: Call): (view: ProcessView) => boolean {
  const { terminal, credentials } = call.context;
  return (view) => view.uid === credentials.uid && view.tty === (terminal?.name ?? '?');
}

const FORMATS = {
  simple: 'pid,tty,time,cmd=CMD',
  full: 'user=UID,pid,ppid,c,stime,tty,time,cmd',
  bsdUser: 'user,pid,pcpu,pmem,vsz,rss,tty,stat,bsdstart,bsdtime,command',
  bsd: 'pid,tty,stat,bsdtime,command',
  jobs: 'pid,pgid,sid,tty,time,cmd',
  long: 'f,s,uid,pid,ppid,c,opri,ni,addr,sz,wchan,tty,time,ucmd',
} as const;

function columnsOf(call: Call): Request['columns'] {
  const { options } = call;
  const given = [...options.all('o'), ...options.all('bsd-o')];
  if (given.length > 0) return given.flatMap((text) => parseFormat(call, text));
  if (options.has('bsd-u')) return parseFormat(call, FORMATS.bsdUser);
  if (options.has('f') || options.has('F')) return parseFormat(call, FORMATS.full);
  if (options.has('j') || options.has('bsd-j')) return parseFormat(call, FORMATS.jobs);
  if (options.has('l') || options.has('bsd-l')) return parseFormat(call, FORMATS.long);
  const isBsd = options.given.some((option) => option.name.startsWith('bsd-'));
  const columns = parseFormat(call, isBsd ? FORMATS.bsd : FORMATS.simple);
  // Without -f the command column of the plain format is the name alone.
  return isBsd
    ? columns
    : columns.map((c) => (c.header === 'CMD' ? { ...c, column: COLUMNS.comm as PsColumn } : c));
}

function parseFormat(call: Call, text: string): Request['columns'] {
  const out: Request['columns'] = [];
  for (let rest = text; rest !== ''; ) {
    const match = /^[ ,]*([a-z_%]+)(?::(\d{1,3}))?(?:=([^,]*))?[ ,]*/i.exec(rest);
    if (!match) call.fail(`error: improper list${HELP}`);
    const [whole, name, width, header] = match as unknown as [string, string, string?, string?];
    const known = columnNamed(call, name);
    const column = width === undefined ? known : { ...known, width: Number(width) };
    out.push({ column, header: header ?? known.header });
    rest = rest.slice(whole.length);
  }
  return out;
}

function columnNamed(call: Call, name: string): PsColumn {
  return (
    COLUMNS[name.toLowerCase()] ?? call.fail(`error: unknown user-defined format specifier "${name}"${HELP}`)
  );
}

function sortKey(call: Call, key: string): { column: PsColumn; descending: boolean } {
  const column = COLUMNS[key.replace(/^[+-]/, '').toLowerCase()];
  if (!column) call.fail(`error: unknown sort specifier${HELP}`);
  return { column: column as PsColumn, descending: key.startsWith('-') };
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Row {
  readonly view: ProcessView;
  readonly depth: number;
}

/** Children below their parents, as `ps f` draws them; those of init stand beside it. */
function inTrees(views: readonly ProcessView[]): Row[] {
  const out: Row[] = [];
  const known = new Set(views.map((view) => view.pid));
  const visit = (view: ProcessView, depth: number) => {
    out.push({ view, depth });
    const below = view.pid === 1 ? depth : depth + 1;
    for (const child of views) if (child.ppid === view.pid && child.pid !== view.pid) visit(child, below);
  };
  const roots = views.filter((view) => !known.has(view.ppid) || view.ppid === view.pid);
  for (const view of roots.reverse()) visit(view, 0);
  return out;
}

function* print(call: Call, request: Request, rows: readonly Row[]): Steps<void> {
  const { columns } = request;
  const shown = rows.map(({ view, depth }) => columns.map(({ column }) => cell(call, column, view, depth)));
  const titles = columns.map(({ header }) => header);
  const headed = request.headers && titles.some((title) => title !== '');
  const all = headed ? [titles, ...shown] : shown;
  const fields = columns.map(({ column, header }) => ({
    width: header === column.header ? column.width : Math.max(column.width, header.length),
    right: column.right ?? false,
  }));
  const limit = request.wide ? Number.POSITIVE_INFINITY : call.context.terminal?.size.columns || 80;
  for (const row of all) {
    // A command line ends where another column begins.
    columns.forEach(({ column }, i) => {
      if (column.tree && i < row.length - 1) row[i] = (row[i] as string).slice(0, fields[i]?.width);
    });
    yield* call.print(`${layOut(row, fields).slice(0, limit)}\n`);
  }
}

function cell(call: Call, column: PsColumn, view: ProcessView, depth: number): string {
  const text = column.show ? column.show(view, call.context) : String(column.value(view, call.context));
  const branch = column.tree && depth > 0 ? `${'    '.repeat(depth - 1)} \\_ ` : '';
  return branch + text;
}

/**
 * Puts cells at their columns. One that is wider than its column pushes the next, which come back to their places where
 * there is room. Models procps src/ps/output.c show_one_proc.
 */
export function layOut(
  row: readonly string[],
  fields: readonly { readonly width: number; readonly right: boolean }[],
): string {
  let line = '';
  let place = 0;
  for (const [i, text] of row.entries()) {
    const { width, right } = fields[i] as (typeof fields)[number];
    const lead = right ? Math.max(0, width - text.length) : 0;
    line += ' '.repeat(Math.max(i > 0 ? 1 : 0, place - line.length + lead)) + text;
    place += width + 1;
  }
  return line;
}
