import { parseYaml } from '../../kubectl/yaml-parser.ts';
import type { Chart, Metadata, Values } from '../chart/chart.ts';
import { processDependencies } from '../chart/dependencies.ts';
import { chartFiles, loadChart } from '../chart/load.ts';
import { renderChart, renderValues } from '../chart/render.ts';
import { schemaProblems } from '../chart/schema.ts';
import { coalesceValues } from '../chart/values.ts';
import { HelmError } from '../errors.ts';
import { fromPlain } from '../functions/table.ts';
import type { Helm } from '../helm.ts';
import { givenCapabilities } from '../release/prepare.ts';
import { parseVersion } from '../semver.ts';
import { givenValues } from '../values-flags.ts';
import { ANY, type HelmCommand } from './command.ts';

type Severity = 'INFO' | 'WARNING' | 'ERROR';

interface Message {
  readonly severity: Severity;
  readonly path: string;
  readonly text: string;
}

/** `helm lint`. Models helm/cmd/helm/lint.go and helm/pkg/lint. */
export const lint: HelmCommand = {
  args: [0, ANY],
  *run(helm) {
    const paths = helm.args.length > 0 ? helm.args : ['.'];
    const values = yield* givenValues(helm);
    const quiet = helm.flags.bool('quiet');
    let out = '';
    let failed = 0;
    for (const path of paths) {
      const result = lintOne(helm, path, values);
      const wrong = result.fatal !== '' || result.messages.some(({ severity }) => fails(helm, severity));
      if (wrong) failed++;
      if (quiet && !wrong && !result.messages.some(({ severity }) => severity !== 'INFO')) continue;
      const shown = result.messages.filter(({ severity }) => !quiet || severity !== 'INFO');
      out += `==> Linting ${path}\n${result.fatal}${shown.map(({ severity, path: where, text }) => `[${severity}] ${where}: ${text}\n`).join('')}\n`;
    }
    const summary = `${paths.length} chart(s) linted, ${failed} chart(s) failed`;
    yield* helm.out(out);
    if (failed > 0) throw new HelmError(summary);
    if (!quiet) yield* helm.out(`${summary}\n`);
  },
};

function fails({ flags }: Helm, severity: Severity): boolean {
  return severity === 'ERROR' || (severity === 'WARNING' && flags.bool('strict'));
}

function lintOne(helm: Helm, path: string, values: Values): { fatal: string; messages: Message[] } {
  const { fs } = helm.context;
  const manifest = path === '.' ? 'Chart.yaml' : `${path.replace(/\/$/, '')}/Chart.yaml`;
  if (fs.isDirectory(path) ? !fs.exists(manifest) : !fs.exists(path))
    return {
      fatal: `Error unable to check Chart.yaml file in chart: stat ${manifest}: no such file or directory\n`,
      messages: [],
    };
  const files = chartFiles(helm.context, path);
  const messages: Message[] = [];
  const tell = (severity: Severity, where: string, text: string) =>
    void messages.push({ severity, path: where, text });
  const text = files.find(({ name }) => name === 'Chart.yaml')?.data ?? '';
  const metadata = lintManifest(text, tell);
  lintValues(
    files.find(({ name }) => name === 'values.yaml')?.data,
    files.find(({ name }) => name === 'values.schema.json')?.data,
    { values, tell },
  );
  if (metadata) lintTemplates(helm, path, { values, tell });
  return { fatal: '', messages };
}

type Tell = (severity: Severity, where: string, text: string) => void;

/** Models helm/pkg/lint/rules/chartfile.go. */
function lintManifest(text: string, tell: Tell): Metadata | undefined {
  let metadata: Metadata;
  try {
    metadata = (parseYaml(text) ?? {}) as Metadata;
  } catch (error) {
    tell(
      'ERROR',
      'Chart.yaml',
      `unable to parse YAML\n\terror converting YAML to JSON: ${(error as Error).message}`,
    );
    return undefined;
  }
  const error = (why: string) => tell('ERROR', 'Chart.yaml', why);
  if (!metadata.name) error('name is required');
  if (!metadata.apiVersion) error('apiVersion is required. The value must be either "v1" or "v2"');
  else if (!['v1', 'v2'].includes(metadata.apiVersion))
    error(`apiVersion '${metadata.apiVersion}' is not valid. The value must be either "v1" or "v2"`);
  const { version } = metadata;
  if (!version) error('version is required');
  else if (typeof version !== 'string') error(`version should be of type string but it's of type float64`);
  else if (!parseVersion(version)) error(`version '${version}' is not a valid SemVer`);
  if (metadata.appVersion !== undefined && typeof metadata.appVersion !== 'string')
    error(`appVersion should be of type string but it's of type float64`);
  if (!metadata.icon) tell('INFO', 'Chart.yaml', 'icon is recommended');
  const { apiVersion = '' } = metadata;
  if (metadata.type && apiVersion !== 'v2')
    error(`chart type is not valid in apiVersion '${apiVersion}'. It is valid in apiVersion 'v2'`);
  return metadata;
}

/** Models helm/pkg/lint/rules/values.go. */
function lintValues(
  text: string | undefined,
  schema: string | undefined,
  { values, tell }: { values: Values; tell: Tell },
): void {
  if (text === undefined) {
    tell('INFO', 'values.yaml', 'file does not exist');
    return;
  }
  try {
    const own = fromPlain(parseYaml(text) ?? {}) as Values;
    if (schema === undefined) return;
    const chart = { metadata: { name: '' }, values: own, dependencies: [] } as unknown as Chart;
    const problems = schemaProblems(
      coalesceValues(chart, values, { warn: () => {}, merging: false }),
      schema,
    );
    if (problems !== '') tell('ERROR', 'values.yaml', problems);
  } catch (error) {
    tell(
      'ERROR',
      'values.yaml',
      `unable to parse YAML: error converting YAML to JSON: ${(error as Error).message}`,
    );
  }
}

/** Models helm/pkg/lint/rules/template.go. */
function lintTemplates(helm: Helm, path: string, { values, tell }: { values: Values; tell: Tell }): void {
  try {
    const chart = loadChart(helm.context, path);
    const { flags } = helm;
    const strict = flags.bool('strict');
    const how = {
      release: { name: 'test-release', namespace: helm.namespace, revision: 1, isUpgrade: false },
      capabilities: givenCapabilities(flags.string('kube-version'), []),
      random: helm.random,
      nowMs: helm.now,
      lookup: () => ({}),
      warn: () => {},
      skipSchema: flags.bool('skip-schema-validation'),
      strict,
      linting: true,
    };
    processDependencies(chart, values, () => {});
    const files = renderChart(chart, renderValues(chart, values, how), how);
    for (const [name, text] of files) lintDocument(name.replace(/^[^/]*\//, ''), text, tell);
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    tell('ERROR', 'templates/', error.message);
    if (error.message.startsWith('validation: '))
      tell('ERROR', '', `unable to load chart\n\t${error.message}`);
  }
}

function lintDocument(name: string, text: string, tell: Tell): void {
  if (!/\.ya?ml$/.test(name) || text.trim() === '') return;
  for (const part of text.split(/^---\s*$/m)) {
    try {
      lintName(name, parseYaml(part), tell);
    } catch (error) {
      tell('ERROR', name, `unable to parse YAML: error converting YAML to JSON: ${(error as Error).message}`);
      return;
    }
  }
}

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
/** Their names may hold more. */
const FREE_NAMES = /^(?:(?:Cluster)?Role(?:Binding)?|List)$/;

/** Models helm/pkg/lint/rules validateMetadataName. */
function lintName(file: string, value: unknown, tell: Tell): void {
  const object = value as { kind?: string; metadata?: { name?: unknown } } | null;
  if (typeof object !== 'object' || object === null || FREE_NAMES.test(object.kind ?? '')) return;
  const name = String(object.metadata?.name ?? '');
  if (SUBDOMAIN.test(name)) return;
  const shown = JSON.stringify(name);
  const where = `object name does not conform to Kubernetes naming requirements: ${shown}: metadata.name`;
  tell('WARNING', file, `${where}: Invalid value: ${shown}: ${RULE}`);
}
