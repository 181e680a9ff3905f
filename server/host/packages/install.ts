import type { Files } from '../files/files.ts';
import { binary } from '../program.ts';
import { Users } from '../users.ts';
import { PackageDatabase } from './database.ts';
import { dependencyName, type Package } from './package.ts';

/** What was on the disk and left alone. */
export interface Unpacked {
  /** Configuration files that somebody had changed. */
  readonly kept: readonly string[];
}

/**
 * Puts a package's files on a disk and into dpkg's database. Programs that this world does not have are left out, as are
 * configuration files that are there already.
 */
export function unpack(fs: Files, pack: Package, has: (program: string) => boolean = () => true): Unpacked {
  const kept: string[] = [];
  for (const file of pack.files) {
    const { path, program, text, mode, isConfig } = file;
    // Plugins below /opt are looked for, but nobody runs them.
    if (program !== undefined && !path.startsWith('/opt/') && !has(program)) continue;
    if (program === undefined && text === undefined) {
      fs.mkdirAll(path);
      continue;
    }
    if (isConfig && fs.exists(path)) {
      if (fs.read(path) !== text) kept.push(path);
      continue;
    }
    fs.mkdirAll(path.slice(0, path.lastIndexOf('/')));
    // A running program keeps its file: the new one takes the name.
    if (program !== undefined && fs.tryStat(path, false)) fs.unlink(path);
    fs.write(path, program === undefined ? (text ?? '') : binary(program, text ?? ''));
    fs.chmod(path, mode ?? 0o644);
  }
  for (const group of pack.groups) addGroup(fs, group);
  new PackageDatabase(fs).record([pack]);
  return { kept };
}

/** Takes a package's files away; `purge`: its configuration too. */
export function removeFiles(
  fs: Files,
  name: string,
  purge: boolean,
  isShared: (path: string) => boolean,
): void {
  const database = new PackageDatabase(fs);
  const paths = database.files(name).sort().reverse();
  let keepsConfig = false;
  for (const path of paths) {
    if (path === '/.' || isShared(path)) continue;
    const stat = fs.tryStat(path, false);
    if (!stat) continue;
    if (stat.type === 'directory') {
      if (fs.list(path).length === 0) fs.removeAll(path);
    } else if (path.startsWith('/etc/') && !purge) keepsConfig = true;
    else fs.unlink(path);
  }
  database.forget(name, keepsConfig);
}

/** Writes packages into the database whose files are on the disk already. */
export function register(fs: Files, packages: readonly Package[]): void {
  new PackageDatabase(fs).record(packages);
}

/** Adds a system group, with the first free number from 100 on. */
function addGroup(fs: Files, name: string): void {
  const users = new Users((path) => (fs.isFile(path) ? fs.read(path) : undefined));
  if (users.group(name)) return;
  const taken = new Set(users.groups().map(({ gid }) => gid));
  let gid = 110;
  while (taken.has(gid)) gid++;
  fs.append('/etc/group', `${name}:x:${gid}:\n`);
}

/** Installs packages of an archive with all that they need, and enables their services, before a machine is switched on. */
export function preinstall(fs: Files, archive: readonly Package[], names: readonly string[]): void {
  const database = new PackageDatabase(fs);
  for (const name of names) {
    if (database.installed(name)) continue;
    const pack = archive.find((other) => other.name === name);
    if (!pack) throw new Error(`the archive has no package "${name}"`);
    preinstall(fs, archive, pack.depends.map(dependencyName));
    unpack(fs, pack);
    for (const unit of pack.services) {
      const target = unit.endsWith('.socket') ? 'sockets' : 'multi-user';
      const link = `/etc/systemd/system/${target}.target.wants/${unit}`;
      fs.mkdirAll(link.slice(0, link.lastIndexOf('/')));
      if (!fs.tryStat(link, false)) fs.symlink(`/usr/lib/systemd/system/${unit}`, link);
    }
  }
}
