import { LINE_EDITORS } from './line-editor.ts';
import { ARROWS, FILES, type Grammar, NAMES, picker, words } from './session.ts';
import { tmux } from './tmux.ts';
import { vi } from './vi.ts';

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

/** Of keys that come at once, more heeds the last command only: people type them one by one. */
const oneByOne = (keys: readonly string[]) =>
  keys.flatMap((key) => (key.startsWith('\x1b') ? [key] : [...key]));

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
        '\f',
        '\x1b[A',
        '\x1b[6~',
        '/zzz\r',
        '/[\r',
        '!echo %\r',
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
      '-e ',
    ]);
    const files = pick(['g', 'g', 'h', 'f', 'f g', 'g h', 'nosuch', 'empty', 'nosuch g']);
    return {
      command: pick([`more ${flags}${files}`, `more ${flags}${files}`, `cat h g | more ${flags}`]),
      files: FILES,
      keys: oneByOne(Array.from({ length: 1 + random.below(5) }, command)),
    };
  },
};

export const GRAMMARS: Readonly<Record<string, Grammar>> = { nano, less, more, tmux, vi, ...LINE_EDITORS };
