import type { Steps } from '../../sim/index.ts';
import { quoteIfNeeded } from '../expand/quote.ts';
import { promptText } from './prompt.ts';
import type { Shell } from './shell.ts';

/** Prints a line of `set -x`. */
export function* trace(shell: Shell, text: string): Steps<void> {
  const ps4 = shell.variables.get('PS4') ?? '';
  shell.options.set('xtrace', false);
  let prefix: string;
  try {
    prefix = yield* promptText(shell, ps4);
  } finally {
    shell.options.set('xtrace', true);
  }
  const depth = Math.max(0, shell.traceDepth);
  const first = Array.from(prefix)[0] ?? '';
  const line = `${first.repeat(depth)}${prefix}${text}\n`;
  const fd = Number(shell.variables.get('BASH_XTRACEFD') ?? 2);
  if (shell.context.fds.has(fd)) yield* shell.context.write(fd, line);
}

export function* traceWords(shell: Shell, words: readonly string[]): Steps<void> {
  yield* trace(shell, words.map(shell.dialect.name === 'dash' ? String : quoteIfNeeded).join(' '));
}
