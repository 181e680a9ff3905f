import type { Duplex, HttpResponse, TerminalModes } from '../../host/index.ts';
import { type ApiError, isApiError } from '../../objects/api-error.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import { KubectlError } from './errors.ts';
import type { Kubectl } from './kubectl.ts';

export interface RemoteOptions {
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet?: boolean;
}

/** Opens a two-way stream to a pod. */
export function* openRemote(
  k: Kubectl,
  path: string,
  query: readonly (readonly [string, string])[],
): Steps<Duplex> {
  const text = query.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
  const response = yield* upgraded(k, `${path}${text === '' ? '' : `?${text}`}`);
  if (!response.upgrade) throw new KubectlError('unable to upgrade connection');
  return response.upgrade;
}

/** What the kubelet refuses comes back on the error channel of a connection that already stands. */
function* upgraded(k: Kubectl, path: string): Steps<HttpResponse> {
  try {
    return yield* k.api.request('POST', path, { raw: true });
  } catch (error) {
    if (!isApiError(error)) throw error;
    throw kubeletRefusal(error) ?? error;
  }
}

function kubeletRefusal({ message }: ApiError): KubectlError | undefined {
  if (message.startsWith('container not found ('))
    return new KubectlError(`Internal error occurred: unable to upgrade connection: ${message}`);
  if (message.startsWith('failed to exec in container'))
    return new KubectlError(
      `Internal error occurred: Internal error occurred: error executing command in container: ${message}`,
    );
  return undefined;
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
