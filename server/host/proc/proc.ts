import type { Cgroup, PidNamespace } from '../../sim/index.ts';
import { SyntheticFs, type SyntheticNode } from '../files/synthetic.ts';
import type { Host } from '../host.ts';
import { describeProcess } from './process-files.ts';
import { SYSTEM_FILES } from './system-files.ts';

/** Who looks at `/proc`: the namespaces it was mounted in. */
export interface View {
  readonly host: Host;
  readonly namespace: PidNamespace;
  readonly cgroups: () => Cgroup;
}

/** `/proc` as a PID namespace sees it, and a control group namespace. */
export function procFs(
  host: Host,
  namespace: PidNamespace,
  cgroups: () => Cgroup = () => host.processes.cgroups,
): SyntheticFs {
  return new SyntheticFs(
    'proc',
    () => host.clock.now,
    (path) => describe({ host, namespace, cgroups }, path.split('/').slice(1)),
  );
}

function describe(view: View, parts: string[]): SyntheticNode | undefined {
  const { host, namespace } = view;
  const [first = '', ...rest] = parts;
  if (first === '') return { type: 'directory', names: () => rootNames(namespace) };
  const link = rest.length === 0 ? LINKS[first] : undefined;
  if (link)
    return { type: 'symlink', target: () => link(String(host.processes.current?.pidIn(namespace) ?? 1)) };
  if (/^\d+$/.test(first)) {
    const process = namespace.members.get(Number(first));
    return process && describeProcess(view, process, rest);
  }
  const read = rest.length === 0 ? SYSTEM_FILES[first] : undefined;
  if (read) return { type: 'file', read: () => read(host) };
  return first === 'sys' && rest.length === 0 ? { type: 'directory', names: () => [] } : undefined;
}

/** Links by their names, and where they lead for a process. */
const LINKS: Readonly<Record<string, (self: string) => string>> = {
  mounts: () => 'self/mounts',
  net: () => 'self/net',
  self: (self) => self,
  'thread-self': (self) => `${self}/task/${self}`,
};

function rootNames(namespace: PidNamespace): string[] {
  const pids = [...namespace.members.keys()].map(String);
  return [...pids, ...Object.keys(SYSTEM_FILES), ...Object.keys(LINKS), 'sys'];
}
