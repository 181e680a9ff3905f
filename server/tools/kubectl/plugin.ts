import type { Steps } from '../../sim/index.ts';
import { KubectlError } from './errors.ts';
import type { Kubectl } from './kubectl.ts';

/** Models kubectl/pkg/cmd/plugin: programs in PATH called `kubectl-…`. */
export function* pluginList(k: Kubectl): Steps<void> {
  const { fs, env } = k.context;
  const found: string[] = [];
  const warnings: string[] = [];
  for (const directory of new Set((env.get('PATH') ?? '').split(':'))) {
    if (directory === '' || !fs.isDirectory(directory)) continue;
    for (const name of fs.list(directory).sort()) {
      if (!name.startsWith('kubectl-')) continue;
      const path = `${directory}/${name}`;
      if (!fs.isFile(path)) continue;
      found.push(k.flags.bool('name-only') ? name : path);
      if (!fs.can(path, 'execute'))
        warnings.push(`  - warning: ${path} identified as a kubectl plugin, but it is not executable\n`);
    }
  }
  if (found.length === 0) throw new KubectlError('unable to find any kubectl plugins in your PATH');
  yield* k.out('The following compatible plugins are available:\n\n');
  yield* k.out(found.map((name) => `${name}\n`).join(''));
  yield* k.err(warnings.join(''));
  if (warnings.length > 0)
    throw new KubectlError(
      `${warnings.length} plugin warning${warnings.length > 1 ? 's were' : ' was'} found`,
    );
}
