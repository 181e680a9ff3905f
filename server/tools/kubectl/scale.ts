import type { Steps } from '../../sim/index.ts';
import { fileFlags, type Info, select, selectAll } from './builder.ts';
import { finish, metadata } from './create/send.ts';
import { KubectlError, messageOf, throwAll } from './errors.ts';
import { goJson } from './go-json.ts';
import type { Kubectl } from './kubectl.ts';
import { operation, printerFor } from './printers.ts';
import { recordAfter } from './record.ts';
import { groupVersion, pathOf } from './resources.ts';
import { watch } from './watch.ts';

type Fields = Record<string, any>;

/** Models kubectl/pkg/cmd/scale/scale.go. */
export function* scale(k: Kubectl): Steps<void> {
  const { flags } = k;
  const replicas = flags.int('replicas');
  if (flags.int('current-replicas') < -1)
    throw new KubectlError('The --current-replicas must specify an integer of -1 or greater');
  if (replicas < 0)
    throw new KubectlError(
      'The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0',
    );
  const dryRun = yield* k.dryRun();
  const printer = printerFor(k, yield* operation(k, 'scaled'));
  const { infos, errors } = yield* selected(k);
  if (infos.length > 1 && flags.string('resource-version') !== '')
    throw new KubectlError('cannot use --resource-version with multiple resources');
  if (infos.length === 0) {
    const why = errors.length > 0 ? errors.map(messageOf).join(', ') : '<nil>';
    throw new KubectlError(`no objects passed to scale ${why}`);
  }
  const failures = [...errors];
  for (const info of infos) {
    try {
      if (dryRun !== 'client') yield* scaleOne(k, info, { replicas, dryRun });
      if (dryRun === 'none') yield* recordAfter(k, info);
      yield* k.out(printer.print(info.object as Fields));
    } catch (error) {
      failures.push(error);
      break;
    }
  }
  throwAll(failures);
  if (flags.duration('timeout') > 0 && dryRun === 'none')
    for (const info of infos) yield* waitScaled(k, info, replicas);
}

function* selected(k: Kubectl): Steps<{ infos: Info[]; errors: unknown[] }> {
  const { flags } = k;
  try {
    return yield* select(k, {
      args: k.args,
      ...fileFlags(k),
      allowAll: flags.bool('all'),
      labelSelector: flags.string('selector'),
      selectAll: flags.bool('all'),
      latest: true,
    });
  } catch (error) {
    // A kustomization that cannot be built is one more reason why there are none.
    if (!(error instanceof KubectlError) || flags.string('kustomize') === '') throw error;
    return { infos: [], errors: [error] };
  }
}

function* scaleOne(
  k: Kubectl,
  info: Info,
  { replicas, dryRun }: { replicas: number; dryRun: string },
): Steps<void> {
  const path = pathOf(info.resource, info.namespace, info.name, 'scale');
  const current = k.flags.int('current-replicas');
  const version = k.flags.string('resource-version');
  const query = { dryRun: dryRun === 'server' ? 'All' : undefined };
  if (current < 0 && version === '') {
    yield* k.api.patch(path, 'application/merge-patch+json', goJson({ spec: { replicas } }), { query });
    return;
  }
  const found = yield* k.api.get<Fields>(path);
  if (current >= 0 && found['spec'].replicas !== current && (found['spec'].replicas ?? 0) !== current)
    throw new KubectlError(`Expected replicas to be ${current}, was ${found['spec'].replicas ?? 0}`);
  if (version !== '' && found['metadata'].resourceVersion !== version)
    throw new KubectlError(
      `Expected resource version to be ${version}, was ${found['metadata'].resourceVersion}`,
    );
  yield* k.api.put(path, { ...found, spec: { ...found['spec'], replicas } }, { query });
}

function* waitScaled(k: Kubectl, info: Info, replicas: number): Steps<void> {
  const until = k.now + k.flags.duration('timeout');
  const watcher = yield* watch(k, pathOf(info.resource, info.namespace), {
    query: { fieldSelector: `metadata.name=${info.name}` },
  });
  try {
    for (;;) {
      const event = yield* watcher.next(k, until);
      if (!event) throw new KubectlError('timed out waiting for the condition');
      const { status, metadata: meta } = event.object;
      if (
        (status?.replicas ?? 0) === replicas &&
        (status?.observedGeneration ?? meta.generation) >= meta.generation
      )
        return;
    }
  } finally {
    watcher.close();
  }
}

/** Models kubectl/pkg/cmd/autoscale/autoscale.go. */
export function* autoscale(k: Kubectl): Steps<void> {
  const { flags } = k;
  const max = flags.int('max');
  const min = flags.int('min');
  if (max < 1) throw new KubectlError(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
  if (max < min)
    throw new KubectlError(
      `--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`,
    );
  const infos = yield* selectAll(k, { args: k.args, ...fileFlags(k), latest: true });
  for (const info of infos) {
    const { resource } = info;
    if (!resource.subresources.includes('scale'))
      throw new KubectlError(
        `cannot autoscale a ${resource.kind}: could not find scale subresource for ${resource.group}/${resource.version}, Resource=${resource.name} in discovery information`,
      );
    const name = flags.string('name') || info.name;
    const percent = flags.int('cpu-percent');
    const metric = (averageUtilization: number) => ({
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
    });
    const object = {
      kind: 'HorizontalPodAutoscaler',
      apiVersion: 'autoscaling/v2',
      metadata: metadata(k, name),
      spec: {
        scaleTargetRef: { kind: resource.kind, name: info.name, apiVersion: groupVersion(resource) },
        ...(min > 0 ? { minReplicas: min } : {}),
        maxReplicas: max,
        ...(percent >= 0 ? { metrics: [metric(percent)] } : {}),
      },
      status: { desiredReplicas: 0, currentMetrics: null },
    };
    yield* finish(k, {
      object,
      root: 'apis/autoscaling/v2',
      plural: 'horizontalpodautoscalers',
      namespaced: true,
      word: (yield* k.dryRun()) === 'client' ? 'created' : 'autoscaled',
    });
  }
}
