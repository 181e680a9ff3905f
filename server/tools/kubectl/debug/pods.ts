import { objectType } from '../../../cluster/kinds/schema/types.ts';
import { strategicMerge } from '../../../objects/strategic-merge.ts';
import type { Steps } from '../../../sim/index.ts';
import { patchText, twoWayPatch } from '../apply/three-way.ts';
import type { Info } from '../builder.ts';
import { deleteInfo } from '../delete.ts';
import { KubectlError, messageOf } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { readFile } from '../manifest-files.ts';
import { builtIn, pathOf } from '../resources.ts';
import { typeOf } from '../types.ts';
import { parseYaml } from '../yaml-parser.ts';
import { applyProfile, type Style } from './profiles.ts';

type Fields = Record<string, any>;

export interface Debugged {
  readonly pod: Fields;
  /** Whose terminal may be joined; '' for none. */
  readonly container: string;
}

/** Fields that --custom must not set. */
const FIXED = ['name', 'command', 'image', 'lifecycle', 'volumeDevices'];

/** The part of a container that --custom names, checked. Models debug.go's custom profile. */
export function customProfile(k: Kubectl): Fields {
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

function suffix(k: Kubectl): string {
  return k.context.host.random.text(5, 'bcdfghjklmnpqrstvwxz2456789');
}

export function* note(k: Kubectl, text: string): Steps<void> {
  if (!k.flags.bool('quiet')) yield* k.out(text);
}

/** What the command line says of the container that debugs. */
function asked(k: Kubectl): Fields {
  const { flags } = k;
  const env = flags.list('env').map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });
  return {
    ...command(k),
    ...(env.length > 0 ? { env } : {}),
    ...(flags.string('image') !== '' ? { image: flags.string('image') } : {}),
    ...(flags.string('image-pull-policy') !== ''
      ? { imagePullPolicy: flags.string('image-pull-policy') }
      : {}),
    stdin: flags.bool('stdin') || undefined,
    tty: flags.bool('tty') || undefined,
  };
}

function command(k: Kubectl): Fields {
  const words = k.dash >= 0 ? [...k.args.slice(k.dash)] : [];
  if (words.length === 0) return {};
  return k.flags.bool('arguments-only') ? { args: words } : { command: words, args: undefined };
}

/** Applies the profile, then what is the user's own. Returns the container as it is in the end. */
function profiled(k: Kubectl, style: Style, pod: Fields, list: Fields[], container: Fields): Fields {
  applyProfile(style, { k, pod, container });
  const plain = JSON.parse(JSON.stringify(container)) as Fields;
  const own = strategicMerge(plain, customProfile(k), objectType('io.k8s.api.core.v1.Container')) as Fields;
  list[list.indexOf(container)] = own;
  return own;
}

const NON_ROOT =
  'Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".\n';

/** Models DebugOptions displayWarning. */
function* warnOfUser(k: Kubectl, pod: Fields, container: Fields): Steps<void> {
  const { securityContext: context } = container;
  if (!pod['spec'].securityContext?.runAsUser || !context || context.runAsUser === 0) return;
  if (context.privileged || (context.capabilities?.add ?? []).length > 0) yield* k.err(NON_ROOT);
}

function* containerName(k: Kubectl): Steps<string> {
  const given = k.flags.string('container');
  if (given !== '') return given;
  const name = `debugger-${suffix(k)}`;
  yield* note(k, `Defaulting debug container name to ${name}.\n`);
  return name;
}

/** A container that joins the pod. */
export function* joined(k: Kubectl, info: Info): Steps<Debugged> {
  const before = info.object as Fields;
  const name = yield* containerName(k);
  const target = k.flags.string('target');
  const after = structuredClone(before);
  const list: Fields[] = [...(after['spec'].ephemeralContainers ?? [])];
  after['spec'].ephemeralContainers = list;
  const container = {
    name,
    resources: {},
    terminationMessagePolicy: 'File',
    ...asked(k),
    ...(target !== '' ? { targetContainerName: target } : {}),
  };
  list.push(container);
  yield* warnOfUser(k, after, profiled(k, 'ephemeral', after, list, container));
  const patch = twoWayPatch(before, JSON.parse(JSON.stringify(after)), typeOf('v1', 'Pod'));
  const pod = yield* k.api.patch<Fields>(
    pathOf(info.resource, info.namespace, info.name, 'ephemeralcontainers'),
    'application/strategic-merge-patch+json',
    patchText(patch),
  );
  return { pod, container: name };
}

/** A copy of the pod, changed as the flags say. */
export function* copied(k: Kubectl, info: Info): Steps<Debugged> {
  const { pod, container } = yield* copyOf(k, info);
  const body = JSON.parse(JSON.stringify(pod));
  const created = yield* k.api.post<Fields>(pathOf(info.resource, info.namespace), body);
  if (k.flags.bool('replace')) yield* deleteInfo(k, info, { gracePeriod: 0 });
  return { pod: created, container };
}

/** Models generatePodCopyWithDebugContainer. */
function* copyOf(k: Kubectl, info: Info): Steps<Debugged> {
  const { flags } = k;
  const { metadata, spec: original } = info.object as Fields;
  const { ephemeralContainers: _, ...spec } = structuredClone(original) as Fields;
  const { labels, annotations } = metadata;
  const name = flags.string('copy-to');
  const pod: Fields = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: info.namespace,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
    },
    spec,
  };
  if (flags.changed('share-processes')) spec['shareProcessNamespace'] = flags.bool('share-processes');
  if (!flags.bool('same-node')) delete spec['nodeName'];
  const images = new Map(flags.list('set-image').map((pair) => pair.split('=') as [string, string]));
  for (const item of spec['containers'] as Fields[]) {
    const image = images.get(item['name']) ?? images.get('*');
    if (image) item['image'] = image;
  }
  const chosen = flags.string('container');
  const lists: Fields[][] = [spec['containers'], spec['initContainers'] ?? []];
  let list = lists.find((one) => one.some((item) => item['name'] === chosen));
  if (!list) {
    if (flags.string('image') === '' && images.size > 0) return { pod, container: '' };
    if (flags.string('image') === '')
      throw new KubectlError('you must specify image when creating new container');
    list = spec['containers'] as Fields[];
    list.push({ name: yield* containerName(k), resources: {}, terminationMessagePolicy: 'File' });
  }
  const container = (list.find((item) => item['name'] === chosen) ?? list.at(-1)) as Fields;
  Object.assign(container, asked(k));
  const own = profiled(k, 'copy', pod, list, container);
  yield* warnOfUser(k, pod, own);
  return { pod, container: own['name'] };
}

/** A pod on the node, in its namespaces, with its disk at /host. */
export function* onNode(k: Kubectl, info: Info): Steps<Debugged> {
  const name = `node-debugger-${info.name}-${suffix(k)}`;
  const chosen = k.flags.string('container') || 'debugger';
  yield* note(k, `Creating debugging pod ${name} with container ${chosen} on node ${info.name}.\n`);
  const container = { name: chosen, resources: {}, terminationMessagePolicy: 'File', ...asked(k) };
  const containers: Fields[] = [container];
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      containers,
      nodeName: info.name,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
    },
  };
  profiled(k, 'node', pod, containers, container);
  const body = JSON.parse(JSON.stringify(pod));
  return { pod: yield* k.api.post<Fields>(pathOf(builtIn('pods'), k.namespace), body), container: chosen };
}
