import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Result } from '../testing.ts';
import { runAllReal, runOurs } from './compare.ts';
import { EXCEPTIONS } from './corpus.ts';

const folder = new URL('.', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.corpus'));

function lacksTool(result: Result | undefined): boolean {
  return /^bash: (line \d+: )?[\w.+-]+: command not found$/m.test(`${result?.stderr}\n${result?.stdout}`);
}

describe('tools agree with the real ones of this machine', () => {
  test.each(names)('%s', async (name) => {
    const lines = readFileSync(new URL(name, folder), 'utf8').trim().split('\n');
    // The real tools run beside ours.
    const running = runAllReal(lines);
    const ours = lines.map(runOurs);
    const real = await running;
    const differing = lines.filter(
      (line, i) => JSON.stringify(ours[i]) !== JSON.stringify(real[i]) && !EXCEPTIONS.has(line),
    );
    // A machine with nothing but Node has no jq or bc to compare with; that is told, and nothing else is let pass.
    const absent = lines.filter((_, i) => lacksTool(real[i]) && !lacksTool(ours[i]));
    if (absent.length > 0)
      console.warn(`${name}: ${absent.length} lines need tools that are not on this machine`);
    expect(differing.filter((line) => !absent.includes(line))).toEqual([]);
  });
});
