import { createHash } from 'node:crypto';
import type { Steps } from '../../../sim/index.ts';
import { toYaml } from '../../kubectl/yaml.ts';
import type { Chart, Dependency, Lock } from '../chart/chart.ts';
import { isCompatible } from '../chart/dependencies.ts';
import { archiveFiles, loadChart, loadFiles } from '../chart/load.ts';
import { archiveName, packChart } from '../chart/save.ts';
import { HelmError, wrapped } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { stamp } from '../release/hooks.ts';
import { fetchText } from './fetch.ts';
import { urlInRepository } from './locate.ts';
import { type Repository, repositories } from './repositories.ts';
import { refreshAll } from './update.ts';

interface Resolved {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
}

/** Models resolver.HashReq. */
function digestOf(wanted: readonly Dependency[], locked: readonly Resolved[]): string {
  const plain = ({
    name,
    version,
    repository = '',
    condition,
    tags,
    enabled,
    alias,
    ...rest
  }: Dependency) => ({
    name,
    ...(version ? { version } : {}),
    repository,
    ...(condition ? { condition } : {}),
    ...(tags?.length ? { tags } : {}),
    ...(enabled ? { enabled } : {}),
    ...(rest['import-values'] ? { 'import-values': rest['import-values'] } : {}),
    ...(alias ? { alias } : {}),
  });
  const lock = locked.map(({ name, version, repository }) => ({ name, version, repository }));
  return `sha256:${createHash('sha256')
    .update(JSON.stringify([wanted.map(plain), lock]))
    .digest('hex')}`;
}

/** `helm dependency update`: finds, fetches and notes down. Models downloader.Manager.Update. */
export function* updateDependencies(helm: Helm, folder: string): Steps<void> {
  const chart = open(helm, folder);
  const wanted = chart.metadata.dependencies ?? [];
  if (wanted.length === 0) return;
  yield* checkRepositories(helm, wanted);
  if (!helm.isSet('skip-refresh')) yield* refresh(helm, wanted);
  const resolved: Resolved[] = [];
  const archives: { chart: Chart; from: string }[] = [];
  for (const dependency of wanted) {
    const found = yield* fetch(helm, folder, dependency, dependency.version ?? '');
    resolved.push({
      name: dependency.name,
      version: found.chart.metadata.version,
      repository: dependency.repository ?? '',
    });
    archives.push(found);
  }
  yield* save(helm, folder, archives);
  const digest = digestOf(wanted, resolved);
  if (chart.lock?.digest === digest) return;
  const lock: Lock = { dependencies: [...resolved], digest, generated: stamp(helm) };
  helm.writeFile(`${folder}/Chart.lock`, toYaml(lock));
}

/** `helm dependency build`: fetches what is noted down. Models downloader.Manager.Build. */
export function* buildDependencies(helm: Helm, folder: string): Steps<void> {
  const chart = open(helm, folder);
  if (!chart.lock) return yield* updateDependencies(helm, folder);
  const { dependencies, digest } = chart.lock;
  if (digest !== digestOf(chart.metadata.dependencies ?? [], dependencies))
    throw new HelmError(
      'the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies',
    );
  yield* checkRepositories(helm, dependencies);
  if (!helm.flags.bool('skip-refresh')) yield* refresh(helm, dependencies);
  const archives = [];
  for (const locked of dependencies) archives.push(yield* fetch(helm, folder, locked, locked.version));
  yield* save(helm, folder, archives);
}

function open(helm: Helm, folder: string): Chart {
  const { fs } = helm.context;
  if (!fs.exists(folder))
    throw new HelmError(
      `could not find ${helm.absolute(folder)}: stat ${helm.absolute(folder)}: no such file or directory`,
    );
  if (!fs.isDirectory(folder)) throw new HelmError('only unpacked charts can be updated');
  return loadChart(helm.context, folder);
}

const isLocal = (repository: string) => repository === '' || repository.startsWith('file://');

function byAlias(known: readonly Repository[], repository: string): Repository | undefined {
  const alias = /^(?:@|alias:)(.+)$/.exec(repository)?.[1];
  const bare = (url: string) => url.replace(/\/$/, '');
  return known.find(({ name, url }) =>
    alias === undefined ? bare(url) === bare(repository) : name === alias,
  );
}

/** Aliases must be those of repositories that were added. Models Manager.hasAllRepos. */
function* checkRepositories(helm: Helm, wanted: readonly Dependency[]): Steps<void> {
  const known = repositories(helm) ?? [];
  const missing = wanted
    .map(({ repository = '' }) => repository)
    .filter((repository) => /^(?:@|alias:)/.test(repository) && !byAlias(known, repository));
  if (missing.length > 0)
    throw new HelmError(
      `no repository definition for ${missing.join(', ')}. Please add them via 'helm repo add'`,
    );
}

function* refresh(helm: Helm, wanted: readonly Dependency[]): Steps<void> {
  const known = repositories(helm) ?? [];
  const strange = wanted
    .map(({ repository = '' }) => repository)
    .filter((url) => !isLocal(url) && !url.startsWith('oci://') && !byAlias(known, url));
  if (strange.length > 0) {
    yield* helm.out('Getting updates for unmanaged Helm repositories...\n');
    for (const url of new Set(strange)) {
      yield* fetchText(helm, `${url.replace(/\/$/, '')}/index.yaml`);
      yield* helm.out(`...Successfully got an update from the ${JSON.stringify(url)} chart repository\n`);
    }
  }
  if (known.length > 0) yield* refreshAll(helm, known);
}

function* fetch(
  helm: Helm,
  folder: string,
  dependency: Dependency,
  version: string,
): Steps<{ chart: Chart; from: string }> {
  const { name, repository = '' } = dependency;
  if (isLocal(repository)) {
    const path = repository === '' ? `${folder}/charts/${name}` : repository.slice('file://'.length);
    const full = path.startsWith('/') || repository === '' ? path : `${folder}/${path}`;
    if (!helm.context.fs.exists(full)) throw new HelmError(`directory ${helm.absolute(full)} not found`);
    const chart = loadChart(helm.context, full);
    if (!isCompatible(version, chart.metadata.version))
      throw new HelmError(`can't get a valid version for dependency ${name}`);
    return { chart, from: repository };
  }
  const known = byAlias(repositories(helm) ?? [], repository);
  const base = known?.url ?? repository;
  try {
    const url = yield* urlInRepository(helm, { repository: base, name, version });
    return { chart: loadFiles(archiveFiles(yield* fetchText(helm, url))), from: base };
  } catch (error) {
    if (error instanceof HelmError && error.message.includes('not found in'))
      throw new HelmError(
        `can't get a valid version for 1 subchart(s): ${JSON.stringify(name)} (repository ${JSON.stringify(repository)}, version ${JSON.stringify(version)}). Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml`,
      );
    throw wrapped(`could not download ${name}`, error);
  }
}

function* save(helm: Helm, folder: string, archives: readonly { chart: Chart; from: string }[]): Steps<void> {
  const { fs } = helm.context;
  const target = `${folder}/charts`;
  fs.mkdirAll(target, 0o755);
  yield* helm.out(`Saving ${archives.length} charts\n`);
  const kept = new Set<string>();
  for (const { chart, from } of archives) {
    if (from === '') continue;
    if (!isLocal(from)) yield* helm.out(`Downloading ${chart.metadata.name} from repo ${from}\n`);
    kept.add(archiveName(chart));
    helm.writeFile(`${target}/${archiveName(chart)}`, packChart(chart));
  }
  yield* helm.out('Deleting outdated charts\n');
  for (const name of fs.list(target))
    if (name.endsWith('.tgz') && !kept.has(name)) fs.unlink(`${target}/${name}`);
}
