import type { Files } from '../files/files.ts';
import { archivePackages } from './archive.ts';
import { controlFields, readStanzas, stanzaText } from './database.ts';
import { kubernetesRepository } from './kubernetes.ts';
import { archiveName, compareVersions, type Package } from './package.ts';
import type { Source } from './sources.ts';
import { DOCKER_PACKAGES } from './vendors.ts';

const LISTS = '/var/lib/apt/lists';

/** What stands behind a line of the sources: its packages by component, and the key it is signed with. */
export interface Repository {
  /** Where the files are fetched from: pkgs.k8s.io sends on to its mirror. */
  readonly mirror: string;
  /** Undefined: the key comes with the distribution. */
  readonly key: string | undefined;
  packages(component: string): readonly Package[];
}

export const KUBERNETES_KEY = '234654DA9A296436';
export const DOCKER_KEY = '7EA0A9C3F273FCD8';

/** The repository that a source names; undefined: there is none. */
export function findRepository({ uri, suite }: Source): Repository | undefined {
  const minor = /^https?:\/\/pkgs\.k8s\.io\/core:\/stable:\/v(\d+\.\d+)\/deb$/.exec(uri)?.[1];
  if (minor !== undefined) {
    const packages = suite === '/' ? kubernetesRepository(minor) : undefined;
    return (
      packages && {
        mirror: `https://prod-cdn.packages.k8s.io/repositories/isv:/kubernetes:/core:/stable:/v${minor}/deb`,
        key: KUBERNETES_KEY,
        packages: () => packages,
      }
    );
  }
  if (/^https:\/\/download\.docker\.com\/linux\/ubuntu$/.test(uri) && suite === 'noble')
    return { mirror: uri, key: DOCKER_KEY, packages: () => DOCKER_PACKAGES };
  const distribution = /^https?:\/\/([a-z]+\.)?(archive|security|deb)\.(ubuntu|debian)\.(com|org)\//.exec(
    `${uri}/`,
  );
  const name = distribution?.[3] as 'ubuntu' | 'debian' | undefined;
  if (!name || !/^(noble|bookworm)(-updates|-security|-backports)?$/.test(suite)) return undefined;
  const component = (wanted: string) => (wanted === 'universe' ? 'universe' : 'main');
  const isRelease = !suite.includes('-');
  return {
    mirror: uri,
    key: undefined,
    // What was updated since the release stands in the release's own list here.
    packages: (wanted) =>
      isRelease && (wanted === 'main' || wanted === 'universe')
        ? archivePackages(name, component(wanted))
        : [],
  };
}

/** A package as the lists on the disk offer it. */
export interface Offer {
  readonly pack: Package;
  readonly uri: string;
  readonly mirror: string;
  readonly suite: string;
  readonly component: string;
}

/** The names of the list files of a source, one a component. */
export function listFiles(source: Source): { component: string; path: string }[] {
  const base = source.uri.replace(/^[a-z]+:\/\//, '').replaceAll('/', '_');
  if (source.suite.endsWith('/')) return [{ component: '', path: `${LISTS}/${base}_Packages` }];
  return source.components.map((component) => ({
    component,
    path: `${LISTS}/${base}_dists_${source.suite}_${component}_binary-amd64_Packages`,
  }));
}

/** Writes what a repository offers onto the disk. */
export function saveLists(fs: Files, source: Source, repository: Repository): void {
  fs.mkdirAll(LISTS);
  for (const { component, path } of listFiles(source)) {
    const stanzas = repository
      .packages(component)
      .map((pack) =>
        stanzaText(
          new Map([
            ...controlFields(pack),
            ['Filename', `pool/${component || 'all'}/${pack.name[0]}/${pack.name}/${archiveName(pack)}`],
            ['Size', String(pack.sizeBytes)],
          ]),
        ),
      );
    fs.write(path, stanzas.join('\n'));
  }
}

/** Everything that can be installed: what the sources name and the last update has found, the newest first. */
export function offers(fs: Files, sources: readonly Source[]): Offer[] {
  const out: Offer[] = [];
  for (const source of sources) {
    const repository = findRepository(source);
    if (!repository) continue;
    for (const { component, path } of listFiles(source)) {
      if (!fs.isFile(path)) continue;
      const listed = new Set(
        readStanzas(fs.read(path)).map((stanza) => `${stanza.get('Package')} ${stanza.get('Version')}`),
      );
      for (const pack of repository.packages(component)) {
        if (!listed.has(`${pack.name} ${pack.version}`)) continue;
        out.push({ pack, uri: source.uri, mirror: repository.mirror, suite: source.suite, component });
      }
    }
  }
  return out.sort((a, b) => compareVersions(b.pack.version, a.pack.version));
}
