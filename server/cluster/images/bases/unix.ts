import { registerBase } from '../../../host/index.ts';
import type { ImageFiles } from '../image.ts';

/** Tools of the simulated Linux that busybox has, too. */
export const BUSYBOX_APPLETS = [
  'arch',
  'ash',
  'awk',
  'base64',
  'basename',
  'bc',
  'cal',
  'cat',
  'chgrp',
  'chmod',
  'chown',
  'chroot',
  'clear',
  'cmp',
  'cp',
  'cut',
  'date',
  'dd',
  'df',
  'diff',
  'dirname',
  'dmesg',
  'du',
  'echo',
  'egrep',
  'env',
  'expand',
  'expr',
  'false',
  'fgrep',
  'find',
  'fold',
  'free',
  'grep',
  'groups',
  'gunzip',
  'gzip',
  'head',
  'hexdump',
  'hostname',
  'id',
  'ip',
  'kill',
  'killall',
  'less',
  'ln',
  'ls',
  'md5sum',
  'mkdir',
  'mkfifo',
  'mktemp',
  'more',
  'mount',
  'mv',
  'nc',
  'netstat',
  'nl',
  'nproc',
  'nsenter',
  'nslookup',
  'od',
  'paste',
  'pgrep',
  'pidof',
  'ping',
  'pkill',
  'printenv',
  'printf',
  'ps',
  'pwd',
  'readlink',
  'realpath',
  'renice',
  'rev',
  'rm',
  'rmdir',
  'route',
  'sed',
  'seq',
  'sh',
  'sha1sum',
  'sha256sum',
  'sha512sum',
  'shuf',
  'sleep',
  'sort',
  'split',
  'stat',
  'sysctl',
  'tail',
  'stty',
  'sync',
  'tac',
  'tail',
  'tar',
  'tee',
  'test',
  'time',
  'timeout',
  'top',
  'touch',
  'tr',
  'traceroute',
  'true',
  'truncate',
  'tty',
  'umount',
  'uname',
  'uniq',
  'uptime',
  'vi',
  'watch',
  'wc',
  'wget',
  'which',
  'whoami',
  'xargs',
  'xxd',
  'yes',
] as const;

const DEBIAN_BIN = [
  'arch',
  'awk',
  'base32',
  'base64',
  'basename',
  'bash',
  'cat',
  'chgrp',
  'chmod',
  'chown',
  'chroot',
  'cksum',
  'comm',
  'cp',
  'cut',
  'date',
  'dd',
  'df',
  'diff',
  'dirname',
  'du',
  'echo',
  'egrep',
  'env',
  'expand',
  'expr',
  'factor',
  'false',
  'fgrep',
  'find',
  'fmt',
  'fold',
  'getconf',
  'getent',
  'grep',
  'groups',
  'gunzip',
  'gzip',
  'head',
  'hostname',
  'id',
  'install',
  'join',
  'ln',
  'ls',
  'md5sum',
  'mkdir',
  'mkfifo',
  'mknod',
  'mktemp',
  'mount',
  'mv',
  'nice',
  'nl',
  'nohup',
  'nproc',
  'nsenter',
  'numfmt',
  'od',
  'paste',
  'pr',
  'printenv',
  'printf',
  'pwd',
  'readlink',
  'realpath',
  'rev',
  'rm',
  'rmdir',
  'sed',
  'seq',
  'sha1sum',
  'sha256sum',
  'sha512sum',
  'shuf',
  'sleep',
  'sort',
  'split',
  'stat',
  'stdbuf',
  'stty',
  'sum',
  'sync',
  'tac',
  'tail',
  'tar',
  'tee',
  'test',
  'timeout',
  'touch',
  'tr',
  'true',
  'truncate',
  'tsort',
  'tty',
  'umount',
  'uname',
  'unexpand',
  'uniq',
  'wc',
  'which',
  'whoami',
  'xargs',
  'yes',
  'apt',
  'apt-get',
  'apt-cache',
  'apt-mark',
  'dpkg',
  'dpkg-query',
] as const;

const ACCOUNTS = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;
const GROUPS = `root:x:0:
daemon:x:1:
bin:x:2:
tty:x:5:
www-data:x:33:
nogroup:x:65534:
`;

/** busybox: one binary with many names in `/bin`, nothing else. */
export function busyboxBase(into: ImageFiles, links: readonly string[] = BUSYBOX_APPLETS): void {
  directories(into, [
    '/bin',
    '/home',
    '/lib',
    '/root',
    '/usr/bin',
    '/usr/sbin',
    '/var/spool/mail',
    '/var/www',
    '/lib64',
  ]);
  shells(into, '/bin');
  for (const name of links) if (name !== 'sh' && name !== 'ash') into.install(`/bin/${name}`, name);
  into.install('/bin/busybox', 'busybox');
  into.write('/etc/passwd', ACCOUNTS.replaceAll('/bin/bash', '/bin/sh'));
  into.write('/etc/group', GROUPS);
}

/** Alpine Linux: busybox, a package database, a release file. */
export function alpineBase(into: ImageFiles, version: string): void {
  busyboxBase(into);
  directories(into, [
    '/opt',
    '/srv',
    '/sbin',
    '/media',
    '/mnt',
    '/run',
    '/usr/lib',
    '/usr/local/bin',
    '/usr/share',
    '/var/cache',
    '/var/lib',
    '/var/log',
  ]);
  into.install('/sbin/apk', 'apk');
  into.install('/usr/bin/getent', 'getent');
  into.write('/etc/alpine-release', `${version}\n`);
  into.write(
    '/etc/os-release',
    `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux v${version.split('.').slice(0, 2).join('.')}"\nHOME_URL="https://alpinelinux.org/"\nBUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"\n`,
  );
}

/** A Debian or Ubuntu base image: bash, coreutils, apt. */
export function debianBase(into: ImageFiles, release: 'debian' | 'ubuntu', version: string): void {
  directories(into, [
    '/usr/bin',
    '/usr/sbin',
    '/usr/lib',
    '/usr/local/bin',
    '/usr/local/sbin',
    '/usr/share',
    '/boot',
    '/home',
    '/media',
    '/mnt',
    '/opt',
    '/root',
    '/run/lock',
    '/srv',
    '/var/cache/apt',
    '/var/lib/dpkg',
    '/var/lib/apt/lists',
    '/var/log',
    '/var/tmp',
  ]);
  into.fs.symlink('/run', '/var/run');
  for (const name of ['bin', 'sbin', 'lib']) into.fs.symlink(`usr/${name}`, `/${name}`);
  shells(into, '/usr/bin');
  for (const name of DEBIAN_BIN) into.install(`/usr/bin/${name}`, name);
  into.write('/etc/passwd', ACCOUNTS);
  into.write('/etc/group', GROUPS);
  registerBase(into.fs, release, 'image');
  const [number, name] = version.split(' ') as [string, string];
  const pretty = release === 'debian' ? `Debian GNU/Linux ${number} (${name})` : `Ubuntu ${number} LTS`;
  into.write(
    '/usr/lib/os-release',
    `PRETTY_NAME="${pretty}"\nNAME="${release === 'debian' ? 'Debian GNU/Linux' : 'Ubuntu'}"\nVERSION_ID="${number}"\nVERSION_CODENAME=${name}\nID=${release}\n`,
  );
  into.fs.symlink('../usr/lib/os-release', '/etc/os-release');
  if (release === 'debian') into.write('/etc/debian_version', `${number}.11\n`);
}

/** No shell, no tools: certificates, accounts, a temporary directory. */
export function distrolessBase(into: ImageFiles): void {
  directories(into, [
    '/etc/ssl/certs',
    '/home/nonroot',
    '/root',
    '/usr/bin',
    '/usr/local/bin',
    '/usr/share/zoneinfo',
    '/var/run',
  ]);
  into.write(
    '/etc/passwd',
    'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  );
  into.write('/etc/group', 'root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n');
}

/** A user of a server and its group of the same number. */
export function account(into: ImageFiles, name: string, id: number, home: string): void {
  const others = (path: string) =>
    into.fs
      .read(path)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(`${name}:`))
      .map((line) => `${line}\n`)
      .join('');
  into.write('/etc/passwd', `${others('/etc/passwd')}${name}:x:${id}:${id}::${home}:/bin/false\n`);
  into.write('/etc/group', `${others('/etc/group')}${name}:x:${id}:\n`);
}

function shells(into: ImageFiles, directory: string): void {
  for (const name of ['sh', 'ash', 'dash']) {
    if (into.has(name)) into.install(`${directory}/${name}`, name);
    else if (name === 'sh') into.install(`${directory}/sh`, 'bash');
  }
}

function directories(into: ImageFiles, paths: readonly string[]): void {
  for (const path of paths) into.fs.mkdirAll(path, 0o755);
  if (!into.fs.exists('/tmp')) into.fs.mkdirAll('/tmp');
  into.fs.chmod('/tmp', 0o1777);
}
