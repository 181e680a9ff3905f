import type { Files } from '../../../host/index.ts';
import { resolveName } from '../../../host/index.ts';
import { findRepository, keyIn, listFiles, type Source, saveLists } from '../../../host/packages/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { AptState, sizeText, sourcesOf } from './state.ts';

const INDEX_BYTES: Readonly<Record<string, number>> = { main: 1_402_000, universe: 15_020_000, '': 12_000 };
/** What it takes to ask a repository, and to fetch a MB. */
const ASK_MS = 220;
const MS_PER_MB = 40;
/** How long a resolver that does not answer is waited for. */
const RESOLVER_MS = 10_000;

/** What became of one source. */
interface Outcome {
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  readonly bytes: number;
}

/** `apt update`: asks every repository, and keeps its lists. */
export function* update(call: Call, isApt: boolean): Steps<number> {
  const { context } = call;
  const sources = sourcesOf(call);
  const startedAt = context.now;
  const outcomes: Outcome[] = [];
  let number = 1;
  for (const source of sources) {
    const outcome = yield* fetchSource(call, source, number);
    number += outcome.bytes > 0 ? 1 + listFiles(source).length : 1;
    outcomes.push(outcome);
  }
  const bytes = outcomes.reduce((sum, outcome) => sum + outcome.bytes, 0);
  const ms = Math.max(1, context.now - startedAt);
  if (bytes > 0)
    yield* call.print(
      `Fetched ${sizeText(bytes)}B in ${Math.max(1, Math.floor(ms / 1000))}s (${sizeText((bytes / ms) * 1000)}B/s)\n`,
    );
  yield* steps(call, isApt);
  if (isApt) yield* summary(call);
  yield* call.flush();
  const errors = outcomes.flatMap((outcome) => outcome.errors);
  for (const line of outcomes.flatMap((outcome) => outcome.warnings)) yield* context.err(`${line}\n`);
  for (const line of errors) yield* context.err(`${line}\n`);
  return errors.length > 0 ? 100 : 0;
}

/** `Reading package lists... Done`, and what else apt does before it looks at its packages. */
export function* steps(call: Call, all = true): Steps<void> {
  if (call.options.count('q') > 1) return;
  const done = call.context.isTerminal(1) ? ' Done' : '';
  const titles = [
    'Reading package lists',
    ...(all ? ['Building dependency tree', 'Reading state information'] : []),
  ];
  for (const title of titles) yield* call.print(`${title}...${done}\n`);
}

function* summary(call: Call): Steps<void> {
  const count = new AptState(call).upgradable().length;
  yield* call.print(
    count === 0
      ? 'All packages are up to date.\n'
      : `${count} package${count === 1 ? '' : 's'} can be upgraded. Run 'apt list --upgradable' to see ${count === 1 ? 'it' : 'them'}.\n`,
  );
}

function* fetchSource(call: Call, source: Source, number: number): Steps<Outcome> {
  const { context } = call;
  const repository = findRepository(source);
  const flat = source.suite.endsWith('/');
  const shown = `${repository?.mirror ?? source.uri} ${flat ? '' : source.suite} InRelease`;
  const name = `${source.uri} ${flat ? '' : source.suite} InRelease`;
  const host = /^[a-z]+:\/\/([^/:]+)/.exec(source.uri)?.[1] ?? '';
  const where = resolveName(context, host);
  yield* context.sleep(!where.ok && where.why === 'timeout' ? RESOLVER_MS : ASK_MS);
  if (!where.ok) {
    const why =
      where.why === 'not-found' ? `Could not resolve '${host}'` : `Temporary failure resolving '${host}'`;
    return yield* unresolved(call, { source, number, shown: name, why });
  }
  if (!repository) return yield* noRelease(call, source, number, name);
  const missing = source.trusted ? undefined : missingKey(context.fs, source, repository.key);
  if (missing !== undefined) {
    const why = `The following signatures couldn't be verified because the public key is not available: NO_PUBKEY ${missing}`;
    yield* call.print(`Get:${number} ${shown} [1,224 B]\nErr:${number} ${shown}\n  ${why}\n`);
    return {
      bytes: 0,
      warnings: [`W: GPG error: ${shown}: ${why}`],
      errors: [
        `E: The repository '${name}' is not signed.`,
        "N: Updating from such a repository can't be done securely, and is therefore disabled by default.",
        'N: See apt-secure(8) manpage for repository creation and user configuration details.',
      ],
    };
  }
  const files = listFiles(source);
  if (files.every(({ path }) => context.fs.isFile(path))) {
    yield* call.print(`Hit:${number} ${shown}\n`);
    yield* call.flush();
    return { bytes: 0, warnings: [], errors: [] };
  }
  return yield* fetchLists(call, source, { number, shown });
}

function* fetchLists(
  call: Call,
  source: Source,
  { number, shown }: { number: number; shown: string },
): Steps<Outcome> {
  const { context } = call;
  const repository = findRepository(source);
  let bytes = source.suite.endsWith('/') ? 1_227 : 256_000;
  yield* call.print(`Get:${number} ${shown} [${sizeText(bytes)}B]\n`);
  for (const [i, { component }] of listFiles(source).entries()) {
    const size = INDEX_BYTES[component] ?? 8_000;
    bytes += size;
    const what = component === '' ? '' : `${source.suite}/${component} amd64`;
    yield* call.print(
      `Get:${number + 1 + i} ${repository?.mirror ?? source.uri} ${what} Packages [${sizeText(size)}B]\n`,
    );
    yield* call.flush();
    yield* context.sleep((size / 1e6) * MS_PER_MB);
  }
  if (repository) saveLists(context.fs, source, repository);
  return { bytes, warnings: [], errors: [] };
}

/** The number of the key that the index is signed with, where the keyring does not hold it. */
function missingKey(fs: Files, source: Source, key: string | undefined): string | undefined {
  if (key === undefined) return undefined;
  const rings =
    source.keyring === undefined ? TRUSTED.flatMap((path) => filesIn(fs, path)) : [source.keyring];
  const known = rings.some((path) => fs.isFile(path) && fs.can(path, 'read') && keyIn(fs.read(path)) === key);
  return known ? undefined : key;
}

const TRUSTED = ['/etc/apt/trusted.gpg', '/etc/apt/trusted.gpg.d'];

function filesIn(fs: Files, path: string): string[] {
  return fs.isDirectory(path) ? fs.list(path).map((name) => `${path}/${name}`) : [path];
}

function* noRelease(call: Call, source: Source, number: number, shown: string): Steps<Outcome> {
  const release = shown.replace(/InRelease$/, 'Release');
  yield* call.print(`Ign:${number} ${shown}\nErr:${number + 1} ${release}\n  404  Not Found\n`);
  return {
    bytes: 0,
    warnings: [],
    errors: [
      `E: The repository '${source.uri} ${source.suite} Release' does not have a Release file.`,
      "N: Updating from such a repository can't be done securely, and is therefore disabled by default.",
      'N: See apt-secure(8) manpage for repository creation and user configuration details.',
    ],
  };
}

function* unresolved(
  call: Call,
  at: { source: Source; number: number; shown: string; why: string },
): Steps<Outcome> {
  const { source, number, shown, why } = at;
  yield* call.print(`Err:${number} ${shown}\n  ${why}\n`);
  const file = `${source.uri}/${source.suite.endsWith('/') ? '' : `dists/${source.suite}/`}InRelease`;
  return {
    bytes: 0,
    warnings: [
      `W: Failed to fetch ${file}  ${why}`,
      'W: Some index files failed to download. They have been ignored, or old ones used instead.',
    ],
    errors: [],
  };
}
