import { unitName } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { switchMachine } from './power.ts';
import { listDependencies } from './systemctl-dependencies.ts';
import { getDefault, help, isolate, revert, setDefault } from './systemctl-targets.ts';
import { listSockets, listTimers } from './systemctl-triggers.ts';

type Verb = (call: Call, units: readonly string[]) => Steps<number>;

function refuse(why: (units: readonly string[]) => string): Verb {
  return function* (call, units) {
    yield* call.context.err(`${why(units)}\n`);
    return 1;
  };
}

/** `systemctl edit`: a drop-in, or the whole unit with --full, in the user's editor; then the units are loaded anew. */
function* edit(call: Call, units: readonly string[]): Steps<number> {
  const { context, options } = call;
  const { systemd } = context.host;
  const name = unitName(units[0] as string);
  const unit = systemd.load(name);
  if (unit.load === 'not-found' && !options.has('force')) {
    yield* context.err(
      `No files found for ${name}.\nRun 'systemctl edit --force --full ${name}' to create a new unit.\n`,
    );
    return 1;
  }
  if (!context.isTerminal(1)) {
    yield* context.err('Cannot edit units if not on a tty.\n');
    return 1;
  }
  const whole = options.has('l');
  const path = whole ? `/etc/systemd/system/${name}` : `/etc/systemd/system/${name}.d/override.conf`;
  const { fs } = context.host.init;
  const before = fs.isFile(path) ? fs.read(path) : whole && unit.path !== '' ? fs.read(unit.path) : '';
  fs.mkdirAll(path.slice(0, path.lastIndexOf('/')));
  fs.write(path, before);
  const [editor = 'nano', ...args] = (
    context.env.get('SYSTEMD_EDITOR') ??
    context.env.get('EDITOR') ??
    'nano'
  ).split(/\s+/);
  const code = yield* context.run(editor, [editor, ...args, path]);
  if (code !== 0 || fs.read(path).trim() === '') {
    fs.unlink(path);
    yield* context.err(`Editing "${path}" canceled: temporary file is empty.\n`);
    return 1;
  }
  systemd.daemonReload();
  if (fs.read(path) !== before) yield* context.err(`Successfully installed edited file '${path}'.\n`);
  return 0;
}

/** Verbs that people use less, and those that are refused. */
export const MORE_VERBS: Readonly<Record<string, Verb>> = {
  'list-timers': listTimers,
  'list-sockets': listSockets,
  'list-jobs': function* (call) {
    yield* call.print('No jobs running.\n');
    return 0;
  },
  'list-dependencies': listDependencies,
  edit,
  *'daemon-reexec'(call) {
    call.context.host.systemd.daemonReload();
    return 0;
  },
  *'show-environment'(call) {
    yield* call.print('LANG=C.UTF-8\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/snap/bin\n');
    return 0;
  },
  'get-default': getDefault,
  'set-default': setDefault,
  isolate,
  revert,
  help,
  'set-property': refuse(
    ([unit = '']) => `Failed to set unit properties on ${unit}: not simulated, write a drop-in`,
  ),
  *reboot(call) {
    return switchMachine(call, 'Reboot');
  },
  *poweroff(call) {
    return switchMachine(call, 'PowerOff');
  },
  *halt(call) {
    return switchMachine(call, 'Halt');
  },
};

/** Verbs of these that only root may use, and that want a unit. */
export const MORE_CHANGES = [
  'daemon-reexec',
  'edit',
  'set-default',
  'isolate',
  'revert',
  'set-property',
  'reboot',
  'poweroff',
  'halt',
];
export const MORE_WITH_UNIT = ['edit', 'help', 'set-default', 'isolate', 'revert', 'set-property'];
