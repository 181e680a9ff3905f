import { type ConnectFailure, type Context, resolveName } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';

/** What a client of a server's protocol reaches: the object behind the port, or why not. */
export type Reached =
  | { readonly ok: true; readonly service: unknown; readonly from: string; readonly address: string }
  | { readonly ok: false; readonly why: ConnectFailure | 'unknown name'; readonly address: string };

/** How long a client waits that nobody answers. */
const PATIENCE_MS = 130_000;

/** Connects as a client of a protocol that is not text here, in the time that takes. */
export function* reach(context: Context, host: string, port: number): Steps<Reached> {
  const found = resolveName(context, host);
  const address = found.ok ? found.addresses[0] : undefined;
  if (address === undefined) return { ok: false, why: 'unknown name', address: '' };
  yield* context.sleep(1);
  const connected = context.network.connect(address, port);
  if (connected.ok) return { ok: true, service: connected.listener.service, from: connected.from, address };
  if (connected.failure === 'timeout') yield* context.sleep(PATIENCE_MS);
  return { ok: false, why: connected.failure, address };
}

/** A line that somebody types or a script has; undefined at the end. */
export function* readLine(context: Context, rest: { text: string }): Steps<string | undefined> {
  for (;;) {
    const end = rest.text.indexOf('\n');
    if (end >= 0) {
      const line = rest.text.slice(0, end);
      rest.text = rest.text.slice(end + 1);
      return line;
    }
    const piece = yield* context.read(0);
    if (piece === '') {
      const last = rest.text;
      rest.text = '';
      return last === '' ? undefined : last;
    }
    rest.text += piece;
  }
}
