import type { Context } from '../../host/index.ts';
import { KubectlError } from '../kubectl/errors.ts';
import { toYaml } from '../kubectl/yaml.ts';
import { parseYaml } from '../kubectl/yaml-parser.ts';
import type { Fields } from './item.ts';

const FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Deprecated fields and what to use instead. */
const DEPRECATED: Readonly<Record<string, string>> = {
  commonLabels: "'commonLabels' is deprecated. Please use 'labels' instead.",
  patchesStrategicMerge: "'patchesStrategicMerge' is deprecated. Please use 'patches' instead.",
  patchesJson6902: "'patchesJson6902' is deprecated. Please use 'patches' instead.",
  bases: "'bases' is deprecated. Please use 'resources' instead.",
  vars: "'vars' is deprecated. Please use 'replacements' instead. [EXPERIMENTAL]",
};
const FIX = " Run 'kustomize edit fix' to update your Kustomization automatically.";

/** Go's types of the fields. */
const FIELDS: Readonly<Record<string, string>> = {
  apiVersion: 'string',
  kind: 'string',
  metadata: 'types.ObjectMeta',
  resources: '[]string',
  bases: '[]string',
  components: '[]string',
  crds: '[]string',
  namespace: 'string',
  namePrefix: 'string',
  nameSuffix: 'string',
  commonLabels: 'map[string]string',
  labels: '[]types.Label',
  commonAnnotations: 'map[string]string',
  images: '[]types.Image',
  replicas: '[]types.Replica',
  patches: '[]types.Patch',
  patchesStrategicMerge: '[]types.PatchStrategicMerge',
  patchesJson6902: '[]types.Patch',
  replacements: '[]types.ReplacementField',
  vars: '[]types.Var',
  configMapGenerator: '[]types.ConfigMapArgs',
  secretGenerator: '[]types.SecretArgs',
  generatorOptions: 'types.GeneratorOptions',
  sortOptions: 'types.SortOptions',
  buildMetadata: '[]string',
  openapi: 'map[string]string',
  configurations: '[]string',
  generators: '[]string',
  transformers: '[]string',
  validators: '[]string',
  helmCharts: '[]types.HelmChart',
  helmGlobals: 'types.HelmGlobals',
  helmChartInflationGenerator: '[]types.HelmChartArgs',
};
/** What needs plugins, or configurations of the built-in ones. */
const REFUSED = ['configurations', 'generators', 'transformers', 'validators', 'helmChartInflationGenerator'];

/** The file of a kustomization, checked; what it should not say any more goes to `warnings`. */
export function readKustomization(context: Context, root: string, warnings: string[]): Fields {
  const found = FILES.filter((name) => context.fs.isFile(`${root}/${name}`));
  if (found.length === 0) {
    throw new KubectlError(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${root}'`,
    );
  }
  if (found.length > 1) throw new KubectlError(`Found multiple kustomization files under: ${root}\n`);
  const fields = parsed(context.fs.read(`${root}/${found[0]}`));
  for (const key of Object.keys(fields)) checkField(key, fields[key]);
  if (!['', 'Kustomization', 'Component'].includes(fields['kind'] ?? ''))
    throw new KubectlError(
      `Failed to read kustomization file under ${root}:\nkind should be Kustomization or Component`,
    );
  const chart = fields['helmCharts']?.[0];
  if (chart)
    throw new KubectlError(
      `trouble configuring builtin HelmChartInflationGenerator with config: \`\n${toYaml(chart)}\`: must specify --enable-helm`,
    );
  for (const [key, text] of Object.entries(DEPRECATED))
    if (fields[key] !== undefined) warnings.push(text + FIX);
  return fields;
}

function parsed(text: string): Fields {
  let fields: unknown;
  try {
    fields = parseYaml(text);
  } catch (error) {
    throw new KubectlError(`invalid Kustomization: ${(error as Error).message}`);
  }
  if (typeof fields !== 'object' || fields === null || Object.keys(fields).length === 0)
    throw new KubectlError('kustomization.yaml is empty');
  return fields as Fields;
}

function checkField(key: string, value: unknown): void {
  const type = FIELDS[key];
  if (type === undefined)
    throw new KubectlError(`invalid Kustomization: json: unknown field ${JSON.stringify(key)}`);
  if (REFUSED.includes(key)) throw new KubectlError(`${key} of a kustomization are not simulated`);
  if (value === null) return;
  const is = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const wanted = type.startsWith('[]') ? 'array' : type === 'string' ? 'string' : 'object';
  if (is !== wanted)
    throw new KubectlError(
      `invalid Kustomization: json: cannot unmarshal ${is} into Go struct field Kustomization.${key} of type ${type}`,
    );
}
