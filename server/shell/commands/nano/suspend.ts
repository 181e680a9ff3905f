import type { Steps } from '../../../sim/index.ts';
import type { NanoEditor } from './editor.ts';

/** Modes of the terminal while nano has it, and while it does not. */
export const RAW = { icanon: false, echo: false, isig: false, icrnl: false, ixon: false };
const COOKED = { icanon: true, echo: true, isig: true, icrnl: true };

export const OPEN = '\x1b[?1049h\x1b[?2004h';
export const CLOSE = '\x1b[?2004l\x1b[?1049l';

/** ^T^Z: back to the shell, until `fg`. */
export function* suspend({ context }: NanoEditor): Steps<void> {
  const terminal = context.fds.get(0)?.terminal;
  yield* context.out(`${CLOSE}\nUse "fg" to return to nano.\n`);
  terminal?.setModes(COOKED);
  context.process.signal('TSTP');
  yield* context.sleep(1);
  terminal?.setModes(RAW);
  yield* context.out(OPEN);
}
