import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { compileRegex } from '../process/pattern.ts';

const ROOT = '/proc/sys';

export const sysctl = tool({
  name: 'sysctl',
  summary: 'configure kernel parameters at runtime',
  usage: '[options] [variable[=value] ...]',
  version: 'procps-ng 4.0.4',
  paths: ['/usr/sbin/sysctl'],
  options: 'a|all A X w|write p|load? f system n|values N|names b|binary e|ignore q|quiet r|pattern=',
  *run(call) {
    const { options } = call;
    if (options.has('system')) return yield* loadAll(call);
    if (options.has('p') || options.has('f')) {
      const files = call.operands.length > 0 ? call.operands : [options.get('p') ?? '/etc/sysctl.conf'];
      for (const file of files) yield* load(call, file);
      return undefined;
    }
    if (options.has('a') || options.has('A') || options.has('X')) {
      return yield* showAll(call);
    }
    if (options.has('r')) return yield* showAll(call);
    if (call.operands.length === 0) call.misuse('no variables specified');
    for (const operand of call.operands) yield* one(call, operand);
    return undefined;
  },
});

/** All parameters, or those that match `-r`. */
function* showAll(call: Call): Steps<undefined> {
  const pattern = call.options.get('r');
  const wanted = pattern === undefined ? () => true : compileRegex(call, pattern, false, false);
  for (const name of names(call, ROOT).sort()) if (wanted(name)) yield* show(call, name);
  return undefined;
}

function* one(call: Call, operand: string): Steps<void> {
  const equals = operand.indexOf('=');
  if (equals >= 0) yield* write(call, operand.slice(0, equals).trim(), operand.slice(equals + 1).trim());
  else if (call.options.has('w')) call.fail(`"${operand}" must be of the form name=value`);
  else yield* show(call, operand);
}

/** `net.ipv4.ip_forward` and `net/ipv4/ip_forward` name the same. */
function pathOf(name: string): string {
  return `${ROOT}/${name.includes('/') ? name : name.replaceAll('.', '/')}`;
}

function names(call: Call, directory: string): string[] {
  const { fs } = call.context;
  return fs.list(directory).flatMap((entry) => {
    const path = `${directory}/${entry}`;
    return fs.isDirectory(path) ? names(call, path) : [path.slice(ROOT.length + 1).replaceAll('/', '.')];
  });
}

function* show(call: Call, name: string): Steps<void> {
  const path = pathOf(name);
  if (!call.context.fs.isFile(path)) {
    if (!call.options.has('e')) yield* call.warn(`cannot stat ${path}: No such file or directory`);
    return;
  }
  const shown = name.replaceAll('/', '.');
  const value = call.context.fs.read(path).replace(/\n$/, '');
  if (call.options.has('N')) yield* call.print(`${shown}\n`);
  else yield* call.print(call.options.has('n') ? `${value}\n` : `${shown} = ${value}\n`);
}

function* write(call: Call, name: string, value: string): Steps<void> {
  const path = pathOf(name);
  if (!call.context.fs.isFile(path)) {
    if (!call.options.has('e')) yield* call.warn(`cannot stat ${path}: No such file or directory`);
    return;
  }
  try {
    // Several numbers stand one tab apart.
    call.context.fs.write(path, `${value.replace(/(?<=\d)\s+(?=\d)/g, '\t')}\n`);
    if (!call.options.has('q')) yield* call.print(`${name.replaceAll('/', '.')} = ${value}\n`);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const key = `"${name.replaceAll('/', '.')}"`;
    yield* call.warn(
      error.code === 'EROFS' ? `setting key ${key}: ${error.message}` : `permission denied on key ${key}`,
    );
  }
}

/** The settings of a file, in order. */
function* settingsOf(call: Call, file: string): Steps<[name: string, value: string][]> {
  const { fs } = call.context;
  if (!fs.isFile(file)) {
    yield* call.warn(`cannot open "${file}": No such file or directory`);
    return [];
  }
  const out: [string, string][] = [];
  for (const raw of fs.read(file).split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const match = /^-?\s*([^=]+?)\s*=\s*(.*)$/.exec(line);
    if (match) out.push([match[1] as string, match[2] as string]);
    else yield* call.warn(`${file}: invalid syntax, continuing...`, 0);
  }
  return out;
}

function* load(call: Call, file: string): Steps<void> {
  for (const [name, value] of yield* settingsOf(call, file)) yield* write(call, name, value);
}

/** Reads all of `sysctl.d`, a file of a higher directory hiding those of the same name below; then sets what they say. */
function* loadAll(call: Call): Steps<number | undefined> {
  const { fs } = call.context;
  const byName = new Map<string, string>();
  for (const directory of [
    '/usr/lib/sysctl.d',
    '/usr/local/lib/sysctl.d',
    '/run/sysctl.d',
    '/etc/sysctl.d',
  ]) {
    if (!fs.isDirectory(directory)) continue;
    for (const name of fs.list(directory))
      if (name.endsWith('.conf')) byName.set(name, `${directory}/${name}`);
  }
  const files = [...byName.keys()].sort().map((name) => byName.get(name) as string);
  const settings: [string, string][] = [];
  for (const path of [...files, '/etc/sysctl.conf']) {
    if (!call.options.has('q')) yield* call.print(`* Applying ${path} ...\n`);
    settings.push(...(yield* settingsOf(call, path)));
  }
  // The last word counts, and is the only one.
  const last = new Map(settings.map(([name, value]) => [name.replaceAll('/', '.'), value]));
  for (const [name, value] of last) yield* write(call, name, value);
  return undefined;
}

/** What systemd runs at boot, and when its unit is restarted. */
export const systemdSysctl = tool({
  name: 'systemd-sysctl',
  summary: 'configure kernel parameters at boot',
  usage: '[OPTIONS...]',
  version: 'systemd 255',
  paths: ['/usr/lib/systemd/systemd-sysctl'],
  options: 'q|quiet e|ignore',
  prepare: (args) => ['-q', '-e', ...args],
  run: loadAll,
});
