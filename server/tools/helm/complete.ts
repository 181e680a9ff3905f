import type { Context } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { parseWords } from '../pflag.ts';
import { childrenOf, findCommand, flagsOf, ownFlags } from './cli.ts';
import { HelmError } from './errors.ts';
import { Helm } from './helm.ts';
import { GLOBAL_FLAGS } from './help/flags.ts';
import { Storage } from './release/storage.ts';
import { indexPath, parseIndex, repositories } from './repo/repositories.ts';

const NO_FILES = 4;
const FILES = 0;
/** Commands whose first argument is a release, and those that name a chart at this place. */
const RELEASES = /^(?:get \w+|history|rollback|status|test|uninstall|upgrade)$/;
const CHARTS: Readonly<Record<string, number>> = { install: 1, template: 1, upgrade: 1, pull: 0 };

/** What may stand where a line ends. Models cobra's __complete with helm's completion functions. */
export function* complete(context: Context, words: readonly string[]): Steps<void> {
  const current = words.at(-1) ?? '';
  const { path, rest } = findCommand(words.slice(0, -1));
  const found = yield* candidates(context, { path, rest, current });
  const lines = found.words.filter((word) => word.startsWith(current));
  yield* context.out([...lines, `:${found.directive}`].map((line) => `${line}\n`).join(''));
}

function* candidates(
  context: Context,
  { path, rest, current }: { path: string; rest: readonly string[]; current: string },
): Steps<{ words: readonly string[]; directive: number }> {
  if (current.startsWith('-')) {
    const names = [...ownFlags(path), ...GLOBAL_FLAGS].map(([name]) => `--${name}`);
    return { words: [...names, '--help'].sort(), directive: NO_FILES };
  }
  const children = childrenOf(path).map((page) => page.path.split(' ').at(-1) as string);
  if (children.length > 0) return { words: children, directive: NO_FILES };
  try {
    const line = parseWords(rest, { specs: flagsOf(path), fail: (text) => new HelmError(text) });
    const helm = new Helm(context, { path, ...line });
    const at = line.args.length;
    if (at === 0 && RELEASES.test(path)) return { words: yield* releaseNames(helm), directive: NO_FILES };
    if (CHARTS[path] === at || path.startsWith('show ')) {
      const charts = chartNames(helm);
      const fits = charts.some((name) => name.startsWith(current) && current !== '');
      return { words: charts, directive: fits ? NO_FILES : FILES };
    }
    if (path === 'repo remove' || path === 'repo update')
      return { words: (repositories(helm) ?? []).map(({ name }) => name), directive: NO_FILES };
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
  }
  return { words: [], directive: FILES };
}

function* releaseNames(helm: Helm): Steps<string[]> {
  const all = yield* new Storage(helm).list('status=deployed');
  return [...new Set(all.map(({ name }) => name))].sort();
}

function chartNames(helm: Helm): string[] {
  return (repositories(helm) ?? []).flatMap(({ name }) => {
    const path = indexPath(helm, name);
    if (!helm.context.fs.exists(path)) return [];
    return [...parseIndex(helm.readFile(path)).keys()].map((chart) => `${name}/${chart}`);
  });
}
