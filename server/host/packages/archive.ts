import { BASH_COMPLETION } from '../distro/bash-completion.ts';
import { ARCHIVE_TABLE } from './archive-table.ts';
import { makePackage, type PackageRow } from './make.ts';
import type { Package } from './package.ts';
import { NGINX_FILES, serviceUnit } from './service-files.ts';

/** Packages of the distributions' archives: the version of Ubuntu 24.04, and of Debian 12 where that has it too. */
interface ArchiveRow extends Omit<PackageRow, 'version'> {
  readonly ubuntu: string;
  readonly debian?: string;
  /** Not in `main`. */
  readonly universe?: boolean;
}

/** Packages that bring units or configuration. */
const SERVICES: readonly ArchiveRow[] = [
  {
    name: 'bash-completion',
    ubuntu: '1:2.11-8',
    debian: '1:2.11-6',
    section: 'shells',
    all: true,
    summary: 'programmable completion for the bash shell',
    kib: 180,
    installedKib: 1488,
    files: [
      {
        path: '/usr/share/bash-completion/bash_completion',
        text: BASH_COMPLETION,
      },
    ],
  },
  {
    name: 'containerd',
    ubuntu: '1.7.27-0ubuntu1~24.04.1',
    section: 'admin',
    depends: 'runc',
    summary: 'daemon to control runC',
    conflicts: 'containerd.io',
    programs: 'containerd containerd-shim-runc-v2 ctr',
    files: [serviceUnit('containerd')],
    services: 'containerd.service',
    kib: 38_300,
    installedKib: 152_000,
    homepage: 'https://containerd.io',
  },
  {
    name: 'docker.io',
    ubuntu: '27.5.1-0ubuntu3~24.04.2',
    universe: true,
    section: 'admin',
    depends: 'containerd, runc, bridge-utils, dns-root-data, dnsmasq-base, pigz, ubuntu-fan',
    summary: 'Linux container runtime',
    programs: 'docker /usr/bin/dockerd=dockerd docker-proxy',
    files: [serviceUnit('docker'), serviceUnit('docker', 'socket')],
    services: 'docker.service, docker.socket',
    groups: 'docker',
    kib: 33_100,
    installedKib: 128_000,
    homepage: 'https://mobyproject.org',
  },
  {
    name: 'nginx',
    ubuntu: '1.24.0-2ubuntu7.3',
    debian: '1.22.1-9+deb12u1',
    section: 'httpd',
    depends: 'nginx-common',
    summary: 'small, powerful, scalable web/proxy server',
    programs: '/usr/sbin/nginx',
    files: [serviceUnit('nginx')],
    services: 'nginx.service',
    kib: 521,
    installedKib: 1373,
    homepage: 'https://nginx.org',
  },
  {
    name: 'nginx-common',
    ubuntu: '1.24.0-2ubuntu7.3',
    debian: '1.22.1-9+deb12u1',
    section: 'httpd',
    all: true,
    summary: 'small, powerful, scalable web/proxy server - common files',
    files: NGINX_FILES,
    kib: 43,
    installedKib: 249,
  },
];

const ROWS: readonly ArchiveRow[] = [...ARCHIVE_TABLE.trim().split('\n').map(parseRow), ...SERVICES];

function parseRow(line: string): ArchiveRow {
  const [
    name = '',
    ubuntu = '',
    debian,
    section = '',
    sizes = '',
    depends = '',
    programs = '',
    summary = '',
  ] = line.split('|').map((cell) => cell.trim());
  const [kib, installedKib] = sizes.split(' ').map(Number);
  const [place = '', all] = section.split(' ');
  return {
    name,
    ubuntu,
    ...(debian === '-' || debian === undefined ? {} : { debian }),
    section: place.replace('universe/', ''),
    universe: place.startsWith('universe/'),
    all: all === 'all',
    depends,
    programs,
    summary,
    kib: kib ?? 1,
    installedKib: installedKib ?? 1,
  };
}

const MAINTAINERS = {
  ubuntu: 'Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>',
  debian: 'Debian Maintainers <debian-devel@lists.debian.org>',
} as const;

/** What the archive of a distribution has in a component. */
export function archivePackages(
  distribution: 'ubuntu' | 'debian',
  component: 'main' | 'universe',
): readonly Package[] {
  const out: Package[] = [];
  for (const row of ROWS) {
    const { ubuntu, debian, universe, ...rest } = row;
    const version = distribution === 'ubuntu' ? ubuntu : debian;
    // Debian has one component for all that is free.
    const belongs =
      distribution === 'ubuntu' ? (universe ? 'universe' : 'main') === component : component === 'main';
    if (version === undefined || !belongs) continue;
    const section =
      universe && distribution === 'ubuntu' ? `universe/${row.section ?? 'utils'}` : row.section;
    out.push(
      makePackage(
        { ...rest, version, ...(section === undefined ? {} : { section }) },
        MAINTAINERS[distribution],
      ),
    );
  }
  return out;
}

/** All that Ubuntu's archive has. */
export function ubuntuArchive(): readonly Package[] {
  return [...archivePackages('ubuntu', 'main'), ...archivePackages('ubuntu', 'universe')];
}
