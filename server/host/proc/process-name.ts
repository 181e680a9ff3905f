import type { Process } from '../../sim/index.ts';
import { isIdleThread } from '../kernel-threads.ts';

const STATE_LETTERS = { ready: 'R', waiting: 'S', stopped: 'T', zombie: 'Z', dead: 'X' } as const;
/** What the letters of ps stand for. */
export const STATE_NAMES = {
  R: 'running',
  S: 'sleeping',
  T: 'stopped',
  Z: 'zombie',
  X: 'dead',
  I: 'idle',
} as const;

/** The name of a process as `ps -o comm` shows it: at most 15 characters. */
export function commandName(process: Process): string {
  const first = process.argv[0] ?? '';
  if (process.isKernel) return first;
  // Servers that give themselves a title keep their name: `nginx: worker process`.
  const title = first.indexOf(': ');
  const file = (title > 0 ? first.slice(0, title) : first).replace(/^-/, '');
  // A link to systemd, which takes its own name.
  if (file === '/sbin/init') return 'systemd';
  return file.slice(file.lastIndexOf('/') + 1).slice(0, 15);
}

/** R, S, T, Z, I as in `ps`. */
export function stateLetter(process: Process): keyof typeof STATE_NAMES {
  return isIdleThread(process) ? 'I' : STATE_LETTERS[process.state];
}
