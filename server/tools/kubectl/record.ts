import type { Steps } from '../../sim/index.ts';
import type { Info } from './builder.ts';
import { goJson } from './go-json.ts';
import type { Kubectl } from './kubectl.ts';
import { pathOf } from './resources.ts';

type Fields = Record<string, any>;

const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/**
 * The object with what `--record` leaves on it: the command line that changed it. Models
 * genericclioptions/record_flags.go.
 */
export function recorded(k: Kubectl, object: Fields): Fields {
  if (!records(k)) return object;
  const annotations = { ...object['metadata']?.annotations, ...changeCause(k) };
  return { ...object, metadata: { ...object['metadata'], annotations } };
}

/** The same for commands that send no object of their own: a patch that follows the change. */
export function* recordAfter(k: Kubectl, info: Info): Steps<void> {
  if (!records(k)) return;
  const path = pathOf(info.resource, info.namespace, info.name);
  const patch = goJson({ metadata: { annotations: changeCause(k) } });
  info.object = yield* k.api.patch<Fields>(path, 'application/merge-patch+json', patch);
}

/** The annotation; none without `--record`. */
export function changeCause(k: Kubectl): Readonly<Record<string, string>> {
  return records(k) ? { [CHANGE_CAUSE]: commandLine(k) } : {};
}

function records({ flags }: Kubectl): boolean {
  return flags.has('record') && flags.bool('record');
}

/** Arguments first, then the flags with their values. Models record_flags.go parseCommandArguments. */
function commandLine(k: Kubectl): string {
  const flags = k.flags.given.map(({ name, value }) => ` --${name}=${value}`);
  return `${['kubectl', k.path, ...k.args].join(' ')}${flags.join('')}`;
}
