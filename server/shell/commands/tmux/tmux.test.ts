import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../programs.ts';
import { Desk } from '../screen/testing.ts';
import { TestWorld } from '../testing.ts';
import { copyKey } from './copy-keys.ts';
import { CopyMode } from './copy-mode.ts';
import { plainLine, Screen } from './vt.ts';

const SIZE = { columns: 60, rows: 12 };
const OPTIONS = { ...SIZE, commands: COMMANDS, cwd: '/root' };

const PREFIX = '\x02';

describe('tmux', () => {
  test('splits a window, goes between panes, detaches and comes back', async () => {
    const desk = new Desk(['bash', '--norc'], OPTIONS);
    await desk.type('');
    let screen = await desk.type('tmux\r', 600);
    expect(screen[11]).toMatch(/^\[0\] 0:bash\* +"base" 10:30 02-Mar-26$/);
    await desk.type('echo left\r');
    await desk.type(`${PREFIX}%`);
    screen = await desk.type('echo right\r');
    expect(screen[1]).toMatch(/^left +│right$/);
    await desk.type(`${PREFIX}"`);
    screen = await desk.type('echo below\r');
    expect(screen.join('\n')).toContain('├─');
    expect(screen.find((line) => line.includes('│below'))).toBeDefined();
    screen = await desk.type(`${PREFIX}\x1b[D`);
    await desk.type('echo again\r');
    screen = await desk.type(`${PREFIX}z`);
    expect(screen[11]).toContain('0:bash*Z');
    expect(screen[3]).toBe('again');
    screen = await desk.type(`${PREFIX}d`);
    expect(screen.join('\n')).toContain('[detached (from session 0)]');
    screen = await desk.type('clear; tmux ls\r');
    expect(screen[0]).toBe('0: 1 windows (created Mon Mar  2 10:30:00 2026)');
    screen = await desk.type('tmux attach\r');
    expect(screen[3]).toBe('again');
  });

  test('windows are made, named, chosen and closed; the last one ends the session', async () => {
    const desk = new Desk(['tmux', 'new', '-s', 'work'], OPTIONS);
    await desk.type('', 600);
    let screen = await desk.type(`${PREFIX}c`);
    expect(screen[11]).toContain('[work] 0:bash- 1:bash*');
    screen = await desk.type(`${PREFIX},\x15logs\r`);
    expect(screen[11]).toContain('1:logs*');
    screen = await desk.type(`${PREFIX}0`);
    expect(screen[11]).toContain('0:bash* 1:logs-');
    screen = await desk.type(`${PREFIX}:rename-session other\r`);
    expect(screen[11]).toContain('[other] ');
    screen = await desk.type(`${PREFIX}:frob\r`);
    expect(screen[11]).toBe('Unknown command: frob');
    screen = await desk.type(`${PREFIX}&`);
    expect(screen[11]).toBe('kill-window bash? (y/n)');
    screen = await desk.type('y');
    expect(screen[11]).toContain('1:logs*');
    screen = await desk.type('exit\r');
    expect(screen.join('\n')).toContain('[exited]');
    expect(desk.process.alive).toBe(false);
    expect(desk.world.run(['tmux', 'ls']).stderr).toBe('no server running on /tmp/tmux-0/default\n');
    expect(desk.world.run(['tmux', '-L', 'o', 'ls']).stderr).toBe(
      'error connecting to /tmp/tmux-0/o (No such file or directory)\n',
    );
  });

  test('copy mode looks back, selects and pastes', async () => {
    const desk = new Desk(['tmux'], OPTIONS);
    await desk.type('', 600);
    await desk.type('seq 40\r');
    let screen = await desk.type(`${PREFIX}[`);
    expect(screen[0]).toMatch(/\[0\/\d+\]$/);
    screen = await desk.type('\x1b[5~');
    expect(screen[0]).toMatch(/^\d+ +\[9\/\d+\]$/);
    await desk.type('\x1b<');
    await desk.type('\x1312\r');
    await desk.type('\0\x05\x1bw');
    screen = await desk.type(`echo ${PREFIX}]`);
    expect(screen.findLast((line) => line.includes('echo'))).toBe('$ echo 12');
  });

  test('a configuration changes prefix, keys and status', async () => {
    const desk = new Desk(['bash', '--norc'], OPTIONS);
    desk.world.files(({ fs }) =>
      fs.write(
        '/root/.tmux.conf',
        "set -g prefix C-a\nunbind C-b\nbind C-a send-prefix\nbind | split-window -h\nset -g base-index 1\nset -g status-right ''\nset -g nonsense 1\n",
      ),
    );
    await desk.type('tmux new -d -s a; tmux attach\r', 900);
    let screen = await desk.look();
    expect(screen[11]).toBe('[a] 1:bash*');
    screen = await desk.type('\x01|');
    expect(screen[0]).toContain('│');
    await desk.type('\x01d');
    screen = await desk.type('');
    expect(screen.join('\n')).toContain('/root/.tmux.conf:7: invalid option: nonsense');
  });

  test('sessions are driven from outside', () => {
    const world = new TestWorld({ commands: COMMANDS, env: { SHELL: '/usr/bin/bash', PS1: '$ ' } });
    expect(world.run(['tmux', 'new-session', '-d', '-s', 'bg'])).toMatchObject({ status: 0, stdout: '' });
    world.run(['tmux', 'send-keys', '-t', 'bg', 'echo "sum $((1+2))"', 'Enter']);
    world.clock.advance(200);
    expect(world.run(['tmux', 'capture-pane', '-p', '-t', 'bg']).stdout).toContain('\nsum 3\n');
    world.run(['tmux', 'split-window', '-t', 'bg', '-h']);
    expect(world.run(['tmux', 'list-panes', '-t', 'bg', '-F', '#P #{pane_width}']).stdout).toBe(
      '0 40\n1 39\n',
    );
    expect(world.run(['tmux', 'has-session', '-t', 'none'])).toMatchObject({
      status: 1,
      stderr: "can't find session: none\n",
    });
    world.run(['tmux', 'kill-server']);
    expect(world.run(['tmux', 'ls']).status).toBe(1);
  });
});

describe('tmux over the panes', () => {
  test('a tree, a clock, numbers, and a window in two places', async () => {
    const desk = new Desk(['tmux', 'new', '-s', 'work'], { ...OPTIONS, rows: 24 });
    await desk.type('', 600);
    await desk.type('tmux new -d -s other\r', 900);
    let screen = await desk.type(`${PREFIX}w`);
    expect(screen.slice(0, 4)).toEqual([
      '(0) - other: 1 windows',
      '(1) └─> 0: bash*',
      '(2) - work: 1 windows (attached)',
      '(3) └─> 0: [tmux]*',
    ]);
    expect(screen[11]).toMatch(/^┌ 0 \(sort: index\) ─+┐$/);
    screen = await desk.type('kh');
    expect(screen[0]).toBe('(0) - other: 1 windows');
    expect(screen[2]).toBe('(2) + work: 1 windows (attached)');
    await desk.type('q');
    screen = await desk.type(`${PREFIX}t`);
    expect(screen.slice(8, 13).every((line) => line === '')).toBe(true);
    await desk.type('q');
    await desk.type(`${PREFIX}%`);
    screen = await desk.type(`${PREFIX}q`);
    expect(screen[0]).toMatch(/30x23│.*29x23$/);
    await desk.type('0');
    await desk.type('echo left one\r');
    screen = await desk.type('', 1200);
    expect(screen[0]).not.toContain('30x23');
    expect(screen.join('\n')).toMatch(/\nleft one +│/);
    screen = await desk.type(`${PREFIX}:link-window -s other:0 -t 5\r`);
    expect(screen[23]).toContain('0:bash- 5:bash*');
    expect(desk.world.run(['tmux', 'unlink-window', '-t', 'work:0']).stderr).toBe(
      'window only linked to one session\n',
    );
    await desk.type('exit\r', 600);
    expect(desk.world.run(['tmux', 'ls', '-F', '#S #{session_windows}']).stdout).toBe('work 1\n');
  });

  const selections: [name: string, vi: boolean, keys: string[], kept: string][] = [
    ['words of vi', true, ['k', 'k', '0', ' ', 'e'], 'one'],
    ['to a character', true, ['k', 'k', '0', ' ', 'f', 'f'], 'one two-f'],
    ['the other end', true, ['k', 'k', '0', 'w', ' ', 'e', 'o', 'b'], 'one two'],
    ['whole lines', true, ['k', 'k', 'V', 'j'], 'one two-four\nfive six seven\n'],
    ['a rectangle', true, ['k', 'k', '0', 'l', ' ', 'C-v', 'j', 'l'], 'ne\niv'],
    ['words of emacs', false, ['C-p', 'C-p', 'C-a', 'C-Space', 'M-f'], 'one'],
    ['lines of emacs', false, ['C-p', 'C-p', 'C-a', 'C-Space', 'C-n'], 'one two-four\n'],
  ];
  test.each(selections)('copy mode selects %s', (_name, vi, keys, kept) => {
    const screen = new Screen(20, 4);
    screen.write('\r\none two-four\r\nfive six seven\r\n');
    const copy = new CopyMode(screen, !vi);
    const jumps: ((char: string) => void)[] = [];
    const desk = {
      copy,
      rows: 4,
      leave: () => undefined,
      keep: () => undefined,
      search: () => undefined,
      goToLine: () => undefined,
      jump: (back: boolean, till: boolean) => jumps.push((char) => copy.jump(char, back, till)),
    };
    for (const key of keys) {
      const jump = jumps.pop();
      if (jump) jump(key);
      else copyKey(vi, key)?.(desk);
    }
    expect(copy.selection()).toBe(kept);
  });
});

describe('the screen model', () => {
  test.each([
    ['ab\rc', ['cb']],
    ['one\r\ntwo\x1b[1;2HX', ['oXe', 'two']],
    ['\x1b[2;3Hx\x1b[A\x1b[Dy', ['  y', '  x']],
    ['abcdef\x1b[3D\x1b[K', ['abc']],
    ['a\r\nb\r\nc\x1b[1;1H\x1b[M', ['b', 'c']],
    ['1\r\n2\r\n3\r\n4\r\n5', ['2', '3', '4', '5']],
    ['\x1b[?1049hfull\x1b[?1049lback', ['back']],
    ['한글x', ['한글x']],
    ['\x1b[2;3r\x1b[3;1Hx\n\x1b[r', ['', 'x']],
    ['\x1b]0;title\x07t\x1b[31mred\x1b[0m', ['tred']],
  ])('%j', (text, lines) => {
    const screen = new Screen(10, 4);
    // Cut anywhere, a sequence stays whole.
    for (const char of text) screen.write(char);
    const shown = screen.lines.map(plainLine);
    while (shown.at(-1) === '') shown.pop();
    expect(shown).toEqual(lines);
  });

  test('panes and windows change their places; the shell is asked', async () => {
    const desk = new Desk(['tmux', 'new', '-s', 'work'], OPTIONS);
    await desk.type('', 600);
    await desk.type(`${PREFIX}"`);
    await desk.type('echo lower\r');
    let screen = await desk.type(`${PREFIX}!`);
    expect(screen[11]).toContain('0:bash- 1:bash*');
    expect(screen.join('\n')).not.toContain('─');
    screen = await desk.type('tmux join-pane -h -t :0\r', 600);
    expect(screen[11]).toContain('[work] 0:bash*');
    expect(screen.join('\n')).toMatch(/│.*echo lower/);
    screen = await desk.type(`${PREFIX}c`);
    screen = await desk.type('tmux run-shell "echo from"; tmux run-shell false\r', 600);
    expect(screen.join('\n')).toContain("from\n'false' returned 1");
    screen = await desk.type(
      "clear; tmux if-shell false '' 'display -p no'; tmux pipe-pane 'tee /tmp/log'\r",
      600,
    );
    expect(screen[0]).toBe('no');
    await desk.type('echo logged\r');
    desk.world.files(({ fs }) => expect(fs.read('/tmp/log')).toContain('logged'));
    screen = await desk.type('tmux rename-window new; tmux swap-window -d -s 0 -t 1\r', 600);
    expect(screen[11]).toContain('0:new- 1:bash*');
  });
});
