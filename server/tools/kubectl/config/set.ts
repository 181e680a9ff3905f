import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { KubectlError } from '../errors.ts';
import { helpFor } from '../help.ts';
import type { Kubectl } from '../kubectl.ts';
import { fileFor, load, save } from './config.ts';

type Fields = Record<string, any>;

export function* setContext(k: Kubectl): Steps<void> {
  const { flags } = k;
  const current = flags.bool('current');
  if (k.args.length > 1 || (k.args.length === 0 && !current)) {
    if (k.args.length > 1) {
      yield* k.out(helpFor(k.path));
      throw new KubectlError(`Unexpected args: [${k.args.join(' ')}]`);
    }
    throw new KubectlError('you must specify a non-empty context name or --current');
  }
  if (current && k.args.length > 0)
    throw new KubectlError('you cannot specify both a context name and --current');
  const config = load(k);
  const name = current ? config.currentContext : (k.args[0] as string);
  if (name === '')
    throw new KubectlError(
      current ? 'no current context is set' : 'you must specify a non-empty context name or --current',
    );
  const exists = config.contexts.has(name);
  const file = fileFor(config, 'contexts', name);
  const context: Fields = { ...(config.contexts.get(name) ?? {}) };
  for (const field of ['cluster', 'user', 'namespace'])
    if (flags.changed(field)) setOrDelete(context, field, flags.string(field));
  file.contexts.set(name, context);
  save(k.context, file);
  yield* k.out(`Context ${JSON.stringify(name)} ${exists ? 'modified' : 'created'}.\n`);
}

function setOrDelete(fields: Fields, name: string, value: unknown): void {
  if (value === '' || value === false) delete fields[name];
  else fields[name] = value;
}

function* oneName(k: Kubectl, word = 'Unexpected'): Steps<string> {
  if (k.args.length === 1) return k.args[0] as string;
  yield* k.out(helpFor(k.path));
  throw new KubectlError(`${word} args: [${k.args.join(' ')}]`);
}

export function* setCluster(k: Kubectl): Steps<void> {
  const { flags } = k;
  const name = yield* oneName(k);
  const insecure = flags.changed('insecure-skip-tls-verify') && flags.bool('insecure-skip-tls-verify');
  const ca = flags.string('certificate-authority');
  if (insecure && ca !== '')
    throw new KubectlError('you cannot specify a certificate authority and insecure mode at the same time');
  if (flags.bool('embed-certs') && ca === '')
    throw new KubectlError('you must specify a --certificate-authority to embed');
  const config = load(k);
  const file = fileFor(config, 'clusters', name);
  const cluster: Fields = { ...(config.clusters.get(name) ?? {}) };
  for (const field of ['server', 'tls-server-name', 'proxy-url'])
    if (flags.changed(field)) setOrDelete(cluster, field, flags.string(field));
  if (flags.changed('tls-server-name')) delete cluster['insecure-skip-tls-verify'];
  if (flags.changed('insecure-skip-tls-verify')) {
    setOrDelete(cluster, 'insecure-skip-tls-verify', insecure);
    if (insecure) {
      delete cluster['certificate-authority'];
      delete cluster['certificate-authority-data'];
    }
  }
  if (ca !== '') embed(k, cluster, 'certificate-authority', ca);
  if (ca !== '') delete cluster['insecure-skip-tls-verify'];
  file.clusters.set(name, cluster);
  save(k.context, file);
  yield* k.out(`Cluster ${JSON.stringify(name)} set.\n`);
}

/** A certificate by path, or with --embed-certs its content. */
function embed(k: Kubectl, fields: Fields, name: string, path: string): void {
  if (k.flags.bool('embed-certs') && !k.context.fs.exists(path))
    throw new KubectlError(`could not stat ${name} file ${path}: stat ${path}: no such file or directory`);
  const full = path.startsWith('/') ? path : `${k.context.cwd === '/' ? '' : k.context.cwd}/${path}`;
  if (!k.flags.bool('embed-certs')) {
    fields[name] = full;
    delete fields[`${name}-data`];
    return;
  }
  try {
    fields[`${name}-data`] = Buffer.from(k.context.fs.read(path)).toString('base64');
    delete fields[name];
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(
      `could not read ${name} data from ${path}: open ${path}: ${error.message.toLowerCase()}`,
    );
  }
}

export function* setCredentials(k: Kubectl): Steps<void> {
  const { flags } = k;
  for (const flag of ['auth-provider-arg', 'exec-env']) {
    const malformed = flags.list(flag).find((pair) => !/=|.-$/.test(pair));
    if (malformed === undefined) continue;
    yield* k.out(helpFor(k.path));
    throw new KubectlError(`invalid ${flag} format: ${malformed}`);
  }
  const name = yield* oneName(k, 'unexpected');
  const methods = [
    flags.string('token') !== '',
    flags.string('username') !== '' || flags.string('password') !== '',
  ];
  if (methods.filter(Boolean).length > 1)
    throw new KubectlError(
      'you cannot specify more than one authentication method at the same time: --token, --username/--password',
    );
  if (
    flags.bool('embed-certs') &&
    flags.string('client-certificate') === '' &&
    flags.string('client-key') === ''
  )
    throw new KubectlError('you must specify a --client-certificate or --client-key to embed');
  const config = load(k);
  const file = fileFor(config, 'users', name);
  const user: Fields = { ...(config.users.get(name) ?? {}) };
  for (const field of ['client-certificate', 'client-key'])
    if (flags.string(field) !== '') embed(k, user, field, flags.string(field));
  if (flags.changed('token')) {
    setOrDelete(user, 'token', flags.string('token'));
    delete user['username'];
    delete user['password'];
  }
  for (const field of ['username', 'password']) {
    if (!flags.changed(field)) continue;
    setOrDelete(user, field, flags.string(field));
    delete user['token'];
  }
  setExec(k, user);
  setAuthProvider(k, user);
  file.users.set(name, user);
  save(k.context, file);
  yield* k.out(`User ${JSON.stringify(name)} set.\n`);
}

function setExec(k: Kubectl, user: Fields): void {
  const { flags } = k;
  const command = flags.string('exec-command');
  if (command === '' && !user['exec']) return;
  const exec: Fields = { ...(user['exec'] ?? {}) };
  if (command !== '') exec['command'] = command;
  if (flags.list('exec-arg').length > 0) exec['args'] = [...flags.list('exec-arg')];
  if (flags.string('exec-api-version') !== '') exec['apiVersion'] = flags.string('exec-api-version');
  for (const pair of flags.list('exec-env')) {
    const removed = pair.endsWith('-') && !pair.includes('=');
    const [name = '', ...value] = (removed ? pair.slice(0, -1) : pair).split('=');
    const env = ((exec['env'] ?? []) as Fields[]).filter((entry) => entry['name'] !== name);
    exec['env'] = removed ? env : [...env, { name, value: value.join('=') }];
  }
  exec['env'] ??= null;
  exec['args'] ??= null;
  exec['interactiveMode'] = flags.string('exec-interactive-mode') || exec['interactiveMode'] || 'IfAvailable';
  exec['provideClusterInfo'] = flags.changed('exec-provide-cluster-info')
    ? flags.bool('exec-provide-cluster-info')
    : (exec['provideClusterInfo'] ?? false);
  user['exec'] = exec;
}

function setAuthProvider(k: Kubectl, user: Fields): void {
  const { flags } = k;
  const name = flags.string('auth-provider');
  if (name === '') return;
  const config: Fields = { ...(user['auth-provider']?.config ?? {}) };
  for (const pair of flags.list('auth-provider-arg')) {
    const [key = '', ...value] = pair.split('=');
    if (value.length > 0) config[key] = value.join('=');
    else delete config[key.replace(/-$/, '')];
  }
  user['auth-provider'] = { name, config: Object.keys(config).length > 0 ? config : null };
}

const SECTIONS: Readonly<Record<string, 'clusters' | 'contexts' | 'users'>> = {
  clusters: 'clusters',
  contexts: 'contexts',
  users: 'users',
};

/** `contexts.name.namespace` into the section, the entry and the field; entry names may have dots. */
function splitProperty(path: string): { section: string; name: string; field: string } {
  const parts = path.split('.');
  const [section = ''] = parts;
  if (!SECTIONS[section]) return { section: path, name: '', field: '' };
  if (parts.length <= 2) return { section, name: parts.slice(1).join('.'), field: '' };
  return { section, name: parts.slice(1, -1).join('.'), field: parts.at(-1) as string };
}

export function* setProperty(k: Kubectl): Steps<void> {
  if (k.args.length !== 2) {
    yield* k.out(helpFor(k.path));
    throw new KubectlError(`Unexpected args: [${k.args.join(' ')}]`);
  }
  const [path = '', value = ''] = k.args;
  const config = load(k);
  if (path === 'current-context') {
    const file = config.files.find((f) => f.currentContext !== '') ?? fileFor(config, 'contexts', value);
    file.currentContext = value;
    save(k.context, file);
  } else {
    const { section, name, field } = splitProperty(path);
    const kind = SECTIONS[section];
    if (!kind || !FIELDS[kind].has(field)) {
      throw new KubectlError(
        kind
          ? `can't set a map to a value: map[${[...config[kind].keys()].join(' ')}]`
          : `unable to parse ${path} after [] at api.Config`,
      );
    }
    const file = fileFor(config, kind, name);
    const entry: Fields = { ...(config[kind].get(name) ?? {}) };
    entry[field] = typedValue(k, field, value);
    file[kind].set(name, entry);
    save(k.context, file);
  }
  yield* k.out(`Property ${JSON.stringify(path)} set.\n`);
}

/** What may be set of an entry; any other word belongs to its name. */
const FIELDS: Readonly<Record<'clusters' | 'contexts' | 'users', ReadonlySet<string>>> = {
  clusters: new Set([
    'server',
    'tls-server-name',
    'insecure-skip-tls-verify',
    'certificate-authority',
    'certificate-authority-data',
    'proxy-url',
    'disable-compression',
  ]),
  contexts: new Set(['cluster', 'user', 'namespace']),
  users: new Set([
    'client-certificate',
    'client-certificate-data',
    'client-key',
    'client-key-data',
    'token',
    'tokenFile',
    'as',
    'as-uid',
    'as-groups',
    'username',
    'password',
  ]),
};

function typedValue(k: Kubectl, field: string, value: string): unknown {
  if (field === 'insecure-skip-tls-verify' || field === 'disable-compression') {
    if (!/^(true|false)$/.test(value))
      throw new KubectlError(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
    return value === 'true';
  }
  if (field.endsWith('-data') && k.flags.bool('set-raw-bytes')) return Buffer.from(value).toString('base64');
  return value;
}

export function* unset(k: Kubectl): Steps<void> {
  if (k.args.length !== 1) {
    yield* k.out(helpFor(k.path));
    throw new KubectlError(`Unexpected args: [${k.args.join(' ')}]`);
  }
  const [path = ''] = k.args;
  const config = load(k);
  if (path === 'current-context') {
    for (const file of config.files.filter((f) => f.currentContext !== '')) {
      file.currentContext = '';
      save(k.context, file);
    }
  } else {
    const { section, name, field } = splitProperty(path);
    const kind = SECTIONS[section];
    if (!kind) throw new KubectlError(`unable to parse ${path} after [] at api.Config`);
    const file = fileFor(config, kind, name);
    if (name === '') file[kind].clear();
    else if (field === '' || file[kind].has(`${name}.${field}`))
      file[kind].delete(field === '' ? name : `${name}.${field}`);
    else {
      const entry = file[kind].get(name);
      if (!entry) throw new KubectlError(`current map key \`${name}\` is invalid`);
      delete entry[field];
    }
    save(k.context, file);
  }
  yield* k.out(`Property ${JSON.stringify(path)} unset.\n`);
}
