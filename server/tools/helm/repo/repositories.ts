import { toYaml } from '../../kubectl/yaml.ts';
import { parseYaml } from '../../kubectl/yaml-parser.ts';
import type { Metadata } from '../chart/chart.ts';
import { HelmError } from '../errors.ts';
import { formatTime } from '../functions/dates.ts';
import type { Helm } from '../helm.ts';
import { compareVersions, parseConstraint, parseVersion, type Version } from '../semver.ts';

/** A repository that was added. */
export interface Repository {
  readonly name: string;
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly caFile?: string;
  readonly insecure_skip_tls_verify?: boolean;
  readonly pass_credentials_all?: boolean;
}

/** A chart's version as an index lists it. */
export interface ChartVersion extends Metadata {
  readonly urls: readonly string[];
  readonly created?: string;
  readonly digest?: string;
}

/** Versions of charts by their names, the newest first. */
export type Index = ReadonlyMap<string, readonly ChartVersion[]>;

/** `repositories.yaml`; undefined when there is none. */
export function repositories(helm: Helm): readonly Repository[] | undefined {
  const { repositoryConfig } = helm.paths;
  if (!helm.context.fs.exists(repositoryConfig)) return undefined;
  const value = parseYaml(helm.readFile(repositoryConfig)) as { repositories?: Repository[] } | null;
  return value?.repositories ?? [];
}

const FIELDS = {
  caFile: '',
  certFile: '',
  insecure_skip_tls_verify: false,
  keyFile: '',
  pass_credentials_all: false,
  password: '',
  username: '',
};

export function saveRepositories(helm: Helm, list: readonly Repository[]): void {
  const generated = formatTime(helm.now, '2006-01-02T15:04:05.999999999Z07:00');
  const entries = list.map((entry) => ({ ...FIELDS, ...entry }));
  helm.writeFile(
    helm.paths.repositoryConfig,
    toYaml({ apiVersion: '', generated, repositories: entries }),
    0o600,
  );
}

export function indexPath(helm: Helm, name: string): string {
  return `${helm.paths.repositoryCache}/${name}-index.yaml`;
}

/** Models repo.loadIndex: what cannot be is left out. */
export function parseIndex(text: string): Index {
  let value: { apiVersion?: string; entries?: Record<string, ChartVersion[]> } | null;
  try {
    value = parseYaml(text) as typeof value;
  } catch (error) {
    throw new HelmError(`error converting YAML to JSON: ${(error as Error).message}`);
  }
  if (value === null || value === undefined) throw new HelmError('empty index.yaml file');
  if (typeof value !== 'object' || !value.apiVersion) throw new HelmError('no API version specified');
  const parsed = (version: ChartVersion) => parseVersion(version.version) as Version;
  const index = new Map<string, ChartVersion[]>();
  for (const [name, versions] of Object.entries(value.entries ?? {})) {
    const valid = versions.filter((version) => version && parseVersion(version.version ?? ''));
    index.set(
      name,
      valid.sort((a, b) => compareVersions(parsed(b), parsed(a))),
    );
  }
  return index;
}

/** The version of a chart that is asked for; the newest stable one without a wish. Models IndexFile.Get. */
export function findVersion(index: Index, name: string, wish: string): ChartVersion {
  const versions = index.get(name) ?? [];
  if (versions.length === 0) throw new HelmError('no chart name found');
  const constraint = parseConstraint(wish === '' ? '*' : wish);
  if (!constraint) throw new HelmError(`improper constraint: ${wish}`);
  const exact = wish === '' ? undefined : versions.find(({ version }) => version === wish);
  const found = exact ?? versions.find(({ version }) => constraint(parseVersion(version) as Version));
  if (!found) throw new HelmError(`no chart version found for ${name}-${wish}`);
  return found;
}

/** Addresses in an index may be relative to it. Models repo.ResolveReferenceURL. */
export function absoluteUrl(base: string, reference: string): string {
  if (/^[a-z]+:\/\//.test(reference)) return reference;
  return new URL(reference, base.endsWith('/') ? base : `${base}/`).href;
}
