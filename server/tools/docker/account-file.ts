import type { RegistryAuth } from '../../cluster/client/cri.ts';
import type { Context } from '../../host/index.ts';

/** Under which Docker Hub stands in the file. */
const HUB_KEY = 'https://index.docker.io/v1/';
export const HUB = 'docker.io';

type Accounts = Record<string, { auth: string }>;
type Config = Record<string, unknown> & { auths?: Accounts };

export const accountsPath = ({ env }: Context): string =>
  `${env.get('DOCKER_CONFIG') ?? `${env.get('HOME') ?? '/root'}/.docker`}/config.json`;

/** The server's key in the file. */
export const keyOf = (server: string): string => (server === HUB ? HUB_KEY : server);

function read(context: Context): Config {
  const path = accountsPath(context);
  if (!context.fs.isFile(path)) return {};
  try {
    return (JSON.parse(context.fs.read(path)) as Config | null) ?? {};
  } catch {
    return {};
  }
}

function write(context: Context, config: Config): void {
  const path = accountsPath(context);
  context.fs.mkdirAll(path.slice(0, path.lastIndexOf('/')), 0o700);
  context.fs.write(path, JSON.stringify(config, undefined, '\t'), 0o600);
}

/** Who the client is at a registry: `docker.io`, or the host before the first slash of an image. */
export function accountAt(context: Context, server: string): RegistryAuth | undefined {
  const { auth } = read(context).auths?.[keyOf(server)] ?? {};
  if (auth === undefined) return undefined;
  const text = Buffer.from(auth, 'base64').toString();
  const colon = text.indexOf(':');
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The registry that a repository's name stands for. */
export function serverOf(repository: string): string {
  const [first = '', ...rest] = repository.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : HUB;
}

export function accountFor(context: Context, repository: string): RegistryAuth | undefined {
  return accountAt(context, serverOf(repository));
}

export function keepAccount(context: Context, server: string, account: RegistryAuth): void {
  const config = read(context);
  const auth = Buffer.from(`${account.username}:${account.password}`).toString('base64');
  write(context, { ...config, auths: { ...config.auths, [keyOf(server)]: { auth } } });
}

/** Whether there was one. */
export function forgetAccount(context: Context, server: string): boolean {
  const config = read(context);
  const { [keyOf(server)]: found, ...auths } = config.auths ?? {};
  if (!found) return false;
  write(context, { ...config, auths });
  return true;
}
