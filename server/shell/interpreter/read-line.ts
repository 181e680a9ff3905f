import type { Context } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';

/** A line without its newline. `complete`: the newline was there. */
export interface Line {
  readonly text: string;
  readonly complete: boolean;
}

/**
 * Reads one line and not a character more, so that what follows is left to whoever reads next: files are read in
 * pieces and set back, everything else character by character.
 */
export function* readLine(context: Context, fd: number): Steps<Line> {
  const file = context.fd(fd) as { position?: number; seek(position: number): void };
  if (typeof file.position !== 'number') return yield* readSlowly(context, fd);
  let text = '';
  for (;;) {
    const start = file.position;
    const piece = yield* context.read(fd, 4096);
    if (piece === '') return { text, complete: false };
    const end = piece.indexOf('\n');
    if (end >= 0) {
      file.seek(start + end + 1);
      return { text: text + piece.slice(0, end), complete: true };
    }
    text += piece;
  }
}

function* readSlowly(context: Context, fd: number): Steps<Line> {
  let text = '';
  for (;;) {
    const char = yield* context.read(fd, 1);
    if (char === '\n') return { text, complete: true };
    if (char === '') return { text, complete: false };
    text += char;
  }
}
