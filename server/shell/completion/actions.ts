import { SIGNALS } from '../../sim/index.ts';
import { expandTilde } from '../expand/tilde.ts';
import { SET_OPTIONS, SHELL_OPTIONS } from '../interpreter/options.ts';
import type { Shell } from '../interpreter/shell.ts';

const KEYWORDS =
  'if then else elif fi case esac for select while until do done in function time { } ! [[ ]] coproc'.split(
    ' ',
  );

/** Candidates of a `complete -A` action that begin with a prefix. */
export function actionItems(shell: Shell, action: string, prefix: string): string[] {
  if (action === 'file') return fileNames(shell, prefix);
  if (action === 'directory') {
    return fileNames(shell, prefix).filter((path) => shell.context.fs.isDirectory(expandUser(shell, path)));
  }
  if (action === 'command') return commandNames(shell, prefix);
  const items = allOf(shell, action).filter((item) => beginsWith(shell, item, prefix));
  // Words of the language stand in the order of the grammar, signals in that of their numbers.
  return action === 'keyword' || action === 'signal' ? items : items.sort();
}

/** Whether a candidate begins as typed, whatever readline was told to overlook. */
export function beginsWith(shell: Shell, item: string, prefix: string): boolean {
  return item.startsWith(prefix) || folded(shell, item).startsWith(folded(shell, prefix));
}

/** A text as it is compared: `completion-ignore-case` takes either case, `completion-map-case` `-` for `_`, too. */
export function folded(shell: Shell, text: string): string {
  const { settings } = shell.readline;
  if (settings.get('completion-ignore-case') !== 'on') return text;
  const lower = text.toLowerCase();
  return settings.get('completion-map-case') === 'on' ? lower.replaceAll('-', '_') : lower;
}

function allOf(shell: Shell, action: string): string[] {
  switch (action) {
    case 'alias':
      return [...shell.aliases.keys()];
    case 'arrayvar':
      return shell.variables.names().filter((name) => typeof shell.variables.find(name)?.value === 'object');
    case 'builtin':
    case 'helptopic':
      return [...shell.builtins.keys()];
    case 'disabled':
      return [...shell.disabledBuiltins];
    case 'enabled':
      return [...shell.builtins.keys()].filter((name) => !shell.disabledBuiltins.has(name));
    case 'export':
      return [...shell.variables.exports().keys()];
    case 'function':
      return [...shell.functions.keys()];
    case 'group':
      return firstFields(shell, '/etc/group');
    case 'hostname':
      return hostNames(shell);
    case 'job':
      return shell.jobs.list().map((job) => job.text.split(' ')[0] as string);
    case 'keyword':
      return KEYWORDS;
    case 'running':
    case 'stopped':
      return shell.jobs
        .list()
        .filter((job) => job.state === action)
        .map((job) => job.text.split(' ')[0] as string);
    case 'service':
      return [];
    case 'setopt':
      return SET_OPTIONS.map(([name]) => name);
    case 'shopt':
      return SHELL_OPTIONS.map(([name]) => name);
    case 'signal':
      return Object.keys(SIGNALS).map((name) => `SIG${name}`);
    case 'user':
      return firstFields(shell, '/etc/passwd');
    case 'variable':
      return shell.variables.names();
    default:
      return [];
  }
}

function firstFields(shell: Shell, path: string): string[] {
  if (!shell.context.fs.can(path, 'read')) return [];
  return shell.context.fs
    .read(path)
    .split('\n')
    .map((line) => line.split(':')[0] as string)
    .filter((name) => name !== '');
}

function hostNames(shell: Shell): string[] {
  const path = shell.variables.get('HOSTFILE') ?? '/etc/hosts';
  if (!shell.context.fs.can(path, 'read')) return [];
  return shell.context.fs
    .read(path)
    .split('\n')
    .flatMap((line) => line.replace(/#.*/, '').trim().split(/\s+/).slice(1));
}

/** Names that may stand where a command does. */
export function commandNames(shell: Shell, prefix: string): string[] {
  const names = new Set<string>();
  const add = (items: Iterable<string>) => {
    for (const item of items) if (beginsWith(shell, item, prefix)) names.add(item);
  };
  add(KEYWORDS);
  add(shell.aliases.keys());
  add(shell.functions.keys());
  add(shell.builtins.keys());
  const { fs } = shell.context;
  for (const directory of (shell.variables.get('PATH') ?? '').split(':')) {
    if (!fs.isDirectory(directory) || !fs.can(directory, 'read')) continue;
    add(
      fs
        .list(directory)
        .filter((name) => beginsWith(shell, name, prefix) && fs.can(`${directory}/${name}`, 'execute')),
    );
  }
  return [...names].sort();
}

/** `~/x` and `~user/x` as a path that exists. */
export function expandUser(shell: Shell, path: string): string {
  const tilde = /^~([^/]*)/.exec(path);
  if (!tilde) return path;
  const home = expandTilde(shell, tilde[1] as string);
  return home === undefined ? path : home + path.slice(tilde[0].length);
}

/** Paths that begin with `prefix`, written as it is. */
export function fileNames(shell: Shell, prefix: string): string[] {
  const { fs } = shell.context;
  const slash = prefix.lastIndexOf('/') + 1;
  const head = prefix.slice(0, slash);
  const tail = prefix.slice(slash);
  const directory = head === '' ? '.' : expandUser(shell, head);
  const hidden = tail.startsWith('.') || shell.readline.settings.get('match-hidden-files') === 'on';
  if (!fs.isDirectory(directory) || !fs.can(directory, 'read')) return [];
  return fs
    .list(directory)
    .filter((name) => beginsWith(shell, name, tail) && (hidden || !name.startsWith('.')))
    .sort()
    .map((name) => head + name);
}
