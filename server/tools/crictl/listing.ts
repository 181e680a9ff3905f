import type {
  ContainerRuntime,
  ContainerStatus,
  ImageStatus,
  SandboxStatus,
} from '../../cluster/client/cri.ts';
import type { Options } from '../../shell/options.ts';
import { ago, humanSize, shortId, table } from './format.ts';
import { formatted } from './output.ts';
import { annotationsOf, selectContainers, selectImages, selectPods } from './selection.ts';

const STATE = { created: 'Created', running: 'Running', exited: 'Exited' } as const;

/** One thing as `-v` shows it. */
function details(
  rows: readonly (readonly [string, string])[],
  maps: Readonly<Record<string, object>> = {},
): string {
  const lines = rows.map(([name, value]) => `${name}: ${value}\n`);
  for (const [name, map] of Object.entries(maps)) {
    lines.push(`${name}:\n`);
    for (const [key, value] of Object.entries(map).sort()) lines.push(`\t${key} -> ${value}\n`);
  }
  return `${lines.join('')}\n`;
}

const idOf = (options: Options, id: string) => (options.has('no-trunc') ? id : shortId(id));

export function listContainers(runtime: ContainerRuntime, options: Options, now: number): string {
  const found = selectContainers(runtime, options);
  if (options.has('q')) return found.map((c) => `${c.id}\n`).join('');
  const asked = formatted(
    options,
    () => ({ containers: found.map((c) => containerJson(runtime, c)) }),
    'table',
  );
  if (asked !== undefined) return asked;
  const podOf = (c: ContainerStatus) => runtime.sandbox(c.sandboxId)?.config.metadata;
  if (options.has('v'))
    return found
      .map((c) =>
        details(
          [
            ['ID', c.id],
            ['PodID', c.sandboxId],
            ['Namespace', podOf(c)?.namespace ?? 'unknown'],
            ['Name', c.config.name],
            ['Attempt', String(c.config.attempt)],
            ['State', STATE[c.state]],
            ['Created', ago(now - c.createdAt)],
          ],
          { Labels: c.config.labels, Annotations: annotationsOf(c) },
        ),
      )
      .join('');
  const rows = found.map((c) => [
    idOf(options, c.id),
    options.has('r') ? c.image : idOf(options, c.imageId),
    ago(now - c.createdAt),
    STATE[c.state],
    c.config.name,
    String(c.config.attempt),
    idOf(options, c.sandboxId),
    podOf(c)?.name ?? 'unknown',
    podOf(c)?.namespace ?? 'unknown',
  ]);
  return table([
    ['CONTAINER', 'IMAGE', 'CREATED', 'STATE', 'NAME', 'ATTEMPT', 'POD ID', 'POD', 'NAMESPACE'],
    ...rows,
  ]);
}

export function listPods(runtime: ContainerRuntime, options: Options, now: number): string {
  const found = selectPods(runtime, options);
  if (options.has('q')) return found.map((s) => `${s.id}\n`).join('');
  const asked = formatted(options, () => ({ items: found.map(sandboxJson) }), 'table');
  if (asked !== undefined) return asked;
  const stateOf = (s: SandboxStatus) => (s.state === 'ready' ? 'Ready' : 'NotReady');
  if (options.has('v'))
    return found
      .map(({ config: { metadata, labels, annotations }, ...s }) =>
        details(
          [
            ['ID', s.id],
            ['Name', metadata.name],
            ['UID', metadata.uid],
            ['Namespace', metadata.namespace],
            ['Attempt', String(metadata.attempt)],
            ['Status', s.state === 'ready' ? 'Ready' : 'NotReady'],
            ['Created', ago(now - s.createdAt)],
          ],
          { Labels: labels, Annotations: annotations },
        ),
      )
      .join('');
  const rows = found.map((s) => {
    const { metadata } = s.config;
    const cells = [metadata.name, metadata.namespace, String(metadata.attempt), '(default)'];
    return [idOf(options, s.id), ago(now - s.createdAt), stateOf(s), ...cells];
  });
  return table([['POD ID', 'CREATED', 'STATE', 'NAME', 'NAMESPACE', 'ATTEMPT', 'RUNTIME'], ...rows]);
}

export function listImages(runtime: ContainerRuntime, options: Options, filter: string | undefined): string {
  const found = selectImages(runtime, filter);
  if (options.has('q')) return found.map((image) => `${image.id}\n`).join('');
  const asked = formatted(options, () => ({ images: found.map(imageJson) }), 'table');
  if (asked !== undefined) return asked;
  if (options.has('v'))
    return found
      .map((image) =>
        details([
          ['ID', image.id],
          ...image.repoTags.map((tag) => ['RepoTags', tag] as const),
          ...image.repoDigests.map((digest) => ['RepoDigests', digest] as const),
          ['Size', humanSize(image.size)],
          ['Username', image.uid === undefined ? image.username : ''],
        ]),
      )
      .join('');
  const digests = options.has('digests');
  const rows = found.map((image) => {
    const tag = image.repoTags[0] ?? '<none>:<none>';
    const colon = tag.lastIndexOf(':');
    const digest = digests ? [shortId(image.repoDigests[0]?.split('@')[1] ?? '<none>')] : [];
    return [
      tag.slice(0, colon),
      tag.slice(colon + 1),
      ...digest,
      idOf(options, image.id),
      humanSize(image.size),
    ];
  });
  return table([['IMAGE', 'TAG', ...(digests ? ['DIGEST'] : []), 'IMAGE ID', 'SIZE'], ...rows]);
}

function nanoseconds(ms: number): string {
  return String(BigInt(Math.floor(ms)) * 1_000_000n);
}

function imageJson({ id, repoTags, repoDigests, size, uid, username, pinned }: ImageStatus) {
  return {
    id,
    repoTags,
    repoDigests,
    size: String(size),
    uid: uid === undefined ? null : { value: String(uid) },
    username: uid === undefined ? username : '',
    spec: null,
    pinned,
  };
}

function containerJson(runtime: ContainerRuntime, c: ContainerStatus) {
  return {
    id: c.id,
    podSandboxId: c.sandboxId,
    metadata: { name: c.config.name, attempt: c.config.attempt },
    image: { image: c.imageId, annotations: {}, userSpecifiedImage: c.image, runtimeHandler: '' },
    imageRef: c.imageId,
    state: `CONTAINER_${c.state.toUpperCase()}`,
    createdAt: nanoseconds(c.createdAt),
    labels: {
      ...c.config.labels,
      'io.kubernetes.pod.name': runtime.sandbox(c.sandboxId)?.config.metadata.name,
    },
    annotations: annotationsOf(c),
    imageId: c.imageId,
  };
}

function sandboxJson(s: SandboxStatus) {
  return {
    id: s.id,
    metadata: s.config.metadata,
    state: s.state === 'ready' ? 'SANDBOX_READY' : 'SANDBOX_NOTREADY',
    createdAt: nanoseconds(s.createdAt),
    labels: s.config.labels,
    annotations: s.config.annotations,
    runtimeHandler: '',
  };
}
