import { ETC_BASHRC, ETC_PROFILE, HOME_PROFILE, homeBashrc, registerBase } from '../../../host/index.ts';
import type { ImageFiles } from '../image.ts';

const words = (text: string): readonly string[] => text.split(' ');

/** Tools of the simulated Linux that busybox has, too. */
export const BUSYBOX_APPLETS = words(
  'addgroup adduser arch arp ash awk base32 base64 basename bc blkid bunzip2 bzcat bzip2 cal cat chgrp ' +
    'chmod chown chpasswd chroot chrt cksum clear cmp comm cp cut date dd delgroup deluser df diff ' +
    'dirname dmesg du echo egrep env expand expr factor fallocate false fgrep find flock fold free fuser ' +
    'getopt grep groups gunzip gzip head hexdump hostid hostname id ifconfig install ionice ip kill ' +
    'killall last less link ln logger logname ls lsblk lsof md5sum mkdir mkfifo mknod mktemp more mount ' +
    'mountpoint mv nc netstat nice nl nohup nproc nsenter nslookup od passwd paste patch pgrep pidof ping ' +
    'pkill printenv printf ps pstree pwd readlink realpath renice reset rev rm rmdir route run-parts sed ' +
    'seq setsid sh sha1sum sha256sum sha512sum shred shuf sleep sort split stat strings stty su sum ' +
    'swapoff swapon sync sysctl tac tail tar taskset tee telnet test time timeout top touch tr traceroute ' +
    'tree true truncate tsort tty umount uname unexpand uniq unlink unxz unzip uptime users vi w watch wc ' +
    'wget which who whoami xargs xxd xz yes zcat',
);

const DEBIAN_BIN = words(
  'apt apt-cache apt-get apt-mark arch awk base32 base64 basename bash blkid cat chage chgrp chmod ' +
    'chown chpasswd chroot chrt chsh cksum cmp comm cp cut date dd df diff dir dirname dmesg dpkg ' +
    'dpkg-query du echo egrep env expand expr factor fallocate false fgrep find findmnt flock fmt fold getconf ' +
    'getent getopt grep groupadd groupdel groups gunzip gzip head hostid hostname iconv id install ionice ' +
    'join last link ln locale logname ls lsblk lscpu md5sum mkdir mkfifo mknod mktemp more mount ' +
    'mountpoint mv nice nl nohup nproc nsenter numfmt od passwd paste pathchk pr printenv printf pwd ' +
    'readlink realpath rev rm rmdir run-parts sed seq setsid sha1sum sha256sum sha512sum shred shuf sleep ' +
    'sort split stat stdbuf stty su sum swapon sync tac tail tar taskset tee test timeout touch tr true ' +
    'truncate tsort tty umount uname unexpand uniq unlink useradd userdel usermod users vdir wc which who ' +
    'whoami xargs yes zcat zgrep',
);

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

const BUSYBOX_GROUPS = `root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
wheel:x:10:root
www-data:x:33:
users:x:100:
nobody:x:65534:
`;
const ALPINE_GROUPS = `root:x:0:root
bin:x:1:root,bin,daemon
daemon:x:2:root,bin,daemon
sys:x:3:root,bin
adm:x:4:root,daemon
tty:x:5:
disk:x:6:root
wheel:x:10:root
floppy:x:11:root
dialout:x:20:root
tape:x:26:root
video:x:27:root
www-data:x:82:
users:x:100:games
nogroup:x:65533:
nobody:x:65534:
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
  into.write('/etc/group', BUSYBOX_GROUPS);
}

/** What an image starts that says nothing of it: the shell of the distribution that it comes from. */
export function shellOf(tag: string): readonly string[] {
  return tag.includes('alpine') ? ['/bin/sh'] : ['bash'];
}

/** Alpine Linux: busybox, a package database, a release file. */
export function alpineBase(into: ImageFiles, version: string): void {
  busyboxBase(into);
  into.write('/etc/group', ALPINE_GROUPS);
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
    '/usr/lib64',
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
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) into.fs.symlink(`usr/${name}`, `/${name}`);
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
  into.write('/etc/profile', ETC_PROFILE);
  into.write('/etc/bash.bashrc', ETC_BASHRC);
  into.write('/root/.bashrc', release === 'debian' ? DEBIAN_BASHRC : homeBashrc('xterm-color'));
  into.write('/root/.profile', HOME_PROFILE);
}

/** Nothing but comments: the prompt is that of `/etc/bash.bashrc`. */
const DEBIAN_BASHRC = '# ~/.bashrc: read by interactive shells that are not login shells.\n';

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

/** A user of a server and its group of the same number. Who has a home has root's shell. */
export function account(into: ImageFiles, name: string, id: number, home: string): void {
  const others = (path: string) =>
    into.fs
      .read(path)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(`${name}:`))
      .map((line) => `${line}\n`)
      .join('');
  const rootShell = /^root:.*:(.*)$/m.exec(into.fs.read('/etc/passwd'))?.[1] ?? '/bin/sh';
  const shell = home === '/nonexistent' ? '/bin/false' : rootShell;
  into.write('/etc/passwd', `${others('/etc/passwd')}${name}:x:${id}:${id}::${home}:${shell}\n`);
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
