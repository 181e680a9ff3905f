import { APPARMOR_FILES } from './apparmor-files.ts';
import { BASH_COMPLETION_FILES } from './bash-completion.ts';
import { ETC_BASHRC, ETC_PROFILE, HOME_PROFILE, homeBashrc } from './shell-files.ts';
import { SYSCTL_FILES } from './sysctl.ts';

/** What an Ubuntu 24.04 server has on its disk before anything of ours is installed. A table: path, mode, text. */

export const UBUNTU_DIRECTORIES: readonly (readonly [path: string, mode: number])[] = [
  ['/usr/bin', 0o755],
  ['/usr/sbin', 0o755],
  ['/usr/lib/systemd/system', 0o755],
  ['/usr/lib/systemd/system/multi-user.target.wants', 0o755],
  ['/usr/lib/modules/6.8.0-51-generic', 0o755],
  ['/usr/lib64', 0o755],
  ['/usr/local/bin', 0o755],
  ['/usr/local/sbin', 0o755],
  ['/usr/share/doc', 0o755],
  ['/usr/share/man', 0o755],
  ['/usr/share/bash-completion/completions', 0o755],
  ['/boot', 0o755],
  ['/dev', 0o755],
  ['/etc/apt/sources.list.d', 0o755],
  ['/etc/apt/keyrings', 0o755],
  ['/etc/cron.d', 0o755],
  ['/etc/default', 0o755],
  ['/etc/modules-load.d', 0o755],
  ['/etc/profile.d', 0o755],
  ['/etc/skel', 0o755],
  ['/etc/ssh', 0o755],
  ['/etc/sudoers.d', 0o750],
  ['/etc/sysctl.d', 0o755],
  ['/etc/systemd/system/multi-user.target.wants', 0o755],
  ['/home', 0o755],
  ['/home/candidate', 0o750],
  ['/home/candidate/.ssh', 0o700],
  ['/media', 0o755],
  ['/mnt', 0o755],
  ['/opt', 0o755],
  ['/proc', 0o555],
  ['/root', 0o700],
  ['/root/.ssh', 0o700],
  ['/run/lock', 0o1777],
  ['/run/systemd/resolve', 0o755],
  ['/run/systemd/system', 0o755],
  ['/run/user', 0o755],
  ['/snap', 0o755],
  ['/snap/bin', 0o755],
  ['/srv', 0o755],
  ['/sys', 0o555],
  ['/tmp', 0o1777],
  ['/var/backups', 0o755],
  ['/var/cache', 0o755],
  ['/var/lib', 0o755],
  ['/var/log', 0o755],
  ['/var/mail', 0o755],
  ['/var/opt', 0o755],
  ['/var/spool', 0o755],
  ['/var/tmp', 0o1777],
];

export const UBUNTU_LINKS: readonly (readonly [path: string, target: string])[] = [
  ['/bin', 'usr/bin'],
  ['/sbin', 'usr/sbin'],
  ['/lib', 'usr/lib'],
  ['/lib64', 'usr/lib64'],
  ['/var/run', '/run'],
  ['/var/lock', '/run/lock'],
  ['/etc/mtab', '../proc/self/mounts'],
  ['/etc/os-release', '../usr/lib/os-release'],
  ['/etc/resolv.conf', '../run/systemd/resolve/stub-resolv.conf'],
  ['/etc/localtime', '/usr/share/zoneinfo/Etc/UTC'],
  ['/etc/sysctl.d/99-sysctl.conf', '../sysctl.conf'],
  ...[
    'ssh',
    'cron',
    'dbus',
    'chrony',
    'systemd-journald',
    'systemd-logind',
    'systemd-networkd',
    'systemd-resolved',
  ].map(
    (name) =>
      [
        `/etc/systemd/system/multi-user.target.wants/${name}.service`,
        `/usr/lib/systemd/system/${name}.service`,
      ] as const,
  ),
];

interface File {
  readonly text: string;
  readonly mode?: number;
  readonly owner?: number;
}

function unit(description: string, exec: string, more = ''): File {
  return {
    text: `[Unit]
Description=${description}
After=network.target

[Service]
ExecStart=${exec}
Restart=on-failure
${more}
[Install]
WantedBy=multi-user.target
`,
  };
}

/** A unit that does its work and is done. */
function oneshot(description: string, exec: string): File {
  return {
    text: `[Unit]
Description=${description}
DefaultDependencies=no
Before=sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${exec}
TimeoutSec=90s
`,
  };
}

const USERS: readonly string[] = [
  'root:x:0:0:root:/root:/bin/bash',
  'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
  'bin:x:2:2:bin:/bin:/usr/sbin/nologin',
  'sys:x:3:3:sys:/dev:/usr/sbin/nologin',
  'sync:x:4:65534:sync:/bin:/bin/sync',
  'games:x:5:60:games:/usr/games:/usr/sbin/nologin',
  'man:x:6:12:man:/var/cache/man:/usr/sbin/nologin',
  'lp:x:7:7:lp:/var/spool/lpd:/usr/sbin/nologin',
  'mail:x:8:8:mail:/var/mail:/usr/sbin/nologin',
  'news:x:9:9:news:/var/spool/news:/usr/sbin/nologin',
  'uucp:x:10:10:uucp:/var/spool/uucp:/usr/sbin/nologin',
  'proxy:x:13:13:proxy:/bin:/usr/sbin/nologin',
  'www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin',
  'backup:x:34:34:backup:/var/backups:/usr/sbin/nologin',
  'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  'systemd-network:x:998:998:systemd Network Management:/:/usr/sbin/nologin',
  'systemd-resolve:x:992:992:systemd Resolver:/:/usr/sbin/nologin',
  'messagebus:x:101:101::/nonexistent:/usr/sbin/nologin',
  'sshd:x:102:65534::/run/sshd:/usr/sbin/nologin',
  'syslog:x:103:104::/nonexistent:/usr/sbin/nologin',
  'candidate:x:1000:1000:candidate:/home/candidate:/bin/bash',
];

const GROUPS: readonly string[] = [
  'root:x:0:',
  'daemon:x:1:',
  'bin:x:2:',
  'sys:x:3:',
  'adm:x:4:syslog,candidate',
  'tty:x:5:',
  'disk:x:6:',
  'lp:x:7:',
  'mail:x:8:',
  'man:x:12:',
  'proxy:x:13:',
  'kmem:x:15:',
  'sudo:x:27:candidate',
  'www-data:x:33:',
  'backup:x:34:',
  'shadow:x:42:',
  'utmp:x:43:',
  'games:x:60:',
  'users:x:100:',
  'nogroup:x:65534:',
  'systemd-journal:x:999:',
  'systemd-network:x:998:',
  'systemd-resolve:x:992:',
  'messagebus:x:101:',
  'syslog:x:104:',
  'candidate:x:1000:',
];

export const UBUNTU_FILES: Readonly<Record<string, File>> = {
  '/etc/default/grub': {
    text: 'GRUB_DEFAULT=0\nGRUB_TIMEOUT_STYLE=hidden\nGRUB_TIMEOUT=0\nGRUB_DISTRIBUTOR=`( . /etc/os-release; echo ${NAME:-Ubuntu} ) 2>/dev/null || echo Ubuntu`\nGRUB_CMDLINE_LINUX_DEFAULT="console=tty1 console=ttyS0"\nGRUB_CMDLINE_LINUX=""\n',
  },
  ...BASH_COMPLETION_FILES,
  ...Object.fromEntries(Object.entries(APPARMOR_FILES).map(([path, text]) => [path, { text }])),
  '/etc/passwd': { text: `${USERS.join('\n')}\n` },
  '/etc/group': { text: `${GROUPS.join('\n')}\n` },
  '/etc/shadow': {
    text: USERS.map((line) => `${line.split(':')[0]}:*:20000:0:99999:7:::\n`).join(''),
    mode: 0o640,
  },
  '/usr/lib/os-release': {
    text: `PRETTY_NAME="Ubuntu 24.04.1 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.1 LTS (Noble Numbat)"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
SUPPORT_URL="https://help.ubuntu.com/"
BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"
PRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"
UBUNTU_CODENAME=noble
LOGO=ubuntu-logo
`,
  },
  '/etc/lsb-release': {
    text: 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=24.04\nDISTRIB_CODENAME=noble\nDISTRIB_DESCRIPTION="Ubuntu 24.04.1 LTS"\n',
  },
  '/etc/issue': { text: 'Ubuntu 24.04.1 LTS \\n \\l\n\n' },
  '/etc/debian_version': { text: 'trixie/sid\n' },
  '/etc/timezone': { text: 'Etc/UTC\n' },
  '/etc/shells': {
    text: '# /etc/shells: valid login shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n',
  },
  '/etc/fstab': { text: '/dev/vda1\t/\text4\tdefaults\t0 1\n' },
  '/etc/nsswitch.conf': {
    text: 'passwd:         files systemd\ngroup:          files systemd\nshadow:         files\nhosts:          files dns\nnetworks:       files\nprotocols:      db files\nservices:       db files\n',
  },
  '/etc/host.conf': { text: 'multi on\n' },
  '/etc/environment': {
    text: 'PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games:/snap/bin"\n',
  },
  '/etc/profile': { text: ETC_PROFILE },
  '/etc/bash.bashrc': { text: ETC_BASHRC },
  '/etc/skel/.bashrc': { text: homeBashrc('xterm-color|*-256color') },
  '/etc/skel/.profile': { text: HOME_PROFILE },
  '/root/.bashrc': { text: homeBashrc('xterm-color') },
  '/root/.profile': { text: HOME_PROFILE },
  '/home/candidate/.bashrc': { text: homeBashrc('xterm-color|*-256color'), owner: 1000 },
  '/home/candidate/.profile': { text: HOME_PROFILE, owner: 1000 },
  '/etc/sudoers': {
    text: 'Defaults\tenv_reset\nDefaults\tsecure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin"\n\nroot\tALL=(ALL:ALL) ALL\n%admin ALL=(ALL) ALL\n%sudo\tALL=(ALL:ALL) ALL\n\n@includedir /etc/sudoers.d\n',
    mode: 0o440,
  },
  '/etc/sudoers.d/90-candidate': { text: 'candidate ALL=(ALL) NOPASSWD:ALL\n', mode: 0o440 },
  '/etc/ssh/sshd_config': {
    text: 'Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding yes\nPrintMotd no\nAcceptEnv LANG LC_*\nSubsystem\tsftp\t/usr/lib/openssh/sftp-server\n',
  },
  '/etc/ssh/ssh_config': {
    text: 'Include /etc/ssh/ssh_config.d/*.conf\n\nHost *\n    SendEnv LANG LC_*\n    HashKnownHosts yes\n',
  },
  ...SYSCTL_FILES,
  '/etc/hostname': { text: 'localhost\n' },
  '/etc/hosts': { text: '127.0.0.1 localhost\n' },
  '/run/systemd/resolve/stub-resolv.conf': {
    text: 'nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch .\n',
  },
  '/run/systemd/resolve/resolv.conf': { text: 'nameserver 172.30.1.1\nsearch .\n' },
  '/usr/lib/systemd/system/ssh.service': unit(
    'OpenBSD Secure Shell server',
    '/usr/sbin/sshd -D $SSHD_OPTS',
    'EnvironmentFile=-/etc/default/ssh\nKillMode=process',
  ),
  '/usr/lib/systemd/system/cron.service': unit(
    'Regular background program processing daemon',
    '/usr/sbin/cron -f -P',
  ),
  '/usr/lib/systemd/system/chrony.service': unit('chrony, an NTP client/server', '/usr/sbin/chronyd -F 1'),
  '/usr/lib/systemd/system/dbus.service': unit(
    'D-Bus System Message Bus',
    '/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile --systemd-activation --syslog-only',
  ),
  '/usr/lib/systemd/system/systemd-journald.service': unit(
    'Journal Service',
    '/usr/lib/systemd/systemd-journald',
  ),
  '/usr/lib/systemd/system/systemd-logind.service': unit(
    'User Login Management',
    '/usr/lib/systemd/systemd-logind',
  ),
  '/usr/lib/systemd/system/systemd-networkd.service': unit(
    'Network Configuration',
    '/usr/lib/systemd/systemd-networkd',
  ),
  '/usr/lib/systemd/system/systemd-resolved.service': unit(
    'Network Name Resolution',
    '/usr/lib/systemd/systemd-resolved',
  ),
  '/usr/lib/systemd/system/apparmor.service': {
    text: `[Unit]
Description=Load AppArmor profiles
DefaultDependencies=no
Before=sysinit.target

[Service]
Type=oneshot
ExecStart=/usr/sbin/apparmor_parser -r -q /etc/apparmor.d
ExecReload=/usr/sbin/apparmor_parser -r -q /etc/apparmor.d
RemainAfterExit=yes

[Install]
WantedBy=sysinit.target
`,
  },
  '/usr/lib/systemd/system/systemd-modules-load.service': oneshot(
    'Load Kernel Modules',
    '/usr/lib/systemd/systemd-modules-load',
  ),
  '/usr/lib/systemd/system/systemd-sysctl.service': oneshot(
    'Apply Kernel Variables',
    '/usr/lib/systemd/systemd-sysctl',
  ),
  '/usr/lib/systemd/system/multi-user.target': {
    text: '[Unit]\nDescription=Multi-User System\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n',
  },
};
