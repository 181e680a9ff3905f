import { createHash } from 'node:crypto';
import type { RegistryAuth } from '../../cluster/client/cri.ts';
import type { Context } from '../../host/index.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import { accountFor } from './account-file.ts';
import { DockerError } from './call.ts';
import type { Engine } from './engine.ts';
import { familiar, short } from './format.ts';

/** Fetches an image and says so as docker does. Throws DockerError when it cannot be had. */
export function* pull(
  context: Context,
  engine: Engine,
  name: string,
  quiet: boolean,
  to: 1 | 2 = 1,
): Steps<void> {
  const { runtime } = engine;
  const [base = name, digest] = name.split('@');
  const slash = base.lastIndexOf('/');
  const [repository, tag = 'latest'] = splitTag(base, slash);
  const before = runtime.image(name)?.id;
  const say = (text: string) => (quiet ? nothing() : context.write(to, `${text}\n`));
  if (tag === 'latest' && !base.slice(slash + 1).includes(':') && digest === undefined && to === 1)
    yield* say('Using default tag: latest');
  const error = yield* fetch(engine, name, accountFor(context, repository));
  if (error !== undefined) throw refusal(error, repository, tag);
  const image = runtime.image(name);
  if (!image) return;
  const reference = familiar(image.repoTags[0] ?? name);
  const isHub = !/^[^/]*[.:][^/]*\//.test(repository);
  yield* say(
    `${digest ?? tag}: Pulling from ${isHub ? hubPath(repository) : repository.slice(repository.indexOf('/') + 1)}`,
  );
  if (before === undefined) {
    for (const layer of layersOf(image.id, image.size)) yield* say(`${layer}: Pull complete`);
  }
  const [digests = ''] = image.repoDigests;
  yield* say(`Digest: ${digests.slice(digests.indexOf('@') + 1)}`);
  yield* say(
    before === undefined
      ? `Status: Downloaded newer image for ${reference}`
      : `Status: Image is up to date for ${reference}`,
  );
  if (to === 1) yield* context.out(`${image.repoTags[0] ?? name}\n`);
}

/** Fetches an image and says nothing of it; why it could not be had. */
export function* fetch({ runtime }: Engine, name: string, account?: RegistryAuth): Steps<string | undefined> {
  const fetching = runtime.pullImage(name, account);
  while (!fetching.done) yield* waitOn([fetching.finished]);
  return fetching.error;
}

function* nothing(): Steps<void> {}

function splitTag(name: string, slash: number): [string, string | undefined] {
  const colon = name.indexOf(':', slash + 1);
  return colon < 0 ? [name, undefined] : [name.slice(0, colon), name.slice(colon + 1)];
}

function hubPath(repository: string): string {
  const path = repository.replace(/^docker\.io\//, '');
  return path.includes('/') ? path : `library/${path}`;
}

/** Digest of an unpacked layer. */
export function layerDigest(layer: string): string {
  return `sha256:${createHash('sha256').update(layer).digest('hex')}`;
}

/** Ids of layers: as many as an image of that size has, the same each time. */
export function layersOf(id: string, size: number): string[] {
  const hex = short(id) + id.slice(-24);
  const count = Math.max(1, Math.min(7, Math.round(size / 12_000_000)));
  return Array.from({ length: count }, (_, i) => (hex.slice(i * 4) + hex).slice(0, 12));
}

function refusal(error: string, repository: string, tag: string): DockerError {
  if (/invalid reference format/.test(error)) return new DockerError('invalid reference format');
  const missing = /not found$/.test(error);
  const name = repository.replace(/^docker\.io\//, '').replace(/^library\//, '');
  return new DockerError(
    missing
      ? `Error response from daemon: manifest for ${name}:${tag} not found: manifest unknown: manifest unknown`
      : `Error response from daemon: pull access denied for ${name}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
  );
}
