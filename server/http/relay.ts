import { randomUUID } from 'node:crypto';
import type { Worlds } from '../exam/worlds/worlds.ts';
import type { TerminalOutput } from './protocol.ts';

/** Characters that are kept for browsers that come back. */
const KEPT = 256 * 1024;

/** A browser's end of a terminal. */
export interface Viewer {
  send(message: TerminalOutput): void;
}

export interface RelayKey {
  readonly world: string;
  readonly terminal: string;
}

/** One terminal: what it has printed lately, and who looks at it. Goes on when nobody does. */
export class Relay {
  readonly epoch = randomUUID();
  readonly #viewers = new Set<Viewer>();
  #kept: string[] = [];
  #keptLength = 0;
  #seq = 0;
  ended = false;

  /** Sends what the browser missed, and from now on everything. */
  join(viewer: Viewer, epoch: string, after: number): void {
    const first = this.#seq - this.#keptLength;
    const known = epoch === this.epoch && after >= first && after <= this.#seq;
    const missed = this.#kept.join('').slice(known ? after - first : 0);
    viewer.send({ type: 'ready', epoch: this.epoch, seq: this.#seq - missed.length, fresh: !known });
    if (missed !== '') viewer.send({ type: 'output', seq: this.#seq, data: missed });
    if (this.ended) viewer.send({ type: 'ended' });
    else this.#viewers.add(viewer);
  }

  leave(viewer: Viewer): void {
    this.#viewers.delete(viewer);
  }

  get watched(): boolean {
    return this.#viewers.size > 0;
  }

  output(data: string): void {
    this.#seq += data.length;
    this.#kept.push(data);
    this.#keptLength += data.length;
    while (this.#keptLength - (this.#kept[0] as string).length > KEPT) {
      this.#keptLength -= (this.#kept.shift() as string).length;
    }
    for (const viewer of this.#viewers) viewer.send({ type: 'output', seq: this.#seq, data });
  }

  end(): void {
    this.ended = true;
    for (const viewer of this.#viewers) viewer.send({ type: 'ended' });
    this.#viewers.clear();
  }
}

/** All terminals of all worlds. */
export class Relays {
  readonly #relays = new Map<string, { relay: Relay; world: string }>();
  readonly #worlds: Worlds;

  constructor(worlds: Worlds) {
    this.#worlds = worlds;
  }

  /** The terminal of that name, opened when there is none or its shell has ended. The world must be open. */
  async join(
    key: RelayKey,
    viewer: Viewer,
    options: { host: string; columns: number; rows: number; epoch: string; after: number },
  ): Promise<Relay> {
    const id = `${key.world} ${key.terminal}`;
    const found = this.#relays.get(id)?.relay;
    if (found && !found.ended) {
      found.join(viewer, options.epoch, options.after);
      this.#worlds.tell({ tell: 'resize', ...key, size: { columns: options.columns, rows: options.rows } });
      return found;
    }
    const relay = new Relay();
    this.#relays.set(id, { relay, world: key.world });
    relay.join(viewer, '', 0);
    const size = { columns: options.columns, rows: options.rows };
    try {
      await this.#worlds.terminal(key.world, key.terminal, options.host, size, {
        output: (data) => relay.output(data),
        ended: () => relay.end(),
      });
    } catch (error) {
      relay.end();
      throw error;
    }
    return relay;
  }

  /** The tab was closed: the line drops. */
  close(key: RelayKey): void {
    const id = `${key.world} ${key.terminal}`;
    this.#relays.delete(id);
    this.#worlds.tell({ tell: 'hangup', ...key });
  }

  isWatched(world: string): boolean {
    for (const { relay, world: own } of this.#relays.values())
      if (own === world && relay.watched) return true;
    return false;
  }

  forget(world: string): void {
    for (const [id, { world: own }] of this.#relays) if (own === world) this.#relays.delete(id);
  }
}
