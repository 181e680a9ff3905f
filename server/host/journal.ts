import { createHash } from 'node:crypto';
import { WaitQueue } from '../sim/index.ts';
import type { Files } from './files/files.ts';

/** Syslog priorities, 0 (emerg) to 7 (debug). */
export type Priority = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** One message in the journal. */
export interface JournalEntry {
  /** Virtual ms since the epoch. */
  readonly time: number;
  /** Boot this was written in; counts up with every boot. */
  readonly boot: number;
  /** As before the pid in the short format: `kubelet`, `systemd`, `kernel`. */
  readonly identifier: string;
  readonly pid: number | undefined;
  /** The unit it belongs to: `kubelet.service`. */
  readonly unit: string | undefined;
  readonly priority: Priority;
  readonly message: string;
  /** How many were written before it. */
  readonly place: number;
}

/** What a journal may hold, in characters; of one that grows beyond, the older half goes. */
const MAX_LENGTH = 8 * 1024 * 1024;
const DIRECTORY = '/var/log/journal';
const MACHINE_ID = '/etc/machine-id';

/**
 * The journal of a host, kept on its disk as one JSON document a line, so that it outlives the machine's programs and
 * vanishes with `rm -rf /var/log/journal`.
 */
export class Journal {
  /** Notified for every new entry. */
  readonly appended = new WaitQueue();
  readonly #fs: Files;
  readonly #now: () => number;
  #boot: number | undefined;
  #parsed: { text: string; entries: JournalEntry[] } = { text: '', entries: [] };

  constructor(fs: Files, now: () => number) {
    this.#fs = fs;
    this.#now = now;
  }

  /** A new boot begins. */
  startBoot(): void {
    this.#boot = (this.entries().at(-1)?.boot ?? -1) + 1;
  }

  get boot(): number {
    this.#boot ??= this.entries().at(-1)?.boot ?? 0;
    return this.#boot;
  }

  /** The id of a boot: 32 digits. */
  bootId(boot = this.boot): string {
    return createHash('sha256').update(`${this.#machineId} ${boot}`).digest('hex').slice(0, 32);
  }

  append(entry: Omit<JournalEntry, 'time' | 'boot' | 'priority' | 'place'> & { priority?: Priority }): void {
    const full: Omit<JournalEntry, 'place'> = { time: this.#now(), boot: this.boot, priority: 6, ...entry };
    const line = `${JSON.stringify(full)}\n`;
    if (!this.#fs.isDirectory(this.#directory)) this.#fs.mkdirAll(this.#directory);
    this.#fs.append(this.#path, line, 0o640);
    if (this.#fs.stat(this.#path).size > MAX_LENGTH) this.#vacuum();
    this.appended.notify();
  }

  /** Takes away the older half. The first that is left says how many there were before it. */
  #vacuum(): void {
    const entries = this.entries();
    const [first, ...rest] = entries.slice(entries.length >> 1);
    const lines = rest.map(({ place: _, ...entry }) => `${JSON.stringify(entry)}\n`);
    this.#fs.write(this.#path, `${JSON.stringify(first)}\n${lines.join('')}`);
  }

  /** All messages that are kept, oldest first. */
  entries(): readonly JournalEntry[] {
    const text = this.#fs.isFile(this.#path) ? this.#fs.read(this.#path) : '';
    if (text.length !== this.#parsed.text.length) this.#parse(text);
    return this.#parsed.entries;
  }

  #parse(text: string): void {
    const known = this.#parsed;
    const grown = text.startsWith(known.text);
    const entries = grown ? known.entries : [];
    let place = grown ? (entries.at(-1)?.place ?? -1) + 1 : 0;
    for (const line of text.slice(grown ? known.text.length : 0).split('\n')) {
      if (line === '') continue;
      const entry: JournalEntry = { place, ...JSON.parse(line) };
      entries.push(entry);
      place = entry.place + 1;
    }
    this.#parsed = { text, entries };
  }

  get #directory(): string {
    return `${DIRECTORY}/${this.#machineId}`;
  }

  get #machineId(): string {
    return this.#fs.isFile(MACHINE_ID) ? this.#fs.read(MACHINE_ID).trim() : 'unknown';
  }

  get #path(): string {
    return `${this.#directory}/system.journal`;
  }
}
