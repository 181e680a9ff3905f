import type { Steps } from '../../sim/index.ts';
import { bashCompletion } from '../completion-script.ts';
import { byShort, type FlagSpec, firstArgument } from '../pflag.ts';
import { COMMAND_SPECS } from './command-table.ts';
import { inOrder, onePerGroup } from './discovery.ts';
import { REQUIRED } from './flag-tables.ts';
import { flagText } from './flag-texts.ts';
import { childrenOf, findCommand, flagsOf, parseFlags } from './flags.ts';
import { loadConfig } from './kubeconfig.ts';
import { Kubectl } from './kubectl.ts';
import { FORMATS } from './printers.ts';
import { pathOf, qualified } from './resources.ts';

type Fields = Record<string, any>;

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'];

export function* completion(k: Kubectl): Steps<void> {
  if (k.args.length === 0) throw k.usage('Shell not specified.');
  if (k.args.length > 1) throw k.usage('Too many arguments. Expected only the shell type.');
  const [shell = ''] = k.args;
  if (!SHELLS.includes(shell)) throw k.usage(`Unsupported shell type ${JSON.stringify(shell)}.`);
  if (shell !== 'bash') throw k.usage(`Shell type ${JSON.stringify(shell)} is not simulated.`);
  yield* k.out(bashCompletion('kubectl'));
}

/** cobra's directives: 4 means that files are no candidates, 2 that no blank follows. */
interface Candidates {
  readonly lines: readonly string[];
  readonly directive: number;
}

const NO_SPACE = 2;
const NO_FILES = 4;
const FILE_ENDINGS = 8;
const DEFAULT = 0;

/** Models cobra's __complete with kubectl's completion functions. */
export function* complete(k: Kubectl): Steps<void> {
  const words = [...k.args];
  const current = words.pop() ?? '';
  const unknown = unknownCommand(words);
  if (unknown !== undefined) {
    yield* k.out(`:${DEFAULT}\n`);
    yield* k.err(
      `[Debug] Cleared global flags for plugin completion\n[Debug] [Error] unable to find a command for arguments: [${unknown}]\nCompletion ended with directive: ${directiveNames(DEFAULT)}\n`,
    );
    return;
  }
  const found = yield* candidates(k, words, current);
  const bare = k.path === '__completeNoDesc';
  const lines = found.lines.map((line) => (bare ? (line.split('\t')[0] as string) : line));
  yield* k.out([...lines, `:${found.directive}`].map((line) => `${line}\n`).join(''));
  yield* k.err(`Completion ended with directive: ${directiveNames(found.directive)}\n`);
}

/** The words, where they begin with something that is no command. */
function unknownCommand(words: readonly string[]): string | undefined {
  const { path } = findCommand(words);
  return path === '' && firstArgument(flagsOf(''), words) >= 0 ? words.join(' ') : undefined;
}

const DIRECTIVES: readonly (readonly [number, string])[] = [
  [2, 'ShellCompDirectiveNoSpace'],
  [4, 'ShellCompDirectiveNoFileComp'],
  [8, 'ShellCompDirectiveFilterFileExt'],
];

function directiveNames(directive: number): string {
  const names = DIRECTIVES.filter(([bit]) => directive & bit).map(([, name]) => name);
  return names.length === 0 ? 'ShellCompDirectiveDefault' : names.join(', ');
}

function* candidates(k: Kubectl, words: readonly string[], current: string): Steps<Candidates> {
  const { path, rest } = findCommand(words);
  const flags = flagsOf(path);
  const pending = pendingFlag(flags, words);
  if (pending) return yield* flagValues(k, path, pending, current, words);
  const equals = /^--([\w-]+)=(.*)$/.exec(current);
  const assigned = equals ? flags.get(equals[1] as string) : undefined;
  if (assigned && equals) return yield* flagValues(k, path, assigned, equals[2] as string, words);
  if (current.startsWith('-')) return { lines: flagNames(path, flags, current), directive: NO_FILES };
  const line = tolerant(path, rest);
  const children = childrenOf(path).filter((child) => !HIDDEN.has(child.path));
  if (children.length > 0 && line.args.length === 0) {
    const lines = children
      .map((child) => ({ name: child.path.split(' ').at(-1) as string, short: child.short }))
      .filter(({ name }) => name.startsWith(current))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, short }) => `${name}\t${short}`);
    return { lines, directive: NO_FILES };
  }
  const inner = new Kubectl(k.context, line);
  const missing = (REQUIRED[path] ?? [])
    .filter((name) => !line.flags.changed(name) && `--${name}`.startsWith(current))
    .map((name) => `--${name}\t${flagText(path, name)}`);
  try {
    const found = yield* argumentsOf(inner, path, line.args, current);
    return { ...found, lines: [...missing, ...found.lines] };
  } catch {
    return { lines: missing, directive: NO_FILES };
  }
}

const HIDDEN = new Set(['__complete', '__completeNoDesc', 'alpha']);

/** The words parsed as far as they can be. */
function tolerant(path: string, words: readonly string[]) {
  try {
    return parseFlags(path, words);
  } catch {
    return parseFlags(
      path,
      words.filter((word) => !word.startsWith('-')),
    );
  }
}

/** A flag that waits for its value. */
function pendingFlag(flags: ReadonlyMap<string, FlagSpec>, words: readonly string[]): FlagSpec | undefined {
  const last = words.at(-1) ?? '';
  const spec =
    last.startsWith('--') && !last.includes('=')
      ? flags.get(last.slice(2))
      : /^-\w$/.test(last)
        ? byShort(flags, last[1] as string)
        : undefined;
  return spec && spec.bare === undefined ? spec : undefined;
}

function flagNames(path: string, flags: ReadonlyMap<string, FlagSpec>, current: string): string[] {
  const isShared = (flag: FlagSpec) => flag.global && path !== '';
  return [...flags.values()]
    .filter((flag) => !flag.hidden || flag.name === 'help')
    .sort((a, b) => Number(isShared(b)) - Number(isShared(a)) || (a.name < b.name ? -1 : 1))
    .flatMap((flag) => {
      const text =
        flag.name === 'help'
          ? `help for ${path.split(' ').at(-1)}`
          : flagText(flag.global ? '' : path, flag.name);
      const out = [`--${flag.name}\t${text}`];
      if (flag.short && !current.startsWith('--')) out.push(`-${flag.short}\t${text}`);
      return out;
    })
    .filter((line) => line.startsWith(current));
}

function* flagValues(
  k: Kubectl,
  path: string,
  flag: FlagSpec,
  current: string,
  words: readonly string[],
): Steps<Candidates> {
  const fits = (lines: readonly string[]): Candidates => ({
    lines: lines.filter((line) => line.startsWith(current)),
    directive: NO_FILES,
  });
  const inner = new Kubectl(k.context, tolerant(path, findCommand(words).rest));
  const config = () => loadConfig(k.context, inner.flags.string('kubeconfig'));
  switch (flag.name) {
    case 'namespace':
      return fits(yield* names(inner, 'namespaces'));
    case 'context':
      return fits([...config().contexts.keys()].sort());
    case 'cluster':
      return fits([...config().clusters.keys()].sort());
    case 'user':
      return fits([...config().users.keys()].sort());
    case 'output': {
      const order = [
        'json',
        'yaml',
        'name',
        'go-template',
        'go-template-file',
        'template',
        'templatefile',
        'jsonpath',
        'jsonpath-as-json',
        'jsonpath-file',
      ];
      return fits(
        path === 'get'
          ? [...order, 'custom-columns', 'custom-columns-file', 'wide']
          : order.filter((name) => FORMATS.includes(name)),
      );
    }
    case 'dry-run':
      return fits([
        'none\tOnly print, nothing is held back',
        'server\tThe server checks and does not keep it',
        'client\tNothing is sent',
      ]);
    case 'container':
      if (path !== 'exec') return { lines: [], directive: DEFAULT };
      return fits(yield* containers(inner, inner.args[0] ?? ''));
    case 'filename':
      return { lines: ['json', 'yaml', 'yml'], directive: FILE_ENDINGS };
    default:
      return { lines: [], directive: DEFAULT };
  }
}

const TYPE_COMMANDS = new Set([
  'get',
  'describe',
  'delete',
  'edit',
  'label',
  'annotate',
  'patch',
  'apply view-last-applied',
  'apply edit-last-applied',
  'debug',
]);
const SCALABLE = ['deployment', 'replicaset', 'replicationcontroller', 'statefulset'];
const ROLLED = ['deployment', 'daemonset', 'statefulset'];
/** Commands that know their types. */
const TYPES_OF: Readonly<Record<string, readonly string[]>> = {
  autoscale: SCALABLE,
  expose: ['pod', 'service', 'replicationcontroller', 'deployment', 'replicaset'],
  'rollout history': ROLLED,
  'rollout pause': ['deployment'],
  'rollout restart': ROLLED,
  'rollout resume': ['deployment'],
  'rollout status': ROLLED,
  'rollout undo': ROLLED,
  scale: SCALABLE,
  'set image': [
    'daemonsets',
    'deployments',
    'pods',
    'cronjobs',
    'replicasets',
    'replicationcontrollers',
    'statefulsets',
  ],
  taint: ['node'],
};
const POD_COMMANDS = new Set(['logs', 'exec', 'attach', 'port-forward']);
/** What has pods behind it. */
const POD_TYPES = [
  'daemonsets/',
  'deployments/',
  'pods/',
  'jobs/',
  'replicasets/',
  'replicationcontrollers/',
  'services/',
  'statefulsets/',
];
const NODE_COMMANDS = new Set(['cordon', 'uncordon', 'drain', 'top node']);

function* argumentsOf(k: Kubectl, path: string, args: readonly string[], current: string): Steps<Candidates> {
  const fits = (lines: readonly string[]): Candidates => ({
    lines: lines.filter((line) => line.startsWith(current)),
    directive: NO_FILES,
  });
  const shared = (list: readonly string[]) => fits(list.filter((name) => !args.includes(name)));
  const types = TYPES_OF[path];
  if (TYPE_COMMANDS.has(path) || types) {
    if (args.length > 0) return shared(yield* names(k, args[0] as string));
    if (current.includes('/')) {
      const [type = ''] = current.split('/');
      return fits((yield* names(k, type)).map((name) => `${type}/${name}`));
    }
    return fits(types ?? (yield* typeNames(k)));
  }
  if (POD_COMMANDS.has(path)) {
    if (path === 'logs' && args.length === 1) return fits(yield* containers(k, args[0] as string));
    if (args.length > 0) return { lines: [], directive: NO_FILES };
    if (current.includes('/')) {
      const [type = ''] = current.split('/');
      return fits((yield* names(k, type)).map((name) => `${type}/${name}`));
    }
    const pods = fits(yield* names(k, 'pods')).lines;
    const types = fits(POD_TYPES).lines;
    return { lines: [...pods, ...types], directive: pods.length > 0 ? NO_FILES : NO_FILES | NO_SPACE };
  }
  if (path === 'cp' && args.length < 2) return yield* copyPlaces(k, current);
  if (path === 'top pod') return shared(yield* names(k, 'pods'));
  if (NODE_COMMANDS.has(path)) return shared(yield* names(k, 'nodes'));
  if (/^config (use-context|delete-context|rename-context|get-contexts|set-context)$/.test(path))
    return args.length === 0
      ? fits([...loadConfig(k.context, k.flags.string('kubeconfig')).contexts.keys()].sort())
      : fits([]);
  if (path === 'config delete-cluster') return fits([...loadConfig(k.context, '').clusters.keys()].sort());
  if (path === 'config delete-user') return fits([...loadConfig(k.context, '').users.keys()].sort());
  if (path === 'completion') return fits(args.length === 0 ? [...SHELLS].sort() : []);
  if (path === 'help')
    return fits(
      COMMAND_SPECS.filter((spec) => !spec.path.includes(' ') && !HIDDEN.has(spec.path))
        .map((spec) => `${spec.path}\t${spec.short}`)
        .sort(),
    );
  return { lines: [], directive: NOTHING.has(path) ? NO_FILES : DEFAULT };
}

/** Commands whose arguments are no files either. */
const NOTHING = new Set(['create token', 'plugin', 'rollout', 'auth', 'config', 'set', 'top']);

/** `namespace/`, `pod:` or a file. */
function* copyPlaces(k: Kubectl, current: string): Steps<Candidates> {
  if (/^[./~]/.test(current) || current.includes(':')) return { lines: [], directive: DEFAULT };
  const [namespace = '', pod] = current.split('/');
  if (pod !== undefined) {
    const resource = yield* k.resource('pods');
    const list = yield* k.api.get<Fields>(pathOf(resource, namespace));
    const pods = (list['items'] as Fields[]).map((item) => `${namespace}/${item['metadata'].name}:`);
    return { lines: pods.filter((line) => line.startsWith(current)), directive: NO_SPACE };
  }
  const lines = [
    ...(yield* names(k, 'namespaces')).map((name) => `${name}/`),
    ...(yield* names(k, 'pods')).map((name) => `${name}:`),
    ...(current === '' ? ['./', '/'] : []),
  ];
  return { lines: lines.filter((line) => line.startsWith(current)), directive: NO_SPACE };
}

function* typeNames(k: Kubectl): Steps<string[]> {
  return inOrder(onePerGroup(yield* k.resources.all()), '')
    .filter((resource) => resource.verbs.includes('get'))
    .map(qualified);
}

function* names(k: Kubectl, type: string): Steps<string[]> {
  const resource = yield* k.resources.find(type.split(',')[0] as string);
  if (!resource) return [];
  const namespace =
    resource.namespaced && !(k.flags.has('all-namespaces') && k.flags.bool('all-namespaces'))
      ? k.namespace
      : '';
  const list = yield* k.api.get<Fields>(pathOf(resource, namespace));
  return (list['items'] as Fields[]).map((item) => item['metadata'].name as string);
}

function* containers(k: Kubectl, pod: string): Steps<string[]> {
  const name = pod.replace(/^pods?\//, '');
  const resource = yield* k.resource('pods');
  const object = yield* k.api.get<Fields>(pathOf(resource, k.namespace, name));
  const { initContainers = [], containers: main = [], ephemeralContainers = [] } = object['spec'];
  return [...initContainers, ...main, ...ephemeralContainers].map((container: Fields) => container['name']);
}
