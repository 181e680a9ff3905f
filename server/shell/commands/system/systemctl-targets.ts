import { isSystemError, unitName } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { switchMachine } from './power.ts';

const LINK = '/etc/systemd/system/default.target';
const USUAL = 'graphical.target';
/** The targets that a machine can be brought to; those that end the sessions of users, or the machine, are marked. */
const TARGETS: ReadonlyMap<string, 'runs' | 'ends' | 'Reboot' | 'PowerOff' | 'Halt'> = new Map([
  ['multi-user.target', 'runs'],
  ['graphical.target', 'runs'],
  ['default.target', 'runs'],
  ['runlevel3.target', 'runs'],
  ['runlevel5.target', 'runs'],
  ['rescue.target', 'ends'],
  ['emergency.target', 'ends'],
  ['poweroff.target', 'PowerOff'],
  ['runlevel0.target', 'PowerOff'],
  ['reboot.target', 'Reboot'],
  ['runlevel6.target', 'Reboot'],
  ['halt.target', 'Halt'],
] as const);

export function* getDefault(call: Call): Steps<number> {
  const link = call.context.host.init.fs.tryStat(LINK, false);
  const target = link?.type === 'symlink' ? String(link.data) : USUAL;
  yield* call.print(`${target.slice(target.lastIndexOf('/') + 1)}\n`);
  return 0;
}

export function* setDefault(call: Call, [given = '']: readonly string[]): Steps<number> {
  const target = /\.\w+$/.test(given) ? given : `${given}.target`;
  const { fs } = call.context.host.init;
  if (!TARGETS.has(target) || target === 'default.target') {
    yield* call.context.err(`Failed to set default target: Unit ${target} does not exist\n`);
    return 1;
  }
  if (fs.tryStat(LINK, false)) {
    fs.unlink(LINK);
    yield* call.context.err(`Removed "${LINK}".\n`);
  }
  fs.symlink(`/usr/lib/systemd/system/${target}`, LINK);
  yield* call.context.err(`Created symlink ${LINK} → /usr/lib/systemd/system/${target}.\n`);
  return 0;
}

/** Machines are at their default target; those that end the sessions of users are refused. */
export function* isolate(call: Call, [given = '']: readonly string[]): Steps<number> {
  const name = unitName(given);
  const kind = TARGETS.get(name) ?? TARGETS.get(`${given}.target`);
  if (kind === 'runs') return 0;
  if (kind !== undefined && kind !== 'ends') return switchMachine(call, kind);
  const known = kind !== undefined || call.context.host.systemd.load(name).load !== 'not-found';
  const reason = !known
    ? `Unit ${name} not found.`
    : kind === 'ends'
      ? 'nobody could log in there any more: not simulated'
      : 'Operation refused, unit may not be isolated.';
  yield* call.context.err(
    `Failed to start ${name}: ${reason}\n${kind === undefined && known ? `See system logs and 'systemctl status ${name}' for details.\n` : ''}`,
  );
  return known ? 4 : 5;
}

/** `systemctl revert`: a vendor's unit as its package brought it. */
export function* revert(call: Call, units: readonly string[]): Steps<number> {
  const { fs } = call.context.host.init;
  const removed: string[] = [];
  for (const name of units.map((unit) => unitName(unit))) {
    const own = `/etc/systemd/system/${name}`;
    if (fs.isDirectory(`${own}.d`)) {
      for (const file of fs.list(`${own}.d`)) removed.push(`${own}.d/${file}`);
      for (const file of fs.list(`${own}.d`)) fs.unlink(`${own}.d/${file}`);
      fs.rmdir(`${own}.d`);
      removed.push(`${own}.d`);
    }
    if (fs.tryStat(own, false)?.type === 'file' && fs.isFile(`/usr/lib/systemd/system/${name}`)) {
      fs.unlink(own);
      removed.push(own);
    }
  }
  for (const path of removed) yield* call.context.err(`Removed "${path}".\n`);
  call.context.host.systemd.daemonReload();
  return 0;
}

/** `systemctl help`: the manual pages that a unit names. */
export function* help(call: Call, units: readonly string[]): Steps<number> {
  let status = 0;
  for (const unit of units) {
    const found = call.context.host.systemd.load(unitName(unit));
    if (found.load === 'not-found') {
      yield* call.context.err(`Unit ${unitName(unit)} could not be found.\n`);
      status = 4;
    }
    for (const page of documentation(call, found.path)) {
      const manual = /^man:(\S+?)(?:\((\d)\))?$/.exec(page);
      if (manual) status = yield* call.context.run('man', ['man', manual[1] as string]);
      else yield* call.context.err(`Can't show: ${page}\n`);
    }
  }
  return status;
}

function documentation(call: Call, path: string): string[] {
  try {
    const text = path === '' ? '' : call.context.host.init.fs.read(path);
    return [...text.matchAll(/^Documentation=(.*)$/gm)].flatMap(([, words = '']) => words.split(/\s+/));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return [];
  }
}
