import type { Registries, RegistryAuth } from '../../cluster/client/cri.ts';
import type { Context } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { accountAt, accountsPath, forgetAccount, HUB, keepAccount, keyOf, serverOf } from './account-file.ts';
import { type Call, DockerError, type Verb } from './call.ts';
import { EngineError } from './model.ts';
import { layersOf } from './pull.ts';

const WELCOME = `Log in with your Docker ID or email address to push and pull images from Docker Hub. If you don't have a Docker ID, head over to https://hub.docker.com/ to create one.
You can log in with your password or a Personal Access Token (PAT). Using a limited-scope PAT grants better security and is required for organizations using SSO. Learn more at https://docs.docker.com/go/access-tokens/

`;

/** `https://index.docker.io/v1/`, `docker.io` and nothing are Docker Hub. */
function serverNamed(name: string | undefined): string {
  const bare = (name ?? HUB).replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return bare === 'index.docker.io' || bare === 'registry-1.docker.io' ? HUB : bare;
}

function* login(call: Call): Steps<number> {
  const { context, engine, args } = call;
  const server = serverNamed(args[0]);
  const account = yield* readAccount(call, server);
  const problem = engine.runtime.registries.loginProblem(server, account);
  if (problem !== undefined) throw new EngineError(problem);
  keepAccount(context, server, account);
  yield* context.err(
    `\nWARNING! Your credentials are stored unencrypted in '${accountsPath(context)}'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n\n`,
  );
  yield* context.out('Login Succeeded\n');
  return 0;
}

function* readAccount({ context, options }: Call, server: string): Steps<RegistryAuth> {
  if (options.has('p')) {
    if (options.has('password-stdin'))
      throw new DockerError('--password and --password-stdin are mutually exclusive');
    yield* context.err('WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n');
  }
  if (options.has('password-stdin')) {
    const username = options.get('u');
    if (username === undefined) throw new DockerError('Must provide --username with --password-stdin');
    return { username, password: (yield* readAll(context)).replace(/\r?\n$/, '') };
  }
  const given = { username: options.get('u'), password: options.get('p') };
  if (given.username !== undefined && given.password !== undefined) return given as RegistryAuth;
  const terminal = context.isTerminal(0) ? context.terminal : undefined;
  if (!terminal) throw new DockerError('Error: Cannot perform an interactive login from a non TTY device');
  if (server === HUB && given.username === undefined) yield* context.out(WELCOME);
  const username = given.username ?? (yield* ask(context, 'Username: ', true));
  return { username, password: given.password ?? (yield* ask(context, 'Password: ', false)) };
}

function* readAll(context: Context): Steps<string> {
  let text = '';
  for (let piece = yield* context.read(0); piece !== ''; piece = yield* context.read(0)) text += piece;
  return text;
}

function* ask(context: Context, prompt: string, echo: boolean): Steps<string> {
  yield* context.out(prompt);
  const before = context.terminal?.setModes({ echo });
  try {
    return (yield* context.read(0)).replace(/\n$/, '');
  } finally {
    if (before) context.terminal?.setModes(before);
    if (!echo) yield* context.out('\n');
  }
}

function* logout({ context, args }: Call): Steps<number> {
  const server = serverNamed(args[0]);
  const isKnown = forgetAccount(context, server);
  yield* context.out(
    isKnown ? `Removing login credentials for ${keyOf(server)}\n` : `Not logged in to ${keyOf(server)}\n`,
  );
  return 0;
}

function* push({ context, engine, options, args }: Call): Steps<number> {
  const [name = ''] = args;
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  const [repository, tag] = colon < 0 ? [name, 'latest'] : [name.slice(0, colon), name.slice(colon + 1)];
  const isQuiet = options.has('q');
  const say = (text: string) => (isQuiet ? context.out('') : context.out(text));
  if (colon < 0) yield* say('Using default tag: latest\n');
  const server = serverOf(repository);
  const path = server === HUB ? repository.replace(/^docker\.io\//, '') : repository.slice(server.length + 1);
  const full = `${server}/${path.includes('/') || server !== HUB ? path : `library/${path}`}`;
  yield* say(`The push refers to repository [${full}]\n`);
  const image = engine.runtime.image(`${repository}:${tag}`);
  if (!image) throw new DockerError(`An image does not exist locally with the tag: ${repository}`);
  const layers = layersOf(image.id, image.size);
  for (const layer of layers) yield* say(`${layer}: Preparing\n`);
  if (!mayPush(accountAt(context, server), server, path, engine.runtime.registries))
    throw new DockerError('denied: requested access to the resource is denied');
  yield* context.sleep(PUSH_MS);
  engine.runtime.registries.push(`${repository}:${tag}`);
  for (const layer of layers) yield* say(`${layer}: Pushed\n`);
  const digest = `sha256:${image.id.replace('sha256:', '')}`;
  yield* isQuiet
    ? context.out(`${full}:${tag}\n`)
    : context.out(`${tag}: digest: ${digest} size: ${528 + 209 * layers.length}\n`);
  return 0;
}

const PUSH_MS = 900;

/** On Docker Hub everybody has a place under their own name. */
function mayPush(
  account: RegistryAuth | undefined,
  server: string,
  path: string,
  registries: Registries,
): boolean {
  if (!account || registries.loginProblem(server, account) !== undefined) return false;
  return server !== HUB || path.startsWith(`${account.username}/`);
}

export const ACCOUNT_VERBS: readonly Verb[] = [
  {
    names: ['login'],
    summary: 'Authenticate to a registry',
    usage: '[OPTIONS] [SERVER]',
    options: 'u|username= p|password= password-stdin',
    most: 1,
    run: login,
  },
  {
    names: ['logout'],
    summary: 'Log out from a registry',
    usage: '[SERVER]',
    options: '',
    most: 1,
    run: logout,
  },
  {
    names: ['push', 'image push'],
    summary: 'Upload an image to a registry',
    usage: '[OPTIONS] NAME[:TAG]',
    options: 'q|quiet',
    least: 1,
    most: 1,
    run: push,
  },
];
