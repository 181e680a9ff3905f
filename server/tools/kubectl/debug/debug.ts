import { ApiError } from '../../../objects/api-error.ts';
import type { Steps } from '../../../sim/index.ts';
import { fileFlags, hasFiles, type Info, selectAll } from '../builder.ts';
import { KubectlError } from '../errors.ts';
import { attachOrLog, copyLog } from '../exec.ts';
import type { Kubectl } from '../kubectl.ts';
import { builtIn, pathOf } from '../resources.ts';
import { IMAGE_NAME } from '../run.ts';
import { watch } from '../watch.ts';
import { copied, customProfile, type Debugged, joined, note, onNode } from './pods.ts';
import { isProfile } from './profiles.ts';

type Fields = Record<string, any>;

/** Models kubectl/pkg/cmd/debug/debug.go. */
export function* debug(k: Kubectl): Steps<number | undefined> {
  const { flags } = k;
  const names = k.dash >= 0 ? k.args.slice(0, k.dash) : k.args;
  const copy = flags.string('copy-to');
  const image = flags.string('image');
  const setImages = flags.list('set-image');
  customProfile(k);
  if (copy === '' && setImages.length > 0 && image === '')
    throw new KubectlError('--set-image may only be used with --copy-to.');
  if (copy === '' && image === '')
    throw new KubectlError('you must specify --image when not using --copy-to.');
  if (image === '' && setImages.length === 0 && k.dash < 0)
    throw new KubectlError('you must specify --image, --set-image or command arguments.');
  if (names.length === 0 && !hasFiles(k)) throw new KubectlError('NAME or filename is required for debug');
  if (image !== '' && !IMAGE_NAME.test(image))
    throw new KubectlError(`invalid image name ${JSON.stringify(image)}: invalid reference format`);
  const pull = flags.string('image-pull-policy');
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(pull))
    throw new KubectlError(`invalid image pull policy: ${pull}`);
  if (!isProfile(flags.string('profile')))
    throw new KubectlError(`unknown profile: ${flags.string('profile')}`);
  if (copy === '' && flags.bool('replace'))
    throw new KubectlError('--replace may only be used with --copy-to.');
  if (copy === '' && flags.bool('same-node'))
    throw new KubectlError('--same-node may only be used with --copy-to.');
  if (copy === '' && setImages.length > 0)
    throw new KubectlError('--set-image may only be used with --copy-to.');
  if (copy !== '' && flags.string('target') !== '')
    throw new KubectlError('--target is incompatible with --copy-to. Use --share-processes instead.');
  if (flags.bool('tty') && !flags.bool('stdin'))
    throw new KubectlError('-i/--stdin is required for containers with -t/--tty=true');
  yield* targeted(k);
  yield* profileWarning(k);
  const words = names.map((name) => (name.includes('/') ? name : `pods/${name}`));
  for (const info of yield* selectAll(k, { args: words, ...fileFlags(k), latest: true }))
    yield* debugOne(k, info);
  return undefined;
}

function* debugOne(k: Kubectl, info: Info): Steps<void> {
  const { flags } = k;
  const debugged = yield* start(k, info);
  const { container: name } = debugged;
  const attach = flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin');
  if (!attach || name === '') return;
  const pod = yield* waitContainer(k, debugged);
  if (statusOf(pod, name)?.['state']?.terminated) yield* copyLog(k, pod, name);
  else yield* attachOrLog(k, pod, { quiet: flags.bool('quiet'), container: name });
}

function* start(k: Kubectl, info: Info): Steps<Debugged> {
  const { group, version, kind } = info.resource;
  if (kind === 'Node') return yield* onNode(k, info);
  if (kind !== 'Pod') throw new KubectlError(`"${group}/${version}, Kind=${kind}" not supported by debug`);
  return k.flags.string('copy-to') === '' ? yield* joined(k, info) : yield* copied(k, info);
}

function* profileWarning(k: Kubectl): Steps<void> {
  if (k.flags.bool('quiet')) return;
  if (k.flags.string('profile') === 'legacy')
    yield* k.err(
      '--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n',
    );
}

/** --target, told of. */
function* targeted(k: Kubectl): Steps<void> {
  const target = k.flags.string('target');
  if (target === '') return;
  const advice =
    "If you don't see processes from this container it may be because the container runtime doesn't support this feature.";
  yield* note(k, `Targeting container ${JSON.stringify(target)}. ${advice}\n`);
}

function statusOf({ status = {} }: Fields, container: string): Fields | undefined {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = status;
  const all: Fields[] = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
  return all.find(({ name }) => name === container);
}

/** Waits until the container of the session runs or has ended, and says what it waits for. */
function* waitContainer(k: Kubectl, { pod, container }: Debugged): Steps<Fields> {
  const { name, namespace } = pod['metadata'];
  const query = { fieldSelector: `metadata.name=${name}` };
  const watcher = yield* watch(k, pathOf(builtIn('pods'), namespace), { query });
  try {
    for (;;) {
      const event = yield* watcher.next(k);
      if (!event || event.type === 'DELETED') throw new ApiError(404, 'NotFound', 'pods "" not found');
      const state = statusOf(event.object, container)?.['state'];
      if (state?.running || state?.terminated) return event.object;
      const waiting = state?.waiting?.message;
      if (waiting && !k.flags.bool('quiet')) yield* k.warn(`container ${container}: ${waiting}`);
    }
  } finally {
    watcher.close();
  }
}
