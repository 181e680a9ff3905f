import type { Steps } from '../../sim/index.ts';
import { fileFlags, type Info, select } from './builder.ts';
import { finish, metadata, sortedMap } from './create/send.ts';
import { intOrString } from './create/simple.ts';
import { KubectlError, throwAll } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { override } from './overrides.ts';
import { groupKind } from './resources.ts';
import { checkRegistered } from './types.ts';

type Fields = Record<string, any>;

/** Models kubectl/pkg/cmd/expose/expose.go. */
export function* expose(k: Kubectl): Steps<void> {
  const found = yield* select(k, {
    args: k.args,
    ...fileFlags(k),
    latest: false,
  });
  throwAll(found.errors);
  checkRegistered(found);
  const { infos } = found;
  const errors: unknown[] = [];
  for (const info of infos) {
    try {
      yield* exposeOne(k, info);
    } catch (error) {
      errors.push(error);
    }
  }
  throwAll(errors);
}

const EXPOSABLE = new Set(['ReplicationController', 'Service', 'Pod', 'Deployment', 'ReplicaSet']);

function* exposeOne(k: Kubectl, info: Info): Steps<void> {
  const { flags } = k;
  const object = info.object as Fields;
  if (!EXPOSABLE.has(info.resource.kind))
    throw new KubectlError(`cannot expose a ${groupKind(info.resource)}`);
  const name = (flags.string('name') || info.name).slice(0, 63);
  const selector = flags.string('selector') !== '' ? parseLabels(flags.string('selector')) : selectorOf(info);
  const headless = flags.string('cluster-ip') === 'None';
  const ports = portsOf(k, object, headless);
  const labels =
    flags.string('labels') !== '' ? parseLabels(flags.string('labels')) : (object['metadata'].labels ?? {});
  const type = flags.string('type');
  const affinity = flags.string('session-affinity');
  if (affinity !== '' && affinity !== 'None' && affinity !== 'ClientIP')
    throw new KubectlError(`unknown session affinity: ${affinity}`);
  const service = {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: metadata(k, name, Object.keys(labels).length > 0 ? { labels } : {}),
    spec: {
      ...(ports.length > 0 ? { ports } : {}),
      selector: sortedMap(selector),
      ...(flags.string('cluster-ip') ? { clusterIP: flags.string('cluster-ip') } : {}),
      ...(type !== '' ? { type } : {}),
      ...(flags.string('external-ip') ? { externalIPs: [flags.string('external-ip')] } : {}),
      ...(affinity !== '' ? { sessionAffinity: affinity } : {}),
      ...(flags.string('load-balancer-ip') ? { loadBalancerIP: flags.string('load-balancer-ip') } : {}),
    },
    status: { loadBalancer: {} },
  };
  yield* finish(k, {
    object: override(service, flags.string('overrides'), flags.string('override-type')),
    root: 'api/v1',
    plural: 'services',
    namespaced: true,
    word: 'exposed',
  });
}

export function parseLabels(text: string): Fields {
  const out: Fields = {};
  for (const pair of text.split(',')) {
    const [key = '', value, ...more] = pair.split('=');
    if (key === '' || value === undefined || more.length > 0)
      throw new KubectlError(`unexpected label spec: ${pair}`);
    out[key] = value;
  }
  return out;
}

/** What selects the pods of an object. Models polymorphichelpers MapBasedSelectorForObject. */
function selectorOf({ resource, object }: Info): Fields {
  const spec: Fields = object?.['spec'] ?? {};
  const labels: Fields = object?.['metadata']?.labels ?? {};
  if (resource.kind === 'Pod') {
    if (Object.keys(labels).length === 0)
      throw new KubectlError(
        "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed",
      );
    return labels;
  }
  if (resource.kind === 'Service') {
    if (!spec['selector'])
      throw new KubectlError(
        "couldn't retrieve selectors via --selector flag or introspection: the service has no pod selector set",
      );
    return spec['selector'];
  }
  if (resource.kind === 'ReplicationController') return spec['selector'] ?? {};
  if (spec['selector']?.matchExpressions?.length > 0)
    throw new KubectlError(
      'couldn\'t retrieve selectors via --selector flag or introspection: couldn\'t convert expressions - "[]" to map-based selector format',
    );
  return spec['selector']?.matchLabels ?? {};
}

/** --port, or the ports of the object itself. */
function portsOf(k: Kubectl, object: Fields, headless: boolean): Fields[] {
  const { flags } = k;
  const known = introspect(object);
  const given = flags.string('port');
  if (given === '' && known.length === 0) {
    if (headless) return [];
    throw new KubectlError("couldn't find port via --port flag or introspection");
  }
  const wanted = given !== '' ? given.split(',') : known.map((port) => String(port.port));
  return wanted.map((text, index) => {
    const port = Number(text);
    if (!/^\d+$/.test(text))
      throw new KubectlError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
    const protocol = flags.string('protocol') || known.find((p) => p.port === port)?.protocol || 'TCP';
    const target = flags.string('target-port');
    return {
      ...(wanted.length > 1 ? { name: `port-${index + 1}` } : {}),
      protocol,
      port,
      targetPort: target !== '' ? intOrString(target) : port,
    };
  });
}

function introspect(object: Fields): { port: number; protocol: string | undefined }[] {
  if (object['kind'] === 'Service')
    return (object['spec'].ports ?? []).map((port: Fields) => ({
      port: port['port'],
      protocol: port['protocol'],
    }));
  const pod = object['kind'] === 'Pod' ? object['spec'] : object['spec']?.template?.spec;
  return (pod?.containers ?? []).flatMap((container: Fields) =>
    (container['ports'] ?? []).map((port: Fields) => ({
      port: port['containerPort'],
      protocol: port['protocol'],
    })),
  );
}
