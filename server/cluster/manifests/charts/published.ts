import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { decode, encode, packTar } from '../../../host/index.ts';

/** A chart that a project publishes. */
export interface PublishedChart {
  readonly name: string;
  readonly description: string;
  readonly home: string;
  readonly keywords: readonly string[];
  readonly kubeVersion?: string;
  /** Versions of the chart with those of what it installs, the newest first. */
  readonly versions: readonly (readonly [chart: string, app: string])[];
  /** Its files but for `Chart.yaml`. */
  readonly files: (appVersion: string) => Readonly<Record<string, string>>;
}

/** Where charts are found. */
export interface ChartRepository {
  readonly site: string;
  /** Begins with a slash, or is empty. */
  readonly path: string;
  readonly charts: readonly PublishedChart[];
}

const GENERATED = '2025-10-01T00:00:00Z';

function metadataOf(chart: PublishedChart, [version, appVersion]: readonly [string, string]) {
  const { name, description, home, keywords, kubeVersion } = chart;
  return {
    apiVersion: 'v2',
    appVersion,
    description,
    home,
    keywords: [...keywords],
    ...(kubeVersion ? { kubeVersion } : {}),
    name,
    type: 'application',
    version,
  };
}

/** `index.yaml` of a repository. */
export function indexText({ site, path, charts }: ChartRepository): string {
  const entries = Object.fromEntries(
    charts.map((chart) => [
      chart.name,
      chart.versions.map((version) => ({
        ...metadataOf(chart, version),
        created: GENERATED,
        urls: [`https://${site}${path}/${chart.name}-${version[0]}.tgz`],
      })),
    ]),
  );
  return stringify({ apiVersion: 'v1', entries, generated: GENERATED }, { lineWidth: 0 });
}

/** The archive of a chart's version; undefined: there is none. */
export function archiveText(chart: PublishedChart, version: string): string | undefined {
  const found = chart.versions.find(([own]) => own === version);
  if (!found) return undefined;
  const files = { 'Chart.yaml': stringify(metadataOf(chart, found)), ...chart.files(found[1]) };
  const entries = Object.entries(files).map(([name, data]) => ({
    name: `${chart.name}/${name}`,
    data,
    type: 'file' as const,
    mode: 0o644,
  }));
  return decode(gzipSync(encode(packTar(entries))));
}
