import type { Context } from '../../../host/index.ts';
import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { KubectlError } from '../errors.ts';
import { helpFor } from '../help.ts';
import {
  type ConfigFile,
  configObject,
  type LoadedConfig,
  loadConfig,
  writeConfigFile,
} from '../kubeconfig.ts';
import type { Kubectl } from '../kubectl.ts';
import { formatPrinter, outputFormat } from '../printers.ts';
import { tabulate } from '../tab-writer.ts';

type Fields = Record<string, any>;
type Section = 'clusters' | 'contexts' | 'users';

function load(k: Kubectl): LoadedConfig {
  try {
    return loadConfig(k.context, k.flags.global('kubeconfig'));
  } catch (error) {
    if (k.flags.global('kubeconfig') !== '' && /no such file/.test((error as Error).message))
      return emptyAt(k.flags.global('kubeconfig'));
    throw error;
  }
}

function emptyAt(path: string): LoadedConfig {
  const file: ConfigFile = {
    path,
    exists: false,
    clusters: new Map(),
    contexts: new Map(),
    users: new Map(),
    currentContext: '',
    rest: {},
  };
  return { ...file, files: [file], defaultPath: path };
}

/** The file that holds an entry, or the one that new entries go to. */
function fileFor(config: LoadedConfig, section: Section, name: string): ConfigFile {
  return (
    config.files.find((file) => file[section].has(name)) ??
    config.files.find((file) => file.path === config.defaultPath) ??
    (config.files.at(-1) as ConfigFile)
  );
}

function save(context: Context, file: ConfigFile): void {
  try {
    writeConfigFile(context, file);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(`open ${file.path}: ${error.message.toLowerCase()}`);
  }
}

export function* currentContext(k: Kubectl): Steps<void> {
  const config = load(k);
  if (config.currentContext === '') throw new KubectlError('current-context is not set');
  yield* k.out(`${config.currentContext}\n`);
}

export function* useContext(k: Kubectl): Steps<void> {
  const [name = ''] = k.args;
  if (k.args.length !== 1) {
    yield* k.out(helpFor(k.path));
    throw new KubectlError(`Unexpected args: [${k.args.join(' ')}]`);
  }
  const config = load(k);
  if (name === '') throw new KubectlError('empty context names are not allowed');
  if (!config.contexts.has(name))
    throw new KubectlError(`no context exists with the name: ${JSON.stringify(name)}`);
  const file = config.files.find((f) => f.currentContext !== '') ?? fileFor(config, 'contexts', name);
  file.currentContext = name;
  save(k.context, file);
  yield* k.out(`Switched to context ${JSON.stringify(name)}.\n`);
}

export function* getContexts(k: Kubectl): Steps<void> {
  const config = load(k);
  const output = k.flags.string('output');
  if (output !== '' && output !== 'name')
    throw new KubectlError(
      `--output ${output} is not available in kubectl config get-contexts; resetting to default output format`,
    );
  const names =
    k.args.length > 0 ? k.args.filter((name) => config.contexts.has(name)) : [...config.contexts.keys()];
  names.sort();
  if (output === 'name') yield* k.out(names.map((name) => `${name}\n`).join(''));
  else {
    const rows = names.map((name) => {
      const { cluster = '', user = '', namespace = '' } = config.contexts.get(name) ?? {};
      return [config.currentContext === name ? '*' : '', name, cluster, user, namespace];
    });
    const head = k.flags.bool('no-headers') ? [] : [['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']];
    yield* k.out(tabulate([...head, ...rows].map((cells) => `${cells.join('\t')}\n`).join('')));
  }
  const missing = k.args.filter((name) => !config.contexts.has(name));
  if (missing.length > 0)
    throw new KubectlError(missing.map((name) => `context ${name} not found`).join(', '));
}

export function* getClusters(k: Kubectl): Steps<void> {
  const names = [...load(k).clusters.keys()].sort();
  yield* k.out(['NAME', ...names].map((name) => `${name}\n`).join(''));
}

export function* getUsers(k: Kubectl): Steps<void> {
  const names = [...load(k).users.keys()].sort();
  yield* k.out(['NAME', ...names].map((name) => `${name}\n`).join(''));
}

/** Models config/view.go: secrets are hidden unless --raw. */
export function* view(k: Kubectl): Steps<void> {
  const { flags } = k;
  if (k.args.length > 0) throw k.usage(`unexpected arguments: [${k.args.join(' ')}]`);
  if (!flags.bool('merge') && flags.string('kubeconfig') === '')
    throw new KubectlError('if merge==false a precise file must be specified');
  const config = load(k);
  if (flags.string('context') !== '') config.currentContext = flags.string('context');
  if (flags.bool('minify')) minify(config);
  let object = structuredClone(configObject(config));
  if (flags.bool('flatten')) object = flatten(k, config, object);
  else if (!flags.bool('raw')) hide(object);
  const { format, argument } = outputFormat(k);
  const printer = formatPrinter(k, format, argument);
  if (!printer) {
    throw new KubectlError(
      `unable to match a printer suitable for the output format "${flags.string('output')}", allowed formats are: go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile,yaml`,
    );
  }
  yield* k.out(
    format === 'name' ? 'config/<unknown>\n' : printer.print(inStructOrder(object), { typed: true }),
  );
}

/** Fields of entries in the order of client-go's structs, as JSON shows them. */
const STRUCT_ORDER: Readonly<Record<string, readonly string[]>> = {
  cluster: [
    'server',
    'tls-server-name',
    'insecure-skip-tls-verify',
    'certificate-authority',
    'certificate-authority-data',
    'proxy-url',
    'disable-compression',
  ],
  user: [
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
    'auth-provider',
    'exec',
  ],
  context: ['cluster', 'user', 'namespace'],
  'auth-provider': ['name', 'config'],
  exec: ['command', 'args', 'env', 'apiVersion', 'installHint', 'provideClusterInfo', 'interactiveMode'],
};

function inStructOrder(object: Fields): Fields {
  const next = { ...object };
  for (const [list, field] of [
    ['clusters', 'cluster'],
    ['users', 'user'],
    ['contexts', 'context'],
  ] as const) {
    next[list] =
      object[list]?.map((entry: Fields) => ({
        name: entry['name'],
        [field]: ordered(field, entry[field]),
      })) ?? null;
  }
  return next;
}

function ordered(struct: string, fields: Fields): Fields {
  const order = STRUCT_ORDER[struct] as readonly string[];
  const known = order.filter((key) => key in fields).map((key) => [key, fields[key]]);
  const next: Fields = { ...Object.fromEntries(known), ...fields };
  for (const part of ['exec', 'auth-provider']) if (next[part]) next[part] = ordered(part, next[part]);
  return next;
}

function minify(config: LoadedConfig): void {
  const name = config.currentContext;
  if (name === '') throw new KubectlError('current-context must exist in order to minify');
  const context = config.contexts.get(name);
  if (!context) throw new KubectlError(`cannot locate context ${name}`);
  const keep = (entries: Map<string, Fields>, key: string) => {
    for (const other of [...entries.keys()]) if (other !== key) entries.delete(other);
  };
  keep(config.contexts, name);
  keep(config.clusters, context['cluster']);
  keep(config.users, context['user']);
}

const OMITTED = 'DATA+OMITTED';
const REDACTED = 'REDACTED';

function hide(object: Fields): void {
  for (const { cluster } of object['clusters'] ?? [])
    if (cluster['certificate-authority-data']) cluster['certificate-authority-data'] = OMITTED;
  for (const { user } of object['users'] ?? []) {
    for (const field of ['client-certificate-data', 'client-key-data'])
      if (user[field]) user[field] = OMITTED;
    for (const field of ['token', 'password']) if (user[field]) user[field] = REDACTED;
  }
}

/** Files named by the config are put into it. */
function flatten(k: Kubectl, config: LoadedConfig, object: Fields): Fields {
  const embed = (fields: Fields, name: string) => {
    const path = fields[name];
    if (!path) return;
    const base = (config.files[0] as ConfigFile).path.replace(/\/[^/]*$/, '');
    const full = String(path).startsWith('/') ? path : `${base}/${path}`;
    try {
      fields[`${name}-data`] = Buffer.from(k.context.fs.read(full)).toString('base64');
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new KubectlError(`open ${full}: ${error.message.toLowerCase()}`);
    }
    delete fields[name];
  };
  for (const { cluster } of object['clusters'] ?? []) embed(cluster, 'certificate-authority');
  for (const { user } of object['users'] ?? [])
    for (const name of ['client-certificate', 'client-key']) embed(user, name);
  return object;
}

export function* renameContext(k: Kubectl): Steps<void> {
  const [from = '', to = ''] = k.args;
  if (k.args.length !== 2) {
    yield* k.out(helpFor(k.path));
    throw new KubectlError(`Unexpected args: [${k.args.join(' ')}]`);
  }
  const config = load(k);
  const file = fileFor(config, 'contexts', from);
  const context = config.contexts.get(from);
  if (!context)
    throw new KubectlError(`cannot rename the context ${JSON.stringify(from)}, it's not in ${file.path}`);
  if (config.contexts.has(to))
    throw new KubectlError(
      `cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} already exists in ${file.path}`,
    );
  file.contexts.delete(from);
  file.contexts.set(to, context);
  const holder = config.files.find((f) => f.currentContext === from);
  if (holder) holder.currentContext = to;
  save(k.context, file);
  if (holder && holder !== file) save(k.context, holder);
  yield* k.out(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`);
}

function* remove(k: Kubectl, section: Section, what: string): Steps<void> {
  const [name = ''] = k.args;
  if (k.args.length !== 1) {
    if (section === 'users') throw k.usage('user to delete is required');
    yield* k.out(helpFor(k.path));
    return;
  }
  const config = load(k);
  const file = fileFor(config, section, name);
  if (!config[section].has(name))
    throw new KubectlError(`cannot delete ${what} ${name}, not in ${file.path}`);
  if (section === 'contexts' && config.currentContext === name) {
    yield* k.err(
      'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
    );
  }
  file[section].delete(name);
  save(k.context, file);
  yield* k.out(`deleted ${what} ${name} from ${file.path}\n`);
}

export const deleteCluster = (k: Kubectl) => remove(k, 'clusters', 'cluster');
export const deleteContext = (k: Kubectl) => remove(k, 'contexts', 'context');
export const deleteUser = (k: Kubectl) => remove(k, 'users', 'user');

export { fileFor, load, save };
