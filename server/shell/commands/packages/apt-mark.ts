import { PackageDatabase } from '../../../host/packages/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { AptState } from './state.ts';

export const aptMark = tool({
  name: 'apt-mark',
  summary: 'show, set and unset various settings for a package',
  usage: '[options] {auto|manual|hold|unhold|showauto|showmanual|showhold} pkg1 [pkg2 ...]',
  version: 'apt 2.7.14 (amd64)',
  usageStatus: 100,
  options: 'q|quiet s|simulate f|file= o|option= c|config-file=',
  *run(call) {
    const [verb, ...names] = call.operands;
    switch (verb) {
      case 'hold':
      case 'unhold':
        return yield* hold(call, names, verb === 'hold');
      case 'auto':
      case 'manual':
        return yield* mark(call, names, verb === 'auto');
      case 'showhold':
      case 'showholds':
      case 'showauto':
      case 'showmanual':
        return yield* showMarked(call, verb.replace(/s$/, ''), names);
      default:
        yield* call.context.err(`E: Invalid operation ${verb ?? ''}\n`);
        return 100;
    }
  },
});

/** Root may; others are told which file they could not open. */
function* mayWrite(call: Call, file: string): Steps<boolean> {
  if (call.context.credentials.uid === 0) return true;
  yield* call.context.err(`E: Could not open file ${file} - open (13: Permission denied)\n`);
  return false;
}

function* hold(call: Call, names: readonly string[], held: boolean): Steps<number> {
  const { fs, credentials } = call.context;
  const database = new PackageDatabase(fs);
  const missing = yield* unknown(call, names);
  if (missing) return 100;
  for (const name of names) {
    if (database.isHeld(name) === held) {
      yield* call.print(`${name} was already ${held ? 'set on' : 'not on'} hold.\n`);
      continue;
    }
    if (credentials.uid !== 0) {
      yield* call.flush();
      yield* call.context.err(
        'dpkg: error: requested operation requires superuser privilege\nE: Executing dpkg failed. Are you root?\n',
      );
      return 100;
    }
    if (!database.installed(name)) {
      yield* call.print(`${name} was already not on hold.\n`);
      continue;
    }
    if (!call.options.has('s')) database.hold(name, held);
    yield* call.print(held ? `${name} set on hold.\n` : `Canceled hold on ${name}.\n`);
  }
  return 0;
}

function* unknown(call: Call, names: readonly string[]): Steps<boolean> {
  if (names.length === 0) {
    yield* call.context.err('E: No packages found\n');
    return true;
  }
  const state = new AptState(call);
  const missing = names.filter((name) => !state.knows(name) && !state.database.get(name));
  for (const name of missing) yield* call.context.err(`E: Unable to locate package ${name}\n`);
  if (missing.length > 0) yield* call.context.err('E: No packages found\n');
  return missing.length === names.length;
}

function* mark(call: Call, names: readonly string[], automatic: boolean): Steps<number> {
  if (!(yield* mayWrite(call, '/var/lib/apt/extended_states'))) return 100;
  if (yield* unknown(call, names)) return 100;
  const database = new PackageDatabase(call.context.fs);
  const marked = database.automatic();
  for (const name of names) {
    const how = automatic ? 'automatically' : 'manually';
    if (marked.has(name) === automatic) {
      yield* call.print(`${name} was already set to ${how} installed.\n`);
      continue;
    }
    if (automatic) marked.add(name);
    else marked.delete(name);
    yield* call.print(`${name} set to ${how} installed.\n`);
  }
  database.setAutomatic(marked);
  return 0;
}

function* showMarked(call: Call, verb: string, names: readonly string[]): Steps<number> {
  const database = new PackageDatabase(call.context.fs);
  const automatic = database.automatic();
  for (const { name, want, state } of database.all()) {
    if (state !== 'installed' || (names.length > 0 && !names.includes(name))) continue;
    const shown = verb === 'showhold' ? want === 'hold' : automatic.has(name) === (verb === 'showauto');
    if (shown) yield* call.print(`${name}\n`);
  }
  return 0;
}
