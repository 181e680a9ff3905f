import type { Steps } from '../../../sim/index.ts';
import { matchesGlob } from '../chart/files.ts';
import { splitManifests } from '../chart/manifests.ts';
import { HelmError, wrapped } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { checkName } from '../release/name.ts';
import {
  checkReachable,
  clusterCapabilities,
  givenCapabilities,
  type Prepared,
  prepare,
} from '../release/prepare.ts';
import { buildResources } from '../release/resources.ts';
import { givenValues } from '../values-flags.ts';
import { chartToInstall, checkRefused, nameAndChart } from './chart-arguments.ts';
import { ANY, type HelmCommand } from './command.ts';

/** `helm template`. Models helm/cmd/helm/template.go. */
export const template: HelmCommand = {
  args: [1, ANY],
  *run(helm) {
    const { flags, namespace } = helm;
    checkRefused(helm);
    const { name, chart: place } = nameAndChart(helm);
    const chart = yield* chartToInstall(helm, place);
    const values = yield* givenValues(helm);
    checkName(name);
    const asks = flags.bool('validate') || flags.string('dry-run') === 'server';
    if (asks) yield* checkReachable(helm);
    const made = yield* prepare(helm, chart, values, {
      release: { name, namespace, revision: 1, isUpgrade: flags.bool('is-upgrade') },
      capabilities: asks
        ? yield* clusterCapabilities(helm)
        : givenCapabilities(flags.string('kube-version'), flags.list('api-versions')),
      asksCluster: asks,
      includeCrds: flags.bool('include-crds'),
    });
    if (made.problem && !helm.debug)
      throw new HelmError(`${made.problem.message}\n\nUse --debug flag to render out invalid YAML`);
    if (flags.bool('validate')) yield* validate(helm, made.manifest);
    const folder = flags.string('output-dir');
    if (folder !== '')
      yield* writeFiles(helm, made, flags.bool('release-name') ? `${folder}/${name}` : folder);
    else yield* helm.out(shownText(helm, made));
    if (made.problem) throw made.problem;
  },
};

function* validate(helm: Helm, manifest: string): Steps<void> {
  try {
    yield* buildResources(helm, manifest, helm.namespace);
  } catch (error) {
    throw wrapped('unable to build kubernetes objects from release manifest', error);
  }
}

/** All that is made, hooks last; or only the files that are asked for. */
function shownText({ flags }: Helm, { manifest, hooks }: Prepared): string {
  const skipTests = flags.bool('skip-tests');
  const shown = flags.bool('no-hooks')
    ? []
    : hooks.filter(({ events }) => !(skipTests && events.includes('test')));
  const all = `${manifest.trim()}\n${shown.map(({ path, manifest: text }) => `---\n# Source: ${path}\n${text}\n`).join('')}`;
  const files = flags.list('show-only');
  if (files.length === 0) return all;
  const documents = splitManifests(all);
  return files
    .flatMap((file) => {
      const found = documents.filter((text) =>
        matchesGlob(file.replace(/^\.\//, ''), /# Source: [^/]+\/(.+)/.exec(text)?.[1] ?? ''),
      );
      if (found.length === 0) throw new HelmError(`could not find template ${file} in chart`);
      return found;
    })
    .map((text) => `---\n${text}\n`)
    .join('');
}

function* writeFiles(helm: Helm, { manifest, hooks }: Prepared, folder: string): Steps<void> {
  const documents = splitManifests(manifest);
  const written = new Set<string>();
  const all = [
    ...documents.map((text) => ({ path: /# Source: (.+)/.exec(text)?.[1] ?? '', text })),
    ...(helm.flags.bool('no-hooks')
      ? []
      : hooks.map(({ path, manifest: text }) => ({ path, text: `# Source: ${path}\n${text}` }))),
  ];
  for (const { path, text } of all) {
    const file = `${folder}/${path}`;
    const before = written.has(file) ? helm.readFile(file) : '';
    helm.writeFile(file, `${before}---\n${text}\n`);
    yield* helm.out(`wrote ${file}\n`);
    written.add(file);
  }
  yield* helm.out('\n');
}
