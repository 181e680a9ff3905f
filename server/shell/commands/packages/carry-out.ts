import {
  archiveName,
  compareVersions,
  type Offer,
  type Package,
  PackageDatabase,
  removeFiles,
  unpack,
} from '../../../host/packages/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import type { Plan } from './plan.ts';
import { AptError, type AptState, hasProgram, originOf, paragraph, sizeText } from './state.ts';

/** Virtual time that a download takes: to begin with, and for each MB; and unpacking, for each MB. */
const FETCH_MS = 180;
const FETCH_MS_PER_MB = 25;
const UNPACK_MS_PER_MB = 8;

/** Says what will be done, asks where that is more than was asked for, and does it. */
export function* carryOut(
  call: Call,
  state: AptState,
  plan: Plan,
  options: { purge?: boolean; asks?: boolean } = {},
): Steps<number> {
  for (const note of plan.notes) yield* call.print(`${note}\n`);
  yield* announce(call, state, plan, options.purge ?? false);
  if (plan.take.length === 0 && plan.remove.length === 0) return 0;
  yield* checkHolds(call, plan);
  const downgrades = plan.take.filter(({ pack }) => isDowngrade(state, pack));
  if (downgrades.length > 0 && call.options.has('y') && !call.options.has('allow-downgrades'))
    throw new AptError(['E: Packages were downgraded and -y was used without --allow-downgrades.']);
  yield* sizes(call, state, plan);
  if (call.options.has('s')) return yield* simulate(call, state, plan);
  const unasked = plan.extra.size > 0 || plan.remove.length > 0 || options.asks || downgrades.length > 0;
  if (unasked && !(yield* agrees(call))) {
    yield* call.print('Abort.\n');
    return 1;
  }
  yield* fetch(call, plan.take);
  if (call.options.has('d')) {
    yield* call.print('Download complete and in download only mode\n');
    return 0;
  }
  const database = new PackageDatabase(call.context.fs);
  yield* removeAll(call, plan.remove, options.purge ?? false);
  yield* installAll(
    call,
    plan.take.map(({ pack }) => pack),
  );
  const automatic = database.automatic();
  for (const name of plan.extra) if (!state.installed.has(name)) automatic.add(name);
  for (const name of plan.remove) automatic.delete(name);
  database.setAutomatic(automatic);
  return 0;
}

function isDowngrade(state: AptState, pack: Package): boolean {
  const now = state.installed.get(pack.name);
  return now !== undefined && compareVersions(pack.version, now.version) < 0;
}

function* announce(call: Call, state: AptState, plan: Plan, purge: boolean): Steps<void> {
  const superfluous = state.superfluous().filter((name) => !plan.remove.includes(name));
  const isNew = (pack: Package) => !state.installed.has(pack.name);
  const names = (offers: readonly Offer[]) => offers.map(({ pack }) => pack.name).sort();
  const fresh = plan.take.filter(({ pack }) => isNew(pack));
  const upgrades = plan.take.filter(({ pack }) => !isNew(pack) && !isDowngrade(state, pack));
  const downgrades = plan.take.filter(({ pack }) => isDowngrade(state, pack));
  const reinstalled = upgrades.filter(({ pack }) => state.installed.get(pack.name)?.version === pack.version);
  const groups: [string, readonly string[]][] = [
    [
      superfluous.length === 1
        ? 'The following package was automatically installed and is no longer required:'
        : 'The following packages were automatically installed and are no longer required:',
      superfluous,
    ],
    ['The following additional packages will be installed:', [...plan.extra].sort()],
    [
      'The following packages will be REMOVED:',
      plan.remove.map((name) => `${name}${purge ? '*' : ''}`).sort(),
    ],
    ['The following held packages will be changed:', [...plan.held].sort()],
    ['The following NEW packages will be installed:', names(fresh)],
    ['The following packages have been kept back:', [...plan.keptBack].sort()],
    [
      'The following packages will be upgraded:',
      names(upgrades.filter((offer) => !reinstalled.includes(offer))),
    ],
    ['The following packages will be DOWNGRADED:', names(downgrades)],
  ];
  for (const [title, list] of groups) {
    if (list.length === 0) continue;
    yield* call.print(`${title}\n${paragraph(list)}`);
    if (list === superfluous) yield* call.print("Use 'apt autoremove' to remove them.\n");
  }
  const pending = state
    .upgradable()
    .filter(({ pack }) => !plan.take.some((offer) => offer.pack.name === pack.name));
  const parts = [
    `${upgrades.length - reinstalled.length} upgraded`,
    `${fresh.length} newly installed`,
    ...(reinstalled.length > 0 ? [`${reinstalled.length} reinstalled`] : []),
    ...(downgrades.length > 0 ? [`${downgrades.length} downgraded`] : []),
    `${plan.remove.length} to remove and ${pending.length} not upgraded.`,
  ];
  yield* call.print(`${parts.join(', ')}\n`);
}

function* checkHolds(call: Call, plan: Plan): Steps<void> {
  yield* call.flush();
  if (plan.held.length > 0 && call.options.has('y') && !call.options.has('allow-change-held-packages'))
    throw new AptError([
      'E: Held packages were changed and -y was used without --allow-change-held-packages.',
    ]);
}

function* sizes(call: Call, state: AptState, plan: Plan): Steps<void> {
  const bytes = plan.take.reduce((sum, { pack }) => sum + pack.sizeBytes, 0);
  if (plan.take.length > 0) yield* call.print(`Need to get ${sizeText(bytes)}B of archives.\n`);
  const kibOf = (name: string) => Number(state.installed.get(name)?.fields.get('Installed-Size') ?? 0);
  const added = plan.take.reduce((sum, { pack }) => sum + pack.installedKib - kibOf(pack.name), 0);
  const space = (added - plan.remove.reduce((sum, name) => sum + kibOf(name), 0)) * 1024;
  yield* call.print(
    space < 0
      ? `After this operation, ${sizeText(-space)}B disk space will be freed.\n`
      : `After this operation, ${sizeText(space)}B of additional disk space will be used.\n`,
  );
}

function* simulate(call: Call, state: AptState, plan: Plan): Steps<number> {
  for (const name of plan.remove) yield* call.print(`Remv ${name} [${state.installed.get(name)?.version}]\n`);
  for (const step of ['Inst', 'Conf']) {
    for (const { pack, suite } of plan.take) {
      const now = state.installed.get(pack.name)?.version;
      const before = step === 'Inst' && now !== undefined ? ` [${now}]` : '';
      yield* call.print(`${step} ${pack.name}${before} (${pack.version} ${suite} [${pack.architecture}])\n`);
    }
  }
  return 0;
}

/** The question that -y answers. Anything but Y, and the end of the input, is a no. */
function* agrees(call: Call): Steps<boolean> {
  if (call.options.has('y')) return true;
  if (call.options.has('assume-no')) {
    yield* call.print('Do you want to continue? [Y/n] N\n');
    return false;
  }
  yield* call.print('Do you want to continue? [Y/n] ');
  yield* call.flush();
  const answer = yield* call.stdin.line();
  return answer !== undefined && /^(y.*)?$/i.test(answer.trim());
}

function* fetch(call: Call, take: readonly Offer[]): Steps<void> {
  const bytes = take.reduce((sum, { pack }) => sum + pack.sizeBytes, 0);
  if (take.length === 0) return;
  const startedAt = call.context.now;
  for (const [i, offer] of take.entries()) {
    const { pack, mirror } = offer;
    const address = [mirror, originOf(offer)].join(' ');
    yield* call.print(
      `Get:${i + 1} ${address} ${pack.name} ${offer.suite.endsWith('/') ? '' : `${pack.architecture} `}${pack.version} [${sizeText(pack.sizeBytes)}B]\n`,
    );
    yield* call.flush();
    yield* call.context.sleep(FETCH_MS / take.length + (pack.sizeBytes / 1e6) * FETCH_MS_PER_MB);
  }
  const ms = Math.max(1, call.context.now - startedAt);
  yield* call.print(
    `Fetched ${sizeText(bytes)}B in ${Math.floor(ms / 1000)}s (${sizeText((bytes / ms) * 1000)}B/s)\n`,
  );
  yield* call.flush();
}

/** The line that dpkg begins its work with. */
function* readingDatabase(call: Call): Steps<void> {
  const { fs } = call.context;
  const database = new PackageDatabase(fs);
  const count = database.all().reduce((sum, { name }) => sum + database.files(name).length, 0);
  yield* call.print(`(Reading database ... ${count} files and directories currently installed.)\n`);
}

/** What dpkg says and does while it unpacks and configures. */
export function* installAll(call: Call, packages: readonly Package[], from = '.../'): Steps<void> {
  const { context } = call;
  const database = new PackageDatabase(context.fs);
  let first = true;
  for (const [i, pack] of packages.entries()) {
    const now = database.installed(pack.name);
    if (!now) yield* call.print(`Selecting previously unselected package ${pack.name}.\n`);
    if (first) yield* readingDatabase(call);
    first = false;
    const number =
      packages.length > 1 && from !== '' ? `${String(i).padStart(packages.length > 10 ? 2 : 1, '0')}-` : '';
    const file = from === '' ? '' : `${from}${number}`;
    yield* call.print(`Preparing to unpack ${file}${archiveName(pack)} ...\n`);
    const over = now ? `over (${now.version}) ` : '';
    yield* call.print(`Unpacking ${qualified(pack)} (${pack.version}) ${over}...\n`);
    yield* call.flush();
    yield* context.sleep((pack.sizeBytes / 1e6) * UNPACK_MS_PER_MB);
    const { kept } = unpack(context.fs, pack, hasProgram(context));
    for (const path of kept)
      yield* call.print(`Keeping the configuration file '${path}' that was changed here.\n`);
  }
  for (const pack of packages) yield* configure(call, pack, true);
}

function qualified({ name, section }: Package): string {
  return section.endsWith('libs') ? `${name}:amd64` : name;
}

/** Enables and starts what a package brings, but for those that run already. */
function* configure(call: Call, pack: Package, starts: boolean): Steps<void> {
  const { context } = call;
  yield* call.print(`Setting up ${qualified(pack)} (${pack.version}) ...\n`);
  yield* call.flush();
  const { host, process } = context;
  if (process.namespace !== host.processes.root || pack.services.length === 0) return;
  host.systemd.daemonReload();
  for (const name of pack.services) {
    if (host.systemd.load(name).load !== 'loaded' || host.systemd.enabled(name) === 'enabled') continue;
    for (const line of host.systemd.enable(name)) yield* call.print(`${line}\n`);
    yield* call.flush();
    if (starts && name.endsWith('.service')) host.systemd.start(name);
  }
}

/** What dpkg says and does while it takes packages away. */
export function* removeAll(call: Call, names: readonly string[], purge: boolean): Steps<void> {
  const { context } = call;
  const database = new PackageDatabase(context.fs);
  if (names.length > 0) yield* readingDatabase(call);
  for (const name of names) {
    const entry = database.get(name);
    if (!entry) continue;
    if (entry.state === 'installed') yield* call.print(`Removing ${name} (${entry.version}) ...\n`);
    if (purge) yield* call.print(`Purging configuration files for ${name} (${entry.version}) ...\n`);
    yield* call.flush();
    const own = database.files(name);
    stopUnits(call, own);
    const others = new Set(
      database.all().flatMap((other) => (other.name === name ? [] : database.files(other.name))),
    );
    removeFiles(context.fs, name, purge, (path) => others.has(path));
  }
  if (names.length > 0 && context.process.namespace === context.host.processes.root)
    context.host.systemd.daemonReload();
}

function stopUnits(call: Call, paths: readonly string[]): void {
  const { host, process } = call.context;
  if (process.namespace !== host.processes.root) return;
  for (const path of paths) {
    const unit = /^\/usr\/lib\/systemd\/system\/([^/]+\.(?:service|socket))$/.exec(path)?.[1];
    if (unit === undefined || host.systemd.load(unit).load !== 'loaded') continue;
    if (unit.endsWith('.service')) host.systemd.stop(unit);
    host.systemd.disable(unit);
  }
}
