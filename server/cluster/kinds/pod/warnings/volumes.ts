import { claimSpecWarnings } from '../../persistent-volume-claim/warnings.ts';

/** Volume sources that go or are gone, of pods and of persistent volumes. */
const DEPRECATED_SOURCES: readonly (readonly [string, string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

export function sourceWarnings(field: string, source: any): string[] {
  return DEPRECATED_SOURCES.filter(([name]) => source[name] !== undefined).map(
    // The server words this one field as Go does.
    ([name, text]) => `${field}.${name === 'storageos' ? 'storageOS' : name}: ${text}`,
  );
}

export function volumeWarnings(field: string, volumes: readonly any[]): string[] {
  const sources = volumes.flatMap((volume, i) => {
    const at = `${field}[${i}]`;
    const claim = volume.ephemeral?.volumeClaimTemplate;
    return [
      ...sourceWarnings(at, volume),
      ...(claim ? claimSpecWarnings(`${at}.ephemeral.volumeClaimTemplate.spec`, claim.spec) : []),
    ];
  });
  return [...sources, ...volumes.flatMap(overlapWarnings)];
}

/** Models pkg/api/pod/warnings.go warningsForOverlappingVirtualPaths */
function overlapWarnings({ name, configMap, secret, downwardAPI, projected }: any): string[] {
  const volume = `volume "${name}"`;
  const within = (what: string, items: any[] | undefined) =>
    overlaps(pathsOf(items), `${volume} (${what}): overlapping paths`);
  return [
    ...within(`ConfigMap "${configMap?.name}"`, configMap?.items),
    ...within(`Secret "${secret?.secretName}"`, secret?.items),
    ...within('DownwardAPI', downwardAPI?.items),
    ...projectedWarnings(volume, projected?.sources ?? []),
  ];
}

function projectedWarnings(volume: string, sources: readonly any[]): string[] {
  const warnings: string[] = [];
  const seen = new Set<string>();
  for (const source of sources) {
    if (Object.keys(source).length === 0) {
      warnings.push(`${volume} (Projected) has no sources provided`);
      continue;
    }
    const { what, paths } = projection(source);
    const text = `${volume} (Projected ${what}): overlapping paths`;
    const own = new Set(paths);
    if (own.size === 0) continue;
    warnings.push(...overlaps(paths, text), ...overlaps([...own, ...seen].sort(), text));
    for (const path of own) seen.add(path);
  }
  return warnings;
}

function projection(source: any): { what: string; paths: readonly string[] } {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle } = source;
  if (configMap) return { what: `ConfigMap "${configMap.name}"`, paths: pathsOf(configMap.items) };
  if (secret) return { what: `Secret "${secret.name}"`, paths: pathsOf(secret.items) };
  if (downwardAPI) return { what: 'DownwardAPI', paths: pathsOf(downwardAPI.items) };
  if (serviceAccountToken) return { what: 'ServiceAccountToken', paths: [serviceAccountToken.path] };
  const name = clusterTrustBundle?.name ?? clusterTrustBundle?.signerName;
  return { what: `ClusterTrustBundle "${name}"`, paths: clusterTrustBundle ? [clusterTrustBundle.path] : [] };
}

function pathsOf(items: readonly any[] | undefined): string[] {
  return (items ?? []).map(({ path }) => path);
}

/** One path is another, or lies below it; the real test, too, takes `ab` for something below `a`. */
function overlaps(paths: readonly string[], text: string): string[] {
  const seen = new Set<string>();
  const warnings: string[] = [];
  for (const path of paths.map((one) => one.replace(/\/+$/, ''))) {
    const other = [...seen].find(
      (one) => one !== '' && path !== '' && (`${one}/`.startsWith(path) || `${path}/`.startsWith(one)),
    );
    if (other !== undefined) warnings.push(`${text}: "${path}" with "${other}"`);
    seen.add(path);
  }
  return warnings;
}
