import { bodyText, type Duplex, type HttpResponse, type TerminalModes } from '../../host/index.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import { type RequestOptions, toldFailure } from './api.ts';
import { KubectlError } from './errors.ts';
import type { Kubectl } from './kubectl.ts';

export interface RemoteOptions {
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet?: boolean;
}

/** Opens a two-way stream to a pod, and waits as long as that takes. */
export function* openRemote(
  k: Kubectl,
  path: string,
  query: readonly (readonly [string, string])[],
): Steps<Duplex> {
  const text = query.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
  const target = `${path}${text === '' ? '' : `?${text}`}`;
  const response = yield* k.api.send('GET', target, WEB_SOCKET);
  return streamOf(response.upgrade ? response : yield* k.api.send('POST', target, SPDY));
}

/** The same in no virtual time. */
export function openNow(k: Kubectl, path: string): Duplex {
  const response = k.api.sendNow('GET', path, WEB_SOCKET);
  return streamOf(response.upgrade ? response : k.api.sendNow('POST', path, SPDY));
}

/** A server that refuses the one is asked for the other. Models client-go/tools/remotecommand/fallback.go. */
const WEB_SOCKET: RequestOptions = { raw: true, upgrade: 'websocket' };
const SPDY: RequestOptions = { raw: true, upgrade: 'SPDY/3.1' };

/** Models apimachinery/pkg/util/httpstream/spdy/roundtripper.go NewConnection. */
function streamOf(response: HttpResponse): Duplex {
  if (response.upgrade) return response.upgrade;
  throw (
    toldFailure(response) ?? new KubectlError(`unable to upgrade connection: ${bodyText(response).trim()}`)
  );
}

/**
 * Joins our descriptors with a process far away until it ends: 0 to its standard input, 1 and 2 from its outputs.
 * Returns its exit code.
 */
export function* stream(k: Kubectl, duplex: Duplex, options: RemoteOptions): Steps<number> {
  const terminal = options.tty && k.context.isTerminal(0) ? k.context.terminal : undefined;
  let before: TerminalModes | undefined;
  if (terminal) {
    before = terminal.setModes({ icanon: false, echo: false, isig: false, icrnl: false, opost: false });
    sendSize(duplex, terminal.size);
  }
  k.context.process.handlers.set('WINCH', () => {
    if (terminal) sendSize(duplex, terminal.size);
  });
  try {
    return yield* pump(k, duplex, options);
  } finally {
    duplex.close();
    if (terminal && before) terminal.setModes(before);
  }
}

function sendSize(duplex: Duplex, size: { columns: number; rows: number }): void {
  duplex.send(4, JSON.stringify({ Width: size.columns, Height: size.rows }));
}

function* pump(k: Kubectl, duplex: Duplex, options: RemoteOptions): Steps<number> {
  const input = options.stdin ? k.context.fds.get(0) : undefined;
  let reading = input !== undefined;
  for (;;) {
    let moved = false;
    for (;;) {
      const frame = duplex.receive();
      if (!frame) break;
      moved = true;
      if (frame.channel === 1) yield* k.out(frame.data);
      else if (frame.channel === 2) yield* k.err(frame.data);
      else if (frame.channel === 3) return exitOf(frame.data);
    }
    while (reading && input) {
      const piece = input.read(32_768);
      if (piece === undefined) break;
      moved = true;
      if (piece === '') {
        reading = false;
        duplex.send(0, '');
        break;
      }
      duplex.send(0, piece);
    }
    if (duplex.ended && !moved) return 0;
    if (moved) continue;
    const queues = [duplex.ready];
    if (reading && input?.readable) queues.push(input.readable);
    yield* waitOn(queues);
  }
}

/** What the error channel says of the end. Models client-go/tools/remotecommand errorstream. */
function exitOf(text: string): number {
  if (text.trim() === '') return 0;
  const status = JSON.parse(text);
  if (status.status === 'Success') return 0;
  if (status.reason === 'NonZeroExitCode') {
    const cause = status.details?.causes?.find((c: any) => c.reason === 'ExitCode');
    throw new RemoteExit(Number(cause?.message ?? 1));
  }
  throw new KubectlError(status.message ?? 'unknown error', {});
}

/** The remote process ended with this code. */
export class RemoteExit extends KubectlError {
  constructor(code: number) {
    super(`command terminated with exit code ${code}`, { exit: code, plain: true });
  }
}
