import type { Context } from '../../../host/index.ts';

export const BANNER = 'BusyBox v1.37.0 (2024-09-26 21:31:42 UTC) multi-call binary.';

/** Whether a tool runs as busybox's applet of that name, which has words of its own. */
export function isApplet(context: Context, name: string): boolean {
  return context.fs.isFile('/bin/busybox') && !context.fs.isFile(`/usr/bin/${name}`);
}

type Wording = readonly [tools: readonly string[], gnu: RegExp, busybox: string];

/** GNU's complaints as busybox words them: for these tools, what matches becomes that. The first row that fits counts. */
const WORDINGS: readonly Wording[] = [
  [['rm', 'rmdir', 'unlink'], /^cannot remove '(.*)': (.*)$/s, "can't remove '$1': $2"],
  [['rmdir'], /^failed to remove '(.*)': (.*)$/s, "'$1': $2"],
  [['mv'], /^cannot (?:stat|move) '(.*?)'(?: to '.*')?: (.*)$/s, "can't rename '$1': $2"],
  [['mkdir'], /^cannot create directory [‘'](.*)[’']: (.*)$/s, "can't create directory '$1': $2"],
  [['cp', 'stat', 'install'], /^cannot statx? '(.*)': (.*)$/s, "can't stat '$1': $2"],
  [['cp', 'install'], /^cannot create regular file '(.*)': (.*)$/s, "can't create '$1': $2"],
  [['ln'], /^failed to create (?:symbolic|hard) link '(.*?)'(?: => '.*')?: (.*)$/s, '$1: $2'],
  [
    ['cat', 'tac', 'nl', 'tee', 'md5sum', 'sha1sum', 'sha256sum', 'sha512sum'],
    /^(\S+): (No such file or directory|Permission denied)$/,
    "can't open '$1': $2",
  ],
  // The usage alone.
  [['tar'], /^You must specify one of.*$/s, ''],
  [['tail'], /^cannot open '(.*)' for reading: (.*)$/s, "can't open '$1': $2"],
  [['head'], /^cannot open '(.*)' for reading: (.*)$/s, '$1: $2'],
  [['ls', 'chmod', 'chown', 'chgrp', 'du'], /^cannot access '(.*)': (.*)$/s, '$1: $2'],
  [['ls'], /^cannot open directory '(.*)': (.*)$/s, "can't open '$1': $2"],
  [['chown', 'chgrp'], /^invalid (?:user|group): [‘'](.*)[’']$/s, 'unknown user/group $1'],
  [['chmod'], /^invalid mode: [‘'](.*)[’']$/s, "invalid mode '$1'"],
  [['touch'], /^cannot touch '(.*)': (.*)$/s, '$1: $2'],
  [['find'], /^[‘'](.*)[’']: (.*)$/s, '$1: $2'],
  [['sort'], /^cannot read: (.*): (.*)$/s, '$1: $2'],
  [['sed'], /^can't read (.*): (.*)$/s, '$1: $2'],
  [['sleep'], /^invalid time interval ‘(.*)’$/s, "invalid number '$1'"],
  [['id'], /^‘(.*)’: no such user$/s, 'unknown user $1'],
  [['head', 'tail', 'seq', 'cut'], /^invalid number of (?:lines|bytes): ‘(.*)’$/s, "invalid number '$1'"],
  [['chown', 'chgrp'], /^changing (?:ownership|group) of '(.*)': (.*)$/s, '$1: $2'],
  [['chmod'], /^changing permissions of '(.*)': (.*)$/s, '$1: $2'],
  [['hostname'], /^you must be root to change the host name$/s, 'sethostname: Operation not permitted'],
  [['dmesg'], /^read kernel buffer failed: (.*)$/s, 'klogctl: $1'],
  [['chroot'], /^cannot change root directory to '(.*)': (.*)$/s, "can't change root directory to '$1': $2"],
  [['date'], /^cannot set date: (.*)$/s, "can't set date: $1"],
  [['sysctl'], /^setting key "(.*)": (.*)$/s, "error setting key '$1': $2"],
  [['sysctl'], /^permission denied on key "(.*)"$/s, "error setting key '$1': Permission denied"],
  [['sysctl'], /^cannot stat \/proc\/sys\/(.*): (No such.*)$/s, "error: '$1' is an unknown key"],
  [['mount'], /^(.*): must be superuser to use mount\.?(?:\n.*)?$/s, 'permission denied (are you root?)'],
];

/** A GNU tool's complaint as the applet says it. */
export function appletWords(tool: string, message: string): string {
  for (const [tools, gnu, busybox] of WORDINGS) {
    if (tools.includes(tool) && gnu.test(message)) return message.replace(gnu, busybox);
  }
  return message.replace(/[‘’]/g, "'");
}
