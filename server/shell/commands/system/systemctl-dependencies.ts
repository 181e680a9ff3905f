import { unitName } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { page } from './pager.ts';

/** Settings that tie a unit to others, by the option that asks for them; without one the first. */
const TIES = {
  wants: ['Requires', 'Wants', 'BindsTo', 'Requisite'],
  after: ['After'],
  before: ['Before'],
} as const;

/** `systemctl list-dependencies`: what a unit wants and requires, or who wants it, as a tree. */
export function* listDependencies(call: Call, units: readonly string[]): Steps<number> {
  const { options, context } = call;
  const { systemd } = context.host;
  const root = unitName(units[0] ?? 'default.target').replace(/^default\.target$/, 'graphical.target');
  const kind = options.last('after', 'before') as 'after' | 'before' | undefined;
  const children = options.has('reverse')
    ? reversed(call)
    : tied(call, TIES[kind ?? 'wants'], kind === undefined);
  const lines: string[] = [units.length === 0 ? 'default.target' : root];
  const visit = (name: string, indent: string, above: readonly string[]) => {
    const below = children(name);
    for (const [i, child] of below.entries()) {
      const isLast = i === below.length - 1;
      const isUnit = /\.(service|socket|timer)$/.test(child);
      const state = isUnit ? systemd.service(child).active : 'active';
      const dot = state === 'active' ? '●' : state === 'failed' ? '×' : '○';
      const branch = options.has('plain') ? '  ' : isLast ? '└─' : '├─';
      lines.push(`${dot} ${indent}${branch}${child}`);
      // Targets are followed; of other units only their names are shown, but with --all.
      if (!above.includes(child) && (child.endsWith('.target') || options.has('a')))
        visit(child, `${indent}${isLast || options.has('plain') ? '  ' : '│ '}`, [...above, child]);
    }
  };
  visit(root, '', [root]);
  yield* page(context, `${lines.join('\n')}\n`, { pager: !options.has('no-pager') });
  return 0;
}

type Children = (name: string) => string[];

function tied(call: Call, keys: readonly string[], withEnabled: boolean): Children {
  const { systemd } = call.context.host;
  return (name) => {
    const own = keys
      .flatMap((key) => systemd.load(name).file.all('Unit', key))
      .flatMap((value) => value.split(/\s+/));
    const enabled = withEnabled && name.endsWith('.target') ? systemd.wantedBy(name) : [];
    const implied = withEnabled && name === 'graphical.target' ? ['multi-user.target'] : [];
    return [...new Set([...own, ...enabled, ...implied])].filter((unit) => unit !== '').sort();
  };
}

/** Who names the unit. */
function reversed(call: Call): Children {
  const { systemd } = call.context.host;
  const ties = tied(call, TIES.wants, true);
  const targets = ['multi-user.target', 'graphical.target', 'sockets.target', 'timers.target'];
  const all = [...new Set([...systemd.unitFiles(), ...targets])];
  return (name) => all.filter((unit) => ties(unit).includes(name)).sort();
}
