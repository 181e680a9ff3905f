import { gunzipSync, gzipSync } from 'node:zlib';
import { type Chart, type Metadata, orderedMetadata, type Values } from '../chart/chart.ts';
import type { Hook } from '../chart/manifests.ts';
import { HelmError } from '../errors.ts';
import { fromPlain, toPlain } from '../functions/table.ts';

export type Status =
  | 'unknown'
  | 'deployed'
  | 'uninstalled'
  | 'superseded'
  | 'failed'
  | 'uninstalling'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback';

export interface ReleaseInfo {
  first_deployed: string;
  last_deployed: string;
  /** '' as long as it is there. */
  deleted: string;
  description: string;
  status: Status;
  notes: string;
}

/** The parts of a chart that a release keeps. */
export type StoredChart = Pick<Chart, 'metadata' | 'lock' | 'templates' | 'values' | 'schema' | 'files'>;

/** Models helm/pkg/release Release. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  info: ReleaseInfo;
  readonly chart: StoredChart;
  readonly config: Values;
  manifest: string;
  hooks: Hook[];
  labels: Record<string, string>;
}

export function chartName({ metadata }: { metadata: Metadata }): string {
  return `${metadata.name}-${metadata.version}`;
}

/** `sh.helm.release.v1.web.v3` */
export function recordName({ name, version }: Pick<Release, 'name' | 'version'>): string {
  return `sh.helm.release.v1.${name}.v${version}`;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const files = (list: StoredChart['files']) =>
  list.length === 0 ? null : list.map(({ name, data }) => ({ name, data: base64(data) }));
const unless = <T>(empty: boolean, fields: T) => (empty ? {} : fields);

/** A release as helm's JSON has it: `-o json`, and what is stored. */
export function releaseJson(release: Release): Record<string, unknown> {
  const { info, chart, config, hooks } = release;
  return {
    name: release.name,
    info: {
      first_deployed: info.first_deployed,
      last_deployed: info.last_deployed,
      deleted: info.deleted,
      ...unless(info.description === '', { description: info.description }),
      status: info.status,
      ...unless(info.notes === '', { notes: info.notes }),
    },
    chart: {
      metadata: orderedMetadata(chart.metadata),
      lock: chart.lock ?? null,
      templates: files(chart.templates),
      values: toPlain(chart.values),
      schema: chart.schema === undefined ? null : base64(chart.schema),
      files: files(chart.files),
    },
    ...unless(Object.keys(config).length === 0, { config: toPlain(config) }),
    ...unless(release.manifest === '', { manifest: release.manifest }),
    ...unless(hooks.length === 0, { hooks: hooks.map(hookJson) }),
    version: release.version,
    namespace: release.namespace,
  };
}

function hookJson({ last_run, ...hook }: Hook): Record<string, unknown> {
  const { name, kind, path, manifest, events, ...rest } = hook;
  const run = {
    started_at: last_run.started_at ?? '',
    completed_at: last_run.completed_at ?? '',
    phase: last_run.phase,
  };
  return { name, kind, path, manifest, events, last_run: run, ...rest };
}

/** Models helm/pkg/storage/driver encodeRelease. */
export function encodeRelease(release: Release): string {
  return gzipSync(JSON.stringify(releaseJson(release))).toString('base64');
}

const MOST_BYTES = 64 * 1024 * 1024;

/** Models helm/pkg/storage/driver decodeRelease; without the chart's dependencies, which are not kept. */
export function decodeRelease(text: string): Release {
  const bytes = Buffer.from(text, 'base64');
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  let value: any;
  try {
    value = JSON.parse((zipped ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes).toString());
  } catch {
    throw new HelmError('unexpected end of JSON input');
  }
  const texts = (list: any[] | null) =>
    (list ?? []).map(({ name, data }) => ({ name, data: Buffer.from(data ?? '', 'base64').toString() }));
  const { chart = {}, info = {} } = value;
  return {
    name: value.name,
    namespace: value.namespace ?? '',
    version: value.version ?? 0,
    info: { description: '', notes: '', deleted: '', ...info },
    chart: {
      metadata: chart.metadata,
      lock: chart.lock ?? undefined,
      templates: texts(chart.templates),
      values: fromPlain(chart.values ?? {}) as Values,
      schema: chart.schema ? Buffer.from(chart.schema, 'base64').toString() : undefined,
      files: texts(chart.files),
    },
    config: fromPlain(value.config ?? {}) as Values,
    manifest: value.manifest ?? '',
    hooks: (value.hooks ?? []).map((hook: any) => ({ ...hook, last_run: { phase: '', ...hook.last_run } })),
    labels: {},
  };
}
