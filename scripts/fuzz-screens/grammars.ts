import type { Random } from '../../server/sim/index.ts';
import { LINE_EDITORS } from './line-editor.ts';

/** A program among files, and the keys that are typed one after another. */
export interface Session {
  readonly command: string;
  readonly files: Readonly<Record<string, string>>;
  readonly keys: readonly string[];
}

export interface Grammar {
  session(random: Random): Session;
  /** Takes out of a line what must differ: times, numbers of processes. */
  tidy?(line: string): string;
}

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
  - name: c
    image: nginx:1.25
    command: ["sh", "-c", "sleep 3600"]
`;
const LONG = Array.from({ length: 60 }, (_, i) => `line ${i + 1} of the long file\n`).join('');
const MIXED =
  'one two  three\nfoo(bar, "baz qux") { x }\n\n  indented line\n\tTab here\tand\tthere\n' +
  `${'wide words that go on '.repeat(9)}\n\n\nx=é한 y\nlast-line\n`;

const FILES = { f: POD, g: LONG, h: MIXED, short: 'a b c\n', empty: '', raw: 'no end' };
const NAMES = Object.keys(FILES);

function picker(random: Random) {
  return <T>(items: readonly T[]): T => items[random.below(items.length)] as T;
}

const ARROWS = ['\x1b[A', '\x1b[B', '\x1b[C', '\x1b[D'];
const words = ['web', 'line', 'e', 'nginx', 'name', 'zzz', 'a.c', '[0-9]+', 'Pod', 'l.*e', 'o', '  '];

const nano: Grammar = {
  session(random) {
    const pick = picker(random);
    const meta = (letters: string) => pick([...letters].map((letter) => `\x1b${letter}`));
    const typed = () => pick(['X', 'new: 1', 'a\rb', '\tq', 'foo bar', '한', '\r']);
    const ask = () =>
      pick([
        () => `\x17${pick(words)}\r`,
        () => `\x17\r`,
        () => `\x17${pick(['\x1bc', '\x1br', '\x1bb'])}${pick(words)}\r`,
        () => `\x17${pick(words)}\x03`,
        () => `\x1c${pick(words)}\rNEW\r${pick(['y', 'n', 'a', 'yny', '\x03', 'ya'])}`,
        () => `\x1br${pick(words)}\r\ra`,
        () => `\x1f${pick(['3', '5,4', '-1', 'x', '', '99', ',3', '2,99'])}\r`,
        () => `\x0f${pick(['\r', '\x03', 'x\r', '\x1bd\r', '\x7f\r'])}`,
        () => `\x12${pick(['short', 'nosuch', 'raw', ''])}${pick(['\r', '\x03'])}`,
        () => `\x18${pick(['\x03', ''])}`,
        () => pick(['\x17', '\x1c', '\x0f', '\x12', '\x1f']),
      ])();
    const command = (): string =>
      pick([
        () => pick(ARROWS),
        () => pick(ARROWS),
        () => pick(['\x1b[H', '\x1b[F', '\x1b[5~', '\x1b[6~', '\x01', '\x05', '\x16', '\x19']),
        () => pick(['\x1b[1;5C', '\x1b[1;5D', '\x1b ', '\x1b(', '\x1b)', '\x1b]', '\x1b-', '\x1b+']),
        () => pick(['\x0b', '\x0b', '\x15', '\x15', '\x1b6', '\x1ba', '\x1e', '\x1bt']),
        () => pick(['\x1bu', '\x1be', '\x1bu', '\x04', '\x7f', '\x1b[3~', '\x1b\x7f']),
        typed,
        typed,
        ask,
        ask,
        () => pick(['\x03', '\x1bd', '\x1b}', '\x1b{', '\x1b3', '\x1b\\', '\x1b/', '\x1bw', '\x1bq', '\x0c']),
        () => meta('nNpPsSiIxXcC$kKlLyY'),
        () =>
          pick(['\x0a', '\x1bj', '\x14\x03', '\x07\x18', '\x11e\r', '\x1b>', '\x1b<', '\x1b1', '\x1bv\t']),
      ])();
    const flags = pick([
      '',
      '',
      '',
      '',
      '-l ',
      '-i ',
      '-x ',
      '-v ',
      '+5 ',
      '-E ',
      '-T 4 ',
      '-c ',
      '-S ',
      '+3,4 ',
    ]);
    return {
      command: `nano ${flags}${pick([...NAMES, 'f', 'g', 'h', 'nosuch'])}`,
      files: FILES,
      keys: Array.from({ length: 1 + random.below(6) }, command),
    };
  },
};

const less: Grammar = {
  session(random) {
    const pick = picker(random);
    const count = () => pick(['', '', '', '2', '5', '10', '50']);
    const command = (): string =>
      pick([
        () =>
          count() +
          pick([' ', 'f', 'b', 'd', 'u', 'j', 'k', 'e', 'y', '\r', 'z', 'w', 'J', 'K', '\x06', '\x02']),
        () =>
          count() +
          pick(['g', 'G', 'p', '%', '<', '>', '\x04', '\x15', '\x1bOA', '\x1bOB', '\x1b[5~', '\x1b[6~']),
        () => `${pick(['/', '?', '/', '/!', '/*', '/@'])}${pick(words)}\r`,
        () => count() + pick(['n', 'N', 'n', '\x1bn', '\x1bu']),
        () => `&${pick([...words, '!e', '', '!line'])}\r`,
        () => pick(['ma', "'a", "'^", "'$", "''", "'z", 'mb', "'b"]),
        () =>
          `-${pick(['S', 'N', 'i', 'I', 'M', 'm', 's', 'R', 'e', 'w', 'G', 'X', '~', 'F', 'Z', 'x4\r', 'j5\r', 'Pfoo\r'])}`,
        () =>
          pick([
            '_S',
            '_N',
            '-\x12',
            '=',
            '\x07',
            'V',
            ':n',
            ':p',
            ':f',
            ':d',
            ':x',
            ':e short\r',
            ':zz',
            'Q',
            'q',
          ]),
        () => count() + pick(['\x1bOC', '\x1bOD', '\x1b)', '\x1b(']),
        () => pick(['r', 'R', '\x0c', '/\r', '/', '12', '/ab\x7f\x7f\x7f', '/a\x1b', 'zzz', ';']),
      ])();
    const flags = pick([
      '',
      '',
      '',
      '-N ',
      '-S ',
      '-i ',
      '-M ',
      '-s ',
      '-F ',
      '-R ',
      '-m ',
      '+G ',
      '+5 ',
      '+/e ',
      '-X ',
      '-e ',
      '-SN ',
      '-~ ',
      '-w ',
    ]);
    const files = pick([
      'f',
      'g',
      'g',
      'h',
      'h',
      'g h',
      'f g h',
      'empty',
      'raw',
      'nosuch',
      'g nosuch f',
      '< g',
    ]);
    return {
      command: pick([`less ${flags}${files}`, `less ${flags}${files}`, `cat g | less ${flags}`]),
      files: FILES,
      keys: Array.from({ length: 1 + random.below(5) }, command),
    };
  },
};

const more: Grammar = {
  session(random) {
    const pick = picker(random);
    const command = (): string =>
      pick(['', '', '2', '5']) +
      pick([
        ' ',
        '\r',
        'z',
        'd',
        '\x04',
        's',
        'f',
        'b',
        '\x02',
        "'",
        '=',
        '/line 3\r',
        'n',
        ':f',
        ':n',
        ':p',
        '.',
        'x',
      ]);
    const flags = pick([
      '',
      '',
      '',
      '-d ',
      '-s ',
      '-p ',
      '-c ',
      '-n 10 ',
      '-10 ',
      '+5 ',
      '+/50 ',
      '-u ',
      '-f ',
      '-l ',
    ]);
    return {
      command: `more ${flags}${pick(['g', 'g', 'h', 'f', 'f g', 'g h', 'nosuch', 'empty', 'nosuch g'])}`,
      files: FILES,
      keys: Array.from({ length: 1 + random.below(5) }, command),
    };
  },
};

/** What people who edit YAML type, one command after another, and what the screen then says. */
const vi: Grammar = {
  session(random) {
    const pick = picker(random);
    const count = () => pick(['', '', '', '2', '3', '5', '12']);
    const ex = () =>
      pick([
        ...[
          'set nu',
          'set nonu',
          'set sw=2 et',
          'set ts=2 ai',
          'set paste',
          'set nopaste',
          'set list',
          'set hls',
        ],
        ...[
          'set ic',
          'set number?',
          'set sw',
          'set nowrap',
          'set rnu',
          'set cul',
          'set foo',
          'set sw=x',
          'set bs',
        ],
        ...[
          '%s/a/X/g',
          '%s/name/NAME/',
          's/zzz/y',
          '.,+2s/e/E/g',
          '%s/e//gn',
          '.,+5s/i/I',
          '2,4d',
          '5,2d',
          '99d',
        ],
        ...[
          '%y',
          '.,$y',
          '3',
          '$',
          '1',
          'g/e/s//X/',
          'g/zzz/d',
          'v/e/d',
          'g/a/d',
          'm0',
          't.',
          '2,3m$',
          'co0',
        ],
        ...[
          'r short',
          'r nosuch',
          'r !echo hi',
          'w',
          'w new',
          'w short',
          'w!',
          'e short',
          'e!',
          'e f',
          'e nosuch',
        ],
        ...[
          'q',
          'bn',
          'foo',
          'Wq',
          'x y',
          'noh',
          'sort',
          'sort u',
          'u',
          'red',
          'pu',
          'j',
          '>',
          '<',
          'k a',
          'f',
        ],
        ...[
          'normal A;',
          '%norm I#',
          '!echo hi',
          'echo 1',
          'let x=1',
          'syntax off',
          'sp',
          'vs',
          'only',
          'clo',
          'ls',
        ],
        ...[
          'reg a',
          'marks a',
          'retab',
          '=',
          '.=',
          'sil! s/zz/y',
          '2,3>',
          'undo 1',
          'ea 1',
          "'<,'>s/a/b",
          "'as/x",
        ],
      ]);
    const command = (): string =>
      pick([
        () =>
          count() +
          pick(['j', 'k', 'l', 'h', 'w', 'b', 'e', 'G', 'gg', '}', '{', '0', '$', '^', 'H', 'L', 'M', '%']),
        () =>
          count() +
          pick(['x', 'dd', 'yy', 'p', 'P', 'J', '~', '>>', '<<', 'D', 'Y', 'dw', 'de', 'yiw', 'diw', 'yap']),
        () =>
          pick([
            'ciwX\x1b',
            'di"',
            'ci"new\x1b',
            'cwfoo\x1b',
            'A!\x1b',
            'Inew: \x1b',
            'oa: b\x1b',
            'Otop\x1b',
            'ccx\x1b',
          ]),
        () =>
          pick([
            'i',
            'a',
            'A',
            'o',
            'R',
            'v',
            'V',
            '\x16',
            'vj',
            'Vjj',
            '\x16jl',
            'ia\rb',
            'o  - x\ry',
            'c',
            'd',
            '2',
            '"',
            '"a',
          ]),
        () =>
          pick([
            '\x16jjI# \x1b',
            '\x16jj$A;\x1b',
            'Vj>',
            'Vjd',
            'vey',
            'Vjy',
            'vjd',
            'gv',
            'Vj=',
            'VjJ',
            '\x16jjd',
          ]),
        () =>
          pick([
            'u',
            'u',
            'uu',
            '\x12',
            '.',
            'U',
            '3u',
            'gg=G',
            '==',
            'qaA.\x1bjq',
            '@a',
            '2@a',
            '@@',
            'q',
            'ma',
            "'a",
            '`a',
            "'z",
          ]),
        () => `${pick(['/', '?'])}${pick(words)}\r`,
        () =>
          pick(['n', 'N', '*', '#', '/', '/na', '?', ':', ':s', ':%s/a/b/gc\r', 'y', 'ya', 'n', 'q', 'ynl']),
        () => `:${ex()}\r`,
        () => `:${ex()}\r`,
        () =>
          pick([
            '\x04',
            '\x15',
            '\x06',
            '\x02',
            '\x05',
            '\x19',
            'zz',
            'zt',
            'zb',
            'z\r',
            '\x07',
            'ga',
            'g\x07',
            '\x1b',
            '\x1b',
          ]),
      ])();
    return {
      command: `vi ${pick(['', '', '', '+ ', '+5 ', '-R ', '+/name '])}${pick(['f.yaml', 'f.yaml', 'g', 'h', 'short', 'empty', 'raw', 'nosuch', 'f.yaml g'])}`,
      files: { ...FILES, 'f.yaml': POD },
      keys: Array.from({ length: 1 + random.below(6) }, command),
    };
  },
  // Messages of commands of the shell and times differ.
  tidy: (line) => line.replace(/\d+ seconds? ago|\d\d:\d\d:\d\d/, 'a while ago'),
};

export const GRAMMARS: Readonly<Record<string, Grammar>> = { nano, less, more, vi, ...LINE_EDITORS };
