import type { WorldBuilder } from '../boot.ts';
import { Pace } from '../pace.ts';
import type { WorldRecords } from '../records.ts';
import { gradeTask } from '../task.ts';
import { type ServeApi, WorldEndpoint } from './endpoint.ts';
import { Opening, type OpeningOptions } from './opening.ts';
import type { Answers, Ask, FromWorker, Tell, ToWorker } from './protocol.ts';
import { RunningWorld } from './running-world.ts';

/** Many worlds behind one message port: what runs in a worker thread. */
export class WorldServer {
  readonly #send: (message: FromWorker) => void;
  readonly #opening: Opening;
  readonly #builder: WorldBuilder;
  readonly #records: WorldRecords;
  readonly #nowMs: () => number;
  readonly #pace = new Pace();
  readonly #worlds = new Map<string, RunningWorld>();
  readonly #opened = new Map<string, Promise<RunningWorld>>();
  readonly #endpoints = new Map<string, WorldEndpoint>();
  readonly #serveApi: ServeApi;

  constructor(options: OpeningOptions & { serveApi: ServeApi }, send: (message: FromWorker) => void) {
    this.#send = send;
    this.#opening = new Opening(options);
    this.#builder = options.builder;
    this.#records = options.records;
    this.#nowMs = options.nowMs;
    this.#serveApi = options.serveApi;
  }

  receive(message: ToWorker): void {
    if ('areYouThere' in message) {
      this.#send({ event: 'here' });
      return;
    }
    if ('tell' in message) {
      this.#tell(message);
      return;
    }
    this.#answer(message).then(
      (value) => this.#send({ reply: message.id, value }),
      (error: unknown) => this.#send({ reply: message.id, error: textOf(error) }),
    );
  }

  #tell(message: Tell): void {
    const running = this.#worlds.get(message.world);
    if (!running) return;
    this.#pace.nudge(running);
    if (message.tell === 'input') running.input(message.terminal, message.data);
    else if (message.tell === 'resize') running.resize(message.terminal, message.size);
    else running.hangup(message.terminal);
    // The line discipline's echo does not wait for the world's turn.
    running.flush();
  }

  async #answer(ask: Ask): Promise<Answers[Ask['ask']]> {
    switch (ask.ask) {
      case 'prepare':
        await this.#opening.start(ask.lab);
        return null;
      case 'open': {
        const { world, start } = await this.#open(ask.world, ask.lab);
        return { hosts: [...world.hosts.keys()], host: start.snapshot.topology.candidate.host };
      }
      case 'terminal': {
        const running = this.#running(ask.world);
        this.#pace.nudge(running);
        running.openTerminal(ask.terminal, ask.host, ask.size);
        return null;
      }
      case 'grade':
        return this.#grade(ask.world);
      case 'kubeconfig':
        return this.#kubeconfig(ask.world);
      case 'reset':
        await this.#reset(ask.world);
        return null;
      case 'close':
        this.#close(ask.world);
        return null;
    }
  }

  #open(id: string, lab: string): Promise<RunningWorld> {
    let opened = this.#opened.get(id);
    if (!opened) {
      opened = this.#opening.open(id, lab).then(({ world, start }) => this.#run(id, world, start));
      opened.catch(() => this.#opened.delete(id));
      this.#opened.set(id, opened);
    }
    return opened;
  }

  #run(id: string, ...[world, start]: [RunningWorld['world'], RunningWorld['start']]): RunningWorld {
    const running = new RunningWorld(id, world, start, this.#records, {
      output: (terminal, data) => this.#send({ event: 'output', world: id, terminal, data }),
      ended: (terminal) => this.#send({ event: 'ended', world: id, terminal }),
    });
    this.#worlds.set(id, running);
    this.#pace.add(running);
    return running;
  }

  #running(id: string): RunningWorld {
    const running = this.#worlds.get(id);
    if (!running) throw new Error('the world is not open');
    return running;
  }

  #grade(id: string) {
    const { world, start } = this.#running(id);
    return gradeTask(this.#builder, world.snapshot(), start, { seed: `${id}/grade`, startMs: this.#nowMs() });
  }

  #kubeconfig(id: string): Promise<string> {
    const running = this.#running(id);
    let endpoint = this.#endpoints.get(id);
    if (!endpoint) {
      endpoint = new WorldEndpoint(running, this.#pace, this.#serveApi);
      this.#endpoints.set(id, endpoint);
    }
    return endpoint.kubeconfig(this.#nowMs());
  }

  async #reset(id: string): Promise<void> {
    const { start } = this.#running(id);
    this.#close(id);
    const fresh = this.#opening
      .create(id, start.lab.id)
      .then(({ world, start }) => this.#run(id, world, start));
    this.#opened.set(id, fresh);
    await fresh;
  }

  #close(id: string): void {
    const running = this.#worlds.get(id);
    this.#worlds.delete(id);
    this.#opened.delete(id);
    this.#endpoints.get(id)?.close();
    this.#endpoints.delete(id);
    if (!running) return;
    this.#pace.remove(running);
    running.close();
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
