import type { TerminalInput, TerminalOutput } from '../../server/http/protocol.ts';

export type ConnectionState = 'connecting' | 'open' | 'lost' | 'ended' | 'over' | 'failed';

export interface ConnectionEvents {
  output(data: string): void;
  /** A new shell: what was on the screen is of the past. `again`: there was one before. */
  fresh(again: boolean): void;
  state(state: ConnectionState, message?: string): void;
}

/** Characters of one message; a long paste goes in pieces. */
const PIECE = 8_000;
const FIRST_RETRY_MS = 300;
const LAST_RETRY_MS = 5_000;

/** A terminal's line to the server. It comes back by itself, and gets what was printed meanwhile. */
export class Connection {
  readonly #url: (query: Record<string, string>) => string;
  readonly #events: ConnectionEvents;
  #socket: WebSocket | undefined;
  #epoch = '';
  #seq = 0;
  #columns = 80;
  #rows = 24;
  #retryMs = FIRST_RETRY_MS;
  #timer: number | undefined;
  #closed = false;
  /** The server has said which shell this is: what is typed before waits, so that it stays in order. */
  #ready = false;
  #waiting: string[] = [];

  constructor(url: (query: Record<string, string>) => string, events: ConnectionEvents) {
    this.#url = url;
    this.#events = events;
  }

  open(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
    this.#closed = false;
    this.#connect();
  }

  input(data: string): void {
    if (!this.#ready) {
      this.#waiting.push(data);
      return;
    }
    for (let at = 0; at < data.length; at += PIECE)
      this.#send({ type: 'input', data: data.slice(at, at + PIECE) });
  }

  resize(columns: number, rows: number): void {
    if (columns === this.#columns && rows === this.#rows) return;
    this.#columns = columns;
    this.#rows = rows;
    this.#send({ type: 'resize', columns, rows });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #send(message: TerminalInput): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#ready = false;
    this.#events.state('connecting');
    const socket = new WebSocket(
      this.#url({
        columns: String(this.#columns),
        rows: String(this.#rows),
        epoch: this.#epoch,
        after: String(this.#seq),
      }),
    );
    this.#socket = socket;
    socket.addEventListener('message', (event) =>
      this.#receive(JSON.parse(String(event.data)) as TerminalOutput),
    );
    socket.addEventListener('close', () => {
      if (this.#socket === socket && !this.#closed) this.#retry();
    });
  }

  #receive(message: TerminalOutput): void {
    switch (message.type) {
      case 'ready':
        this.#retryMs = FIRST_RETRY_MS;
        if (message.fresh) this.#begin(this.#epoch !== '' && this.#epoch !== message.epoch);
        this.#epoch = message.epoch;
        this.#seq = message.seq;
        this.#ready = true;
        this.#events.state('open');
        for (const data of this.#waiting.splice(0)) this.input(data);
        break;
      case 'output':
        this.#seq = message.seq;
        this.#events.output(message.data);
        break;
      case 'ended':
        this.#stop('ended');
        break;
      case 'over':
        this.#stop('over');
        break;
      case 'error':
        this.#events.state('failed', message.message);
        break;
    }
  }

  /** Another shell than before: what was typed for that one must not run in this one, perhaps in another directory. */
  #begin(again: boolean): void {
    if (again) this.#waiting = [];
    this.#events.fresh(again);
  }

  #stop(state: ConnectionState): void {
    this.#closed = true;
    this.#epoch = '';
    this.#events.state(state);
    this.#socket?.close();
  }

  #retry(): void {
    this.#ready = false;
    this.#events.state('lost');
    this.#timer = window.setTimeout(() => this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }
}
