import type { Report } from '../../../graders/report.ts';
import type { Answers, Ask, FromWorker, Size, Tell, ToWorker } from './protocol.ts';
import { Watchdog, type Watched } from './watchdog.ts';

/** A worker thread, as this needs it. */
export interface WorkerPort {
  postMessage(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
  onExit(listener: () => void): void;
  terminate(): void;
}

/** What a terminal's watcher is told. */
export interface TerminalWatcher {
  output(data: string): void;
  /** The shell ended, or its world is gone; `crashed` when that was not its own doing. */
  ended(crashed: boolean): void;
}

interface Seat extends Watched {
  readonly port: WorkerPort;
  worlds: Set<string>;
}

interface Waiting {
  readonly seat: Seat;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** All worlds, wherever they run. */
export class Worlds {
  readonly #seats: Seat[] = [];
  readonly #startWorker: () => WorkerPort;
  readonly #places = new Map<string, Seat>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #watchers = new Map<string, TerminalWatcher>();
  readonly #watchdog = new Watchdog();
  #next = 1;
  #closed = false;

  constructor(startWorker: () => WorkerPort, count: number) {
    this.#startWorker = startWorker;
    for (let i = 0; i < count; i++) this.#addSeat();
  }

  /** Opens a world, wherever it is; at once when it is open already. */
  open(world: string, lab: string): Promise<Answers['open']> {
    const seat = this.#places.get(world) ?? this.#emptiest();
    this.#places.set(world, seat);
    seat.worlds.add(world);
    return this.#ask(seat, { ask: 'open', world, lab });
  }

  async terminal(
    world: string,
    terminal: string,
    host: string,
    size: Size,
    watcher: TerminalWatcher,
  ): Promise<void> {
    this.#watchers.set(`${world} ${terminal}`, watcher);
    await this.#ask(this.#seatOf(world), { ask: 'terminal', world, terminal, host, size });
  }

  tell(message: Tell): void {
    this.#places.get(message.world)?.port.postMessage(message);
  }

  grade(world: string): Promise<Report> {
    return this.#ask(this.#seatOf(world), { ask: 'grade', world });
  }

  /** A kubeconfig for the candidate's own tools; good until the world sleeps. */
  kubeconfig(world: string): Promise<string> {
    return this.#ask(this.#seatOf(world), { ask: 'kubeconfig', world });
  }

  async reset(world: string): Promise<void> {
    await this.#ask(this.#seatOf(world), { ask: 'reset', world });
    this.#drop(world, false);
  }

  /** Frees the memory of a world; what it was is saved. */
  async sleep(world: string): Promise<void> {
    const seat = this.#places.get(world);
    if (!seat) return;
    this.#places.delete(world);
    seat.worlds.delete(world);
    this.#drop(world, false);
    await this.#ask(seat, { ask: 'close', world });
  }

  /** Makes everything that worlds of a lab are forked from, on every worker. */
  async prepare(lab: string): Promise<void> {
    // One after the other: the first stores what the others then only read.
    for (const seat of [...this.#seats]) await this.#ask(seat, { ask: 'prepare', lab });
  }

  openWorlds(): string[] {
    return [...this.#places.keys()];
  }

  close(): void {
    this.#closed = true;
    this.#watchdog.close();
    for (const seat of this.#seats) seat.port.terminate();
  }

  #addSeat(): void {
    const port = this.#startWorker();
    const seat: Seat = {
      port,
      worlds: new Set(),
      call: () => port.postMessage({ areYouThere: true }),
      terminate: () => port.terminate(),
    };
    this.#seats.push(seat);
    this.#watchdog.watch(seat);
    port.onMessage((message) => {
      this.#watchdog.heard(seat);
      this.#receive(message);
    });
    port.onExit(() => this.#replace(seat));
  }

  /** A worker died: its worlds are opened again when somebody looks at them. */
  #replace(seat: Seat): void {
    if (this.#closed) return;
    this.#seats.splice(this.#seats.indexOf(seat), 1);
    this.#watchdog.unwatch(seat);
    for (const [id, waiting] of this.#waiting) {
      if (waiting.seat !== seat) continue;
      this.#waiting.delete(id);
      waiting.reject(new Error('the worker ended'));
    }
    for (const world of seat.worlds) {
      this.#places.delete(world);
      this.#drop(world, true);
    }
    this.#addSeat();
  }

  #drop(world: string, crashed: boolean): void {
    for (const [key, watcher] of [...this.#watchers]) {
      if (!key.startsWith(`${world} `)) continue;
      this.#watchers.delete(key);
      watcher.ended(crashed);
    }
  }

  #emptiest(): Seat {
    return [...this.#seats].sort((a, b) => a.worlds.size - b.worlds.size)[0] as Seat;
  }

  #seatOf(world: string): Seat {
    const seat = this.#places.get(world);
    if (!seat) throw new Error('the world is not open');
    return seat;
  }

  #ask<K extends Ask['ask']>(seat: Seat, ask: Extract<Ask, { ask: K }>): Promise<Answers[K]> {
    const id = this.#next++;
    return new Promise<Answers[K]>((resolve, reject) => {
      this.#waiting.set(id, { seat, resolve: resolve as (value: unknown) => void, reject });
      seat.port.postMessage({ ...ask, id });
    });
  }

  #receive(message: FromWorker): void {
    if ('event' in message) {
      if (message.event === 'here') return;
      const key = `${message.world} ${message.terminal}`;
      const watcher = this.#watchers.get(key);
      if (message.event === 'output') {
        watcher?.output(message.data);
        return;
      }
      this.#watchers.delete(key);
      watcher?.ended(false);
      return;
    }
    const waiting = this.#waiting.get(message.reply);
    this.#waiting.delete(message.reply);
    if ('error' in message) waiting?.reject(new Error(message.error));
    else waiting?.resolve(message.value);
  }
}
