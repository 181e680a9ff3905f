import { deepCopy } from '../functions/collections.ts';
import { parseConstraint, parseVersion } from '../semver.ts';
import { addDependency, type Chart, type Dependency, isTable, type Values } from './chart.ts';
import { coalesceTables, coalesceValues, type Merging, mergeMaps, valueAt } from './values.ts';

/** Takes dependencies away that values switch off, and takes over the values that they export. */
export function processDependencies(chart: Chart, values: Values, warn: (text: string) => void): void {
  enable(chart, values, '', warn);
  importValues(chart, { warn, merging: true });
}

/** Whether a chart's version is one that a dependency asks for. */
export function isCompatible(range: string | undefined, version: string): boolean {
  const constraint = parseConstraint(range || '*');
  const parsed = parseVersion(version);
  if (!constraint || !parsed) return false;
  return constraint(parsed);
}

/** Models chartutil processDependencyEnabled. */
function enable(chart: Chart, given: Values, path: string, warn: (text: string) => void): void {
  const wanted = chart.metadata.dependencies ?? [];
  const charts: Chart[] = chart.dependencies.filter(
    (child) =>
      !wanted.some(
        ({ name, version }) => name === child.metadata.name && isCompatible(version, child.metadata.version),
      ),
  );
  for (const dependency of wanted) {
    const child = aliased(chart.dependencies, dependency);
    if (child) charts.push(child);
    if (dependency.alias) dependency.name = dependency.alias;
    dependency.enabled = true;
  }
  chart.dependencies = [];
  for (const child of charts) addDependency(chart, child);
  const values = coalesceValues(chart, given, { warn: () => {}, merging: false });
  byTags(wanted, values);
  byConditions(wanted, values, path, warn);
  const off = new Set(wanted.filter(({ enabled }) => !enabled).map(({ name }) => name));
  chart.dependencies = chart.dependencies.filter(({ metadata }) => !off.has(metadata.name));
  if (wanted.length > 0) chart.metadata.dependencies = wanted.filter(({ enabled }) => enabled);
  for (const child of chart.dependencies) enable(child, values, `${path}${child.metadata.name}.`, warn);
}

function aliased(charts: readonly Chart[], { name, version, alias }: Dependency): Chart | undefined {
  const found = charts.find(
    ({ metadata }) => metadata.name === name && isCompatible(version, metadata.version),
  );
  if (!found) return undefined;
  const copy: Chart = { ...found, metadata: { ...found.metadata }, dependencies: [] };
  for (const child of found.dependencies) addDependency(copy, { ...child });
  if (alias) copy.metadata.name = alias;
  return copy;
}

/** Models chartutil processDependencyTags. */
function byTags(wanted: readonly Dependency[], values: Values): void {
  const tags = values['tags'];
  if (!isTable(tags)) return;
  for (const dependency of wanted) {
    const said = (dependency.tags ?? []).map((tag) => tags[tag]);
    if (!said.includes(true) && said.includes(false)) dependency.enabled = false;
  }
}

/** The first condition that values know of decides. Models chartutil processDependencyConditions. */
function byConditions(
  wanted: readonly Dependency[],
  values: Values,
  path: string,
  warn: (text: string) => void,
): void {
  for (const dependency of wanted) {
    for (const condition of (dependency.condition ?? '').split(',').map((part) => part.trim())) {
      if (condition === '') continue;
      const value = valueAt(values, path + condition);
      if (value === undefined) continue;
      if (typeof value === 'boolean') {
        dependency.enabled = value;
        break;
      }
      warn(`Warning: Condition path '${condition}' for chart ${dependency.name} returned non-bool value`);
    }
  }
}

/** Models chartutil processDependencyImportValues. */
function importValues(chart: Chart, how: Merging): void {
  for (const child of chart.dependencies) importValues(child, how);
  const wanted = chart.metadata.dependencies ?? [];
  if (!wanted.some((dependency) => dependency['import-values'])) return;
  const all = coalesceValues(chart, {}, how);
  const taken: Values = {};
  for (const dependency of wanted)
    for (const entry of dependency['import-values'] ?? []) {
      const { child, parent } = importOf(entry);
      const found = valueAt(all, `${dependency.name}.${child}`);
      if (!isTable(found)) {
        how.warn(
          `Warning: ImportValues missing table from chart ${dependency.name}: "${child}" is not a table`,
        );
        continue;
      }
      coalesceTables(taken, nested(parent, deepCopy(found)), '', how);
    }
  chart.values = mergeMaps(taken, deepCopy(chart.values));
}

function importOf(entry: unknown): { child: string; parent: string } {
  if (isTable(entry)) return { child: String(entry['child']), parent: String(entry['parent']) };
  return { child: `exports.${entry}`, parent: '.' };
}

function nested(path: string, values: Values): Values {
  if (path === '' || path === '.') return values;
  return path.split('.').reduceRight<Values>((inner, key) => ({ [key]: inner }), values);
}
