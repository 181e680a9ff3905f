import type { Files } from '../files/files.ts';
import { parseCalendar } from './calendar.ts';
import { parseTimeSpan, UnitFile } from './unit-file.ts';

/** Where unit files lie, most important first. */
export const UNIT_PATHS = ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system'] as const;

export type LoadState = 'loaded' | 'not-found' | 'masked' | 'bad-setting';
export type EnabledState = 'enabled' | 'disabled' | 'static' | 'masked' | 'alias';

/** A unit as it was loaded from disk; stays as it is until `daemon-reload`. */
export interface LoadedUnit {
  readonly name: string;
  readonly load: LoadState;
  /** The unit file, '' when there is none. */
  readonly path: string;
  readonly dropIns: readonly string[];
  readonly file: UnitFile;
  /** To notice that a file changed on disk since. */
  readonly stamp: string;
}

/** `kubelet` is `kubelet.service`; other suffixes stay. */
export function unitName(name: string): string {
  return /\.(service|target|socket|timer|mount|path|slice|scope)$/.test(name) ? name : `${name}.service`;
}

export function loadUnit(fs: Files, name: string): LoadedUnit {
  const path = unitPath(fs, name);
  const file = new UnitFile();
  if (path === undefined) return { name, load: 'not-found', path: '', dropIns: [], file, stamp: '' };
  if (isMasked(fs, path))
    return { name, load: 'masked', path, dropIns: [], file, stamp: stampOf(fs, [path]) };
  const drops = dropIns(fs, name);
  for (const part of [path, ...drops]) file.read(fs.read(part), part);
  const load = isStartable(name, file) ? 'loaded' : 'bad-setting';
  return { name, load, path, dropIns: drops, file, stamp: stampOf(fs, [path, ...drops]) };
}

/** Whether the files of a unit differ from what was loaded. */
export function changedOnDisk(fs: Files, unit: LoadedUnit): boolean {
  const path = unitPath(fs, unit.name);
  return path !== undefined && stampOf(fs, [path, ...dropIns(fs, unit.name)]) !== unit.stamp;
}

export function unitPath(fs: Files, name: string): string | undefined {
  for (const directory of UNIT_PATHS) {
    const path = `${directory}/${name}`;
    if (fs.tryStat(path, false)) return path;
  }
  return undefined;
}

/** Names of all unit files on the disk. */
export function unitFileNames(fs: Files): string[] {
  const names = new Set<string>();
  for (const directory of UNIT_PATHS) {
    if (!fs.isDirectory(directory)) continue;
    for (const name of fs.list(directory)) if (/\.(service|target|socket|timer)$/.test(name)) names.add(name);
  }
  return [...names].sort();
}

export function enabledState(fs: Files, unit: LoadedUnit): EnabledState {
  if (unit.load === 'masked') return 'masked';
  const targets = installTargets(unit);
  if (targets.length === 0) return 'static';
  return targets.some((target) => fs.tryStat(wantsLink(target, unit.name), false)) ? 'enabled' : 'disabled';
}

/** Targets that want the unit once it is enabled. */
export function installTargets(unit: LoadedUnit): string[] {
  return ['WantedBy', 'RequiredBy']
    .flatMap((key) => unit.file.all('Install', key))
    .flatMap((v) => v.split(/\s+/));
}

export function wantsLink(target: string, unit: string): string {
  return `/etc/systemd/system/${target}.wants/${unit}`;
}

function isMasked(fs: Files, path: string): boolean {
  const stat = fs.lstat(path);
  return (stat.type === 'symlink' && stat.data === '/dev/null') || (stat.type === 'file' && stat.data === '');
}

function isStartable(name: string, file: UnitFile): boolean {
  if (name.endsWith('.timer')) return hasTimes(file);
  if (!name.endsWith('.service')) return true;
  return file.get('Service', 'ExecStart') !== undefined || file.get('Service', 'Type') === 'oneshot';
}

const TIMES = ['OnActiveSec', 'OnBootSec', 'OnStartupSec', 'OnUnitActiveSec', 'OnUnitInactiveSec'];

function hasTimes(file: UnitFile): boolean {
  return (
    TIMES.some((key) => file.all('Timer', key).some((value) => parseTimeSpan(value) !== undefined)) ||
    file.all('Timer', 'OnCalendar').some((value) => parseCalendar(value) !== undefined)
  );
}

function dropIns(fs: Files, name: string): string[] {
  const byName = new Map<string, string>();
  for (const directory of [...UNIT_PATHS].reverse()) {
    const drop = `${directory}/${name}.d`;
    if (!fs.isDirectory(drop)) continue;
    for (const file of fs.list(drop)) if (file.endsWith('.conf')) byName.set(file, `${drop}/${file}`);
  }
  return [...byName.keys()].sort().map((file) => byName.get(file) as string);
}

function stampOf(fs: Files, paths: readonly string[]): string {
  return paths.map((path) => `${path}@${fs.tryStat(path)?.mtimeMs ?? 0}`).join();
}
