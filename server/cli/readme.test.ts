import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { execCommand } from './exec.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The command of the README's session, and what it says it prints. */
function session(): { script: string; output: string } {
  const block = /```console\n\$ npx examlet exec '([^']*)'\n([^`]*)```/.exec(
    readFileSync(join(root, 'README.md'), 'utf8'),
  );
  if (!block) throw new Error('README.md shows no session');
  return { script: (block[1] as string).replaceAll('\n> ', '\n'), output: block[2] as string };
}

it('prints what the README says', async () => {
  const { script, output } = session();
  let printed = '';
  const code = await execCommand([script], {
    root,
    labs: join(root, 'labs'),
    data: '',
    out: (text) => {
      printed += text;
    },
    err: (text) => {
      printed += text;
    },
    readInput: async () => '',
    interrupted: () => new Promise(() => {}),
    startMs: Date.UTC(2026, 10, 21, 9),
  });
  expect(printed).toBe(output);
  expect(code).toBe(0);
});
