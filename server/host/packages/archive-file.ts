import { encode } from '../text.ts';
import { archivePackages } from './archive.ts';
import { controlFields, readStanzas, stanzaText } from './database.ts';
import { kubernetesRepository } from './kubernetes.ts';
import type { Package } from './package.ts';
import { criDockerd, DOCKER_PACKAGES } from './vendors.ts';

const MAGIC = '!<arch>\n';

/** A member of an `ar` archive: 60 characters of header, then its content. */
function member(name: string, content: string): string {
  const size = String(encode(content).length);
  const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${size.padEnd(10)}\`\n`;
  return `${header}${content}${Number(size) % 2 === 1 ? '\n' : ''}`;
}

/** A `.deb` of a package: its control file is inside, its programs are those of the world. */
export function archiveText(pack: Package): string {
  const control = stanzaText(controlFields(pack));
  return `${MAGIC}${member('debian-binary', '2.0\n')}${member('control', control)}${member('data.tar', '')}`;
}

/** The package of a `.deb`; undefined when the file is none, or of a package that nobody knows. */
export function readArchive(data: string): Package | undefined {
  const stanza = archiveFields(data);
  return stanza && knownPackage(stanza.get('Package') ?? '', stanza.get('Version') ?? '');
}

/** The control fields of a `.deb`. */
export function archiveFields(data: string): Map<string, string> | undefined {
  if (!data.startsWith(MAGIC)) return undefined;
  const start = data.indexOf('\nPackage: ');
  const end = data.lastIndexOf('data.tar');
  return start < 0 ? undefined : readStanzas(data.slice(start + 1, end < start ? undefined : end))[0];
}

/** The package of that name and version, from wherever it comes. */
export function knownPackage(name: string, version: string): Package | undefined {
  const minor = /^(\d+\.\d+)\./.exec(version)?.[1] ?? '';
  const cri = /^(\d+\.\d+\.\d+)\.3-0\.(?:ubuntu|debian)-(\w+)$/.exec(version);
  if (name === 'cri-dockerd') return cri ? criDockerd(cri[1] as string, cri[2]) : undefined;
  const all = [
    ...(kubernetesRepository(minor) ?? []),
    ...DOCKER_PACKAGES,
    ...(['ubuntu', 'debian'] as const).flatMap((distribution) => [
      ...archivePackages(distribution, 'main'),
      ...archivePackages(distribution, 'universe'),
    ]),
  ];
  return all.find((pack) => pack.name === name && pack.version === version);
}
