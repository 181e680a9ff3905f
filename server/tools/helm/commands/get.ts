import type { Steps } from '../../../sim/index.ts';
import { toYaml } from '../../kubectl/yaml.ts';
import type { Chart, Values } from '../chart/chart.ts';
import { coalesceValues } from '../chart/values.ts';
import { HelmError } from '../errors.ts';
import { toPlain } from '../functions/table.ts';
import type { Helm } from '../helm.ts';
import { checkReachable } from '../release/prepare.ts';
import type { Release } from '../release/release.ts';
import { statusText, tellStatus } from '../release/status.ts';
import { Storage } from '../release/storage.ts';
import { encoded, formatOf } from '../release/tables.ts';
import type { HelmCommand } from './command.ts';

/** The release that is named, of the revision that a flag says. */
function* named(helm: Helm): Steps<Release> {
  yield* checkReachable(helm);
  const storage = new Storage(helm);
  const name = helm.args[0] as string;
  const revision = helm.flags.int('revision');
  return revision > 0 ? yield* storage.get(name, revision) : yield* storage.last(name);
}

function computed({ chart, config }: Release): Values {
  const whole: Chart = { ...chart, raw: [], dependencies: [], parent: undefined };
  return coalesceValues(whole, config, { warn: () => {}, merging: false });
}

const yamlOf = (values: Values) => (Object.keys(values).length === 0 ? 'null\n' : toYaml(toPlain(values)));
const hooksText = ({ hooks }: Release) =>
  hooks.map(({ path, manifest }) => `---\n# Source: ${path}\n${manifest}\n`).join('');

function get(print: (helm: Helm, release: Release) => Steps<void>): HelmCommand {
  return {
    args: [1, 1],
    *run(helm) {
      if (helm.flags.has('output')) formatOf(helm.flags.string('output'));
      yield* print(helm, yield* named(helm));
    },
  };
}

function* values(helm: Helm, release: Release): Steps<void> {
  const all = helm.flags.bool('all');
  const shown = all ? computed(release) : release.config;
  const format = formatOf(helm.flags.string('output'));
  if (format === 'json')
    yield* helm.out(Object.keys(shown).length === 0 ? 'null\n' : encoded(toPlain(shown), format));
  else if (format === 'yaml') yield* helm.out(yamlOf(shown));
  else yield* helm.out(`${all ? 'COMPUTED' : 'USER-SUPPLIED'} VALUES:\n${yamlOf(shown)}`);
}

function* all(helm: Helm, release: Release): Steps<void> {
  if (helm.flags.string('template') !== '') throw new HelmError('--template is not simulated');
  const { info } = release;
  const head = statusText({ ...release, info: { ...info, notes: '' } }, { metadata: true });
  yield* helm.out(
    [
      head,
      `USER-SUPPLIED VALUES:\n${yamlOf(release.config)}\n`,
      `COMPUTED VALUES:\n${yamlOf(computed(release))}\n`,
      `HOOKS:\n${hooksText(release)}`,
      `MANIFEST:\n${release.manifest}\n`,
      info.notes === '' ? '' : `NOTES:\n${info.notes.trim()}\n`,
    ].join(''),
  );
}

function* metadata(helm: Helm, release: Release): Steps<void> {
  const { chart, info } = release;
  const { annotations = {}, dependencies = [] } = chart.metadata;
  const facts = {
    name: release.name,
    chart: chart.metadata.name,
    version: chart.metadata.version,
    appVersion: chart.metadata.appVersion ?? '',
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    ...(dependencies.length > 0 ? { dependencies } : {}),
    namespace: release.namespace,
    revision: release.version,
    status: info.status,
    deployedAt: info.last_deployed.replace(/\.\d+/, ''),
  };
  const format = formatOf(helm.flags.string('output'));
  if (format !== 'table') {
    yield* helm.out(encoded(facts, format));
    return;
  }
  const pairs = Object.entries(annotations).map(([key, value]) => `${key}=${value}`);
  yield* helm.out(
    `NAME: ${facts.name}\nCHART: ${facts.chart}\nVERSION: ${facts.version}\nAPP_VERSION: ${facts.appVersion}\nANNOTATIONS: ${pairs.join(',')}\nDEPENDENCIES: ${dependencies.map(({ name }) => name).join(',')}\nNAMESPACE: ${facts.namespace}\nREVISION: ${facts.revision}\nSTATUS: ${facts.status}\nDEPLOYED_AT: ${facts.deployedAt}\n`,
  );
}

function* status(helm: Helm, release: Release): Steps<void> {
  const { flags } = helm;
  if (flags.has('show-resources') && flags.bool('show-resources'))
    throw new HelmError('--show-resources is not simulated');
  const description = flags.has('show-desc') && flags.bool('show-desc');
  yield* tellStatus(helm, release, { description });
}

/** `helm status` and `helm get`. */
export const GET: Readonly<Record<string, HelmCommand>> = {
  status: get(status),
  'get all': get(all),
  'get values': get(values),
  'get metadata': get(metadata),
  'get manifest': get((helm, { manifest }) => helm.out(`${manifest}\n`)),
  'get hooks': get((helm, release) => helm.out(hooksText(release))),
  'get notes': get((helm, { info }) => helm.out(info.notes === '' ? '' : `NOTES:\n${info.notes}\n`)),
};
