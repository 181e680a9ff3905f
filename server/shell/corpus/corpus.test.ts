import { describe, expect, it } from 'vitest';
import { ShellWorld } from '../testing.ts';
import { loadCorpus } from './corpus.ts';
import { EXCEPTIONS } from './exceptions.ts';
import { hasBash, hasDash, realities } from './reality.ts';

const world = new ShellWorld();

function compare(name: string, shell: 'bash' | 'sh'): void {
  const scripts = loadCorpus(name);
  const real = realities(scripts, shell);
  scripts.forEach((script, i) => {
    world.clear();
    const ours = world.run(script, { shell });
    const excepted = EXCEPTIONS[shell].some(([snippet]) => snippet === script);
    if (excepted) expect.soft(ours, script).not.toEqual(real[i]);
    else expect.soft(ours, script).toEqual(real[i]);
  });
}

describe.skipIf(!hasBash('5.2'))('the shell does what bash 5.2 does', () => {
  it.each(['expansions', 'commands', 'scripts', 'found', 'grown', 'syntax'])('%s', (name) =>
    compare(name, 'bash'),
  );
});

it.skipIf(!hasDash())('sh does what dash does', () => compare('dash', 'sh'));
