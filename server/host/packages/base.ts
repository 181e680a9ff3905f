import type { Files } from '../files/files.ts';
import { archivePackages } from './archive.ts';
import { register } from './install.ts';
import { makePackage } from './make.ts';

import type { Package } from './package.ts';
import { findRepository, saveLists } from './repositories.ts';
import { readSources } from './sources.ts';

/** Packages that an Ubuntu 24.04 server has from the start, with the programs that they own. */
const ROWS: readonly (readonly [name: string, version: string, summary: string, programs: string])[] = [
  ['apt', '2.7.14build2', 'commandline package manager', 'apt apt-cache apt-get apt-key apt-mark'],
  ['base-files', '13ubuntu10.1', 'Debian base system miscellaneous files', ''],
  ['base-passwd', '3.6.3build1', 'Debian base system master password and group files', ''],
  ['bash', '5.2.21-2ubuntu4', 'GNU Bourne Again SHell', 'bash'],
  ['bsdextrautils', '2.39.3-9ubuntu6.1', 'extra utilities from 4.4BSD-Lite', 'column hexdump cal'],
  ['chrony', '4.5-1ubuntu4', 'Versatile implementation of the Network Time Protocol', '/usr/sbin/chronyd'],
  ['bzip2', '1.0.8-5.1', 'high-quality block-sorting file compressor - utilities', 'bzip2 bunzip2 bzcat'],
  [
    'command-not-found',
    '23.04.0',
    'Suggest installation of packages in interactive bash sessions',
    '/usr/lib/command-not-found',
  ],
  ['cron', '3.0pl1-184ubuntu2', 'process scheduling daemon', '/usr/sbin/cron'],
  ['dash', '0.5.12-6ubuntu5', 'POSIX-compliant shell', 'sh'],
  ['dbus', '1.14.10-4ubuntu4', 'simple interprocess messaging system', '/usr/bin/dbus-daemon'],
  ['diffutils', '1:3.10-1build1', 'File comparison utilities', 'cmp diff diff3 sdiff'],
  ['dpkg', '1.22.6ubuntu6', 'Debian package management system', 'dpkg dpkg-query'],
  ['findutils', '4.9.0-5build1', 'utilities for finding files--find, xargs', 'find xargs'],
  ['gawk', '1:5.2.1-2build3', 'GNU awk, a pattern scanning and processing language', 'gawk'],
  ['grep', '3.11-4build1', 'GNU grep, egrep and fgrep', 'egrep fgrep grep'],
  ['gzip', '1.12-1ubuntu3', 'GNU compression utilities', 'gunzip gzip zcat'],
  ['hostname', '3.23+nmu2ubuntu2', 'utility to set/show the host name or domain name', 'hostname'],
  [
    'kmod',
    '31+20240202-2ubuntu7',
    'tools for managing Linux kernel modules',
    'lsmod modprobe modinfo rmmod insmod',
  ],
  ['login', '1:4.13+dfsg1-4ubuntu3', 'system login tools', 'su faillog lastlog'],
  ['mawk', '1.3.4.20240123-1build1', 'Pattern scanning and text processing language', 'awk mawk'],
  [
    'mount',
    '2.39.3-9ubuntu6.1',
    'tools for mounting and manipulating filesystems',
    'mount umount swapon swapoff',
  ],
  ['ncurses-bin', '6.4+20240113-1ubuntu2', 'terminal-related programs and man pages', 'clear reset tput'],
  [
    'openssh-server',
    '1:9.6p1-3ubuntu13.5',
    'secure shell (SSH) server, for secure access from remote machines',
    '/usr/sbin/sshd',
  ],
  [
    'passwd',
    '1:4.13+dfsg1-4ubuntu3',
    'change and administer password and group data',
    'passwd useradd userdel usermod groupadd groupdel chage',
  ],
  ['sed', '4.9-2build1', 'GNU stream editor for filtering/transforming text', 'sed'],
  ['sudo', '1.9.15p5-3ubuntu5', 'Provide limited super user privileges to specific users', 'sudo visudo'],
  [
    'systemd',
    '255.4-1ubuntu8.4',
    'system and service manager',
    'systemctl journalctl hostnamectl timedatectl localectl loginctl',
  ],
  ['tar', '1.35+dfsg-3build1', 'GNU version of the tar archiving utility', 'tar'],
  ['ubuntu-keyring', '2023.11.28.1', 'GnuPG keys of the Ubuntu archive', ''],
  ['unzip', '6.0-28ubuntu4.1', 'De-archiver for .zip files', 'unzip zipinfo'],
  [
    'util-linux',
    '2.39.3-9ubuntu6.1',
    'miscellaneous system utilities',
    'dmesg findmnt lsblk blkid mkswap more nsenter unshare last kill rev setsid',
  ],
  ['xz-utils', '5.6.1+really5.4.5-1ubuntu0.2', 'XZ-format compression utilities', 'xz unxz xzcat'],
  ['zip', '3.0-13ubuntu0.2', 'Archiver for .zip files', 'zip'],
  ['zstd', '1.5.5+dfsg2-2build1.1', 'fast lossless compression algorithm -- CLI tool', 'zstd unzstd zstdcat'],
  ['libc6', '2.39-0ubuntu8.3', 'GNU C Library: Shared libraries', ''],
  ['coreutils', '9.4-3ubuntu6', 'GNU core utilities', ''],
];

const DEBIAN_ROWS: readonly (readonly [name: string, version: string])[] = [
  ['apt', '2.6.1'],
  ['base-files', '12.4+deb12u11'],
  ['base-passwd', '3.6.1'],
  ['bash', '5.2.15-2+b8'],
  ['coreutils', '9.1-1'],
  ['dash', '0.5.12-2'],
  ['diffutils', '1:3.8-4'],
  ['dpkg', '1.21.22'],
  ['findutils', '4.9.0-4'],
  ['grep', '3.8-5'],
  ['gzip', '1.12-1'],
  ['hostname', '3.23+nmu1'],
  ['libc6', '2.36-9+deb12u10'],
  ['login', '1:4.13+dfsg1-1+deb12u1'],
  ['mawk', '1.3.4.20200120-3.1'],
  ['mount', '2.38.1-5+deb12u3'],
  ['ncurses-bin', '6.4-4'],
  ['passwd', '1:4.13+dfsg1-1+deb12u1'],
  ['sed', '4.9-1'],
  ['tar', '1.34+dfsg-1.2+deb12u1'],
  ['util-linux', '2.38.1-5+deb12u3'],
];

/** Packages of the archive that the installation of a server adds to the base. */
const SERVER_EXTRAS: readonly string[] = [
  'bash-completion',
  'bind9-dnsutils',
  'bind9-host',
  'bind9-libs',
  'ca-certificates',
  'conntrack',
  'curl',
  'ethtool',
  'file',
  'gettext-base',
  'gnupg',
  'gpg',
  'iproute2',
  'iptables',
  'iputils-ping',
  'iputils-tracepath',
  'jq',
  'less',
  'libbpf1',
  'libcap2-bin',
  'libcurl4',
  'libelf1',
  'libjq1',
  'libmnl0',
  'libonig5',
  'libproc2-0',
  'libtirpc-common',
  'libtirpc3',
  'libxtables12',
  'lsb-release',
  'lsof',
  'nano',
  'net-tools',
  'netcat-openbsd',
  'openssh-client',
  'openssl',
  'procps',
  'psmisc',
  'runc',
  'socat',
  'software-properties-common',
  'tmux',
  'traceroute',
  'tree',
  'vim',
  'vim-common',
  'vim-runtime',
  'wget',
];

/** The base system of a distribution: programs are on the disk already, so only names and owners count. */
function basePackages(distribution: 'ubuntu' | 'debian'): Package[] {
  const rows =
    distribution === 'ubuntu'
      ? ROWS
      : DEBIAN_ROWS.map(([name, version]) => {
          const known = ROWS.find(([other]) => other === name);
          return [name, version, known?.[2] ?? name, known?.[3] ?? ''] as const;
        });
  return rows.map(([name, version, summary, programs]) =>
    makePackage(
      { name, version, summary, programs, section: 'admin', essential: true },
      distribution === 'ubuntu'
        ? 'Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>'
        : 'Debian Maintainers <debian-devel@lists.debian.org>',
    ),
  );
}

const SOURCES = {
  ubuntu: `Types: deb
URIs: http://archive.ubuntu.com/ubuntu/
Suites: noble noble-updates noble-backports
Components: main universe restricted multiverse
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg

Types: deb
URIs: http://security.ubuntu.com/ubuntu/
Suites: noble-security
Components: main universe restricted multiverse
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg
`,
  debian: `Types: deb
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`,
} as const;

/** The package database and the sources of a fresh system: a server with its lists, or an image without. */
export function registerBase(fs: Files, distribution: 'ubuntu' | 'debian', kind: 'server' | 'image'): void {
  const extras = kind === 'server' ? SERVER_EXTRAS : [];
  const archive = (['main', 'universe'] as const).flatMap((part) => archivePackages(distribution, part));
  register(fs, [...basePackages(distribution), ...archive.filter(({ name }) => extras.includes(name))]);
  fs.mkdirAll('/etc/apt/sources.list.d');
  fs.write(`/etc/apt/sources.list.d/${distribution}.sources`, SOURCES[distribution]);
  for (const path of ['/var/lib/apt/lists/partial', '/var/cache/apt/archives/partial', '/etc/apt/keyrings'])
    fs.mkdirAll(path);
  if (kind === 'image') return;
  for (const source of readSources(fs)) {
    const repository = findRepository(source);
    if (repository) saveLists(fs, source, repository);
  }
}
