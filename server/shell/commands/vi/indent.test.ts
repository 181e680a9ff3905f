import { describe, expect, test } from 'vitest';
import { Desk } from '../screen/testing.ts';
import { TestWorld } from '../testing.ts';
import { EDITOR_COMMANDS } from './index.ts';

const ESC = '\x1b';
const POD = 'kind: Pod\nmetadata:\n  name: web\n  labels:\n    app: web\n';

/** File, what is there before, what is typed, what is there after; as the real vim has it. */
const CASES: readonly (readonly [string, string, string, string])[] = [
  ['x.yaml', '', 'ikind: Pod\rmetadata:\rname: web\rlabels:\rapp: web', POD],
  ['x.yaml', '', 'ia:\r- b: 1\rc: 2', 'a:\n  - b: 1\n    c: 2\n'],
  ['x.yaml', '', 'ia: |\rtext', 'a: |\n  text\n'],
  ['x.yaml', '', 'ia: [\rx,\r]\rb: {', 'a: [\n  x,\n]\nb: {\n'],
  ['x.yaml', '', `ia:${ESC}o${ESC}`, 'a:\n\n'],
  ['x.yaml', '', 'i# one\rtwo', '# one\n# two\n'],
  ['x.yaml', '', ':set paste\ria:\r  b:\r    c: 1', 'a:\n  b:\n    c: 1\n'],
  ['x.yaml', '', ':set inde=\ria:\rb: 1', 'a:\nb: 1\n'],
  ['x.yaml', 'a:\n    b:\n          c: 2\n', 'gg=G', 'a:\n  b:\n    c: 2\n'],
  ['x.yaml', 'a:\n  b: 1\n', 'jccc: 2', 'a:\n  c: 2\n'],
  ['x.yaml', 'a: 1\n', 'ob: 2', 'a: 1\nb: 2\n'],
  ['x.yaml', 'a:\n', 'o  b:\rc: 1', 'a:\n    b:\n      c: 1\n'],
  ['x.yaml', 'a: 1\n', 'o  b: 2', 'a: 1\n    b: 2\n'],
  ['x.sh', '# one\n', 'otwo', '# one\n# two\n'],
  ['x.txt', '', 'ia:\r  b: 1\rc', 'a:\n  b: 1\nc\n'],
];

function edit(name: string, before: string, keys: string, vimrc?: string): string {
  const world = new TestWorld({ commands: EDITOR_COMMANDS });
  let after = '';
  world.files(({ fs }) => {
    fs.write(`/tmp/${name}`, before);
    if (vimrc !== undefined) fs.write('/root/.vimrc', vimrc);
  });
  world.run(['vim', name], { stdin: `${keys}${ESC}:wq\r` });
  world.files(({ fs }) => {
    after = fs.read(`/tmp/${name}`);
  });
  return after;
}

describe('vi indents', () => {
  test.each(CASES)('%s %j %j', (name, before, keys, after) => {
    expect(edit(name, before, keys)).toBe(after);
  });

  test('a vimrc does without the defaults, but may ask for them', () => {
    const keys = 'ia:\rb: 1';
    expect(edit('x.yaml', '', keys, 'set et sw=2\n')).toBe('a:\nb: 1\n');
    const folding = 'set fdm=indent fdls=9\n';
    expect(edit('x.yaml', 'a:\n        b\n        c\n', 'jdd', folding)).toBe('a:\n        c\n');
    expect(edit('x.yaml', '', keys, 'filetype plugin indent on\n')).toBe('a:\n  b: 1\n');
  });

  test('what a vimrc asks for in vain is told of by line, scripts are passed over', async () => {
    const desk = new Desk(['vi', '/tmp/f'], {
      files: { '/root/.vimrc': 'if 1\nset nu\nendif\nset foo=1\nbad x\n' },
    });
    expect((await desk.look(500)).slice(-6)).toEqual([
      'Error detected while processing /root/.vimrc:',
      'line    4:',
      'E518: Unknown option: foo=1',
      'line    5:',
      'E492: Not an editor command: bad x',
      'Press ENTER or type command to continue',
    ]);
    expect((await desk.type('\r'))[0]).toBe('  1');
  });
});
