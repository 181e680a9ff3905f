import { type Context, threadsOf } from '../../../host/index.ts';
import type { ProcessView } from './view.ts';

/** A column of ps, by the names that `-o` takes. */
export interface PsColumn {
  readonly header: string;
  readonly width: number;
  readonly right?: boolean;
  /** Carries the branches of `ps f`. */
  readonly tree?: boolean;
  /** To sort by, and to show where `show` is not given. */
  value(view: ProcessView, context: Context): string | number;
  show?(view: ProcessView, context: Context): string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const two = (n: number) => String(n).padStart(2, '0');

/** `09:46` today, `Nov20` before, the year for older ones. */
function startTime(startedAt: number, now: number): string {
  const start = new Date(startedAt);
  if (now - startedAt < 86_400_000 && start.getUTCDate() === new Date(now).getUTCDate()) {
    return `${two(start.getUTCHours())}:${two(start.getUTCMinutes())}`;
  }
  const month = MONTHS[start.getUTCMonth()] as string;
  return start.getUTCFullYear() === new Date(now).getUTCFullYear()
    ? `${month}${two(start.getUTCDate())}`
    : String(start.getUTCFullYear());
}

/** `00:00:07`, with days in front when there are any. */
function cpuTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const days = Math.floor(seconds / 86_400);
  const rest = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${days}-${rest}` : rest;
}

/** `01:02`, `1-02:03:04`: time since the start. */
function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const tail = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  if (hours === 0) return tail;
  const days = Math.floor(hours / 24);
  return `${days > 0 ? `${days}-` : ''}${two(hours % 24)}:${tail}`;
}

function fullStart(ms: number): string {
  const date = new Date(ms);
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${time} ${date.getUTCFullYear()}`;
}

function number(header: string, width: number, value: (view: ProcessView) => number): PsColumn {
  return { header, width, right: true, value };
}

function text(header: string, width: number, value: (view: ProcessView) => string, tree = false): PsColumn {
  return { header, width, tree, value };
}

const USER = text('USER', 8, (v) => (v.user.length > 8 ? `${v.user.slice(0, 7)}+` : v.user));
const CPU: PsColumn = {
  header: '%CPU',
  width: 4,
  right: true,
  value: (v) => v.cpuPercent,
  show: (v) => v.cpuPercent.toFixed(1),
};
const MEM: PsColumn = {
  header: '%MEM',
  width: 4,
  right: true,
  value: (v) => v.memPercent,
  show: (v) => v.memPercent.toFixed(1),
};
const RSS = number('RSS', 5, (v) => v.rssKib);
const VSZ = number('VSZ', 6, (v) => v.vszKib);
const TTY = text('TTY', 8, (v) => v.tty);
const TIME: PsColumn = {
  header: 'TIME',
  width: 8,
  right: true,
  value: (v) => v.cpuMs,
  show: (v) => cpuTime(v.cpuMs),
};
const COMM = text('COMMAND', 15, (v) => v.comm, true);
const STAT = text('STAT', 4, (v) => v.stat);
const PGID = number('PGID', 7, (v) => v.pgid);
const SID = number('SID', 7, (v) => v.sid);

const NI = number('NI', 3, (v) => v.niceness);

export const COLUMNS: Readonly<Record<string, PsColumn>> = {
  pid: number('PID', 7, (v) => v.pid),
  ppid: number('PPID', 7, (v) => v.ppid),
  pgid: PGID,
  pgrp: PGID,
  sid: SID,
  sess: SID,
  tid: number('TID', 7, (v) => v.pid),
  nlwp: number('NLWP', 4, ({ process }) => threadsOf(process)),
  thcount: number('THCNT', 5, () => 1),
  uid: number('UID', 5, (v) => v.uid),
  euid: number('EUID', 5, (v) => v.uid),
  gid: number('GID', 5, (v) => v.gid),
  user: USER,
  uname: USER,
  euser: { ...USER, header: 'EUSER' },
  ruser: { ...USER, header: 'RUSER' },
  group: text('GROUP', 8, (v) => (v.gid === 0 ? 'root' : String(v.gid))),
  pcpu: CPU,
  '%cpu': CPU,
  cpu: number('CPU', 3, () => 0),
  c: { header: 'C', width: 2, right: true, value: (v) => Math.floor(v.cpuPercent) },
  pmem: MEM,
  '%mem': MEM,
  rss: RSS,
  rssize: { ...RSS, header: 'RSS' },
  rsz: { ...RSS, header: 'RSZ' },
  vsz: VSZ,
  vsize: VSZ,
  sz: number('SZ', 5, (v) => Math.round(v.vszKib / 4)),
  tty: TTY,
  tt: { ...TTY, header: 'TT' },
  tname: TTY,
  s: text('S', 1, (v) => v.stat.slice(0, 1)),
  state: text('S', 1, (v) => v.stat.slice(0, 1)),
  stat: STAT,
  f: number('F', 1, () => 4),
  pri: number('PRI', 3, (v) => 19 - v.niceness),
  opri: number('PRI', 3, (v) => 80 + v.niceness),
  ni: NI,
  nice: NI,
  addr: text('ADDR', 1, () => '-'),
  wchan: text('WCHAN', 6, () => '-'),
  stime: {
    header: 'STIME',
    width: 5,
    value: (v) => v.startedAt,
    show: (v, c) => startTime(v.startedAt, c.now),
  },
  start: {
    header: 'STARTED',
    width: 8,
    right: true,
    value: (v) => v.startedAt,
    show: (v) => new Date(v.startedAt).toISOString().slice(11, 19),
  },
  start_time: {
    header: 'START',
    width: 5,
    value: (v) => v.startedAt,
    show: (v, c) => startTime(v.startedAt, c.now),
  },
  bsdstart: {
    header: 'START',
    width: 5,
    value: (v) => v.startedAt,
    show: (v, c) => startTime(v.startedAt, c.now),
  },
  lstart: {
    header: 'STARTED',
    width: 24,
    right: true,
    value: (v) => v.startedAt,
    show: (v) => fullStart(v.startedAt),
  },
  time: TIME,
  cputime: TIME,
  bsdtime: {
    header: 'TIME',
    width: 6,
    right: true,
    value: (v) => v.cpuMs,
    show: (v) => `${Math.floor(v.cpuMs / 60_000)}:${two(Math.floor(v.cpuMs / 1000) % 60)}`,
  },
  etime: {
    header: 'ELAPSED',
    width: 11,
    right: true,
    value: (v) => -v.startedAt,
    show: (v, c) => elapsed(c.now - v.startedAt),
  },
  etimes: {
    header: 'ELAPSED',
    width: 7,
    right: true,
    value: (v) => -v.startedAt,
    show: (v, c) => String(Math.floor((c.now - v.startedAt) / 1000)),
  },
  comm: { ...COMM, header: 'COMMAND' },
  ucmd: { ...COMM, header: 'CMD' },
  ucomm: COMM,
  cmd: text('CMD', 27, (v) => v.args, true),
  args: text('COMMAND', 27, (v) => v.args, true),
  command: text('COMMAND', 27, (v) => v.args, true),
  label: text('LABEL', 31, () => 'unconfined'),
  cgroup: text('CGROUP', 27, (v) => `0::${v.process.cgroup.path}`),
};
