import type { Context, Duplex } from '../host/index.ts';
import { type Steps, waitOn } from '../sim/index.ts';

/** Carries frames between a session and this process's descriptors; returns the exit code. */
export function* carry(context: Context, session: Duplex, input = false): Steps<number> {
  const terminal = input ? context.terminal : undefined;
  const before = terminal?.setModes({ icanon: false, echo: false, isig: false, icrnl: false, opost: false });
  let code = 0;
  let open = input;
  try {
    for (;;) {
      for (let frame = session.receive(); frame; frame = session.receive()) {
        if (frame.channel === 1) yield* context.out(frame.data);
        else if (frame.channel === 2) yield* context.err(frame.data);
        else if (frame.channel === 3)
          code = Number(JSON.parse(frame.data).details?.causes?.[0]?.message ?? 0);
      }
      if (session.ended) return code;
      const stdin = open ? context.fds.get(0) : undefined;
      const typed = stdin?.read(4096);
      if (typed !== undefined) {
        session.send(0, typed);
        if (typed === '') open = false;
        continue;
      }
      yield* waitOn([session.ready, ...(stdin?.readable ? [stdin.readable] : [])]);
    }
  } finally {
    if (before) terminal?.setModes(before);
    session.close();
  }
}
