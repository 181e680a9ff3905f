import { describe, expect, test } from 'vitest';
import { Desk } from '../screen/testing.ts';

const FILES = {
  '/tmp/f': Array.from({ length: 30 }, (_, i) => `line ${i + 1}\n`).join(''),
  '/tmp/g': 'two\nlines\n',
  '/tmp/h': 'third\n',
};

function vi(args: string, rows = 8): Desk {
  return new Desk(['vim', ...args.split(' ')], { rows, files: FILES });
}

/** What is typed in turn, and the screen at the end. */
async function session(args: string, keys: readonly string[], rows = 8): Promise<string[]> {
  const desk = vi(args, rows);
  await desk.look(50);
  for (const key of keys) await desk.type(key);
  return await desk.look();
}

const status = (name: string, place = '1,1            Top') => name.padEnd(62) + place;

// Recorded from the real vim; scripts/fuzz-vi-windows.ts compares random layouts with it.
describe('windows of vi', () => {
  test(':sp and :vs share the room, each with a name below', async () => {
    expect(await session('f', [':sp g\r', ':vs\r'])).toEqual([
      'two                                     |two',
      'lines                                   |lines',
      '~                                       |~',
      'g                     1,1            All g                    1,1            All',
      'line 1',
      'line 2',
      status('f'),
      ':vs',
    ]);
  });

  test('a change shows in all windows on the text; the last window asks for it to be written', async () => {
    expect(await session('f', ['dd:sp\r', 'dd', ':q\r', ':q\r'])).toEqual([
      ...['line 3', 'line 4', 'line 5', 'line 6', 'line 7', 'line 8', 'line 9'],
      status('E37: No write since last change (add ! to override)', '1,1           Top'),
    ]);
  });

  test('-o shows all files, :only one of them', async () => {
    const screen = await session('-o f g h', ['\x17j', ':only\r'], 12);
    expect([screen[0], screen[2], screen[11]?.slice(0, 10).trimEnd()]).toEqual(['two', '~', ':only']);
  });

  test('tab pages have a line of names', async () => {
    const screen = await session('-p f g h', ['gt', 'x', ':sp\r']);
    expect(screen[0]).toBe(`${' f  2+ g  h'.padEnd(79)}X`);
    expect(screen[1]).toBe('wo');
    expect((await session('f', [':tabe g\r', 'gT', ':tabo\r']))[0]).toBe('line 1');
  });

  test(':ls, # and :bd', async () => {
    expect((await session('f', [':e g\r', ':ls\r'])).slice(-4)).toEqual([
      ':ls',
      '  1 #    "f"                            line 1',
      '  2 %a   "g"                            line 1',
      'Press ENTER or type command to continue',
    ]);
    expect((await session('f', [':e g\r', ':e #\r', ':bd\r']))[0]).toBe('two');
  });

  test(':qa names what is not written', async () => {
    expect((await session('f', ['x', ':qa\r'])).slice(-3)).toEqual([
      'E37: No write since last change',
      'E162: No write since last change for buffer "f"',
      'Press ENTER or type command to continue',
    ]);
  });

  test('windows are resized with the terminal', async () => {
    const desk = vi('f');
    await desk.type(':sp\r');
    const screen = await desk.resize(40, 12);
    expect([screen[3]?.slice(0, 2), screen[10]?.slice(0, 2)]).toEqual(['f ', 'f ']);
  });
});

describe('swap files of vi', () => {
  test('a second session is warned, and may read only', async () => {
    const first = vi('f');
    await first.type('x');
    const second = new Desk(['vim', 'f'], { world: first.world, rows: 30 });
    const warning = (await second.look(50)).filter((line) => line !== '');
    expect(warning[0]).toBe('E325: ATTENTION');
    expect(warning[6]).toBe(`        process ID: ${first.process.pid} (STILL RUNNING)`);
    expect(warning.at(-1)).toBe('[O]pen Read-Only, (E)dit anyway, (R)ecover, (Q)uit, (A)bort:');
    expect((await second.type('o')).at(-1)).toContain('"f" [readonly] 30L, 231B');
    await first.type(':q!\r');
    first.world.files(({ fs }) => expect(fs.list('/tmp')).not.toContain('.f.swp'));
  });

  test('what a killed session had typed is recovered', async () => {
    const first = vi('f');
    await first.type('cwLINE\x1b');
    first.process.signal('KILL');
    first.wait();
    const second = new Desk(['vim', 'f'], { world: first.world });
    await second.look(50);
    expect(await second.type('r')).toContain('Recovery completed. You should check if everything is OK.');
    expect((await second.type('\r'))[0]).toBe('LINE 1');
  });
});
