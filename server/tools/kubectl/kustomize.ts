import type { Steps } from '../../sim/index.ts';
import { buildKustomization } from '../kustomize/build.ts';
import { KubectlError } from './errors.ts';
import type { Kubectl } from './kubectl.ts';

/** Builds a kustomization; its warnings go to standard error. */
export function* kustomizeDirectory(k: Kubectl, directory: string): Steps<string> {
  const { text, warnings } = buildKustomization(k.context, directory);
  for (const warning of warnings) yield* k.err(`# Warning: ${warning}\n`);
  return text;
}

/** Flags that need plugins, containers or helm, which are not simulated. */
const REFUSED = ['as-current-user', 'enable-alpha-plugins', 'enable-helm', 'network', 'helm-debug'];

export function* kustomize(k: Kubectl): Steps<void> {
  const refused = REFUSED.find((name) => k.flags.bool(name));
  if (refused) throw new KubectlError(`--${refused} is not simulated`);
  if (k.flags.list('env').length > 0 || k.flags.list('mount').length > 0)
    throw new KubectlError('container functions are not simulated');
  if (k.args.length > 1) throw new KubectlError('specify one path to kustomization.yaml');
  const restrictor = k.flags.string('load-restrictor');
  if (restrictor !== 'LoadRestrictionsRootOnly' && restrictor !== 'LoadRestrictionsNone')
    throw new KubectlError(
      `illegal flag value --load-restrictor ${restrictor}; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]`,
    );
  const text = yield* kustomizeDirectory(k, k.args[0] ?? '.');
  const output = k.flags.string('output');
  if (output === '') yield* k.out(text);
  else k.context.fs.write(output, text);
}
