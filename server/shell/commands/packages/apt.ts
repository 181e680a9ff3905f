import { globMatch, isSystemError } from '../../../host/index.ts';
import { archiveName, archiveText, type Package, readArchive } from '../../../host/packages/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { type Call, tool } from '../core/tool.ts';
import { carryOut, installAll } from './carry-out.ts';
import { emptyPlan, planInstall, planRemove, planUpgrade } from './plan.ts';
import { depends, list, madison, names, policy, search, show } from './query.ts';
import { AptError, AptState } from './state.ts';
import { steps, update } from './update.ts';

const OPTIONS = [
  'y|yes|assume-yes assume-no s|simulate|just-print|dry-run|recon|no-act d|download-only q|quiet f|fix-broken',
  'm|ignore-missing o|option= c|config-file= t|target-release|default-release= V|verbose-versions',
  'allow-downgrades allow-change-held-packages allow-unauthenticated no-install-recommends install-recommends',
  'reinstall only-upgrade no-upgrade purge auto-remove|autoremove no-download fix-missing force-yes no-remove',
  'installed upgradable upgradeable all-versions|a names-only|n full|f2 no-show-upgraded allow-releaseinfo-change',
].join(' ');

type Verb = (call: Call, words: readonly string[]) => Steps<number>;

/** Verbs that change the machine, and the lock that each wants. */
const LOCKS: Readonly<Record<string, 'lists' | 'dpkg' | 'archives'>> = {
  update: 'lists',
  install: 'dpkg',
  reinstall: 'dpkg',
  remove: 'dpkg',
  purge: 'dpkg',
  upgrade: 'dpkg',
  'full-upgrade': 'dpkg',
  'dist-upgrade': 'dpkg',
  autoremove: 'dpkg',
  autopurge: 'dpkg',
  clean: 'archives',
  autoclean: 'archives',
};

const LOCK_FILES = {
  lists: ['/var/lib/apt/lists/lock', 'E: Unable to lock directory /var/lib/apt/lists/'],
  archives: ['/var/cache/apt/archives/lock', 'E: Unable to lock directory /var/cache/apt/archives/'],
  dpkg: [
    '/var/lib/dpkg/lock-frontend',
    'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?',
  ],
} as const;

function* install(call: Call, words: readonly string[]): Steps<number> {
  yield* steps(call);
  const { options, context } = call;
  const files = words.filter((word) => word.includes('/') && word.endsWith('.deb'));
  const others = words.filter((word) => !files.includes(word)).map((word) => word.replace(/\+$/, ''));
  const local: Package[] = [];
  for (const file of files) local.push(yield* localArchive(call, file));
  const state = new AptState(call);
  const plan = planInstall(
    state,
    [...others, ...local.flatMap(({ depends }) => depends.map((name) => name.replace(/\s*\(.*/, '')))].filter(
      (word) => !state.installed.has(word) || others.includes(word),
    ),
    {
      onlyUpgrade: options.has('only-upgrade'),
      reinstall: options.has('reinstall'),
      allowDowngrades: options.has('allow-downgrades'),
    },
  );
  for (const pack of local)
    yield* call.print(`Note, selecting '${pack.name}' instead of '${files[local.indexOf(pack)]}'\n`);
  const code = yield* carryOut(call, state, plan);
  if (code !== 0 || local.length === 0 || options.has('s')) return code;
  yield* installAll(call, local, `${context.cwd === '/' ? '' : context.cwd}/`);
  return 0;
}

function* localArchive(call: Call, path: string): Steps<Package> {
  try {
    const found = readArchive(yield* call.readFile(path));
    if (found) return found;
    throw new AptError([`E: Invalid archive signature`, `E: Could not read meta data from ${path}`]);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new AptError([`E: Unsupported file ${path} given on commandline`]);
  }
}

function* remove(call: Call, words: readonly string[], purge: boolean): Steps<number> {
  yield* steps(call);
  const state = new AptState(call);
  const plan = planRemove(state, words);
  const leftOver = words.filter((word) => state.database.get(word)?.state === 'config-files');
  if (purge && leftOver.length > 0) plan.remove.push(...leftOver);
  return yield* carryOut(call, state, plan, { purge, asks: true });
}

function* upgrade(call: Call): Steps<number> {
  yield* steps(call);
  yield* call.print('Calculating upgrade...');
  yield* call.print(call.context.isTerminal(1) ? ' Done\n' : '\n');
  const state = new AptState(call);
  return yield* carryOut(call, state, planUpgrade(state), { asks: true });
}

function* autoremove(call: Call, purge: boolean): Steps<number> {
  yield* steps(call);
  const state = new AptState(call);
  const plan = emptyPlan();
  plan.remove.push(...state.superfluous());
  return yield* carryOut(call, state, plan, { purge, asks: true });
}

function* download(call: Call, words: readonly string[]): Steps<number> {
  const state = new AptState(call);
  const { fs } = call.context;
  for (const word of words) {
    const [name = word, version] = word.split('=');
    const offer = state
      .of(name)
      .find(({ pack }) => version === undefined || globMatch(version, pack.version));
    if (!offer) throw new AptError([`E: Unable to locate package ${name}`]);
    const { pack } = offer;
    yield* call.print(
      `Get:1 ${offer.mirror} ${offer.suite}/${offer.component} ${pack.architecture} ${name} ${pack.version}\n`,
    );
    fs.write(archiveName(pack), archiveText(pack));
  }
  return 0;
}

function refused(what: string): Verb {
  return function* () {
    throw new AptError([`E: ${what} is not simulated`]);
  };
}

const VERBS: Readonly<Record<string, Verb>> = {
  install,
  reinstall: (call, words) => install(call, words),
  remove: (call, words) => remove(call, words, call.options.has('purge')),
  purge: (call, words) => remove(call, words, true),
  upgrade: (call) => upgrade(call),
  'full-upgrade': (call) => upgrade(call),
  'dist-upgrade': (call) => upgrade(call),
  autoremove: (call) => autoremove(call, call.options.has('purge')),
  autopurge: (call) => autoremove(call, true),
  download,
  *clean() {
    return 0;
  },
  *autoclean(call) {
    yield* steps(call);
    return 0;
  },
  *check(call) {
    yield* steps(call);
    return 0;
  },
  source: refused('source'),
  'build-dep': refused('build-dep'),
  changelog: refused('changelog'),
  edit: refused('edit'),
};

const APT_ONLY: Readonly<Record<string, Verb>> = {
  list,
  show,
  search,
  policy,
  'edit-sources': refused('edit-sources'),
};

const CACHE: Readonly<Record<string, Verb>> = {
  policy,
  madison,
  show,
  search,
  pkgnames: names,
  depends,
};

/** Whether the user may; apt says which file it could not open. */
function* mayLock(call: Call, verb: string): Steps<boolean> {
  const lock = LOCKS[verb];
  const { context, options } = call;
  if (lock === undefined || context.credentials.uid === 0 || options.has('s')) return true;
  const [file, why] = LOCK_FILES[lock];
  if (lock === 'lists') yield* steps(call, false);
  yield* call.flush();
  yield* context.err(`E: Could not open lock file ${file} - open (13: Permission denied)\n${why}\n`);
  if (lock === 'lists')
    for (const cache of ['pkgcache', 'srcpkgcache'])
      yield* context.err(
        `W: Problem unlinking the file /var/cache/apt/${cache}.bin - RemoveCaches (13: Permission denied)\n`,
      );
  return false;
}

const APT_USAGE = `apt 2.7.14 (amd64)
Usage: apt [options] command

Commands:
  list install reinstall remove purge autoremove update upgrade full-upgrade
  search show policy
`;

function aptCommand(
  name: 'apt' | 'apt-get' | 'apt-cache',
  summary: string,
  verbs: Record<string, Verb>,
): Command {
  return tool({
    name,
    summary,
    usage: '[options] command',
    version: 'apt 2.7.14 (amd64)',
    usageStatus: 100,
    options: OPTIONS,
    refusal: (message) => `${aptWords(message)}\n`,
    *run(call) {
      const [verb, ...words] = call.operands;
      if (verb === undefined) {
        yield* call.print(APT_USAGE.replace(/^apt /, `${name} `).replace('Usage: apt', `Usage: ${name}`));
        return 0;
      }
      if (name === 'apt' && !call.context.isTerminal(1))
        yield* call.context.err(
          '\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n',
        );
      const run = verb === 'update' ? (c: Call) => update(c, name === 'apt') : verbs[verb];
      if (!run || (verb === 'update' && name === 'apt-cache')) {
        yield* call.context.err(`E: Invalid operation ${verb}\n`);
        return 100;
      }
      if (!(yield* mayLock(call, verb))) return 100;
      return yield* attempt(call, () => run(call, words));
    },
  });
}

function* attempt(call: Call, run: () => Steps<number>): Steps<number> {
  try {
    return yield* run();
  } catch (error) {
    if (!(error instanceof AptError)) throw error;
    yield* call.flush();
    const [said, errors] = [
      error.lines.filter((line) => !/^[EWN]: /.test(line)),
      error.lines.filter((line) => /^[EWN]: /.test(line)),
    ];
    if (said.length > 0) yield* call.context.out(`${said.join('\n')}\n`);
    yield* call.context.err(`${errors.join('\n')}\n`);
    return 100;
  }
}

/** apt's own words for an option that it does not know. */
function aptWords(message: string): string {
  const option = /'(?:--)?([^']+)'/.exec(message)?.[1] ?? '';
  if (message.startsWith('unrecognized'))
    return `E: Command line option --${option} is not understood in combination with the other options`;
  if (message.startsWith('invalid option'))
    return `E: Command line option '${option}' [from -${option}] is not understood in combination with the other options.`;
  return `E: ${message.charAt(0).toUpperCase()}${message.slice(1)}`;
}

export const apt = aptCommand('apt', 'command-line package manager', { ...VERBS, ...APT_ONLY });
export const aptGet = aptCommand('apt-get', 'package handling utility -- command-line interface', VERBS);
export const aptCache = aptCommand('apt-cache', 'query the package cache', CACHE);
