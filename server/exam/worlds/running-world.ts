import type { Master } from '../../host/index.ts';
import type { Paced } from '../pace.ts';
import type { InodeRow, LogRow, WorldRecords } from '../records.ts';
import type { TaskStart } from '../task.ts';
import { openTerminal } from '../terminal.ts';
import type { World } from '../world.ts';
import type { Size } from './protocol.ts';

/** Where what a world shows goes to. */
export interface Screens {
  output(terminal: string, data: string): void;
  ended(terminal: string): void;
}

/** Real ms that output may wait so that several changes are saved at once. */
const GROUP_MS = 15;
/** Real ms that changes nobody sees may stay unsaved. */
const SILENT_MS = 250;
/** Virtual ms that may have been seen to pass without being saved. */
const CLOCK_MS = 1000;

/** A world that runs: its terminals, and how it is saved before anything is shown. */
export class RunningWorld implements Paced {
  readonly id: string;
  readonly world: World;
  readonly start: TaskStart;
  readonly #records: WorldRecords;
  readonly #screens: Screens;
  readonly #terminals = new Map<string, Master>();
  /** Revision of each log that was saved last. */
  readonly #saved = new Map<string, number>();
  readonly #followed = new WeakSet<object>();
  #unsaved: LogRow[] = [];
  #savedAt = 0;
  #savedNow: number;
  #pending: NodeJS.Timeout | undefined;

  constructor(id: string, world: World, start: TaskStart, records: WorldRecords, screens: Screens) {
    this.id = id;
    this.world = world;
    this.start = start;
    this.#records = records;
    this.#screens = screens;
    this.#savedNow = world.clock.now;
    // What the programs changed when they came back is saved with the rest: later changes build on it.
    for (const [name, revision] of world.forkedAt) this.#saved.set(name, revision);
    this.#followLogs();
  }

  get clock() {
    return this.world.clock;
  }

  openTerminal(name: string, host: string, size: Size): void {
    this.hangup(name);
    this.#terminals.set(name, openTerminal(this.world, host, size).master);
  }

  input(name: string, data: string): void {
    this.#terminals.get(name)?.input(data);
  }

  resize(name: string, size: Size): void {
    this.#terminals.get(name)?.resize(size);
  }

  hangup(name: string): void {
    const master = this.#terminals.get(name);
    this.#terminals.delete(name);
    master?.hangup();
  }

  /** Saves what changed, then shows what was printed: nobody sees what could still be lost. */
  flush(): void {
    const elapsed = performance.now() - this.#savedAt;
    const changed = this.#hasChanges();
    const due = elapsed >= (this.#hasOutput() ? GROUP_MS : SILENT_MS);
    if (changed && !due) {
      this.#pending ??= setTimeout(() => this.#flushNow(), Math.max(1, GROUP_MS - elapsed));
      return;
    }
    this.#flushNow();
  }

  close(): void {
    clearTimeout(this.#pending);
    this.#save(0);
    this.world.close();
  }

  #flushNow(): void {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    if (this.world.closed) return;
    this.#save();
    for (const [name, master] of [...this.#terminals]) {
      const text = master.take();
      if (text === undefined) continue;
      if (text === '') {
        this.#terminals.delete(name);
        this.#screens.ended(name);
      } else {
        this.#screens.output(name, text);
        // The last words of a shell are followed by its end.
        if (master.take() === '') {
          this.#terminals.delete(name);
          this.#screens.ended(name);
        }
      }
    }
  }

  #hasOutput(): boolean {
    for (const master of this.#terminals.values()) if (master.pending) return true;
    return false;
  }

  #hasChanges(): boolean {
    for (const host of this.world.hosts.values()) if (host.disk.hasChanges) return true;
    for (const [name, log] of this.world.logs.entries())
      if ((this.#saved.get(name) ?? 0) < log.revision) return true;
    return false;
  }

  /** Saves what changed, and the time when it has moved on by `clockMs`: a world that wakes is not to go back. */
  #save(clockMs = CLOCK_MS): void {
    const inodes: InodeRow[] = [];
    for (const [host, { disk }] of this.world.hosts) {
      for (const [ino, inode] of disk.takeChanges()) inodes.push({ host, ino, inode });
    }
    const log = this.#newEntries();
    const passed = this.clock.now - this.#savedNow;
    if (inodes.length === 0 && log.length === 0 && passed <= clockMs) return;
    this.#savedNow = this.clock.now;
    this.#records.saveWorld(this.id, { now: this.clock.now, log, inodes });
    this.#savedAt = performance.now();
  }

  #newEntries(): LogRow[] {
    this.#followLogs();
    const rows = this.#unsaved;
    this.#unsaved = [];
    for (const [name, log] of this.world.logs.entries()) this.#saved.set(name, log.revision);
    return rows;
  }

  /** Takes in entries as they are made: a log that is compacted before they are saved does not know them any more. */
  #followLogs(): void {
    for (const [name, log] of this.world.logs.entries()) {
      if (this.#followed.has(log)) continue;
      this.#followed.add(log);
      const saved = Math.max(this.#saved.get(name) ?? 0, log.compacted);
      log.watch('', saved, ({ revision, key, value }) =>
        this.#unsaved.push({ log: name, revision, key, value }),
      );
    }
  }
}
