import {
  activatedBy,
  commandName,
  describeStatus,
  type Host,
  installTargets,
  residentKib,
  type Service,
  threadsOf,
  unitName,
} from '../../../host/index.ts';
import type { Process } from '../../../sim/index.ts';
import type { Options } from '../../options.ts';
import { journalHost, shortFormat } from './journal-format.ts';
import { listensAt } from './systemctl-triggers.ts';
import { ago, left, systemdTime, timeSpan } from './time.ts';

const DOTS = { active: '●', activating: '●', deactivating: '●', inactive: '○', failed: '×' } as const;

/** What `systemctl status` shows of a service, with the last `lines` of its journal. */
export function statusText(host: Host, service: Service, lines: number): string {
  const rows: string[] = [`${DOTS[service.active]} ${service.title}`];
  const row = (name: string, text: string) => rows.push(`${`${name}:`.padStart(12)} ${text}`);
  row('Loaded', loadedText(host, service));
  for (const drop of dropInLines(service)) rows.push(drop);
  row('Active', activeText(host, service));
  const ended = service.active === 'inactive' || service.active === 'failed';
  if (ended && service.activeMs !== undefined) row('Duration', timeSpan(service.activeMs));
  const triggers = host.systemd.triggersOf(service.name);
  if (triggers.length > 0)
    row('TriggeredBy', triggers.map((unit) => `${DOTS[unit.active]} ${unit.name}`).join(', '));
  if (service.name.endsWith('.socket')) socketRows(host, service, row);
  if (service.name.endsWith('.timer')) timerRows(host, service, row);
  for (const doc of service.unit.file.all('Unit', 'Documentation').flatMap((d) => d.split(/\s+/)))
    row('Docs', doc);
  processRows(service, row);
  if (service.main?.alive) rows.push(...resourceRows(host, service));
  const entries = host.journal.entries().filter((entry) => entry.unit === service.name);
  const from = journalHost(host);
  const shown = lines === 0 ? [] : entries.slice(-lines).map((entry) => shortFormat(entry, from));
  return `${rows.join('\n')}\n${shown.length > 0 ? `\n${shown.join('\n')}\n` : ''}`;
}

function loadedText(host: Host, service: Service): string {
  const { unit } = service;
  if (unit.load === 'not-found') return `not-found (Reason: Unit ${unit.name} not found.)`;
  if (unit.load === 'masked') return `masked (Reason: Unit ${unit.name} is masked.)`;
  const enabled = host.systemd.enabled(unit.name);
  const preset = installTargets(unit).length > 0 ? '; preset: enabled' : '';
  return `${unit.load} (${unit.path}; ${enabled}${preset})`;
}

function dropInLines(service: Service): string[] {
  const byDirectory = new Map<string, string[]>();
  for (const path of service.unit.dropIns) {
    const slash = path.lastIndexOf('/');
    const directory = path.slice(0, slash);
    byDirectory.set(directory, [...(byDirectory.get(directory) ?? []), path.slice(slash + 1)]);
  }
  let first = true;
  const out: string[] = [];
  for (const [directory, files] of byDirectory) {
    out.push(
      `${first ? '    Drop-In: ' : '             '}${directory}`,
      `             └─${files.join(', ')}`,
    );
    first = false;
  }
  return out;
}

function activeText(host: Host, service: Service): string {
  const failed =
    service.result !== 'success' && (service.active === 'failed' || service.sub === 'auto-restart');
  const sub = service.sub === service.active ? '' : ` (${service.sub})`;
  const state = `${service.active}${sub}${failed ? ` (Result: ${service.result})` : ''}`;
  const never = service.active === 'inactive' && service.pid === undefined;
  if (never) return state;
  return `${state} since ${systemdTime(service.since)}; ${ago(host.clock.now - service.since)}`;
}

function socketRows(host: Host, socket: Service, row: (name: string, text: string) => void): void {
  const service = host.systemd.service(socket.name.replace(/socket$/, 'service'));
  row('Triggers', `${DOTS[service.active]} ${service.name}`);
  for (const { at, kind } of listensAt(socket)) row('Listen', `${at} (${kind})`);
}

function timerRows(host: Host, timer: Service, row: (name: string, text: string) => void): void {
  const next = host.systemd.timers.next(timer.name);
  row('Trigger', next === undefined ? 'n/a' : `${systemdTime(next)}; ${left(next - host.clock.now)} left`);
  const service = host.systemd.service(activatedBy(timer));
  row('Triggers', `${DOTS[service.active]} ${service.name}`);
}

function processRows(service: Service, row: (name: string, text: string) => void): void {
  const command = service.unit.file.get('Service', 'ExecStart') ?? '';
  for (const one of service.controls)
    row('Process', `${one.pid} ${one.setting}=${one.command} (${describeStatus(one.status, 'systemctl')})`);
  if (service.main?.alive) {
    row('Main PID', `${service.main.pid} (${commandName(service.main)})`);
    return;
  }
  if (service.pid === undefined || !service.status) return;
  const how = describeStatus(service.status, 'systemctl');
  row('Process', `${service.pid} ExecStart=${command} (${how})`);
  row('Main PID', `${service.pid} (${how})`);
  if (service.cgroup.cpuMs > 0) row('CPU', timeSpan(service.cgroup.cpuMs));
}

function resourceRows(host: Host, service: Service): string[] {
  const processes = service.processes();
  const bytes = processes.reduce((sum, process) => sum + residentKib(process) * 1024, 0);
  const memory = (Math.max(bytes, service.cgroup.totalMemory()) / 1024 / 1024).toFixed(1);
  const tasks = processes.reduce((sum, process) => sum + threadsOf(process), 0);
  const rows = [
    `      Tasks: ${tasks} (limit: 4556)`,
    `     Memory: ${memory}M (peak: ${memory}M)`,
    `        CPU: ${timeSpan(service.cgroup.cpuMs)}`,
    `     CGroup: ${service.cgroup.path}`,
  ];
  return [...rows, ...tree(host, processes)];
}

function tree(host: Host, processes: readonly Process[]): string[] {
  const shown = [...processes].sort((a, b) => a.pid - b.pid);
  const width = Math.max(...shown.map((p) => String(p.pid).length));
  return shown.map((process, i) => {
    const branch = i === shown.length - 1 ? '└─' : '├─';
    const args = host.contextOf(process)?.process.argv ?? process.argv;
    return `             ${branch}${String(process.pid).padStart(width)} ${args.join(' ')}`;
  });
}

/** What `systemctl show` prints: all properties we know, or those of `-p`. */
export function showText(host: Host, name: string, options: Options): string {
  const service = host.systemd.service(name);
  const { unit } = service;
  const properties: Record<string, string | number> = {
    Type: unit.file.get('Service', 'Type') ?? 'simple',
    Restart: unit.file.get('Service', 'Restart') ?? 'no',
    RestartUSec: unit.file.get('Service', 'RestartSec')?.replace(/^(\d+)$/, '$1s') ?? '100ms',
    User: unit.file.get('Service', 'User') ?? '',
    WorkingDirectory: unit.file.get('Service', 'WorkingDirectory') ?? '',
    Environment: unit.file.all('Service', 'Environment').join(' '),
    ExecStart: execStructs(unit.file.all('Service', 'ExecStart')),
    NRestarts: service.restarts,
    MainPID: service.main?.alive ? service.main.pid : 0,
    ExecMainPID: service.pid ?? 0,
    ExecMainStatus: service.status?.code ?? 0,
    Result: service.result,
    Id: unitName(name),
    Names: unitName(name),
    Description: service.description,
    LoadState: unit.load,
    ActiveState: service.active,
    SubState: service.sub,
    FragmentPath: unit.path,
    DropInPaths: unit.dropIns.join(' '),
    UnitFileState: unit.load === 'not-found' ? '' : host.systemd.enabled(name),
    ActiveEnterTimestamp: service.active === 'active' ? systemdTime(service.since) : '',
    NeedDaemonReload: host.systemd.needsReload(name) ? 'yes' : 'no',
    ControlGroup: service.main?.alive ? service.cgroup.path : '',
  };
  const wanted = options.all('p').flatMap((list) => list.split(','));
  const names =
    wanted.length > 0 ? wanted.filter((property) => property in properties) : Object.keys(properties);
  return names.map((n) => (options.has('value') ? `${properties[n]}\n` : `${n}=${properties[n]}\n`)).join('');
}

/** Commands as systemd shows them over the bus. */
function execStructs(commands: readonly string[]): string {
  return commands
    .map((command) => {
      const argv = command.replace(/^[-@:+!]+/, '');
      const ignores = /^[@:+!]*-/.test(command) ? 'yes' : 'no';
      return `{ path=${argv.split(/\s+/)[0]} ; argv[]=${argv} ; ignore_errors=${ignores} ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }`;
    })
    .join(' ');
}
