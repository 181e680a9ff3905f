import type {
  ContainerRuntime,
  ContainerStatus,
  ImageStatus,
  SandboxStatus,
} from '../../cluster/client/cri.ts';
import { linearRegex } from '../../objects/linear-regex.ts';
import type { Options } from '../../shell/options.ts';
import { Fatal } from './connection.ts';

/** Names are given as regular expressions. */
function matcher(pattern: string | undefined): (text: string) => boolean {
  if (pattern === undefined) return () => true;
  try {
    const regex = linearRegex(pattern);
    return (text) => regex.matcher(text).find();
  } catch (error) {
    throw new Fatal(`error parsing regexp: ${(error as Error).message}`);
  }
}

function hasLabels(wanted: readonly string[], labels: Readonly<Record<string, string>>): boolean {
  return wanted.every((pair) => {
    const [key = '', value] = pair.split('=');
    if (value === undefined) throw new Fatal(`incorrectly specified label: ${pair}`);
    return labels[key] === value;
  });
}

function firstOf<T>(options: Options, found: T[]): T[] {
  if (options.has('l', 'latest')) return found.slice(0, 1);
  const last = options.get('n') ?? options.get('last');
  return last === undefined ? found : found.slice(0, Number(last));
}

/** Containers newest first. */
export function selectContainers(runtime: ContainerRuntime, options: Options): ContainerStatus[] {
  const state = options.get('s')?.toLowerCase();
  if (state !== undefined && !['created', 'running', 'exited', 'unknown'].includes(state))
    throw new Fatal(`--state should be one of created, running, exited or unknown`);
  const all = options.has('a', 'n', 'l') || state !== undefined;
  const name = matcher(options.get('name'));
  const [id, pod, image, namespace] = ['id', 'p', 'image', 'namespace'].map((option) => options.get(option));
  const found = runtime
    .containers()
    .reverse()
    .filter((c) => all || c.state === 'running')
    .filter((c) => state === undefined || c.state === state)
    .filter((c) => id === undefined || c.id.startsWith(id))
    .filter((c) => name(c.config.name))
    .filter((c) => pod === undefined || c.sandboxId.startsWith(pod))
    .filter((c) => image === undefined || c.image.includes(image) || c.imageId.includes(image))
    .filter((c) => hasLabels(options.all('label'), c.config.labels))
    .filter(
      (c) => namespace === undefined || runtime.sandbox(c.sandboxId)?.config.metadata.namespace === namespace,
    );
  return firstOf(options, found);
}

/** Pods newest first. */
export function selectPods(runtime: ContainerRuntime, options: Options): SandboxStatus[] {
  const state = options.get('s')?.toLowerCase();
  if (state !== undefined && state !== 'ready' && state !== 'notready')
    throw new Fatal(`--state should be ready or notready`);
  const name = matcher(options.get('name'));
  const [id, namespace] = ['id', 'namespace'].map((option) => options.get(option));
  const found = runtime
    .sandboxes()
    .reverse()
    .filter((s) => state === undefined || s.state === state)
    .filter((s) => id === undefined || s.id.startsWith(id))
    .filter((s) => name(s.config.metadata.name))
    .filter((s) => namespace === undefined || s.config.metadata.namespace === namespace)
    .filter((s) => hasLabels(options.all('label'), s.config.labels));
  return firstOf(options, found);
}

export function selectImages(runtime: ContainerRuntime, filter: string | undefined): ImageStatus[] {
  return runtime
    .images()
    .filter((image) => filter === undefined || image.repoTags.some((tag) => tag.includes(filter)));
}

/** Images that no container was made of. */
export function unusedImages(runtime: ContainerRuntime): ImageStatus[] {
  const used = new Set(runtime.containers().map(({ imageId }) => imageId));
  return runtime.images().filter(({ id, pinned }) => !used.has(id) && !pinned);
}

/** The container whose id begins so. Throws Fatal when there is none or there are several. */
export function findContainer(runtime: ContainerRuntime, id: string): ContainerStatus {
  return only(runtime.containers(), id, 'container');
}

export function findSandbox(runtime: ContainerRuntime, id: string): SandboxStatus {
  return only(runtime.sandboxes(), id, 'sandbox');
}

function only<T extends { id: string }>(all: readonly T[], id: string, what: 'container' | 'sandbox'): T {
  if (id === '') throw new Fatal('ID cannot be empty');
  const found = all.filter((one) => one.id.startsWith(id));
  const [first] = found;
  if (first && found.length === 1) return first;
  const why = first ? `multiple IDs found with provided prefix: ${id}` : 'not found';
  throw new Fatal(
    `rpc error: code = NotFound desc = an error occurred when try to find ${what} "${id}": ${why}`,
  );
}

/** The annotations that a kubelet gives: what ours remembers for itself is nobody's business. */
export function annotationsOf({ config: { annotations } }: ContainerStatus): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => !name.startsWith('examlet.dev/')));
}
