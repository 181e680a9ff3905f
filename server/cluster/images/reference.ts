/** An image's name taken apart: `docker.io/library/nginx`, `latest`. */
export interface ImageReference {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string | undefined;
  /** `docker.io/library/nginx:latest`, with the digest instead of the tag where one is given. */
  readonly full: string;
}

/** Why a text is no image name, in the words of distribution/reference; undefined when it is one. */
export function referenceProblem(text: string): string | undefined {
  if (parseReference(text)) return undefined;
  const lower = text.toLowerCase();
  if (lower === text || !parseReference(lower)) return 'invalid reference format';
  const { repository = '' } = parseReference(lower) ?? {};
  const path = repository.slice(repository.indexOf('/') + 1);
  const written = text
    .replace(/@.*$/, '')
    .replace(/:[^/]*$/, '')
    .slice(-path.replace(/^library\//, '').length);
  const name = path.startsWith('library/') ? `library/${written}` : written;
  return `invalid reference format: repository name (${name}) must be lowercase`;
}

/** Reads an image name as container runtimes do; undefined when it is not one. Models distribution/reference. */
export function parseReference(text: string): ImageReference | undefined {
  const match = /^([^@]+?)(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(text);
  const name = match?.[1];
  if (!name || text.length > 4096) return undefined;
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hasRegistry = first.includes('.') || first.includes(':') || first === 'localhost';
  const path = hasRegistry ? name.slice(slash + 1) : name;
  const valid = path.split('/').every((part) => /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/.test(part));
  if (!valid) return undefined;
  const registry = hasRegistry ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  const official = registry === 'docker.io' && !path.includes('/');
  const repository = `${registry}/${official ? `library/${path}` : path}`;
  const digest = match?.[3];
  const tag = match?.[2] ?? 'latest';
  return { repository, tag, digest, full: digest ? `${repository}@${digest}` : `${repository}:${tag}` };
}
