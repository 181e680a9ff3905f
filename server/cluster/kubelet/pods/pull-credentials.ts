import type { KubeObject } from '../../../objects/object.ts';
import type { RegistryAuth } from '../../client/cri.ts';
import { parseReference } from '../../images/index.ts';

interface Account {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
}

/** The fields of a Secret with accounts of registries, and whether they stand below `auths` there. */
const FIELDS = { '.dockerconfigjson': true, '.dockercfg': false } as const;

/**
 * The accounts that pull secrets hold for an image, those for the longest part of its name first.
 * Models pkg/credentialprovider BasicDockerKeyring Lookup.
 */
export function credentialsFor(image: string, secrets: readonly KubeObject[]): RegistryAuth[] {
  const repository = parseReference(image)?.repository ?? '';
  return secrets
    .flatMap((secret) => Object.entries(accountsOf(secret)))
    .map(([registry, account]) => ({ place: placeOf(registry), auth: authOf(account) }))
    .filter(({ place }) => repository === place || repository.startsWith(`${place}/`))
    .sort((a, b) => b.place.length - a.place.length)
    .flatMap(({ auth }) => (auth ? [auth] : []));
}

function accountsOf({ data = {} }: KubeObject): Record<string, Account> {
  for (const [field, isNested] of Object.entries(FIELDS)) {
    const encoded = (data as Record<string, string>)[field];
    if (encoded === undefined) continue;
    const read = parse(Buffer.from(encoded, 'base64').toString('utf8'));
    const accounts = isNested ? read?.['auths'] : read;
    if (typeof accounts === 'object' && accounts !== null) return accounts as Record<string, Account>;
  }
  return {};
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `docker.io` of `https://index.docker.io/v1/`. */
function placeOf(registry: string): string {
  const place = registry.replace(/^https?:\/\//, '').replace(/\/(v[12]\/?)?$/, '');
  return place.replace(/^(index\.)?docker\.io/, 'docker.io');
}

function authOf({ username, password, auth }: Account): RegistryAuth | undefined {
  if (username !== undefined && password !== undefined) return { username, password };
  const [, name, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth ?? '', 'base64').toString('utf8')) ?? [];
  return name === undefined || secret === undefined ? undefined : { username: name, password: secret };
}
