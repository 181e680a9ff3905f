import type { Context } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';

/** Asks on the terminal without echo; undefined when there is none. */
export function askSecret(context: Context, prompt: string): Steps<string | undefined> {
  return ask(context, prompt, false);
}

/** Asks on the terminal; undefined when there is none. */
export function askLine(context: Context, prompt: string): Steps<string | undefined> {
  return ask(context, prompt, true);
}

function* ask(context: Context, prompt: string, echo: boolean): Steps<string | undefined> {
  const { terminal } = context;
  if (!terminal) return undefined;
  const file = terminal.open().retain();
  const before = terminal.setModes({ echo, icanon: true });
  try {
    file.write(prompt);
    for (;;) {
      const line = file.read(4096);
      if (line !== undefined) {
        if (!echo) file.write('\n');
        return line.replace(/\n$/, '');
      }
      yield { on: [terminal.readable] };
    }
  } finally {
    terminal.setModes(before);
    file.release();
  }
}
