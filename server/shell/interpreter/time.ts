import type { Steps } from '../../sim/index.ts';
import type { Shell } from './shell.ts';

/** `time pipeline`: runs it and prints real, user and system time on standard error. */
export function* timePipeline(shell: Shell, posix: boolean, run: () => Steps<number>): Steps<number> {
  const started = shell.context.now;
  const cpu = cpuOf(shell);
  try {
    return yield* run();
  } finally {
    const real = shell.context.now - started;
    const user = cpuOf(shell) - cpu;
    yield* shell.stderr(report(shell, posix, real, user));
  }
}

function cpuOf(shell: Shell): number {
  return shell.context.process.cpuMs;
}

function report(shell: Shell, posix: boolean, real: number, user: number): string {
  const format = posix
    ? 'real %2R\nuser %2U\nsys %2S'
    : (shell.variables.get('TIMEFORMAT') ?? '\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS');
  if (format === '') return '';
  const percent = real > 0 ? (100 * user) / real : 0;
  const text = format.replace(/%(?:%|P|(\d)?(l)?([RUS]))/g, (all, digits, long, which) => {
    if (all === '%%') return '%';
    if (all === '%P') return percent.toFixed(2);
    const ms = which === 'R' ? real : which === 'U' ? user : 0;
    return duration(ms, Math.min(3, Number(digits ?? 3)), long === 'l');
  });
  return `${text}\n`;
}

function duration(ms: number, digits: number, long: boolean): string {
  const seconds = ms / 1000;
  if (!long) return seconds.toFixed(digits);
  return `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(digits)}s`;
}
