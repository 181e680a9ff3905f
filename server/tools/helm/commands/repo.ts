import { createHash } from 'node:crypto';
import { encode } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { toYaml } from '../../kubectl/yaml.ts';
import { orderedMetadata } from '../chart/chart.ts';
import { loadChart } from '../chart/load.ts';
import { HelmError, wrapped } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { stamp } from '../release/hooks.ts';
import { encoded, formatOf, tableText } from '../release/tables.ts';
import { indexPath, type Repository, repositories, saveRepositories } from '../repo/repositories.ts';
import { refreshAll, refreshIndex } from '../repo/update.ts';
import { ANY, type HelmCommand } from './command.ts';

/** Repositories that are gone, and where their charts went. Models helm/cmd/helm/repo_add.go deprecatedRepos. */
const GONE: Readonly<Record<string, string>> = {
  '//kubernetes-charts.storage.googleapis.com': 'https://charts.helm.sh/stable',
  '//kubernetes-charts-incubator.storage.googleapis.com': 'https://charts.helm.sh/incubator',
};

const add: HelmCommand = {
  args: [2, 2],
  *run(helm): Steps<void> {
    const { flags } = helm;
    const [name, url] = helm.args as [string, string];
    const gone = Object.keys(GONE).find((old) => url.includes(old));
    if (gone && !flags.bool('allow-deprecated-repos'))
      throw new HelmError(
        `repo ${JSON.stringify(url)} is no longer available; try ${JSON.stringify(GONE[gone])} instead`,
      );
    if (name.includes('/'))
      throw new HelmError(
        `repository name (${name}) contains '/', please specify a different name without '/'`,
      );
    const known = repositories(helm) ?? [];
    const entry = entryOf(helm, name, url);
    const old = known.find((other) => other.name === name);
    if (old && !flags.bool('force-update')) {
      if (!sameRepository(old, entry))
        throw new HelmError(`repository name (${name}) already exists, please specify a different name`);
      yield* helm.out(`${JSON.stringify(name)} already exists with the same configuration, skipping\n`);
      return;
    }
    if (!/^(?:https?|oci):\/\//.test(url))
      throw new HelmError(`could not find protocol handler for: ${/^(\w+):/.exec(url)?.[1] ?? ''}`);
    try {
      yield* refreshIndex(helm, entry);
    } catch (error) {
      throw wrapped(
        `looks like ${JSON.stringify(url)} is not a valid chart repository or cannot be reached`,
        error,
      );
    }
    saveRepositories(helm, [...known.filter((other) => other.name !== name), entry]);
    yield* helm.out(`${JSON.stringify(name)} has been added to your repositories\n`);
  },
};

function entryOf({ flags }: Helm, name: string, url: string): Repository {
  return {
    name,
    url,
    username: flags.string('username'),
    password: flags.string('password'),
    pass_credentials_all: flags.bool('pass-credentials'),
    certFile: flags.string('cert-file'),
    keyFile: flags.string('key-file'),
    caFile: flags.string('ca-file'),
    insecure_skip_tls_verify: flags.bool('insecure-skip-tls-verify'),
  };
}

function sameRepository(a: Repository, b: Repository): boolean {
  return (
    a.url === b.url && (a.username ?? '') === (b.username ?? '') && (a.password ?? '') === (b.password ?? '')
  );
}

const list: HelmCommand = {
  args: [0, 0],
  *run(helm): Steps<void> {
    const format = formatOf(helm.flags.string('output'));
    const known = repositories(helm) ?? [];
    if (known.length === 0 && format === 'table') throw new HelmError('no repositories to show');
    const rows = known.map(({ name, url }) => ({ name, url }));
    if (format !== 'table') yield* helm.out(encoded(rows, format));
    else yield* helm.out(tableText([['NAME', 'URL'], ...rows.map(({ name, url }) => [name, url])]));
  },
};

const update: HelmCommand = {
  args: [0, ANY],
  *run(helm): Steps<void> {
    const known = repositories(helm) ?? [];
    if (known.length === 0) throw new HelmError('no repositories found. You must add one before updating');
    for (const name of helm.args)
      if (!known.some((entry) => entry.name === name))
        throw new HelmError(`no repositories found matching '${name}'.  Nothing will be updated`);
    const chosen = helm.args.length === 0 ? known : known.filter(({ name }) => helm.args.includes(name));
    const failed = yield* refreshAll(helm, chosen);
    if (
      failed.length > 0 &&
      helm.flags.has('fail-on-repo-update-fail') &&
      helm.flags.bool('fail-on-repo-update-fail')
    )
      throw new HelmError(`Failed to update the following repositories: [${failed.join(' ')}]`);
  },
};

const remove: HelmCommand = {
  args: [1, ANY],
  *run(helm): Steps<void> {
    let known = repositories(helm) ?? [];
    if (known.length === 0) throw new HelmError('no repositories configured');
    for (const name of helm.args) {
      if (!known.some((entry) => entry.name === name))
        throw new HelmError(`no repo named ${JSON.stringify(name)} found`);
      known = known.filter((entry) => entry.name !== name);
      saveRepositories(helm, known);
      const { fs } = helm.context;
      for (const path of [indexPath(helm, name), `${helm.paths.repositoryCache}/${name}-charts.txt`])
        if (fs.exists(path)) fs.unlink(path);
      yield* helm.out(`${JSON.stringify(name)} has been removed from your repositories\n`);
    }
  },
};

/** Models repo.IndexDirectory. */
const index: HelmCommand = {
  args: [1, 1],
  *run(helm): Steps<void> {
    const { flags, context } = helm;
    if (flags.string('merge') !== '') throw new HelmError('--merge is not simulated');
    const folder = helm.args[0] as string;
    const base = flags.string('url').replace(/\/$/, '');
    const entries: Record<string, unknown[]> = {};
    for (const file of context.fs
      .list(folder)
      .filter((name) => name.endsWith('.tgz'))
      .sort()
      .reverse()) {
      const { metadata } = loadChart(context, `${folder}/${file}`);
      const digest = createHash('sha256')
        .update(encode(helm.readFile(`${folder}/${file}`)))
        .digest('hex');
      const version = {
        ...orderedMetadata(metadata),
        created: stamp(helm),
        digest,
        urls: [base === '' ? file : `${base}/${file}`],
      };
      entries[metadata.name] = [...(entries[metadata.name] ?? []), version];
    }
    helm.writeFile(`${folder}/index.yaml`, toYaml({ apiVersion: 'v1', entries, generated: stamp(helm) }));
  },
};

export const REPO: Readonly<Record<string, HelmCommand>> = {
  'repo add': add,
  'repo list': list,
  'repo update': update,
  'repo remove': remove,
  'repo index': index,
};
