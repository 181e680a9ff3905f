import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runAllReal, runOurs } from './compare.ts';
import { EXCEPTIONS } from './corpus.ts';

const folder = new URL('.', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.corpus'));

describe('tools agree with the real ones of this machine', () => {
  test.each(names)('%s', { timeout: 120_000 }, async (name) => {
    const lines = readFileSync(new URL(name, folder), 'utf8').trim().split('\n');
    // The real tools run beside ours.
    const running = runAllReal(lines);
    const ours = lines.map(runOurs);
    const real = await running;
    const differing = lines.filter(
      (line, i) => JSON.stringify(ours[i]) !== JSON.stringify(real[i]) && !EXCEPTIONS.has(line),
    );
    expect(differing).toEqual([]);
  });
});
