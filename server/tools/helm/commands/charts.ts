import type { Steps } from '../../../sim/index.ts';
import type { Chart, Dependency } from '../chart/chart.ts';
import { isCompatible } from '../chart/dependencies.ts';
import { archiveFiles, loadChart, loadFiles } from '../chart/load.ts';
import { archiveName, packChart } from '../chart/save.ts';
import { HelmError } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { tableText } from '../release/tables.ts';
import { buildDependencies, updateDependencies } from '../repo/dependencies.ts';
import { download, wishedVersion } from '../repo/locate.ts';
import { parseVersion } from '../semver.ts';
import { missingDependencies } from './chart-arguments.ts';
import { ANY, type HelmCommand } from './command.ts';

const packCommand: HelmCommand = {
  args: [0, ANY],
  *run(helm): Steps<void> {
    const { flags } = helm;
    if (helm.args.length === 0) throw new HelmError('need at least one argument, the path to the chart');
    if (flags.bool('sign')) throw new HelmError('--sign is not simulated');
    for (const path of helm.args) {
      const folder = path.replace(/(.)\/+$/, '$1');
      if (!helm.context.fs.exists(folder)) throw new HelmError(`stat ${path}: no such file or directory`);
      if (flags.bool('dependency-update')) yield* updateDependencies(helm, folder);
      const chart = loadChart(helm.context, folder);
      const { metadata } = chart;
      if (flags.string('version') !== '') metadata.version = flags.string('version');
      if (!parseVersion(metadata.version)) throw new HelmError('invalid semantic version');
      if (flags.string('app-version') !== '') metadata.appVersion = flags.string('app-version');
      const missing = missingDependencies(chart);
      if (missing.length > 0)
        throw new HelmError(`found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`);
      const target = flags.string('destination');
      const file = `${target === '.' ? helm.context.cwd : target}/${archiveName(chart)}`;
      helm.writeFile(file, packChart(chart));
      yield* helm.out(`Successfully packaged chart and saved it to: ${file}\n`);
    }
  },
};

/** `helm pull`. Models helm/pkg/action Pull.Run. */
const pull: HelmCommand = {
  args: [1, ANY],
  *run(helm): Steps<void> {
    const { flags, context } = helm;
    if (flags.bool('verify') || flags.bool('prov'))
      throw new HelmError('signatures of charts are not simulated');
    for (const name of helm.args) {
      const { url, data } = yield* download(helm, name, wishedVersion(helm));
      const folder = flags.string('destination');
      const file = `${folder}/${url.slice(url.lastIndexOf('/') + 1)}`;
      if (!flags.bool('untar')) {
        helm.writeFile(file, data);
        continue;
      }
      const into = flags.string('untardir') === '.' ? folder : `${folder}/${flags.string('untardir')}`;
      const files = archiveFiles(data);
      const { metadata } = loadFiles(files);
      const target = `${into}/${metadata.name}`;
      if (context.fs.exists(target))
        throw new HelmError(
          `failed to untar: a file or directory with the name ${target.replace(/^\.\//, '')} already exists`,
        );
      for (const one of files)
        if (!one.name.split('/').includes('..')) helm.writeFile(`${target}/${one.name}`, one.data);
    }
  },
};

const chartFolder = ({ args }: Helm) => (args[0] ?? '.').replace(/(.)\/+$/, '$1');

const dependencyList: HelmCommand = {
  args: [0, ANY],
  *run(helm): Steps<void> {
    const folder = chartFolder(helm);
    const chart = loadChart(helm.context, folder);
    const wanted = chart.metadata.dependencies ?? [];
    if (wanted.length === 0) {
      yield* helm.out(`WARNING: no dependencies at ${folder}/charts\n`);
      return;
    }
    const rows = wanted.map((one) => [
      one.name,
      one.version ?? '',
      one.repository ?? '',
      stateOf(helm, folder, one, chart),
    ]);
    yield* helm.out(
      `${tableText([['NAME', 'VERSION', 'REPOSITORY', 'STATUS'], ...rows], helm.flags.int('max-col-width') || undefined)}\n`,
    );
    const strange = chart.dependencies.filter(
      ({ metadata }) => !wanted.some(({ name }) => name === metadata.name),
    );
    for (const { metadata } of strange)
      yield* helm.out(
        `WARNING: ${JSON.stringify(`${folder}/charts/${metadata.name}`)} is not in Chart.yaml.\n`,
      );
  },
};

/** Models action Dependency.dependencyStatus. */
function stateOf(helm: Helm, folder: string, { name, version }: Dependency, parent: Chart): string {
  const { fs } = helm.context;
  const charts = `${folder}/charts`;
  const archives = fs.isDirectory(charts)
    ? fs.list(charts).filter((file) => file.startsWith(`${name}-`) && file.endsWith('.tgz'))
    : [];
  if (archives.length > 1) return 'too many matches';
  if (archives.length === 1) {
    const { metadata } = loadChart(helm.context, `${charts}/${archives[0]}`);
    if (metadata.name !== name) return 'misnamed';
    return isCompatible(version, metadata.version) ? 'ok' : 'wrong version';
  }
  const unpacked = parent.dependencies.find(({ metadata }) => metadata.name === name);
  if (!unpacked) return 'missing';
  return isCompatible(version, unpacked.metadata.version) ? 'unpacked' : 'wrong version';
}

export const CHARTS: Readonly<Record<string, HelmCommand>> = {
  package: packCommand,
  pull,
  'dependency list': dependencyList,
  'dependency update': { args: [0, ANY], run: (helm) => updateDependencies(helm, chartFolder(helm)) },
  'dependency build': { args: [0, ANY], run: (helm) => buildDependencies(helm, chartFolder(helm)) },
};
