import type { Steps } from '../../../sim/index.ts';
import type { Chart } from '../chart/chart.ts';
import { loadChart } from '../chart/load.ts';
import { HelmError, wrapped } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { fetchText, isUrl } from './fetch.ts';
import { absoluteUrl, findVersion, indexPath, parseIndex, repositories } from './repositories.ts';

/** Where an archive was loaded from, and its bytes. */
export interface Download {
  readonly url: string;
  readonly data: string;
}

/** The chart that a command names: a path, a repository's, or behind an address. Models action LocateChart. */
export function* locateChart(helm: Helm, name: string): Steps<Chart> {
  return loadChart(helm.context, yield* locatePath(helm, name.trim()));
}

export function* locatePath(helm: Helm, name: string): Steps<string> {
  const { fs } = helm.context;
  if (fs.exists(name)) {
    if (helm.flags.bool('verify')) throw new HelmError('verifying signatures of charts is not simulated');
    return name;
  }
  if (name.startsWith('/') || name.startsWith('.'))
    throw new HelmError(`path ${JSON.stringify(name)} not found`);
  const { data, url } = yield* download(helm, name, wishedVersion(helm));
  const path = `${helm.paths.repositoryCache}/${url.slice(url.lastIndexOf('/') + 1)}`;
  helm.writeFile(path, data);
  return path;
}

export function wishedVersion({ flags }: Helm): string {
  const version = flags.string('version');
  return version === '' && flags.bool('devel') ? '>0.0.0-0' : version;
}

/** Models downloader.ChartDownloader: `repo/chart`, an address, or a chart of `--repo`. */
export function* download(helm: Helm, name: string, version: string): Steps<Download> {
  const url = yield* chartUrl(helm, name, version);
  return { url, data: yield* fetchText(helm, url) };
}

function* chartUrl(helm: Helm, name: string, version: string): Steps<string> {
  const repository = helm.flags.has('repo') ? helm.flags.string('repo') : '';
  if (repository !== '') return yield* urlInRepository(helm, { repository, name, version });
  if (isUrl(name)) return name;
  const [owner = '', ...rest] = name.split('/');
  const chart = rest.join('/');
  if (chart === '')
    throw new HelmError(`non-absolute URLs should be in form of repo_name/path_to_chart, got: ${name}`);
  const known = (repositories(helm) ?? []).find((entry) => entry.name === owner);
  if (!known) throw new HelmError(`repo ${owner} not found`);
  const path = indexPath(helm, owner);
  if (!helm.context.fs.exists(path))
    throw new HelmError(
      `no cached repo found. (try 'helm repo update'): open ${path}: no such file or directory`,
    );
  try {
    const found = findVersion(parseIndex(helm.readFile(path)), chart, version);
    return absoluteUrl(known.url, found.urls[0] as string);
  } catch (error) {
    throw wrapped(
      `chart ${JSON.stringify(chart)} matching ${version} not found in ${owner} index. (try 'helm repo update')`,
      error,
    );
  }
}

/** Models repo.FindChartInRepoURL. */
export function* urlInRepository(
  helm: Helm,
  { repository, name, version }: { repository: string; name: string; version: string },
): Steps<string> {
  const about = version === '' ? '' : ` version ${JSON.stringify(version)}`;
  let text: string;
  try {
    text = yield* fetchText(helm, `${repository.replace(/\/$/, '')}/index.yaml`);
  } catch (error) {
    throw wrapped(
      `looks like ${JSON.stringify(repository)} is not a valid chart repository or cannot be reached`,
      error,
    );
  }
  try {
    return absoluteUrl(repository, findVersion(parseIndex(text), name, version).urls[0] as string);
  } catch {
    throw new HelmError(`chart ${JSON.stringify(name)}${about} not found in ${repository} repository`);
  }
}
