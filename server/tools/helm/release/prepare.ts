import { isApiError } from '../../../objects/api-error.ts';
import type { Steps } from '../../../sim/index.ts';
import { ConnectionError } from '../../kubectl/errors.ts';
import { groupVersion, pathOf } from '../../kubectl/resources.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../chart/capabilities.ts';
import { type Chart, crdsOf, type Values } from '../chart/chart.ts';
import { processDependencies } from '../chart/dependencies.ts';
import { type Hook, sortManifests } from '../chart/manifests.ts';
import { type ReleaseFacts, renderChart, renderValues } from '../chart/render.ts';
import { HelmError } from '../errors.ts';
import { fromPlain } from '../functions/table.ts';
import type { Helm } from '../helm.ts';
import { parseConstraint, parseVersion } from '../semver.ts';

/** What a chart makes. */
export interface Prepared {
  readonly hooks: Hook[];
  readonly manifest: string;
  readonly notes: string;
  /** Files as they were rendered, for `--output-dir`. */
  readonly files: ReadonlyMap<string, string>;
  /** Why there are no manifests, or why they could not be sorted and are kept as they are. */
  readonly problem?: Error;
}

export interface PrepareOptions {
  readonly release: ReleaseFacts;
  readonly capabilities: Capabilities;
  /** Whether `lookup` asks the cluster. */
  readonly asksCluster: boolean;
  readonly includeCrds?: boolean;
  readonly hideSecrets?: boolean;
}

/** Throws when nobody answers. Models kube Client.IsReachable. */
export function* checkReachable(helm: Helm): Steps<void> {
  try {
    yield* helm.client.api.get('/version');
  } catch (error) {
    if (error instanceof ConnectionError)
      throw new HelmError(`Kubernetes cluster unreachable: ${error.asUrlError()}`);
    if (error instanceof Error && error.name === 'KubectlError')
      throw new HelmError(`Kubernetes cluster unreachable: ${error.message}`);
    throw error;
  }
}

/** What the cluster has. Models action getCapabilities. */
export function* clusterCapabilities(helm: Helm): Steps<Capabilities> {
  const version = yield* helm.client.api.get('/version');
  const names = new Set<string>();
  for (const resource of yield* helm.client.resources.all()) {
    names.add(groupVersion(resource));
    names.add(`${groupVersion(resource)}/${resource.kind}`);
  }
  return { kubeVersion: String(version.gitVersion), apiVersions: [...names] };
}

/** The default ones, with what flags say. */
export function givenCapabilities(kubeVersion: string, apiVersions: readonly string[]): Capabilities {
  const parsed = kubeVersion === '' ? undefined : parseVersion(kubeVersion);
  if (kubeVersion !== '' && !parsed)
    throw new HelmError(`invalid kube version '${kubeVersion}': invalid semantic version`);
  const version = parsed
    ? `v${parsed.major}.${parsed.minor}.${parsed.patch}`
    : DEFAULT_CAPABILITIES.kubeVersion;
  return { kubeVersion: version, apiVersions: [...DEFAULT_CAPABILITIES.apiVersions, ...apiVersions] };
}

/** Renders a chart and sorts what it makes. Models action Configuration.renderResources. */
export function* prepare(helm: Helm, chart: Chart, given: Values, options: PrepareOptions): Steps<Prepared> {
  const warnings: string[] = [];
  const warn = (text: string) => void warnings.push(text);
  processDependencies(chart, given, warn);
  const how = {
    release: options.release,
    capabilities: options.capabilities,
    random: helm.random,
    nowMs: helm.now,
    lookup: options.asksCluster ? lookupIn(helm) : () => ({}),
    warn,
    skipSchema: helm.isSet('skip-schema-validation'),
  };
  const values = renderValues(chart, given, how);
  for (const text of warnings) yield* helm.log(text);
  let files: Map<string, string>;
  try {
    checkKubeVersion(chart, options.capabilities);
    files = renderChart(chart, values, how);
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    return { hooks: [], manifest: '', notes: '', files: new Map(), problem: error };
  }
  const notes = takeNotes(chart, files, helm.isSet('render-subchart-notes'));
  const told: string[] = [];
  const sorted = sortOrKeep(files, told);
  for (const text of told) yield* helm.log(text);
  const crds = options.includeCrds
    ? crdsOf(chart).map(({ filename, data }) => `---\n# Source: ${filename}\n${data}\n`)
    : [];
  const manifest = [...crds, ...sorted.texts(options.hideSecrets ?? false)].join('');
  return {
    hooks: sorted.hooks,
    manifest,
    notes,
    files,
    ...(sorted.problem ? { problem: sorted.problem } : {}),
  };
}

function sortOrKeep(files: ReadonlyMap<string, string>, told: string[]) {
  try {
    const { hooks, manifests } = sortManifests(files, (text) => told.push(text));
    const texts = (hidden: boolean) =>
      manifests.map(({ name, content, kind, apiVersion }) =>
        hidden && kind === 'Secret' && apiVersion === 'v1'
          ? `---\n# Source: ${name}\n# HIDDEN: The Secret output has been suppressed\n`
          : `---\n# Source: ${name}\n${content}\n`,
      );
    return { hooks, texts };
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    const filled = [...files].filter(([, text]) => text.trim() !== '');
    const texts = () => filled.map(([name, text]) => `---\n# Source: ${name}\n${text}\n`);
    return { hooks: [], texts, problem: error };
  }
}

/** `NOTES.txt` is neither hook nor object. */
function takeNotes(chart: Chart, files: Map<string, string>, all: boolean): string {
  const notes: string[] = [];
  for (const [name, text] of [...files].filter(([path]) => path.endsWith('NOTES.txt'))) {
    if (all || name === `${chart.metadata.name}/templates/NOTES.txt`) notes.push(text);
    files.delete(name);
  }
  return notes.join('\n');
}

function checkKubeVersion({ metadata }: Chart, { kubeVersion }: Capabilities): void {
  if (!metadata.kubeVersion) return;
  const [range, version] = [parseConstraint(metadata.kubeVersion), parseVersion(kubeVersion)];
  if (range && version && range(version)) return;
  throw new HelmError(
    `chart requires kubeVersion: ${metadata.kubeVersion} which is incompatible with Kubernetes ${kubeVersion}`,
  );
}

/** `lookup`: an object, or a list where no name is given; nothing where there is none. */
function lookupIn(helm: Helm) {
  return (apiVersion: string, kind: string, namespace: string, name: string): unknown => {
    const api = knownResource(helm, apiVersion, kind);
    if (!api) return {};
    try {
      return fromPlain(helm.client.api.getNow(pathOf(api, api.namespaced ? namespace : '', name)));
    } catch (error) {
      if (isApiError(error) && error.code === 404) return {};
      throw error;
    }
  };
}

/** From the list that was read for the capabilities. */
function knownResource(helm: Helm, apiVersion: string, kind: string) {
  const found = helm.client.resources.known;
  return found.find((resource) => resource.kind === kind && groupVersion(resource) === apiVersion);
}
