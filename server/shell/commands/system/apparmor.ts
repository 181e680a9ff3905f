import {
  type Context,
  isSystemError,
  loadedProfiles,
  PolicyError,
  type Profile,
  parsePolicy,
  setLoadedProfiles,
} from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';

const DIRECTORY = '/etc/apparmor.d';
const VERSION = 'AppArmor parser version 4.0.1really4.0.1-0ubuntu0.24.04.3';
/** As the negative error codes of the kernel end up: EEXIST, ENOENT. */
const EXISTS = 239;
const MISSING = 254;

export const apparmorParser = tool({
  name: 'apparmor_parser',
  summary: 'loads AppArmor profiles into the kernel',
  usage: '[options] [profile]',
  version: VERSION,
  paths: ['/usr/sbin/apparmor_parser'],
  options:
    'a|add r|replace R|remove C|Complain N|names q|quiet v|verbose Q|skip-kernel-load T|skip-read-cache W|write-cache K|skip-cache L|cache-loc= I|Include= warn=',
  *run(call) {
    const { options, context } = call;
    const isDry = options.has('Q') || options.has('N');
    if (!isDry && context.credentials.uid !== 0) {
      yield* context.err('apparmor_parser: Sorry. You need root privileges to run this program.\n\n');
      return 1;
    }
    for (const source of call.operands.length > 0 ? call.operands : ['-']) {
      for (const path of filesOf(context, source)) {
        const profiles = yield* read(call, path);
        if (profiles === undefined) return 1;
        const status = yield* options.has('N')
          ? names(call, profiles)
          : isDry
            ? nothing()
            : load(call, profiles);
        if (status !== 0) return status;
      }
    }
    return 0;
  },
});

function* nothing(): Steps<number> {
  return 0;
}

function filesOf({ fs }: Context, source: string): string[] {
  if (source === '-' || !fs.isDirectory(source)) return [source];
  const paths = fs
    .list(source)
    .sort()
    .map((name) => `${source}/${name}`);
  return paths.filter((path) => fs.isFile(path));
}

/** What a policy says; undefined where it cannot be read, which was told. */
function* read(call: Call, path: string): Steps<Profile[] | undefined> {
  const { fs } = call.context;
  const include = (name: string) => {
    const paths = [name.startsWith('/') ? name : `${DIRECTORY}/${name}`];
    if (fs.isDirectory(paths[0] as string))
      return filesOf(call.context, paths[0] as string)
        .map((one) => fs.read(one))
        .join('\n');
    return fs.isFile(paths[0] as string) ? fs.read(paths[0] as string) : undefined;
  };
  let text = '';
  try {
    if (path === '-')
      for (let piece = yield* call.context.read(0); piece !== ''; piece = yield* call.context.read(0))
        text += piece;
    else text = fs.read(path);
    const profiles = parsePolicy(text, include);
    return call.options.has('C') ? profiles.map((one) => ({ ...one, mode: 'complain' })) : profiles;
  } catch (error) {
    if (isSystemError(error)) {
      yield* call.context.err(`File ${path} not found, skipping...\n`);
      return undefined;
    }
    if (!(error instanceof PolicyError)) throw error;
    const where = path === '-' ? '' : ` for ${path} in profile ${path}`;
    yield* call.context.err(`AppArmor parser error${where} at line ${error.line}: ${error.message}\n`);
    return undefined;
  }
}

function* names(call: Call, profiles: readonly Profile[]): Steps<number> {
  for (const { name } of profiles) yield* call.print(`${name}\n`);
  return 0;
}

/** Adds, replaces or removes. Models apparmor_parser's parser_interface.c __sd_serialize_profile */
function* load(call: Call, profiles: readonly Profile[]): Steps<number> {
  if (profiles.length === 0) return 0;
  const { options, context } = call;
  const loaded = new Map(loadedProfiles(context.host));
  const how = options.has('R') ? 'remove' : options.has('r') ? 'replace' : 'add';
  const done = { remove: 'Removal', replace: 'Replacement', add: 'Addition' }[how];
  for (const profile of profiles) {
    const { name } = profile;
    const isThere = loaded.has(name);
    const problem =
      how === 'add' && isThere
        ? 'Profile already exists'
        : how === 'remove' && !isThere
          ? "Profile doesn't exist"
          : undefined;
    if (problem !== undefined) {
      yield* context.err(`apparmor_parser: Unable to ${how} "${name}".  ${problem}\n`);
      return isThere ? EXISTS : MISSING;
    }
    if (how === 'remove') loaded.delete(name);
    else loaded.set(name, profile);
    if (options.has('v')) yield* call.print(`${done} succeeded for "${name}".\n`);
  }
  setLoadedProfiles(context.host, loaded.values());
  return 0;
}

export const aaEnabled = tool({
  name: 'aa-enabled',
  summary: 'test whether AppArmor is enabled',
  usage: '[options]',
  version: VERSION,
  paths: ['/usr/bin/aa-enabled'],
  options: 'q|quiet x|exclusive',
  *run(call) {
    if (!call.options.has('q')) yield* call.print('Yes\n');
    return 0;
  },
});

const MODES = ['enforce', 'complain', 'prompt', 'kill', 'unconfined'];

/** A running process under a profile, as `aa-status` lists it. */
interface Confined {
  readonly exe: string;
  readonly pid: number;
  readonly profile: string;
  readonly mode: string;
}

function confinedProcesses({ host }: Context): Confined[] {
  const loaded = loadedProfiles(host);
  return host.processes.list().flatMap((process) => {
    const profile = host.contextOf(process)?.credentials.confinement?.appArmor?.name;
    if (profile === undefined || !process.alive) return [];
    const mode = loaded.get(profile)?.mode ?? 'enforce';
    return [{ exe: process.exe, pid: process.pid, profile, mode }];
  });
}

export const aaStatus = tool({
  name: 'aa-status',
  summary: 'display various information about the current AppArmor policy',
  usage: '[options]',
  version: VERSION,
  paths: ['/usr/sbin/aa-status', '/usr/sbin/apparmor_status'],
  options: 'enabled profiled enforced complaining verbose json pretty-json',
  *run(call) {
    const { options, context } = call;
    if (options.has('enabled')) return 0;
    if (context.credentials.uid !== 0) {
      yield* call.print('apparmor module is loaded.\n');
      yield* call.flush();
      yield* context.err('You do not have enough privilege to read the profile set.\n');
      return 4;
    }
    const profiles = [...loadedProfiles(context.host).values()];
    const count = (mode?: string) => profiles.filter((one) => mode === undefined || one.mode === mode).length;
    if (options.has('profiled')) yield* call.print(`${count()}\n`);
    else if (options.has('enforced')) yield* call.print(`${count('enforce')}\n`);
    else if (options.has('complaining')) yield* call.print(`${count('complain')}\n`);
    else if (options.has('json', 'pretty-json')) yield* call.print(asJson(call, profiles));
    else yield* call.print(report(profiles, confinedProcesses(context)));
    return 0;
  },
});

function asJson({ options, context }: Call, profiles: readonly Profile[]): string {
  const processes: Record<string, object[]> = {};
  for (const { exe, pid, profile, mode } of confinedProcesses(context)) {
    const list = processes[exe] ?? [];
    list.push({ profile, pid: String(pid), status: mode });
    processes[exe] = list;
  }
  const value = {
    version: '2',
    profiles: Object.fromEntries(profiles.map(({ name, mode }) => [name, mode])),
    processes,
  };
  return `${options.has('pretty-json') ? JSON.stringify(value, undefined, '\t') : JSON.stringify(value)}\n`;
}

function report(profiles: readonly Profile[], processes: readonly Confined[]): string {
  const lines = ['apparmor module is loaded.', `${profiles.length} profiles are loaded.`];
  for (const mode of MODES) {
    const those = profiles.filter((profile) => profile.mode === mode).map(({ name }) => `   ${name}`);
    lines.push(`${those.length} profiles are in ${mode} mode.`, ...those.sort());
  }
  lines.push(`${processes.length} processes have profiles defined.`);
  for (const mode of MODES.slice(0, -1)) {
    const those = processes.filter((process) => process.mode === mode);
    lines.push(`${those.length} processes are in ${mode} mode.`);
    lines.push(...those.map(({ exe, pid, profile }) => `   ${exe} (${pid}) ${profile}`).sort());
  }
  lines.push('0 processes are unconfined but have a profile defined.', '0 processes are in mixed mode.');
  return `${lines.join('\n')}\n`;
}
