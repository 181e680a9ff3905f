import { linearRegex } from '../../../objects/linear-regex.ts';
import type { Steps } from '../../../sim/index.ts';
import { formatTime } from '../functions/dates.ts';
import type { Helm } from '../helm.ts';
import { checkReachable } from '../release/prepare.ts';
import { chartName, type Release, type Status } from '../release/release.ts';
import { Storage } from '../release/storage.ts';
import { ansiTime, encoded, formatOf, longTime, tableText } from '../release/tables.ts';
import type { HelmCommand } from './command.ts';

const STATES: Readonly<Record<string, readonly Status[]>> = {
  deployed: ['deployed'],
  uninstalled: ['uninstalled'],
  uninstalling: ['uninstalling'],
  pending: ['pending-install', 'pending-upgrade', 'pending-rollback'],
  failed: ['failed'],
  superseded: ['superseded'],
};

/** `helm list`. Models helm/pkg/action List.Run. */
export const list: HelmCommand = {
  args: [0, 0],
  *run(helm) {
    const format = formatOf(helm.flags.string('output'));
    yield* checkReachable(helm);
    const found = yield* releases(helm);
    if (helm.flags.bool('short')) {
      const names = found.map(({ name }) => name);
      yield* helm.out(
        format === 'table' ? names.map((name) => `${name}\n`).join('') : encoded(names, format),
      );
      return;
    }
    const rows = found.map((release) => ({
      name: release.name,
      namespace: release.namespace,
      revision: String(release.version),
      updated: updatedText(helm, release),
      status: release.info.status,
      chart: chartName(release.chart),
      app_version: release.chart.metadata.appVersion ?? '',
    }));
    if (format !== 'table') yield* helm.out(encoded(rows, format));
    else {
      const head = ['NAME', 'NAMESPACE', 'REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION'];
      const cells = rows.map((row) => Object.values(row));
      yield* helm.out(tableText(helm.flags.bool('no-headers') ? cells : [head, ...cells]));
    }
  },
};

function updatedText({ flags }: Helm, { info }: Release): string {
  const layout = flags.string('time-format');
  return layout === '' ? longTime(info.last_deployed) : formatTime(Date.parse(info.last_deployed), layout);
}

function* releases(helm: Helm): Steps<Release[]> {
  const { flags } = helm;
  const storage = new Storage(helm, flags.bool('all-namespaces') ? '' : helm.namespace);
  const pattern = flags.string('filter');
  const wanted = wantedStates(helm);
  const all = yield* storage.list(flags.string('selector'));
  const newest = new Map<string, Release>();
  for (const release of all) {
    if (pattern !== '' && !linearRegex(pattern).matcher(release.name).find()) continue;
    const key = `${release.namespace}/${release.name}`;
    const supersedes = wanted.has('superseded') && !flags.bool('all') ? `${key}/${release.version}` : key;
    const known = newest.get(supersedes);
    if (!known || known.version < release.version) newest.set(supersedes, release);
  }
  const shown = [...newest.values()].filter(({ info }) => wanted.has(info.status)).sort(byName);
  if (flags.bool('date'))
    shown.sort((a, b) => Date.parse(a.info.last_deployed) - Date.parse(b.info.last_deployed));
  if (flags.bool('reverse')) shown.reverse();
  const [offset, most] = [flags.int('offset'), flags.int('max')];
  return shown.slice(offset, most === 0 ? undefined : offset + most);
}

const byName = (a: Release, b: Release) =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : a.namespace < b.namespace ? -1 : 1;

/** Models action List.SetStateMask. */
function wantedStates({ flags }: Helm): ReadonlySet<Status> {
  const every = Object.values(STATES).flat();
  if (flags.bool('all')) return new Set([...every, 'unknown']);
  const chosen = Object.keys(STATES).filter((name) => flags.bool(name));
  if (chosen.length > 0) return new Set(chosen.flatMap((name) => STATES[name] as readonly Status[]));
  return new Set<Status>(['deployed', 'failed']);
}

/** `helm history`. Models helm/cmd/helm/history.go. */
export const history: HelmCommand = {
  args: [1, 1],
  *run(helm) {
    const format = formatOf(helm.flags.string('output'));
    const name = helm.args[0] as string;
    yield* checkReachable(helm);
    const storage = new Storage(helm);
    yield* storage.last(name);
    const most = helm.flags.int('max');
    const found = (yield* storage.history(name)).slice(-most);
    const rows = found.map(({ version, info, chart }) => ({
      revision: version,
      updated: info.last_deployed,
      status: info.status,
      chart: chartName(chart),
      app_version: chart.metadata.appVersion ?? '',
      description: info.description,
    }));
    if (format !== 'table') yield* helm.out(encoded(rows, format));
    else {
      const head = ['REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION', 'DESCRIPTION'];
      const cells = rows.map((row) =>
        Object.values({ ...row, revision: String(row.revision), updated: ansiTime(row.updated) }),
      );
      yield* helm.out(tableText([head, ...cells]));
    }
  },
};
