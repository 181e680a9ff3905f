import type { DescribeContext } from '../../cluster/kinds/describe/context.ts';
import { describerOf } from '../../cluster/kinds/describe/index.ts';
import { isApiError } from '../../objects/api-error.ts';
import type { KubeObject } from '../../objects/object.ts';
import type { Steps } from '../../sim/index.ts';
import { fileFlags, hasFiles, type Info, listAll, select } from './builder.ts';
import { KubectlError, throwAll } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { groupVersion } from './resources.ts';

type Fields = Record<string, any>;

/** Models kubectl/pkg/cmd/describe/describe.go. */
export function* describe(k: Kubectl): Steps<void> {
  const { flags } = k;
  if (k.args.length === 0 && !hasFiles(k)) {
    throw new KubectlError(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  const { infos, errors } = yield* select(k, {
    args: k.args,
    ...fileFlags(k),
    allowAll: true,
    allNamespaces: flags.bool('all-namespaces'),
    labelSelector: flags.string('selector'),
    chunkSize: flags.int('chunk-size'),
    latest: true,
  });
  if (errors.length > 0 && k.args.length === 2 && errors.every((error) => isApiError(error, 'NotFound'))) {
    yield* byPrefix(k, errors[0]);
    return;
  }
  yield* showAll(k, infos);
  if (infos.length === 0 && errors.length === 0) {
    yield* k.err(
      flags.bool('all-namespaces')
        ? 'No resources found\n'
        : `No resources found in ${k.namespace} namespace.\n`,
    );
  }
  throwAll(errors);
}

function* showAll(k: Kubectl, infos: readonly Info[]): Steps<void> {
  const context = contextOf(k);
  let first = true;
  for (const info of infos) {
    const text = describerOf(info.resource.group, info.resource.kind)(info.object, context);
    yield* k.out(first ? text : `\n\n${text}`);
    first = false;
  }
}

/** A name that no object has may be the beginning of some. */
function* byPrefix(k: Kubectl, notFound: unknown): Steps<void> {
  const [type = '', prefix = ''] = k.args;
  const resource = yield* k.resource(type);
  const list = yield* listAll(k, resource, { namespace: resource.namespaced ? k.namespace : '' });
  const found = list.items.filter((item) => item['metadata'].name.startsWith(prefix));
  if (found.length === 0) throw notFound;
  const context = contextOf(k);
  for (const object of found)
    yield* k.out(`${describerOf(resource.group, resource.kind)(object, context)}\n`);
}

/** What describers may ask the server. */
function contextOf(k: Kubectl): DescribeContext {
  const root = (resource: { group: string; version: string }) =>
    resource.group === '' ? `/api/${resource.version}` : `/apis/${groupVersion(resource)}`;
  const collection = (resource: { group: string; version: string; plural: string }, namespace: string) =>
    `${root(resource)}${namespace ? `/namespaces/${namespace}` : ''}/${resource.plural}`;
  const list: DescribeContext['list'] = (resource, options = {}) => {
    const { namespace = '', ...query } = options;
    const answer = k.api.getNow<Fields>(collection(resource, namespace), { query });
    return answer['items'] as KubeObject[];
  };
  return {
    now: k.now,
    list,
    get: (resource, namespace, name) => k.api.getNow(`${collection(resource, namespace)}/${name}`),
    events: (object) => (k.flags.bool('show-events') ? eventsOf(object, list) : undefined),
  };
}

/** Models kubectl's searchEvents. */
function eventsOf(object: KubeObject, list: DescribeContext['list']): KubeObject[] {
  const { name, namespace = '', uid } = object.metadata;
  const mirror =
    object.kind === 'Pod' ? object.metadata.annotations?.['kubernetes.io/config.mirror'] : undefined;
  const selectors = [
    `involvedObject.name=${name}`,
    ...(namespace ? [`involvedObject.namespace=${namespace}`] : []),
    `involvedObject.kind=${object.kind}`,
    ...(object.kind === 'Node' ? [] : [`involvedObject.uid=${mirror ?? uid}`]),
  ];
  const events = { group: '', version: 'v1', plural: 'events' };
  try {
    return list(events, { namespace, fieldSelector: selectors.join(',') });
  } catch {
    return [];
  }
}
