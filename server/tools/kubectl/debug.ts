import { objectType } from '../../cluster/kinds/schema/types.ts';
import { strategicMerge } from '../../objects/strategic-merge.ts';
import type { Steps } from '../../sim/index.ts';
import { patchText, twoWayPatch } from './apply/three-way.ts';
import { fileFlags, hasFiles, type Info, selectAll } from './builder.ts';
import { deleteInfo, isGone } from './delete.ts';
import { KubectlError, messageOf } from './errors.ts';
import { attachOrLog, copyLog } from './exec.ts';
import type { Kubectl } from './kubectl.ts';
import { readFile } from './manifest-files.ts';
import { waitRunning } from './pods.ts';
import { builtIn, pathOf } from './resources.ts';
import { IMAGE_NAME } from './run.ts';
import { typeOf } from './types.ts';
import { parseYaml } from './yaml-parser.ts';

type Fields = Record<string, any>;

const PROFILES = ['legacy', 'general', 'baseline', 'netadmin', 'restricted', 'sysadmin'];

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
  if (!PROFILES.includes(flags.string('profile')))
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
  yield* profileWarning(k);
  const words = names.map((name) => (name.includes('/') ? name : `pods/${name}`));
  for (const info of yield* selectAll(k, { args: words, ...fileFlags(k), latest: true }))
    yield* debugOne(k, info, copy);
  return undefined;
}

function* debugOne(k: Kubectl, info: Info, copy: string): Steps<void> {
  const { flags } = k;
  const debugged = yield* start(k, info, copy);
  const attach = flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin');
  if (!attach) return;
  const pod = yield* waitContainer(k, debugged.pod, debugged.container);
  const { container: name } = debugged;
  if (statusOf(pod, name)?.['state']?.terminated) yield* copyLog(k, pod, name);
  else yield* attachOrLog(k, pod, { quiet: flags.bool('quiet'), container: name });
}

interface Debugged {
  readonly pod: Fields;
  readonly container: string;
}

function* start(k: Kubectl, info: Info, copy: string): Steps<Debugged> {
  if (info.resource.kind === 'Node') return yield* debugNode(k, info);
  if (info.resource.kind !== 'Pod') {
    const { group, version, kind } = info.resource;
    throw new KubectlError(`"${group}/${version}, Kind=${kind}" not supported by debug`);
  }
  return copy === '' ? yield* ephemeral(k, info) : yield* copied(k, info, copy);
}

function suffix(k: Kubectl): string {
  return k.context.host.random.text(5, 'bcdfghjklmnpqrstvwxz2456789');
}

function command(k: Kubectl): Fields {
  const words = k.dash >= 0 ? [...k.args.slice(k.dash)] : [];
  if (words.length === 0) return {};
  return k.flags.bool('arguments-only') ? { args: words } : { command: words };
}

function container(k: Kubectl, name: string): Fields {
  const { flags } = k;
  const env = flags.list('env').map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });
  return {
    name,
    image: flags.string('image'),
    ...command(k),
    ...(env.length > 0 ? { env } : {}),
    resources: {},
    terminationMessagePolicy: 'File',
    imagePullPolicy: flags.string('image-pull-policy') || undefined,
    ...(flags.bool('stdin') ? { stdin: true } : {}),
    ...(flags.bool('tty') ? { tty: true } : {}),
    ...security(flags.string('profile')),
  };
}

/** Fields that --custom must not set. */
const FIXED = ['name', 'command', 'image', 'lifecycle', 'volumeDevices'];

/** The part of a container that --custom names, checked. Models debug.go's custom profile. */
function customProfile(k: Kubectl): Fields {
  const path = k.flags.string('custom');
  if (path === '') return {};
  let value: unknown;
  try {
    value = parseYaml(readFile(k, path));
  } catch (error) {
    if (error instanceof KubectlError)
      throw new KubectlError(`must pass a container spec json file for custom profile: ${error.message}`);
    throw new KubectlError(`${path} does not contain a valid container spec: ${messageOf(error)}`);
  }
  if (typeof value !== 'object' || value === null)
    throw new KubectlError(`${path} does not contain a valid container spec`);
  if (FIXED.some((field) => field in value))
    throw new KubectlError(
      'name, command, image, lifecycle and volume devices are not modifiable via custom profile',
    );
  return value as Fields;
}

function customized(k: Kubectl, own: Fields): Fields {
  const plain = JSON.parse(JSON.stringify(own)) as Fields;
  return strategicMerge(plain, customProfile(k), objectType('io.k8s.api.core.v1.Container')) as Fields;
}

function security(profile: string): Fields {
  switch (profile) {
    case 'general':
      return { securityContext: { capabilities: { add: ['SYS_PTRACE'] } } };
    case 'netadmin':
      return { securityContext: { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } } };
    case 'restricted':
      return {
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        },
      };
    case 'sysadmin':
      return { securityContext: { privileged: true } };
    default:
      return {};
  }
}

function* note(k: Kubectl, text: string): Steps<void> {
  if (!k.flags.bool('quiet')) yield* k.out(text);
}

function* profileWarning(k: Kubectl): Steps<void> {
  if (k.flags.bool('quiet')) return;
  if (k.flags.string('profile') === 'legacy')
    yield* k.err(
      '--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n',
    );
}

/** --target, told of. */
function* targeted(k: Kubectl): Steps<string> {
  const target = k.flags.string('target');
  if (target !== '')
    yield* note(
      k,
      `Targeting container ${JSON.stringify(target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
    );
  return target;
}

function* ephemeral(k: Kubectl, info: Info): Steps<Debugged> {
  const before = info.object as Fields;
  const name = k.flags.string('container') || `debugger-${suffix(k)}`;
  const target = yield* targeted(k);
  if (k.flags.string('container') === '') yield* note(k, `Defaulting debug container name to ${name}.\n`);
  const list = [
    ...(before['spec'].ephemeralContainers ?? []),
    { ...customized(k, container(k, name)), ...(target !== '' ? { targetContainerName: target } : {}) },
  ];
  const after = { ...before, spec: { ...before['spec'], ephemeralContainers: list } };
  const patch = twoWayPatch(before, JSON.parse(JSON.stringify(after)), typeOf('v1', 'Pod'));
  const pod = yield* k.api.patch<Fields>(
    pathOf(info.resource, info.namespace, info.name, 'ephemeralcontainers'),
    'application/strategic-merge-patch+json',
    patchText(patch),
  );
  return { pod, container: name };
}

/** A copy of the pod, changed as the flags say. */
function* copied(k: Kubectl, info: Info, name: string): Steps<Debugged> {
  const { flags } = k;
  const original = info.object as Fields;
  const spec = structuredClone(original['spec']);
  const metadata: Fields = { name, namespace: info.namespace };
  if (flags.bool('keep-labels')) metadata['labels'] = original['metadata'].labels;
  if (flags.bool('keep-annotations')) metadata['annotations'] = original['metadata'].annotations;
  if (!flags.bool('same-node')) delete spec.nodeName;
  if (!flags.bool('keep-init-containers')) delete spec.initContainers;
  delete spec.ephemeralContainers;
  for (const item of spec.containers as Fields[]) {
    if (!flags.bool('keep-liveness')) delete item['livenessProbe'];
    if (!flags.bool('keep-readiness')) delete item['readinessProbe'];
    if (!flags.bool('keep-startup')) delete item['startupProbe'];
  }
  const images = new Map(flags.list('set-image').map((pair) => pair.split('=') as [string, string]));
  for (const item of spec.containers as Fields[]) {
    const image = images.get('*') ?? images.get(item['name']);
    if (image) item['image'] = image;
  }
  if (flags.bool('share-processes')) spec.shareProcessNamespace = true;
  let chosen = flags.string('container');
  const existing = (spec.containers as Fields[]).find((item) => item['name'] === chosen);
  if (existing)
    Object.assign(existing, command(k), flags.string('image') ? { image: flags.string('image') } : {});
  else if (flags.string('image') !== '') {
    if (chosen === '') {
      chosen = `debugger-${suffix(k)}`;
      yield* note(k, `Defaulting debug container name to ${chosen}.\n`);
    }
    spec.containers.push(customized(k, container(k, chosen)));
  } else chosen ||= spec.containers[0].name;
  if (existing && flags.bool('tty')) Object.assign(existing, { stdin: true, tty: true });
  if (flags.bool('replace')) {
    yield* deleteInfo(k, info, { gracePeriod: 0 });
    yield* isGone(k, info, k.now + 60_000);
  }
  const body = JSON.parse(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec }));
  const pod = yield* k.api.post<Fields>(pathOf(info.resource, info.namespace), body);
  return { pod, container: chosen };
}

/** A pod on the node, in its namespaces, with its disk at /host. */
function* debugNode(k: Kubectl, info: Info): Steps<Debugged> {
  const name = `node-debugger-${info.name}-${suffix(k)}`;
  const chosen = k.flags.string('container') || 'debugger';
  const profile = k.flags.string('profile');
  const host = !['baseline', 'restricted'].includes(profile);
  const shared =
    host && profile !== 'netadmin'
      ? { hostNetwork: true, hostPID: true, hostIPC: true }
      : host
        ? { hostNetwork: true, hostPID: true }
        : {};
  const mount = host && profile !== 'netadmin';
  const inner = container(k, chosen);
  if (mount) inner['volumeMounts'] = [{ mountPath: '/host', name: 'host-root' }];
  yield* targeted(k);
  yield* note(k, `Creating debugging pod ${name} with container ${chosen} on node ${info.name}.\n`);
  const pods = builtIn('pods');
  const body = JSON.parse(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
      spec: {
        containers: [customized(k, inner)],
        ...shared,
        nodeName: info.name,
        restartPolicy: 'Never',
        tolerations: [{ operator: 'Exists' }],
        ...(mount ? { volumes: [{ name: 'host-root', hostPath: { path: '/' } }] } : {}),
      },
    }),
  );
  const pod = yield* k.api.post<Fields>(pathOf(pods, k.namespace), body);
  return { pod, container: chosen };
}

function statusOf(pod: Fields, container: string): Fields | undefined {
  const { containerStatuses = [], ephemeralContainerStatuses = [] } = pod['status'] ?? {};
  return [...containerStatuses, ...ephemeralContainerStatuses].find((s: Fields) => s['name'] === container);
}

/** Waits until the container of the session runs or has ended. */
function* waitContainer(k: Kubectl, pod: Fields, name: string): Steps<Fields> {
  yield* waitRunning(k, pod, 60_000);
  const pods = builtIn('pods');
  for (let i = 0; i < 600; i++) {
    const current = yield* k.api.get<Fields>(pathOf(pods, pod['metadata'].namespace, pod['metadata'].name));
    const state = statusOf(current, name)?.['state'];
    if (state?.running || state?.terminated) return current;
    yield* k.context.sleep(100);
  }
  throw new KubectlError('timed out waiting for the condition');
}
