import type { Random } from '../../server/sim/index.ts';
import type { Grammar, Session } from './session.ts';

const FILES = {
  'alpha.txt': 'a\n',
  'alpine.yaml': 'b\n',
  beta: 'c\n',
  'two words': 'd\n',
  'é한.md': 'e\n',
  '.hidden': 'f\n',
  ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`many-${i}`, ''])),
};

/** What stands in the history before the keys are typed. */
const BEFORE = ['echo one two', 'ls alpha.txt', "echo 'quoted words' x", 'true # comment', 'echo one'];
const WORDS = [
  'echo ',
  'one',
  'two words',
  'foo-bar/baz',
  'a b c',
  '한글',
  'x=1',
  '"q r"',
  "it's",
  '  ',
  'é',
  '(a)',
];
const LONG = 'long words of a line that goes over the end of the screen and on '.repeat(2);
const ARROWS = ['\x1b[A', '\x1b[B', '\x1b[C', '\x1b[D', '\x1bOA', '\x1bOB'];

const picker =
  (random: Random) =>
  <T>(items: readonly T[]): T =>
    items[random.below(items.length)] as T;
type Pick = ReturnType<typeof picker>;

const text = (pick: Pick) => pick([...WORDS, ...WORDS, LONG]);
const completion = (pick: Pick) =>
  pick([
    'cat al\t',
    'cat alp\t\t',
    'cat t\t',
    'cat many-1\t\t',
    'cat be\t',
    '$HOM\t',
    'cat ~\t',
    'cat "al\t',
    'cat é\t',
    'cat many-\t\tn',
  ]);
const history = (pick: Pick) =>
  pick([
    '!!',
    '!$',
    '!echo',
    '!-2',
    '!nosuch',
    '^one^1',
    '!!:1',
    '!*',
    '!?two?',
    'echo !$:h',
    '!:p',
    '!ls:p',
  ]) + '\r';
const pasted = (pick: Pick) =>
  `\x1b[200~${pick(['pasted', 'a\rb', 'x\ty', 'echo p\r', '한 é', 'for i in 1\rdo echo $i\rdone'])}\x1b[201~`;
const continued = (pick: Pick) =>
  pick([
    "echo 'a\rb'\r",
    'for i in 1 2; do\recho $i\rdone\r',
    'echo a \\\rb\r',
    'cat <<E\rx\rE\r',
    'echo "x\r',
    'if true; then\r',
    'echo (\r',
    'echo $(\r',
    'echo a |\rcat\r',
    '[[ a\r',
    'x=(1\r2)\r',
    'echo >\r',
    'f() {\r:\r}\r',
    'if true; echo; fi\r',
  ]);

function emacsKey(pick: Pick): string {
  const count = pick(['', '', '', '', '\x1b2', '\x1b3', '\x1b-', '\x1b-2']);
  return pick([
    () => text(pick),
    () => text(pick),
    () =>
      count +
      pick(['\x01', '\x05', '\x02', '\x06', '\x0b', '\x15', '\x17', '\x19', '\x14', '\x04', '\x7f', '\x0c']),
    () =>
      count +
      pick([
        '\x1bb',
        '\x1bf',
        '\x1bd',
        '\x1bu',
        '\x1bl',
        '\x1bc',
        '\x1bt',
        '\x1b.',
        '\x1b\x7f',
        '\x1b\\',
        '\x1b ',
        '\x1b_',
      ]),
    () =>
      pick([
        '\x1by',
        '\x1b<',
        '\x1b>',
        '\x1br',
        '\x1b#',
        '\x1b\x19',
        '\x1b^',
        '\x1b&',
        '\x17\x1f',
        '\x0b\x1f',
        '\x1bd\x1f\x1f',
        '\x1b1',
      ]),
    () => count + pick(ARROWS),
    () =>
      pick([
        '\x1b[1;5C',
        '\x1b[1;5D',
        '\x1b[H',
        '\x1b[F',
        '\x1b[3~',
        '\x1b[5~',
        '\x10',
        '\x0e',
        '\x1b[1~',
        '\x1b[4~',
      ]),
    () =>
      `\x12${pick(['ec', 'one', 'ls', 'zzz', 'o', 'quoted'])}${pick(['', '\x12', '\x12\x12', '\x13'])}${pick(['\x07', '\r', '\x1b', '\x05', '\x01', '\x7f', '\x0a', '\x17'])}`,
    () =>
      pick([
        '\x18\x15',
        '\x18\x18',
        '\x18\x7f',
        '\x00',
        '\x16\x01',
        '\x16\t',
        '\x1bp',
        '\x18\x19',
        '\x1d' + 'o',
        '\x1b\x1do',
        '\x1bz',
        '\x18(',
        '\x18)',
        '\x18e',
        '\x18\x12',
        '\x1b/',
      ]),
    () => completion(pick),
    () => history(pick),
    () => pasted(pick),
    () => continued(pick),
    () => pick(['\r', '\r', '\x03', '\x0f', '\x0a']),
  ])();
}

function viKey(pick: Pick): string {
  const count = pick(['', '', '', '2', '3']);
  const motion = pick([
    'h',
    'l',
    'w',
    'b',
    'e',
    'W',
    'B',
    'E',
    '0',
    '$',
    '^',
    'fo',
    'to',
    'Fo',
    'To',
    ';',
    ',',
    '%',
    '|',
  ]);
  return pick([
    () => text(pick),
    () => `\x1b${count}${motion}`,
    () => `\x1b${count}${pick(['d', 'c', 'y'])}${motion}`,
    () =>
      `\x1b${pick(['x', 'X', 'p', 'P', 'D', 'dd', 'yy', 'u', 'U', '~', '.', 'rZ', '#', '_', '3_', '=', '*', '\\'])}`,
    () => `\x1b${pick(['i', 'a', 'I', 'A', 'S', 'C', 's', 'cc', 'R'])}${pick(['new', 'X Y', ''])}`,
    () => `\x1b${count}${pick(['k', 'j', 'G', '-', '+'])}`,
    () => `\x1b${pick(['/', '?'])}${pick(['one', 'ls', 'zzz', 'e'])}\r${pick(['', 'n', 'N', 'nn'])}`,
    () => pick(ARROWS),
    () => pick(['\x17', '\x15', '\x7f', '\x04', '\x12one\x07', '\x16\x01', '\x14', '\x19']),
    () => completion(pick),
    () => continued(pick),
    () => pick(['\r', '\r', '\x03', '\x0c']),
  ])();
}

const grammar = (mode: string, key: (pick: Pick) => string, settings: readonly string[]): Grammar => ({
  session(random): Session {
    const pick = picker(random);
    const setting = pick(settings);
    return {
      command: `PS1='$ ' HISTFILE= exec bash --norc --noprofile -i`,
      files: FILES,
      keys: [
        `${mode}; history -c; clear\r`,
        ...(setting ? [`bind 'set ${setting}'; clear\r`] : []),
        ...BEFORE.slice(random.below(3)).map((line) => `${line}\r`),
        ...Array.from({ length: 1 + random.below(7) }, () => key(pick)),
      ],
    };
  },
});

const SETTINGS = [
  '',
  '',
  '',
  '',
  'show-all-if-ambiguous on',
  'completion-ignore-case on',
  'menu-complete-display-prefix on',
  'mark-symlinked-directories on',
  'colored-stats on',
  'visible-stats on',
  'page-completions off',
  'completion-query-items 10',
  'history-preserve-point on',
  'revert-all-at-newline on',
  'print-completions-horizontally on',
  'completion-display-width 1',
  'enable-bracketed-paste off',
  'expand-tilde on',
];

export const LINE_EDITORS: Readonly<Record<string, Grammar>> = {
  bash: grammar(':', emacsKey, SETTINGS),
  'bash-vi': grammar('set -o vi', viKey, ['', '', 'show-mode-in-prompt on', 'show-all-if-ambiguous on']),
};
