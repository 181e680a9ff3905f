import { threadsOf } from '../../../host/index.ts';
import type { ProcessView } from '../process/view.ts';

/** A process as top shows it: with its share of a core since the last look. */
export interface TopRow extends ProcessView {
  readonly share: number;
  /** Signs that show whose child it is. */
  readonly branch: string;
  readonly group: string;
  /** How long it has lived. */
  readonly ageMs: number;
}

export interface Field {
  readonly name: string;
  readonly about: string;
  readonly width: number;
  /** Names stand left, numbers right. */
  readonly left?: boolean;
  text(row: TopRow, scale: number): string;
  /** What it is sorted by. */
  key(row: TopRow): number | string;
}

type Numeric = (row: TopRow) => number;

const number = (name: string, about: string, width: number, key: Numeric, digits = 0): Field => ({
  name,
  about,
  width,
  text: (row) => key(row).toFixed(digits),
  key,
});

const memory = (name: string, about: string, width: number, kib: Numeric): Field => ({
  name,
  about,
  width,
  text: (row, scale) => size(kib(row), scale),
  key: kib,
});

const word = (name: string, about: string, width: number, key: (row: TopRow) => string): Field => ({
  name,
  about,
  width,
  left: true,
  text: (row) => (key(row).length > width ? `${key(row).slice(0, width - 1)}+` : key(row)),
  key,
});

const sharedKib: Numeric = (row) => Math.round(row.rssKib * 0.6);

/** The columns there are, in the order in which top offers them. Models top.c Fieldstab. */
export const FIELDS: readonly Field[] = [
  number('PID', 'Process Id', 7, (row) => row.pid),
  word('USER', 'Effective User Name', 8, (row) => row.user),
  number('PR', 'Priority', 3, (row) => 20 + row.niceness),
  number('NI', 'Nice Value', 3, (row) => row.niceness),
  memory('VIRT', 'Virtual Image (KiB)', 7, (row) => row.vszKib),
  memory('RES', 'Resident Size (KiB)', 6, (row) => row.rssKib),
  memory('SHR', 'Shared Memory (KiB)', 6, sharedKib),
  word('S', 'Process Status', 1, (row) => row.stat[0] ?? 'S'),
  number('%CPU', 'CPU Usage', 5, (row) => row.share, 1),
  number('%MEM', 'Memory Usage (RES)', 5, (row) => row.memPercent, 1),
  { ...number('TIME+', 'CPU Time, hundredths', 9, (row) => row.cpuMs), text: (row) => hundredths(row.cpuMs) },
  { ...word('COMMAND', 'Command Name/Line', 200, (row) => row.comm), text: (row) => row.comm },
  number('PPID', 'Parent Process pid', 7, (row) => row.ppid),
  number('UID', 'Effective User Id', 5, (row) => row.uid),
  number('RUID', 'Real User Id', 5, (row) => row.uid),
  word('RUSER', 'Real User Name', 8, (row) => row.user),
  number('GID', 'Group Id', 5, (row) => row.gid),
  word('GROUP', 'Group Name', 8, (row) => row.group),
  number('PGRP', 'Process Group Id', 7, (row) => row.pgid),
  word('TTY', 'Controlling Tty', 8, (row) => row.tty),
  number('SID', 'Session Id', 7, (row) => row.sid),
  number('nTH', 'Number of Threads', 3, (row) => threadsOf(row.process)),
  { ...number('TIME', 'CPU Time', 6, (row) => row.cpuMs), text: (row) => clock(row.cpuMs) },
  memory('SWAP', 'Swapped Size (KiB)', 6, () => 0),
  number('TGID', 'Thread Group Id', 7, (row) => row.pid),
  memory('USED', 'Res+Swap Size (KiB)', 6, (row) => row.rssKib),
  { ...number('ELAPSED', 'Elapsed Running Time', 8, (row) => row.ageMs), text: (row) => clock(row.ageMs) },
];

/** Those that are shown without further ado. */
export const DEFAULT_FIELDS: readonly string[] = FIELDS.slice(0, 12).map(({ name }) => name);

export const fieldNamed = (name: string): Field | undefined =>
  FIELDS.find((field) => field.name.toLowerCase() === name.toLowerCase());

const UNITS = ['', 'm', 'g', 't', 'p'];

/** KiB as long as they fit into the column, then `123.4m`, `1.2g`; or in a unit that was chosen. */
function size(kib: number, scale: number): string {
  const wanted = scale > 0 ? scale : kib < 1_000_000 ? 0 : kib < 10_240_000 ? 1 : 2;
  return wanted === 0 ? String(kib) : `${(kib / 1024 ** wanted).toFixed(1)}${UNITS[wanted]}`;
}

/** `0:01.23`: minutes, seconds, hundredths. */
function hundredths(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const rest = ((ms % 60_000) / 1000).toFixed(2).padStart(5, '0');
  return `${minutes}:${rest}`;
}

/** `0:01`: minutes and seconds. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
