// Types every command of a host with random arguments. A program of ours must never crash, speak of JavaScript, or hold
// the thread. Run: npm run build && npx tsx scripts/fuzz-commands.ts [SEED] [COUNT] [COMMAND …]
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { worldBuilder } from '../server/cli/builder.ts';
import { bootWorld, forkWorld } from '../server/exam/boot.ts';
import { StepShell } from '../server/exam/shell-run.ts';
import { loadTopology } from '../server/exam/topology.ts';
import { Random } from '../server/sim/random.ts';

/** Lines in one world before the next is forked. */
const BATCH = 200;
const SLOW_MS = 1500;

/** What ends the shell or the machine, and what runs other commands for ever. */
const LEFT_OUT = new Set(
  'exit logout reboot shutdown poweroff halt exec return break continue if then else elif fi case esac for select while until do done in function time coproc { } ! [[ ]] kill killall pkill suspend yes bash sh ssh su init telinit'.split(
    ' ',
  ),
);

const PREPARE = `cd /root; mkdir -p t/dd && cd t; printf 'a b\\nc d\\n' > f1; printf 'a: 1\\nb: [1,2]\\n' > f2.yaml
printf '\\x00\\xff\\xfe\\n' > bin; ln -s loop loop; : > empty; kubectl create deployment web --image=nginx; kubectl run p --image=busybox -- sleep 1d
kubectl get deploy web -o yaml > d.yaml; tar czf a.tgz f1 f2.yaml; zip -q a.zip f1; openssl genrsa -out k.pem 2048 2>/dev/null`;

const WORDS = [
  ...[
    'f1',
    'f2.yaml',
    'bin',
    'loop',
    'dd',
    'empty',
    'd.yaml',
    'a.tgz',
    'a.zip',
    'k.pem',
    '/etc/passwd',
    '/proc/self',
    '/',
    '.',
    '..',
    '/dev/null',
    'nosuch',
  ],
  ...[
    '-',
    '--',
    '""',
    '" "',
    "$'\\xff\\0é'",
    "'('",
    "'['",
    "'\\\\'",
    '%',
    '%d%s',
    "'{}'",
    "'*'",
    '+',
    '=',
    ':',
    ',',
    '@',
    '~',
  ],
  ...[
    '0',
    '1',
    '-1',
    '2',
    '5',
    '1.5',
    '99999999999999999999',
    '1e9',
    '0x10',
    '1k',
    '3M',
    '1,2',
    '1-3',
    '10:20',
    '1/2',
  ],
  ...[
    'get',
    'list',
    'show',
    'status',
    'add',
    'del',
    'set',
    'create',
    'delete',
    'describe',
    'info',
    'help',
    'version',
    'run',
    'start',
    'stop',
    'inspect',
    'ls',
    'ps',
    'config',
    'dump',
  ],
  ...[
    'pods',
    'pod',
    'deploy',
    'deploy/web',
    'p',
    'web',
    'node01',
    'nodes',
    'svc',
    'kubernetes',
    'default',
    'kube-system',
    'all',
    'name',
    'json',
    'yaml',
    'wide',
    'table',
  ],
  ...[
    'eth0',
    'lo',
    '10.0.0.1',
    '10.0.0.0/8',
    'localhost',
    '127.0.0.1',
    '::1',
    '6443',
    'tcp',
    'udp',
    'root',
    'nobody',
    'kubelet',
    'containerd',
    'ext4',
    'UTC',
    'now',
    'tomorrow',
    'a=b',
    'a=',
    '=b',
    'utf-8',
    'x',
  ],
];
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const LONG = [
  'all',
  'help',
  'version',
  'output',
  'o',
  'file',
  'name',
  'format',
  'json',
  'verbose',
  'quiet',
  'recursive',
  'force',
  'lines',
  'bytes',
  'width',
  'color',
  'no-color',
  'type',
  'size',
  'time',
  'user',
  'sort',
  'columns',
  'list',
  'dry-run',
  'namespace',
  'filename',
  'delimiter',
  'number',
  'reverse',
  'key',
  'check',
  'show',
  'follow',
  'wait',
  'timeout',
  'context',
  'port',
  'exclude',
  'include',
  'max-depth',
];

function argument(random: Random): string {
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)] as T;
  const kind = random.below(10);
  if (kind < 5) return pick(WORDS);
  if (kind < 8) {
    const letters = Array.from({ length: 1 + random.below(3) }, () => LETTERS[random.below(LETTERS.length)]);
    return `-${letters.join('')}`;
  }
  return random.below(2) === 0 ? `--${pick(LONG)}` : `--${pick(LONG)}=${pick(WORDS)}`;
}

const OURS =
  /TypeError|RangeError|ReferenceError|\[object |\bNaN\b|is not a function|Cannot read prop|\bundefined\b/;

const [seed = '1', count = '2000', ...only] = process.argv.slice(2);
const topology = loadTopology(join(import.meta.dirname, '..', 'labs'), 'three-nodes');
let crash: unknown;
const options = {
  seed,
  startMs: Date.UTC(2026, 0, 5),
  onCrash: (_: unknown, error: unknown) => {
    crash = error;
  },
};
const booted = await bootWorld(worldBuilder, topology, options);
const first = new StepShell(booted);
await first.run(PREPARE);
const names = (await first.run('compgen -c | sort -u')).stdout
  .split('\n')
  .filter((name) => name !== '' && !LEFT_OUT.has(name));
const snapshot = booted.snapshot();
let failures = 0;
let shell = first;
const random = new Random(`commands/${seed}`);
for (let i = 0; i < Number(count); i++) {
  if (i % BATCH === 0) {
    shell = new StepShell(await forkWorld(worldBuilder, snapshot, options));
    await shell.run('cd /root/t');
  }
  const from = only.length > 0 ? only : names;
  const name = from[random.below(from.length)] as string;
  const line = [name, ...Array.from({ length: random.below(5) }, () => argument(random))].join(' ');
  crash = undefined;
  const began = performance.now();
  const { stdout, stderr } = await shell.run(`timeout 5 ${line} </dev/null`);
  const took = performance.now() - began;
  const said = OURS.exec(stdout.slice(0, 100_000))?.[0] ?? OURS.exec(stderr)?.[0];
  const problem = crash
    ? ((crash as Error).stack ?? String(crash))
    : (said ?? (took > SLOW_MS ? `took ${took.toFixed(0)} ms` : undefined));
  if (problem === undefined) continue;
  failures++;
  console.log(`=== ${line}\n${problem.split('\n').slice(0, 6).join('\n')}`);
}
console.log(`${failures} of ${count} lines failed`);
process.exitCode = failures > 0 ? 1 : 0;
