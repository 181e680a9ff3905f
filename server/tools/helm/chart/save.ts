import { gzipSync } from 'node:zlib';
import { decode, encode, packTar } from '../../../host/index.ts';
import { toYaml } from '../../kubectl/yaml.ts';
import { type Chart, type ChartFile, orderedMetadata } from './chart.ts';

/** A chart's files in the order of its archive, below a folder of its name. Models chartutil writeTarContents. */
function contents(chart: Chart, prefix: string): ChartFile[] {
  const base = `${prefix}${chart.metadata.name}`;
  const raw = (name: string) => chart.raw.filter((file) => file.name === name);
  const own = [
    { name: 'Chart.yaml', data: toYaml(orderedMetadata(chart.metadata)) },
    ...(chart.lock ? [{ name: 'Chart.lock', data: toYaml(chart.lock) }] : []),
    ...raw('values.yaml'),
    ...raw('values.schema.json'),
    ...chart.templates,
    ...chart.files,
  ].map(({ name, data }) => ({ name: `${base}/${name}`, data }));
  return [...own, ...chart.dependencies.flatMap((child) => contents(child, `${base}/charts/`))];
}

/** A chart as a `.tgz`. Models chartutil.Save. */
export function packChart(chart: Chart): string {
  const entries = contents(chart, '').map(({ name, data }) => ({
    name,
    data,
    type: 'file' as const,
    mode: 0o644,
  }));
  return decode(gzipSync(encode(packTar(entries))));
}

export function archiveName({ metadata }: Pick<Chart, 'metadata'>): string {
  return `${metadata.name}-${metadata.version}.tgz`;
}
