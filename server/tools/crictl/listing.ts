import type { ContainerRuntime, ContainerStatus, SandboxStatus } from '../../cluster/client/cri.ts';
import type { Options } from '../../shell/options.ts';
import { Fatal } from './connection.ts';
import { ago, humanSize, isoTime, shortId, table } from './format.ts';

const STATE = { created: 'Created', running: 'Running', exited: 'Exited' } as const;

/** Containers newest first, as they are listed. */
export function listContainers(runtime: ContainerRuntime, options: Options, now: number): string {
  const found = selectContainers(runtime, options);
  if (options.has('q')) return found.map((c) => `${c.id}\n`).join('');
  if (options.get('o') === 'json') return json({ containers: found.map((c) => containerJson(runtime, c)) });
  const rows = found.map((c) => {
    const pod = runtime.sandbox(c.sandboxId)?.config.metadata;
    const cells = [ago(now - c.createdAt), STATE[c.state], c.config.name, String(c.config.attempt)];
    return [
      shortId(c.id),
      shortId(c.imageId),
      ...cells,
      shortId(c.sandboxId),
      pod?.name ?? 'unknown',
      pod?.namespace ?? 'unknown',
    ];
  });
  return table([
    ['CONTAINER', 'IMAGE', 'CREATED', 'STATE', 'NAME', 'ATTEMPT', 'POD ID', 'POD', 'NAMESPACE'],
    ...rows,
  ]);
}

function selectContainers(runtime: ContainerRuntime, options: Options): ContainerStatus[] {
  const state = options.get('s')?.toLowerCase();
  const name = options.get('name');
  const pod = options.get('p');
  const image = options.get('image');
  const namespace = options.get('namespace');
  const label = options.get('label')?.split('=');
  const all = options.has('a') || state !== undefined || options.has('n') || options.has('l');
  let found = runtime
    .containers()
    .reverse()
    .filter((c) => all || c.state === 'running')
    .filter((c) => state === undefined || c.state === state)
    .filter((c) => name === undefined || c.config.name.includes(name))
    .filter((c) => pod === undefined || c.sandboxId.startsWith(pod))
    .filter((c) => image === undefined || c.image.includes(image))
    .filter(
      (c) => namespace === undefined || runtime.sandbox(c.sandboxId)?.config.metadata.namespace === namespace,
    )
    .filter((c) => !label || c.config.labels[label[0] as string] === label[1]);
  if (options.has('l')) found = found.slice(0, 1);
  const last = options.get('n');
  return last === undefined ? found : found.slice(0, Number(last));
}

export function listPods(runtime: ContainerRuntime, options: Options, now: number): string {
  const state = options.get('s')?.toLowerCase();
  const name = options.get('name');
  const namespace = options.get('namespace');
  const found = runtime
    .sandboxes()
    .reverse()
    .filter((s) => state === undefined || s.state === state)
    .filter((s) => name === undefined || s.config.metadata.name.includes(name))
    .filter((s) => namespace === undefined || s.config.metadata.namespace === namespace);
  if (options.has('q')) return found.map((s) => `${s.id}\n`).join('');
  if (options.get('o') === 'json') return json({ items: found.map(sandboxJson) });
  const rows = found.map((s) => {
    const { metadata } = s.config;
    return [
      shortId(s.id),
      ago(now - s.createdAt),
      s.state === 'ready' ? 'Ready' : 'NotReady',
      metadata.name,
      metadata.namespace,
      String(metadata.attempt),
      '(default)',
    ];
  });
  return table([['POD ID', 'CREATED', 'STATE', 'NAME', 'NAMESPACE', 'ATTEMPT', 'RUNTIME'], ...rows]);
}

export function listImages(runtime: ContainerRuntime, options: Options, filter: string | undefined): string {
  const found = runtime
    .images()
    .filter((image) => filter === undefined || image.repoTags.some((tag) => tag.includes(filter)));
  if (options.has('q')) return found.map((image) => `${image.id}\n`).join('');
  if (options.get('o') === 'json') {
    return json({
      images: found.map((i) => ({
        id: i.id,
        repoTags: i.repoTags,
        repoDigests: i.repoDigests,
        size: String(i.size),
        uid: null,
        username: i.username,
        spec: null,
        pinned: false,
      })),
    });
  }
  const rows = found.map((image) => {
    const tag = image.repoTags[0] ?? '<none>:<none>';
    const colon = tag.lastIndexOf(':');
    return [tag.slice(0, colon), tag.slice(colon + 1), shortId(image.id), humanSize(image.size)];
  });
  return table([['IMAGE', 'TAG', 'IMAGE ID', 'SIZE'], ...rows]);
}

export function containerJson(runtime: ContainerRuntime, c: ContainerStatus) {
  return {
    id: c.id,
    podSandboxId: c.sandboxId,
    metadata: { name: c.config.name, attempt: c.config.attempt },
    image: { image: c.imageId, annotations: {}, userSpecifiedImage: c.image, runtimeHandler: '' },
    imageRef: c.imageId,
    state: `CONTAINER_${c.state.toUpperCase()}`,
    createdAt: String(BigInt(Math.floor(c.createdAt)) * 1_000_000n),
    labels: {
      ...c.config.labels,
      'io.kubernetes.pod.name': runtime.sandbox(c.sandboxId)?.config.metadata.name,
    },
    annotations: c.config.annotations,
    imageId: c.imageId,
  };
}

export function sandboxJson(s: SandboxStatus) {
  return {
    id: s.id,
    metadata: s.config.metadata,
    state: s.state === 'ready' ? 'SANDBOX_READY' : 'SANDBOX_NOTREADY',
    createdAt: String(BigInt(Math.floor(s.createdAt)) * 1_000_000n),
    labels: s.config.labels,
    annotations: s.config.annotations,
    runtimeHandler: '',
  };
}

export function inspectContainer(runtime: ContainerRuntime, id: string): string {
  const c = findContainer(runtime, id);
  return json({
    status: {
      id: c.id,
      metadata: { attempt: c.config.attempt, name: c.config.name },
      state: `CONTAINER_${c.state.toUpperCase()}`,
      createdAt: isoTime(c.createdAt),
      startedAt: isoTime(c.startedAt),
      finishedAt: isoTime(c.finishedAt),
      exitCode: c.exitCode ?? 0,
      image: { annotations: {}, image: c.image, runtimeHandler: '', userSpecifiedImage: '' },
      imageId: c.imageId,
      imageRef: c.imageRef,
      reason: c.state === 'exited' ? c.reason : '',
      message: c.message,
      labels: c.config.labels,
      annotations: c.config.annotations,
      mounts: c.config.mounts.map((m) => ({
        containerPath: m.containerPath,
        hostPath: m.hostPath,
        readonly: m.readOnly,
      })),
      logPath: c.logPath,
    },
    info: {
      pid: c.pid ?? 0,
      sandboxID: c.sandboxId,
      config: {
        metadata: { name: c.config.name },
        command: c.config.command,
        args: c.config.args,
        envs: c.config.env.map(([key, value]) => ({ key, value })),
      },
    },
  });
}

export function inspectPod(runtime: ContainerRuntime, id: string): string {
  const s = findSandbox(runtime, id);
  return json({
    status: { ...sandboxJson(s), createdAt: isoTime(s.createdAt), network: { additionalIps: [], ip: s.ip } },
    info: { config: s.config },
  });
}

/** The container whose id begins so. Throws Fatal when there is none or there are several. */
export function findContainer(runtime: ContainerRuntime, id: string): ContainerStatus {
  return only(
    runtime.containers().filter((c) => c.id.startsWith(id)),
    id,
    'container',
  );
}

export function findSandbox(runtime: ContainerRuntime, id: string): SandboxStatus {
  return only(
    runtime.sandboxes().filter((s) => s.id.startsWith(id)),
    id,
    'pod sandbox',
  );
}

function only<T extends { id: string }>(found: readonly T[], id: string, what: string): T {
  const [first] = found;
  if (!first)
    throw new Fatal(
      `rpc error: code = NotFound desc = an error occurred when try to find ${what === 'container' ? 'container' : 'sandbox'} "${id}": not found`,
    );
  return first;
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
