import { isSystemError } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { KubectlError } from './errors.ts';
import { findCommand } from './flags.ts';
import type { Kubectl } from './kubectl.ts';

/** Models kubectl/pkg/cmd/plugin: programs in PATH called `kubectl-…`. */
export function* pluginList(k: Kubectl): Steps<void> {
  const plugins = yield* pluginFiles(k);
  if (plugins.length === 0) throw new KubectlError('unable to find any kubectl plugins in your PATH');
  yield* k.out('The following compatible plugins are available:\n\n');
  const seen = new Map<string, string>();
  let warnings = 0;
  for (const path of plugins) {
    const name = baseName(path);
    yield* k.out(`${k.flags.bool('name-only') ? name : path}\n`);
    for (const warning of warningsOf(k, path, seen.get(name))) {
      yield* k.err(`  - warning: ${warning}\n`);
      warnings++;
    }
    if (!seen.has(name)) seen.set(name, path);
  }
  if (warnings > 0)
    throw new KubectlError(
      warnings === 1 ? 'one plugin warning was found' : `${warnings} plugin warnings were found`,
    );
}

function* pluginFiles(k: Kubectl): Steps<string[]> {
  const { fs, env } = k.context;
  const out: string[] = [];
  for (const directory of new Set((env.get('PATH') ?? '').split(':'))) {
    if (directory.trim() === '') continue;
    try {
      const names = fs.list(directory).filter((name) => name.startsWith('kubectl-'));
      out.push(...names.sort().map((name) => `${directory}/${name}`));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      const call = error.code === 'ENOTDIR' ? 'readdirent' : 'open';
      const why = `${call} ${directory}: ${error.message.toLowerCase()}`;
      yield* k.err(
        `Unable to read directory ${JSON.stringify(directory)} from your PATH: ${why}. Skipping...\n`,
      );
    }
  }
  return out.filter((path) => !fs.isDirectory(path));
}

/** Models plugin.go CommandOverrideVerifier. `other`: the one of this name that comes first. */
function warningsOf(k: Kubectl, path: string, other: string | undefined): string[] {
  const name = baseName(path);
  const out: string[] = [];
  if (!k.context.fs.can(path, 'execute'))
    out.push(`${path} identified as a kubectl plugin, but it is not executable`);
  if (other !== undefined) out.push(`${path} is overshadowed by a similarly named plugin: ${other}`);
  const command = findCommand(name.split('-').slice(1)).path;
  if (command !== '') out.push(`${name} overwrites existing command: "kubectl ${command}"`);
  return out;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
