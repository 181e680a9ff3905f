/** A registry that lets in nobody without an account; it has what Docker's library has. */
interface PrivateRegistry {
  readonly username: string;
  readonly password: string;
}

/** By their hosts, as they stand before the first slash of an image's name. */
const PRIVATE_REGISTRIES: Readonly<Record<string, PrivateRegistry>> = {
  'myprivateregistry.com:5000': { username: 'dock_user', password: 'dock_password' },
  'registry.example.com': { username: 'candidate', password: 'examlet' },
};

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Docker Hub lets in everybody who says who they are: nobody's account is known here. */
const DOCKER_HUB = 'docker.io';

/** Why a registry does not take an account, in docker's words; undefined when it does. */
export function loginProblem(server: string, { username, password }: Credentials): string | undefined {
  if (server === DOCKER_HUB)
    return username === '' || password === ''
      ? 'Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password'
      : undefined;
  const registry = PRIVATE_REGISTRIES[server];
  if (!registry) {
    const [name] = server.split(':');
    return `Get "https://${server}/v2/": dial tcp: lookup ${name} on 127.0.0.53:53: no such host`;
  }
  const isRight = username === registry.username && password === registry.password;
  return isRight ? undefined : `login attempt to https://${server}/v2/ failed with status: 401 Unauthorized`;
}

const hostOf = (repository: string) => repository.slice(0, repository.indexOf('/'));

export function isPrivate(repository: string): boolean {
  return PRIVATE_REGISTRIES[hostOf(repository)] !== undefined;
}

/** The same image where everybody may have it: `docker.io/library/nginx`. */
export function publicName(repository: string): string {
  if (!isPrivate(repository)) return repository;
  const path = repository.slice(repository.indexOf('/') + 1);
  return `docker.io/${path.includes('/') ? path : `library/${path}`}`;
}

/** Why the registry does not give the image, in containerd's words; undefined when it does. */
export function accessProblem(
  { repository, tag }: { repository: string; tag: string },
  credentials: Credentials | undefined,
): string | undefined {
  const host = hostOf(repository);
  const registry = PRIVATE_REGISTRIES[host];
  if (!registry) return undefined;
  if (!credentials || credentials.username === '' || credentials.password === '')
    return 'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials';
  const { username, password } = credentials;
  if (username === registry.username && password === registry.password) return undefined;
  const path = repository.slice(host.length + 1);
  return `unexpected status from HEAD request to https://${host}/v2/${path}/manifests/${tag}: 401 Unauthorized`;
}
