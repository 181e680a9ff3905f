// Compares vi with the machine's real vim: random keys on small files, then the file and the place of the cursor.
// Run: npx tsx scripts/fuzz-vi.ts [SEED] [COUNT]   (needs vim; nothing in CI does)
//      npx tsx scripts/fuzz-vi.ts --keys 'KEYS[@@FILETEXT]'…   shows sessions, written as JSON writes strings
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorld } from '../server/shell/commands/testing.ts';
import { EDITOR_COMMANDS } from '../server/shell/commands/vi/index.ts';
import { Random } from '../server/sim/index.ts';

const [seed = '1', count = '300'] = process.argv.slice(2);
const BATCH = 100;
const ESC = '\x1b';
/** Written where the cursor stands at the end. */
const MARK = `${ESC}${ESC}i@@${ESC}:w! out\r:q!\r`;

const FILES = [
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels:\n    app: web\nspec:\n  containers:\n  - name: c\n    image: nginx:1.25\n',
  'one two  three\nfoo(bar, "baz qux") { x }\n\n  indented line\n\tTab here\nlast-line\n',
  '1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n',
  'a b c\n',
  'aaa,bbb;ccc\n[x] <tag>in</tag> (nested (deep) one)\n\npara two\nmore\n\nend.  Next one! Third?\n',
  '',
  '# comment\nif true; then\n    echo "hi"\nfi\nx=é한 y\n',
] as const;

function keysOf(random: Random): string {
  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)] as T;
  const times = () => pick(['', '', '', '2', '3', '5']);
  const char = () => pick(['a', 'e', 'o', ':', ' ', '"', 'n', '1', ',']);
  const motion = () =>
    pick([
      ...['h', 'l', 'j', 'k', 'w', 'b', 'e', 'W', 'B', 'E', '0', '^', '$', 'gg', 'G', '}', '{'],
      ...[
        '%',
        'ge',
        'gE',
        '-',
        '+',
        '_',
        'H',
        'L',
        'M',
        '|',
        'n',
        'N',
        '*',
        '#',
        'g_',
        'gj',
        ';',
        ',',
        ')',
        '(',
      ],
      ...['f', 't', 'F', 'T'].map((letter) => `${letter}${char()}`),
      ...['/a\r', '/na\r', '?e\r', '/[0-9]\\+\r', '/^  \r', "'a", '`a', "''", '``', '\r', ' ', '\b'],
    ]);
  const object = () =>
    `${pick(['i', 'a'])}${pick(['w', 'W', '"', "'", '(', ')', 'b', '{', 'B', '[', '<', 'p', 's', 't'])}`;
  const text = () =>
    pick([
      'X',
      'new: 1',
      'a\rb',
      '\tq',
      '  z',
      'ab\bc',
      'foo bar',
      'x\x17y',
      '{\r}',
      '한',
      'p\x15r',
      'm\x14n',
      'q\x04',
      'x\x0ba:y\x0b->',
      'some words that go on until 40 x',
    ]);
  const operator = () => pick(['d', 'y', 'c', '>', '<', 'gU', 'gu', 'g~', 'gq', 'gw']);
  const applied = (): string => {
    const name = operator();
    const target = pick([() => times() + motion(), () => object(), () => name.at(-1) as string])();
    return `${times()}${pick(['', '', '"a', '"A'])}${name}${target}${name === 'c' ? text() + ESC : ''}`;
  };
  const visual = (): string => {
    const moves = Array.from({ length: 1 + random.below(3) }, () => pick([motion, motion, object])()).join(
      '',
    );
    const last = pick(['d', 'y', 'x', '>', '<', '~', 'u', 'U', 'J', 'rZ', 'p', 'D', 'Y', 'o', 'gJ', 'gq']);
    const typed = pick(['I', 'A', 'c', 's', 'C', 'S']) + text() + ESC;
    return `${pick(['v', 'V', '\x16'])}${moves}${random.below(3) === 0 ? typed : last}${ESC}`;
  };
  const line = () =>
    `:${pick(['', '', '%', '1', '$', '.', '2,3', '.,$', '1,.', '.+1', "'<,'>".slice(0, 0), '/a/', '?e?'])}${pick(
      [
        ...[
          'd',
          'y',
          's/a/b/',
          's/a/B/g',
          's/o\\(.\\)/[\\1&]/',
          's/e/\\U&x/g',
          's/ /\\r/',
          '>',
          '<',
          'j',
          't.',
          'm0',
        ],
        ...[
          't$',
          'm$',
          'g/a/d',
          'v/e/d',
          'g/[0-9]/s/$/!/',
          'sort',
          'sort!',
          'sort n',
          'norm Ax',
          'norm! xp',
          'k a',
          'pu',
          'pu!',
        ],
        ...[
          's/x//n',
          '&',
          '&&',
          'co 0',
          'ma b',
          'j!',
          'ya a',
          'r /dev/null',
          's/\\<./\\u&/g',
          's/\\v(\\w+) /\\1-/',
          'le',
          'g/e/m0',
          'g/a/t.',
          'undo',
          'red',
          'sort u',
          'sort /a/',
          'sort /[a-z]/ r',
          'sort ui',
          'sort! f',
          'argdo s/a/b/e',
          'bufdo d',
          'nohl',
          '=',
          's/a*/-/g',
          '~',
        ],
      ],
    )}\r`;
  const command = (): string =>
    pick([
      () => times() + motion(),
      () => times() + motion(),
      applied,
      applied,
      () =>
        `${times()}${pick(['i', 'a', 'I', 'A', 'o', 'O', 's', 'S', 'C', 'R', 'gi', 'gI', 'cc'])}${text()}${ESC}`,
      () =>
        `${times()}${pick(['x', 'X', 'D', 'J', 'gJ', '~', 'Y', 'yy', 'dd', `r${char()}`, '\x01', '\x18', '>>', '<<'])}`,
      () => `${times()}${pick(['p', 'P', 'gp', 'gP', ']p', '"ap', '"0P', '"1p', '"-p'])}`,
      () => pick(['u', 'u', '\x12', '.', '3.', 'ma', 'mb', '&', 'gv', 'gv~', '@:', '`.']),
      visual,
      line,
      line,
      () => `qq${applied()}${times()}${motion()}q${pick(['@q', '2@q', '@q@@'])}`,
      () =>
        `:set ${pick(['sw=2', 'sw=2 et', 'ai', 'ic', 'sts=4 et', 'noet', 'ts=4', 'nosol', 'ws!', 'sol', 'sw=4', 'si', 'sr', 'scs ic', 'paste', 'nopaste', 'tw=20', 'sr!', 'sta!', 'gd!'])}\r`,
    ])();
  return Array.from({ length: 1 + random.below(5) }, command).join('');
}

/** Several at a time: vim mostly sleeps (after each error). */
const RUN_ALL = `
seq 0 "$(($1 - 1))" | xargs -P 12 -I{} sh -c 'cd {} && timeout 5 vim -N -u "$0" -i NONE -n --not-a-term -T xterm \\
  --cmd "set encoding=utf-8" -S ../drive.vim f < /dev/null > /dev/null 2>&1' "$2"`;

function realVim(cases: readonly { before: string; keys: string }[]): (string | undefined)[] {
  const base = mkdtempSync(join(tmpdir(), 'vim-'));
  // As if typed: with `-s` changes would be undone together.
  writeFileSync(join(base, 'drive.vim'), 'call feedkeys(join(readfile("k", "b"), "\\n"), "tx")\n');
  cases.forEach(({ before, keys }, i) => {
    mkdirSync(join(base, `${i}`));
    writeFileSync(join(base, `${i}/f`), before);
    writeFileSync(join(base, `${i}/k`), keys + MARK);
  });
  const defaults = spawnSync('sh', ['-c', 'ls /usr/share/vim/vim*/defaults.vim'], { encoding: 'utf8' });
  const args = ['-c', RUN_ALL, 'bash', String(cases.length), defaults.stdout.trim()];
  spawnSync('bash', args, { cwd: base, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', HOME: base } });
  const results = cases.map((_, i) =>
    existsSync(join(base, `${i}/out`)) ? readFileSync(join(base, `${i}/out`), 'utf8') : undefined,
  );
  rmSync(base, { recursive: true });
  return results;
}

const world = new TestWorld({ commands: EDITOR_COMMANDS });

function ours(before: string, keys: string): string | undefined {
  let after: string | undefined;
  world.files(({ fs }) => {
    if (fs.exists('/tmp/out')) fs.unlink('/tmp/out');
    if (fs.exists('/tmp/.f.swp')) fs.unlink('/tmp/.f.swp');
    fs.write('/tmp/f', before);
  });
  try {
    world.run(['vi', '-n', '/tmp/f'], { stdin: keys + MARK });
  } catch (error) {
    return `crash: ${(error as Error).stack}`;
  }
  world.files(({ fs }) => {
    if (fs.exists('/tmp/out')) after = fs.read('/tmp/out');
  });
  return after;
}

interface Case {
  readonly name: string;
  readonly before: string;
  readonly keys: string;
}

/** Tells of those that differ, or of all. Returns how many differ. */
function compare(cases: readonly Case[], all = false): number {
  const real = realVim(cases);
  let failures = 0;
  cases.forEach(({ name, before, keys }, i) => {
    const mine = ours(before, keys);
    if (mine !== real[i]) failures++;
    else if (!all) return;
    console.log(`=== ${name}`);
    for (const [what, value] of Object.entries({ file: before, keys, vim: real[i], ours: mine }))
      console.log(`  ${what.padEnd(5)} ${JSON.stringify(value)}`);
  });
  return failures;
}

function fuzz(): void {
  let failures = 0;
  for (let from = 0; from < Number(count); from += BATCH) {
    const cases = Array.from({ length: Math.min(BATCH, Number(count) - from) }, (_, i) => {
      const name = `${seed}/${from + i}`;
      const random = new Random(name);
      return { name, before: FILES[random.below(FILES.length)] as string, keys: keysOf(random) };
    });
    failures += compare(cases);
  }
  console.log(`${failures} of ${count} differ`);
}

/** An argument as `$'…'` would read it, by JSON's rules. */
const unquoted = (text: string): string => JSON.parse(`"${text}"`);

if (seed === '--keys') {
  const [, , , ...pairs] = process.argv;
  const cases = pairs.map((pair) => {
    const [keys = '', before = FILES[0]] = pair.split('@@FILE');
    return { name: pair, before: unquoted(before.replaceAll('\n', '\\n')), keys: unquoted(keys) };
  });
  compare(cases, true);
} else fuzz();
