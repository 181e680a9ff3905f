import { installTargets } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { page } from './pager.ts';

const DOTS: Record<string, string> = { failed: '●', 'not-found': '●' };

/** `systemctl list-units`: services that are loaded; all of them with `--all`. */
export function* listUnits(call: Call, patterns: readonly string[]): Steps<number> {
  const { options, context } = call;
  const states = options.has('failed') ? ['failed'] : (options.get('state')?.split(',') ?? []);
  const type = options.get('t');
  const rows = context.host.systemd
    .services()
    .filter((s) => options.has('a') || states.length > 0 || s.active !== 'inactive')
    .filter((s) => states.length === 0 || states.includes(s.active) || states.includes(s.sub))
    .filter((s) => type === undefined || type.split(',').some((kind) => s.name.endsWith(`.${kind}`)))
    .filter((s) => patterns.length === 0 || patterns.some((p) => matches(s.name, p)))
    .map((s) => ({
      dot: DOTS[s.active] ?? DOTS[s.unit.load] ?? ' ',
      cells: [s.name, s.unit.load, s.active, s.sub, s.description],
    }));
  const header = ['UNIT', 'LOAD', 'ACTIVE', 'SUB', 'DESCRIPTION'];
  const lines = align([header, ...rows.map((row) => row.cells)]);
  const body = lines.slice(1).map((line, i) => `${rows[i]?.dot} ${line}`);
  const legend =
    rows.length === 0
      ? []
      : [
          '',
          'Legend: LOAD   → Reflects whether the unit definition was properly loaded.',
          '        ACTIVE → The high-level unit activation state, i.e. generalization of SUB.',
          '        SUB    → The low-level unit activation state, values depend on unit type.',
          '',
        ];
  const plain = options.has('no-legend');
  const foot = [
    ...legend,
    `${rows.length} loaded units listed.${options.has('a') ? '' : ' Pass --all to see loaded but inactive units, too.'}`,
    ...(options.has('a') ? [] : ["To show all installed unit files use 'systemctl list-unit-files'."]),
  ];
  const all = plain ? body : [`  ${lines[0]}`, ...body, ...(rows.length === 0 ? [''] : []), ...foot];
  yield* page(context, `${all.join('\n')}\n`, { pager: !options.has('no-pager') });
  return 0;
}

/** `systemctl list-unit-files`. */
export function* listUnitFiles(call: Call, patterns: readonly string[]): Steps<number> {
  const { options, context } = call;
  const { systemd } = context.host;
  const types = options.get('t')?.split(',');
  const states = options.get('state')?.split(',');
  const rows = systemd
    .unitFiles()
    .filter((name) => !types || types.some((type) => name.endsWith(`.${type}`)))
    .filter((name) => patterns.length === 0 || patterns.some((p) => matches(name, p)))
    .map((name) => {
      const hasInstall = installTargets(systemd.load(name)).length > 0;
      return [name, systemd.enabled(name), hasInstall ? 'enabled' : '-'];
    })
    .filter(([, state]) => !states || states.includes(state as string));
  const lines = align([['UNIT FILE', 'STATE', 'PRESET'], ...rows]);
  const all = options.has('no-legend') ? lines.slice(1) : [...lines, '', `${rows.length} unit files listed.`];
  yield* page(context, `${all.join('\n')}\n`, { pager: !options.has('no-pager') });
  return 0;
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] as number)))
      .join(' '),
  );
}

/** Unit name patterns: `*` and `?` only. */
function matches(name: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}(\\.service)?$`).test(name);
}
