import { unitName } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';

type Verb = (call: Call, units: readonly string[]) => Steps<number>;

/** A listing of units of a kind that is not run here. */
function emptyList(header: string, what: string): Verb {
  return function* (call) {
    if (!call.options.has('no-legend')) yield* call.print(`${header}\n\n0 ${what} listed.\n`);
    if (!call.options.has('a') && what !== 'jobs' && !call.options.has('no-legend'))
      yield* call.print(`Pass --all to see loaded but inactive ${what}, too.\n`);
    return 0;
  };
}

function refuse(why: (units: readonly string[]) => string): Verb {
  return function* (call, units) {
    yield* call.context.err(`${why(units)}\n`);
    return 1;
  };
}

/** What a unit wants and requires, as a tree. */
function* listDependencies(call: Call, units: readonly string[]): Steps<number> {
  const { systemd } = call.context.host;
  const root = unitName(units[0] ?? 'multi-user.target');
  const wants = (name: string) => {
    const own = ['Requires', 'Wants']
      .flatMap((key) => systemd.load(name).file.all('Unit', key))
      .flatMap((value) => value.split(/\s+/));
    const enabled = systemd
      .unitFiles()
      .filter(
        (unit) =>
          name === 'multi-user.target' && unit.endsWith('.service') && systemd.enabled(unit) === 'enabled',
      );
    return [...new Set([...own, ...enabled])].filter((unit) => unit !== '').sort();
  };
  const lines: string[] = [root];
  const visit = (name: string, indent: string, above: readonly string[]) => {
    const children = wants(name);
    for (const [i, child] of children.entries()) {
      const isLast = i === children.length - 1;
      const isActive = child.endsWith('.service') ? systemd.service(child).active === 'active' : true;
      lines.push(`${isActive ? '●' : '○'} ${indent}${isLast ? '└─' : '├─'}${child}`);
      if (!above.includes(child)) visit(child, `${indent}${isLast ? '  ' : '│ '}`, [...above, child]);
    }
  };
  visit(root, '', [root]);
  yield* call.print(`${lines.join('\n')}\n`);
  return 0;
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
  'list-timers': emptyList('NEXT LEFT LAST PASSED UNIT ACTIVATES', 'timers'),
  'list-sockets': emptyList('LISTEN UNIT ACTIVATES', 'sockets'),
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
  'set-default': refuse(
    ([target = '']) =>
      `Failed to set default target: ${target} is not simulated, machines start multi-user.target`,
  ),
  isolate: refuse(([target = '']) => `Failed to start ${target}: isolating targets is not simulated`),
  'set-property': refuse(
    ([unit = '']) => `Failed to set unit properties on ${unit}: not simulated, write a drop-in`,
  ),
  reboot: refuse(() => 'Call to Reboot failed: the machines of an exam are not switched off: not simulated'),
  poweroff: refuse(
    () => 'Call to PowerOff failed: the machines of an exam are not switched off: not simulated',
  ),
};

/** Verbs of these that only root may use, and that want a unit. */
export const MORE_CHANGES = [
  'daemon-reexec',
  'edit',
  'set-default',
  'isolate',
  'set-property',
  'reboot',
  'poweroff',
];
export const MORE_WITH_UNIT = ['edit', 'set-default', 'isolate', 'set-property'];
