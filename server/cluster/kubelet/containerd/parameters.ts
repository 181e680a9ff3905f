import { type Host, isSystemError, SyntheticFs, type SyntheticNode } from '../../../host/index.ts';

const ROOT = '/proc/sys';

/**
 * `/proc/sys` of a container: the host's parameters, but those that its sandbox was given. What is written to another one
 * is the host's own: only containers that see it writable can.
 */
export function parametersFs(host: Host, given: Readonly<Record<string, string>>): SyntheticFs {
  const own = new Map(Object.entries(given).map(([name, value]) => [`/${name.replaceAll('.', '/')}`, value]));
  return new SyntheticFs(
    'proc',
    () => host.clock.now,
    (path) => describe(host, path === '/' ? '' : path, own),
  );
}

function describe(host: Host, path: string, own: ReadonlyMap<string, string>): SyntheticNode | undefined {
  const { fs } = host.init;
  const value = own.get(path);
  const there = `${ROOT}${path}`;
  if (value !== undefined) return { type: 'file', read: () => `${value}\n` };
  if (fs.isFile(there))
    return { type: 'file', read: () => fs.read(there), write: (text) => fs.write(there, text) };
  const inside = [...own.keys()].filter((name) => name.startsWith(`${path}/`));
  if (!fs.isDirectory(there) && inside.length === 0) return undefined;
  const names = () => [
    ...new Set([
      ...listed(host, there),
      ...inside.map((name) => name.slice(path.length + 1).split('/')[0] as string),
    ]),
  ];
  return { type: 'directory', names };
}

function listed(host: Host, path: string): string[] {
  try {
    return host.init.fs.list(path);
  } catch (error) {
    if (isSystemError(error)) return [];
    throw error;
  }
}
