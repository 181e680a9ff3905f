import { makePackage } from './make.ts';
import type { Package } from './package.ts';
import { serviceUnit } from './service-files.ts';

const MIRANTIS = 'Mirantis Inc <support@mirantis.com>';
const DOCKER = 'Docker <support@docker.com>';

/** cri-dockerd, which is not in an archive: a file from GitHub, or one that a task has put on the disk. */
export function criDockerd(version: string, release = 'jammy'): Package {
  return makePackage(
    {
      name: 'cri-dockerd',
      version: `${version}.3-0.ubuntu-${release}`,
      section: 'admin',
      summary: 'cri-dockerd is a lightweight implementation of the CRI over Docker',
      depends: 'containerd (>= 1.2.2-3) | containerd.io (>= 1.2.2-3), iptables',
      programs: 'cri-dockerd',
      binaryVersion: version,
      files: [serviceUnit('cri-docker'), serviceUnit('cri-docker', 'socket')],
      services: 'cri-docker.service, cri-docker.socket',
      homepage: 'https://github.com/Mirantis/cri-dockerd',
      kib: 11_600,
      installedKib: 48_000,
    },
    MIRANTIS,
  );
}

/** What download.docker.com offers for Ubuntu. */
export const DOCKER_PACKAGES: readonly Package[] = [
  makePackage(
    {
      name: 'containerd.io',
      version: '1.7.27-1',
      section: 'devel',
      summary: 'An open and reliable container runtime',
      conflicts: 'containerd, runc',
      programs: 'containerd containerd-shim-runc-v2 ctr /usr/sbin/runc',
      files: [serviceUnit('containerd')],
      services: 'containerd.service',
      kib: 30_500,
      installedKib: 121_000,
      homepage: 'https://containerd.io',
    },
    DOCKER,
  ),
  makePackage(
    {
      name: 'docker-ce',
      version: '5:28.1.1-1~ubuntu.24.04~noble',
      section: 'admin',
      summary: 'Docker: the open-source application container engine',
      depends: 'containerd.io (>= 1.7.27), docker-ce-cli, iptables',
      conflicts: 'docker.io',
      programs: 'dockerd docker-proxy',
      files: [serviceUnit('docker'), serviceUnit('docker', 'socket')],
      services: 'docker.service, docker.socket',
      groups: 'docker',
      kib: 19_200,
      installedKib: 76_000,
      homepage: 'https://www.docker.com',
    },
    DOCKER,
  ),
  makePackage(
    {
      name: 'docker-ce-cli',
      version: '5:28.1.1-1~ubuntu.24.04~noble',
      section: 'admin',
      summary: 'Docker CLI: the open-source application container engine',
      conflicts: 'docker.io',
      programs: 'docker',
      kib: 15_800,
      installedKib: 41_000,
      homepage: 'https://www.docker.com',
    },
    DOCKER,
  ),
];
