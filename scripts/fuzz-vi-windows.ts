// Compares the layout of vi's windows with the machine's real vim: random window commands, then where each window is,
// how large, and what it shows.
// Run: npx tsx scripts/fuzz-vi-windows.ts [SEED] [COUNT]   (needs vim; nothing in CI does)
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../server/host/index.ts';
import { TestWorld } from '../server/shell/commands/testing.ts';
import { Editor, Refused } from '../server/shell/commands/vi/editor.ts';
import { runEx } from '../server/shell/commands/vi/ex.ts';
import { openFile } from '../server/shell/commands/vi/save.ts';
import { Random } from '../server/sim/index.ts';

const [seed = '1', count = '200'] = process.argv.slice(2);
const FILES: Record<string, string> = {
  f: Array.from({ length: 60 }, (_, i) => `line ${i + 1}\n`).join(''),
  g: 'two\nlines\n',
  h: 'third\n',
};

function commandsOf(random: Random): string[] {
  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)] as T;
  const number = () => pick(['', '', '', '2', '3', '5', '9']);
  const one = () =>
    pick([
      () => `${number()}sp`,
      () => `${number()}vs`,
      () => `sp ${pick(['f', 'g', 'h'])}`,
      () => `vert sp ${pick(['f', 'g'])}`,
      () => pick(['new', 'vnew', 'bo sp', 'to sp', 'bo vs', 'to vs', 'bel sp', 'bel vs', '4new']),
      () => pick(['q', 'clo', 'q', 'on', 'hide']),
      () => `${number()}winc ${pick(['w', 'W', 'j', 'k', 'h', 'l', 't', 'b', 'p'])}`,
      () => `${number()}winc ${pick(['+', '-', '>', '<', '_', '|', '=', '=', 'x', 'r', 'R'])}`,
      () => `winc ${pick(['J', 'K', 'H', 'L', 'T'])}`,
      () => pick(['30', '60', '1', '$', 'e g', 'e f', 'b 1', 'bn', 'bp', 'bd', 'e #']),
      () => pick(['set ls=2', 'set ls=1', 'set ls=0', 'set noea', 'set ea', 'set sb', 'set spr', 'set nosb']),
      () =>
        pick(['res 5', 'res +2', 'vert res 30', 'vert res -5', 'tabnew', 'tabe g', 'tabn', 'tabp', 'tabc']),
      () => pick(['setl nu', 'set hid', 'windo 1', 'tabo', 'tabm 0']),
    ])();
  return Array.from({ length: 2 + random.below(8) }, one);
}

const REPORT = `
let out = []
for n in range(1, winnr('$'))
  let [row, col] = win_screenpos(n)
  let mark = n == winnr() ? '*' : ' '
  call add(out, printf('%s%s %d,%d %dx%d line %d', mark, bufname(winbufnr(n)), row, col, winheight(n), winwidth(n), getcurpos(win_getid(n))[1]))
endfor
call add(out, tabpagenr() . '/' . tabpagenr('$'))
call writefile(out, 'out')
qa!
`;

function realVim(cases: readonly (readonly string[])[]): (string | undefined)[] {
  const base = mkdtempSync(join(tmpdir(), 'vim-'));
  cases.forEach((commands, i) => {
    mkdirSync(join(base, `${i}`));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(base, `${i}/${name}`), text);
    const lines = commands.map((command) => `silent! ${command}`);
    writeFileSync(join(base, `${i}/k`), `set lines=24 columns=80\nredraw\n${lines.join('\n')}\n${REPORT}`);
  });
  const script = `seq 0 "$(($1 - 1))" | xargs -P 12 -I{} sh -c 'cd {} && timeout 5 vim -N -u "$0" -i NONE -n --not-a-term -T xterm -S k f < /dev/null > /dev/null 2>&1' "$2"`;
  const defaults = spawnSync('sh', ['-c', 'ls /usr/share/vim/vim*/defaults.vim'], { encoding: 'utf8' });
  spawnSync('bash', ['-c', script, 'bash', String(cases.length), defaults.stdout.trim()], { cwd: base });
  const results = cases.map((_, i) =>
    existsSync(join(base, `${i}/out`)) ? readFileSync(join(base, `${i}/out`), 'utf8') : undefined,
  );
  rmSync(base, { recursive: true });
  return results;
}

const world = new TestWorld();
world.files(({ fs }) => {
  for (const [name, text] of Object.entries(FILES)) fs.write(`/tmp/${name}`, text);
});

function ours(commands: readonly string[]): string | undefined {
  let out: string | undefined;
  world.files((context: Context) => {
    const editor = new Editor(context);
    editor.swapless = true;
    const drive = function* () {
      editor.workspace.fit(24, 80);
      yield* openFile(editor, 'f');
      for (const command of commands) {
        try {
          yield* runEx(editor, command);
        } catch (error) {
          if (error instanceof Error && error.name === 'Quit') return;
          if (!(error instanceof Refused)) throw error;
        }
      }
      const { workspace } = editor;
      const places = workspace.tab.frames.places();
      const lines = workspace.windows.map((window) => {
        const place = places.get(window);
        const mark = window === workspace.window ? '*' : ' ';
        const row = (place?.row ?? 0) + 1 + workspace.tabLine;
        return `${mark}${window.document.path ?? ''} ${row},${(place?.column ?? 0) + 1} ${place?.height}x${place?.width} line ${window.cursor.line + 1}`;
      });
      const tab = `${workspace.tabs.indexOf(workspace.tab) + 1}/${workspace.tabs.length}`;
      out = `${[...lines, tab].join('\n')}\n`;
    };
    const steps = drive();
    while (!steps.next(undefined as never).done);
  }, '/tmp');
  return out;
}

let failures = 0;
const cases = Array.from({ length: Number(count) }, (_, i) => commandsOf(new Random(`${seed}/${i}`)));
const real = realVim(cases);
cases.forEach((commands, i) => {
  const mine = ours(commands);
  if (mine === real[i]) return;
  failures++;
  console.log(
    `=== ${seed}/${i} ${commands.join(' | ')}\n--- vim\n${real[i] ?? '(ended)\n'}--- ours\n${mine ?? '(ended)\n'}`,
  );
});
console.log(`${failures} of ${count} differ`);
