import { contentOf, Disk, type Files, type FrozenDisk, filesOn, type Host } from '../../../host/index.ts';
import { type Image, imageDisk } from '../../images/index.ts';
import { OPAQUE, WHITEOUT } from './overlay.ts';

const layered = new WeakMap<FrozenDisk, Map<string, FrozenDisk>>();

/** An image's files: those of a registry's image, with the layers that were added to it on this host. */
export function layeredDisk(host: Host, image: Image): FrozenDisk {
  const base = imageDisk(image, host.programs);
  const layers = image.made?.layers ?? [];
  if (layers.length === 0) return base;
  let known = layered.get(base);
  if (!known) {
    known = new Map();
    layered.set(base, known);
  }
  const key = `${host.hostname}:${layers.join(':')}`;
  let disk = known.get(key);
  if (!disk) {
    const merged = new Disk({ clock: host.clock, base, type: 'overlay' });
    const into = filesOn(merged);
    for (const layer of layers) apply(host.init.fs, layer, into, '');
    disk = merged.freeze();
    known.set(key, disk);
  }
  return disk;
}

/** Does to a tree what a directory of overlayfs's changes says. */
function apply(from: Files, layer: string, into: Files, path: string): void {
  if (!from.isDirectory(`${layer}${path}`)) return;
  const names = from.list(`${layer}${path}`);
  if (path !== '' && names.includes(OPAQUE))
    for (const name of into.list(path)) into.removeAll(`${path}/${name}`);
  for (const name of names) {
    if (name === OPAQUE) continue;
    const node = from.lstat(`${layer}${path}/${name}`);
    const target = `${path}/${name}`;
    const there = into.tryStat(target, false);
    if (node.type === 'char' && node.data === WHITEOUT) {
      into.removeAll(target);
      continue;
    }
    if (there && (there.type !== 'directory' || node.type !== 'directory')) into.removeAll(target);
    if (node.type === 'directory') into.mkdirAll(target);
    else if (node.type === 'symlink') into.symlink(node.data, target);
    else if (node.type === 'file') into.write(target, contentOf(node));
    if (node.type === 'symlink' || (node.type !== 'file' && node.type !== 'directory')) continue;
    into.chmod(target, node.mode & 0o7777);
    into.chown(target, node.uid, node.gid);
    if (node.type === 'directory') apply(from, layer, into, target);
  }
}
