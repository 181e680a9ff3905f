import { describe, expect, it } from 'vitest';
import { ShellWorld } from '../testing.ts';
import { loadCorpus } from './corpus.ts';
import { EXCEPTIONS } from './exceptions.ts';
import { hasBash, realities } from './reality.ts';

describe.skipIf(!hasBash('5.2'))('the shell does what bash 5.2 does', () => {
  const world = new ShellWorld();
  it.each(['expansions', 'commands', 'scripts', 'found', 'grown'])('%s', { timeout: 120_000 }, (name) => {
    const scripts = loadCorpus(name);
    const real = realities(scripts);
    scripts.forEach((script, i) => {
      world.clear();
      const ours = world.run(script);
      const excepted = EXCEPTIONS.some(([snippet]) => snippet === script);
      if (excepted) expect.soft(ours, script).not.toEqual(real[i]);
      else expect.soft(ours, script).toEqual(real[i]);
    });
  });
});
