import type { Context } from '../../host/index.ts';
import { isSystemError } from '../../host/index.ts';
import { KubectlError } from './errors.ts';
import { toYaml } from './yaml.ts';
import { parseYaml } from './yaml-parser.ts';
import { YamlError } from './yaml-scanner.ts';

type Fields = Record<string, any>;

/** One kubeconfig file, entries by name. */
export interface ConfigFile {
  path: string;
  exists: boolean;
  clusters: Map<string, Fields>;
  contexts: Map<string, Fields>;
  users: Map<string, Fields>;
  currentContext: string;
  /** Other top-level fields (`preferences`, `extensions`). */
  rest: Fields;
}

/** Files that were merged, and which file each entry came from. */
export interface LoadedConfig extends ConfigFile {
  files: ConfigFile[];
  /** Where changes to new entries go. */
  defaultPath: string;
}

export function emptyConfig(path: string): ConfigFile {
  return {
    path,
    exists: false,
    clusters: new Map(),
    contexts: new Map(),
    users: new Map(),
    currentContext: '',
    rest: {},
  };
}

/** The files to load, in order. Models clientcmd's ClientConfigLoadingRules. */
export function configPaths(context: Context, explicit: string): string[] {
  if (explicit !== '') return [explicit];
  const fromEnv = context.env.get('KUBECONFIG');
  if (fromEnv) return [...new Set(fromEnv.split(':').filter((path) => path !== ''))];
  return [`${context.env.get('HOME') ?? ''}/.kube/config`];
}

export function loadConfig(context: Context, explicit: string): LoadedConfig {
  const paths = configPaths(context, explicit);
  if (explicit !== '' && !context.fs.exists(explicit)) {
    throw new KubectlError(`stat ${explicit}: no such file or directory`);
  }
  const files = paths.map((path) => readConfigFile(context, path));
  const merged: LoadedConfig = {
    ...emptyConfig(paths[0] ?? ''),
    files,
    defaultPath: files.find((file) => file.exists)?.path ?? paths.at(-1) ?? '',
  };
  for (const file of files) {
    merged.exists ||= file.exists;
    for (const kind of ['clusters', 'contexts', 'users'] as const) {
      for (const [name, value] of file[kind]) if (!merged[kind].has(name)) merged[kind].set(name, value);
    }
    merged.currentContext ||= file.currentContext;
    merged.rest = { ...file.rest, ...merged.rest };
  }
  return merged;
}

function readConfigFile(context: Context, path: string): ConfigFile {
  const file = emptyConfig(path);
  let text: string;
  try {
    text = context.fs.read(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return file;
    const why = isSystemError(error) ? error.message.toLowerCase() : String(error);
    const call = isSystemError(error, 'EISDIR') ? 'read' : 'open';
    throw new KubectlError(`error loading config file "${path}": ${call} ${path}: ${why}`);
  }
  file.exists = true;
  const value = parseConfig(text, path);
  const misfit = misfitOf(value);
  if (misfit) throw new KubectlError(`error loading config file "${path}": ${misfit}`);
  fillConfig(file, value);
  return file;
}

function parseConfig(text: string, path: string): Fields {
  try {
    const value = parseYaml(text);
    if (value === null) return {};
    if (typeof value !== 'object' || Array.isArray(value)) {
      const go = typeof value === 'string' ? 'string' : 'array';
      throw new KubectlError(
        `error loading config file "${path}": couldn't get version/kind; json parse error: json: cannot unmarshal ${go} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
      );
    }
    const { kind, apiVersion } = value as Fields;
    if (kind !== undefined && (kind !== 'Config' || apiVersion !== 'v1')) {
      throw new KubectlError(
        `error loading config file "${path}": no kind "${kind}" is registered for version "${apiVersion ?? 'v1'}" in scheme "pkg/api/latest/latest.go:38"`,
      );
    }
    return value as Fields;
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new KubectlError(`error loading config file "${path}": ${error.message}`);
  }
}

/** What holds the fields of an entry, by the list it stands in. */
const ENTRIES = [
  ['clusters', 'cluster', 'Cluster'],
  ['users', 'user', 'AuthInfo'],
  ['contexts', 'context', 'Context'],
] as const;

/** Fields of entries that are no strings. */
const NO_STRINGS = new Set([
  'insecure-skip-tls-verify',
  'disable-compression',
  'extensions',
  'exec',
  'auth-provider',
  'as-groups',
  'as-user-extra',
]);

/** Why the file does not fit Go's types; undefined: it does. */
function misfitOf(value: Fields): string | undefined {
  for (const [list, field, type] of ENTRIES) {
    const entries = value[list] ?? [];
    if (!Array.isArray(entries))
      return `json: cannot unmarshal ${jsonType(entries)} into Go struct field Config.${list} of type []v1.Named${type}`;
    for (const entry of entries) {
      const fields = Object.entries((entry?.[field] ?? {}) as Fields).filter(
        ([name]) => !NO_STRINGS.has(name),
      );
      for (const [name, given] of fields) {
        if (given !== null && typeof given !== 'string')
          return `json: cannot unmarshal ${jsonType(given)} into Go struct field ${type}.${list}.${field}.${name} of type string`;
        const wrong = name.endsWith('-data') && given !== null ? illegalBase64(given) : undefined;
        if (wrong !== undefined) return `illegal base64 data at input byte ${wrong}`;
      }
    }
  }
  return undefined;
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** Where Go stops decoding; undefined: all is well. */
function illegalBase64(text: string): number | undefined {
  const plain = text.replace(/[\r\n]/g, '');
  const wrong = plain.search(/[^A-Za-z0-9+/=]/);
  if (wrong >= 0) return wrong;
  return plain.length % 4 === 0 ? undefined : plain.length - (plain.length % 4);
}

function fillConfig(file: ConfigFile, value: Fields): void {
  const { clusters, contexts, users, 'current-context': current, kind, apiVersion, ...rest } = value;
  const entries = (list: unknown, field: string) =>
    (Array.isArray(list) ? list : []).map((entry): [string, Fields] => [
      String(entry?.name ?? ''),
      { ...(entry?.[field] ?? {}) },
    ]);
  file.clusters = new Map(entries(clusters, 'cluster'));
  file.contexts = new Map(entries(contexts, 'context'));
  file.users = new Map(entries(users, 'user'));
  file.currentContext = String(current ?? '');
  file.rest = rest;
}

/** A config as the file holds it, entries by name in order. */
export function configObject(config: ConfigFile): Fields {
  const named = (entries: Map<string, Fields>, field: string) => {
    const list = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
    return list.length === 0
      ? null
      : list.map(([name, value]) => ({ [field]: complete(field, value), name }));
  };
  return {
    kind: 'Config',
    apiVersion: 'v1',
    preferences: {},
    ...config.rest,
    clusters: named(config.clusters, 'cluster'),
    users: named(config.users, 'user'),
    contexts: named(config.contexts, 'context'),
    'current-context': config.currentContext,
  };
}

/** Fields that Go writes even when nothing was said of them. */
function complete(field: string, value: Fields): Fields {
  if (field === 'context') return { cluster: '', user: '', ...value };
  if (field === 'cluster') return { server: '', ...value };
  if (!value['exec']) return value;
  return { ...value, exec: { provideClusterInfo: false, ...value['exec'] } };
}

export function writeConfigFile(context: Context, config: ConfigFile): void {
  const directory = config.path.replace(/\/[^/]*$/, '');
  if (directory !== '' && directory !== config.path) context.fs.mkdirAll(directory, 0o755);
  context.fs.write(config.path, toYaml(configObject(config)), 0o600);
}
