import { isSystemError, type Listener, type Stream } from '../../host/index.ts';

/** Answers what a client sends, a line at a time; `undefined` hangs up. */
export type LineHandler = (line: string) => string | undefined;

/** The longest line that a server takes. */
const LONGEST = 64 * 1024;

/** A listener for a protocol of lines: each connection gets a handler of its own. */
export function lineProtocol(
  open: (peer: { address: string }) => LineHandler,
): NonNullable<Listener['accept']> {
  return (stream, peer) => {
    const handle = open(peer);
    let rest = '';
    const pump = () => {
      for (;;) {
        const piece = stream.read(LONGEST);
        if (piece === undefined) break;
        if (piece === '') return stream.close();
        rest += piece;
        const lines = rest.split('\n');
        rest = (lines.pop() as string).slice(0, LONGEST);
        for (const line of lines) if (!answer(stream, handle(line.replace(/\r$/, '')))) return stream.close();
      }
      stream.readable.subscribe(pump);
    };
    pump();
  };
}

function answer(stream: Stream, reply: string | undefined): boolean {
  if (reply === undefined) return false;
  try {
    if (reply !== '') stream.write(reply);
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  }
}
