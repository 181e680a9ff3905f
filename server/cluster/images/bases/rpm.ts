import type { Main } from '../../../host/index.ts';
import type { ImageFiles } from '../image.ts';
import { debianBase } from './unix.ts';

/** A release of the family of Red Hat, as `/etc/os-release` tells it. */
export interface RpmRelease {
  readonly name: string;
  readonly id: string;
  readonly version: string;
  readonly pretty: string;
  /** The line of `/etc/redhat-release` or its like. */
  readonly line: string;
}

const OF_DEBIAN = ['apt', 'apt-get', 'apt-cache', 'apt-mark', 'dpkg', 'dpkg-query'];

/** bash and the usual tools as on Debian, and the package manager of Red Hat. */
export function rpmBase(into: ImageFiles, release: RpmRelease): void {
  debianBase(into, 'debian', '12 bookworm');
  for (const name of OF_DEBIAN) into.fs.unlink(`/usr/bin/${name}`);
  for (const path of ['/etc/debian_version', '/etc/os-release', '/etc/bash.bashrc', '/root/.profile'])
    into.fs.unlink(path);
  into.write('/etc/bashrc', 'PS1="[\\u@\\h \\W]\\\\$ "\n');
  into.write('/root/.bashrc', '# .bashrc\n\nif [ -f /etc/bashrc ]; then\n\t. /etc/bashrc\nfi\n');
  for (const name of ['curl', 'ps']) into.install(`/usr/bin/${name}`, name);
  for (const name of ['dnf', 'yum', 'microdnf']) into.install(`/usr/bin/${name}`, 'dnf-image');
  into.write('/etc/redhat-release', `${release.line}\n`);
  into.write(
    '/etc/os-release',
    `NAME="${release.name}"\nVERSION="${release.version}"\nID="${release.id}"\nID_LIKE="rhel fedora"\nVERSION_ID="${release.version}"\nPRETTY_NAME="${release.pretty}"\n`,
  );
}

/** dnf: this Internet has no mirrors of its packages. */
export const dnf: Main = function* (context) {
  const [command = ''] = context.args.slice(1).filter((arg) => !arg.startsWith('-'));
  if (command === '' || command === 'help') {
    yield* context.out('usage: dnf [options] COMMAND\n');
    return command === '' ? 1 : 0;
  }
  if (command === 'clean') {
    yield* context.out('0 files removed\n');
    return 0;
  }
  yield* context.err(
    "Error: Failed to download metadata for repo 'baseos': Cannot prepare internal mirrorlist: Curl error (6): Couldn't resolve host name\n",
  );
  return 1;
};
