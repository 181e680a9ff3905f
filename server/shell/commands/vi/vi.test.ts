import { describe, expect, test } from 'vitest';
import { TestWorld } from '../testing.ts';
import { EDITOR_COMMANDS } from './index.ts';

const P = '\x1b';

/** Name, file before, keys typed, file after. */
const CASES: readonly (readonly [string, string, string, string])[] = [
  ['insert', 'a\nb\n', 'ihello' + P + ':wq\r', 'helloa\nb\n'],
  ['dd p', '1\n2\n3\n', 'ddp:wq\r', '2\n1\n3\n'],
  ['dw', 'foo bar baz\n', 'dw:wq\r', 'bar baz\n'],
  ['cw', 'foo bar\n', 'cwxx' + P + 'w.:wq\r', 'xx xx\n'],
  ['ciw', 'say "hello there" ok\n', 'fhciwX' + P + ':wq\r', 'say "X there" ok\n'],
  ['ci"', 'say "hello there" ok\n', 'ci"X' + P + ':wq\r', 'say "X" ok\n'],
  ['A o', 'a\nb\n', 'A!' + P + 'onew' + P + ':wq\r', 'a!\nnew\nb\n'],
  ['s///g', '2379 x 2379\n2379\n', ':%s/2379/2380/g\r:wq\r', '2380 x 2380\n2380\n'],
  ['visual line', '1\n2\n3\n4\n', 'jVjd:wq\r', '1\n4\n'],
  ['visual block I', 'aa\nbb\ncc\n', '\x16jjI# ' + P + ':wq\r', '# aa\n# bb\n# cc\n'],
  ['block x', 'aab\nbbb\nccb\n', '\x16jlx:wq\r', 'b\nb\nccb\n'],
  ['undo', 'abc\n', 'xxu:wq\r', 'bc\n'],
  ['redo', 'abc\n', 'xxuu\x12:wq\r', 'bc\n'],
  ['search', 'one\ntwo\nthree\n', '/thr\rdd:wq\r', 'one\ntwo\n'],
  ['macro', '1\n2\n3\n', 'qaA;' + P + 'jq2@a:wq\r', '1;\n2;\n3;\n'],
  ['>>', 'a\nb\n', ':set sw=2 et\r>>j>>:wq\r', '  a\n  b\n'],
  ['V>', 'a\nb\n', ':set sw=2 et\rVj>:wq\r', '  a\n  b\n'],
  ['autoindent', '  a\n', ':set ai\rob' + P + ':wq\r', '  a\n  b\n'],
  ['yyp count', 'x\ny\n', 'yy3p:wq\r', 'x\nx\nx\nx\ny\n'],
  ['gg G', '1\n2\n3\n', 'Gdd:wq\r', '1\n2\n'],
  ['g//d', 'a1\nb\na2\n', ':g/a/d\r:wq\r', 'b\n'],
  ['J', 'a\n  b\nc\n', 'J:wq\r', 'a b\nc\n'],
  ['r ~', 'abc\n', 'rxl~:wq\r', 'xBc\n'],
  ['f t ;', 'a,b,c,d\n', 't,;dt,:wq\r', 'a,,c,d\n'],
  ['x count', 'abcdef\n', '3x:wq\r', 'def\n'],
  ['D C', 'abc def\nx\n', 'wD:wq\r', 'abc \nx\n'],
  ['tabs et', 'a\n', ':set et sw=2 ts=2\rA\tb' + P + ':wq\r', 'a b\n'],
  ['marks', '1\n2\n3\n', "majjd'a:wq\r", ''],
  ['di(', 'f(a, b)\n', 'fadi(:wq\r', 'f()\n'],
  ['da{', 'x {\n  a\n}\ny\n', 'jdi{:wq\r', 'x {\n}\ny\n'],
  ['gU', 'abc def\n', 'gUiw:wq\r', 'ABC def\n'],
  ['p chars', 'ab\n', 'xp:wq\r', 'ba\n'],
  ['dap', 'a\nb\n\nc\n', 'dap:wq\r', 'c\n'],
  [':r', 'a\n', ':r /tmp/other\r:wq\r', 'a\nO1\nO2\n'],
  [':m :t', '1\n2\n3\n', ':1m$\r:1t.\r:wq\r', '2\n3\n1\n2\n'],
  ['paste', 'a\n', 'o\x1b[200~k:\n  v: 1\n\x1b[201~' + P + ':wq\r', 'a\nk:\n  v: 1\n\n'],
  ['backspace', '\n', 'iabc\x7f\x7fx' + P + ':wq\r', 'ax\n'],
  ['normal', 'a\nb\n', ':%norm A;\r:wq\r', 'a;\nb;\n'],
  ['insert newline', 'ab\n', 'a\r' + P + ':wq\r', 'a\nb\n'],
  ['3dd', '1\n2\n3\n4\n', '3dd:wq\r', '4\n'],
  ['d$', 'abc\n', 'ld$:wq\r', 'a\n'],
  ['count insert', '\n', '3ix' + P + ':wq\r', 'xxx\n'],
  ['ctrl-a', 'n: 9\n', '\x01:wq\r', 'n: 10\n'],
  ['*', 'foo\nbar\nfoo x\n', '*dw:wq\r', 'foo\nbar\nx\n'],
  [':sort', 'c\na\nb\n', ':sort\r:wq\r', 'a\nb\nc\n'],
  [':sort by what follows a pattern', 'x-b\nno\ny-a\n', ':sort /-/\r:wq\r', 'no\ny-a\nx-b\n'],
  [':sort by what matches it', 'b2\na1\n', ':sort /\\d/ r\r:wq\r', 'a1\nb2\n'],
  [':sort! of equals turns them around', 'b\na\n', ':sort! f\r:wq\r', 'a\nb\n'],
  [':sort ui nx', '0x1f\n0x2\n', ':sort x\r:wq\r', '0x2\n0x1f\n'],
  ['gq fills paragraphs', 'aaa bbb\nccc\n\nx\n', 'gqG:wq\r', 'aaa bbb ccc\n\nx\n'],
  [
    'gq keeps what begins a comment',
    '  # some words and more\n  # yes\nx\n',
    ':set tw=16\rgqG:wq\r',
    '  # some words\n  # and more yes\nx\n',
  ],
  ['gw leaves the cursor', 'a\nb\nc\n', '3gwwx:wq\r', ' b c\n'],
  [
    'textwidth',
    'a\n',
    `:set ai tw=20\ro  some words that go on until 40 x${P}:wq\r`,
    'a\n  some words that go\n  on until 40 x\n',
  ],
  ['digraphs', '\n', `i\x0ba:\x0b->\x0bEu\x0bxy${P}:wq\r`, 'ä→€y\n'],
  [':argdo', 'a\n', ':argdo s/a/b/\r:wq\r', 'b\n'],
  [':bufdo', 'a\n', ':bufdo s/a/b/\r:wq\r', 'b\n'],
  ['q: carries out a line of the history', 'ax\n', ':s/x/y/\ruq:k\r:wq\r', 'ay\n'],
  ['q: is closed by :q', 'a\n', 'q::q\rx:wq\r', '\n'],
  [':put =', 'a\n', ":put ='b'\r:wq\r", 'a\nb\n'],
  ['a closed fold is deleted whole', '1\n2\n3\n4\n', 'jzfjdd:wq\r', '1\n4\n'],
  ['an open one is not', '1\n2\n3\n4\n', 'jzfjzodd:wq\r', '1\n3\n4\n'],
  ['j goes over a closed fold', '1\n2\n3\n4\n', 'jVjzfjx:wq\r', '1\n2\n3\n\n'],
  ['folds by indent', 'a:\n  b\n  c\nd\n', ':set fdm=indent sw=2\rjdd:wq\r', 'a:\nd\n'],
  ['zR opens them', 'a:\n  b\n  c\nd\n', ':set fdm=indent sw=2\rzRjdd:wq\r', 'a:\n  c\nd\n'],
  ['range', '1\n2\n3\n4\n', ':2,3d\r:wq\r', '1\n4\n'],
  ['s & groups', 'a=1\n', ':s/\\(.*\\)=\\(.*\\)/\\2=\\1/\r:wq\r', '1=a\n'],
  ['ZZ', 'a\n', 'xZZ', '\n'],
  ['gg=G noop', 'a\n', 'gg=G:wq\r', 'a\n'],
  ['yiw P', 'foo bar\n', 'yiwwP:wq\r', 'foo foobar\n'],
  ['ddu', '1\n2\n', 'ddu:wq\r', '1\n2\n'],
  ['d) takes a sentence', 'One. Two! Three?\nFour.\n', 'd):wq\r', 'Two! Three?\nFour.\n'],
  ['das with its blanks', 'One. Two! Three?\n', 'wwdas:wq\r', 'One. Three?\n'],
  ['( goes back', 'One. Two\n', '$(rX:wq\r', 'One. Xwo\n'],
  ['cit', '<a><b>x</b></a>\n', 'fxcity' + P + ':wq\r', '<a><b>y</b></a>\n'],
  ['2dat', '<a><b>x</b></a>!\n', 'fx2dat:wq\r', '!\n'],
  ['j keeps the screen column', '\tab\n0123456789\n', '$jx:wq\r', '\tab\n012345678\n'],
  ['shiftround', '   a\n', ':set sw=2 et sr\r>>:wq\r', '    a\n'],
  ['Tab completes a name', 'a\n', ':r /tmp/oth\t\r:wq\r', 'a\nO1\nO2\n'],
  ['vaw grows', 'a b c d\n', 'vawawd:wq\r', 'c d\n'],
  ['$A on a block', 'a\nbcd\nef\n', '\x16jj$A;' + P + ':wq\r', 'a;\nbcd;\nef;\n'],
  ['a block over a tab', '\tx\nabcdefghijk\n', 'j$\x16kd:wq\r', '\tx\nabcdefghi\n'],
  ['> on a block', 'abc\ndef\n', ':set sw=2 et\rl\x16j>:wq\r', 'a  bc\nd  ef\n'],
  ['2I on a block', 'ab\ncd\n', '\x16j2I-' + P + ':wq\r', '--ab\n--cd\n'],
  ['2daw over lines', 'a\nb c\n', '2daw:wq\r', 'c\n'],
  ['di( looks ahead', 'f (a)\n', 'di(:wq\r', 'f ()\n'],
  [':undo 1', 'abc\n', 'xx:undo 1\r:wq\r', 'bc\n'],
  ['g- finds a lost branch', 'abc\n', 'xuA!' + P + 'g-:wq\r', 'bc\n'],
  [':earlier', 'abc\n', 'xx:earlier 1m\r:wq\r', 'abc\n'],
  ['imap', 'a\n', ':inoremap jk <Esc>\rojjkx:wq\r', 'a\n\n'],
  ['nnoremap of several keys', 'a\nb\n', ':nnoremap ,d ddp\r,d:wq\r', 'b\na\n'],
  ['a map that names itself', 'ab\n', ':nnoremap x xA!<Esc>\rx:wq\r', 'b!\n'],
  ['^N', 'container: x\n', 'ocon\x0e: y' + P + ':wq\r', 'container: x\ncontainer: y\n'],
  ['^O in insert mode', 'abc\n', 'ix\x0f$y' + P + ':wq\r', 'xabcy\n'],
  ['the command line is edited', 'abc\n', ':s/b/c\x1b[D\x1b[D\x7fa\r:wq\r', 'cbc\n'],
  ['^O goes back', '1\n2\n3\n', 'G\x0fx:wq\r', '\n2\n3\n'],
  ['g;', '1\n2\n3\n', 'xGg;iy' + P + ':wq\r', 'y\n2\n3\n'],
  ['a range the wrong way round', '1\n2\n3\n', ':2,1d\ry:wq\r', '3\n'],
  // Found by comparing with a real vim (scripts/fuzz-vi.ts).
  ['>2W ends with the line', '1\n2\n3\n', '>2W:wq\r', '\t1\n\t2\n3\n'],
  ['A with a count', 'ab\n', '3A x' + P + 'r!:wq\r', 'ab x x !\n'],
  ['o with a count', 'a\n', '2ob' + P + ':wq\r', 'a\nb\nb\n'],
  ['R with a count', 'abcdef\n', '2Rxy' + P + ':wq\r', 'xyxyef\n'],
  ['^W stops where insertion began', 'ab c\n', 'Axy\x17z' + P + ':wq\r', 'ab cz\n'],
  ['^U too, once', 'ab c\n', 'Axy\x15\x15z' + P + ':wq\r', 'z\n'],
  ['h fails at the start', 'ab\n', 'dh:wq\r', 'ab\n'],
  ['a failing motion ends a macro', 'a\nb\n', 'qaxjq@a@a:wq\r', '\n\n'],
  ['. is no ex command', 'a\nb\nc\n', ':j\r.:wq\r', 'a b\nc\n'],
  ['@:', 'aaa\n', ':s/a/b/\r@::wq\r', 'bba\n'],
  ["'' at first", 'a\nb\n', "j''x:wq\r", '\nb\n'],
  ['undo brings the cursor back', 'one two\n', 'wxuiX' + P + ':wq\r', 'one Xtwo\n'],
  ['a macro is undone as one', 'abcdef\n', 'qqxxq@qu:wq\r', 'cdef\n'],
  [':g is undone as one', 'a\na\nb\n', ':g/a/t.\ru:wq\r', 'a\na\nb\n'],
  ['di( looks ahead', 'x\ny (a b)\n', 'di(:wq\r', 'x\ny ()\n'],
  ['d} takes lines', 'a\nb\n\nc\n', 'd}p:wq\r', '\na\nb\nc\n'],
  ['2D', 'a b\nc d\ne\n', 'w2D:wq\r', 'a \ne\n'],
  ['block C', 'abcd\nefgh\n', 'l\x16jCx' + P + ':wq\r', 'ax\nex\n'],
  ['lines put over characters', 'ab\ncd\n', 'yyjvp:wq\r', 'ab\n\nab\nd\n'],
  ['characters put over lines', 'ab\ncd\n', 'yljVp:wq\r', 'ab\na\n'],
  [']p', 'a\n  b\n', 'yyj]p:wq\r', 'a\n  b\n  a\n'],
  ['an empty match', 'abc\n', ':s/x*/-/g\r:wq\r', '-a-b-c\n'],
  ['1,. ends at the cursor', '1\n2\n3\n', 'j:1,.d\r:wq\r', '3\n'],
  [':%m$ leaves all', '1\n2\n', ':%m$\r:wq\r', '1\n2\n'],
  [':r of nothing', '1\n', ':r /dev/null\r:wq\r', '1\n'],
  ['"1 with another register', '1\n2\n', '"addj"1p:wq\r', '2\n1\n'],
  ['cc', '  a\nb\n', 'ccx' + P + ':wq\r', 'x\nb\n'],
];

function edit(before: string, keys: string) {
  const world = new TestWorld({ commands: EDITOR_COMMANDS });
  world.files(({ fs }) => {
    fs.write('/tmp/f', before);
    fs.write('/tmp/other', 'O1\nO2\n');
  });
  const result = world.run(['vi', '/tmp/f'], { stdin: keys });
  let after = '';
  world.files(({ fs }) => {
    after = fs.read('/tmp/f');
  });
  return { ...result, after };
}

describe('vi', () => {
  test.each(CASES)('%s', (_name, before, keys, want) => {
    const { after, status } = edit(before, keys);
    expect({ after, status }).toEqual({ after: want, status: 0 });
  });

  test.each([
    ['a change is not lost', 'x:q\r', 'E37: No write since last change (add ! to override)'],
    ['an unknown command', ':foo\r', 'E492: Not an editor command: foo'],
    ['a missing pattern', '/nope\r', 'E486: Pattern not found: nope'],
    ['what was written', ':w\r', '"/tmp/f" 1L, 4B written'],
  ])('%s is told of', (_name, keys, message) => {
    const { stdout } = edit('abc\n', keys);
    expect(stdout).toContain(message);
  });
});
