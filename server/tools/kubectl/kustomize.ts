import { isSystemError } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { buildKustomization } from '../kustomize/build.ts';
import { KubectlError } from './errors.ts';
import type { Kubectl } from './kubectl.ts';

/** Builds a kustomization; its warnings go to standard error. */
export function* kustomizeDirectory(k: Kubectl, directory: string, unrestricted = false): Steps<string> {
  const warnings: string[] = [];
  try {
    return buildKustomization(k.context, directory, { unrestricted, warnings });
  } finally {
    for (const warning of warnings) yield* k.err(`# Warning: ${warning}\n`);
  }
}

/** Flags of plugins, containers and charts have nothing to do here: kustomizations that name such are refused. */
export function* kustomize(k: Kubectl): Steps<void> {
  if (k.args.length > 1) throw new KubectlError('specify one path to kustomization.yaml');
  const restrictor = k.flags.string('load-restrictor');
  if (restrictor !== 'LoadRestrictionsRootOnly' && restrictor !== 'LoadRestrictionsNone')
    throw new KubectlError(
      `illegal flag value --load-restrictor ${restrictor}; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]`,
    );
  const text = yield* kustomizeDirectory(k, k.args[0] ?? '.', restrictor === 'LoadRestrictionsNone');
  const output = k.flags.string('output');
  if (output === '') yield* k.out(text);
  else writeOutput(k, output, text);
}

function writeOutput(k: Kubectl, path: string, text: string): void {
  try {
    k.context.fs.write(path, text);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(`open ${path}: ${error.message.toLowerCase()}`);
  }
}
