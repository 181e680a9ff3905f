// Whether `dist` is older than what it is made of. Asked at every start, so nothing is loaded for the answer.
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDERS = ['server', 'graders', 'web'];

/** Builds unless the last build is newer than every source. */
export async function buildIfStale() {
  const built = changedAt(join(root, 'dist', 'main.js'));
  const isStale = changedAt(join(root, 'package.json')) > built;
  if (!isStale && !FOLDERS.some((folder) => hasNewer(join(root, folder), built))) return;
  const { build } = await import('./build.mjs');
  await build();
}

function hasNewer(folder, time) {
  if (changedAt(folder) > time) return true;
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    if (entry.name === 'node_modules' || entry.name.endsWith('.generated.json')) return false;
    const path = join(folder, entry.name);
    return entry.isDirectory() ? hasNewer(path, time) : changedAt(path) > time;
  });
}

/** 0: it is not there. */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
