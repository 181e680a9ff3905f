import { equalValues } from '../../../objects/values.ts';
import type { Steps } from '../../../sim/index.ts';
import { patchText, twoWayPatch } from '../apply/three-way.ts';
import { fileFlags, hasFiles, type Info, select } from '../builder.ts';
import { isFailure, KubectlError, messageOf } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { operation, printerFor } from '../printers.ts';
import { recorded } from '../record.ts';
import { groupVersion, kindName, pathOf } from '../resources.ts';
import { checkRegistered, typeOf } from '../types.ts';

type Fields = Record<string, any>;

/** The pod spec inside an object; undefined: it has none. Models polymorphichelpers UpdatePodSpecForObject. */
export function podSpecOf(object: Fields): Fields | undefined {
  if (object['kind'] === 'Pod') return object['spec'];
  if (object['kind'] === 'CronJob') return object['spec']?.jobTemplate?.spec?.template?.spec;
  return object['spec']?.template?.spec;
}

const MISSING_FILE =
  "you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'";

/** What the commands of `set` take: files, a selector, --all, or names. */
export function* chosen(k: Kubectl, args: readonly string[]) {
  const { flags } = k;
  const local = flags.bool('local');
  if (local && !hasFiles(k)) throw new KubectlError(MISSING_FILE);
  const found = yield* select(k, {
    args,
    ...fileFlags(k),
    ...(flags.has('selector') && !['set selector', 'set serviceaccount'].includes(k.path)
      ? { labelSelector: flags.string('selector') }
      : {}),
    selectAll: flags.bool('all'),
    local,
    latest: !local,
  });
  checkRegistered(found);
  return found;
}

/** Fields that Go writes of a struct although they are empty. */
const EMPTY_FIELDS: Readonly<Record<string, { spec?: Fields; status?: Fields }>> = {
  Pod: { status: {} },
  Deployment: { spec: { strategy: {} }, status: {} },
  ReplicaSet: { status: { replicas: 0 } },
  ReplicationController: { status: { replicas: 0 } },
  StatefulSet: { spec: { updateStrategy: {} }, status: { availableReplicas: 0, replicas: 0 } },
  DaemonSet: {
    spec: { updateStrategy: {} },
    status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  },
  Job: { status: {} },
  CronJob: { status: {} },
  Service: { status: { loadBalancer: {} } },
  RoleBinding: {},
  ClusterRoleBinding: {},
};

/** An object that never was on the server, as kubectl's types write it. */
function asTyped(object: Fields): Fields {
  const empty = EMPTY_FIELDS[object['kind']];
  if (!empty) return object;
  const dated = (metadata: Fields = {}) => ({ creationTimestamp: null, ...metadata });
  const next = structuredClone(object);
  next['metadata'] = dated(next['metadata']);
  if (!empty.status) return next;
  next['spec'] = { ...empty.spec, ...next['spec'] };
  next['status'] = { ...empty.status, ...next['status'] };
  const job = next['spec'].jobTemplate;
  if (job) job.metadata = dated(job.metadata);
  const { template } = job?.spec ?? next['spec'];
  if (template) template.metadata = dated(template.metadata);
  const pod = podSpecOf(next) ?? {};
  for (const container of [...(pod['containers'] ?? []), ...(pod['initContainers'] ?? [])])
    container.resources ??= {};
  return next;
}

/** How a failure to save is told: nothing of it for a selector. */
export type Told =
  | 'image update to pod template:'
  | 'env update to pod template:'
  | 'resources update to pod template'
  | 'ServiceAccountName'
  | 'subjects to rolebinding:';

/** Saves what was changed and says so; what did not change is passed over. */
export function* save(
  k: Kubectl,
  info: Info,
  wanted: Fields,
  { word, told }: { word: string; told?: Told },
): Steps<void> {
  const next = recorded(k, wanted);
  const before = info.object as Fields;
  const dryRun = yield* k.dryRun();
  // Selectors and service accounts are sent as they are.
  const always = told === undefined || told === 'ServiceAccountName';
  if (!always && equalValues(before, next)) return;
  if (k.flags.bool('local') || dryRun === 'client') {
    info.object = k.flags.bool('local') ? asTyped(next) : next;
    yield* k.out(printerFor(k, yield* operation(k, word)).print(info.object, { typed: true }));
    return;
  }
  const type = typeOf(groupVersion(info.resource), info.resource.kind);
  try {
    info.object = yield* k.api.patch<Fields>(
      pathOf(info.resource, info.namespace, info.name),
      type ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json',
      patchText(twoWayPatch(before, next, type)),
      {
        query: {
          dryRun: dryRun === 'server' ? 'All' : undefined,
          fieldManager: k.flags.string('field-manager'),
        },
      },
    );
  } catch (error) {
    if (!told || !isFailure(error)) throw error;
    throw new KubectlError(`failed to patch ${told} ${messageOf(error)}`);
  }
  yield* k.out(printerFor(k, yield* operation(k, word)).print(info.object, { typed: true }));
}

/** Glob patterns of container names: `*` and `?`. */
export function nameMatches(pattern: string, name: string): boolean {
  if (pattern === '*') return true;
  const regex = new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  return regex.test(name);
}

/**
 * An object in messages: by the resource that the server told of, or without a server by its kind, where one with a
 * group ends the line. Models cli-runtime resource.Info.ObjectName.
 */
export function objectName(k: Kubectl, { resource, name }: Info): string {
  if (!k.flags.bool('local')) return `${resource.name}/${name}`;
  return `${kindName(resource.kind, resource.group)}/${name}${resource.group === '' ? '' : '\n'}`;
}

export function noTemplate(k: Kubectl, info: Info): KubectlError {
  return new KubectlError(
    `error: ${objectName(k, info)} the object is not a pod or does not have a pod template: *v1.${info.resource.kind}\n`,
  );
}
