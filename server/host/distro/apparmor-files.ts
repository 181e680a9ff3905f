/** What Ubuntu's policies have in common, as far as this world's programs and kernel ask for it. */
export const APPARMOR_FILES: Readonly<Record<string, string>> = {
  '/etc/apparmor.d/tunables/global': [
    'include <tunables/home>',
    'include <tunables/proc>',
    'include <tunables/sys>',
    '@{run}=/run/ /var/run/',
    '@{etc_ro}=/etc/ /usr/etc/',
    '@{etc_rw}=/etc/',
    '',
  ].join('\n'),
  '/etc/apparmor.d/tunables/home': '@{HOMEDIRS}=/home/\n@{HOME}=@{HOMEDIRS}/*/ /root/\n',
  '/etc/apparmor.d/tunables/proc': '@{PROC}=/proc/\n@{pid}=[0-9]*\n@{pids}=@{pid}\n@{tid}=@{pid}\n',
  '/etc/apparmor.d/tunables/sys': '@{sys}=/sys/\n',
  '/etc/apparmor.d/abstractions/base': [
    '/dev/{null,zero,full} rw,',
    '/dev/{random,urandom,tty} rw,',
    '/dev/log w,',
    '/etc/{locale,ld.so.cache,ld.so.conf,ld.so.preload,localtime} r,',
    '/usr/share/{locale,zoneinfo}/** r,',
    '/{,usr/}lib/** mr,',
    '/{,usr/}lib64/** mr,',
    '@{PROC}/{meminfo,cpuinfo,stat,filesystems} r,',
    '@{PROC}/sys/kernel/{version,ngroups_max,cap_last_cap} r,',
    '@{sys}/devices/system/cpu/** r,',
    '',
  ].join('\n'),
  '/etc/apparmor.d/abstractions/consoles': '/dev/{console,tty,pts/*} rw,\n/dev/pts/ r,\n',
  '/etc/apparmor.d/abstractions/nameservice':
    '/etc/{group,host.conf,hosts,nsswitch.conf,passwd,protocols,resolv.conf,services} r,\n',
};
