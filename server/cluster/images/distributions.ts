import { dnf, type RpmRelease, rpmBase } from './bases/rpm.ts';
import { distrolessBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';

interface Distribution {
  readonly repositories: readonly string[];
  readonly name: string;
  readonly id: string;
  readonly tags: readonly string[];
  readonly newest: string;
  /** What `/etc/redhat-release` says. */
  readonly line: (version: string) => string;
  readonly sizeBytes: number;
}

const DISTRIBUTIONS: readonly Distribution[] = [
  {
    repositories: ['centos', 'quay.io/centos/centos'],
    name: 'CentOS Linux',
    id: 'centos',
    tags: ['7', '8', 'centos7', 'centos8', '7.9.2009', '8.4.2105', 'stream8', 'stream9'],
    newest: '8',
    line: (version) => `CentOS Linux release ${version}`,
    sizeBytes: 76_100_000,
  },
  {
    repositories: ['rockylinux', 'rockylinux/rockylinux', 'quay.io/rockylinux/rockylinux'],
    name: 'Rocky Linux',
    id: 'rocky',
    tags: ['8', '9', '9.3', '9-minimal', '8-minimal', '10'],
    newest: '9',
    line: (version) => `Rocky Linux release ${version}`,
    sizeBytes: 70_000_000,
  },
  {
    repositories: ['almalinux'],
    name: 'AlmaLinux',
    id: 'almalinux',
    tags: ['8', '9', '9-minimal', '10'],
    newest: '10',
    line: (version) => `AlmaLinux release ${version}`,
    sizeBytes: 68_000_000,
  },
  {
    repositories: ['fedora', 'registry.fedoraproject.org/fedora'],
    name: 'Fedora Linux',
    id: 'fedora',
    tags: ['38', '39', '40', '41', '42', '43'],
    newest: '43',
    line: (version) => `Fedora release ${version}`,
    sizeBytes: 60_000_000,
  },
  {
    repositories: ['amazonlinux', 'public.ecr.aws/amazonlinux/amazonlinux'],
    name: 'Amazon Linux',
    id: 'amzn',
    tags: ['1', '2', '2023'],
    newest: '2023',
    line: (version) => `Amazon Linux release ${version}`,
    sizeBytes: 52_000_000,
  },
  {
    repositories: ['oraclelinux'],
    name: 'Oracle Linux Server',
    id: 'ol',
    tags: ['7', '8', '9', '8-slim', '9-slim', '7-slim'],
    newest: '9',
    line: (version) => `Oracle Linux Server release ${version}`,
    sizeBytes: 80_000_000,
  },
  {
    repositories: [
      'redhat/ubi8',
      'registry.access.redhat.com/ubi8/ubi',
      'registry.access.redhat.com/ubi8/ubi-minimal',
    ],
    name: 'Red Hat Enterprise Linux',
    id: 'rhel',
    tags: ['8.10'],
    newest: '8.10',
    line: (version) => `Red Hat Enterprise Linux release ${version} (Ootpa)`,
    sizeBytes: 78_000_000,
  },
  {
    repositories: [
      'redhat/ubi9',
      'registry.access.redhat.com/ubi9/ubi',
      'registry.access.redhat.com/ubi9/ubi-minimal',
    ],
    name: 'Red Hat Enterprise Linux',
    id: 'rhel',
    tags: ['9.6'],
    newest: '9.6',
    line: (version) => `Red Hat Enterprise Linux release ${version} (Plow)`,
    sizeBytes: 78_000_000,
  },
];

function releaseOf({ name, id, newest, line }: Distribution, tag: string): RpmRelease {
  const version = /\d[\d.]*/.exec(tag)?.[0] ?? newest;
  return { name, id, version, pretty: `${name} ${version}`, line: line(version) };
}

const RPM = DISTRIBUTIONS.flatMap((distribution) =>
  distribution.repositories.map(
    (repository): ImageFamily => ({
      repository,
      tags: ['latest', ...distribution.tags],
      sizeBytes: distribution.sizeBytes,
      config: () => ({ cmd: ['/bin/bash'], env: { PATH } }),
      files: (into) => rpmBase(into, releaseOf(distribution, into.tag)),
      programs: repository === 'centos' ? [{ name: 'dnf-image', main: dnf }] : [],
    }),
  ),
);

/** Nothing but accounts and certificates: their commands are not there. */
const DISTROLESS = ['static', 'base', 'cc', 'static-debian12', 'base-debian12'].map(
  (name): ImageFamily => ({
    repository: `gcr.io/distroless/${name}`,
    tags: ['latest', 'nonroot', 'debug'],
    sizeBytes: 1_000_000,
    config: (tag) => ({ env: { PATH }, ...(tag === 'nonroot' ? { user: '65532' } : {}) }),
    files(into) {
      distrolessBase(into);
      if (into.tag === 'debug') into.install('/busybox/sh', 'ash');
    },
  }),
);

/** Linux distributions other than those of Debian, Ubuntu and Alpine. */
export const OTHER_DISTRIBUTIONS: readonly ImageFamily[] = [...RPM, ...DISTROLESS];
