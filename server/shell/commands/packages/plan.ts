import { globMatch } from '../../../host/index.ts';
import {
  alternatives,
  compareVersions,
  dependencyName,
  isMet,
  type Offer,
  type Package,
  satisfies,
} from '../../../host/packages/index.ts';
import { AptError, type AptState } from './state.ts';

/** What apt would do. */
export interface Plan {
  /** Packages to unpack, those that others need first. */
  readonly take: Offer[];
  /** Names of packages that were not asked for but are needed. */
  readonly extra: Set<string>;
  readonly remove: string[];
  readonly keptBack: string[];
  /** Packages that are as wanted already, with a note on each. */
  readonly notes: string[];
  /** Held packages that would be changed. */
  readonly held: string[];
}

export function emptyPlan(): Plan {
  return { take: [], extra: new Set(), remove: [], keptBack: [], notes: [], held: [] };
}

/** Plans `install`: each word is a name, `name=version` (with a star), `name/suite`, `name-`, or a file. */
export function planInstall(
  state: AptState,
  words: readonly string[],
  options: { onlyUpgrade: boolean; reinstall: boolean; allowDowngrades: boolean },
): Plan {
  const plan = emptyPlan();
  for (const word of words) {
    if (word.endsWith('-') && state.installed.has(word.slice(0, -1))) {
      plan.remove.push(word.slice(0, -1));
      continue;
    }
    const wanted = chosen(state, word);
    const { name, version } = wanted.pack;
    const now = state.installed.get(name);
    if (!now && options.onlyUpgrade) {
      plan.notes.push(`Skipping ${name}, it is not installed and only upgrades are requested.`);
      continue;
    }
    if (now?.version === version && !options.reinstall) {
      plan.notes.push(`${name} is already the newest version (${version}).`);
      const automatic = state.database.automatic();
      if (automatic.delete(name)) {
        state.database.setAutomatic(automatic);
        plan.notes.push(`${name} set to manually installed.`);
      }
      continue;
    }
    if (now?.want === 'hold') plan.held.push(name);
    add(state, plan, wanted, []);
  }
  for (const { pack } of plan.take)
    if (!words.some((word) => nameOf(word) === pack.name)) plan.extra.add(pack.name);
  return plan;
}

function nameOf(word: string): string {
  return (/^[^=/:]+/.exec(word) ?? [word])[0];
}

/** The version of a package that a word asks for. */
function chosen(state: AptState, word: string): Offer {
  const [, name = word, version, suite] = /^([^=/]+?)(?::(?:amd64|all))?(?:=(.*)|\/(.*))?$/.exec(word) ?? [];
  const all = state.of(name);
  if (all.length === 0) {
    if (state.installed.has(name)) return installedOffer(state, name);
    throw new AptError([`E: Unable to locate package ${name}`]);
  }
  if (version !== undefined) {
    const found = all.find(({ pack }) => globMatch(version, pack.version));
    const now = state.installed.get(name);
    if (!found && now && globMatch(version, now.version)) return installedOffer(state, name);
    if (!found) throw new AptError([`E: Version '${version}' for '${name}' was not found`]);
    return found;
  }
  if (suite !== undefined) {
    const found = all.find((offer) => offer.suite === suite);
    if (!found) throw new AptError([`E: Release '${suite}' for '${name}' was not found`]);
    return found;
  }
  const now = state.installed.get(name);
  const best = all[0] as Offer;
  return now && compareVersions(now.version, best.pack.version) >= 0 ? installedOffer(state, name) : best;
}

/** What is installed, where no list offers it (any more). */
function installedOffer(state: AptState, name: string): Offer {
  const entry = state.installed.get(name);
  const known = state.of(name).find(({ pack }) => pack.version === entry?.version);
  if (known) return known;
  const pack = { name, version: entry?.version ?? '', depends: [], files: [] } as unknown as Package;
  return { pack, uri: '', mirror: '', suite: '', component: '' };
}

/** Adds a package after all that it depends on. */
function add(state: AptState, plan: Plan, offer: Offer, above: readonly string[]): void {
  const { pack } = offer;
  if (above.includes(pack.name) || plan.take.some((other) => other.pack.name === pack.name)) return;
  for (const dependency of pack.depends) {
    if (isMet(dependency, (name) => state.installed.get(name)?.version)) continue;
    const choices = alternatives(dependency);
    if (choices.some((item) => plan.take.some((other) => other.pack.name === dependencyName(item)))) continue;
    const found = choices.flatMap((item) =>
      state.of(dependencyName(item)).filter((other) => satisfies(other.pack.version, item)),
    )[0];
    if (!found)
      throw unmet(
        pack,
        dependency,
        choices.some((item) => state.knows(dependencyName(item))),
      );
    add(state, plan, found, [...above, pack.name]);
  }
  for (const name of pack.conflicts) {
    const other = dependencyName(name);
    if (state.installed.has(other) && !plan.remove.includes(other)) plan.remove.push(other);
  }
  for (const { name, fields } of state.installed.values()) {
    const conflicts = (fields.get('Conflicts') ?? '').split(',').map(dependencyName);
    if (conflicts.includes(pack.name) && !plan.remove.includes(name)) plan.remove.push(name);
  }
  plan.take.push(offer);
}

function unmet(pack: Package, dependency: string, exists: boolean): AptError {
  const why = exists ? 'but it is not going to be installed' : 'but it is not installable';
  return new AptError([
    'Some packages could not be installed. This may mean that you have',
    'requested an impossible situation or if you are using the unstable',
    'distribution that some required packages have not yet been created',
    'or been moved out of Incoming.',
    'The following information may help to resolve the situation:',
    '',
    'The following packages have unmet dependencies:',
    ` ${pack.name} : Depends: ${dependency} ${why}`,
    'E: Unable to correct problems, you have held broken packages.',
  ]);
}

/** Plans `upgrade`: everything that there is a newer version of, but what is held. */
export function planUpgrade(state: AptState): Plan {
  const plan = emptyPlan();
  for (const offer of state.upgradable()) {
    const { name } = offer.pack;
    if (state.installed.get(name)?.want === 'hold') plan.keptBack.push(name);
    else add(state, plan, offer, []);
  }
  for (const { pack } of plan.take) if (!state.installed.has(pack.name)) plan.extra.add(pack.name);
  return plan;
}

/** Plans `remove`: with a package goes whatever depends on it. */
export function planRemove(state: AptState, words: readonly string[]): Plan {
  const plan = emptyPlan();
  for (const word of words) {
    const name = nameOf(word);
    if (!state.knows(name) && !state.database.get(name))
      throw new AptError([`E: Unable to locate package ${name}`]);
    if (!state.installed.has(name)) {
      plan.notes.push(`Package '${name}' is not installed, so not removed`);
      continue;
    }
    if (state.installed.get(name)?.want === 'hold') plan.held.push(name);
    takeAway(state, plan, name);
  }
  return plan;
}

function takeAway(state: AptState, plan: Plan, name: string): void {
  if (plan.remove.includes(name)) return;
  plan.remove.push(name);
  for (const entry of state.installed.values()) {
    const needs = (entry.fields.get('Depends') ?? '').split(',').map(dependencyName);
    if (needs.includes(name)) takeAway(state, plan, entry.name);
  }
}
