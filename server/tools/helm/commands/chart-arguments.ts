import type { Steps } from '../../../sim/index.ts';
import type { Chart } from '../chart/chart.ts';
import { loadChart } from '../chart/load.ts';
import { HelmError } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { updateDependencies } from '../repo/dependencies.ts';
import { locatePath } from '../repo/locate.ts';

/** `NAME CHART`, or a chart alone with `--generate-name`. Models action Install.NameAndChart. */
export function nameAndChart(helm: Helm): { name: string; chart: string } {
  const { args, flags } = helm;
  if (args.length > 2)
    throw new HelmError(`expected at most two arguments, unexpected arguments: ${args.slice(2).join(', ')}`);
  const generated = helm.isSet('generate-name');
  const template = flags.has('name-template') ? flags.string('name-template') : '';
  if (args.length === 2) {
    if (generated) throw new HelmError('cannot set --generate-name and also specify a name');
    if (template !== '') throw new HelmError('cannot set --name-template and also specify a name');
    return { name: args[0] as string, chart: args[1] as string };
  }
  const chart = args[0] as string;
  if (template !== '') throw new HelmError('--name-template is not simulated');
  if (helm.path === 'template' && !generated) return { name: 'release-name', chart };
  if (!generated) throw new HelmError('must either provide a name or specify --generate-name');
  const base = chart.replace(/\/+$/, '').split('/').at(-1) ?? '';
  const stem = base === '.' || base === '' ? 'chart' : base.replace(/(?:-\d+\.\d+.*)?\.tgz$/, '');
  return { name: `${stem}-${Math.floor(helm.now / 1000)}`, chart };
}

/** Refuses what is not simulated. */
export function checkRefused({ flags }: Helm): void {
  if (flags.has('post-renderer') && flags.string('post-renderer') !== '')
    throw new HelmError('--post-renderer is not simulated');
}

/** The chart of an installation, with its dependencies there. Models helm/cmd/helm runInstall. */
export function* chartToInstall(helm: Helm, name: string): Steps<Chart> {
  const path = yield* locatePath(helm, name);
  let chart = loadChart(helm.context, path);
  if (!['', 'application', undefined].includes(chart.metadata.type))
    throw new HelmError(`${chart.metadata.type} charts are not installable`);
  if (chart.metadata.deprecated) yield* helm.log('WARNING: This chart is deprecated');
  const missing = missingDependencies(chart);
  if (missing.length > 0) {
    if (!helm.isSet('dependency-update'))
      throw new HelmError(
        `An error occurred while checking for chart dependencies. You may need to run \`helm dependency build\` to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`,
      );
    yield* updateDependencies(helm, path);
    chart = loadChart(helm.context, path);
  }
  return chart;
}

/** Models action.CheckDependencies. */
export function missingDependencies({ metadata, dependencies }: Chart): string[] {
  return (metadata.dependencies ?? [])
    .filter(({ name }) => !dependencies.some((child) => child.metadata.name === name))
    .map(({ name }) => name);
}
