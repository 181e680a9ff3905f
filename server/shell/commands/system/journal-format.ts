import type { Host, JournalEntry } from '../../../host/index.ts';
import { syslogTime, systemdTime } from './time.ts';

/** How journalctl and `systemctl status` write an entry. */
export type JournalFormat = (entry: JournalEntry, host: JournalHost) => string;

/** What entries say of the machine that wrote them. */
export interface JournalHost {
  /** '' when it is not to be shown. */
  readonly hostname: string;
  readonly machineId: string;
  readonly bootedAt: number;
  /** The id of a boot by its number. */
  readonly bootId: (boot: number) => string;
  /** The fields that are asked for; the others are left out. */
  readonly only?: readonly string[];
}

export function journalHost(host: Host, options?: { readonly hostname: boolean }): JournalHost {
  const { fs } = host.init;
  return {
    hostname: options?.hostname === false ? '' : host.hostname,
    machineId: fs.isFile('/etc/machine-id') ? fs.read('/etc/machine-id').trim() : '',
    bootedAt: host.bootedAt,
    bootId: (boot) => host.journal.bootId(boot),
  };
}

function who(entry: JournalEntry): string {
  return entry.pid === undefined ? entry.identifier : `${entry.identifier}[${entry.pid}]`;
}

/** Further lines of a message stand below its first, indented to the same column. */
function aligned(head: string, message: string): string {
  return head + message.replaceAll('\n', `\n${' '.repeat(head.length)}`);
}

/** The time of an entry with its microseconds: `001204`. */
function micros(time: number): string {
  return String(Math.floor((time % 1000) * 1000)).padStart(6, '0');
}

/** `2026-11-21T09:46:30` */
function iso(time: number): string {
  return new Date(time).toISOString().slice(0, 19);
}

/** The short format with its time written in another way. */
function timed(write: (entry: JournalEntry, bootedAt: number) => string): JournalFormat {
  return (entry, { hostname, bootedAt }) =>
    aligned(`${write(entry, bootedAt)} ${hostname}${hostname && ' '}${who(entry)}: `, entry.message);
}

export const shortFormat = timed(({ time }) => syslogTime(time));

/** Formats of `journalctl -o`. */
export const JOURNAL_FORMATS: Readonly<Record<string, JournalFormat>> = {
  short: shortFormat,
  'short-full': timed(({ time }) => systemdTime(time)),
  'short-iso': timed(({ time }) => `${iso(time)}+00:00`),
  'short-iso-precise': timed(({ time }) => `${iso(time)}.${micros(time)}+00:00`),
  'short-precise': timed(({ time }) => `${syslogTime(time)}.${micros(time)}`),
  'short-monotonic': timed(({ time }, bootedAt) => {
    const seconds = Math.max(0, time - bootedAt) / 1000;
    return `[${seconds.toFixed(6).padStart(12)}]`;
  }),
  'short-unix': timed(({ time }) => (time / 1000).toFixed(6)),
  'with-unit': (entry, { hostname }) =>
    aligned(
      `${systemdTime(entry.time)} ${hostname}${hostname && ' '}${entry.unit ?? entry.identifier}[${entry.pid ?? ''}]: `,
      entry.message,
    ),
  cat: (entry) => entry.message,
  export: (entry, host) =>
    Object.entries(fieldsOf(entry, host))
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  json: (entry, host) => JSON.stringify(fieldsOf(entry, host)),
  'json-pretty': (entry, host) =>
    `{\n${Object.entries(fieldsOf(entry, host))
      .map(([name, value]) => `\t${JSON.stringify(name)} : ${JSON.stringify(value)}`)
      .join(',\n')}\n}`,
  'json-sse': (entry, host) => `data: ${JSON.stringify(fieldsOf(entry, host))}\n`,
  'json-seq': (entry, host) => `\x1e${JSON.stringify(fieldsOf(entry, host))}`,
  verbose: (entry, host) => {
    const { __CURSOR, ...fields } = fieldsOf(entry, host);
    const rows = Object.entries(fields)
      .filter(([name]) => !name.startsWith('__'))
      .map(([name, value]) => `    ${name}=${value.replaceAll('\n', `\n${' '.repeat(name.length + 5)}`)}`);
    const [day, date, clock] = systemdTime(entry.time).split(' ');
    return `${day} ${date} ${clock}.${micros(entry.time)} UTC [${__CURSOR}]\n${rows.sort().join('\n')}`;
  },
};

/** An entry's place in the journal. */
export function cursorOf(entry: JournalEntry, { machineId, bootId }: JournalHost): string {
  const hex = (value: number) => Math.round(value).toString(16);
  return `s=${machineId};i=${hex(entry.place + 1)};b=${bootId(entry.boot)};m=${hex(entry.place + 4096)};t=${hex(entry.time * 1000)};x=${hex(entry.time + entry.place)}`;
}

/** All fields of an entry that we know. */
export function fieldsOf(entry: JournalEntry, host: JournalHost): Record<string, string> {
  const { identifier, pid, unit } = entry;
  const isKernel = identifier === 'kernel';
  const fields: Record<string, string> = {
    __CURSOR: cursorOf(entry, host),
    __REALTIME_TIMESTAMP: String(Math.round(entry.time * 1000)),
    __MONOTONIC_TIMESTAMP: String(Math.round(Math.max(0, entry.time - host.bootedAt) * 1000)),
    _BOOT_ID: host.bootId(entry.boot),
    _MACHINE_ID: host.machineId,
    _HOSTNAME: host.hostname,
    PRIORITY: String(entry.priority),
    SYSLOG_FACILITY: isKernel ? '0' : '3',
    SYSLOG_IDENTIFIER: identifier,
    _TRANSPORT: isKernel ? 'kernel' : identifier === 'systemd' ? 'journal' : 'stdout',
    ...(pid === undefined ? {} : { _PID: String(pid), _UID: '0', _GID: '0', _COMM: identifier.slice(0, 15) }),
    // What the manager says about a unit belongs to it, but is said by the manager.
    ...(unit === undefined
      ? {}
      : identifier === 'systemd'
        ? { _SYSTEMD_UNIT: 'init.scope', UNIT: unit }
        : { _SYSTEMD_UNIT: unit, _SYSTEMD_CGROUP: `/system.slice/${unit}`, _SYSTEMD_SLICE: 'system.slice' }),
    MESSAGE: entry.message,
  };
  if (!host.only) return fields;
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => name.startsWith('__') || host.only?.includes(name)),
  );
}
