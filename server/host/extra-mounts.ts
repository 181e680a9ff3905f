import { partOf } from './files/part.ts';
import type { Host } from './host.ts';

/** A mount that somebody made after the start. */
export interface ExtraMount {
  readonly path: string;
  readonly kind: 'bind' | 'tmpfs';
  /** The directory that is bound; for tmpfs what the first column says. */
  readonly source: string;
  readonly readOnly: boolean;
}

/** Where they are written down, and where the files of a tmpfs lie, so that a host that is restored has them again. */
const STATE = '/run/mount/extra.json';
const BACKING = '/run/mount/tmpfs';

function saved(host: Host): ExtraMount[] {
  const { fs } = host.init;
  return fs.isFile(STATE) ? (JSON.parse(fs.read(STATE)) as ExtraMount[]) : [];
}

function save(host: Host, mounts: readonly ExtraMount[]): void {
  host.init.fs.mkdirAll('/run/mount');
  host.init.fs.write(STATE, JSON.stringify(mounts));
}

/** Mounts it and writes it down. */
export function attachMount(host: Host, mount: ExtraMount): void {
  show(host, mount);
  save(host, [...saved(host), mount]);
}

/** Unmounts what was mounted last at a path. False: it was there from the start, and is in use. */
export function detachMount(host: Host, path: string): boolean {
  const all = saved(host);
  const index = all.findLastIndex((mount) => mount.path === path);
  if (index < 0) return false;
  const [gone] = all.splice(index, 1);
  host.mounts.unmount(path);
  if (gone?.kind === 'tmpfs') host.init.fs.removeAll(backing(path));
  save(host, all);
  return true;
}

/** Mounts again what a restored host had. */
export function restoreMounts(host: Host): void {
  for (const mount of saved(host)) show(host, mount);
}

function backing(path: string): string {
  return `${BACKING}/${path.slice(1).replaceAll('/', '-')}`;
}

function show(host: Host, { path, kind, source, readOnly }: ExtraMount): void {
  const { fs } = host.init;
  const from = kind === 'tmpfs' ? backing(path) : source;
  if (kind === 'tmpfs') fs.mkdirAll(from, 0o1777);
  const place = host.mounts.resolve(from, { cwd: '/' });
  const bytes = host.memoryBytes / 2;
  host.mounts.mount(
    kind === 'tmpfs'
      ? { path, fs: partOf(place.mount.fs, place.ino, { type: 'tmpfs', bytes }), source, readOnly }
      : { path, fs: place.mount.fs, root: place.ino, source: place.mount.source, readOnly },
  );
}
