import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { clusterCommand } from './cluster.ts';
import { execCommand } from './exec.ts';
import { labCommand } from './lab.ts';
import { serveCommand } from './serve.ts';
import type { Surroundings } from './surroundings.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A command line's surroundings: what it reads, and what it has said. */
function surroundings(input = ''): Surroundings & { said: () => string } {
  let said = '';
  const say = (text: string) => {
    said += text;
  };
  return {
    root,
    labs: `${root}labs`,
    data: '/nonexistent',
    out: say,
    err: say,
    readInput: async () => input,
    interrupted: async () => {},
    startMs: Date.UTC(2026, 10, 21, 9),
    said: () => said,
  };
}

const COMMANDS = { exec: execCommand, lab: labCommand, serve: serveCommand, cluster: clusterCommand };

describe('a command line that is wrong is told what was expected', () => {
  test.each<[keyof typeof COMMANDS, string[], string]>([
    ['exec', ['--bogus'], "Unknown option '--bogus'"],
    ['exec', ['--json=yes'], "Option '--json' does not take an argument"],
    ['exec', ['--topology'], "Option '--topology <value>' argument missing"],
    ['exec', ['--topology', 'moon'], 'no topology "moon"; there are: '],
    ['exec', ['--lab', 'moon'], 'no lab "moon"; there are: '],
    ['exec', ['--lab', 'a', '--topology', 'b'], '--lab and --topology exclude each other'],
    ['exec', ['one', 'two'], 'exec takes one script'],
    ['exec', ['--json'], '--json expects a JSON array of commands on standard input'],
    ['lab', [], 'lab needs a verb'],
    ['lab', ['prove'], 'unknown verb: lab prove'],
    ['lab', ['verify', 'moon'], 'no lab "moon"; there are: '],
    ['lab', ['verify', '--seeds', 'many'], '--seeds expects a number of at least 1, not "many"'],
    ['lab', ['lint', 'moon'], 'no lab "moon"; there are: '],
    ['lab', ['new', 'moon/base'], 'lab new needs a domain and an id'],
    ['serve', ['--port', '99999'], '--port expects a number from 0 to 65535, not "99999"'],
    ['serve', ['here'], 'serve takes no "here"'],
    ['cluster', ['--port=x'], '--port expects a number from 0 to 65535, not "x"'],
  ])('%s %j', async (command, args, message) => {
    await expect(COMMANDS[command](args, surroundings('no JSON'))).rejects.toThrow(message);
  });
});

test('exec --json runs the commands in one shell, and says what each did', async () => {
  const steps = ['cd /etc; x=5', 'pwd; echo $x', 'kubectl get ns default -o name', 'cat nothing', 'sleep 2'];
  const around = surroundings(JSON.stringify(steps));
  expect(await execCommand(['--json', '--topology', 'reference'], around)).toBe(0);
  const lines = around
    .said()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ stdout, stderr, exit }) => ({ stdout, stderr, exit }))).toEqual([
    { stdout: '', stderr: '', exit: 0 },
    { stdout: '/etc\n5\n', stderr: '', exit: 0 },
    { stdout: 'namespace/default\n', stderr: '', exit: 0 },
    { stdout: '', stderr: 'cat: nothing: No such file or directory\n', exit: 1 },
    { stdout: '', stderr: '', exit: 0 },
  ]);
  expect(lines[4]?.['elapsedMs']).toBeGreaterThanOrEqual(2000);
});

test('exec ends as its script does', async () => {
  const around = surroundings('hostname; exit 7');
  expect(await execCommand(['--host', 'node01'], around)).toBe(7);
  expect(around.said()).toBe('node01\n');
});
