import { describe, expect, it } from 'vitest';
import { Typist } from './testing.ts';

const UP = '\x1b[A';

describe('keys of the line editor', () => {
  const cases: [name: string, typed: string, line: string][] = [
    ['moves and inserts', 'echo b\x01\x06\x06\x06\x06\x06a', '$ echo ab'],
    ['kills to the end and yanks', 'one two\x01\x0b\x19\x19', '$ one twoone two'],
    ['kills words both ways', 'a b c\x17\x17x', '$ a x'],
    ['joins kills', 'a b c\x17\x17\x19', '$ a b c'],
    ['goes round the kill ring', 'aa bb\x17\x01\x0bx \x19\x1by', '$ x bb'],
    ['undoes', 'abc\x17\x1f', '$ abc'],
    ['transposes', 'ab\x14', '$ ba'],
    ['changes case', 'foo bar\x01\x1bu\x1bc', '$ FOO Bar'],
    ['deletes backwards by words', 'foo-bar baz\x1b\x7f\x1b\x7f', '$ foo-'],
    ['wide characters', '한글x\x02\x02\x7f', '$ 글x'],
    ['quotes the next key', 'a\x16\x01b', '$ a^Ab'],
    ['pastes several lines', '\x1b[200~one\ntwo\x1b[201~', '$ one|two'],
  ];
  it.each(cases)('%s', async (_name, typed, line) => {
    expect((await new Typist().type(typed)).join('|')).toBe(line);
  });
});

it('walks through the history, keeps edits, searches it', async () => {
  const shell = new Typist();
  await shell.type('echo one\recho two\r');
  expect((await shell.type(`${UP}${UP}!`)).at(-1)).toBe('$ echo one!');
  expect((await shell.type('\x0e')).at(-1)).toBe('$ echo two');
  expect((await shell.type('\x10')).at(-1)).toBe('$ echo one!');
  expect((await shell.type('\x03\x12tw')).at(-1)).toBe("(reverse-i-search)`tw': echo two");
  expect((await shell.type('\r')).slice(-2)).toEqual(['two', '$']);
  expect((await shell.type('x \x1b.')).at(-1)).toBe('$ x two');
});

it('wraps, and wraps anew when the window changes', async () => {
  const shell = new Typist({ columns: 20 });
  expect(await shell.type('echo 0123456789abcdefgh')).toEqual(['$ echo 0123456789abc', 'defgh']);
  await shell.type('\x01\x06\x06\x06\x06\x06X');
  expect(await shell.screen()).toEqual(['$ echo X0123456789ab', 'cdefgh']);
  expect((await shell.type('\x05!\r')).at(-2)).toBe('X0123456789abcdefgh!');
});

it('asks for more lines and keeps them as one in the history', async () => {
  const shell = new Typist();
  expect(await shell.type('for i in a b; do\recho $i\rdone\r')).toEqual([
    '$ for i in a b; do',
    '> echo $i',
    '> done',
    'a',
    'b',
    '$',
  ]);
  expect((await shell.type(UP)).at(-1)).toBe('$ for i in a b; do echo $i; done');
  const quoted = new Typist();
  expect((await quoted.type("echo 'a\rb'\rcat <<E\rx\rE\r")).slice(-5)).toEqual([
    '$ cat <<E',
    '> x',
    '> E',
    'x',
    '$',
  ]);
});

it('completes commands, files, variables and lists what is not certain', async () => {
  const shell = new Typist();
  expect((await shell.type('cd /us\tb\t')).at(-1)).toBe('$ cd /usr/bin/');
  expect((await shell.type('\x15ech\t$HOM\t')).at(-1)).toBe('$ echo $HOME/');
  await shell.type("\x15touch 'a b' abc\r");
  expect((await shell.type('cat a\t\t')).slice(-3)).toEqual(['$ cat a', 'a b  abc', '$ cat a']);
  expect((await shell.type('\\ \t')).at(-1)).toBe('$ cat a\\ b');
});

it('completes as a completion function says', async () => {
  const shell = new Typist({
    rc: `PS1='$ '
_fruit() { local cur=\${COMP_WORDS[COMP_CWORD]}; COMPREPLY=($(compgen -W "apple apricot banana" -- "$cur")); }
complete -F _fruit eat e
complete -W 'red green' paint
`,
  });
  expect((await shell.type('eat b\t')).at(-1)).toBe('$ eat banana');
  expect((await shell.type('\x15e a\t\t\t')).slice(-3)).toEqual(['$ e ap', 'apple    apricot', '$ e ap']);
  expect((await shell.type('\x15paint gr\tx')).at(-1)).toBe('$ paint green x');
});

describe('sessions, recorded from bash 5.2', () => {
  const files = { '/w/dir1/x': '', '/w/dir2/x': '' };
  const cases: [name: string, typed: readonly string[], last: readonly string[]][] = [
    [
      'vi: Enter in command mode',
      ['set -o vi\r', 'echo a1\r', 'echo b2\r', '\x1bkk\r'],
      ['$ echo a1', 'a1', '$'],
    ],
    ['vi: cw leaves the blank', ['set -o vi\r', 'echo c d e\x1bbbcwX\x1b\r'], ['$ echo X d e', 'X d e', '$']],
    ['Tab lists only when the one before changed nothing', ['cd di\t\t'], ['$ cd dir']],
    ['a slash stands in the gap', ['cd di\t\t\t'], ['dir1/ dir2/', '$ cd dir']],
    ['a variable that is a directory', ['echo $HOM\t\r'], ['$ echo $HOME/', '/root/', '$']],
    [
      'fc -s',
      ['echo a; echo a\r', 'fc -s a=z\r', 'history 2\r'],
      ['    2  echo z; echo z', '    3  history 2', '$'],
    ],
    [
      'HISTIGNORE',
      ["HISTIGNORE='ls*:cd'\r", 'ls -d /\r', 'history\r'],
      ["    1  HISTIGNORE='ls*:cd'", '    2  history', '$'],
    ],
    ['autocd', ['shopt -s autocd\r', 'dir1\r', 'pwd\r'], ['$ dir1', 'cd -- dir1', '$ pwd', '/w/dir1', '$']],
    ['a number repeats', ['echo a b c d\x1b2\x1b\x7f\r'], ['$ echo a b', 'a b', '$']],
    [
      'a negative number turns round',
      ['echo one two\x1b--\x1bu\x1b2\x02\x0b\r'],
      ['$ echo one T', 'one T', '$'],
    ],
    ['a number is shown', ['echo one two\x1b5'], ['(arg: 5) echo one two']],
    ['a number of lines', ['echo a\r', 'echo b\r', 'echo c\r', '\x1b3\x1b[A\r'], ['$ echo a', 'a', '$']],
    [
      '^R finds all places',
      ['echo oo\r', 'true o\r', '\x12o\x12\x12\x0a', 'X\r'],
      ['$ echo Xoo', 'Xoo', '$'],
    ],
    [
      'vi: / shows a line, Enter runs it',
      ['set -o vi\r', 'echo one\r', ':\r', '\x1b', '/one\r', 'A!\r'],
      ['$ echo one!', 'one!', '$'],
    ],
    ['vi: % under d', ['set -o vi\r', 'echo x a(b c) d\x1b', '0wwd%', '\r'], ['$ echo x  d', 'x d', '$']],
    [
      'vi: counts of r, ~, p',
      ['set -o vi\r', 'echo abcd\x1b', '3h2rx', '2~yl3p', '\r'],
      ['$ echo xXCdddd', 'xXCdddd', '$'],
    ],
    ['M-{', ['touch f1 f2 fa\r', 'echo f\x1b{\r'], ['$ echo f{1,2,a}', 'f1 f2 fa', '$']],
    ['vi: a change again', ['set -o vi\r', 'echo a b c\x1b', '0wdw.', '\r'], ['$ echo c', 'c', '$']],
    [
      'vi: R writes over',
      ['set -o vi\r', 'echo abcd\x1b', '3h', 'RXY\x1b', '\r'],
      ['$ echo XYcd', 'XYcd', '$'],
    ],
    [
      'vi: the mode in the prompt',
      ['set -o vi\r', "bind 'set show-mode-in-prompt on'\r", 'ab\x1bh'],
      ['(cmd)$ ab'],
    ],
    [
      'no more lines are asked for',
      ['if true; echo; fi\r'],
      ['$ if true; echo; fi', "bash: syntax error near unexpected token `fi'", '$'],
    ],
    [
      'nor behind a redirection',
      ['echo >\r'],
      ['$ echo >', "bash: syntax error near unexpected token `newline'", '$'],
    ],
    ['cdspell', ['shopt -s cdspell\r', 'cd dri1\r'], ['$ cd dri1', 'dir1', '$']],
  ];
  it.each(cases)('%s', async (_name, typed, last) => {
    const shell = new Typist({ files });
    for (const keys of typed) await shell.type(keys);
    expect((await shell.screen()).slice(-last.length)).toEqual(last);
  });
});

describe('jobs', () => {
  it('stops, lists, continues and interrupts', async () => {
    const shell = new Typist();
    await shell.type('sleep 50\r');
    expect((await shell.type('\x1a')).slice(-2)).toEqual(['[1]+  Stopped                 sleep 50', '$']);
    expect((await shell.type('bg; jobs\r')).slice(-3)).toEqual([
      '[1]+ sleep 50 &',
      '[1]+  Running                 sleep 50 &',
      '$',
    ]);
    await shell.type('fg\r');
    expect((await shell.type('\x03echo $?\r')).slice(-3)).toEqual(['$ echo $?', '130', '$']);
    await shell.type('sleep 1 &\r');
    expect((await shell.type('\r', 2)).at(-1)).toBe('$');
    expect((await shell.type('\r')).slice(-2)).toEqual(['[1]+  Done                    sleep 1', '$']);
  });

  it('^C ends loops of the shell itself', async () => {
    const shell = new Typist();
    await shell.type('while :; do :; done\r');
    expect((await shell.type('\x03', 0.5)).at(-1)).toBe('$');
    await shell.type('while true; do sleep 1; done\r', 3);
    expect((await shell.type('\x03')).at(-1)).toBe('$');
  });
});

it('hands what was typed ahead to the command that reads', async () => {
  const shell = new Typist();
  expect((await shell.type('read x; cat\rfirst\rsecond\r\x04echo [$x]\r')).slice(-3)).toEqual([
    '$ echo [$x]',
    '[first]',
    '$',
  ]);
});

it('remembers commands for the next session', async () => {
  const shell = new Typist();
  await shell.type('echo kept\rexit\r');
  expect(shell.process.alive).toBe(false);
  const { world } = shell;
  expect(world.run('cat /root/.bash_history').stdout).toBe('echo kept\nexit\n');
});

it('expands history and prompts', async () => {
  const shell = new Typist({ rc: "PS1='\\u@\\h:\\w\\$ '\nPROMPT_COMMAND='n=$((n+1))'\n" });
  expect((await shell.type('cd /usr/bin\recho a b\r^a^c\r')).slice(-3)).toEqual([
    'echo c b',
    'c b',
    'root@base:/usr/bin#',
  ]);
  expect((await shell.type('cd; echo !$ !-2:1 $n\r')).slice(-2)).toEqual(['b a 4', 'root@base:~#']);
});

it('edits with vi keys', async () => {
  const shell = new Typist({ rc: "PS1='$ '\nset -o vi\n" });
  await shell.type('echo one two\x1b', 1);
  expect((await shell.type('bdwafour')).at(-1)).toBe('$ echo one four');
});
