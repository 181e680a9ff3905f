import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { readLine } from './line.ts';
import type { Pager } from './pager.ts';

/** Runs a command line with the terminal as it was. */
function* outside(pager: Pager, command: string): Steps<void> {
  const { context } = pager.call;
  const terminal = context.fds.get(1)?.terminal;
  const modes = terminal?.setModes({ icanon: true, echo: true, isig: true, icrnl: true });
  yield* context.out(`\x1b[${pager.size.rows};1H\x1b[K\x1b[?1049l`);
  const shell = context.env.get('SHELL') ?? '/bin/sh';
  const fds = new Map(context.fds);
  if (terminal) fds.set(0, terminal.open());
  try {
    yield* context.wait(context.spawn(shell, { args: [shell, '-c', command], fds }));
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
  if (modes) terminal?.setModes(modes);
}

/** `!`. */
export const shellCommand = function* (pager: Pager): Steps<void> {
  const command = yield* readLine(pager, '!', pager.commands);
  if (command === undefined) return;
  yield* outside(pager, command === '' ? (pager.call.context.env.get('SHELL') ?? '/bin/sh') : command);
  yield* pager.call.context.out('!done  (press RETURN)');
  yield* pager.key();
  yield* pager.call.context.out('\x1b[?1049h');
};

/** `v`. */
export const edit = function* (pager: Pager): Steps<void> {
  const { source, top } = pager.view;
  if (source.isPipe) return yield* pager.say('Cannot edit standard input');
  const { env } = pager.call.context;
  const editor = env.get('VISUAL') ?? env.get('EDITOR') ?? 'vi';
  yield* outside(
    pager,
    `${editor} +${pager.view.numberOf(Math.max(0, top.line)) + 1} '${source.name.replaceAll("'", "'\\''")}'`,
  );
  yield* pager.call.context.out('\x1b[?1049h');
  pager.reopen();
  yield* pager.load();
};
