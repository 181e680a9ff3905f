import { describe, expect, it } from 'vitest';
import { Terminals } from '../host/pty.ts';
import { ShellWorld } from './testing.ts';

const zeros = (count: number) => `$(printf '%0${count}d' 0)`;

/** What would hang or fill a machine ends as on one with limits. */
const CASES: [name: string, script: string, stderr: RegExp, status: number][] = [
  ['strings that double', 'x=x; while :; do x=$x$x; done', /xrealloc: cannot allocate/, 2],
  ['a width of a gigabyte', "printf '%1000000000d' 1", /xrealloc: cannot allocate/, 2],
  ['a precision of a gigabyte', "printf '%.1000000000f' 1", /xrealloc: cannot allocate/, 2],
  ['a function that calls itself', 'f() { f; }; f', /^$/, 139],
  ['a regular expression bomb', `[[ ${zeros(5000)} =~ (0+)+1 ]]`, /^$/, 1],
  ['a pattern bomb', `x=${zeros(5000)}; echo \${x//+(0)+(0)1/}`, /xmalloc: cannot allocate/, 2],
  ['an expression of Perl', `printf '%0100000d' 0 | grep -P '^(0|00)+1$'`, /^$/, 1],
  [
    'looking ahead',
    `printf '%09999d' 0 | grep -P '0*0*(?=1)'`,
    /^grep: exceeded PCRE's backtracking limit/,
    2,
  ],
  ['a line of jq without end', 'jq -Rs length < /dev/zero', /^jq: error: cannot allocate memory/, 134],
  ['brackets of YAML without end', `yes '{"a":' | head -c 1000000 | yq .`, /exceeded max depth/, 1],
  ['a file without end', 'ulimit -f 1000; yes > f', /File size limit exceeded/, 153],
  ['strings of awk that double', `awk 'BEGIN { s = "x"; while (1) s = s s }'`, /^awk: out of memory\n$/, 2],
  ['more items than a call of the engine takes', 'a=($(seq 130000)); [ ${#a[@]} = 130000 ]', /^$/, 0],
  ['a copy of a file of zeros', 'truncate -s 1G z; cp z y; [ $(stat -c %s y) = 1073741824 ]', /^$/, 0],
  ['CPU time', '(ulimit -t 1; while :; do :; done)', /Killed/, 137],
];

/** Lines that would keep a world's thread busy for long if the work they cause were not paid for. */
const SHARED: [name: string, line: string][] = [
  ['jobs by the hundred', 'for i in {1..900}; do sleep 1000 & done'],
  ['functions that fork', 'f() { f & f; }; f'],
];

describe('a script cannot take the machine down', () => {
  it.each(CASES)('%s', (_name, script, stderr, status) => {
    const outcome = new ShellWorld().run(script);
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).toMatch(stderr);
  });
});

describe('a line leaves the thread to others again and again', () => {
  it.each(SHARED)('%s', (_name, line) => {
    const world = new ShellWorld();
    const terminal = new Terminals(world.host.processes).create({ columns: 80, rows: 24 });
    world.login(terminal, ['bash', '--norc']);
    terminal.input(`${line}\r`);
    let starts = 0;
    const spawn = world.host.processes.spawn.bind(world.host.processes);
    world.host.processes.spawn = (options) => {
      starts++;
      return spawn(options);
    };
    let most = 0;
    for (let i = 0; i < 1000; i++) {
      starts = 0;
      if (!world.clock.step()) break;
      most = Math.max(most, starts);
    }
    expect(most).toBeLessThanOrEqual(6);
  });
});

describe('processes that hold too much together', () => {
  it('the kernel ends the largest', () => {
    const world = new ShellWorld();
    const script = "for i in {1..18}; do (printf -v x '%030000000d' 0; sleep 1000) & done; wait -n; echo $?";
    expect(world.run(script).stdout).toBe('137\n');
    expect(world.host.journal.entries().map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^Out of memory: Killed process \d+ \(bash\)/),
    );
  });
});
