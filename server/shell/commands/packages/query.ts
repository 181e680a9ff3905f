import { globMatch } from '../../../host/index.ts';
import { compareVersions, type Offer } from '../../../host/packages/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { AptError, AptState, originOf, sizeText } from './state.ts';

/** `apt list`: name, suites, version, architecture, and what is installed of it. */
export function* list(call: Call, words: readonly string[]): Steps<number> {
  const { options } = call;
  const state = new AptState(call);
  const matching = (name: string) => words.length === 0 || words.some((word) => globMatch(word, name));
  yield* call.print('Listing...');
  yield* call.print(call.context.isTerminal(1) ? ' Done\n' : '\n');
  const names = new Set([...state.offers.map(({ pack }) => pack.name), ...state.installed.keys()]);
  for (const name of [...names].sort()) {
    if (!matching(name)) continue;
    const now = state.installed.get(name);
    const offers = state.of(name);
    const newest = offers[0];
    const upgradable = now && newest && compareVersions(newest.pack.version, now.version) > 0;
    if (options.has('installed') && !now) continue;
    if ((options.has('upgradable') || options.has('upgradeable')) && !upgradable) continue;
    const every = options.has('all-versions')
      ? offers
      : upgradable && !options.has('installed')
        ? [newest]
        : [];
    if (every.length === 0) yield* call.print(installedLine(state, name));
    for (const offer of every) yield* call.print(offerLine(state, offer as Offer));
    if (options.has('all-versions')) yield* call.print('\n');
  }
  return 0;
}

function suites(state: AptState, name: string, version: string): string {
  const found = state.of(name).filter(({ pack }) => pack.version === version);
  const shown = found.map(({ suite }) => (suite.endsWith('/') ? 'unknown' : suite));
  return [...new Set(shown)].join(',') || 'now';
}

function installedLine(state: AptState, name: string): string {
  const now = state.installed.get(name);
  const offer = state.candidate(name);
  if (!now)
    return offer
      ? `${name}/${suites(state, name, offer.pack.version)} ${offer.pack.version} ${offer.pack.architecture}\n`
      : '';
  const how = state.database.automatic().has(name) ? 'installed,automatic' : 'installed';
  const origin = suites(state, name, now.version);
  const newer = offer !== undefined && compareVersions(offer.pack.version, now.version) > 0;
  const note = newer
    ? `installed,upgradable to: ${offer.pack.version}`
    : origin === 'now'
      ? 'installed,local'
      : how;
  return `${name}/${origin === 'now' ? 'now' : `${origin},now`} ${now.version} ${now.architecture} [${note}]\n`;
}

function offerLine(state: AptState, { pack, suite }: Offer): string {
  const now = state.installed.get(pack.name);
  const where = suite.endsWith('/') ? 'unknown' : suite;
  if (now?.version === pack.version) return installedLine(state, pack.name);
  const note =
    now && compareVersions(pack.version, now.version) > 0 ? ` [upgradable from: ${now.version}]` : '';
  return `${pack.name}/${where} ${pack.version} ${pack.architecture}${note}\n`;
}

/** `apt-cache policy`: what is installed, what would be, and all that there is. */
export function* policy(call: Call, words: readonly string[]): Steps<number> {
  const state = new AptState(call);
  if (words.length === 0) {
    yield* call.print('Package files:\n 100 /var/lib/dpkg/status\n     release a=now\n');
    for (const source of state.sources)
      yield* call.print(` 500 ${source.uri} ${source.suite}/${source.components[0] ?? ''} amd64 Packages\n`);
    yield* call.print('Pinned packages:\n');
    return 0;
  }
  for (const word of words) {
    const now = state.installed.get(word);
    const offers = state.of(word);
    if (!now && offers.length === 0) {
      yield* call.flush();
      yield* call.context.err(`N: Unable to locate package ${word}\n`);
      continue;
    }
    const best = offers[0]?.pack.version;
    const candidate =
      best !== undefined && (!now || compareVersions(best, now.version) > 0) ? best : (now?.version ?? '');
    yield* call.print(
      `${word}:\n  Installed: ${now?.version ?? '(none)'}\n  Candidate: ${candidate}\n  Version table:\n`,
    );
    const versions = [...new Set([...offers.map(({ pack }) => pack.version), ...(now ? [now.version] : [])])];
    for (const version of versions.sort((a, b) => compareVersions(b, a))) {
      yield* call.print(`${now?.version === version ? ' *** ' : '     '}${version} 500\n`);
      for (const offer of offers.filter(({ pack }) => pack.version === version))
        yield* call.print(`        500 ${[offer.uri, originOf(offer)].join(' ')} Packages\n`);
      if (now?.version === version) yield* call.print('        100 /var/lib/dpkg/status\n');
    }
  }
  return 0;
}

/** `apt-cache madison`: a line for each version. */
export function* madison(call: Call, words: readonly string[]): Steps<number> {
  const state = new AptState(call);
  for (const word of words) {
    const offers = state.of(word);
    if (offers.length === 0) {
      yield* call.flush();
      yield* call.context.err(`N: Unable to locate package ${word}\n`);
    }
    for (const offer of offers)
      yield* call.print(
        `${word.padStart(10)} | ${offer.pack.version.padStart(10)} | ${offer.uri} ${originOf(offer)} Packages\n`,
      );
  }
  return 0;
}

/** `apt show`, `apt-cache show`: the stanzas of a package. */
export function* show(call: Call, words: readonly string[]): Steps<number> {
  const state = new AptState(call);
  const isApt = call.name === 'apt';
  for (const word of words) {
    const [name = word, version] = word.split('=');
    const offers = state
      .of(name)
      .filter(({ pack }) => version === undefined || globMatch(version, pack.version));
    const now = state.installed.get(name);
    if (offers.length === 0 && !now) {
      throw new AptError(
        isApt ? [`N: Unable to locate package ${name}`, 'E: No packages found'] : ['E: No packages found'],
      );
    }
    for (const offer of isApt ? offers.slice(0, 1) : offers) yield* call.print(`${showText(state, offer)}\n`);
    if (offers.length === 0 && now)
      yield* call.print(`${[...now.fields].map(([field, value]) => `${field}: ${value}\n`).join('')}\n`);
    if (isApt && offers.length > 1) {
      yield* call.flush();
      const more = offers.length - 1;
      yield* call.context.err(
        `N: There ${more === 1 ? 'is 1 additional record' : `are ${more} additional records`}. Please use the '-a' switch to see ${more === 1 ? 'it' : 'them'}\n`,
      );
    }
  }
  return 0;
}

function showText(state: AptState, offer: Offer): string {
  const { pack } = offer;
  const rows: (readonly [string, string])[] = [
    ['Package', pack.name],
    ['Version', pack.version],
    ['Priority', 'optional'],
    ['Section', pack.section],
    ['Maintainer', pack.maintainer],
    ['Installed-Size', `${sizeText(pack.installedKib * 1024)}B`],
    ...(pack.depends.length > 0 ? [['Depends', pack.depends.join(', ')] as const] : []),
    ...(pack.homepage === '' ? [] : [['Homepage', pack.homepage] as const]),
    ['Download-Size', `${sizeText(pack.sizeBytes)}B`],
    ...(state.installed.get(pack.name)?.version === pack.version
      ? [['APT-Manual-Installed', state.database.automatic().has(pack.name) ? 'no' : 'yes'] as const]
      : []),
    ['APT-Sources', `${[offer.uri, originOf(offer)].join(' ')} Packages`],
    ['Description', pack.summary],
  ];
  return rows.map(([field, value]) => `${field}: ${value}\n`).join('');
}

/** `apt search`: names and summaries that contain all words. */
export function* search(call: Call, words: readonly string[]): Steps<number> {
  if (words.length === 0) throw new AptError(['E: You must give at least one search pattern']);
  const state = new AptState(call);
  const isApt = call.name === 'apt';
  if (isApt)
    yield* call.print(
      call.context.isTerminal(1)
        ? 'Sorting... Done\nFull Text Search... Done\n'
        : 'Sorting...\nFull Text Search...\n',
    );
  const seen = new Set<string>();
  for (const offer of [...state.offers].sort((a, b) => (a.pack.name < b.pack.name ? -1 : 1))) {
    const { pack } = offer;
    const text = `${pack.name} ${call.options.has('names-only') ? '' : pack.summary}`.toLowerCase();
    if (
      seen.has(pack.name) ||
      !words.every((word) => text.includes(word.toLowerCase().replace(/[\^$]/g, '')))
    )
      continue;
    seen.add(pack.name);
    const now = state.installed.get(pack.name);
    yield* call.print(
      isApt
        ? `${pack.name}/${offer.suite.endsWith('/') ? 'unknown' : offer.suite} ${pack.version} ${pack.architecture}${now ? ' [installed]' : ''}\n  ${pack.summary}\n\n`
        : `${pack.name} - ${pack.summary}\n`,
    );
  }
  return 0;
}

/** `apt-cache pkgnames`. */
export function* names(call: Call, words: readonly string[]): Steps<number> {
  const state = new AptState(call);
  const all = new Set([...state.offers.map(({ pack }) => pack.name), ...state.installed.keys()]);
  for (const name of all) if (name.startsWith(words[0] ?? '')) yield* call.print(`${name}\n`);
  return 0;
}

/** `apt-cache depends`: what the newest version needs. */
export function* depends(call: Call, words: readonly string[]): Steps<number> {
  const state = new AptState(call);
  for (const word of words) {
    const offer = state.candidate(word);
    if (!offer) throw new AptError([`N: Unable to locate package ${word}`, 'E: No packages found']);
    const needs = offer.pack.depends.map((item) => `  Depends: ${item.replace(/\s*\(.*/, '')}\n`);
    yield* call.print(`${word}\n${needs.join('')}`);
  }
  return 0;
}
