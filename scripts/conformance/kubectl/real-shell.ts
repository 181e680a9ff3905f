import { type SpawnOptions, spawn } from 'node:child_process';
import type { Ran } from './paced-world.ts';

/** Runs a command line with the machine's own bash, at most for so many seconds. */
export function runReal(
  script: string,
  limitSeconds: number,
  options: Pick<SpawnOptions, 'cwd' | 'env'>,
): Promise<Ran> {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn('timeout', [String(limitSeconds), 'bash', '-c', script], {
      ...options,
      // Commands that live for a moment need not collect their garbage, which is a sixth of their time.
      env: { ...options.env, GOGC: 'off' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    child.on('close', (code) =>
      resolve({ ...output, exit: code ?? 128, seconds: (performance.now() - started) / 1000 }),
    );
  });
}
