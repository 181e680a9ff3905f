import { GoFloat } from '../../go-template/values.ts';

export type Values = Record<string, unknown>;

/** A file of a chart; its name begins below the chart's folder. */
export interface ChartFile {
  readonly name: string;
  readonly data: string;
}

/** A dependency as `Chart.yaml` declares it. */
export interface Dependency {
  name: string;
  version?: string;
  repository?: string;
  condition?: string;
  tags?: string[];
  enabled?: boolean;
  'import-values'?: unknown[];
  alias?: string;
}

/** What `Chart.yaml` says. */
export interface Metadata {
  name: string;
  home?: string;
  sources?: string[];
  version: string;
  description?: string;
  keywords?: string[];
  maintainers?: { name?: string; email?: string; url?: string }[];
  icon?: string;
  apiVersion: string;
  condition?: string;
  tags?: string;
  appVersion?: string;
  deprecated?: boolean;
  annotations?: Record<string, string>;
  kubeVersion?: string;
  dependencies?: Dependency[];
  type?: string;
}

export interface Lock {
  generated: string;
  digest: string;
  dependencies: { name: string; repository: string; version: string }[];
}

/** Models helm/pkg/chart Chart. */
export interface Chart {
  metadata: Metadata;
  lock: Lock | undefined;
  templates: ChartFile[];
  /** Of `values.yaml`; numbers are floats, as Go reads them. */
  values: Values;
  schema: string | undefined;
  /** What is neither template nor value. */
  files: ChartFile[];
  /** All files, as they were found. */
  raw: ChartFile[];
  dependencies: Chart[];
  parent: Chart | undefined;
}

/** `app/charts/db`. Models Chart.ChartFullPath. */
export function fullPath(chart: Chart): string {
  return chart.parent ? `${fullPath(chart.parent)}/charts/${chart.metadata.name}` : chart.metadata.name;
}

/** Names from the root on, joined by dots. Models Chart.ChartPath. */
export function dottedPath(chart: Chart): string {
  return chart.parent ? `${dottedPath(chart.parent)}.${chart.metadata.name}` : chart.metadata.name;
}

export interface Crd {
  readonly name: string;
  readonly data: string;
  /** Where it lies, from the root chart on. */
  readonly filename: string;
}

/** What lies in `crds/`, of the dependencies too. Models Chart.CRDObjects. */
export function crdsOf(chart: Chart): Crd[] {
  const own = chart.files
    .filter(({ name }) => name.startsWith('crds/') && /\.(?:yaml|yml|json)$/.test(name))
    .map(({ name, data }) => ({ name, data, filename: `${fullPath(chart)}/${name}` }));
  return [...own, ...chart.dependencies.flatMap(crdsOf)];
}

export function addDependency(chart: Chart, child: Chart): void {
  child.parent = chart;
  chart.dependencies.push(child);
}

export function isTable(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof GoFloat);
}

/** Keys of Chart.yaml in the order of Go's struct. */
const ORDER: readonly (keyof Metadata)[] = [
  'name',
  'home',
  'sources',
  'version',
  'description',
  'keywords',
  'maintainers',
  'icon',
  'apiVersion',
  'condition',
  'tags',
  'appVersion',
  'deprecated',
  'annotations',
  'kubeVersion',
  'dependencies',
  'type',
];

/** The metadata as JSON has it: in Go's order, without what is empty. */
export function orderedMetadata(metadata: Metadata): Partial<Metadata> {
  const entries = ORDER.map((key) => [key, metadata[key]] as const);
  return Object.fromEntries(entries.filter(([, value]) => !isUnset(value)));
}

function isUnset(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
