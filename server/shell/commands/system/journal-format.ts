import type { JournalEntry } from '../../../host/index.ts';
import { syslogTime } from './time.ts';

/** How journalctl and `systemctl status` write an entry. */
export type JournalFormat = (entry: JournalEntry, hostname: string) => string;

function who(entry: JournalEntry): string {
  return entry.pid === undefined ? entry.identifier : `${entry.identifier}[${entry.pid}]`;
}

/** Further lines of a message stand below its first, indented to the same column. */
function aligned(head: string, message: string): string {
  return head + message.replaceAll('\n', `\n${' '.repeat(head.length)}`);
}

export const shortFormat: JournalFormat = (entry, hostname) =>
  aligned(`${syslogTime(entry.time)} ${hostname} ${who(entry)}: `, entry.message);

/** Formats of `journalctl -o`. */
export const JOURNAL_FORMATS: Readonly<Record<string, JournalFormat>> = {
  short: shortFormat,
  'short-full': (entry, hostname) => {
    const iso = new Date(entry.time).toISOString();
    return aligned(`${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC ${hostname} ${who(entry)}: `, entry.message);
  },
  'short-iso': (entry, hostname) =>
    aligned(
      `${new Date(entry.time).toISOString().slice(0, 19)}+00:00 ${hostname} ${who(entry)}: `,
      entry.message,
    ),
  'short-precise': (entry, hostname) => {
    const micros = String(Math.floor((entry.time % 1000) * 1000)).padStart(6, '0');
    return aligned(`${syslogTime(entry.time)}.${micros} ${hostname} ${who(entry)}: `, entry.message);
  },
  'short-unix': (entry, hostname) =>
    aligned(`${(entry.time / 1000).toFixed(6)} ${hostname} ${who(entry)}: `, entry.message),
  cat: (entry) => entry.message,
  json: (entry, hostname) => JSON.stringify(fieldsOf(entry, hostname)),
  'json-pretty': (entry, hostname) =>
    JSON.stringify(fieldsOf(entry, hostname), undefined, 8)
      .replace(/^ {8}/gm, '\t')
      .replaceAll('": ', '" : '),
  verbose: (entry, hostname) => {
    const at = new Date(entry.time).toISOString();
    const fields = Object.entries(fieldsOf(entry, hostname)).map(([name, value]) => `    ${name}=${value}`);
    return `${at.slice(0, 10)} ${at.slice(11, 23)}000 UTC\n${fields.join('\n')}`;
  },
};

function fieldsOf(entry: JournalEntry, hostname: string): Record<string, string> {
  return {
    __REALTIME_TIMESTAMP: String(Math.round(entry.time * 1000)),
    _HOSTNAME: hostname,
    PRIORITY: String(entry.priority),
    SYSLOG_IDENTIFIER: entry.identifier,
    ...(entry.pid === undefined ? {} : { _PID: String(entry.pid) }),
    ...(entry.unit === undefined ? {} : { _SYSTEMD_UNIT: entry.unit }),
    MESSAGE: entry.message,
  };
}
