import type { Image, ImageFamily } from './image.ts';
import { makeImage } from './image.ts';
import { accessProblem, type Credentials, isPrivate, publicName } from './private-registries.ts';
import { type ImageReference, parseReference } from './reference.ts';

/** Why an image cannot be had: the gRPC code and message that containerd gives. */
export class PullError extends Error {
  override name = 'PullError';
  readonly code: 'NotFound' | 'Unknown';

  constructor(code: 'NotFound' | 'Unknown', message: string) {
    super(message);
    this.code = code;
  }

  /** As kubelet and crictl show it. */
  get shown(): string {
    return this.code === 'NotFound' ? `rpc error: code = NotFound desc = ${this.message}` : this.message;
  }
}

/** What the registry of that name says of a repository that nobody may pull; others are not in the DNS. */
function refusal(repository: string, tag: string, failed: string, full: string): PullError {
  const slash = repository.indexOf('/');
  const [registry, path] = [repository.slice(0, slash), repository.slice(slash + 1)];
  const said: Readonly<Record<string, string>> = {
    'docker.io':
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    'quay.io': `unexpected status from HEAD request to https://quay.io/v2/${path}/manifests/${tag}: 401 UNAUTHORIZED`,
    'ghcr.io': `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3A${path.replaceAll('/', '%2F')}%3Apull&service=ghcr.io: 403 Forbidden`,
    'gcr.io': `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://gcr.io/v2/token?scope=repository%3A${path.replaceAll('/', '%2F')}%3Apull&service=gcr.io: 403 Forbidden`,
  };
  if (registry.endsWith('k8s.io') || registry === 'k8s.gcr.io')
    return new PullError('NotFound', `${failed}${full}: not found`);
  const [host] = registry.split(':');
  const unknown = unasked(
    registry,
    `${path}/manifests/${tag}`,
    `lookup ${host} on 127.0.0.53:53: no such host`,
  );
  return new PullError('Unknown', failed + (said[registry] ?? unknown));
}

function unasked(server: string, path: string, why: string): string {
  return `failed to do request: Head "https://${server}/v2/${path}": dial tcp: ${why}`;
}

/** The error of a pull from a node whose resolvers do not answer; `trouble` tells it of a name. */
export function unreachedRegistry(
  { repository, tag, digest, full }: ImageReference,
  trouble: (name: string) => string | undefined,
): PullError | undefined {
  const slash = repository.indexOf('/');
  const registry = repository.slice(0, slash);
  const server = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  const [host = ''] = server.split(':');
  const why = /^[\d.]+$/.test(host) ? undefined : trouble(host);
  const path = `${repository.slice(slash + 1)}/manifests/${digest ?? tag}`;
  return why === undefined
    ? undefined
    : new PullError(
        'Unknown',
        `failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${unasked(server, path, why)}`,
      );
}

/** All registries of the outside world. */
export class Registry {
  readonly #families = new Map<string, ImageFamily>();
  readonly #images = new Map<string, Image>();
  readonly #fallback: ImageFamily | undefined;

  /** With `fallback`, every name can be pulled but those that say of themselves that they do not exist. */
  constructor(families: readonly ImageFamily[], fallback?: ImageFamily) {
    for (const family of families) {
      const reference = parseReference(family.repository);
      if (!reference) throw new Error(`image family "${family.repository}": not an image name`);
      this.#families.set(reference.repository, family);
    }
    this.#fallback = fallback;
  }

  /** The image of that name. Throws PullError. */
  resolve(name: string): Image {
    const reference = parseReference(name);
    if (!reference)
      throw new PullError('Unknown', `failed to parse image reference "${name}": invalid reference format`);
    const { repository, tag, full, digest } = reference;
    const failed = `failed to pull and unpack image "${full}": failed to resolve reference "${full}"`;
    const family = this.#families.get(publicName(repository)) ?? this.#fallback;
    if (!family && isPrivate(repository)) throw new PullError('NotFound', `${failed}: ${full}: not found`);
    if (!family || (this.#fallback && /^nosuch/.test(repository.slice(repository.lastIndexOf('/') + 1)))) {
      throw refusal(repository, tag, `${failed}: `, full);
    }
    const known = this.#fallback ? !/^(nosuchtag|v999)/.test(tag) : family.tags.includes(tag);
    if (digest) {
      const found = family.tags
        .map((t) => this.#image(repository, t, family))
        .find((image) => image.digest === digest);
      if (!found) throw new PullError('NotFound', `${failed}: ${full}: not found`);
      return found;
    }
    if (!known) throw new PullError('NotFound', `${failed}: ${full}: not found`);
    return this.#image(repository, tag, family);
  }

  /** The image of that name for who has that account. Throws PullError. */
  fetch(name: string, credentials: Credentials | undefined): Image {
    const reference = parseReference(name);
    const problem = reference && !this.#fallback && accessProblem(reference, credentials);
    if (!problem) return this.resolve(name);
    const { full } = reference;
    throw new PullError(
      'Unknown',
      `failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${problem}`,
    );
  }

  #image(repository: string, tag: string, family: ImageFamily): Image {
    const key = `${repository}:${tag}`;
    let image = this.#images.get(key);
    if (!image) {
      image = makeImage(repository, tag, family);
      this.#images.set(key, image);
    }
    return image;
  }
}
