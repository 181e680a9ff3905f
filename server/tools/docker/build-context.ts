import type { Files } from '../../host/index.ts';

/** Names that a pattern of COPY means. */
export function expand(fs: Files, root: string, source: string): string[] {
  const star = source.indexOf('*');
  if (star < 0) return [source];
  const slash = source.lastIndexOf('/');
  const directory = slash < 0 ? '' : source.slice(0, slash + 1);
  const [head = '', tail = ''] = source.slice(slash + 1).split('*');
  return fs
    .list(`${root}/${directory}`)
    .filter((name) => name.startsWith(head) && name.endsWith(tail))
    .sort()
    .map((name) => directory + name);
}

export function copyInto(from: Files, path: string, into: Files, target: string): void {
  const node = from.stat(path);
  if (node.type === 'directory') {
    into.mkdirAll(target, 0o755);
    for (const name of from.list(path))
      copyInto(from, `${path}/${name}`, into, `${target.replace(/\/$/, '')}/${name}`);
    return;
  }
  into.mkdirAll(target.slice(0, target.lastIndexOf('/')) || '/', 0o755);
  into.write(target, from.read(path));
  into.chmod(target, node.mode & 0o7777);
}

/** What a build's context takes. */
export function treeBytes(fs: Files, path: string): number {
  const node = fs.lstat(path);
  if (node.type !== 'directory') return node.size;
  return fs.list(path).reduce((sum, name) => sum + treeBytes(fs, `${path}/${name}`), 0);
}
