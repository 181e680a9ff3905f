import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Attempts } from '../exam/attempts.ts';
import type { Worlds } from '../exam/worlds/worlds.ts';
import type { TerminalInput, TerminalOutput } from './protocol.ts';
import type { Relay, Relays, Viewer } from './relay.ts';
import { isOwnOrigin } from './security.ts';
import { ownerOf } from './session.ts';

/** Bytes of one message: more than any paste. */
const MESSAGE_LIMIT = 4 * 1024 * 1024;
/** Bytes that may wait for a slow browser before it is let go; it comes back for the rest. */
const BACKLOG_LIMIT = 8 * 1024 * 1024;
const PING_MS = 20_000;

export interface TerminalSocketOptions {
  attempts: Attempts;
  worlds: Worlds;
  relays: Relays;
}

/** Serves `/attempts/<id>/terminal` as WebSockets. */
export function serveTerminals(server: Server, options: TerminalSocketOptions): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT });
  const alive = new WeakSet<WebSocket>();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {});
    const [path, search] = splitAt(request.url ?? '/', '?');
    const match = /^\/attempts\/([\w-]+)\/terminal$/.exec(path);
    // A page of another site must not open a terminal here.
    if (!match || !isOwnOrigin(request.headers)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      alive.add(webSocket);
      webSocket.on('pong', () => alive.add(webSocket));
      webSocket.on('error', () => webSocket.terminate());
      const query = new URLSearchParams(search);
      void serve(webSocket, match[1] as string, query, ownerOf(request.headers.cookie), options);
    });
  });
  const ping = setInterval(() => {
    for (const webSocket of sockets.clients) {
      if (!alive.has(webSocket)) webSocket.terminate();
      alive.delete(webSocket);
      webSocket.ping();
    }
  }, PING_MS);
  return () => {
    clearInterval(ping);
    for (const webSocket of sockets.clients) webSocket.terminate();
    sockets.close();
  };
}

async function serve(
  socket: WebSocket,
  id: string,
  query: URLSearchParams,
  owner: string | undefined,
  { attempts, worlds, relays }: TerminalSocketOptions,
): Promise<void> {
  const send = (message: TerminalOutput) => {
    if (socket.bufferedAmount > BACKLOG_LIMIT) socket.terminate();
    else socket.send(JSON.stringify(message));
  };
  const attempt = attempts.find(id);
  const task = attempt?.tasks[Number(query.get('task') ?? 0)];
  if (!attempt || !task || attempt.owner !== owner) return refuse(socket, send, 'unknown attempt');
  if (attempts.isOver(attempt)) {
    send({ type: 'over' });
    socket.close();
    return;
  }
  const key = { world: task.world, terminal: (query.get('terminal') ?? '1').slice(0, 40) };
  const viewer: Viewer = { send };
  // What is typed before the terminal is open waits for it.
  const early: TerminalInput[] = [];
  let take = (input: TerminalInput) => {
    early.push(input);
  };
  socket.on('message', (data) => {
    const input = parseInput(String(data));
    if (input) take(input);
  });
  let relay: Relay | undefined;
  socket.on('close', () => relay?.leave(viewer));
  try {
    const { hosts, host } = await attempts.open(attempt, task);
    const wanted = query.get('host') ?? '';
    relay = await relays.join(key, viewer, {
      host: hosts.includes(wanted) ? wanted : host,
      columns: bounded(query.get('columns'), 2, 1000, 80),
      rows: bounded(query.get('rows'), 1, 500, 24),
      epoch: query.get('epoch') ?? '',
      after: Number(query.get('after') ?? 0),
    });
    if (socket.readyState !== socket.OPEN) relay.leave(viewer);
    take = (input) => {
      if (attempts.isOver(attempt)) send({ type: 'over' });
      else worlds.tell(toWorld(key, input));
    };
    for (const input of early) take(input);
  } catch (error) {
    refuse(socket, send, error instanceof Error ? error.message : String(error));
  }
}

function refuse(socket: WebSocket, send: (message: TerminalOutput) => void, message: string): void {
  send({ type: 'error', message });
  socket.close();
}

function toWorld(key: { world: string; terminal: string }, input: TerminalInput) {
  if (input.type === 'input') return { tell: 'input', ...key, data: input.data } as const;
  return { tell: 'resize', ...key, size: { columns: input.columns, rows: input.rows } } as const;
}

function parseInput(text: string): TerminalInput | undefined {
  try {
    const input = JSON.parse(text) as TerminalInput;
    if (input.type === 'input' && typeof input.data === 'string') return input;
    if (input.type !== 'resize') return undefined;
    const columns = bounded(String(input.columns), 2, 1000, 80);
    return { type: 'resize', columns, rows: bounded(String(input.rows), 1, 500, 24) };
  } catch {
    return undefined;
  }
}

function bounded(text: string | null, low: number, high: number, fallback: number): number {
  const number = Math.trunc(Number(text ?? fallback));
  return Number.isFinite(number) ? Math.min(high, Math.max(low, number)) : fallback;
}

/** What stands before and after the first `mark`. */
function splitAt(text: string, mark: string): [before: string, after: string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}
