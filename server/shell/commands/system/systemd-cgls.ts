import { type Host, unitName } from '../../../host/index.ts';
import type { Cgroup, Process } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';

/** `systemd-cgls`: control groups with their processes, as a tree. */
export const systemdCgls = tool({
  name: 'systemd-cgls',
  summary: 'recursively show control group contents',
  usage: '[OPTIONS...] [CGROUP...]',
  version: 'systemd 255',
  options: 'a|all u|unit user-unit k l|full no-pager x|xattr c|cgroup-id M|machine=',
  *run(call) {
    const { host } = call.context;
    if (call.options.has('user-unit', 'x', 'c', 'M'))
      call.fail('-x, -c, -M and --user-unit are not simulated', 1);
    const members = membersOf(host, call.options.has('k'));
    if (call.operands.length === 0) {
      yield* call.print(`CGroup /:\n-.slice\n${below(host.processes.cgroups, members, '', call)}`);
      return undefined;
    }
    for (const name of call.operands) {
      const unit = call.options.has('u') ? unitName(name) : undefined;
      const path =
        unit === undefined ? name.replace(/^\/sys\/fs\/cgroup/, '').replace(/(.)\/$/, '$1') : undefined;
      const group = unit === undefined ? groupAt(host, path ?? '/') : groupOf(host, unit);
      if (!group) {
        yield* call.warn(
          unit === undefined
            ? `Failed to list cgroup tree ${name}: No such file or directory`
            : `Failed to get control group path of ${unit}: No such file or directory`,
          1,
        );
        continue;
      }
      const title = unit === undefined ? `CGroup ${group.path}:` : `Unit ${unit} (${group.path}):`;
      yield* call.print(`${title}\n${below(group, members, '', call)}`);
    }
    return undefined;
  },
});

function membersOf(host: Host, withKernel: boolean): Map<Cgroup, Process[]> {
  const members = new Map<Cgroup, Process[]>();
  for (const process of host.processes.list()) {
    if (process.isKernel && !withKernel) continue;
    const known = members.get(process.cgroup);
    if (known) known.push(process);
    else members.set(process.cgroup, [process]);
  }
  return members;
}

function groupAt(host: Host, path: string): Cgroup | undefined {
  let group: Cgroup | undefined = host.processes.cgroups;
  for (const name of path.split('/').filter((part) => part !== '')) group = group?.children.get(name);
  return group;
}

function groupOf(host: Host, unit: string): Cgroup | undefined {
  const pending = [host.processes.cgroups];
  for (let group = pending.shift(); group; group = pending.shift()) {
    const found = group.children.get(unit);
    if (found) return found;
    pending.push(...group.children.values());
  }
  return undefined;
}

/** The lines of a group: its processes, then the groups in it that are not empty. */
function below(
  group: Cgroup,
  members: ReadonlyMap<Cgroup, readonly Process[]>,
  indent: string,
  call: Call,
): string {
  const processes = [...(members.get(group) ?? [])].sort((a, b) => a.pid - b.pid);
  const groups = [...group.children].filter(
    ([, child]) => call.options.has('a') || isInhabited(child, members),
  );
  const width = Math.max(0, ...processes.map(({ pid }) => String(pid).length));
  const lines = processes.map((process, i) => {
    const isLast = i === processes.length - 1 && groups.length === 0;
    return `${indent}${isLast ? '└─' : '├─'}${String(process.pid).padStart(width)} ${process.argv.join(' ')}\n`;
  });
  const parts = groups.map(([name, child], i) => {
    const isLast = i === groups.length - 1;
    const inner = below(child, members, `${indent}${isLast ? '  ' : '│ '}`, call);
    return `${indent}${isLast ? '└─' : '├─'}${name}\n${inner}`;
  });
  return [...lines, ...parts].join('');
}

function isInhabited(group: Cgroup, members: ReadonlyMap<Cgroup, readonly Process[]>): boolean {
  return members.has(group) || [...group.children.values()].some((child) => isInhabited(child, members));
}
