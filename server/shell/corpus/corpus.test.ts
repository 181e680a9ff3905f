import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Outcome, ShellWorld } from '../testing.ts';
import { loadCorpus } from './corpus.ts';
import { EXCEPTIONS } from './exceptions.ts';

const ENVIRONMENT = { PATH: '/usr/bin:/bin', HOME: '/root', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };

/** What the machine's own bash makes of a snippet, in an empty directory. */
function reality(script: string): Outcome {
  const directory = mkdtempSync(join(tmpdir(), 'corpus-'));
  try {
    const { stdout, stderr, status } = spawnSync('/bin/bash', ['-c', script], {
      cwd: directory,
      env: ENVIRONMENT,
      argv0: 'bash',
      input: '',
      encoding: 'utf8',
      timeout: 10_000,
    });
    const inPlace = (text: string) => text.replaceAll(directory, '/w');
    return { stdout: inPlace(stdout), stderr: inPlace(stderr), status: status ?? -1 };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const version = spawnSync('/bin/bash', ['-c', 'echo "${BASH_VERSINFO[0]}.${BASH_VERSINFO[1]}"'], {
  encoding: 'utf8',
});

describe.skipIf(version.stdout !== '5.2\n')('the shell does what bash 5.2 does', () => {
  for (const name of ['expansions', 'commands', 'scripts']) {
    const cases = loadCorpus(name).map((script): [string, string] => [
      script.replaceAll('\n', '⏎').slice(0, 100),
      script,
    ]);
    describe(name, () => {
      const world = new ShellWorld();
      it.each(cases)('%s', (_title, script) => {
        const exception = EXCEPTIONS.find(([snippet]) => snippet === script);
        world.clear();
        const equal = world.run(script);
        if (exception) expect(equal).not.toEqual(reality(script));
        else expect(equal).toEqual(reality(script));
      });
    });
  }
});
