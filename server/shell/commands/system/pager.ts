import { type Context, findInPath, type OpenFile, Pipe } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';

export interface PageOptions {
  readonly pager: boolean;
  /** The variable that names the pager, before `$PAGER`. */
  readonly variable?: string;
  /** What `$LESS` is for it. */
  readonly less?: string;
}

/**
 * Shows text as systemd's tools do: through `$SYSTEMD_PAGER`, `$PAGER` or less when standard output is a terminal,
 * else as it is.
 */
export function* page(context: Context, text: string, options: PageOptions): Steps<void> {
  const { env } = context;
  const { variable = 'SYSTEMD_PAGER', less = env.get('SYSTEMD_LESS') ?? 'FRSXMK' } = options;
  const command = env.get(variable) ?? env.get('PAGER') ?? 'less';
  const [file = '', ...args] = command.split(/\s+/);
  const wanted = options.pager && context.isTerminal(1) && !['', 'cat'].includes(file);
  if (!wanted || findInPath(context, file, env.get('PATH')) === undefined) {
    yield* context.out(text);
    return;
  }
  const pipe = new Pipe();
  const reader = pipe.reader();
  const child = context.spawn(file, {
    args: [file, ...args],
    env: new Map([...env, ['LESS', less]]),
    fds: new Map<number, OpenFile>([
      [0, reader],
      [1, context.fd(1)],
      [2, context.fd(2)],
    ]),
  });
  const writer = pipe.writer().retain();
  yield* feed(writer, text, child);
  writer.release();
  yield* context.wait(child);
}

function* feed(writer: OpenFile, text: string, child: { alive: boolean }): Steps<void> {
  for (let rest = text; rest !== '' && child.alive; ) {
    let taken = 0;
    try {
      taken = writer.write(rest);
    } catch {
      return;
    }
    rest = rest.slice(taken);
    if (taken === 0 && writer.writable) yield { on: [writer.writable] };
  }
}
