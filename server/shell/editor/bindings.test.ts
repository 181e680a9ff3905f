import { describe, expect, it } from 'vitest';
import { Typist } from './testing.ts';

/** A shell whose `~/.inputrc` is given. */
async function withInputrc(inputrc: string, rc = ''): Promise<Typist> {
  return new Typist({ rc: `PS1='$ '\n${rc}`, files: { '/root/.inputrc': inputrc } });
}

describe('bindings', () => {
  const cases: [name: string, inputrc: string, typed: string, last: string][] = [
    [
      'history-search-backward',
      '"\\e[A": history-search-backward\n"\\e[B": history-search-forward',
      'echo a\rls /\recho b\rec\x1b[A\x1b[A',
      '$ echo a',
    ],
    [
      'forward again',
      '"\\e[B": history-search-forward',
      'echo a\rls /\recho b\rec\x1b[5~\x1b[5~\x1b[B',
      '$ echo b',
    ],
    ['macros', '"\\C-t": "echo \\"hi\\" | cat\\C-a"', '\x14X', '$ Xecho "hi" | cat'],
    [
      'keys by name',
      'Control-t: kill-whole-line\nMeta-Rubout: backward-kill-line',
      'a b\x14c d\x1b\x7f',
      '$',
    ],
    [
      'conditions',
      '$if mode=vi\n"x": "no"\n$else\n"x": "yes"\n$endif\n$if Bash\n"z": "zz"\n$endif',
      'x',
      '$ yes',
    ],
    [
      'vi with jj',
      'set editing-mode vi\nset keymap vi-insert\n"jj": vi-movement-mode',
      'abc jjxaZ',
      '$ abcZ',
    ],
    ['Delete on an empty line does not end the shell', '', '\x1b[3~x', '$ x'],
    ['keyboard macros', '', '\x18(ab\x18)\x18e', '$ abab'],
    ['words of the shell', '', 'echo "a b" c\x1b\x02\x1b\x02X', '$ echo X"a b" c'],
    ['a line sought by a text that is typed first', '', 'echo one\rls /\r\x1bpon\rX', '$ echo Xone'],
    ['patterns expanded, variables by name', '', 'echo /et*\x18*PW\x1b$', '$ echo /etc PWD'],
    ['capitals after Meta, a number of characters', '', 'a\x1bB\x1bU\x1b3x', '$ Axxx'],
    ['marks, and what is no motion', 'set editing-mode vi', 'a bc d\x1b0wmx$d`xcaiZ', '$ a Zd'],
    ['a slash for links when they are named in full', '', 'echo /bi\t\x1b#ls /bi\t\t', '$ ls /bin/'],
    ['tabs up to their stop', '', 'ab\x16\tc', '$ ab    c'],
    ['comment-begin', 'set comment-begin "-- "', 'x\x1b#\x10', '$ "-- "x'],
    ['completion switched off', 'set disable-completion on', 'l /et\tx', '$ l /et x'],
    ['a key that only begins a binding', '"jj": kill-whole-line', 'ajb', '$ ajb'],
  ];
  it.each(cases)('%s', async (_name, inputrc, typed, last) => {
    const shell = await withInputrc(inputrc);
    expect((await shell.type(typed)).at(-1)).toBe(last);
  });

  it('a terminal that has not told its size counts as one of 80 columns', async () => {
    const shell = new Typist();
    shell.master.resize({ columns: 0, rows: 0 });
    shell.settle(0.01);
    expect((await shell.type('echo hi\r')).slice(-3)).toEqual(['$ echo hi', 'hi', '$']);
  });

  it('bind binds, lists, asks and removes', async () => {
    const shell = new Typist();
    await shell.type(`bind '"\\C-t": "uname"'; bind -x '"\\C-g": READLINE_LINE="[$READLINE_LINE]"'\r`);
    expect((await shell.type('\x14')).at(-1)).toBe('$ uname');
    expect((await shell.type('\x07')).at(-1)).toBe('$ [uname]');
    await shell.type('\x05\x15clear\r');
    expect(await shell.type(`bind -s; bind -q yank; bind -q menu-complete; bind nonsense:\r`)).toEqual([
      `$ bind -s; bind -q yank; bind -q menu-complete; bind nonsense:`,
      '"\\C-t": "uname"',
      'yank can be invoked via "\\C-y".',
      'menu-complete is not bound to any keys.',
      '$',
    ]);
    expect((await shell.type(`bind -r '\\C-t'; bind -q foo\rab\x14`)).slice(-2)).toEqual([
      "bash: bind: `foo': unknown function name",
      '$ ab',
    ]);
    expect(
      (await shell.type("\x15bind -v | grep -c '^set'; bind 'set x y'; bind '\"a\": zork'\r")).slice(-4),
    ).toEqual(
      ['46', 'readline: x: unknown variable name', 'readline: zork: unknown function name', '$'].slice(-4),
    );
  });
});

describe('completion as it is set', () => {
  it('ignores case', async () => {
    const shell = await withInputrc('set completion-ignore-case on', 'touch Makefile\n');
    expect((await shell.type('cat make\t')).at(-1)).toBe('$ cat Makefile');
  });

  it('lists at once, goes through a menu', async () => {
    const shell = await withInputrc(
      'set show-all-if-ambiguous on\n"\\C-n": menu-complete\n',
      'touch one.txt only.txt other\n',
    );
    expect((await shell.type('cat o\t')).slice(-2)).toEqual(['one.txt   only.txt  other', '$ cat o']);
    expect((await shell.type('\x0e\x0e')).at(-1)).toBe('$ cat only.txt');
  });

  it('asks before it lists many, a window full at a time', async () => {
    const shell = new Typist({ rc: "PS1='$ '\ntouch f{1..120}\n" });
    expect((await shell.type('cat f\t\t')).at(-1)).toBe('Display all 120 possibilities? (y or n)');
    expect((await shell.type('n')).at(-1)).toBe('$ cat f');
    await shell.resize(30, 10);
    await shell.type('\t\t');
    expect((await shell.type('y')).at(-1)).toBe('--More--');
    expect((await shell.type('q')).at(-1)).toBe('$ cat f');
  });
});

describe('the ^C key at the prompt', () => {
  it('runs the trap', async () => {
    const shell = new Typist();
    await shell.type("trap 'echo caught' INT\r");
    expect((await shell.type('abc\x03')).slice(-3)).toEqual(['$ abc^C', 'caught', '$']);
  });
});
