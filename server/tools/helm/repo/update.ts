import type { Steps } from '../../../sim/index.ts';
import { wrapped } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { fetchText } from './fetch.ts';
import { indexPath, parseIndex, type Repository } from './repositories.ts';

/** Fetches a repository's index and keeps it. Models repo.ChartRepository DownloadIndexFile. */
export function* refreshIndex(helm: Helm, { name, url }: Repository): Steps<void> {
  const text = yield* fetchText(helm, `${url.replace(/\/$/, '')}/index.yaml`);
  const index = parseIndex(text);
  helm.writeFile(indexPath(helm, name), text);
  helm.writeFile(
    `${helm.paths.repositoryCache}/${name}-charts.txt`,
    [...index.keys()].map((chart) => `${chart}\n`).join(''),
  );
}

/** Those that cannot be reached are told of. */
export function* refreshAll(helm: Helm, list: readonly Repository[]): Steps<string[]> {
  const failed: string[] = [];
  yield* helm.out('Hang tight while we grab the latest from your chart repositories...\n');
  for (const repository of list) {
    const { name, url } = repository;
    try {
      yield* refreshIndex(helm, repository);
      yield* helm.out(`...Successfully got an update from the ${JSON.stringify(name)} chart repository\n`);
    } catch (error) {
      const told = wrapped('', error);
      if (!(told instanceof Error) || told === error) throw error;
      failed.push(url);
      yield* helm.out(
        `...Unable to get an update from the ${JSON.stringify(name)} chart repository (${url}):\n\t${told.message.slice(2)}\n`,
      );
    }
  }
  yield* helm.out('Update Complete. ⎈Happy Helming!⎈\n');
  return failed;
}
