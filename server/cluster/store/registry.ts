import type { Log } from './log.ts';
import { MemoryLog } from './memory-log.ts';

/**
 * The logs of a world by id. An etcd's data directory holds no more than the id of its log, so that moving, copying or
 * restoring the directory moves the cluster's state.
 */
export class LogRegistry {
  readonly #logs = new Map<string, Log>();
  readonly #create: (id: string) => Log;
  #next = 1;

  /** `create` makes an empty log; default: in memory. */
  constructor(create: (id: string) => Log = () => new MemoryLog()) {
    this.#create = create;
  }

  /** The log with that id, made when there is none yet. */
  open(id: string): Log {
    const log = this.#logs.get(id) ?? this.#create(id);
    this.#logs.set(id, log);
    return log;
  }

  find(id: string): Log | undefined {
    return this.#logs.get(id);
  }

  /** Registers a log under an id that nobody has yet, and returns the id. */
  add(log: Log): string {
    const id = this.freshId();
    this.#logs.set(id, log);
    return id;
  }

  set(id: string, log: Log): void {
    this.#logs.set(id, log);
  }

  freshId(): string {
    while (this.#logs.has(`log-${this.#next}`)) this.#next++;
    return `log-${this.#next}`;
  }

  entries(): IterableIterator<[string, Log]> {
    return this.#logs.entries();
  }
}
