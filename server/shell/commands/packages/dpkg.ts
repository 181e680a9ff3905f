import { isSystemError } from '../../../host/index.ts';
import {
  archiveFields,
  compareVersions,
  dependencyName,
  isMet,
  type Package,
  PackageDatabase,
  readArchive,
} from '../../../host/packages/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { installAll, removeAll } from './carry-out.ts';
import { listFiles, listPackages, owners, select, status } from './dpkg-query.ts';

const OPTIONS =
  'i|install r|remove P|purge l|list L|listfiles S|search s|status p|print-avail V|verify C|audit I|info c|contents x|extract unpack configure a|pending get-selections set-selections add-architecture= print-architecture print-foreign-architectures compare-versions force-all force-depends force-confold force-confnew force-confdef G|refuse-downgrade E|skip-same-version R|recursive no-pager W|show f|showformat=';

/** dpkg on the disk of the machine it runs on. */
export const dpkg = tool({
  name: 'dpkg',
  summary: 'package manager for Debian',
  usage: '[<option>...] <command>',
  version: 'Debian dpkg 1.22.6',
  usageStatus: 2,
  options: OPTIONS,
  prepare: (args) => args.flatMap((arg) => (/^--force-[a-z,-]+$/.test(arg) ? [] : [arg])),
  refusal: (message) =>
    `dpkg: error: unknown option ${(/'([^']+)'/.exec(message)?.[1] ?? '').replace(/^([^-])/, '-$1')}\n\nType dpkg --help for help about installing and deinstalling packages [*];\nUse 'apt' or 'aptitude' for user-friendly package management;\n`,
  *run(call) {
    const action = call.options.given.map(({ name }) => name).find((name) => name in ACTIONS);
    const run = action === undefined ? undefined : ACTIONS[action];
    if (!run)
      return yield* fatal(
        call,
        'need an action option\n\nType dpkg --help for help about installing and deinstalling packages [*];',
      );
    const changes = ['i', 'r', 'P', 'unpack', 'configure', 'set-selections', 'add-architecture'];
    if (changes.includes(action as string) && call.context.credentials.uid !== 0)
      return yield* fatal(call, 'requested operation requires superuser privilege');
    return yield* run(call);
  },
});

const ACTIONS: Readonly<Record<string, (call: Call) => Steps<number>>> = {
  i: install,
  r: (call) => remove(call, false),
  P: (call) => remove(call, true),
  l: listPackages,
  L: listFiles,
  S: owners,
  s: status,
  W: select,
  I: info,
  c: contents,
  *V() {
    return 0;
  },
  *C() {
    return 0;
  },
  *configure() {
    return 0;
  },
  *'get-selections'(call) {
    for (const { name, want } of new PackageDatabase(call.context.fs).all())
      yield* call.print(`${name.padEnd(48)}${want}\n`);
    return 0;
  },
  'set-selections': setSelections,
  *'print-architecture'(call) {
    yield* call.print('amd64\n');
    return 0;
  },
  *'print-foreign-architectures'() {
    return 0;
  },
  'compare-versions': compare,
  *unpack(call) {
    return yield* fatal(call, '--unpack without --configure is not simulated');
  },
  *x(call) {
    return yield* fatal(call, '--extract is not simulated');
  },
};

function* fatal(call: Call, message: string): Steps<number> {
  yield* call.context.err(`dpkg: error: ${message}\n`);
  return 2;
}

function* install(call: Call): Steps<number> {
  if (call.operands.length === 0)
    return yield* fatal(call, '--install needs at least one package archive file argument');
  const failed: string[] = [];
  for (const path of call.operands) {
    const pack = yield* archive(call, path);
    if (!pack) {
      failed.push(path);
      continue;
    }
    const database = new PackageDatabase(call.context.fs);
    const missing = pack.depends.filter((item) => !isMet(item, (name) => database.installed(name)?.version));
    const conflict = pack.conflicts.map(dependencyName).find((name) => database.installed(name));
    if (conflict !== undefined) {
      yield* call.context.err(
        `dpkg: regarding ${path} containing ${pack.name}:\n ${pack.name} conflicts with ${conflict}\n\ndpkg: error processing archive ${path} (--install):\n conflicting packages - not installing ${pack.name}\n`,
      );
      failed.push(path);
      continue;
    }
    yield* installAll(call, [pack], path.slice(0, path.lastIndexOf('/') + 1));
    if (missing.length === 0) continue;
    yield* call.flush();
    // The files are there and in the database; dpkg only complains that it may not be set up.
    const lines = missing.map(
      (item) =>
        ` ${pack.name} depends on ${item}; however:\n  Package ${dependencyName(item)} is not installed.\n`,
    );
    yield* call.context.err(
      `dpkg: dependency problems prevent configuration of ${pack.name}:\n${lines.join('')}\ndpkg: error processing package ${pack.name} (--install):\n dependency problems - leaving unconfigured\n`,
    );
    failed.push(pack.name);
  }
  if (failed.length === 0) return 0;
  yield* call.flush();
  yield* call.context.err(
    `Errors were encountered while processing:\n${failed.map((name) => ` ${name}\n`).join('')}`,
  );
  return 1;
}

function* archive(call: Call, path: string): Steps<Package | undefined> {
  try {
    const pack = readArchive(yield* call.readFile(path));
    if (pack) return pack;
    yield* call.context.err(
      `dpkg-deb: error: '${path}' is not a Debian format archive\ndpkg: error processing archive ${path} (--install):\n dpkg-deb --control subprocess returned error exit status 2\n`,
    );
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.context.err(`dpkg: error: cannot access archive '${path}': ${error.message}\n`);
  }
  return undefined;
}

function* remove(call: Call, purge: boolean): Steps<number> {
  const database = new PackageDatabase(call.context.fs);
  let code = 0;
  for (const name of call.operands) {
    const entry = database.get(name);
    if (!entry) {
      yield* call.context.err(`dpkg: warning: ignoring request to remove ${name} which isn't installed\n`);
      continue;
    }
    const needing = database
      .all()
      .filter(
        ({ fields, state }) =>
          state === 'installed' &&
          (fields.get('Depends') ?? '').split(',').map(dependencyName).includes(name),
      );
    if (needing.length > 0) {
      const lines = needing.map((other) => ` ${other.name} depends on ${name}.\n`);
      yield* call.context.err(
        `dpkg: dependency problems prevent removal of ${name}:\n${lines.join('')}\ndpkg: error processing package ${name} (--${purge ? 'purge' : 'remove'}):\n dependency problems - not removing\nErrors were encountered while processing:\n ${name}\n`,
      );
      code = 1;
      continue;
    }
    yield* removeAll(call, [name], purge);
  }
  return code;
}

function* info(call: Call): Steps<number> {
  for (const path of call.operands) {
    const fields = archiveFields(yield* call.readFile(path));
    if (!fields) {
      yield* call.context.err(`dpkg-deb: error: '${path}' is not a Debian format archive\n`);
      return 2;
    }
    yield* call.print(' new Debian package, version 2.0.\n');
    for (const [field, value] of fields) yield* call.print(` ${field}: ${value}\n`);
  }
  return 0;
}

function* contents(call: Call): Steps<number> {
  for (const path of call.operands) {
    const pack = yield* archive(call, path);
    if (!pack) return 2;
    for (const file of pack.files)
      yield* call.print(`-rw-r--r-- root/root         0 2025-04-22 21:35 .${file.path}\n`);
  }
  return 0;
}

function* setSelections(call: Call): Steps<number> {
  const database = new PackageDatabase(call.context.fs);
  for (let line = yield* call.stdin.line(); line !== undefined; line = yield* call.stdin.line()) {
    const [name = '', want] = line.trim().split(/\s+/);
    if (database.installed(name) && (want === 'hold' || want === 'install'))
      database.hold(name, want === 'hold');
    else if (name !== '')
      yield* call.context.err(
        `dpkg: warning: package not in status nor available database at line 1: ${name}\n`,
      );
  }
  return 0;
}

/** `dpkg --compare-versions a lt b`. */
function* compare(call: Call): Steps<number> {
  const [a = '', relation = '', b = ''] = call.operands;
  const order = compareVersions(a, b);
  const results: Readonly<Record<string, boolean>> = {
    lt: order < 0,
    le: order <= 0,
    eq: order === 0,
    ne: order !== 0,
    ge: order >= 0,
    gt: order > 0,
  };
  const result = results[relation];
  if (result === undefined) return yield* fatal(call, `--compare-versions bad relation`);
  return result ? 0 : 1;
}
