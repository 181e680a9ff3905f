import { type Service, UnitError, unitName } from '../../../host/index.ts';
import { parseSignal, type Steps, waitOn } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { page } from './pager.ts';
import { listUnitFiles, listUnits } from './systemctl-list.ts';
import { MORE_CHANGES, MORE_VERBS, MORE_WITH_UNIT } from './systemctl-more.ts';
import { showText, statusText } from './systemctl-show.ts';

type Verb = (call: Call, units: readonly string[]) => Steps<number>;

export const systemctl = tool({
  name: 'systemctl',
  summary: 'control the systemd system and service manager',
  usage: '[OPTIONS...] COMMAND ...',
  version: 'systemd 255',
  refusal: (message) => `systemctl: ${message}\n`,
  options: [
    'now no-pager l|full q|quiet t|type= a|all state= n|lines= p|property= value no-legend plain failed f|force',
    'no-block s|signal= kill-whom= user system no-ask-password o|output= runtime reverse after before',
  ].join(' '),
  *run(call) {
    const [name = 'list-units', ...units] = call.operands;
    if (call.options.has('user')) call.fail('Failed to connect to bus: No medium found');
    const verb = VERBS[name];
    if (!verb) {
      yield* call.context.err(`Unknown command verb '${name}'.\n`);
      return 1;
    }
    if (units.length === 0 && NEEDS_UNIT.has(name)) {
      yield* call.context.err('Too few arguments.\n');
      return 1;
    }
    if (CHANGES.has(name) && call.context.credentials.uid !== 0) return yield* denied(call, name, units);
    return yield* verb(call, units);
  },
});

const CHANGES = new Set([
  'start',
  'stop',
  'restart',
  'reload',
  'try-restart',
  'reload-or-restart',
  'kill',
  'enable',
  'disable',
  'mask',
  'unmask',
  'daemon-reload',
  'reset-failed',
  'reenable',
  ...MORE_CHANGES,
]);

const NEEDS_UNIT = new Set([
  'start',
  'stop',
  'restart',
  'reload',
  'try-restart',
  'reload-or-restart',
  'kill',
  'enable',
  'disable',
  'mask',
  'unmask',
  'is-active',
  'is-enabled',
  'cat',
  'reenable',
  ...MORE_WITH_UNIT,
]);

function* denied(call: Call, name: string, units: readonly string[]): Steps<number> {
  // Links are made by the manager itself, which names no unit then.
  if (['enable', 'disable', 'reenable', 'mask', 'unmask'].includes(name)) {
    yield* call.context.err(`Failed to ${name} unit: Interactive authentication required.\n`);
    return 1;
  }
  const what = units.length === 0 ? name.replace('daemon-', '') : `${name} ${unitName(units[0] as string)}`;
  yield* call.context.err(
    `Failed to ${what}: Interactive authentication required.\nSee system logs and 'systemctl status ${units[0] ? unitName(units[0]) : ''}' for details.\n`,
  );
  return 1;
}

/** Does it for every unit; what systemd refuses is said, the others are still done. */
function* forEach(call: Call, units: readonly string[], act: (unit: string) => Steps<void>): Steps<number> {
  let code = 0;
  for (const unit of units) {
    try {
      yield* act(unit);
    } catch (error) {
      if (!(error instanceof UnitError)) throw error;
      yield* call.context.err(`${error.message}\n`);
      code = error.code;
    }
  }
  return code;
}

/** Waits until a job is done; a failed start is told as systemctl does. */
function* settle(call: Call, service: Service): Steps<void> {
  if (call.options.has('no-block')) return;
  while (isMoving(service)) yield* waitOn([service.changed]);
  if (!service.startFailed) return;
  const why =
    service.result === 'resources'
      ? 'of unavailable resources or another system error'
      : 'the control process exited with error code';
  throw new UnitError(
    `Job for ${service.name} failed because ${why}.\nSee "systemctl status ${service.name}" and "journalctl -xeu ${service.name}" for details.`,
  );
}

function isMoving(service: Service): boolean {
  return (
    service.active === 'deactivating' || (service.active === 'activating' && service.sub !== 'auto-restart')
  );
}

function starter(verb: 'start' | 'restart'): Verb {
  return (call, units) =>
    forEach(call, units, function* (unit) {
      yield* warnOfChange(call, unit);
      yield* settle(call, call.context.host.systemd[verb](unit));
    });
}

function* warnOfChange(call: Call, unit: string): Steps<void> {
  if (!call.context.host.systemd.needsReload(unit)) return;
  yield* call.context.err(
    `Warning: The unit file, source configuration file or drop-ins of ${unitName(unit)} changed on disk. Run 'systemctl daemon-reload' to reload units.\n`,
  );
}

function* stop(call: Call, units: readonly string[]): Steps<number> {
  return yield* forEach(call, units, function* (unit) {
    const { systemd } = call.context.host;
    const service = systemd.stop(unit);
    const triggers = systemd
      .triggersOf(unit)
      .filter(({ name, active }) => active === 'active' && !units.includes(name));
    if (triggers.length > 0)
      yield* call.context.err(
        `Stopping '${service.name}', but its triggering units are still active:\n${triggers.map(({ name }) => name).join(', ')}\n`,
      );
    while (service.active === 'deactivating') yield* waitOn([service.changed]);
  });
}

function* tryRestart(call: Call, units: readonly string[]): Steps<number> {
  const { systemd } = call.context.host;
  const active = units.filter((unit) => systemd.service(unit).active === 'active');
  return yield* starter('restart')(call, active);
}

/** Units without ExecReload cannot be reloaded; those with one get SIGHUP, which is what ours do. */
function* reload(call: Call, units: readonly string[]): Steps<number> {
  const { systemd } = call.context.host;
  return yield* forEach(call, units, function* (unit) {
    const service = systemd.service(unit);
    const full = unitName(unit);
    if (service.unit.load === 'not-found')
      throw new UnitError(`Failed to reload ${full}: Unit ${full} not found.`, 5);
    if (service.active !== 'active') throw new UnitError(`${full} is not active, cannot reload.`);
    const command = service.unit.file.get('Service', 'ExecReload');
    if (command === undefined) {
      throw new UnitError(
        `Failed to reload ${full}: Job type reload is not applicable for unit ${full}.\nSee system logs and 'systemctl status ${full}' for details.`,
      );
    }
    service.main?.signal('HUP');
  });
}

function linker(verb: 'enable' | 'disable' | 'mask' | 'unmask'): Verb {
  return (call, units) =>
    forEach(call, units, function* (unit) {
      const { systemd } = call.context.host;
      const said = systemd[verb](unit);
      if (!call.options.has('q')) for (const line of said) yield* call.context.err(`${line}\n`);
      if (!call.options.has('now')) return;
      if (verb === 'enable') yield* settle(call, systemd.start(unit));
      else if (verb !== 'unmask') yield* stop(call, [unit]);
    });
}

function* isActive(call: Call, units: readonly string[]): Steps<number> {
  let any = false;
  for (const unit of units) {
    const { active } = call.context.host.systemd.service(unit);
    any ||= active === 'active';
    if (!call.options.has('q')) yield* call.context.out(`${active}\n`);
  }
  return any ? 0 : 3;
}

function* isFailed(call: Call, units: readonly string[]): Steps<number> {
  let any = false;
  for (const unit of units) {
    const { active } = call.context.host.systemd.service(unit);
    any ||= active === 'failed';
    if (!call.options.has('q')) yield* call.context.out(`${active}\n`);
  }
  return any ? 0 : 1;
}

function* isEnabled(call: Call, units: readonly string[]): Steps<number> {
  const { systemd } = call.context.host;
  let code = 0;
  for (const unit of units) {
    const missing = systemd.load(unit).load === 'not-found';
    const state = missing ? 'not-found' : systemd.enabled(unit);
    if (!['enabled', 'static', 'alias'].includes(state)) code = missing ? 4 : 1;
    if (!call.options.has('q')) yield* call.context.out(`${state}\n`);
  }
  return code;
}

function* cat(call: Call, units: readonly string[]): Steps<number> {
  const { systemd } = call.context.host;
  return yield* forEach(call, units, function* (unit) {
    const loaded = systemd.load(unit);
    if (loaded.load === 'not-found') throw new UnitError(`No files found for ${loaded.name}.`);
    const parts = [loaded.path, ...loaded.dropIns].map(
      (path) => `# ${path}\n${call.context.host.init.fs.read(path)}`,
    );
    yield* page(call.context, parts.join('\n'), { pager: !call.options.has('no-pager') });
  });
}

function* status(call: Call, units: readonly string[]): Steps<number> {
  const { host } = call.context;
  const names =
    units.length > 0
      ? units
      : host.systemd
          .services()
          .filter((s) => s.active !== 'inactive')
          .map((s) => s.name);
  let code = 0;
  const texts: string[] = [];
  for (const name of names) {
    const loaded = host.systemd.load(name);
    if (loaded.load === 'not-found' && host.systemd.service(name).active === 'inactive') {
      yield* call.context.err(`Unit ${loaded.name} could not be found.\n`);
      code = 4;
      continue;
    }
    const lines = Number(call.options.get('n') ?? 10);
    texts.push(statusText(host, host.systemd.service(name), lines));
    if (host.systemd.service(name).active !== 'active') code ||= 3;
    yield* warnOfChange(call, name);
  }
  yield* page(call.context, texts.join('\n'), { pager: !call.options.has('no-pager') });
  return code;
}

function* kill(call: Call, units: readonly string[]): Steps<number> {
  const name = call.options.get('s') ?? 'TERM';
  const signal = parseSignal(name) ?? call.fail(`Failed to parse signal string ${name}.`);
  for (const unit of units) call.context.host.systemd.service(unit).kill(signal);
  return 0;
}

function* show(call: Call, units: readonly string[]): Steps<number> {
  for (const unit of units) yield* call.print(showText(call.context.host, unit, call.options));
  return 0;
}

const VERBS: Readonly<Record<string, Verb>> = {
  start: starter('start'),
  stop,
  restart: starter('restart'),
  'reload-or-restart': starter('restart'),
  'try-restart': tryRestart,
  reload,
  enable: linker('enable'),
  reenable: linker('enable'),
  disable: linker('disable'),
  mask: linker('mask'),
  unmask: linker('unmask'),
  kill,
  status,
  show,
  cat,
  'is-active': isActive,
  'is-enabled': isEnabled,
  'is-failed': isFailed,
  'list-units': listUnits,
  'list-unit-files': listUnitFiles,
  ...MORE_VERBS,
  *'daemon-reload'(call) {
    call.context.host.systemd.daemonReload();
    return 0;
  },
  *'reset-failed'(call, units) {
    const { systemd } = call.context.host;
    const services = units.length > 0 ? units.map((unit) => systemd.service(unit)) : systemd.services();
    for (const service of services) service.resetFailed();
    return 0;
  },
  *'is-system-running'(call) {
    const failed = call.context.host.systemd.services().some((service) => service.active === 'failed');
    yield* call.print(failed ? 'degraded\n' : 'running\n');
    return failed ? 1 : 0;
  },
};
